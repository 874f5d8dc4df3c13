#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2154 # of the shell inside; status and output: set by run
#
# What Debian's packages do in a system of their release: what is in them, what they install, fill,
# notice, and leave behind. tests/deb/run has made two systems in $ROOTS and built the packages in one
# of them. Each test has a copy, which it enters by pivot_root.

bats_require_minimum_version 1.5.0

ROOT_ENTER=$BATS_TEST_DIRNAME/../root/enter
SHARED=/run/vhost-probe FORMER=/var/cache/vhost-probe

teardown() {
	rm -rf --one-file-system "$BATS_TEST_TMPDIR/root"
}

# ---- in the system ----

# fresh small|builder: a copy, in which the test goes on.
fresh() {
	root=$BATS_TEST_TMPDIR/root
	cp -a "$ROOTS/$1" "$root"
}

# inside COMMAND...: as root, with $status and $output as run has them.
inside() {
	run "$ROOT_ENTER" "$root" "$@"
}

# as_user COMMAND...: likewise, as nobody in particular.
as_user() {
	inside setpriv --reuid 64001 --regid 64001 --clear-groups env HOME=/nonexistent "$@"
}

# in_chroot COMMAND...: where the kernel makes no user namespaces, and so no sandbox.
in_chroot() {
	inside sh -c 'mount --bind / /mnt && mount --rbind /dev /mnt/dev && mount --bind /proc /mnt/proc &&
		exec chroot /mnt "$@"' sh "$@"
}

# The package of the program, by dpkg alone: what it depends on is there.
install_program() {
	inside sh -c 'dpkg -i /packages/vhost-probe_*.deb'
	went_well
}

# write FILE [MODE]: what comes on stdin.
write() {
	install -D -m "${2:-644}" /dev/stdin "$root$1"
}

# put_backend: as a package of somebody else's would.
put_backend() {
	write /usr/lib/sample/backend 755 <<- 'end'
		#!/bin/sh
		echo '{"type": "gpu", "features": ["virgl"]}'
	end
	write /usr/share/qemu/vhost-user/50-sample.json <<- 'end'
		{"description": "for the test", "type": "gpu", "binary": "/usr/lib/sample/backend"}
	end
}

# make_package NAME: /NAME.deb, of what is in /NAME.
make_package() {
	write "/$1/DEBIAN/control" <<- end
		Package: $1
		Version: 1
		Architecture: all
		Maintainer: nobody <nobody@localhost.invalid>
		Description: for the test
	end
	inside sh -c 'dpkg-deb --root-owner-group -b "/$1" "/$1.deb" && rm -r "/$1"' sh "$1"
	went_well
}

# make_backend_package: /sample.deb, which has just these.
make_backend_package() {
	root=$root/sample put_backend
	make_package sample
}

# snapshot: of every file but those in which apt and dpkg keep books.
snapshot() {
	find "$root" -xdev \( -path "$root/var/lib/dpkg" -o -path "$root/var/lib/apt" -o -path "$root/var/cache/apt" \
		-o -path "$root/var/cache/ldconfig" -o -path "$root/var/log" \) -prune -o -printf '/%P %y %m %u:%g %l\n' |
		sort
}

# ---- checks, which show what they have found ----

went_well() {
	[ "$status" = 0 ] || { printf 'status %s:\n%s\n' "$status" "$output"; return 1; }
}

equal() {
	[ "$1" = "$2" ] || { diff <(echo "$2") <(echo "$1") | sed '1s/^/expected <, found >:\n/'; return 1; }
}

contains() {
	[[ $1 = *"$2"* ]] || { printf 'not found: %s\nin: %s\n' "$2" "$1"; return 1; }
}

# cached: the programs that root's cache knows.
cached() {
	inside vhost-probe cache list --json
	went_well
	jq -r '.entries[] | select(.stale == null) | .program' <<< "$output"
}

# ---- what is in them ----

