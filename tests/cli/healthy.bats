#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154 # the helper sets ours
#
# A healthy backend refused is the worst failure beside an escape: shapes of programs that are not
# made like the textbook's (tests/healthy/backend.c), by themselves, at level full and at a partial
# without any namespace. That they work by hand is tried as well: a shape that does not proves nothing.

load helper

setup() {
	prepare
	need_sandbox
	# Without namespaces root's programs are nobody, who cannot look into root's directories.
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_TEST_TMPDIR"
	mapfile -t shapes < <("$STAGE/bin/healthy")
	[ ${#shapes[@]} -gt 10 ]
	for shape in "${shapes[@]}"; do
		cp "$STAGE/bin/healthy" "$programs/$shape"
		manifest "50-$shape.json" sample "$shape"
	done
}

# all_match WORD...: each of them, by one document.
all_match() {
	probe list --json --dir "$manifests" --cache off "$@"
	ended 0
	equal "$(json '.candidates[] | select(.verdict != "match") | "\(.name): \(.reason)"')" ""
	equal "$(json '.candidates | length')" "${#shapes[@]}"
}

@test "each works by hand" {
	for shape in "${shapes[@]}"; do
		# To give up groups takes root.
		[ "$shape" != gives-up-groups ] || is_root || continue
		run --separate-stderr "$programs/$shape" --print-capabilities
		answered '{"type": "sample", "features": ["healthy"]}'
	done
}

@test "each works at level full, one at a time and several at a time" {
	all_match --jobs 1
	equal "$(json .sandbox.level)" full
	all_match
}

@test "what needs hundreds of threads gets them, if not beside others, then by itself" {
	probe --binary "$programs/alone-hundreds-of-threads" --cache off
	answered "$programs/alone-hundreds-of-threads"
	probe list --json --dir "$manifests" --cache off
	ended 0
	equal "$(verdict_of 50-alone-hundreds-of-threads.json)" match
	equal "$(of 50-alone-hundreds-of-threads.json .probe.confirmed)" true
}

@test "each works at level partial" {
	[ "$("$VHOST_PROBE" --binary "$FAKES/like-input" --cache off --json | jq .sandbox.landlock_abi)" -ge 6 ] ||
		skip_or_fail "no Landlock of ABI 6 on this host"
	all_match --jobs 1 --sandbox partial --without user,mount,pid,net,ipc,uts,cgroup
	all_match --sandbox partial --without user,mount,pid,net,ipc,uts,cgroup
	equal "$(json .sandbox.level)" partial
}
