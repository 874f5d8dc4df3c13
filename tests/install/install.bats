#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2154 # status and output: set by run
#
# The tarball of this version is unpacked, built, installed below a prefix of the test's own, tried
# there, and removed again.

load helper

# The tree as a packager has it, built once per file.
setup_file() {
	find_sandbox
	TREE=$BATS_FILE_TMPDIR/tree PREFIX=$BATS_FILE_TMPDIR/prefix
	export TREE PREFIX
	mkdir "$TREE"
	tar -C "$TREE" --strip-components=1 -xf "${STAGE:?}"/vhost-probe-*.tar.xz
	# Root's tests are for what others may see, too.
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/file" "$BATS_FILE_TMPDIR"
	in_tree -j"$(nproc)" all
}

setup() {
	need cc
	need pkg-config
	as=()
	rm -rf "$PREFIX"
}

# in_tree WORD...: make, in the tree and for the prefix, as_other if $as says so.
in_tree() {
	# Not with what bats has put there of its own.
	PATH=${PATH//"$BATS_LIBEXEC:"/} "${as[@]}" make --no-print-directory -C "$TREE" CFLAGS=-O0 prefix="$PREFIX" DESTDIR= "$@" > "$BATS_FILE_TMPDIR/log" 2>&1 || {
		cat "$BATS_FILE_TMPDIR/log"
		return 1
	}
}

# files DIRECTORY: what lies there, with modes.
files() {
	(cd "$1" && find . -printf '%P %y %m\n' | sort)
}

@test "make install puts everything into its usual place, whatever the umask" {
	umask 077
	in_tree install
	umask 022
	for file in bin/vhost-probe libexec/vhost-probe-warden lib/libvhost-probe.so.0 lib/libvhost-probe.so \
		lib/libvhost-probe.a lib/pkgconfig/vhost-probe.pc include/vhost-probe.h share/man/man1/vhost-probe.1 \
		share/bash-completion/completions/vhost-probe share/zsh/site-functions/_vhost-probe \
		share/fish/vendor_completions.d/vhost-probe.fish share/man/man8/vhost-probe-refresh.service.8 \
		lib/systemd/system/vhost-probe-refresh.{service,path} share/vhost-probe/schema/result.schema.json \
		share/doc/vhost-probe/{README.md,COPYING,docs/architecture.md}; do
		[ -f "$PREFIX/$file" ] || { echo "no $file"; return 1; }
	done
	run -1 grep -vE ' (d 755|f 644|l 777)$' <(files "$PREFIX" | grep -vE '^(bin|libexec)/|\.so\.[0-9.]* f')
	run -1 grep -vE ' f 755$' <(files "$PREFIX" | grep -E '^(bin|libexec)/|\.so\.[0-9.]* f')
	run -1 grep -rn '@[a-z_]*@' "$PREFIX"/lib/{pkgconfig,systemd}
	grep -qF "$PREFIX/bin/vhost-probe refresh" "$PREFIX/lib/systemd/system/vhost-probe-refresh.service"
}

@test "no installed document has a link that leads nowhere, and what contrib says to copy is as it was" {
	local document target n=0

	in_tree install
	while IFS= read -r document; do
		while IFS= read -r target; do
			n=$((n + 1))
			[ -e "${document%/*}/$target" ] || { echo "$document: $target"; return 1; }
		done < <(grep -oE '\]\([^)#:]+[)#]' "$document" | sed 's/^](//; s/.$//')
	done < <(find "$PREFIX/share/doc" -name '*.md')
	[ $n -gt 50 ]
	diff -r "$TREE/contrib/skeleton-c" "$PREFIX/share/doc/vhost-probe/contrib/skeleton-c"
	diff -r "$TREE/contrib/skeleton-rust" "$PREFIX/share/doc/vhost-probe/contrib/skeleton-rust"
}

@test "make install rebuilds nothing and writes nothing where it was built" {
	touch "$BATS_TEST_TMPDIR/now"
	in_tree install
	lacks "$(< "$BATS_FILE_TMPDIR/log")" "  CC "
	lacks "$(< "$BATS_FILE_TMPDIR/log")" "  LINK "
	equal "$(find "$TREE" -newer "$BATS_TEST_TMPDIR/now")" ""
}

@test "make installcheck finds what is installed in order" {
	in_tree install
	run -0 in_tree installcheck
	matches "$(tail -n 1 "$BATS_FILE_TMPDIR/log")" '[1-9]* passed, 0 failed, *'
}

