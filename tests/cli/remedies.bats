#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # scripts have variables of their own; tests are subshells; the helper sets ours
#
# Remedies in the JSON document: a program is refused, a call is made from the document without
# looking at any text, and there the program matches. One program or more per option.

load helper
load host

setup() {
	prepare
	need_sandbox
	open_directories
}

ANSWER="echo '{\"type\": \"sample\"}'"

# remedies: of all candidates in $output, one line per option.
remedies() {
	json '.candidates[].remedies[] | "\(.option) \(.values | join(" "))"'
}

# apply WORD...: sets $words: these, changed as the document in $output says. An option that takes
# one value takes the place of the call's own.
apply() {
	local -a remedies
	local word

	mapfile -d '' -t remedies < <(
		jq -j '.candidates[].remedies[] | .option as $option | .values[] | "\($option)=\(.)\u0000"' <<< "$output"
	)
	words=("${remedies[@]}")
	for word in "$@"; do
		case "$word ${remedies[*]}" in
		--jobs=*" --jobs="* | --sandbox=*" --sandbox="*) ;;
		*) words+=("$word") ;;
		esac
	done
}

# is_mended REMEDIES WORD...: the program is refused with these words, the document has these
# remedies, and with them it matches.
is_mended() {
	local -a words

	probe list --json --cache=off "${@:2}"
	ended 0
	equal "$(remedies)" "$1"
	apply --cache=off "${@:2}"
	probe "${words[@]}"
	ended 0
	matches "$output" "/*"
}

# refused_by LAYERS PROGRAM: one that these layers refuse something.
refused_by() {
	is_mended "--without $1" --binary="$programs/$2"
}

# in_perl NAME LINE...: a script in Perl that answers if these lines do not fail.
in_perl() {
	need perl
	printf '%s\n' '#!/usr/bin/perl' "${@:2}" "print '{\"type\": \"sample\"}';" > "$programs/$1"
	chmod 755 "$programs/$1"
}

# ---- --expose ----

# reads FILE: a program that answers with what lies there, which it finds by a link beside it.
reads() {
	mkdir -p "${1%/*}"
	echo '{"type": "sample"}' > "$1"
	ln -sfn "$1" "$programs/link"
	program reads "PATH=/usr/bin:/bin" "exec cat '$programs/link'"
}

@test "--expose: a hidden file's directory, whatever is in its name" {
	local name

	for name in data "my data" 'a"b$(c)\d' "it's" 'x=y,z' dätä $'two\nlines' $'\e[31m' $'\u202e' '*'; do
		reads "$BATS_TEST_TMPDIR/$name/x"
		is_mended "--expose $BATS_TEST_TMPDIR/$name" --binary="$programs/reads"
	done
}

@test "--expose: one path per place on the way, and those that the call has stay" {
	reads "$BATS_TEST_TMPDIR/b/x"
	mkdir "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/c"
	ln -s ../b/x "$BATS_TEST_TMPDIR/a/link"
	echo 1 > "$BATS_TEST_TMPDIR/c/y"
	program reads "PATH=/usr/bin:/bin" "cat '$BATS_TEST_TMPDIR/c/y' > /dev/null || exit 2" \
		"exec cat '$BATS_TEST_TMPDIR/a/link'"
	is_mended "--expose $BATS_TEST_TMPDIR/a $BATS_TEST_TMPDIR/b" --binary="$programs/reads" \
		--expose="$BATS_TEST_TMPDIR/c"
}

@test "--expose: a link by itself, where its directory is everybody's" {
	local name file words

	mkdir "$BATS_TEST_TMPDIR/all"
	chmod 1777 "$BATS_TEST_TMPDIR/all"
	reads "$BATS_TEST_TMPDIR/data/x"
	echo '{"type": "sample"}' > "$BATS_TEST_TMPDIR/data/y"
	ln -s ../data "$BATS_TEST_TMPDIR/all/link"
	ln -s link "$BATS_TEST_TMPDIR/all/chain"
	ln -s ../data/y "$BATS_TEST_TMPDIR/all/file"
	for name in link chain file; do
		file=$BATS_TEST_TMPDIR/all/$name
		[ $name = file ] || file+=/x
		program reads "exec cat '$file'"
		for words in "" "${partial[*]}"; do
			# shellcheck disable=SC2086 # words
			is_mended "--expose $BATS_TEST_TMPDIR/all/$name" --binary="$programs/reads" $words
		done
	done
	# To a home, or one that others can change: nobody should.
	: > "$BATS_TEST_TMPDIR/data/.profile"
	program reads "exec cat '$BATS_TEST_TMPDIR/all/link/x'"
	probe list --json --cache=off --binary="$programs/reads"
	equal "$(remedies)" ""
	rm "$BATS_TEST_TMPDIR/data/.profile"
	chmod 777 "$BATS_TEST_TMPDIR/all"
	probe list --json --cache=off --binary="$programs/reads"
	equal "$(remedies)" ""
}

