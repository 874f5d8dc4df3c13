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

# leave_out_alone: those that take more than one of several may have.
leave_out_alone() {
	rm "$manifests"/50-alone-*.json
	mapfile -t shapes < <(printf '%s\n' "${shapes[@]}" | grep -v ^alone-)
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
	leave_out_alone
	all_match
}

@test "one that is the only one may have hundreds of threads, one of several not" {
	probe --binary "$programs/alone-hundreds-of-threads" --cache off
	answered "$programs/alone-hundreds-of-threads"
	probe list --json --dir "$manifests" --cache off
	ended 0
	equal "$(verdict_of 50-alone-hundreds-of-threads.json)" exit-status
}

# The others' count for the same id there.
@test "several with many threads each work at a time, at level partial too" {
	rm "$manifests"/*
	for n in 1 2 3; do
		mkdir "$programs/$n"
		cp "$STAGE/bin/healthy" "$programs/$n/threads-that-stay"
		manifest "50-$n.json" sample "$n/threads-that-stay"
	done
	shapes=(1 2 3)
	all_match
	need_landlock
	all_match --sandbox partial --without user,mount,pid,net,ipc,uts,cgroup
}

@test "each works at level partial" {
	need_landlock
	all_match --jobs 1 --sandbox partial --without user,mount,pid,net,ipc,uts,cgroup
	leave_out_alone
	all_match --sandbox partial --without user,mount,pid,net,ipc,uts,cgroup
	equal "$(json .sandbox.level)" partial
}
