#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154 # the helper sets manifests, programs and stderr
#
# The document of --json: its shape and the promises between its members, written down in
# tests/fixtures/document.jq, hold for every verb and every way in which a request can end. So does
# the published schema, data/schema/result.schema.json.

load helper

setup() {
	prepare
	need_sandbox
}

# by_schema: where the document in $output breaks the published schema.
by_schema() {
	json --slurpfile schema "$STAGE/data/schema/result.schema.json" -f "$STAGE/fixtures/schema.jq"
}

# documented STATUS WORD...: the program ends so and prints one document that is as it must be.
documented() {
	probe "${@:2}" --json
	ended "$1"
	equal "$(json -f "$STAGE/fixtures/document.jq")" ""
	equal "$(by_schema)" ""
	equal "$(jq -s length <<< "$output")" 1
}

# One of each kind that every host can show, except that none hangs: on a busy machine a short
# deadline is too short for others.
zoo() {
	local -a broken=("exit 3" "kill -9 \$\$" "echo nonsense" "echo '{}'" :
		"echo '{\"type\": \"other\"}'" "cat /dev/zero")

	for i in "${!broken[@]}"; do
		manifest "1$i-broken.json" sample "broken-$i"
		program "broken-$i" "${broken[i]}"
	done
	candidate 20-plain.json sample
	candidate 30-a.json sample a
	candidate 40-ab.json sample a b
	candidate 45-abc.json sample a b c
	candidate 50-other.json other a
	manifest 60-missing.json sample none
	manifest 61-plain.json sample plain
	touch "$programs/plain"
	manifest 62-untrusted.json sample 20-plain
	chmod 666 "$manifests/62-untrusted.json"
	echo '{' > "$manifests/63-bad.json"
	ln -s nowhere "$manifests/64-dangling.json"
	: > "$manifests/65-empty.json"
	touch "$manifests/README"
	mkdir "$BATS_TEST_TMPDIR/general"
	manifest "$BATS_TEST_TMPDIR/general/20-plain.json" sample 30-a
	manifest 70-garbage.json sample garbage
	printf '\x7fELF' > "$programs/garbage"
	chmod 755 "$programs/garbage"
}

@test "list, explain and select, found and not found: the document is as it must be" {
	local -a dirs

	zoo
	dirs=(--dir "$BATS_TEST_TMPDIR/general" --dir "$manifests" --dir "$BATS_TEST_TMPDIR/none")
	documented 0 list "${dirs[@]}"
	equal "$(json '.candidates[].verdict' | sort -u)" "$(lines bad-capabilities bad-json \
		bad-manifest exec-failed exit-status mask masked match missing-binary no-output \
		not-executable output-limit signal skipped-name type-mismatch unreadable untrusted)"
	documented 0 list --type other "${dirs[@]}"
	documented 0 --type sample --need a --exclude b "${dirs[@]}"
	documented 0 --type sample --need a --all "${dirs[@]}"
	documented 0 explain --type sample --need a --exclude b "${dirs[@]}"
	equal "$(json '.candidates[] | select(.name[0:1] == "4") | .verdict' | sort -u)" excluded-features
	documented 1 --type sample --need x "${dirs[@]}"
	documented 1 explain --type sample --need x "${dirs[@]}"
	documented 1 --type nobody "${dirs[@]}"
}

@test "one that hangs: the document is as it must be" {
	candidate 20-plain.json sample
	manifest 30-hang.json sample hang
	program hang 'sleep 100'
	documented 0 list --dir "$manifests" --timeout 2
	equal "$(verdicts)" "$(lines "20-plain.json match" "30-hang.json timeout")"
	documented 1 --type sample --need x --dir "$manifests" --timeout 2
	documented 0 explain --type sample --dir "$manifests" --timeout 2
}

@test "--binary: found, not found, not there" {
	backend one sample a
	documented 0 --binary "$programs/one"
	documented 0 list --binary "$programs/one"
	documented 0 explain --binary "$programs/one" --type sample
	documented 1 --binary "$programs/one" --need x
	documented 1 --binary "$programs/one" --type other
	documented 1 --binary "$programs/none"
	equal "$(json -c '[.sandbox.level, .sandbox.layers]')" "[null,[]]"
}

@test "the default directories, without and with anything in them" {
	documented 0 list --type nobody
	documented 0 list --type nobody --user
}

@test "no sandbox: --sandbox none" {
	candidate 50-one.json sample a
	documented 0 --type sample --dir "$manifests" --sandbox none
}

@test "nothing was run: level null, no layers" {
	documented 1 --type sample --dir "$manifests"
	equal "$(json -c '.sandbox | [.level, .layers, .missing]')" '[null,[],[]]'
	echo '{' > "$manifests/50-bad.json"
	documented 0 list --dir "$manifests"
	equal "$(json .sandbox.level)" null
}

@test "the fakes" {
	documented 0 list --dir "$FAKES/manifests" --timeout 0.5
	documented 0 explain --type gpu --need virgl --dir "$FAKES/manifests"
}