@test "--expose: a directory of a prefix that is a link to elsewhere" {
	mkdir -p "$BATS_TEST_TMPDIR/p/bin" "$BATS_TEST_TMPDIR/data"
	ln -s ../data "$BATS_TEST_TMPDIR/p/lib"
	echo '{"type": "sample"}' > "$BATS_TEST_TMPDIR/data/x"
	programs=$BATS_TEST_TMPDIR/p/bin
	program reads 'exec cat "${0%/*}/../lib/x"'
	is_mended "--expose $BATS_TEST_TMPDIR/data" --binary="$programs/reads"
	need_partial
	is_mended "--expose $BATS_TEST_TMPDIR/data" --binary="$programs/reads" "${partial[@]}"
}

@test "--expose: a script's interpreter, in its prefix" {
	mkdir -p "$BATS_TEST_TMPDIR/prefix/bin"
	cp /bin/sh "$BATS_TEST_TMPDIR/prefix/bin/interpreter"
	program script "$ANSWER"
	sed -i "1s|.*|#!$BATS_TEST_TMPDIR/prefix/bin/interpreter|" "$programs/script"
	is_mended "--expose $BATS_TEST_TMPDIR/prefix" --binary="$programs/script"
	has_landlock 6 || return 0
	is_mended "--expose $BATS_TEST_TMPDIR/prefix" --binary="$programs/script" "${partial[@]}"
}

@test "--expose: the devices of a type that lacks a needed feature" {
	mkdir "$BATS_TEST_TMPDIR/dev"
	on_host "mount -t tmpfs -o mode=755 tmpfs '$BATS_TEST_TMPDIR/dev'" "cd '$BATS_TEST_TMPDIR/dev'" \
		"mkdir dri; for d in null zero full random urandom; do touch \$d; mount --bind /dev/\$d \$d; done" \
		"touch dri/renderD128; mount --bind /dev/null dri/renderD128" "mount --rbind . /dev"
	program gpu 'exec 2> /dev/null' '(: < /dev/dri/renderD128) && feature="\"virgl\""' \
		'echo "{\"type\": \"gpu\", \"features\": [$feature]}"'
	is_mended "--expose /dev/dri" --binary="$programs/gpu" --type=gpu --need=virgl
}

@test "--expose: a path that is not UTF-8, which JSON does not have, is no remedy" {
	local prefix=$BATS_TEST_TMPDIR/pre$'\xff'fix

	mkdir -p "$prefix/bin"
	cp /bin/sh "$prefix/bin/interpreter"
	program script "$ANSWER"
	sed -i "1s|.*|#!$prefix/bin/interpreter|" "$programs/script"
	probe list --json --cache=off --binary="$programs/script"
	equal "$(json '.candidates[].verdict')" exec-failed
	equal "$(remedies)" ""
	# The library has it.
	probe --cache=off --binary="$programs/script" --expose="$prefix"
	answered "$programs/script"
}

# ---- what the kernel needs to start a program ----

# mends REMEDIES PROGRAM: at both levels.
mends() {
	is_mended "$1" --binary="$2"
	! has_landlock 6 || is_mended "$1" --binary="$2" "${partial[@]}"
}

# interpreted NAME INTERPRETER: a script that answers.
interpreted() {
	program "$1" "$ANSWER"
	sed -i "1s|.*|#!$2|" "$programs/$1"
}

# loaded NAME LOADER OPTION...: a program that answers, with this loader, built with these options.
loaded() {
	need cc
	lines '#include <stdio.h>' 'int main(void) { return puts("{\"type\": \"sample\"}") < 0; }' > "$BATS_TEST_TMPDIR/program.c"
	cc -o "$programs/$1" "$BATS_TEST_TMPDIR/program.c" "-Wl,--dynamic-linker=$2" "${@:3}"
}