@test "make installcheck fails for a program without its warden, and says so" {
	in_tree install
	rm "$PREFIX/libexec/vhost-probe-warden"
	run in_tree installcheck
	[ "$status" != 0 ]
	matches "$output" "*vhost-probe-warden*"
}

@test "make uninstall leaves nothing" {
	in_tree install
	in_tree install
	equal "$(sed -n 's/^  PUT   //p' "$BATS_FILE_TMPDIR/log" | sort)" "$(find "$PREFIX" -type f ! -name directories | sort)"
	find "$PREFIX" \( -type f ! -name directories \) -o -type l | sort > "$BATS_TEST_TMPDIR/files"
	in_tree uninstall
	[ ! -e "$PREFIX" ] || { find "$PREFIX"; return 1; }
	# It says what it removes.
	equal "$(sed -n 's/^  RM    //p' "$BATS_FILE_TMPDIR/log" | sort)" "$(< "$BATS_TEST_TMPDIR/files")"
	lacks "$(< "$BATS_FILE_TMPDIR/log")" "nothing is installed"
}

@test "make uninstall leaves files of others, and directories that existed before" {
	mkdir -p "$PREFIX/bin" "$PREFIX/share/man/man1" "$PREFIX/share/man/man8"
	touch "$PREFIX/share/man/man1/other.1"
	in_tree install
	touch "$PREFIX/share/doc/vhost-probe/notes" "$PREFIX/lib/libother.so"
	in_tree uninstall
	equal "$(cd "$PREFIX" && find . -mindepth 1 -printf '%P\n' | sort)" "$(lines bin lib lib/libother.so share share/doc \
		share/doc/vhost-probe share/doc/vhost-probe/notes share/man share/man/man1 share/man/man1/other.1 share/man/man8)"
}

@test "an upgrade takes the library of the version before away, and nothing else" {
	in_tree install
	touch "$PREFIX"/lib/libvhost-probe.so.0.{0.9,1.0,10.0} "$PREFIX"/lib/libvhost-probe.so.{1.0.0,0.1.0-kept,0.x}
	in_tree install
	equal "$(cd "$PREFIX/lib" && echo *.so.*)" \
		"libvhost-probe.so.0 libvhost-probe.so.0.1.0-kept libvhost-probe.so.$(< "$TREE/VERSION") libvhost-probe.so.0.x libvhost-probe.so.1.0.0"
	rm "$PREFIX"/lib/libvhost-probe.so.{1.0.0,0.1.0-kept,0.x}
	# That of a newer one, if this one is what removes them.
	touch "$PREFIX/lib/libvhost-probe.so.0.99.0"
	in_tree uninstall
	[ ! -e "$PREFIX" ] || { find "$PREFIX"; return 1; }
	# A staging directory may be the one of all packages.
	mkdir -p "$BATS_TEST_TMPDIR/stage$PREFIX/lib"
	touch "$BATS_TEST_TMPDIR/stage$PREFIX/lib/libvhost-probe.so.0.0.9"
	in_tree DESTDIR="$BATS_TEST_TMPDIR/stage" install
	[ -e "$BATS_TEST_TMPDIR/stage$PREFIX/lib/libvhost-probe.so.0.0.9" ]
}

@test "an install that fails half way: uninstall removes the directories that it had made" {
	local failing

	# At its first file, and at one in the middle.
	for failing in '*' '*.7'; do
		printf '%s\n' '#!/bin/sh' "case \$3 in $failing) exit 1; esac" 'exec install "$@"' > "$BATS_TEST_TMPDIR/install"
		chmod 755 "$BATS_TEST_TMPDIR/install"
		mkdir "$PREFIX"
		run in_tree install INSTALL="$BATS_TEST_TMPDIR/install"
		[ "$status" != 0 ]
		[ -s "$PREFIX/share/vhost-probe/directories" ]
		in_tree uninstall
		equal "$(find "$PREFIX")" "$PREFIX"
		rmdir "$PREFIX"
	done
	# Also where the record's own directory cannot be made.
	mkdir "$PREFIX"
	run in_tree install pkgdatadir="$PREFIX/new/$(printf 'x%.0s' {1..300})/vhost-probe"
	[ "$status" != 0 ]
	equal "$(ls "$PREFIX")" ""
}

