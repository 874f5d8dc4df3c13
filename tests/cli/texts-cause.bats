#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC1111,SC2016,SC2030,SC2031,SC2034,SC2154 # quotes of messages; scripts have variables of their own; tests are subshells; the helper sets ours
#
# The texts where a program may have failed because of the sandbox, where a broken one was passed
# over, and where somebody waits. One test per case: the set-up, and what the text must hold.

load helper
load host

setup() {
	prepare
	need_sandbox
	open_directories
}

COMPARE="hint: the sandbox may be the reason; if you trust the programs, try without it:"
ANSWER='{"type": "sample"}'

# with_data DIRECTORY: on a system that has DIRECTORY/x, which everybody may read.
with_data() {
	on_host "mount -t tmpfs -o mode=755 tmpfs /srv" "mount -t tmpfs -o mode=755 tmpfs /var/lib" \
		"mkdir -p '$1'" "echo '$ANSWER' > '$1/x'"
}

# says TEXT [STATUS]: a program that fails with this on stderr.
says() {
	program says "cat >&2 <<'END'" "$1" END "exit ${2:-1}"
}

# reason [WORD...]: sets $reason: why it is not taken.
reason() {
	probe list --binary "$programs/says" --cache off --json "$@"
	reason=$(json '.candidates[].reason')
}

# hints TEXT HINT [WORD...]: a program that says TEXT gets this hint, a pattern, and no other.
hints() {
	says "$1"
	reason "${@:3}"
	matches "$reason" "exit status 1: * ($2)"
	lacks "$stderr" "$COMPARE"
}

# hints_nothing TEXT [WORD...]: nothing is known of it, except how to find out.
hints_nothing() {
	says "$1"
	reason "${@:2}"
	matches "$reason" "exit status 1: *"
	lacks "$reason" "exists, but"
	lacks "$reason" "sandbox"
	matches "$stderr" "$COMPARE"$'\n'"  * --sandbox none"$'\n'"if that works, *"
}

# remedy: the words that $reason advises.
remedy() {
	grep -o -- '--expose [^ )]*' <<< "$reason" | tr '\n' ' '
}

# reads FILE: a program that answers with what lies there, and says what its shell does if it cannot.
reads() {
	program says 'PATH=/usr/bin:/bin' "exec cat '$1'"
}

# is_mended FILE: it is hidden, and what the reason advises shows it, at full and at partial.
is_mended() {
	local -a words

	reads "$1"
	reason
	matches "$reason" "*$1: No such file or directory ($1 exists, but is not shown to programs: --expose *)"
	read -ra words <<< "$(remedy)"
	probe --binary "$programs/says" --cache off "${words[@]}"
	answered "$programs/says"
	! has_landlock 6 || {
		reason "${partial[@]}"
		matches "$reason" "*$1: Permission denied ($1 exists, but is not shown to programs: --expose *)"
		probe --binary "$programs/says" --cache off "${words[@]}" "${partial[@]}"
		answered "$programs/says"
	}
}

# ---- a path that is hidden ----

@test "a data file in /srv, /var/lib or a directory of its own that is not shown: which, and what to expose" {
	with_data /srv/vendor
	is_mended /srv/vendor/x
	equal "$(remedy)" "--expose /srv/vendor "
	with_data /var/lib/vendor/share
	is_mended /var/lib/vendor/share/x
	equal "$(remedy)" "--expose /var/lib/vendor/share "
	# Only the file, where the directory is everybody's.
	with_data /srv
	is_mended /srv/x
	equal "$(remedy)" "--expose /srv/x "
	host=()
	mkdir "$BATS_TEST_TMPDIR/data"
	echo "$ANSWER" > "$BATS_TEST_TMPDIR/data/x"
	is_mended "$BATS_TEST_TMPDIR/data/x"
}

@test "the path is found in every form that programs give it" {
	local form hint="/srv/vendor/x exists, but is not shown to programs: --expose /srv/vendor"

	with_data /srv/vendor
	for form in "cat: /srv/vendor/x: No such file or directory" "open(/srv/vendor/x) failed" \
		"FileNotFoundError: [Errno 2] No such file or directory: '/srv/vendor/x'" \
		"open /srv/vendor/x: no such file or directory" "/srv/vendor/x:12:3: unreadable" \
		"Can't find /srv/vendor/x." "cannot load \"/srv/vendor/x\"" "could not read “/srv/vendor/x”" \
		"config=/srv/vendor/x is missing" "file:///srv/vendor/x" "no such thing"$'\n'"  /srv/vendor/x"; do
		hints "$form" "$hint"
	done
	for form in "vendor/x ./srv/vendor/x ~/srv/vendor/x" "http://srv/vendor/x" "usage: says --data=/srv/vendor/x"; do
		hints_nothing "$form"
	done
}

@test "a path with a blank is quoted for the shell" {
	with_data "/srv/my vendor"
	hints "cannot open '/srv/my vendor/x'" "/srv/my vendor/x exists, but is not shown to programs: --expose '/srv/my vendor'"
}

@test "a directory that a program names is what to expose" {
	with_data /srv/vendor
	hints "opendir /srv/vendor: No such file or directory" \
		"/srv/vendor exists, but is not shown to programs: --expose /srv/vendor"
}

