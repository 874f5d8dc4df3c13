#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2154 # status and output: set by run
#
# What programs can link to: what the public headers declare, and nothing else; in the shared library as
# in the archive.

load helper

SHARED=$(echo "$STAGE"/library/libvhost-probe.so.*)
ARCHIVE=$STAGE/library/libvhost-probe.a

# Reads files only.
setup_file() {
	:
}

setup() {
	need nm
	need readelf
	declared=$(declared "$STAGE"/library/*.h)
}

# declared HEADER...: the functions: words before a parenthesis, outside of comments and macros.
declared() {
	perl -0777 -pe 's{/\*.*?\*/|//[^\n]*}{}gs; s{^\#(\\\n|[^\n])*}{}gm' "$@" |
		grep -oP '\bvp_\w+(?=\()' | sort -u
}

@test "the headers declare functions, which declared() finds" {
	[ "$(wc -l <<< "$declared")" -ge 30 ]
	lines '/* vp_a() */ int vp_b(int); // vp_c()' '#define X() vp_d()' 'char *vp_e(' '	int);' > "$BATS_TEST_TMPDIR/x.h"
	equal "$(declared "$BATS_TEST_TMPDIR/x.h")" $'vp_b\nvp_e'
}

@test "the version script names what the headers declare" {
	equal "$(sed -nE 's/^\t(vp_\w+);$/\1/p' "$STAGE/library/vhost-probe.map" | sort)" "$declared"
}

@test "the shared library exports what the headers declare, by version, and nothing else" {
	equal "$(nm -D --defined-only "$SHARED" | sed -nE 's/^[0-9a-f]+ T (.*)@@VHOST_PROBE_0$/\1/p' | sort)" "$declared"
	equal "$(nm -D --defined-only "$SHARED" | grep -v ' T vp_')" "0000000000000000 A VHOST_PROBE_0"
}

@test "the shared library calls no function that a caller's sanitizer takes for a fork" {
	equal "$(nm -D --undefined-only "$SHARED" | grep -E ' (clone|clone3|v?fork|posix_spawnp?)(@|$)')" ""
}

@test "the archive has no other symbols that can be linked to" {
	equal "$(nm -g --defined-only "$ARCHIVE" | awk 'NF == 3 { print $2, $3 }' | sort)" \
		"$(awk '{ print "T", $0 }' <<< "$declared")"
}

@test "the shared library is called libvhost-probe.so.0, and needs what it uses" {
	run -0 readelf -d "$SHARED"
	matches "$output" '*(SONAME)*\[libvhost-probe.so.0\]*'
	lacks "$output" TEXTREL
	matches "$output" '*BIND_NOW*'
	equal "$(grep -oP 'NEEDED.*\[\K[^].]*' <<< "$output" | grep -v 'san$' | sort)" $'libc\nlibglib-2\nlibjson-c'
}

