#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2154 # status and output: set by run
#
# How Debian's packages are installed: which of them, and what happens when a mirror is not at its best.
# There is no apt in these tests: small scripts stand for it, which log how they are called, and know
# of packages what the files "installed" and "known" say.

load helper

# These tests run no program of ours.
setup_file() {
	:
}

setup() {
	local name

	state=$BATS_TEST_TMPDIR
	mkdir "$state/bin"
	tar -C "$state" --strip-components 1 -xf "$STAGE"/vhost-probe-*.tar.xz
	: > "$state/installed"
	: > "$state/known"
	: > "$state/calls"
	for name in apt-get apt-cache dpkg-query sudo sleep id; do
		install -m 755 /dev/stdin "$state/bin/$name" <<- end
			#!/bin/bash
			exec "$state/stand-in" $name "\$@"
		end
	done
	install -m 755 /dev/stdin "$state/stand-in" <<- end
		#!/bin/bash
		cd "$state"
		case \$1 in
		id) echo 0 ;;
		sudo) shift && echo sudo >> calls && exec "\$@" ;;
		sleep) echo "\$*" >> calls ;;
		dpkg-query) ! grep -qx -e "\${!#}" installed || echo "install ok installed" ;;
		apt-cache) grep -qx -e "\${!#}" known ;;
		apt-get)
			words=()
			for word in "\${@:2}"; do
				[[ \$word = -* || \$word = *=* ]] || words+=("\$word")
			done
			echo "\${words[*]}" >> calls
			[ ! -e "fail-\${words[0]}" ] || {
				sed -i 1d "fail-\${words[0]}"
				[ -s "fail-\${words[0]}" ] || rm "fail-\${words[0]}"
				exit 100
			}
			[ "\${words[0]}" != update ] || [ ! -e new ] || cat new >> known
			;;
		esac
	end
}

packages() {
	PATH=$state/bin:$PATH run "$state/build-aux/packages" "$@"
}

# fails VERB N: apt-get VERB, the next N times.
fails() {
	seq "$2" > "$state/fail-$1"
}

calls() {
	equal "$(cat "$state/calls")" "$(printf '%s\n' "$@")"
}

@test "only what is missing is installed, with new lists; what is there costs no call of apt" {
	echo make > "$state/installed"
	packages install make gcc jq
	equal "$status" 0
	calls update "install gcc jq"
	: > "$state/calls"
	packages install make
	equal "$status" 0
	equal "$(cat "$state/calls")" ""
}

@test "one of two packages: the one that the release has, the one that is there, or none" {
	echo new-name > "$state/known"
	packages install 'new-name|old-name' 'nowhere|base' 'elsewhere|'
	equal "$status" 0
	calls update "install new-name base"
	: > "$state/calls"
	echo new-name > "$state/installed"
	: > "$state/known"
	packages install 'new-name|old-name' 'elsewhere|'
	equal "$status" 0
	equal "$(cat "$state/calls")" ""
}

@test "a machine without lists: what the release has is known only after they are there" {
	echo new-name > "$state/new"
	packages install 'new-name|old-name'
	equal "$status" 0
	calls update "install new-name"
}

@test "a mirror that fails for a while: tried again, with new lists" {
	fails update 1
	fails install 2
	packages install gcc
	equal "$status" 0
	calls update "sleep 5" update "install gcc" "sleep 25" update "install gcc" "sleep 60" update "install gcc"
}

@test "a mirror that is down: it fails, after four attempts" {
	fails update 9
	packages install gcc
	[ "$status" != 0 ]
	calls update "sleep 5" update "sleep 25" update "sleep 60" update
}

@test "build-dep, satisfy and update are tried again too, and get their words as they are" {
	fails build-dep 1
	packages build-dep ./source
	equal "$status" 0
	calls update "build-dep ./source" "sleep 5" update "build-dep ./source"
	: > "$state/calls"
	packages satisfy "libc6 (>> 2.36), libjson-c5"
	equal "$status" 0
	calls update "satisfy libc6 (>> 2.36), libjson-c5"
	: > "$state/calls"
	fails update 1
	packages update
	equal "$status" 0
	calls update "sleep 5" update
}

@test "an ordinary user needs sudo, for each call" {
	sed -i 's/id) echo 0/id) echo 1000/' "$state/stand-in"
	packages install gcc
	equal "$status" 0
	calls sudo update sudo "install gcc"
}

@test "again: the last exit status, and the first success ends it" {
	PATH=$state/bin:$PATH run "$state/build-aux/again" sh -c 'exit 7'
	equal "$status" 7
	calls "sleep 5" "sleep 25" "sleep 60"
	: > "$state/calls"
	PATH=$state/bin:$PATH run "$state/build-aux/again" true
	equal "$status" 0
	equal "$(cat "$state/calls")" ""
}
