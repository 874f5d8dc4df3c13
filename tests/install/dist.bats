#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2154 # status and output: set by run
#
# The tarball of a release: the same files give the same bytes, no matter who makes it. install.bats
# tests that it builds.

load helper

TARBALL=$(echo "$STAGE"/vhost-probe-*.tar.xz)
NAME=$(basename "$TARBALL" .tar.xz)

# These tests run no program of ours.
setup_file() {
	:
}

# unpack DIRECTORY: makes $tree.
unpack() {
	mkdir -p "$1"
	tar -C "$1" -xf "$TARBALL"
	tree=$1/$NAME
}

# dist [NAME=VALUE...] DIRECTORY
dist() {
	env "${@:1:$#-1}" "$tree/build-aux/dist" "${!#}/$NAME.tar.xz"
}

@test "an unpacked release makes itself again, byte for byte" {
	unpack "$BATS_TEST_TMPDIR"
	dist "$BATS_TEST_TMPDIR"
	cmp "$BATS_TEST_TMPDIR/$NAME.tar.xz" "$TARBALL"
}

@test "the same in any place, with any umask, times, language and modes, and after a build" {
	umask 077
	unpack "$BATS_TEST_TMPDIR/else where"
	chmod -R go= "$tree"
	find "$tree" -not -name VERSION -exec touch {} +
	mkdir "$tree/build" "$tree/other"
	touch "$tree/build/vhost-probe" "$tree/other/vhost-probe"
	dist TZ=Asia/Tokyo LC_ALL=C.UTF-8 XZ_OPT=-0 TAR_OPTIONS=--owner=7 BUILD=other "$BATS_TEST_TMPDIR"
	cmp "$BATS_TEST_TMPDIR/$NAME.tar.xz" "$TARBALL"
}

@test "in git, the files that git tracks are in it, as they are in the tree" {
	command -v git > /dev/null || skip "git is not installed"
	unpack "$BATS_TEST_TMPDIR"
	git() {
		command git -c user.name=test -c user.email=test@test.invalid -C "$tree" "$@"
	}
	git init -q
	git add .
	GIT_COMMITTER_DATE="@1000000000 +0000" git commit -q -m all
	touch "$tree/notes"
	git rm -q --cached NEWS.md
	rm "$tree/HACKING.md"
	mkdir "$BATS_TEST_TMPDIR/made"
	dist "$BATS_TEST_TMPDIR/made"
	equal "$(tar -tf "$BATS_TEST_TMPDIR/made/$NAME.tar.xz")" "$(tar -tf "$TARBALL" | grep -vE '/(HACKING|NEWS)\.md$')"
	equal "$(tar --utc -tvf "$BATS_TEST_TMPDIR/made/$NAME.tar.xz" | awk '{ print $4, $5 }' | sort -u)" "2001-09-09 01:46"
}

@test "SOURCE_DATE_EPOCH is the time of all files" {
	unpack "$BATS_TEST_TMPDIR"
	mkdir "$BATS_TEST_TMPDIR/made"
	dist SOURCE_DATE_EPOCH=1000000000 "$BATS_TEST_TMPDIR/made"
	equal "$(tar --utc -tvf "$BATS_TEST_TMPDIR/made/$NAME.tar.xz" | awk '{ print $4, $5 }' | sort -u)" "2001-09-09 01:46"
}

@test "all files are in one directory, belong to root, and only the owner can write them" {
	equal "$(tar -tf "$TARBALL" | cut -d / -f 1 | sort -u)" "$NAME"
	equal "$(tar --numeric-owner -tvf "$TARBALL" | awk '{ print $2 }' | sort -u)" "0/0"
	equal "$(tar -tvf "$TARBALL" | cut -c 1-10 | sort -u)" $'-rw-r--r--\n-rwxr-xr-x'
}
