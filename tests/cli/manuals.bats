#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154 # the helpers set markers, tool and wrong
#
# What the manual pages show is what the program prints, files that they show are accepted by those
# who read such files, and recipes do what they say.

load helper
load manuals

setup() {
	prepare
	need_sandbox
	need script
}

@test "every page is tried, and every example says how and shows what can be typed" {
	local page name marker found=''

	for page in "$STAGE"/man/*.[1-8]; do
		name=${page##*/}
		grep -qxF "@test \"$name\" {" "$BATS_TEST_FILENAME" || found+="no test tries $name"$'\n'
		examples "$page"
		found+=$wrong
		for marker in "${markers[@]}"; do
			understand "$marker" || found+="$name: not understood: $marker"$'\n'
			[ -z "$tool" ] || grep -qxF "@test \"$name, with $tool\" {" "$BATS_TEST_FILENAME" ||
				found+="no test tries $name with $tool"$'\n'
		done
	done
	equal "$found" ""
}

@test "vhost-probe.1" {
	try_page vhost-probe.1
}

@test "vhost-probe.conf.5" {
	try_page vhost-probe.conf.5
}

@test "vhost-user-manifest.5" {
	try_page vhost-user-manifest.5
}

@test "vhost-probing.7" {
	try_page vhost-probing.7
}

@test "vhost-probing.7, with python3" {
	try_page vhost-probing.7 python3
}

@test "vhost-probing.7, with go" {
	try_page vhost-probing.7 go
}

@test "vhost-probing.7, with systemd-analyze" {
	try_page vhost-probing.7 systemd-analyze
}

@test "vhost-probing.7, with ansible-playbook" {
	try_page vhost-probing.7 ansible-playbook
}

@test "vhost-probe-refresh.service.8" {
	try_page vhost-probe-refresh.service.8
}

@test "vhost-probe-refresh.service.8, with systemd-analyze" {
	try_page vhost-probe-refresh.service.8 systemd-analyze
}