@test "whatever the failure is: a signal, a timeout, no output" {
	with_data /srv/vendor
	program says 'echo "/srv/vendor/x is missing" >&2; kill -ABRT $$'
	reason
	matches "$reason" "killed by signal 6 * (/srv/vendor/x exists, *: --expose /srv/vendor)"
	program says 'echo "/srv/vendor/x is missing" >&2; sleep 60'
	reason --timeout 0.3
	matches "$reason" "no answer within 0.3 s: * (/srv/vendor/x exists, *: --expose /srv/vendor)"
	program says 'echo "/srv/vendor/x is missing" >&2'
	reason
	matches "$reason" "printed nothing on stdout; *: /srv/vendor/x is missing (/srv/vendor/x exists, *: --expose /srv/vendor)"
}

@test "a library: by its path where the loader names it, otherwise the reason says that there may be one" {
	on_host "mount -t tmpfs -o mode=755 tmpfs /srv" "mkdir /srv/libs" "cp -L /usr/lib/*/libm.so.6 /srv/libs"
	program says 'LD_PRELOAD=/srv/libs/libm.so.6 cat /no/such' 'exit 1'
	reason
	matches "$reason" "*\(/srv/libs/libm.so.6 exists, but is not shown to programs: --expose /srv/libs)"
	hints "says: error while loading shared libraries: libx.so.1: cannot open shared object file: No such file or directory" \
		"the sandbox shows a program its own directory, *; --expose PATH shows more"
	hints "ModuleNotFoundError: No module named 'x'" "the sandbox shows a program its own directory, *"
}

@test "a path that does not exist outside either, or is shown, is not a cause" {
	with_data /srv/vendor
	hints_nothing "/srv/vendor/y: No such file or directory"
	hints_nothing "/nowhere/x: No such file or directory"
	hints_nothing "$programs/says: No such file or directory"
	hints_nothing "/etc/passwd: No such file or directory"
	hints_nothing "/usr/bin/env: not found"
	hints_nothing "/srv/vendor/x: No such file or directory" --expose "$STAGE" --sandbox none 2> /dev/null || {
		# Nothing is hidden there, and nothing to be compared.
		lacks "$reason" exists
		lacks "$stderr" "$COMPARE"
	}
	# Programs look for a place in these, not for a file there.
	hints_nothing "No usable temporary directory found in ['/var/tmp', '/home', '/']"
}

@test "through a link: its target, and the directory that the link is found in" {
	on_host "mount -t tmpfs -o mode=755 tmpfs /srv" "mkdir /srv/a /srv/b" "echo '$ANSWER' > /srv/b/x" \
		"ln -s ../b/x /srv/a/link"
	ln -s /srv/b/x "$programs/link"
	is_mended "$programs/link"
	equal "$(remedy)" "--expose /srv/b "
	is_mended /srv/a/link
	equal "$(remedy)" "--expose /srv/a --expose /srv/b "
}

@test "a device that backends use, and may be opened: the node itself; no other device" {
	mkdir "$BATS_TEST_TMPDIR/dev"
	on_host "mount -t tmpfs -o mode=755 tmpfs '$BATS_TEST_TMPDIR/dev'" "cd '$BATS_TEST_TMPDIR/dev'" \
		"mkdir dri net" "node() { touch \$1; mount --bind /dev/\$2 \$1; }" \
		"for d in null zero full random urandom; do node \$d \$d; done" \
		"node dri/renderD128 random; node kvm random; node vda random" "mount --rbind . /dev"
	hints "open /dev/dri/renderD128: No such file or directory" \
		"/dev/dri/renderD128 exists, but is not shown to programs: --expose /dev/dri/renderD128"
	hints "Could not access KVM kernel module: /dev/kvm" "/dev/kvm exists, *: --expose /dev/kvm"
	hints_nothing "open /dev/vda: No such file or directory"
	hints_nothing "open /dev/dri/renderD129: No such file or directory"
	# The hint about the device is not repeated for its directory.
	says "open /dev/dri/renderD128: No such file or directory"
	manifest 10-gpu.json gpu says
	probe_here list --json
	equal "$(json .candidates[].reason | grep -o -- --expose | wc -l)" 1
}

@test "nobody is advised to open a home, a file that is hidden there, or a secret" {
	mkdir -p "$HOME/data" "$BATS_TEST_TMPDIR/data/.secret"
	touch "$HOME/data/x" "$BATS_TEST_TMPDIR/data/.secret/x" "$HOME/.bashrc"
	chmod 755 "$HOME" "$HOME/data"
	hints "open $HOME/data/x: No such file or directory" \
		"$HOME/data/x exists, but homes are not shown to programs; install it elsewhere"
	hints "open $BATS_TEST_TMPDIR/data/.secret/x: No such file or directory" \
		"$BATS_TEST_TMPDIR/data/.secret/x exists, but is not shown to programs"
	rm "$HOME/.bashrc"
	for path in /proc/1/environ / /etc/shadow; do
		hints_nothing "open $path: No such file or directory"
	done
	for path in "$HOME" /root /home /srv /var/lib /mnt; do
		hints "open $path: No such file or directory" "$path exists, but is not shown to programs"
	done
}

