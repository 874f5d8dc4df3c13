#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154,SC2016 # the helper sets ours; inner shells have variables of their own
#
# User namespaces in which root has no id: its files show the same owner as everybody's. They are
# trusted where only root can have put them, and nowhere else. Root's file is a program of the host
# that prints nothing: if its verdict is no-output, it was run.

load helper

setup() {
	prepare
	need unshare
	silent=$(readlink -f "$(type -P true)")
	[ "$(stat -c %u "$silent")" = "$(stat -c %u /proc/sys/kernel/overflowuid)" ] ||
		skip_or_fail "$silent is not root's"
	# Where root makes the namespace, root has an id in it.
	user=()
	! is_root || { has_others || skip "takes root and a user"; user=(as_other); }
}

# nameless LINE...: these commands, of which the last is to run "$@", the program with JSON, in a
# user namespace of an ordinary user; the words in $ids say which.
ids=(--map-root-user)
nameless() {
	local script=$1

	shift
	run --separate-stderr "${user[@]}" timeout -k 5 60 \
		unshare --user "${ids[@]}" --mount sh -c "$script" sh \
		"$VHOST_PROBE" list --json --cache off --sandbox partial "$@"
}

# verdict: of the one candidate.
verdict() {
	json '.candidates[].verdict'
}

reason() {
	json '.candidates[].reason'
}

untrusted() {
	equal "$(verdict)" untrusted && matches "$(reason)" "$1"
}

@test "root's programs in /usr are trusted, and run at the best level that there is" {
	local -A levels=(["--map-root-user"]=full ["--map-user=1000 --map-group=1000"]=full
		["--map-current-user"]=full
		# A caller without an id, be it the group's, may make no user namespace.
		[none]=partial ["--map-user=1000"]=partial ["--map-group=1000"]=partial)

	for words in "${!levels[@]}"; do
		read -ra ids <<< "$words"
		[ "$words" != none ] || ids=()
		run --separate-stderr "${user[@]}" unshare --user "${ids[@]}" timeout -k 5 60 \
			"$VHOST_PROBE" list --json --cache off --sandbox partial --binary "$silent"
		equal "$words: $(verdict)" "$words: no-output"
		equal "$words: $(json .sandbox.level)" "$words: ${levels[$words]}"
	done
}

@test "the same in a namespace within such a namespace, whose map says 0 0 1" {
	run --separate-stderr "${user[@]}" unshare -Ur unshare -Ur timeout -k 5 60 \
		"$VHOST_PROBE" list --json --cache off --binary "$silent"
	equal "$(verdict)" no-output
	equal "$(json .sandbox.level)" full
}

@test "the same in bubblewrap, with the system's directories put together by the caller" {
	local dir
	local -a parts=()

	[ -n "$(type -P bwrap)" ] || skip "bubblewrap is not installed"
	for dir in bin sbin lib lib32 lib64; do
		if [ -L /$dir ]; then
			parts+=(--symlink "$(readlink "/$dir")" "/$dir")
		elif [ -d /$dir ]; then
			parts+=(--ro-bind "/$dir" "/$dir")
		fi
	done
	for dir in /usr/*/; do
		[ -L "${dir%/}" ] || parts+=(--ro-bind "${dir%/}" "${dir%/}")
	done
	run --separate-stderr "${user[@]}" timeout -k 5 60 bwrap --unshare-user --uid 1000 --gid 1000 \
		"${parts[@]}" --proc /proc --dev /dev --ro-bind "$STAGE" "$STAGE" \
		"$VHOST_PROBE" list --json --cache off --sandbox partial --binary "$silent"
	equal "$(verdict)" no-output
}

@test "a manifest of root's in the system's own directory is taken" {
	has_others || skip "takes root and a user"
	need jq
	printing look '{"type": "sample", "features": ["a"]}'
	manifest 50-one.json sample /usr/local/libexec/look
	# Root puts both there, in mounts of the test's own.
	run --separate-stderr unshare --mount sh -c '
		mount -t tmpfs -o mode=755 none /usr/local &&
		mkdir -p /usr/local/libexec /usr/local/m && cp "$1" /usr/local/libexec &&
		cp "$2" /usr/local/m && shift 2 && exec setpriv --reuid "$TEST_UID" --regid "$TEST_UID" \
			--clear-groups unshare -Ur "$@"
	' sh "$programs/look" "$manifests/50-one.json" \
		"$VHOST_PROBE" --type sample --cache off --dir /usr/local/m
	answered /usr/local/libexec/look
}

@test "the warden is judged by the same rule, wherever the program itself lies" {
	has_others || skip "takes root and a user"
	for place in /usr/local/libexec /mnt; do
		# The program is the caller's own; the warden beside it is root's.
		run --separate-stderr unshare --mount sh -c '
			mount -t tmpfs -o mode=755 none /usr/local && mkdir /usr/local/libexec &&
			mount -t tmpfs -o mode=755 none /mnt && place=$1 && shift &&
			cp "$@" "$place" && mv "$place/vhost-probe" "$place/program" &&
			chown "$TEST_UID" "$place/program" && mv "$place/program" "$place/vhost-probe" &&
			exec setpriv --reuid "$TEST_UID" --regid "$TEST_UID" --clear-groups \
				unshare -Ur "$place/vhost-probe" list --json --cache off --binary "$(readlink -f /bin/true)"
		' sh "$place" "$VHOST_PROBE" "$VHOST_PROBE-warden"
		if [ $place = /mnt ]; then
			ended 2
			matches "$stderr" "*the warden /mnt/vhost-probe-warden is not to be trusted: it may be anybody's: its owner has no id in this user namespace, and it is in none of the system's own directories*"
		else
			equal "$(verdict)" no-output
		fi
	done
}

@test "elsewhere nothing without an owner's id is trusted; a copy of one's own is" {
	nameless 'mount -t tmpfs none /mnt && : > /mnt/t && mount --bind "$(readlink -f /bin/true)" /mnt/t && exec "$@"' \
		--binary /mnt/t
	untrusted "*/mnt/t may be anybody's: its owner has no id in this user namespace, and it is in none of the system's own directories; a copy of your own would be trusted"
	nameless 'mount -t tmpfs none /mnt && cp "$(readlink -f /bin/true)" /mnt/t && exec "$@"' --binary /mnt/t
	equal "$(verdict)" no-output
}