# copy_loader FILE: the one of this system's programs.
copy_loader() {
	need readelf
	cp "$(realpath "$(readelf -lW "$(type -P env)" | sed -n 's/.*interpreter: \(.*\)]/\1/p')")" "$1"
}

# lay_out DIRECTORY: a prefix with an interpreter and a loader, each also by a link in it.
lay_out() {
	mkdir -p "$1"/{bin,lib,lib64,share}
	cp "$(type -P dash sh | head -n 1)" "$1/bin/sh"
	ln -s sh "$1/bin/link"
	copy_loader "$1/lib64/ld-2.so"
	ln -s ../lib64/ld-2.so "$1/lib/ld.so"
}

@test "--expose: an interpreter, in its prefix or by links" {
	local far=$BATS_TEST_TMPDIR/far

	lay_out "$far"
	mkdir "$BATS_TEST_TMPDIR/links"
	ln -s "$far/bin/sh" "$programs/link"
	ln -s "$far/bin/sh" "$BATS_TEST_TMPDIR/links/sh"
	ln -s . "$far/current"
	interpreted plain "$far/bin/sh"
	interpreted link-there "$far/bin/link"
	interpreted link-here "$programs/link"
	interpreted version "$far/current/bin/sh"
	interpreted interpreter "$far/bin/sh"
	interpreted script "$programs/interpreter"
	lines "#!$far/bin/sh" 'exec /bin/sh "$@"' > "$programs/interpreter"
	for name in plain link-there link-here version script; do
		mends "--expose $far" "$programs/$name"
	done
	interpreted link-elsewhere "$BATS_TEST_TMPDIR/links/sh"
	mends "--expose $BATS_TEST_TMPDIR/links $far" "$programs/link-elsewhere"
}

@test "--expose: a loader, in its prefix or by links, and the libraries that lie there" {
	local far=$BATS_TEST_TMPDIR/far snap=$BATS_TEST_TMPDIR/core

	lay_out "$far"
	loaded plain "$far/lib64/ld-2.so"
	loaded link "$far/lib/ld.so"
	lines 'int x(void) { return 0; }' > "$BATS_TEST_TMPDIR/library.c"
	cc -shared -fPIC -o "$far/lib/libx.so" "$BATS_TEST_TMPDIR/library.c"
	loaded library "$far/lib/ld.so" -Wl,--no-as-needed -L"$far/lib" -lx "-Wl,-rpath,$far/lib"
	for name in plain link library; do
		mends "--expose $far" "$programs/$name"
	done
	lay_out "$snap/123"
	ln -s 123 "$snap/current"
	loaded snap "$snap/current/lib64/ld-2.so"
	mends "--expose $snap" "$programs/snap"
	mkdir "$BATS_TEST_TMPDIR/alone"
	copy_loader "$BATS_TEST_TMPDIR/alone/ld.so"
	loaded alone "$BATS_TEST_TMPDIR/alone/ld.so"
	mends "--expose $BATS_TEST_TMPDIR/alone" "$programs/alone"
}

@test "--expose: an interpreter in somebody's home: the directories of programs in its prefix" {
	local home=$BATS_TEST_TMPDIR/people

	lay_out "$home/.local/share/uv/python/3"
	: > "$home/.profile"
	interpreted python "$home/.local/share/uv/python/3/bin/sh"
	mends "--expose $home/.local/share/uv/python/3/bin $home/.local/share/uv/python/3/lib $home/.local/share/uv/python/3/lib64" "$programs/python"
	# A virtual environment, whose interpreter is a link.
	mkdir -p "$home/venv/bin"
	ln -s "$home/.local/share/uv/python/3/bin/sh" "$home/venv/bin/python"
	interpreted venv "$home/venv/bin/python"
	mv "$programs/venv" "$home/venv/bin/x"
	mends "--expose $home/.local/share/uv/python/3/bin $home/.local/share/uv/python/3/lib $home/.local/share/uv/python/3/lib64" "$home/venv/bin/x"
}

