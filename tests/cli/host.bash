# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of the helper and for the tests
#
# A host with the backends that QEMU ships, vhost-user-gpu and virtiofsd, and with no other
# manifest. If this host is not such a host, mounts of the test's own make it one: there /usr/share
# holds only manifests, and the programs are copies that belong to the caller, who may be root of a
# user namespace in which the host's own belong to nobody.
#
# Or any other host, which on_host makes.

SYSTEM=/usr/share/qemu/vhost-user

# find_backend TYPE PROGRAM: sets $name and $binary of the manifest of this type that names a
# program of this name, whose directory varies.
find_backend() {
	local file words

	for file in "$SYSTEM"/*.json; do
		[ -s "$file" ] || continue
		words=$(jq -r 'select(type == "object") | "\(.type) \(.binary)"' "$file" 2> /dev/null) ||
			continue
		binary=${words#* }
		name=${file##*/}
		[ "$words ${binary##*/}" != "$1 $binary $2" ] || [ ! -x "$binary" ] || return 0
	done
	skip_or_fail "no $2 is installed here"
}

# has_only NAME...: whether there are these manifests and no other, all of them root's.
has_only() {
	[ ! -e /usr/local/share/qemu/vhost-user ] && [ ! -e /etc/qemu/vhost-user ] &&
		[ "$(stat -c '%u %n' "$SYSTEM"/* "$SYSTEM"/.[!.]* 2> "$BATS_TEST_TMPDIR/none")" = \
			"$(printf "0 $SYSTEM/%s\n" "$@")" ]
}

# furnish NAME TYPE BINARY PROGRAM: for a host of the test's own, a manifest of this name and of
# what it names. BINARY's directory is there on this host, or below /usr/share; what lies there is
# PROGRAM.
furnish() {
	house=$BATS_TEST_TMPDIR/house
	mkdir -p "$house/manifests" "$house/programs"
	manifest "$house/manifests/$1" "$2" "$3"
	cp "$4" "$house/programs/$1"
	echo "$3" > "$house/programs/$1.path"
}

# become_host: from here on $host goes before a command, to run it on what is furnished.
become_host() {
	local -a apart=(unshare --mount)

	"${apart[@]}" true 2> "$house/why" || apart=(unshare --user --map-current-user --keep-caps --mount)
	# shellcheck disable=SC2016 # the inner shell's
	host=("${apart[@]}" bash -c '
		mount -t tmpfs -o mode=755 tmpfs /usr/share &&
			mkdir -p "$1" && cp "$2"/manifests/* "$1" || exit 99
		for dir in /usr/local/share /etc/qemu; do
			[ ! -e $dir ] || mount -t tmpfs -o mode=755 tmpfs $dir || exit 99
		done
		for path in "$2"/programs/*.path; do
			binary=$(< "$path")
			[[ -e $binary || $binary = /usr/share/* ]] ||
				mount -t tmpfs -o mode=755 tmpfs "${binary%/*}" || exit 99
		done
		for path in "$2"/programs/*.path; do
			binary=$(< "$path")
			[ -e "$binary" ] || install -D /dev/null "$binary"
			mount --bind "${path%.path}" "$binary" || exit 99
		done
		shift 2 && exec setpriv --inh-caps=-all --ambient-caps=-all "$@"
	' bash "$SYSTEM" "$house")
	"${host[@]}" true 2> "$house/why" ||
		skip_or_fail "this host has other manifests, which cannot be hidden: $(tail -n 1 "$house/why")"
}

# hide_devices: from here on $host goes before a command, to run it where there is no device whose
# absence the reasons would mention. In a user namespace root's files would be nobody's.
hide_devices() {
	[ -e /dev/dri ] || [ -e /dev/input ] || return 0
	unshare --mount true 2> "$BATS_TEST_TMPDIR/why" || skip "to hide this host's devices takes root"
	# shellcheck disable=SC2016 # the inner shell's
	host=(unshare --mount bash -c '
		for dir in /dev/dri /dev/input; do
			[ ! -e $dir ] || mount -t tmpfs -o mode=755 tmpfs $dir || exit 99
		done
		exec "$@"
	' bash)
}

# on_host LINE...: $host is a system that these lines make in mounts of its own.
on_host() {
	local -a apart=(unshare --mount)

	"${apart[@]}" true 2> "$BATS_TEST_TMPDIR/why" ||
		apart=(unshare --user --map-current-user --keep-caps --mount)
	# shellcheck disable=SC2016 # the inner shell's
	host=("${apart[@]}" bash -ec 'eval "$1"; shift; exec setpriv --inh-caps=-all --ambient-caps=-all "$@"'
		bash "$(lines "$@")")
	"${host[@]}" true 2> "$BATS_TEST_TMPDIR/why" ||
		skip_or_fail "no mounts can be made here: $(tail -n 1 "$BATS_TEST_TMPDIR/why")"
}