@test "check warns of directories whose owner has no id, except of the system's own" {
	local program of_others

	cp "$silent" "$programs/own"
	open_directories
	! is_root || chown "$TEST_UID" "$programs/own"
	for program in "$silent" "$programs/own"; do
		run --separate-stderr "${user[@]}" timeout -k 5 60 unshare --user --map-root-user \
			"$VHOST_PROBE" check --json --binary "$program"
		ended 1
		of_others=$(json '.findings[] | select(.defect == "writable-directory").file')
		[ "$program" != "$silent" ] || equal "$of_others" ""
	done
	[ -n "$of_others" ]
}

@test "it is the real path that counts, whichever links lead there" {
	# From /usr to elsewhere: not trusted.
	nameless 'mount -t tmpfs none /mnt && : > /mnt/t && mount --bind "$(readlink -f /bin/true)" /mnt/t &&
		mount -t tmpfs -o mode=755 none /usr/local && ln -s /mnt/t /usr/local/t && exec "$@"' \
		--binary /usr/local/t
	untrusted "*none of the system's own directories*"
	# From elsewhere to /usr: trusted.
	nameless 'mount -t tmpfs none /mnt && ln -s "$(readlink -f /bin/true)" /mnt/t && exec "$@"' --binary /mnt/t
	equal "$(verdict)" no-output
	# A directory that is called as one of the system's.
	nameless 'mount -t tmpfs none /mnt && mkdir -p /mnt/usr && : > /mnt/usr/t &&
		mount --bind "$(readlink -f /bin/true)" /mnt/usr/t && exec "$@"' --binary /mnt/usr/t
	untrusted "*none of the system's own directories*"
}

@test "a directory on the way that others can write, sticky or not, spoils it" {
	for mode in 1777 777 775 757 1775; do
		nameless 'mount -t tmpfs -o mode='$mode' none /usr/local && mkdir /usr/local/d && : > /usr/local/d/t &&
			mount --bind "$(readlink -f /bin/true)" /usr/local/d/t && exec "$@"' --binary /usr/local/d/t
		untrusted "*, and its directory /usr/local can be written by users other than its owner (uid 0, mode *$mode)*"
	done
	nameless 'mount -t tmpfs -o mode=755 none /usr/local && mkdir -m 755 /usr/local/d && : > /usr/local/d/t &&
		mount --bind "$(readlink -f /bin/true)" /usr/local/d/t && exec "$@"' --binary /usr/local/d/t
	equal "$(verdict)" no-output
}