@test "files that the user nobody may not reach are not revealed: root's programs could not find out either" {
	has_others || skip "takes root and a user"
	mkdir -m 700 "$BATS_TEST_TMPDIR/closed"
	mkdir "$BATS_TEST_TMPDIR/open"
	touch "$BATS_TEST_TMPDIR/closed/x" "$BATS_TEST_TMPDIR/open/x"
	chmod 600 "$BATS_TEST_TMPDIR/open/x"
	hints_nothing "open $BATS_TEST_TMPDIR/closed/x: No such file or directory"
	hints_nothing "open $BATS_TEST_TMPDIR/open/x: No such file or directory"
}

@test "nothing is looked at on a file system of a process, which may never answer" {
	has_others || skip "takes root, who may open /dev/fuse"
	[ -c /dev/fuse ] || skip "no /dev/fuse here"
	on_host "mount -t tmpfs -o mode=755 tmpfs /srv" "mkdir /srv/far" "exec 9<> /dev/fuse" \
		"mount -i -t fuse -o fd=9,rootmode=40000,user_id=0,group_id=0,allow_other none /srv/far" \
		"ln -s far/x /srv/link"
	# By hand it hangs.
	run "${host[@]}" timeout -k 1 1 stat /srv/far/x
	equal "$status" 124
	BOUND=10 hints "open /srv/far/x: No such file or directory" \
		"/srv/far/x is on a file system of type fuse, which was not looked at, and is not shown to programs; if it exists: --expose /srv/far/x"
	BOUND=10 hints "open /srv/link: No such file or directory" "/srv/link is on a file system of type fuse, *"
}

# on_host_with_fuse LINE...: on a system whose /srv/far is such a file system, then these lines.
on_host_with_fuse() {
	has_others || skip "takes root, who may open /dev/fuse"
	[ -c /dev/fuse ] || skip "no /dev/fuse here"
	on_host "mount -t tmpfs -o mode=755 tmpfs /srv" "mkdir /srv/far" "exec 9<> /dev/fuse" \
		"mount -i -t fuse -o fd=9,rootmode=40000,user_id=0,group_id=0,allow_other none /srv/far" "$@"
}

@test "nor where a mark of a home is such a mount: then it counts as a home" {
	on_host_with_fuse "mkdir -p /srv/z/.ssh; touch /srv/z/x" "mount --move /srv/far /srv/z/.ssh"
	run "${host[@]}" timeout -k 1 1 stat /srv/z/.ssh
	equal "$status" 124
	BOUND=10 hints "open /srv/z/x: No such file or directory" \
		"/srv/z/x exists, but homes are not shown to programs; install it elsewhere"
}

@test "nor where it was moved onto another mount, or is covered by another" {
	on_host_with_fuse "mkdir /srv/under; mount -t tmpfs -o mode=755 tmpfs /srv/under" "mount --move /srv/far /srv/under"
	BOUND=10 hints "open /srv/under/x: No such file or directory" "/srv/under/x is on a file system of type fuse, *"
	on_host_with_fuse "mkdir /srv/over; mount -t tmpfs -o mode=755 tmpfs /srv/over; touch /srv/over/x" \
		"mount --move /srv/over /srv/far"
	BOUND=10 hints "open /srv/far/x: No such file or directory" \
		"/srv/far/x exists, but is not shown to programs: --expose /srv/far"
}

@test "nor where such a mount lies in a directory that is shown" {
	on_host_with_fuse "mount -t tmpfs -o mode=755 tmpfs /opt" "mkdir /opt/far" "mount --move /srv/far /opt/far"
	BOUND=10 hints_nothing "open /opt/far/x: Permission denied"
	BOUND=10 hints_nothing "open /opt/far/x: No such file or directory"
}

@test "a directory below /run, /var/log or /var/mail is not to be exposed for one file; what is foreign only where it may" {
	local directory

	has_others || skip "takes root"
	for directory in /var/log /var/mail /var/spool; do
		on_host "mount -t tmpfs -o mode=755 tmpfs $directory" "mkdir $directory/of" "touch $directory/of/x"
		hints "open $directory/of/x: No such file or directory" "$directory/of/x exists, but is not shown to programs: --expose $directory/of/x"
		hints "open $directory/of: No such file or directory" "$directory/of exists, but is not shown to programs"
	done
	for directory in /mnt /media /var/lib; do
		on_host_with_fuse "mount --move /srv/far $directory"
		BOUND=10 hints "open $directory: No such file or directory" \
			"$directory is on a file system of type fuse, which was not looked at, and is not shown to programs"
	done
	on_host_with_fuse
	BOUND=10 hints "open /dev/pts/0: No such file or directory" "/dev/pts/0 is on a file system of type devpts, which was not looked at, and is not shown to programs"
}

@test "nothing is mounted by looking" {
	has_others || skip "takes root, who may mount autofs"
	grep -qw autofs /proc/filesystems || skip "no autofs here"
	on_host "mount -t tmpfs -o mode=755 tmpfs /srv" "mkdir /srv/auto" \
		"mkfifo /srv/pipe" "exec 9<> /srv/pipe" \
		"mount -i -t autofs -o fd=9,pgrp=1,minproto=5,maxproto=5,direct none /srv/auto"
	run "${host[@]}" timeout -k 1 1 stat /srv/auto/x
	equal "$status" 124
	BOUND=10 hints "open /srv/auto/x: No such file or directory" "/srv/auto/x is on a file system of type autofs, *"
}

