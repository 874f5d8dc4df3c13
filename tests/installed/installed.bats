#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2154 # status and output: set by run; directories: by $INSTALLED
#
# Whether what is installed works, for everybody: the program with its own warden, the manual
# pages, the library. `make installcheck` runs it; $INSTALLED says where all that is.

load helper

while IFS= read -r place; do
	declare -g "$place"
done <<< "$INSTALLED"
VHOST_PROBE=$DESTDIR$bindir/vhost-probe
WARDEN=$DESTDIR$libexecdir/vhost-probe-warden

# In a staging directory it is not where the program was built to look for it.
need_warden() {
	[ -z "$DESTDIR" ] || [ "$(dirname "$VHOST_PROBE")/../libexec/vhost-probe-warden" -ef "$WARDEN" ] ||
		skip "below DESTDIR a program finds its warden in ../libexec alone, not in $libexecdir"
}

# pkg_config WORD...: as for a system whose root is DESTDIR.
pkg_config() {
	PKG_CONFIG_PATH=$DESTDIR$pkgconfigdir PKG_CONFIG_SYSROOT_DIR=$DESTDIR pkg-config "$@" vhost-probe
}

@test "the program is there, and can be executed by this user" {
	run -0 "$VHOST_PROBE" version
	matches "$output" "vhost-probe [0-9]*"
}

@test "the warden is there, and closed to no user" {
	[ -x "$WARDEN" ]
	equal "$(stat -c %a "$WARDEN")" 755
}

@test "the program uses its own warden" {
	need_warden
	probe --binary "$FAKES/like-input" --cache off
	lacks "$stderr" vhost-probe-warden
}

@test "the program chooses among the fake backends" {
	need_warden
	need_sandbox
	probe --type gpu --need virgl --dir "$FAKES/manifests" --cache off
	ended 0
	equal "$output" "$FAKES/like-gpu"
}

@test "the manual pages are found" {
	pages=("$DESTDIR$mandir"/man?/vhost-*)
	[ -r "$DESTDIR$mandir/man1/vhost-probe.1" ]
	need man
	for page in "${pages[@]}"; do
		name=${page##*/}
		equal "$(man -M "$DESTDIR$mandir" -w "${name##*.}" "${name%.*}")" "$page"
	done
}

@test "pkg-config finds the library, of the program's version" {
	need pkg-config
	equal "vhost-probe $(pkg_config --modversion)" "$("$VHOST_PROBE" version)"
	[ -r "$(pkg_config --variable=includedir)/vhost-probe.h" ]
	matches " $(pkg_config --libs)" "* -lvhost-probe*"
	matches " $(pkg_config --static --libs)" "* -ljson-c*"
}

@test "the shared library is found by the names that the linker and programs use" {
	for name in libvhost-probe.so libvhost-probe.so.0; do
		[ -r "$DESTDIR$libdir/$name" ]
		equal "$(realpath "$DESTDIR$libdir/$name")" \
			"$(realpath "$DESTDIR$libdir/libvhost-probe.so.$(pkg_config --modversion)")"
	done
}
