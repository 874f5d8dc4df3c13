#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # scripts have variables of their own, so has each
# test; the helper sets ours
#
# exec: the program that select would print, started in the place of vhost-probe. A program that
# prints its own state (tests/exec/state.c) is called directly and through exec, in many
# circumstances, and has to print the same. Where nothing is chosen, or the chosen program cannot
# be started, the exit status and the words say so.

load helper
load image

setup() {
	prepare
	need_sandbox
	state=$programs/state
	cp "$STAGE/bin/state" "$state"
	chmod 755 "$state"
	manifest 50-state.json sample state
	through=("$VHOST_PROBE" exec --type sample --dir "$manifests")
	cache=(--cache off)
}

# compared COMMAND...: runs COMMAND with the program and its arguments as further words, once
# directly and once through exec. Neither has written on stderr; what they print is in $direct.
compared() {
	direct=$BATS_TEST_TMPDIR/direct via=$BATS_TEST_TMPDIR/via
	# The same file, since its name is printed too.
	"$@" "$state" "${arguments[@]}" < /dev/null > "$direct.out" 2> "$direct.err"
	mv "$direct.out" "$direct"
	"$@" "${through[@]}" "${cache[@]}" -- "${arguments[@]}" < /dev/null > "$direct.out" 2> "$direct.err" ||
		{ echo "exit status $?"; cat "$direct.err"; return 1; }
	mv "$direct.out" "$via"
	[ -s "$direct" ]
	equal "$(< "$direct.err")" ""
	diff -a -U 0 <(comparable "$direct") <(comparable "$via")
}

# Number and short name of the process are looked at elsewhere.
comparable() {
	sed 's/^pid [0-9]*,//; /^.proc.self.comm:/d' "$1"
}

# shows TEXT: the program printed such a line, a shell pattern: otherwise nothing was compared.
shows() {
	local line

	while read -r line; do
		# shellcheck disable=SC2053 # a pattern
		[[ $line != $1 ]] || return 0
	done < "$via"
	printf -- '--- no such line: %s\n' "$1"
	return 1
}

# ---- as a direct call ----

@test "everything that a process gets is as for a direct call" {
	arguments=(--socket-path=/run/gpu.sock 'a b' '' '$HOME' "it's" $'two\nlines' $'\xff' -- --type gpu)
	compared env
	shows "argv 0: $state"
	shows "argv 5: it's"
	shows "argv 8: --"
	shows "argv 10: gpu"
	shows "children: No child processes"
	shows "/proc/self/exe: $state"
	compared env -i A=1 A=2 'B=c d' LD_LIBRARY_PATH=
	shows "environment: B=c d"
}

@test "so it is when the cache has the answer, and when another program is ended" {
	arguments=(x)
	cache=(--cache-dir "$BATS_TEST_TMPDIR/cache")
	probe refresh --dir "$manifests" "${cache[@]}"
	compared env
	probe_here --type sample --json "${cache[@]}"
	equal "$(json '.candidates[].probe.source')" cache
	cache=(--cache only "${cache[@]}")
	compared env
	# An earlier program has failed, a later one is killed.
	cache=(--cache off)
	program late 'exec sleep 50'
	manifest 60-late.json sample late
	candidate 40-early.json sample b
	arguments=(--need)
	through+=(--need a)
	compared env
	shows "children: No child processes"
}