@test "--expose: Homebrew's packages, whose loader and libraries are links, in what is called a home" {
	local brew=$BATS_TEST_TMPDIR/linuxbrew/.linuxbrew name

	mkdir -p "$brew"/{lib,opt,bin,var} "$brew"/Cellar/{libc/1/lib,x/2/lib,tool/3/bin}
	copy_loader "$brew/Cellar/libc/1/lib/ld-2.so"
	ln -s ../Cellar/libc/1 "$brew/opt/libc"
	ln -s ../opt/libc/lib/ld-2.so "$brew/lib/ld.so"
	need cc
	lines 'int x(void) { return 0; }' > "$BATS_TEST_TMPDIR/library.c"
	cc -shared -fPIC -o "$brew/Cellar/x/2/lib/libx.so" "$BATS_TEST_TMPDIR/library.c"
	ln -s ../Cellar/x/2 "$brew/opt/x"
	ln -s ../Cellar/x/2/lib/libx.so "$brew/lib/libx.so"
	loaded tool "$brew/lib/ld.so" -Wl,--no-as-needed -L"$brew/lib" -lx "-Wl,-rpath,$brew/lib"
	# One that names what it calls.
	program caller "exec $brew/opt/tool/bin/tool"
	mv "$programs/tool" "$programs/caller" "$brew/Cellar/tool/3/bin"
	ln -s ../Cellar/tool/3 "$brew/opt/tool"
	ln -s ../Cellar/tool/3/bin/tool "$brew/bin/tool"
	for name in Cellar/tool/3/bin/tool bin/tool; do
		mends "--expose $brew/Cellar $brew/lib $brew/opt" "$brew/$name"
	done
	is_mended "--expose $brew/Cellar $brew/lib $brew/opt" --binary="$brew/Cellar/tool/3/bin/caller"
}

# says_of_itself NAME: what it says of itself is no reason, at both levels.
says_of_itself() {
	local level
	local -a words=()

	for level in full partial; do
		[ $level = full ] || { has_landlock 6 && words=("${partial[@]}"); } || continue
		probe list --json --cache=off --binary="$1" "${words[@]}"
		equal "$(json '.candidates[].verdict')" exit-status
		matches "$(json '.candidates[].reason')" "*no usable GPU*"
		lacks "$(json '.candidates[].reason')" "not shown"
		equal "$(remedies)" ""
	done
}

@test "a program that names itself, by whatever it is called, does not lack itself, but what it names then" {
	local links=$BATS_TEST_TMPDIR/links name

	mkdir -p "$links/more" "$links/open" "$BATS_TEST_TMPDIR/data"
	echo '{"type": "sample"}' > "$BATS_TEST_TMPDIR/data/x"
	program itself 'echo "$0: no usable GPU" >&2; exit 1'
	program lacks 'exec 3>&2 2> /dev/null; cat '"$BATS_TEST_TMPDIR/data/x"' || { echo "$0: cannot open '"$BATS_TEST_TMPDIR/data/x"'" >&3; exit 1; }'
	need cc
	lines '#include <stdio.h>' 'int main(int c, char **v) { fprintf(stderr, "%s: no usable GPU\n", *v); return 1; }' > "$BATS_TEST_TMPDIR/program.c"
	cc -o "$programs/binary" "$BATS_TEST_TMPDIR/program.c"
	for name in itself lacks binary; do
		ln -s "$programs/$name" "$links/$name"
		ln -s "../$name" "$links/more/$name"
		ln -s "$programs/$name" "$links/open/$name"
	done
	ln -s "$programs" "$links/directory"
	chmod 777 "$links/open"
	for name in "$programs" "$links" "$links/more" "$links/open" "$links/directory"; do
		says_of_itself "$name/binary"
		says_of_itself "$name/itself"
		mends "--expose $BATS_TEST_TMPDIR/data" "$name/lacks"
	done
}

# ---- --without ----

# opens_many NAME: a program that opens more files than it may, and fewer than the caller may.
opens_many() {
	in_perl "$1" 'for (0 .. 299) { open($f[$_], "<", "/dev/null") or die "open: $!\n"; }'
	ulimit -n 400
}

# calls NAME: a program that makes a call which the filter answers: io_uring_setup, which has the
# same number everywhere.
calls() {
	in_perl "$1" 'syscall(425, 1, 0) < 0 && $!{ENOSYS} and die "io_uring_setup: $!\n";'
}