@test "built by an ordinary user: the program, the library and what it takes to build with it" {
	local package

	for package in vhost-probe libvhost-probe0 libvhost-probe-dev; do
		run dpkg-deb -c "$ROOTS/small/packages/${package}_"*.deb
		went_well
		# Whoever has built them owns nothing in there.
		equal "$(awk '{ print $2 }' <<< "$output" | sort -u)" root/root
		printf '%s\n' "$output" | awk '{ print $6 }' > "$BATS_TEST_TMPDIR/$package"
	done
	cd "$BATS_TEST_TMPDIR"
	grep -qx ./usr/bin/vhost-probe vhost-probe
	grep -qx ./usr/libexec/vhost-probe-warden vhost-probe
	grep -qx ./usr/share/man/man1/vhost-probe.1.gz vhost-probe
	grep -q '/systemd/system/vhost-probe-refresh.path$' vhost-probe
	grep -q '/systemd/system/vhost-probe-refresh-libraries.path$' vhost-probe
	grep -q '^./usr/lib/[^/]*/libvhost-probe.so.0$' libvhost-probe0
	grep -q '^./usr/lib/[^/]*/libvhost-probe.so$' libvhost-probe-dev
	grep -q '^./usr/lib/[^/]*/libvhost-probe.a$' libvhost-probe-dev
	grep -qx ./usr/include/vhost-probe.h libvhost-probe-dev
	# No two have the same file.
	equal "$(grep -hv '/$' vhost-probe libvhost-probe0 libvhost-probe-dev | sort | uniq -d)" ""
}

@test "lintian has no error and no warning but those with a written reason" {
	fresh builder
	inside setpriv --reuid builder --regid builder --init-groups env HOME=/home/builder sh -c \
		'lintian --fail-on error,warning --display-level ">=warning" /packages/*.changes'
	went_well
}

@test "the AppArmor profile: where the release's parser knows its rule, and that parser takes it" {
	local profile=/etc/apparmor.d/vhost-probe-warden

	fresh small
	inside build-aux/packages install apparmor
	went_well
	install_program
	if [ ! -e "$root/etc/apparmor.d/abi/4.0" ]; then
		[ ! -e "$root$profile" ]
		# Nor has the parser, which is older, been right for one.
		printf 'profile sample { userns, }\n' | write /sample
		inside apparmor_parser --skip-kernel-load --skip-cache /sample
		[ "$status" != 0 ]
		return
	fi
	inside apparmor_parser --skip-kernel-load --skip-cache "$profile"
	went_well
	# The name of the profile, and the program that it is for.
	inside apparmor_parser --names "$profile"
	equal "${lines[-1]}" vhost-probe-warden
	grep -q "^profile vhost-probe-warden /usr/libexec/vhost-probe-warden flags=(unconfined) {$" "$root$profile"
	[ -x "$root/usr/libexec/vhost-probe-warden" ]
	# A rule that it does not know is an error.
	sed 's/userns,/usernsx,/' "$root$profile" | write /sample
	inside apparmor_parser --skip-kernel-load --skip-cache /sample
	[ "$status" != 0 ]
}

# ---- what they do ----

@test "a release's own backends: their packages fill the cache when they come, and no answer stays valid when they go" {
	local package program

	case $RELEASE in
	bookworm) package=qemu-system-gui program=/usr/lib/qemu/vhost-user-gpu ;;
	*) package=virtiofsd program=/usr/libexec/virtiofsd ;;
	esac
	fresh small
	install_program
	equal "$(cached)" ""
	inside build-aux/packages install "$package"
	went_well
	contains "$output" "Processing triggers for vhost-probe"
	contains "$(cached)" "$program"
	# Users have it from there.
	as_user vhost-probe list --cache only --no-user --columns program,verdict
	went_well
	contains "$output" "$program	match"
	inside apt-get purge -q -y "$package"
	went_well
	inside apt-get autoremove -q -y
	went_well
	equal "$(cached)" ""
}

@test "a backend that is there already is in the cache once the package is installed" {
	fresh small
	put_backend
	install_program
	equal "$(cached)" /usr/lib/sample/backend
	as_user vhost-probe --type gpu --need virgl --cache only
	went_well
	equal "$output" /usr/lib/sample/backend
}

@test "libraries that come later change the loader's cache, and the backends are asked again" {
	fresh small
	put_backend
	install_program
	echo 'activate-noawait ldconfig' | write /library/DEBIAN/triggers
	make_package library
	inside dpkg -i /library.deb
	went_well
	contains "$output" "Processing triggers for libc-bin"
	equal "$(cached)" /usr/lib/sample/backend
	inside dpkg --audit
	equal "$status$output" 0
}

@test "whatever the caller of dpkg searches, the trigger looks where everybody does" {
	fresh small
	install_program
	make_backend_package
	inside env XDG_DATA_DIRS=/nowhere XDG_RUNTIME_DIR=/nowhere HOME=/nowhere PATH=/usr/sbin:/usr/bin:/sbin:/bin \
		sh -c 'umask 077; dpkg -i /sample.deb'
	went_well
	equal "$(cached)" /usr/lib/sample/backend
	inside dpkg -r sample
	went_well
	equal "$(cached)" ""
}