@test "the example of the manual, member by member" {
	candidate 50-one.json gpu render-node virgl
	documented 0 --type gpu --need virgl --dir "$manifests"
	equal "$(json -c .request)" '{"type":"gpu","need":["virgl"],"exclude":[]}'
	equal "$(json -c '.search[] | [.dir, .found]')" "[\"$manifests\",true]"
	equal "$(json -c '.sandbox | [.level, .layers - ["uts", "cgroup", "landlock"]]')" \
		'["full",["user","mount","pid","net","ipc","uid","caps","no-new-privs","limits","seccomp"]]'
	equal "$(json .selected)" "$programs/50-one"
	equal "$(json -S '.candidates[] | del(.probe.duration_us)')" "$(jq -nS \
		--arg manifest "$manifests/50-one.json" --arg binary "$programs/50-one" '{
			name: "50-one.json", manifest: $manifest, type: "gpu",
			description: "a gpu backend for tests", binary: $binary, tags: [],
			verdict: "selected", reason: "has virgl", remedies: [],
			capabilities: {type: "gpu", features: ["render-node", "virgl"]},
			missing: [], excluded: [], masked_by: null,
			probe: {source: "run", level: "full", confirmed: true, stale: null, age_s: null, exit_status: 0,
				signal: null, stdout: "", stderr: ""}}')"
}

@test "a program's stderr that is not UTF-8 leaves the document valid" {
	program 50-one "printf '\\377\\376 caf\\351\\n' >&2" "echo '{\"type\": \"sample\"}'"
	manifest 50-one.json sample 50-one
	documented 0 --type sample --dir "$manifests"
	equal "$(iconv -f UTF-8 -t UTF-8 <<< "$output")" "$output"
	matches "$(json '.candidates[].probe.stderr')" "* caf*"
}

@test "-q, and -v of select, change nothing about the document" {
	local plain

	candidate 50-one.json sample a
	for verb in select list explain; do
		documented 0 $verb --type sample --dir "$manifests"
		plain=$(json -S 'del(.candidates[].probe.duration_us)')
		for option in -q -v; do
			[ $option = -q ] || [ $verb = select ] || continue
			documented 0 $verb --type sample --dir "$manifests" $option
			equal "$(json -S 'del(.candidates[].probe.duration_us)')" "$plain"
		done
	done
}

@test "duration_us is the time that the program took" {
	manifest 50-one.json sample slow
	program slow 'sleep 0.3' "echo '{\"type\": \"sample\"}'"
	documented 0 --type sample --dir "$manifests"
	below 299999 "$(json '.candidates[].probe.duration_us')"
	below "$(json '.candidates[].probe.duration_us')" 20000000
}

@test "a directory that cannot be read: exit 2, and a document that is as it must be" {
	touch "$BATS_TEST_TMPDIR/file"
	documented 2 list --dir "$BATS_TEST_TMPDIR/file"
	equal "$(json '.search[].error | type')" string
	documented 2 --type sample --dir "$BATS_TEST_TMPDIR/file"
}

# finds BREACH FOUND: it was found, and the check did not fail over it.
finds() {
	[ -n "$2" ] || {
		echo "not found: $1"
		return 1
	}
	lacks "$2" "jq failed"
}

@test "the checks themselves find a breach of each kind" {
	local document

	candidate 50-one.json sample a
	documented 0 --type sample --dir "$manifests"
	document=$output
	for breach in 'del(.schema)' '.schema = 2' 'del(.search)' '.search[0].found = null' \
		'.sandbox.level = "some"' '.sandbox.layers += ["more"]' \
		'.sandbox.missing = [{"layer": "user"}]' '.candidates = {}' \
		'.candidates[0].verdict = "fine"' '.candidates[0].reason = null' \
		'.candidates[0].tags = null' '.request.need = null' \
		'.candidates[0].remedies = null' '.candidates[0].remedies = [{"option": "--expose"}]' \
		'.candidates[0].remedies = [{"option": "--json", "values": ["/a"]}]' \
		'.candidates[0].remedies = [{"option": "--expose", "values": []}]' \
		'.candidates[0].probe.exit_status = "0"'; do
		output=$(jq "$breach" <<< "$document")
		finds "$breach" "$(json -f "$STAGE/fixtures/document.jq")"
		finds "$breach" "$(by_schema)"
	done
	# What a schema is not made for.
	for breach in '.sandbox.missing = [{"layer": "user", "errno": "EPERM", "hint": "h"}]' \
		'.selected = null' '.candidates[0].capabilities = null' \
		'.candidates[0].missing = ["a"]' '.candidates[0].remedies = [{"option": "--jobs", "values": ["1"]}]' \
		'.candidates[0].masked_by = "/a"' \
		'.candidates[0].probe.source = "none"' '.candidates[0].probe.signal = 9' \
		'.candidates += [.candidates[0] | .name = "00"]'; do
		output=$(jq "$breach" <<< "$document")
		finds "$breach" "$(json -f "$STAGE/fixtures/document.jq")"
	done
}