@test "--without: what a program may have of files and descriptors" {
	program large 'file=$(mktemp -u) && truncate -s 9G "$file" || exit 1' "$ANSWER"
	refused_by limits large
	opens_many many
	refused_by limits many
}

@test "--without: a call that the filter answers" {
	calls calls
	refused_by seccomp calls
}

# connects NAME: a program that connects to itself, which several layers refuse.
connects() {
	need_landlock 4
	in_perl "$1" 'use IO::Socket::INET;' \
		'my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 1) or die "listen: $!\n";' \
		'IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $s->sockport) or die "connect: $!\n";'
}

@test "--without: sockets, which several layers refuse" {
	connects connects
	if is_root; then
		refused_by "user net uid caps limits seccomp landlock" connects
	else
		refused_by "net limits seccomp landlock" connects
	fi
}

@test "--without: the network's interfaces, which a program asks for by a socket" {
	in_perl interfaces 'socket(my $s, 16, 3, 0) or print STDERR "A system error occurred: uv_interface_addresses " .' \
		'"returned Unknown system error 1 (Unknown system error 1)\n" and exit 1;'
	refused_by seccomp interfaces
}

@test "--without: root's id, and a program that only root may execute" {
	has_others || skip "takes root and a user"
	program id '[ "$(id -u)" = 0 ] || { echo "must be root" >&2; exit 1; }' "$ANSWER"
	refused_by "user uid" id
	program closed "$ANSWER"
	chmod 700 "$programs/closed"
	refused_by uid closed
}

@test "--without: layers that the call leaves out stay so" {
	connects connects
	is_mended "--without net landlock" --binary="$programs/connects" --without=seccomp
}

@test "--expose, --without: at level partial too" {
	need_partial
	reads "$BATS_TEST_TMPDIR/data/x"
	is_mended "--expose $BATS_TEST_TMPDIR/data" --binary="$programs/reads" "${partial[@]}"
	opens_many many
	is_mended "--without limits" --binary="$programs/many" "${partial[@]}"
	calls calls
	is_mended "--without seccomp" --binary="$programs/calls" "${partial[@]}"
}

# ---- what the sandbox refuses ----

# is_mended_somehow WORD...: the program is refused with these words, and matches with its remedies.
is_mended_somehow() {
	local -a words

	probe list --json --cache=off "$@"
	ended 0
	[ "$(json '.candidates[].verdict')" != match ] || { echo "not refused: $*"; return 1; }
	[ -n "$(remedies)" ] || { json '.candidates[].reason'; return 1; }
	apply --cache=off "$@"
	probe "${words[@]}"
	[ "$status" = 0 ] || printf '%s\n' "${words[@]}"
	ended 0
}

# is_mended_everywhere PROGRAM: at level full, and at level partial where there is one.
is_mended_everywhere() {
	is_mended_somehow --binary="$1"
	! has_landlock 6 || is_mended_somehow --binary="$1" "${partial[@]}"
}

@test "whatever layer refuses it, the remedies of a refusal work" {
	local refusal tried=0

	ulimit -n 400
	for refusal in $("$STAGE/bin/refused"); do
		cp "$STAGE/bin/refused" "$programs/$refusal"
		# Another id and a higher priority take root; and not every kernel has everything.
		"$programs/$refusal" --print-capabilities > /dev/null || continue
		is_mended_everywhere "$programs/$refusal"
		tried=$((tried + 1))
	done
	[ $tried -ge 10 ]
}

# sanitized NAME OPTION...: a program with a thread, built by this compiler with these options, if it
# can and the program works by hand: on some kernels a sanitizer finds no room for its memory.
sanitized() {
	lines '#include <pthread.h>' '#include <stdio.h>' '#include <stdlib.h>' \
		'static void *start(void *nothing) { return nothing; }' \
		'int main(void) { pthread_t thread; free(malloc(10));' \
		'if (pthread_create(&thread, 0, start, 0) || pthread_join(thread, 0)) return 1;' \
		'puts("{\"type\": \"sample\"}"); return 0; }' > "$BATS_TEST_TMPDIR/program.c"
	need cc
	cc "${@:2}" -o "$programs/$1" "$BATS_TEST_TMPDIR/program.c" -pthread || skip_or_fail "cc cannot build with $2"
	"$programs/$1" --print-capabilities || skip "with $2 it does not work by hand"
}