@test "a failure from the cache is judged by what is there now" {
	local cache=$BATS_TEST_TMPDIR/cache

	mkdir "$BATS_TEST_TMPDIR/data"
	says "open $BATS_TEST_TMPDIR/data/x: No such file or directory"
	sleep 2.1
	probe --binary "$programs/says" --cache-dir "$cache"
	refused
	lacks "$stderr" exists
	touch "$BATS_TEST_TMPDIR/data/x"
	probe --binary "$programs/says" --cache-dir "$cache" --cache only
	matches "$stderr" "*\(*/data/x exists, but is not shown to programs: --expose */data) (from the cache*"
}

@test "a program that names many paths costs no time" {
	program says 'i=0; while [ $i -lt 3000 ]; do echo "/srv/$i"; i=$((i+1)); done >&2; exit 1'
	BOUND=10 reason
	matches "$reason" "exit status 1*"
}

@test "no home, and no place that is everybody's, is to be exposed for an interpreter, but what is for programs there" {
	local path

	on_host "mount -t tmpfs -o mode=755 tmpfs /srv" "mkdir -p /srv/bin /srv/alice/bin /srv/alice/.ssh /srv/.x/bin /srv/.y /srv/fit/bin" \
		"mkdir -m 1777 /srv/all; mkdir /srv/all/bin" \
		"for d in /srv/bin /srv/alice/{bin,.ssh} /srv/.x/bin /srv/.y /srv/all/bin /srv/fit/bin; do cp /bin/sh \$d/x; done"
	for path in /srv/bin/x /srv/alice/bin/x /srv/alice/.ssh/x /srv/.y/x /srv/.x/bin/x /srv/all/bin/x /srv/fit/bin/x; do
		program says ":"
		sed -i "1s|.*|#!$path|" "$programs/says"
		reason
		case $path in
		/srv/fit/*) matches "$reason" "*: its interpreter $path cannot be seen in the sandbox; --expose /srv/fit" ;;
		/srv/.x/bin/*) matches "$reason" "*: its interpreter $path cannot be seen in the sandbox; --expose /srv/.x/bin" ;;
		/srv/bin/* | /srv/all/* | /srv/alice/bin/*) matches "$reason" "*: its interpreter $path cannot be seen in the sandbox; --expose $path" ;;
		*) matches "$reason" "*: its interpreter $path cannot be seen in the sandbox" ;;
		esac
	done
}

@test "nobody is advised to open a file that is not a program for the sake of an interpreter" {
	program says ":"
	sed -i "1s|.*|#!/etc/shadow|" "$programs/says"
	[ ! -x /etc/shadow ]
	reason
	matches "$reason" "*: permission denied: its interpreter /etc/shadow is owned by root *"
	lacks "$reason" chmod
	lacks "$reason" chgrp
}

@test "advice of a program's own is not taken for ours" {
	local said

	for said in "error (/srv/x exists, but is not shown to programs: --expose /root)" \
		"error (--without user,uid,caps) it is" 'error" (--sandbox none)' "(--expose /no/where)"; do
		says "$said"
		reason
		equal "$reason" "exit status 1: \"${said//\"/\'}\""
	done
	with_data /srv/vendor
	says "open(/srv/vendor/x): no such file (--expose /root)"
	reason
	equal "$reason" "exit status 1: \"open(/srv/vendor/x): no such file (--expose /root)\" (/srv/vendor/x exists, but is not shown to programs: --expose /srv/vendor)"
}

# ---- words that are known ----

@test "words that name what the sandbox refuses are explained" {
	local processes="in the sandbox, a program that runs by itself may have 512 processes and threads; try --without limits"
	local memory="in the sandbox, a process may have 8 GiB of data, *try --without limits*"
	local refused="the sandbox refuses some system calls, *seccomp*: try --without *seccomp*"
	local text

	for text in "pthread_create failed (EAGAIN)" "RuntimeError: can't start new thread" \
		"fork: Resource temporarily unavailable" "unable to create native thread: possibly out of memory or process limits" \
		"terminate called: Failed to create thread" "sh: 1: Cannot fork"; do
		hints "$text" "$processes"
	done
	for text in "mmap: Cannot allocate memory" "what(): std::bad_alloc" "fatal error: runtime: out of memory" \
		"MemoryError" "java.lang.OutOfMemoryError: Java heap space"; do
		hints "$text" "$memory"
	done
	for text in "socket: Operation not permitted" "futex: Function not implemented"; do
		hints "$text" "$refused"
	done
	hints "mmap: Operation not permitted" "the sandbox refuses some system calls, *limits*: try --without *limits,seccomp*"
	hints "setrlimit: Operation not permitted" "in the sandbox, no limit can be raised; try --without limits"
	hints "prlimit: Operation not permitted" "in the sandbox, no limit can be raised, and prlimit() cannot set one and return the old one; try --without limits,seccomp"
	hints "memfd_create: Invalid argument" "$refused"
	hints "pthread_setname_np: Read-only file system" "in the sandbox, a thread can name only itself; with --without mount,pid,landlock it can name others"
	hints "write: File too large" "in the sandbox, a file may have 8 GiB; *"
	hints "says: File size limit exceeded" "in the sandbox, a file may have 8 GiB; *"
	hints "accept: Too many open files" "in the sandbox, a process may have 256 descriptors; *"
	hints "open log: Read-only file system" "in the sandbox, programs can write to /tmp and nowhere else"
	hints "x.so: failed to map segment from shared object: /tmp/x.so" "in the sandbox, files in /tmp cannot be executed"
}

@test "words for root are explained to root, and not to others" {
	local text

	for text in "says must be root" "This program must be run as root" "it requires root" "root privileges are needed"; do
		if is_root; then
			hints "$text" "in the sandbox, root's programs run as nobody; with --without user,uid they see root's id"
		else
			hints_nothing "$text"
		fi
	done
	is_root || return 0
	program says '[ "$(id -u)" = 0 ] || { echo "you must be root" >&2; exit 1; }' "echo '$ANSWER'"
	probe --binary "$programs/says" --cache off --without user,uid
	answered "$programs/says"
}

@test "SIGXFSZ is reported as the limit that it is" {
	program says '#' 'exec perl -e '"'"'$SIG{XFSZ} = "DEFAULT"; kill XFSZ => $$'"'"
	reason
	matches "$reason" "killed by signal 25 (File size limit exceeded) (in the sandbox, a file may have 8 GiB; *)"
}

@test "without the layer that refuses it, nothing is explained by it" {
	says "socket: Operation not permitted"
	reason --without seccomp,user,uid,caps,net,limits,landlock
	lacks "$reason" sandbox
	says "pthread_create"
	reason --without limits
	lacks "$reason" sandbox
}

# ---- one hint for the whole answer ----

@test "other failures: one hint, however many there are" {
	for i in 10 20 30; do
		manifest $i.json sample says
	done
	says "no idea"
	probe_here --type sample
	refused
	equal "$(grep -c "^$COMPARE$" <<< "$stderr")" 1
	probe_here explain --type sample
	equal "$(grep -c "^$COMPARE$" <<< "$output"$'\n'"$stderr")" 1
	probe_here list
	equal "$(grep -c "^$COMPARE$" <<< "$stderr")" 1
	# Nobody asked why.
	probe_here list -q
	equal "$stderr" ""
}

@test "no such hint where the sandbox cannot be the cause" {
	local line

	for line in "echo nonsense" "echo '{}'" "head -c 100000 /dev/zero" \
		'echo "unknown option --print-capabilities" >&2; exit 2' 'echo "{}" >&2'; do
		program says "$line"
		probe --binary "$programs/says" --cache off
		refused
		lacks "$stderr" "sandbox"
	done
	probe list --binary "$programs/none"
	lacks "$stderr" "sandbox"
}

@test "without the sandbox it is not the reason, and that is said; not where a program works" {
	says "no idea"
	for verb in list select "explain"; do
		probe $verb --binary "$programs/says" --sandbox none
		matches "$stderr" "*hint: the programs ran without the sandbox, so they fail for another reason; *"
		lacks "$stderr" "the sandbox may be the reason"
	done
	backend good sample
	probe list --binary "$programs/good" --sandbox none
	equal "$stderr" ""
	probe list --binary "$programs/none" --sandbox none
	equal "$stderr" ""
}

@test "the hint has the whole command at another level, which can be copied" {
	local command

	says "no idea"
	program "a(b" 'exit 1'
	for words in "--binary $programs/says" "list --binary $programs/says --sandbox full" \
		"--binary=$programs/says --sandbox=full --cache off" "explain --binary $programs/a(b"; do
		# shellcheck disable=SC2086 # words
		probe $words
		command=$(sed -n 's/^  \(.* --sandbox none\)$/\1/p' <<< "$stderr")
		run --separate-stderr timeout -k 5 60 bash -c "$command"
		matches "$stderr" "*hint: the programs ran without the sandbox*"
	done
	# What is shown would be another command.
	printf '#!/bin/sh\nexit 1\n' > "$programs/"$'a\nb'
	chmod 755 "$programs/"$'a\nb'
	probe --binary "$programs/"$'a\nb'
	matches "$stderr" "*hint: the sandbox may be the reason; if you trust the programs, try --sandbox none; if that works, *"
}

@test "the hint has the command of the one program that failed; of several it has none" {
	says "no idea"
	cp "$programs/says" "$programs/s a y"
	for file in "$programs/says" "$programs/s a y"; do
		manifest 50-one.json sample "$file"
		for words in "--binary" "--type sample --dir $manifests" "list --binary" "--sandbox none --binary"; do
			# shellcheck disable=SC2046,SC2086 # words
			if [[ $words = *--binary ]]; then
				probe $words "$file"
			else
				probe $words
			fi
			matches "$stderr" "*to see everything that this program prints, run it yourself, not as root:
  *"
			run bash -c "$(tail -n 1 <<< "$stderr")"
			equal "$status: $output" "1: no idea"
		done
	done
	cp "$programs/says" "$programs/two"
	manifest 60-two.json sample two
	probe_here list
	matches "$stderr" "*run PROGRAM --print-capabilities yourself, not as root"
}

@test "exec: the command without the sandbox prints the program's own command, and does not start it" {
	local command

	program says "[ -e $manifests/there ] || exit 3" "echo '$ANSWER'" "echo \"\$*\" >> $manifests/started"
	touch "$manifests/there"
	for words in "" "--print"; do
		# shellcheck disable=SC2086 # words
		probe exec $words --binary "$programs/says" -- --sandbox full --print
		command=$(sed -n "/^$COMPARE\$/{n;s/^  //p}" <<< "$stderr")
		matches "$command" "*exec @(|--print )--binary $programs/says --sandbox none@(| --print) -- --sandbox full --print"
		lacks "$command" "--print *--print *--print"
		run --separate-stderr timeout -k 5 60 bash -c "$command"
		answered "$programs/says --sandbox full --print"
	done
	# It was asked, and never started for anything else.
	equal "$(sort -u "$manifests/started")" "--print-capabilities"
}

@test "a file that is missing in /tmp: HOME leads there; not where it exists outside" {
	says "cat: /tmp/.config/x: No such file or directory"
	reason
	matches "$reason" "exit status 1: * (in the sandbox, HOME is /tmp, and nothing is in it at first)"
	lacks "$stderr" "$COMPARE"
	hints "open /tmp/.x: no such file or directory" "in the sandbox, HOME is /tmp, *"
	hints "FileNotFoundError: [Errno 2] No such file or directory: '/tmp/.x'" "in the sandbox, HOME is /tmp, *"
	hints_nothing "cat: /usr/.x: No such file or directory"
	hints_nothing "cat: /tmp/socket: No such file or directory"
	says "cat: /tmp/.x: No such file or directory"
	reason --sandbox none
	equal "$reason" "exit status 1: cat: /tmp/.x: No such file or directory"
}

@test "a refusal by several layers: one advice that leads on, whatever was left out already" {
	local layers

	need perl
	program says '#' "exec perl -MIO::Socket::INET -e '
		my \$s = IO::Socket::INET->new(LocalAddr => \"127.0.0.1\", Listen => 1)
			or die \"listen: \$!\\n\";
		IO::Socket::INET->new(PeerAddr => \"127.0.0.1\", PeerPort => \$s->sockport)
			or die \"connect: \$!\\n\";
		print q($ANSWER)'"
	probe --binary "$programs/says" --cache off --sandbox none
	answered "$programs/says"
	for layers in "" "--without seccomp" "--without seccomp,landlock" "--without seccomp,net"; do
		# shellcheck disable=SC2086 # words
		reason $layers
		matches "$reason" "exit status *: * (the sandbox refuses some system calls, * may be the reason: try --without *)"
		layers=$(grep -o -- '--without [a-z,-]*[a-z]' <<< "$reason")
		# shellcheck disable=SC2086 # words
		probe --binary "$programs/says" --cache off $layers
		answered "$programs/says"
	done
	# Of a file it is the file's mode.
	hints_nothing "open /usr/lib/x: Permission denied"
}

@test "the quoted line and what is said of a path belong together" {
	with_data /srv/vendor
	hints "cannot open /srv/vendor/x"$'\n'"error: cannot go on" "/srv/vendor/x exists, *"
	matches "$reason" "exit status 1: cannot open /srv/vendor/x (*"
	hints "error: cannot open /srv/vendor/x"$'\n'"cannot open /mnt" "/srv/vendor/x exists, *"
	matches "$reason" "exit status 1: error: cannot open /srv/vendor/x (*"
	hints "INFO: looking at /srv/vendor/x"$'\n'"error: no gpu" "/srv/vendor/x exists, *"
	matches "$reason" "exit status 1: error: no gpu (*"
}

@test "a shortage of ours says what to raise, and never to do without the sandbox" {
	skip_with_asan
	backend good sample
	run --separate-stderr timeout -k 5 60 prlimit --nofile=8 "$VHOST_PROBE" --binary "$programs/good" --cache off
	ended 2
	matches "$stderr" "*Too many open files*ulimit -n*"
	lacks "$stderr" "--sandbox"
	! is_root || return 0
	run --separate-stderr timeout -k 5 60 prlimit --nproc=1 "$VHOST_PROBE" --binary "$programs/good" --cache off
	ended 2
	matches "$stderr" "*Resource temporarily unavailable*ulimit -u*pids.max*--jobs*"
	lacks "$stderr" "--sandbox"
}

# ---- what was really said ----

@test "a path in the beginning of much that was said, or on stdout where stderr is blank, is found too" {
	local hint="/srv/vendor/x exists, but is not shown to programs: --expose /srv/vendor"

	with_data /srv/vendor
	program says "echo 'cannot open /srv/vendor/x' >&2" 'yes noise | head -n 20000 >&2' "exit 1"
	reason
	matches "$reason" "exit status 1: cannot open /srv/vendor/x ($hint)"
	program says "echo 'cannot open /srv/vendor/x'" "exit 1"
	reason
	matches "$reason" "exit status 1: cannot open /srv/vendor/x ($hint)"
	program says "echo 'cannot open /srv/vendor/x'" "printf ' \\n\\t\\n' >&2" "exit 1"
	reason
	matches "$reason" "exit status 1: cannot open /srv/vendor/x ($hint)"
	# What an answer names is no complaint, and what stderr says comes first.
	program says "echo '{\"type\": \"sample\", \"x\": \"/srv/vendor/x\"}'" "exit 1"
	reason
	equal "$reason" "exit status 1"
	program says "echo 'reading /srv/vendor/x'" "echo 'bad configuration' >&2" "exit 1"
	reason
	equal "$reason" "exit status 1: bad configuration"
}

@test "words on stdout are known as well as those on stderr" {
	program says "echo \"RuntimeError: can't start new thread\"" "exit 1"
	reason
	matches "$reason" "exit status 1: RuntimeError: can't start new thread (in the sandbox, a program that runs by itself may have *)"
	lacks "$stderr" "$COMPARE"
}

@test "a program that says on stdout what it does not know, or answers on stderr, leaves no doubt" {
	program says "echo 'unknown option --print-capabilities'" "exit 2"
	reason
	matches "$reason" "exit status 2; it does not know --print-capabilities: *"
	lacks "$stderr" "$COMPARE"
	program says "echo 'starting' >&2" "echo '$ANSWER' >&2"
	reason
	matches "$reason" "printed nothing on stdout; its JSON is on stderr, and belongs on stdout"
	lacks "$stderr" "$COMPARE"
	# What only looks like one answers nothing.
	program says "echo '{ nonsense' >&2"
	reason
	matches "$stderr" "$COMPARE"$'\n'"*"
}

# ---- what was passed over ----

# broken NAME KIND: a candidate that is broken in this way.
broken() {
	manifest "$1.json" sample "$1"
	case $2 in
	exit-status) program "$1" 'echo "no data" >&2' 'exit 3' ;;
	timeout) program "$1" 'sleep 60' ;;
	no-output) program "$1" ':' ;;
	bad-json) program "$1" 'echo nonsense' ;;
	type-mismatch) program "$1" "echo '{\"type\": \"other\"}'" ;;
	missing-binary) ;;
	not-executable) : > "$programs/$1" ;;
	untrusted) program "$1" && chmod 777 "$programs/$1" ;;
	bad-manifest) echo '{' > "$manifests/$1.json" ;;
	unreadable) ln -sf nowhere "$manifests/$1.json" ;;
	esac
}

@test "select names broken backends that come before its choice, and how to see more" {
	local kind

	candidate 50-good.json sample
	for kind in exit-status timeout no-output bad-json type-mismatch missing-binary not-executable untrusted \
		bad-manifest unreadable; do
		rm -f "$manifests"/20-x.json "$programs"/20-x
		broken 20-x $kind
		probe_here --type sample --timeout 0.5
		answered_past "$programs/50-good" "20-x.json: $kind"
		matches "$stderr" "*; see vhost-probe explain --type sample --dir $manifests"
		probe_here --type sample --timeout 0.5 -q
		answered "$programs/50-good"
	done
	# Verbose says all of it.
	probe_here --type sample -v
	lacks "$stderr" "passed over"
}

@test "of several the first is named, and how many more there are; none after the choice is" {
	candidate 50-good.json sample
	broken 20-x exit-status
	broken 30-y missing-binary
	broken 40-z no-output
	broken 60-behind exit-status
	probe_here --type sample
	answered_past "$programs/50-good" "20-x.json: exit-status"
	matches "$stderr" "vhost-probe: passed over 3 files, the first *: exit status 3: no data; see vhost-probe explain *"
	# Every match was asked for.
	probe_here --type sample --all
	ended 0
	matches "$stderr" "vhost-probe: passed over 4 files, the first of them 20-x.json: *; see *"
}

@test "a file that lacks a feature, is of another type, masked or not a manifest was not passed over" {
	candidate 10-lacks.json sample
	candidate 20-other.json other
	candidate 30-has.json sample unwanted
	: > "$manifests/40-mask.json"
	echo x > "$manifests/README"
	candidate 50-good.json sample wanted
	probe_here --type sample --need wanted --exclude unwanted
	answered "$programs/50-good"
}

# ---- explain, and the cache alone ----

@test "explain's line on the sandbox: how much holds, and what was left out" {
	candidate 50-good.json sample
	probe_here explain --type sample
	matches "$output" "*"$'\n'"sandbox: full*"
	probe_here explain --type sample --without net,seccomp
	matches "$output" "*"$'\n'"sandbox: none, "[0-9]*" of 13 layers hold; left out: net, seccomp"$'\n'"*"
	probe_here explain --type sample --without landlock
	matches "$output" "*"$'\n'"sandbox: full, "[0-9]*" of 13 layers hold; left out: landlock"$'\n'"*"
	probe_here explain --type sample --sandbox none
	matches "$output" "*"$'\n'"sandbox: none"$'\n'"*"
}

@test "explain's line on the sandbox: what is missing, and why" {
	candidate 50-good.json sample
	run --separate-stderr timeout -k 5 60 "$STAGE/bin/refuse" landlock-missing -- \
		"$VHOST_PROBE" explain --type sample --dir "$manifests"
	ended 0
	matches "$output" "*"$'\n'"sandbox: full, "[0-9]*" of 13 layers hold"$'\n'"  landlock   ENOSYS   the kernel lacks *"
}

@test "--cache only: one candidate is no earlier one, and what to do is said" {
	local cache=$BATS_TEST_TMPDIR/cache

	candidate 50-good.json sample
	probe_here --type sample --cache only --cache-dir "$cache"
	ended 3
	matches "$stderr" "vhost-probe: nothing was chosen, because the only candidate is not in the cache"$'\n'"*refresh fills the cache"
	probe --binary "$programs/50-good.json" --cache only --cache-dir "$cache"
	probe --binary "$programs/50-good" --cache only --cache-dir "$cache"
	matches "$stderr" "*because the program is not in the cache*"
	candidate 60-good.json sample
	probe_here --type sample --cache only --cache-dir "$cache"
	matches "$stderr" "*because a candidate is not in the cache*"
}

# ---- waiting ----

# on_terminal_of COLUMNS WORD...: with a terminal of this width.
on_terminal_of() {
	need script
	run env TERM="${TERMINAL:-xterm}" timeout -k 5 60 script -qefc \
		"stty cols $1; $(printf '%q ' "$VHOST_PROBE" "${@:2}")" /dev/null < /dev/null
}

@test "a terminal shows a table, however long the words of a manifest are" {
	local word columns

	candidate 60-good.json sample
	for word in "/$(repeated a/ 240000)" "/$(repeated a 480000)" "$(repeated a/ 240000)" \
		"/$(repeated '/ ' 240000)" "/$(repeated é/ 160000)b"; do
		{
			printf '{"description": "a", "type": "sample", "binary": "'
			printf '%s"}' "$word"
		} > "$manifests/50-long.json"
		for columns in 40 100; do
			on_terminal_of $columns list --dir "$manifests" --columns name,program,features
			equal "$status" 0
			matches "$output" "*60-good*"
		done
	done
}

# waits: the lines of progress, which begin with a time.
waits() {
	tr '\r' '\n' <<< "$output" | sed -n $'s/^\033\\[K\\([0-9]\\.[0-9].*\\)/\\1/p'
}

# waits_like PATTERN: one of them is like it; on a busy machine the first may come before a program has begun.
waits_like() {
	local line

	while IFS= read -r line; do
		# shellcheck disable=SC2053 # a pattern
		[[ $line != $1 ]] || return 0
	done < <(waits)
	echo "no line of progress is like $1:"
	waits
	return 1
}

@test "the progress line names what it waits for, and how many more" {
	for i in 1 2 3; do
		manifest "$i.json" sample "slow-$i"
		program "slow-$i" "sleep 1.2; echo '$ANSWER'"
	done
	candidate 4.json sample
	on_terminal_of 100 list --dir "$manifests" --jobs 8
	waits_like "[0-9].[0-9] s, [01] of 4 programs have ended; waiting for slow-1, slow-2*"
	on_terminal_of 68 list --dir "$manifests" --jobs 8
	waits_like "[0-9].[0-9] s, [01] of 4 programs have ended; waiting for slow-1 and [23] more"
	on_terminal_of 40 list --dir "$manifests" --jobs 8
	waits_like "[0-9].[0-9] s, waiting for slow-1 and [23] more"
}

@test "it names first what still runs, and then what has failed and is run once more" {
	manifest 1.json sample fails
	program fails "exit 3"
	manifest 2.json sample hangs
	program hangs "exec sleep 60"
	on_terminal_of 100 list --dir "$manifests" --jobs 8 --timeout 1.5
	waits_like "[0-9].[0-9] s, 0 of 2 programs have ended; waiting for hangs, fails"
}

@test "it fits the terminal, whatever programs are called" {
	local columns name

	name=$(printf '漢%.0s' {1..40})
	manifest 1.json sample "$name"
	program "$name" "sleep 0.9; echo '$ANSWER'"
	for columns in 80 40 20 5; do
		on_terminal_of $columns list --dir "$manifests"
		waits > "$BATS_TEST_TMPDIR/lines"
		[ -s "$BATS_TEST_TMPDIR/lines" ]
		perl -CSD -ne 'chomp; my $wide = () = /\p{Han}/g; exit 1 if length($_) + $wide >= '$columns \
			"$BATS_TEST_TMPDIR/lines"
	done
}

@test "a dumb terminal gets no progress line, since it cannot wipe one" {
	manifest 1.json sample slow
	program slow "sleep 0.9; echo '$ANSWER'"
	TERMINAL=dumb on_terminal_of 80 --type sample --dir "$manifests"
	equal "${output%$'\r'}" "$programs/slow"
}

@test "refresh says that it waits for manifests to stay as they are" {
	candidate 50-good.json sample
	(for i in {1..15}; do
		sleep 0.1
		touch "$manifests/50-good.json"
	done) &
	on_terminal_of 100 refresh --dir "$manifests" --cache-dir "$BATS_TEST_TMPDIR/cache"
	wait
	matches "$(waits)" "*s, waiting until manifests and libraries stop changing*"
}