@test "a directory that cannot be removed stays recorded, and goes next time" {
	# Root could remove it.
	if is_root; then
		has_others || skip_or_fail "takes another user than root"
		chown -R "$TEST_UID:$TEST_UID" "$TREE"
		open_directories
		install -d -o "$TEST_UID" "$PREFIX" "$BATS_TEST_TMPDIR/tmp"
		as=(as_other env TMPDIR="$BATS_TEST_TMPDIR/tmp")
	fi
	in_tree install
	chmod 555 "$PREFIX/share/man"
	run in_tree uninstall
	chmod 755 "$PREFIX/share/man"
	[ "$status" != 0 ]
	matches "$output" "*could not be removed, see $PREFIX/share/vhost-probe/directories:*$PREFIX/share/man/man1*"
	[ -d "$PREFIX/share/man/man7" ]
	in_tree uninstall
	equal "$(find "$PREFIX" -mindepth 1)" ""
	! is_root || chown -R 0:0 "$TREE"
}

@test "make uninstall where nothing is installed does nothing" {
	mkdir -p "$PREFIX/bin"
	in_tree uninstall
	equal "$(find "$PREFIX")" "$PREFIX"$'\n'"$PREFIX/bin"
	matches "$(< "$BATS_FILE_TMPDIR/log")" "*nothing is installed there: *same prefix*"
	lacks "$(< "$BATS_FILE_TMPDIR/log")" "  RM "
}

@test "a package: everything lies below DESTDIR, which nothing inside names" {
	stage="$BATS_TEST_TMPDIR/a stage"
	layout=(prefix="$PREFIX" libdir="$PREFIX/lib/x86_64-linux-gnu" mandir="$PREFIX/man" DESTDIR="$stage")
	in_tree "${layout[@]}" install
	[ -f "$stage$PREFIX/lib/x86_64-linux-gnu/pkgconfig/vhost-probe.pc" ]
	[ -f "$stage$PREFIX/man/man1/vhost-probe.1" ]
	[ ! -e "$PREFIX" ]
	run -1 grep -rlF "$stage" "$stage"
	[ ! -e "$stage$PREFIX/share/vhost-probe/directories" ]
	in_tree "${layout[@]}" installcheck
	in_tree "${layout[@]}" uninstall
	[ ! -e "$stage/tmp" ] || { find "$stage"; return 1; }
}

@test "root installs what another user has built, and makes no file in the build tree" {
	has_others || skip "takes root and a user"
	chown -R "$TEST_UID:$TEST_UID" "$TREE"
	touch "$BATS_TEST_TMPDIR/now"
	in_tree install
	[ -x "$PREFIX/bin/vhost-probe" ]
	run in_tree prefix="$PREFIX/other" install
	[ "$status" != 0 ]
	matches "$output" "*out of date*run make there as that user first*"
	equal "$(find "$TREE" -newer "$BATS_TEST_TMPDIR/now")" ""
	[ ! -e "$PREFIX/other" ]
	chown -R 0:0 "$TREE"
}

@test "a directory that is relative, or has characters that something would take for its own, is refused by its name" {
	local words=(prefix=usr bindir=bin libdir= mandir="$PREFIX/a b" docdir=./doc EXTRA_DIR=opt EXTRA_DIR="/opt/a /opt/b") character

	for character in '&' '|' '"' \\ "'" '`' ';' '*' '?' '<' '(' ')' '[' '{' '%' ',' '=' '!' '^' $'\t' ü; do
		words+=("EXTRA_DIR=/opt/a${character}b" "sysconfdir=/opt/a${character}b")
	done
	for word in "${words[@]}"; do
		run in_tree "$word" install
		[ "$status" != 0 ]
		matches "$output" "*${word%%=*} is an absolute path of letters, digits and ._+~/@:-, not \"*\"*"
	done
	[ ! -e "$PREFIX" ]
}

@test "a directory with every character that is allowed gets into units and program" {
	local extra=/opt/aZ09._+~@:-b/c

	cp -r "$TREE" "$BATS_TEST_TMPDIR/tree"
	TREE=$BATS_TEST_TMPDIR/tree
	in_tree EXTRA_DIR="$extra" install
	grep -qxF "PathChanged=$extra" "$PREFIX/lib/systemd/system/vhost-probe-refresh.path"
	run -0 --separate-stderr "$PREFIX/bin/vhost-probe" list --json
	matches "$(jq -c .search <<< "$output")" "*\"$extra\"*"
}
