#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154 # the inner shell expands; tests are subshells; the helper uses and sets ours
#
# File systems that another process answers for: one that never does holds up nothing beyond the
# time that it is given, by whatever name it is reached; one that answers, soon or late, is like any
# other.

load helper

# Not every container may have one, nor every kernel; all other machines can.
need_fuse() {
	local node=$BATS_TEST_TMPDIR/fuse

	[ ! -c /dev/fuse ] || return 0
	{ mknod "$node" c 10 229 && : <> "$node"; } 2> /dev/null || skip "no /dev/fuse here, and none can be made"
	skip_or_fail "no /dev/fuse here, but it can be made"
}

setup() {
	prepare
	open_directories
	need_sandbox
	has_others || skip "takes root, who may open /dev/fuse"
	need_fuse
	backend works gpu virgl
}

ANSWER='echo "{\"type\": \"gpu\", \"features\": [\"virgl\"]}"'

# hangs PATH: what is said of /srv/far when this path was looked at first.
hangs() {
	echo "lies on a file system of type fuse, mounted on /srv/far, which did not answer within 1 s when $1 was looked at; check whether its server still runs"
}
FAR=$(hangs /srv/far/x)

# far SCRIPT [SECONDS]: a shell script where /srv/far is such a file system. With SECONDS it is
# served, and has a program x. $1 is vhost-probe, $2 the directory of programs, $3 of manifests.
far() {
	program served "$ANSWER"
	run --separate-stderr timeout -k 5 40 unshare --mount --propagation private bash -ec '
		script=$1 seconds=$2 fixture=$3
		shift 3
		server=
		trap "[ -z \"\$server\" ] || kill \$server" EXIT
		mount -t tmpfs -o mode=755 tmpfs /srv
		mkdir /srv/far
		exec 9<> /dev/fuse
		mount -i -t fuse -o fd=9,rootmode=40000,user_id=0,group_id=0,allow_other none /srv/far
		if [ "$seconds" ]; then
			python3 "$fixture" 9 "$2/served" "$seconds" < /dev/null > /dev/null 2>&1 3>&- &
			server=$!
			exec 9>&-
		fi
		eval "$script"' bash "$1" "${2-}" "$STAGE/fixtures/fuse.py" "$VHOST_PROBE" "$programs" "$manifests"
	[ "$status" != 32 ] || skip_or_fail "no such file system can be mounted: $stderr"
}

# refused NAME VERDICT REASON: the manifest NAME got these.
refused() {
	equal "$(json ".candidates[] | select(.name == \"$1\") | .verdict + \": \" + .reason")" "$2: $3"
}

@test "what never answers is refused with the mount's name, and everything else works" {
	manifest 10-far.json gpu /srv/far/x
	manifest 20-script.json gpu "$programs/script"
	manifest 30-twice.json gpu "$programs/twice"
	manifest 40-loader.json gpu "$programs/loader"
	manifest 50-link.json gpu "$programs/link"
	manifest 60-below.json gpu "$programs/directory/x"
	manifest 70-back.json gpu /srv/far/../../usr/bin/true
	ln -s /srv/far/manifest.json "$manifests/80-manifest.json"
	manifest 90-works.json gpu "$programs/works"
	ln -s /srv/far/x "$programs/link"
	ln -s /srv/far "$programs/directory"
	printf '#!/srv/far/sh\n' > "$programs/script"
	printf '#!%s\n' "$programs/script" > "$programs/twice"
	cp "$FAKES/like-gpu" "$programs/loader"
	perl -0pi -e 's#/lib[^\0]*/ld-[^\0]*\0#substr("/srv/far/ld.so" . "\0" x length $&, 0, length $&)#e' "$programs/loader"
	chmod 755 "$programs"/{script,twice,loader}
	far '"$1" list --type gpu --dir "$3" --timeout 1 --json'
	ended 0
	refused 10-far.json not-executable "/srv/far/x $FAR"
	refused 20-script.json not-executable "$programs/script is interpreted or loaded by /srv/far/sh, which $FAR"
	refused 30-twice.json not-executable "$programs/twice is interpreted or loaded by /srv/far/sh, which $FAR"
	refused 40-loader.json not-executable "$programs/loader is interpreted or loaded by /srv/far/ld.so, which $FAR"
	refused 50-link.json not-executable "$programs/link $FAR"
	refused 60-below.json not-executable "$programs/directory/x $FAR"
	refused 70-back.json not-executable "/srv/far/../../usr/bin/true $FAR"
	refused 80-manifest.json unreadable "$FAR"
	equal "$(json '.candidates[] | select(.name == "90-works.json") | .verdict')" match
}

