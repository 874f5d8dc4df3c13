#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
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

# For the library, which may be called from any program.
warden=()
[ -z "$DESTDIR" ] || warden=("$WARDEN")

# pkg_config WORD...: the file as it is, or with DESTDIR in front of its directories: not for a system
# whose root that is, since GLib is not in it. The link is for a DESTDIR with blanks.
pkg_config() {
	local pc=$DESTDIR$pkgconfigdir

	if [ -n "$DESTDIR" ]; then
		pc=$BATS_TEST_TMPDIR/pkgconfig
		[ -e "$pc" ] || { ln -s "$DESTDIR" "$BATS_TEST_TMPDIR/root" && mkdir "$pc"; } || return
		sed -E "s#^(prefix|libdir|includedir)=/#\1=$BATS_TEST_TMPDIR/root/#" \
			"$DESTDIR$pkgconfigdir/vhost-probe.pc" > "$pc/vhost-probe.pc"
	fi
	PKG_CONFIG_PATH=$pc pkg-config "$@" vhost-probe
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
	for page in "${pages[@]}"; do
		name=${page##*/}
		[ "$page" = "$DESTDIR$mandir/man${name##*.}/$name" ] && [ -r "$page" ]
		# Where it is not installed, or a stub.
		man -w man > /dev/null 2>&1 || continue
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

# ---- the library ----

# compile WORD...: a program in C, with what pkg-config says.
compile() {
	# shellcheck disable=SC2046 # words
	cc -Wall -Werror $(pkg_config --cflags) "$@"
}

# consumes COMMAND...: it prints the first gpu backend that works.
consumes() {
	run --separate-stderr env LD_LIBRARY_PATH="$DESTDIR$libdir" "$@" "$FAKES/manifests" "${warden[@]}"
	answered "$FAKES/like-gpu"
}

# For tests that build and run something.
prepare_consumer() {
	need cc
	need pkg-config
	need_sandbox
	cd "$BATS_TEST_TMPDIR" || return
}

@test "a program of ten lines is built against the shared library, and prints the gpu backend" {
	prepare_consumer
	# shellcheck disable=SC2046 # words
	compile -o consumer "$STAGE/installed/consumer.c" $(pkg_config --libs)
	run -0 readelf -d consumer
	matches "$output" '*NEEDED*\[libvhost-probe.so.0\]*'
	lacks "$output" libjson
	consumes ./consumer
}

@test "a module that a program loads is built against the shared library" {
	prepare_consumer
	# shellcheck disable=SC2046 # words
	compile -fPIC -shared -o module.so "$STAGE/installed/consumer.c" $(pkg_config --libs)
	cc -o load "$STAGE/installed/load.c" -ldl
	consumes ./load ./module.so
}

@test "a module that a program loads is built against the archive, and exports none of its insides" {
	prepare_consumer
	# shellcheck disable=SC2046 # words
	compile -fPIC -shared -o module.so "$STAGE/installed/consumer.c" "$DESTDIR$libdir/libvhost-probe.a" \
		$(pkg_config --static --libs | sed 's/-lvhost-probe//')
	run -1 grep -vE ' T (vp_|main$)' <(nm -D --defined-only module.so)
	cc -o load "$STAGE/installed/load.c" -ldl
	consumes ./load ./module.so
}

@test "a program is linked to the archive by what pkg-config --static says" {
	prepare_consumer
	# shellcheck disable=SC2046 # words
	compile -o consumer "$STAGE/installed/consumer.c" -Wl,-Bstatic $(pkg_config --libs-only-L) -lvhost-probe \
		-Wl,-Bdynamic $(pkg_config --static --libs | sed 's/-lvhost-probe//')
	run -0 readelf -d consumer
	lacks "$output" libvhost-probe
	consumes ./consumer
}

# What runs a program with the thread sanitizer. Where addresses are random, an older one does not start;
# and it does not see how GLib before 2.76 hands memory from one thread to another.
sanitized=(env LD_LIBRARY_PATH="$DESTDIR$libdir" G_SLICE=always-malloc setarch -R)

@test "a program with the thread sanitizer, which the library does not have, may start threads after a call" {
	prepare_consumer
	echo 'int main(void) { return 0; }' > empty.c
	cc -fsanitize=thread -o empty empty.c 2> /dev/null && "${sanitized[@]}" ./empty || skip "no thread sanitizer here"
	# shellcheck disable=SC2046 # words
	compile -fsanitize=thread -o shared "$STAGE/installed/threads.c" $(pkg_config --libs)
	# shellcheck disable=SC2046 # words
	compile -fsanitize=thread -o archive "$STAGE/installed/threads.c" "$DESTDIR$libdir/libvhost-probe.a" \
		$(pkg_config --static --libs | sed 's/-lvhost-probe//')
	for program in ./shared ./archive; do
		run --separate-stderr "${sanitized[@]}" "$program" "$FAKES/manifests" "${warden[@]}"
		answered "$FAKES/like-gpu"$'\n'"$FAKES/like-gpu"
	done
}

@test "each header stands alone, in strict C99 and in C++17" {
	need pkg-config
	for header in "$(pkg_config --variable=includedir)"/vhost-probe*.h; do
		for language in "cc -x c -std=c99" "c++ -x c++ -std=c++17"; do
			need "${language%% *}"
			# GLib's own headers answer for themselves.
			# shellcheck disable=SC2046,SC2086 # words
			printf '#include <%s>\nint main(void) { return 0; }\n' "${header##*/}" |
				$language -pedantic -Wall -Wextra -Werror -fsyntax-only $(pkg_config --cflags) -
		done
	done
}