@test "so it is at every level of the sandbox, and without layers" {
	local level

	for level in none '--without seccomp' '--without pid,net' '--without landlock'; do
		# shellcheck disable=SC2206 # words
		cache=(--cache off --sandbox ${level/#--/partial --})
		[ "$level" = none ] || need_partial
		compared env
		shows "children: No child processes"
	done
	cache=(--cache off "${partial[@]}")
	compared env
}

@test "signals: ignored, blocked, pending and default ones" {
	skip_with_asan # which handles some of them itself
	need perl
	compared env --ignore-signal=XFSZ,USR1,PIPE,CHLD,INT,QUIT --block-signal=TERM,XFSZ,CHLD,USR2
	shows "signal 25: ignored, blocked"
	shows "signal 13: ignored"
	shows "signal 12: default, blocked"
	compared env --default-signal
	shows "signal 25: default"
	compared env --block-signal=USR2 perl -e 'kill "USR2", $$; exec @ARGV'
	shows "signal 12: default, blocked, pending"
	# Real-time ones too.
	compared env --ignore-signal
	shows "signal 64: ignored"
}

@test "limits, niceness, scheduling, umask and directory" {
	compared sh -c 'ulimit -n 100; ulimit -c 0; ulimit -s 4096; ulimit -t 1000; ulimit -f 5000; exec "$@"' sh
	shows "*Max open files*100*100*"
	compared sh -c 'umask 077; cd /usr/share; exec nice -n 7 "$@"' sh
	shows "cwd /usr/share"
	shows "nice 7, *"
	shows "*Umask:*0077"
	compared chrt --batch 0
	shows "nice *, policy 3 0, *"
	compared ionice -c 3
	compared taskset -c 0
	compared setarch -R
	shows "personality 40000"
	compared prlimit --core=0 --memlock=65536 --rttime=1000000
	compared choom -n 300 --
	shows "*oom_score_adj: 300"
	compared setpriv --no-new-privs
	shows "*NoNewPrivs:*1"
}

@test "session, process group, parent and timers" {
	need perl
	run --separate-stderr setsid -w "${through[@]}" "${cache[@]}"
	ended 0
	grep -qP '^pid (\d+), parent \d+, group \1, session \1$' <<< "$output"
	compared perl -e 'alarm 1000; exec @ARGV'
	shows "timer 0: set"
	# It dies with its parent.
	compared setpriv --pdeathsig TERM
	shows "*death signal 15*"
}

@test "descriptors that were passed on survive, with position and flags; nothing else is open" {
	arguments=(--read=7)
	echo "from a file" > "$BATS_TEST_TMPDIR/passed"
	compared bash -c 'exec 7< "$0" 9>> "$0.more" 250<> "$0"; exec "$@"' "$BATS_TEST_TMPDIR/passed"
	shows "read: from a file"
	shows "fd 7: flags 0 *, at 12"
	shows "fd 250: *"
	arguments=()
	compared perl -MPOSIX -e 'POSIX::close($_) for 3 .. 1023; exec @ARGV'
	equal "$(grep -c '^fd ' "$via")" 3
}

@test "a socket that was passed on still speaks" {
	need perl
	program speak '[ "$1" != --print-capabilities ] || exec echo "{\"type\": \"sample\"}"' \
		'echo "spoken by $0 to $1" >&7'
	manifest 10-speak.json sample speak
	run --separate-stderr timeout -k 5 60 perl -MSocket -e '
		socketpair(my $ours, my $theirs, AF_UNIX, SOCK_STREAM, 0) or die;
		unless (fork) { require POSIX; POSIX::dup2(fileno($theirs), 7); exec @ARGV }
		close($theirs); print while <$ours>; wait; exit($? >> 8);
	' "${through[@]}" -- --fd=7
	answered "spoken by $programs/speak to --fd=7"
}

@test "standard descriptors that are closed stay closed" {
	for closed in '<&-' '2>&-' '<&- 2>&-'; do
		compared sh -c 'exec "$@" '"$closed" sh
		equal "$(grep -c '^fd [02]:' "$via")" "$(grep -c '^fd [02]:' "$direct")"
	done
	compared sh -c 'exec "$@" <&- 2>&-' sh
	equal "$(grep -c '^fd [02]:' "$via")" 0
}

@test "earlier children are still there, and there is no other" {
	compared sh -c 'sleep 20 < /dev/null > /dev/null 2>&1 3>&- & exec "$@"' sh
	shows "children: some"
	compared perl -e 'unless (fork) { exit } sleep 1; exec @ARGV'
	shows "children: one has ended"
}

@test "the process is the same: its number, and that of its parent" {
	run --separate-stderr sh -c 'echo "$$ $PPID"; exec "$@"' sh "${through[@]}" "${cache[@]}"
	ended 0
	matches "${lines[1]} ${lines[2]}" "argv 0: * environment: *"
	matches "$output" "*"$'\n'"pid ${lines[0]%% *}, parent ${lines[0]##* }, *"
}

@test "its short name is the program's" {
	compared env
	# Before, the kernel took the descriptor's number for it.
	printf '6.14\n%s\n' "$(uname -r)" | sort -CV || skip "takes Linux 6.14"
	shows "/proc/self/comm: state"
}

@test "a terminal: it is the foreground, with its settings" {
	need script
	run env TERM=xterm timeout -k 5 60 script -qefc "stty -echo; stty -g; $(printf '%q ' "${through[@]}") ; stty -g" \
		/dev/null < /dev/null
	ended 0
	equal "${lines[0]}" "${lines[-1]}"
	matches "$output" "*fd 0:*/dev/pts/*fd 1:*/dev/pts/*"
	lacks "$output" "programs have ended"
}

@test "as the first process of a pid namespace it leaves nothing to reap" {
	local -a apart=(unshare --pid --fork --mount-proc)

	has_others || apart=(unshare --user --map-current-user --pid --fork --mount-proc)
	"${apart[@]}" true 2> "$BATS_TEST_TMPDIR/why" || skip_or_fail "no pid namespace: $(< "$BATS_TEST_TMPDIR/why")"
	program late 'exec sleep 50'
	manifest 60-late.json sample late
	run --separate-stderr timeout -k 5 60 "${apart[@]}" "${through[@]}" "${cache[@]}"
	ended 0
	matches "$output" "*"$'\n'"pid 1, *"$'\n'"children: No child processes"$'\n'"*"
}

@test "a script is started by its path, with its own arguments" {
	program wrapper '[ "$1" != --print-capabilities ] || exec echo "{\"type\": \"sample\"}"' \
		'echo "$0: $*"; exit 42'
	manifest 10-wrapper.json sample wrapper
	probe exec --type sample --dir "$manifests" -- a 'b c'
	ended 42
	equal "$output" "$programs/wrapper: a b c"
	# By a link, as it would be directly: there may be several names.
	ln -s wrapper "$programs/other-name"
	manifest 05-link.json sample other-name
	probe exec --type sample --dir "$manifests" -- a
	ended 42
	equal "$output" "$programs/other-name: a"
}

@test "the exit status, or the signal, is the program's" {
	program ends '[ "$1" != --print-capabilities ] || exec echo "{\"type\": \"sample\"}"' 'eval "$1"'
	manifest 10-ends.json sample ends
	for status_wanted in 0 1 2 3 77 126 127 255; do
		probe exec --type sample --dir "$manifests" -- "exit $status_wanted"
		ended "$status_wanted"
		equal "$output$stderr" ""
	done
	run sh -c '"$@"; echo $?' sh "${through[@]}" -- 'kill -TERM $$'
	matches "$output" "*143"
}

# ---- which program ----

@test "what select prints is what is started" {
	candidate 10-plain.json gpu
	cp "$state" "$programs/other"
	manifest 60-other.json sample other
	candidate 40-none.json sample b
	probe exec --type sample --need a --dir "$manifests" -- x
	matches "$output" "argv 0: $state"$'\n'"argv 1: x"$'\n'"*"
	: > "$manifests/50-state.json"
	probe exec --type sample --need a --dir "$manifests" -- x
	matches "$output" "argv 0: $programs/other"$'\n'"*"
	probe exec --binary "$programs/other" -- y
	matches "$output" "argv 0: $programs/other"$'\n'"argv 1: y"$'\n'"*"
	cd "$programs" && probe exec --binary ./other
	matches "$output" "argv 0: $programs/other"$'\n'"*"
}

@test "nothing is chosen: exec has the words and the exit status of select" {
	local -a words

	candidate 10-other.json gpu virgl
	while read -ra words; do
		probe_here select "${words[@]}"
		[ "$status" != 0 ]
		wanted="$status $stderr"
		probe exec --dir "$manifests" "${words[@]}" -- --socket-path=/nowhere
		equal "$output" ""
		equal "$status $stderr" "$wanted"
	done <<- end
		--type sample --need nonsense --cache off
		--type nonsense --cache off
		--type gpu --exclude virgl --cache off
		--type gpu --cache only --cache-dir $BATS_TEST_TMPDIR/cache
		--type gpu --timeout 0
		--type gpu --quiet --need nonsense
		--binary $programs/10-other --type sample --cache off
		--binary $BATS_TEST_TMPDIR/missing
	end
}

@test "without a sandbox nothing is started, and the command that accepts less is complete" {
	local -a limited=(unshare -Ur sh -c 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"' sh)

	"${limited[@]}" true 2> "$BATS_TEST_TMPDIR/why" ||
		skip_or_fail "no user namespace in which they could be forbidden"
	run --separate-stderr timeout -k 5 60 "${limited[@]}" "${through[@]}" "${cache[@]}" -- 'a b' -- c
	ended 2
	equal "$output" ""
	equal "$(tail -n 1 <<< "$stderr")" "  ${through[*]} ${cache[*]} --sandbox partial -- 'a b' -- c"
	eval "words=($(tail -n 1 <<< "$stderr"))"
	run --separate-stderr timeout -k 5 60 "${limited[@]}" "${words[@]}"
	ended 0
	matches "$output" "argv 0: $state"$'\n'"argv 1: a b"$'\n'"argv 2: --"$'\n'"argv 3: c"$'\n'"*"
}

# ---- another file ----

# racing: before the program that is chosen, another one that changes its file while it is asked:
# $1 says how. It is in no sandbox. interpreter=FILE: of the chosen one.
racing() {
	program chosen 'touch "${0%/*}/was-asked"' 'echo "{\"type\": \"sample\", \"features\": [\"a\"]}"'
	[ -z "${interpreter-}" ] || sed -i "1s|.*|#!$interpreter|" "$programs/chosen"
	manifest 60-chosen.json sample chosen
	rm -f "$manifests/50-state.json"
	program first 'i=0; while [ ! -e "${0%/*}/was-asked" ] && [ $i -lt 200 ]; do sleep 0.05; i=$((i + 1)); done' \
		'sleep 0.5; cd "${0%/*}"' "$1" 'echo "{\"type\": \"sample\"}"'
	manifest 10-first.json sample first
	probe exec --type sample --need a --dir "$manifests" --sandbox none --cache off "${@:2}" -- x
}

@test "a program that was replaced, rewritten or touched after it was asked is not started" {
	for change in 'cp chosen new; mv new chosen' 'echo exit 5 >> chosen' 'touch chosen' 'chmod 700 chosen' \
		'mv chosen old; ln -s old chosen; touch old' 'mv chosen old; mkdir chosen' 'mv chosen old; mkfifo chosen'; do
		rm -rf "${programs:?}"/*
		racing "$change"
		ended 126
		equal "$output" ""
		equal "$stderr" "vhost-probe: $programs/chosen was replaced or changed after it had been checked; try again"
	done
}

@test "a program that is gone: exit 127, as in a shell" {
	racing 'rm chosen'
	ended 127
	equal "$stderr" "vhost-probe: $programs/chosen: No such file or directory"
	rm -rf "${programs:?}"/*
	racing 'mv ../programs ../away; sleep 0.2; touch ../programs'
	ended 127
	# The first one is a script, which is gone too.
	equal "$(tail -n 1 <<< "$stderr")" "vhost-probe: $programs/chosen: Not a directory"
}

@test "an interpreter that is gone, or may not be executed any more" {
	for change in 'rm interpreter:127:it or its interpreter does not exist' \
		'chmod 644 interpreter:126:Permission denied'; do
		IFS=: read -r change wanted why <<< "$change"
		cp "$(readlink -f "$(type -P sh)")" "$programs/interpreter"
		interpreter=$programs/interpreter racing "$change"
		ended "$wanted"
		equal "$output" ""
		equal "$stderr" "vhost-probe: cannot start $programs/chosen: $why"
		rm -rf "${programs:?}"/*
	done
}

@test "the answer of the cache is for that very file" {
	local keep=$BATS_TEST_TMPDIR/cache

	probe refresh --dir "$manifests" --cache-dir "$keep"
	probe exec --type sample --dir "$manifests" --cache only --cache-dir "$keep"
	ended 0
	cp "$state" "$programs/new"
	mv "$programs/new" "$state"
	probe exec --type sample --dir "$manifests" --cache only --cache-dir "$keep"
	ended 3
	equal "$output" ""
}

# ---- by which name ----

@test "a script that is started through a link finds its name as \$0, as when it was asked" {
	program target '[ "${0##*/}" = name ] || exit' 'echo "{\"type\": \"sample\"}"'
	ln -s target "$programs/name"
	probe exec --binary "$programs/name" --cache off
	answered '{"type": "sample"}'
}

@test "AT_EXECFN is its path, unless others can change where that leads" {
	image_host
	on_image '
		mkdir -p /var/opt/v/bin /var/opt/w
		for name in executes-its-name opens-its-name; do
			cp "$STAGE/bin/healthy" /opt/v/bin/$name
			ln -s ../v/bin/$name /opt/w/$name
			for path in /var/opt/v/bin/$name /opt/v/bin/$name /opt/w/$name; do
				"$1" exec --binary $path --cache off
			done
		done'
	answered "$(for _ in {1..6}; do echo '{"type": "sample", "features": ["healthy"]}'; done)"
	on_image '
		mkdir -p -m 777 /var/opt/v
		chmod 777 /var/opt/v
		cp "$STAGE/bin/healthy" /opt/v/opens-its-name
		"$1" --binary /opt/v/opens-its-name --cache off'
	equal "$status $output" "1 "
	matches "$stderr" "*exit-status*"
}

# ---- --print ----

@test "--print: the command as a shell takes it, and nothing is started" {
	probe exec --type sample --dir "$manifests" --print -- --socket-path=/run/gpu.sock --fd=7 a=b,c:d@e+f
	answered "$state --socket-path=/run/gpu.sock --fd=7 a=b,c:d@e+f"
	probe exec --type sample --dir "$manifests" --print
	answered "$state"
	odd="$programs/a b;\$(c)"
	cp "$state" "$odd"
	manifest 10-odd.json sample "$odd"
	arguments=('' ' ' "it's" '*' '~' '#x' '!' '\n' $'a\nb' 'ä' '"q"' '$(touch x)' '`x`' '{a,b}' $'\xfe' -- -)
	probe exec --type sample --dir "$manifests" --print -- "${arguments[@]}"
	ended 0
	for shell in sh bash; do
		equal "$(eval "$(printf '%s -c %q' "$shell" "$output")" | grep -a '^argv\|^b$')" \
			"$("$odd" "${arguments[@]}" | grep -a '^argv\|^b$')"
	done
}

# ---- wrong usage ----

@test "wrong usage" {
	misused exec
	misused exec --
	misused exec -- --type sample
	misused exec sample
	misused exec --type sample extra
	matches "$stderr" "*exec: unexpected argument extra; arguments for the program follow --"
	misused exec --type sample extra -- more
	misused exec --type sample --socket-path=/run/x
	matches "$stderr" "*unknown option --socket-path=/run/x*; arguments for the program follow --"
	misused exec --type sample --fd=7
	misused exec --type sample -f
	misused exec --type
	misused exec --type -- sample
	misused exec --type '' -- x
	misused exec --type a --type b -- x
	misused exec --type sample --all
	misused exec --type sample --json
	matches "$stderr" "*--json is for * not for exec"
	misused exec --type sample --null -- x
	misused exec --type sample --color always
	misused exec --print=yes --type sample
	misused exec --binary '' -- x
	misused exec --binary "$state" --dir "$manifests" -- x
	misused select --type sample --print
	matches "$stderr" "*--print is for exec, not for select"
	misused select --type sample -- --socket-path=/run/x
	matches "$stderr" "*select: unexpected argument --socket-path=/run/x; exec passes arguments to the program"
	misused --type sample -- --socket-path=/run/x
	matches "$stderr" "*; exec passes arguments to the program"
	misused list -- x
	misused execute --type sample
	matches "$stderr" "*did you mean exec?"
	misused exce --type sample
	matches "$stderr" "*did you mean exec?"
}

@test "words after -- are the program's: --help, --version and words like a verb's" {
	probe exec --type sample --dir "$manifests" -- --help --version -- exec --type
	matches "$output" "*argv 1: --help"$'\n'"argv 2: --version"$'\n'"argv 3: --"$'\n'"argv 4: exec"$'\n'"argv 5: --type"$'\n'"*"
	probe exec --help -- --type
	matches "$output" "Usage: vhost-probe exec*"
}