@test "where no sandbox is available, packages are installed all the same, and the reason is said" {
	fresh small
	make_backend_package
	in_chroot sh -c 'dpkg -i /sample.deb && dpkg -i /packages/vhost-probe_*.deb'
	went_well
	contains "$output" "vhost-probe: the cache was not filled"
	contains "$output" "sandbox level full is not available on this host"
	# The trigger.
	in_chroot dpkg -i /sample.deb
	went_well
	contains "$output" "Processing triggers for vhost-probe"
	contains "$output" "vhost-probe: the cache was not filled"
	inside dpkg --audit
	equal "$status$output" 0
	equal "$(cached)" ""
	in_chroot dpkg --purge vhost-probe
	went_well
}

@test "a program that cannot even be started does not make dpkg fail" {
	fresh small
	install_program
	make_backend_package
	# As a package of another architecture, or a library that is not unpacked yet.
	write /usr/bin/vhost-probe 755 <<< $'\x7fELF'
	inside dpkg -i /sample.deb
	went_well
	contains "$output" "vhost-probe: the cache was not filled"
	inside dpkg --audit
	equal "$status$output" 0
}

@test "over a make install, and the cache that 0.1.0 has left: that goes, and which program takes precedence is said" {
	local digest

	fresh small
	digest=$(printf '%064d' 1)
	make -s -C "$BATS_TEST_DIRNAME/../.." BUILD="$BUILD" DESTDIR="$root" install
	echo '{}' | write "$FORMER/$digest.json"
	: | write "$FORMER/$digest.json.new"
	: | write "$FORMER/lock"
	put_backend
	install_program
	contains "$output" "/usr/local/bin/vhost-probe"
	[ ! -e "$root$FORMER" ]
	inside /usr/bin/vhost-probe cache list --json
	equal "$(jq -r '.entries[].program' <<< "$output")" /usr/lib/sample/backend
}

@test "what is in the former cache and not of it stays until purge" {
	fresh small
	: | write "$FORMER/notes"
	install_program
	[ -e "$root$FORMER/notes" ]
	inside dpkg --purge vhost-probe
	went_well
	[ ! -e "$root$FORMER" ]
}

@test "the units are enabled, stay as the administrator wants them, and are gone after purge" {
	local wants=/etc/systemd/system/multi-user.target.wants/vhost-probe-refresh.service
	local paths=/etc/systemd/system/paths.target.wants/vhost-probe-refresh.path

	fresh small
	install_program
	[ -e "$root$(readlink "$root$wants")" ]
	[ -e "$root$(readlink "$root$paths")" ]
	rm "$root$paths"
	install_program
	[ -L "$root$wants" ]
	[ ! -L "$root$paths" ]
	inside dpkg --purge vhost-probe
	went_well
	[ ! -L "$root$wants" ]
}

@test "removed, the configuration stays; purged, nothing does" {
	fresh small
	put_backend
	snapshot > "$BATS_TEST_TMPDIR/before"
	install_program
	printf '[vhost-probe]\ntimeout=10\n' | write /etc/vhost-probe.conf
	inside vhost-probe refresh
	went_well
	inside sh -c 'dpkg -i /packages/libvhost-probe0_*.deb'
	went_well
	[ -n "$(find "$root$SHARED" -name '*.entry')" ]
	inside dpkg -r libvhost-probe0 vhost-probe
	went_well
	[ -e "$root/etc/vhost-probe.conf" ]
	[ ! -e "$root$SHARED" ]
	inside dpkg --purge libvhost-probe0 vhost-probe
	went_well
	snapshot > "$BATS_TEST_TMPDIR/after"
	equal "$(cat "$BATS_TEST_TMPDIR/after")" "$(cat "$BATS_TEST_TMPDIR/before")"
	inside dpkg-query -W 'vhost-probe*' 'libvhost-probe*'
	equal "$(grep -c '^libvhost\|^vhost' <<< "$output")" 0
}

# ---- who builds with them ----

@test "their own tests pass: the installed program, and a consumer built against the library, as root and as a user" {
	local test as

	fresh builder
	inside sh -c 'apt-get install -q -y --no-install-recommends /packages/*vhost-probe*.deb'
	went_well
	for test in installed consumer; do
		for as in inside as_user; do
			"$as" sh -c 'AUTOPKGTEST_TMP=$(mktemp -d) && export AUTOPKGTEST_TMP && chmod 755 "$AUTOPKGTEST_TMP" &&
				exec debian/tests/'"$test"
			went_well
			contains "$output" "sandbox: full"
		done
	done
}