@test "a mount is asked once, whatever names it: many programs take no longer than one" {
	local i

	for i in {10..59}; do
		manifest "$i-far.json" gpu "/srv/far/$i/x"
	done
	manifest 90-works.json gpu "$programs/works"
	far 'SECONDS=0; "$1" --type gpu --dir "$3" --timeout 2; echo "took $SECONDS"'
	matches "$output" "$programs/works"$'\n'"took *"
	below "${output##* }" 20
}

# hang MOUNT: for scripts: another one that never answers.
HANG='hang() {
	[ -e "$1" ] || mkdir "$1"
	exec {fd}<> /dev/fuse
	mount -i -t fuse -o "fd=$fd,rootmode=${2-40000},user_id=0,group_id=0,allow_other" none "$1"
}
'

@test "a mount below one that answers is asked by itself, and refused by itself" {
	need python3
	manifest 10-above.json gpu /srv/far/y
	manifest 20-below.json gpu /srv/far/x
	manifest 30-works.json gpu "$programs/works"
	far "$HANG"'hang /srv/far/x 100000
		timeout -s KILL 20 "$1" list --type gpu --dir "$3" --timeout 1 --json' 0
	ended 0
	refused 10-above.json missing-binary "/srv/far/y does not exist"
	refused 20-below.json not-executable "/srv/far/x $(hangs /srv/far/x)"
	equal "$(json '.candidates[] | select(.name == "30-works.json") | .verdict')" match
}

@test "names of an automounter hang each by itself" {
	need python3
	manifest 10-ok.json gpu /srv/auto/ok/x
	manifest 20-dead.json gpu /srv/auto/dead/x
	manifest 30-dead.json gpu /srv/auto/dead/y
	manifest 40-gone.json gpu /srv/auto/ok/y
	far 'mkdir /srv/auto
		python3 "$STAGE/fixtures/automounter.py" /srv/auto "$2/works" < /dev/null > /dev/null 3>&- &
		server=$!
		while ! grep -q " autofs " /proc/self/mounts; do kill -0 $server; sleep 0.05; done
		SECONDS=0
		timeout -s KILL 20 "$1" list --type gpu --dir "$3" --timeout 2 --json
		[ "$SECONDS" -lt 8 ]'
	ended 0
	equal "$(json '.candidates[] | .verdict')" "$(lines match not-executable not-executable missing-binary)"
	matches "$(json '.candidates[2].reason')" \
		"/srv/auto/dead/y lies on a file system of type autofs, mounted on /srv/auto, which did not answer within 2 s when /srv/auto/dead/x was looked at; *"
}

@test "ways that cannot be walked to their end are looked at first" {
	local up i

	up=$(printf '/usr/..%.0s' {1..45})
	for i in {1..45}; do
		ln -s "$([ "$i" = 45 ] && echo /srv/far || echo "$programs/l$((i + 1))")" "$programs/l$i"
	done
	for i in "$up/srv/far" /proc/self/root/srv/far "/proc/thread-self/root/srv/far" "$programs/l20$up/srv/far"; do
		far "timeout -s KILL 20 \"\$1\" --binary '$i/x' --timeout 1 --cache off"
		equal "$status" 1
		matches "$stderr" "*did not answer within 1 s*"
	done
	far 'timeout -s KILL 20 "$1" --binary /proc/self/root/usr/bin/true --timeout 1 --cache off'
	equal "$status" 1
	matches "$stderr" "*/usr/bin/true*"
	[[ $stderr != *"did not answer"* ]]
}