@test "a program with the address sanitizer works with the remedies" {
	sanitized address -fsanitize=address
	is_mended_everywhere "$programs/address"
	probe --binary "$programs/address" --cache off --without limits,seccomp
	answered "$programs/address"
}

@test "a program with the thread sanitizer works with the remedies" {
	sanitized thread -fsanitize=thread
	is_mended_everywhere "$programs/thread"
	probe --binary "$programs/thread" --cache off --sandbox none
	answered "$programs/thread"
}

@test "without limits, programs see those that programs usually see" {
	local expected="stack 8192, descriptors 1024"

	program limits 'printf "{\"type\": \"sample\", \"features\": [\"stack %s, descriptors %s\"]}" "$(ulimit -s)" "$(ulimit -n)"'
	[ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -ge 1024 ] || expected="stack 8192, descriptors $(ulimit -Hn)"
	for words in "--without=limits" "--sandbox=none" "--sandbox=none --without=limits"; do
		# shellcheck disable=SC2086 # words
		probe list --json --binary="$programs/limits" --cache=off $words
		equal "$(json '.candidates[].capabilities.features[]')" "$expected"
	done
}

# ---- --jobs, --sandbox ----

@test "--jobs: a program that had the share of one beside others, and was not run by itself" {
	local -a words
	local i

	# They take the time in which it would be.
	for i in {10..13}; do
		program "slow-$i" 'sleep 1; exit 1'
		manifest "$i-slow.json" sample "slow-$i"
	done
	# More than any share is, and fewer than one has by itself.
	program many 'i=0; while [ $i -lt 300 ]; do sleep 60 & i=$((i + 1)); done' "$ANSWER"
	manifest 50-many.json sample many
	probe_here --json --cache=off --type=sample --timeout=3 --jobs=16
	ended 2
	equal "$(of 50-many.json .probe.confirmed)" false
	equal "$(remedies)" "--jobs 1"
	apply --cache=off --type=sample --timeout=3 --jobs=16
	probe_here "${words[@]}"
	answered_past "$programs/many" 10-slow.json
}

@test "--sandbox: a program that level partial refuses what full has" {
	local -a words=(--binary="$programs/writes" --cache=off --sandbox=partial)

	need_partial
	program writes 'file=$(mktemp) || exit 1' "$ANSWER"
	# There is no other level here.
	run --separate-stderr timeout -k 5 60 "$STAGE/bin/refuse" docker -- "$VHOST_PROBE" list --json "${words[@]}"
	equal "$(json '.candidates[].probe.level')" partial
	equal "$(remedies)" "--sandbox full"
	# There is on this host.
	apply "${words[@]}"
	probe "${words[@]}" --json
	ended 0
	equal "$(json '.candidates[].probe.level')" full
}

# ---- none ----

@test "a program that works, that was not run, or whose failure is its own has no remedy" {
	candidate 10-good.json sample a
	candidate 20-lacks.json sample
	manifest 30-broken.json sample broken
	program broken 'echo "cannot read my mind" >&2; exit 1'
	manifest 40-missing.json sample missing
	candidate 50-other.json other
	echo '{' > "$manifests/60-bad.json"
	: > "$manifests/70-mask.json"
	reads "$BATS_TEST_TMPDIR/data/x"
	manifest 80-hidden.json sample reads
	probe_here list --json --type sample --need a
	equal "$(json '.candidates[] | select(.remedies != []).name')" 80-hidden.json
	# It was not needed, and what happened is not told.
	probe_here select --json --type sample --need a
	equal "$(json '.candidates[] | select(.remedies != []).name')" ""
	# A cached failure has what its run has.
	probe list --json --binary "$programs/reads" --cache refresh --cache-dir "$BATS_TEST_TMPDIR/cache"
	sleep 2.1
	probe list --json --binary "$programs/reads" --cache refresh --cache-dir "$BATS_TEST_TMPDIR/cache"
	probe list --json --binary "$programs/reads" --cache only --cache-dir "$BATS_TEST_TMPDIR/cache"
	equal "$(json '.candidates[].probe.source')" cache
	equal "$(remedies)" "--expose $BATS_TEST_TMPDIR/data"
}