@test "where /usr/local leads out of /usr, what it leads to is the system's" {
	local file

	# Of the caller's own make, as image-based systems have it.
	for file in /mnt/usrlocal/t /mnt/other/t; do
		nameless 'mount -t tmpfs -o mode=755 none /mnt && mkdir /mnt/usrlocal /mnt/other /mnt/usr &&
			for dir in /usr/*; do
				[ ! -d "$dir" ] || [ "$dir" = /usr/local ] || {
					mkdir "/mnt/usr/${dir##*/}" && mount --rbind "$dir" "/mnt/usr/${dir##*/}"
				} || exit 99
			done
			ln -s ../mnt/usrlocal /mnt/usr/local && : > '$file' &&
			mount --bind "$(readlink -f /bin/true)" '$file' && mount --rbind /mnt/usr /usr && exec "$@"' \
			--binary $file
		[ "$status" != 99 ]
		if [ $file = /mnt/usrlocal/t ]; then
			equal "$(verdict)" no-output
		else
			untrusted "*none of the system's own directories*"
		fi
	done
}

@test "a file that others could write is not trusted there either, nor one of another owner's tree" {
	has_others || skip "takes root and a user"
	printing look '{"type": "sample", "features": ["a"]}'
	for mode in 775 757 4755 2755; do
		run --separate-stderr unshare --mount sh -c '
			mount -t tmpfs -o mode=755 none /usr/local && cp "$1" /usr/local/look &&
			chmod "$2" /usr/local/look && shift 2 && exec setpriv --reuid "$TEST_UID" --regid "$TEST_UID" \
				--clear-groups unshare -Ur "$@"
		' sh "$programs/look" $mode "$VHOST_PROBE" list --json --cache off --binary /usr/local/look
		untrusted "/usr/local/look @(can be written by|is set)*"
	done
}

@test "file capabilities show as what they are, though their root has no id" {
	has_others || skip "takes root and a user"
	need python3
	run --separate-stderr unshare --mount sh -c '
		mount -t tmpfs -o mode=755 none /usr/local && cp "$(readlink -f /bin/true)" /usr/local/t &&
		python3 -c "import os, struct
os.setxattr(\"/usr/local/t\", \"security.capability\", struct.pack(\"<5I\", 0x2000001, 1 << 13, 0, 0, 0))" || exit 99
		exec setpriv --reuid "$TEST_UID" --regid "$TEST_UID" --clear-groups unshare -Ur "$@"
	' sh "$VHOST_PROBE" list --json --cache off --binary /usr/local/t
	[ "$status" != 99 ] || skip "this file system has no file capabilities"
	untrusted "/usr/local/t has file capabilities; to trust it: setcap -r /usr/local/t"
}

@test "where 65534 is somebody's id, files that show it are nobody's whom one could trust" {
	ids=(--map-user=65534 --map-group=65534)
	nameless 'exec "$@"' --binary "$silent"
	untrusted "*belongs to uid 65534, which in this user namespace may be anybody"
}

@test "but the user who has that id trusts files that the kernel says are that user's own" {
	local -a outside=("${user[@]}" sh -c)

	"${outside[@]}" 'cp "$1" "$2" && chmod 755 "$2"' sh "$silent" "$TMPDIR/own-$$" ||
		"${outside[@]}" 'cp "$1" "$2" && chmod 755 "$2"' sh "$silent" "/var/tmp/own-$$"
	[ -e "$TMPDIR/own-$$" ] && file=$TMPDIR/own-$$ || file=/var/tmp/own-$$
	ids=(--map-user=65534 --map-group=65534)
	nameless 'exec "$@"' --binary "$file"
	rm -f "$file"
	equal "$(verdict)" no-output
}

@test "where the namespace has a root of its own, files of strangers in /usr are not trusted" {
	has_others || skip "takes root and a user"
	need nsenter
	# Of 70,000 ids 65534 is one; of 1,000 it is none, and /usr/local belongs to another.
	for count in 70000 1000; do
		unshare --user sleep 60 3>&- &
		while [ "$(readlink /proc/$!/ns/user)" = "$(readlink /proc/self/ns/user)" ]; do
			sleep 0.02
		done
		echo "0 100000 $count" > /proc/$!/uid_map
		echo "0 100000 $count" > /proc/$!/gid_map
		run --separate-stderr unshare --mount sh -c '
			mount -t tmpfs -o mode=755 none /mnt && cp "$(readlink -f /bin/true)" /mnt/t &&
			mount -t tmpfs -o mode=755,uid=100000 none /usr/local && : > /usr/local/t &&
			mount --bind /mnt/t /usr/local/t && exec timeout -k 5 60 \
				nsenter --user --setuid 500 --setgid 500 --target "$@"
		' sh $! "$VHOST_PROBE" list --json --cache off --sandbox none --binary /usr/local/t
		kill $!
		if [ $count = 70000 ]; then
			untrusted "*belongs to uid 65534, which in this user namespace may be anybody"
		else
			untrusted "*, and its directory /usr/local belongs to somebody else (uid 0, mode 0755)*"
		fi
	done
}