@test "the hint at a missing program looks at nothing that hangs" {
	manifest 10-lost.json gpu /usr/libexec/vhost-probe-nonsuch
	manifest 20-blank.json gpu "$programs/link --flag"
	manifest 90-works.json gpu "$programs/works"
	ln -s /srv/far/x "$programs/link"
	far "$HANG"'PATH=/usr/bin:/bin
		hang /usr/local
		timeout -s KILL 20 "$1" list --type gpu --dir "$3" --timeout 1 --json'
	ended 0
	equal "$(json '.candidates[] | .verdict')" "$(lines missing-binary missing-binary match)"
}

@test "a home that never answers is as none" {
	manifest 90-works.json gpu "$programs/works"
	far 'HOME=/srv/far/user timeout -s KILL 20 "$1" --type gpu --dir "$3" --timeout 1 --cache off'
	answered "$programs/works"
}

@test "a call that is killed leaves no process that looks" {
	manifest 50-far.json gpu /srv/far/x
	far '"$1" list --type gpu --dir "$3" --timeout 30 > /dev/null & call=$!
		until pgrep -xc vhost-look --ns $$ --nslist mnt; do sleep 0.05; done
		kill -KILL $call
		for i in {1..50}; do pgrep -xc vhost-look --ns $$ --nslist mnt > /dev/null || break; sleep 0.1; done
		pgrep -xc vhost-look --ns $$ --nslist mnt || :'
	equal "$(tail -n 1 <<< "$output")" 0
}

@test "a directory of the search path, one program, and check" {
	far 'timeout 20 "$1" --type gpu --dir /srv/far/manifests --timeout 1'
	ended 2
	matches "$stderr" "*cannot read /srv/far/manifests: it $(hangs /srv/far/manifests)"
	far 'XDG_DATA_DIRS=/srv/far timeout 20 "$1" list --type gpu --timeout 1'
	ended 0
	far 'timeout 20 "$1" --binary /srv/far/x --timeout 1'
	ended 1
	matches "$stderr" "*/srv/far/x *not-executable: $FAR*"
	manifest 50-far.json gpu /srv/far/x
	far 'timeout 20 "$1" check --timeout 1 "$3"'
	ended 1
	matches "$output$stderr" "*/srv/far/x $FAR*"
}

@test "a path to expose, by option and by configuration" {
	far 'timeout 30 "$1" --type gpu --dir "$3" --timeout 1 --expose /srv/far/x'
	ended 2
	matches "$stderr" "*/srv/far/x*lies on a file system of type fuse, mounted on /srv/far, which did not answer within 1 s*"
	manifest 90-works.json gpu "$programs/works"
	mkdir "$BATS_TEST_TMPDIR/etc"
	printf '[vhost-probe]\nexpose=/srv/far/x\n' > "$BATS_TEST_TMPDIR/etc/vhost-probe.conf"
	far "mount -t overlay -o 'lowerdir=$BATS_TEST_TMPDIR/etc:/etc' overlay /etc
		timeout 30 \"\$1\" --type gpu --dir \"\$3\""
	answered "$programs/works"
}

@test "a cache there: it is said, and counts as none" {
	manifest 90-works.json gpu "$programs/works"
	far 'timeout 20 "$1" explain --type gpu --dir "$3" --timeout 1 --cache-dir /srv/far/cache'
	ended 0
	matches "$output" "*selected*$programs/works*"
	far 'timeout 20 "$1" --type gpu --dir "$3" --timeout 1 --cache-dir /srv/far/cache'
	ended 0
	equal "$output" "$programs/works"
	matches "$stderr" "*/srv/far/cache $(hangs /srv/far/cache)"
	far 'timeout 20 "$1" refresh --dir "$3" --timeout 1 --cache-dir /srv/far/cache'
	ended 2
	matches "$stderr" "*/srv/far/cache $(hangs /srv/far/cache)*"
	far 'timeout 20 "$1" cache list --cache-dir /srv/far/cache'
	ended 2
	matches "$stderr" "*/srv/far/cache lies on a file system of type fuse*"
	far 'timeout 20 "$1" cache clear --cache-dir /srv/far/cache'
	ended 2
	matches "$stderr" "*/srv/far/cache lies on a file system of type fuse*"
	far 'mkdir -m 700 /srv/near
		ln -s /srv/far/x /srv/near/link
		exec setpriv --reuid 64001 --regid 64001 --clear-groups env XDG_RUNTIME_DIR=/srv/near/../far \
			XDG_CACHE_HOME=/srv/far timeout 20 "$1" --type gpu --dir "$3" --timeout 1'
	answered "$programs/works"
}

@test "cache list: an entry whose program, or interpreter, does not answer any more is stale" {
	local cache=$BATS_TEST_TMPDIR/cache

	mkdir "$cache"
	far 'mkdir /srv/far2
		cp "$2/works" /srv/far2/works
		mkdir /srv/m
		echo "{\"type\": \"gpu\", \"description\": \"\", \"binary\": \"/srv/far2/works\"}" > /srv/m/50.json
		sleep 2.1
		"$1" refresh --dir /srv/m --cache-dir '"$cache"' > /dev/null
		exec 8<> /dev/fuse
		mount -i -t fuse -o fd=8,rootmode=40000,user_id=0,group_id=0,allow_other none /srv/far2
		timeout 20 "$1" cache list --cache-dir '"$cache"
	ended 0
	matches "$output" "*/srv/far2/works*the program has changed*"
}

@test "words that are looked at before anything else: of check, and of a hint" {
	far 'timeout 20 "$1" check --timeout 1 /srv/far/manifest.json'
	ended 1
	matches "$output$stderr" "*/srv/far/manifest.json:*cannot be read: it $(hangs /srv/far/manifest.json)*"
	far 'timeout 20 "$1" check --timeout 1 /srv/far/program'
	ended 1
	far 'cd /srv; ln -s far link; timeout 20 "$1" check --timeout 1 link/manifest.json ../srv/far/m.json'
	ended 1
	equal "$(grep -c "cannot be read: it lies on a file system of type fuse" <<< "$output")" 2
	far 'timeout 20 "$1" explain /srv/far/x'
	ended 2
	matches "$stderr" "*explain: unexpected argument /srv/far/x; did you mean --binary /srv/far/x\?"
	far 'timeout 20 "$1" /srv/far/x'
	ended 2
	matches "$stderr" "*unknown verb /srv/far/x; did you mean --binary /srv/far/x\?"
}

@test "a loop goes on while a file system does not answer, and the deadline names it" {
	mkdir -p "$BATS_TEST_TMPDIR/data/qemu"
	ln -s "$manifests" "$BATS_TEST_TMPDIR/data/qemu/vhost-user"
	manifest 50-far.json gpu /srv/far/x
	far "XDG_DATA_DIRS=$BATS_TEST_TMPDIR/data \$STAGE/examples/main-loop"
	matches "$stderr" "......*no answer within 3 s: the file system of /srv/far/x has not answered"
}

@test "no process that looked is left" {
	manifest 50-far.json gpu /srv/far/x
	far '"$1" list --type gpu --dir "$3" --timeout 1 > /dev/null
		ps -o comm= --ppid $$ | grep -c vhost-look || :
		pgrep -xc vhost-look --ns $$ --nslist mnt || :'
	equal "$output" "$(lines 0 0)"
}

@test "one that answers is like any other: a program there matches, soon or late" {
	local seconds

	need python3
	manifest 50-far.json gpu /srv/far/x
	for seconds in 0 0.7; do
		far '"$1" --type gpu --need virgl --dir "$3" --timeout 9' $seconds
		answered /srv/far/x
	done
	far '"$1" list --type gpu --dir "$3" --timeout 9 --json' 0
	equal "$(json '.candidates[0].verdict')" match
}

@test "one that answers and has no such file says so" {
	need python3
	manifest 50-far.json gpu /srv/far/y
	far '"$1" list --type gpu --dir "$3" --json' 0
	refused 50-far.json missing-binary "/srv/far/y does not exist"
}
