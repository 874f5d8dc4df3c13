#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # scripts have variables of their own; tests are subshells
#
# export: what each format says of a host, and that it is always text of that format: by checkers of
# the rules that its readers have (tests/fixtures/nfd.pl, prometheus.pl, and a schema), whatever types
# and features are called and however many there are. tests/fleet asks the readers themselves.

load helper
load export

setup() {
	prepare
	need_sandbox
	need perl
	file=$BATS_TEST_TMPDIR/exported
	formats=(nfd prometheus ansible)
	cache=(--cache off)
}

# export_to FILE FORMAT: what is exported of the manifests of the test.
export_to() {
	probe export "$2" --output "$1" --dir "$manifests" "${cache[@]}"
}

# valid FORMAT FILE: it breaks no rule of its readers.
valid() {
	case $1 in
	nfd) equal "$(perl "$STAGE/fixtures/nfd.pl" "$2" 2>&1)" "" ;;
	prometheus) equal "$(perl "$STAGE/fixtures/prometheus.pl" "$2" 2>&1)" "" ;;
	ansible)
		equal "$(jq -r --slurpfile schema "$STAGE/data/schema/facts.schema.json" \
			-f "$STAGE/fixtures/schema.jq" "$2" 2>&1)" "" &&
			equal "$(jq -s length "$2")" 1
		;;
	esac
}

# exported FORMAT: to $file, which is valid and can be read by all.
exported() {
	export_to "$file" "$1"
	ended 0
	equal "$output" ""
	equal "$(stat -c %a "$file")" 644
	valid "$1" "$file"
}

# What is said in $file.
labels() {
	perl "$STAGE/fixtures/nfd.pl" --labels "$file"
}

# samples FAMILY
samples() {
	perl "$STAGE/fixtures/prometheus.pl" --samples "$file" | sed -n "s/^vhost_probe_$1 //p"
}

# fact FILTER
fact() {
	jq -r ".vhost_user | $1" "$file"
}

# What docs/fleet.md says with filters of Ansible's.
failed_backends='[.backends[] | select((.usable | not) and (.undecided | not))]'

# Two that work, one of which comes first, and two that do not.
some_host() {
	candidate 10-first.json gpu render-node
	candidate 50-second.json gpu virgl render-node
	candidate 60-other.json fs
	manifest 70-gone.json fs gone
	manifest 80-broken.json vsock broken
	# What it says is only for its caller.
	program broken "echo secret words >&2; exit 3"
	: > "$manifests/90-mask.json"
	touch "$manifests/README"
}

# ---- what is exported ----

@test "nfd: a label for each type and feature that some backend has, and for the host" {
	some_host
	exported nfd
	equal "$(labels)" "$(lines vhost-probe.sandbox=full vhost-probe.failed=2 vhost-probe.undecided=0 \
		vhost-user-gpu=true vhost-user-fs=true vhost-user-gpu.render-node=true \
		vhost-user-gpu.virgl=true)"
}

@test "prometheus: which backend works, what it has, and the verdict of one that does not" {
	some_host
	exported prometheus
	equal "$(samples backend_usable)" "$(
		for row in "10-first gpu match 1" "50-second gpu match 1" "60-other fs match 1" \
			"70-gone fs missing-binary 0" "80-broken vsock exit-status 0"; do
			read -r name type verdict usable <<< "$row"
			echo "manifest=$manifests/$name.json program=$(jq -r .binary "$manifests/$name.json")" \
				"type=$type verdict=$verdict $usable"
		done
	)"
	# The same series, so that one can be subtracted from the other.
	equal "$(samples backend_undecided)" "$(samples backend_usable | sed 's/ [01]$/ 0/')"
	equal "$(samples feature | sed "s|$manifests/||; s|$programs/||")" "$(lines \
		"feature=render-node manifest=10-first.json program=10-first type=gpu 1" \
		"feature=virgl manifest=50-second.json program=50-second type=gpu 1" \
		"feature=render-node manifest=50-second.json program=50-second type=gpu 1")"
	equal "$(samples sandbox_level)" "$(lines "level=full 1" "level=partial 0" "level=none 0" \
		"level=unavailable 0" "level=untried 0")"
	equal "$(samples failed) $(samples undecided) $(samples left_out)" "2 0 0"
	equal "$(samples files | grep -v ' 0$')" "$(lines "verdict=skipped-name 1" "verdict=mask 1" \
		"verdict=missing-binary 1" "verdict=exit-status 1" "verdict=match 3")"
}

@test "prometheus: every verdict that list may give has its series, seen or not" {
	exported prometheus
	equal "$(samples files | sed 's/verdict=//; s/ 0$//' | sort)" "$(
		jq -r '."$defs".verdict.enum[]' "$STAGE/data/schema/result.schema.json" | sort |
			grep -vxE 'missing-features|excluded-features|not-needed|selected'
	)"
}

@test "ansible: for each type and feature the program that select prints, and why others do not work" {
	local type

	some_host
	exported ansible
	equal "$(fact '.types | keys_unsorted | join(" ")')" "gpu fs"
	for type in gpu fs; do
		probe_here --type $type --cache off --quiet
		answered "$(fact ".types.$type.program")"
	done
	for feature in render-node virgl; do
		probe_here --type gpu --need $feature --cache off
		answered "$(fact ".types.gpu.features[\"$feature\"]")"
	done
	equal "$(fact '.backends[] | "\(.type) \(.verdict) \(.usable) \(.undecided)"')" "$(lines "gpu match true false" \
		"gpu match true false" "fs match true false" "fs missing-binary false false" \
		"vsock exit-status false false")"
	equal "$(fact '.backends[4].meaning')" "exited with a status other than 0"
	equal "$(fact '[.sandbox, .failed, .undecided, .left_out] | join(" ")')" "full 2 0 0"
	lacks "$(< "$file")" secret
}

@test "the fake backends, every verdict among them: all formats are valid" {
	local format

	for format in "${formats[@]}"; do
		probe export "$format" --dir "$FAKES/manifests" --cache off --timeout 1 --output "$file"
		ended 0
		valid "$format" "$file"
	done
}

@test "one program, without a manifest" {
	backend alone sample a
	probe export nfd --binary "$programs/alone" --cache off --output "$file"
	ended 0
	equal "$(labels | grep user)" "$(lines vhost-user-sample=true vhost-user-sample.a=true)"
	probe export prometheus --binary "$programs/alone" --cache off --output "$file"
	valid prometheus "$file"
	equal "$(samples feature)" "feature=a manifest=$programs/alone program=$programs/alone type=sample 1"
}

@test "a host without any manifest: nothing is there, and that is known" {
	local format

	for format in "${formats[@]}"; do
		exported "$format"
		equal "$(grep -v ' reads only files ' <<< "$stderr")" ""
	done
	equal "$(fact '[.sandbox, .undecided] | join(" ")')" "untried 0"
	equal "$(fact '.types, .backends | length')" "$(lines 0 0)"
}

@test "when: an answer of the cache counts from when it was given" {
	local exported_at

	candidate 50-one.json sample a
	cache=(--cache auto --cache-dir "$BATS_TEST_TMPDIR/cache")
	# What was put there within two seconds is not kept.
	sleep 2.5
	exported ansible
	exported_at=$(fact .exported)
	equal "$(fact .oldest_answer)" "$exported_at"
	sleep 2.5
	cache[1]=only
	exported ansible
	[[ $(fact .exported) > $exported_at ]]
	# In whole seconds, either of which may be rounded.
	below "$(($(date -d "$(fact .oldest_answer)" +%s) - $(date -d "$exported_at" +%s) + 2))" 4
	below 0 "$(($(date -d "$(fact .oldest_answer)" +%s) - $(date -d "$exported_at" +%s) + 2))"
	equal "$(fact '.sandbox, .undecided')" "$(lines full 0)"
}

# ---- what is undecided ----

@test "without a sandbox: the status is 2, and each format says that backends are undecided" {
	local format

	open_directories
	some_host
	for format in "${formats[@]}"; do
		run --separate-stderr timeout -k 5 60 "$STAGE/bin/refuse" docker -- "$VHOST_PROBE" \
			export "$format" --dir "$manifests" --cache off --output "$file"
		[ "$status" != 125 ] || skip_or_fail "$stderr"
		ended 2
		matches "$stderr" "*sandbox level full is not available on this host*"
		valid "$format" "$file"
		case $format in
		nfd) equal "$(labels)" "$(lines vhost-probe.sandbox=unavailable vhost-probe.failed=1 \
			vhost-probe.undecided=4)" ;;
		prometheus)
			equal "$(samples sandbox_level | grep ' 1$')" "level=unavailable 1"
			equal "$(samples undecided)" 4
			equal "$(samples backend_usable | grep -c 'verdict=sandbox-unavailable 0')" 4
			equal "$(samples backend_undecided | cut -d ' ' -f 4-)" "$(lines \
				"verdict=sandbox-unavailable 1" "verdict=sandbox-unavailable 1" \
				"verdict=sandbox-unavailable 1" "verdict=missing-binary 0" \
				"verdict=sandbox-unavailable 1")"
			;;
		ansible)
			equal "$(fact '[.sandbox, .undecided, (.types | length)] | join(" ")')" "unavailable 4 0"
			equal "$(fact "$failed_backends | map(.verdict) | join(\" \")")" missing-binary
			;;
		esac
	done
}

@test "without a sandbox: one line says so to a service, which wants no remarks" {
	open_directories
	candidate 50-one.json sample
	run --separate-stderr "$STAGE/bin/refuse" docker -- "$VHOST_PROBE" export nfd --quiet \
		--dir "$manifests" --cache off --output "$file"
	[ "$status" != 125 ] || skip_or_fail "$stderr"
	ended 2
	matches "$stderr" "vhost-probe: the sandbox is not available, *"
	equal "$(wc -l <<< "$stderr")" 1
}

@test "not in the cache with --cache only: undecided, never absent" {
	candidate 50-one.json sample a
	cache=(--cache only)
	exported nfd
	equal "$(labels)" "$(lines vhost-probe.sandbox=untried vhost-probe.failed=0 vhost-probe.undecided=1)"
	exported prometheus
	matches "$(samples backend_undecided)" "* verdict=not-cached 1"
	exported ansible
	equal "$(fact '.backends[] | "\(.verdict) \(.usable) \(.undecided)"')" "not-cached false true"
	equal "$(fact "$failed_backends | length")" 0
}

@test "a failure that could not be confirmed: undecided, with its ordinary verdict" {
	local i n

	# For each to fail once more takes longer than there is.
	for ((i = 10; i < 20; i++)); do
		program "slow-$i" 'sleep 0.5; exit 1'
		manifest "$i-slow.json" sample "slow-$i"
	done
	manifest 50-gone.json sample gone
	probe export ansible --timeout 1 --output "$file" --dir "$manifests" "${cache[@]}"
	valid ansible "$file"
	n=$(fact .undecided)
	below 0 "$n"
	equal "$(fact '.failed + .undecided')" 11
	equal "$(fact '[.backends[] | select(.undecided)] | length')" "$n"
	matches " $(fact '[.backends[] | select(.undecided) | .verdict] | unique | join(" ")')" " exit-status"
	equal "$(fact "$failed_backends | length")" "$((11 - n))"
	probe export prometheus --timeout 1 --output "$file" --dir "$manifests" "${cache[@]}"
	valid prometheus "$file"
	equal "$(samples backend_undecided | grep -c 'verdict=exit-status 1$')" "$(samples undecided)"
	below 0 "$(samples undecided)"
}

# stays_with WORD...: the file of an earlier export, where this command cannot do its work.
stays_with() {
	local before

	before=$(stat -c %i.%Y.%Z "$file")
	run --separate-stderr timeout -k 5 60 "$@" --dir "$manifests" "${cache[@]}" --output "$file"
	ended 2 && equal "$output" "" && equal "$(stat -c %i.%Y.%Z "$file")" "$before" &&
		cmp "$file" "$BATS_TEST_TMPDIR/before" && equal "$(find "${file%/*}" -name '.vhost-probe.*')" ""
}

@test "an unreadable directory that was named: the last file stays" {
	local stayed=yes

	! is_root || skip "root can read it"
	some_host
	exported nfd
	cp "$file" "$BATS_TEST_TMPDIR/before"
	chmod 000 "$manifests"
	stays_with "$VHOST_PROBE" export nfd || stayed=no
	chmod 755 "$manifests"
	equal "$stayed" yes
	matches "$stderr" "vhost-probe: cannot read $manifests: *"
}

@test "no descriptors: the last file stays" {
	local format n

	some_host
	for format in "${formats[@]}"; do
		exported "$format"
		cp "$file" "$BATS_TEST_TMPDIR/before"
		# Different steps are the first that cannot be done.
		for n in 5 8 10 12 14; do
			stays_with bash -c 'exec 3>&- 4>&-; ulimit -n "$1"; shift; exec "$@"' bash "$n" "$VHOST_PROBE" export "$format"
			matches "$stderr" "vhost-probe: *Too many open files*"
		done
	done
}

@test "an unreadable directory among the default ones counts as undecided" {
	! is_root || skip "root can read it"
	mkdir -p "$BATS_TEST_TMPDIR/config/qemu/vhost-user"
	chmod 000 "$BATS_TEST_TMPDIR/config/qemu/vhost-user"
	probe XDG_CONFIG_HOME="$BATS_TEST_TMPDIR/config" export nfd --cache off --output "$file"
	chmod 755 "$BATS_TEST_TMPDIR/config/qemu/vhost-user"
	matches "$(labels)" "*vhost-probe.undecided=[1-9]*"
}

# ---- hostile names ----

@test "hostile features: no format says anything that is not true" {
	local healthy

	hostile_names | printing_features 50-hostile gpu
	candidate 60-good.json gpu virgl
	exported nfd
	# Those of the names above that are names of labels, with "vhost-user-gpu." before them.
	healthy=$(hostile_names | jq -r 'select(test("\\A[-A-Za-z0-9_.]*[A-Za-z0-9]\\z") and length <= 48) |
		"vhost-user-gpu.\(.)=true"')
	equal "$(labels | grep -v ^vhost-probe | sort)" \
		"$(lines vhost-user-gpu=true vhost-user-gpu.virgl=true "$healthy" | sort)"
	matches "$(< "$file")" "*# left out*"
	equal "$(grep -c '^# +' "$file")" 1

	exported prometheus
	# Unescaped twice: what the format needs, and what a terminal does.
	equal "$(samples feature | grep -c .)" "$(hostile_names |
		jq -s 'map(select(utf8bytelength <= 128)) | length + 1')"
	equal "$(samples left_out)" 2
	harmless "$(< "$file")"

	exported ansible
	equal "$(fact '.backends[0].features | tojson')" \
		"$(hostile_names | jq -cs 'map(select(utf8bytelength <= 128))')"
	equal "$(fact '.types.gpu.features | keys_unsorted | sort | tojson')" \
		"$(hostile_names | jq -cs 'map(select(utf8bytelength <= 128)) + ["virgl"] | sort')"
	equal "$(jq -c keys "$file")" '["vhost_user"]'
	harmless "$(< "$file")"
}

@test "hostile types: no format says anything that is not true" {
	answering < <(hostile_names | jq -cn --arg programs "$programs" '[inputs] | to_entries[] |
		"\(.key + 100)-hostile", {type: .value, features: ["a"]},
		{description: "for tests", type: .value, binary: "\($programs)/\(.key + 100)-hostile"}')
	candidate 60-good.json gpu
	# One of another name that reads like a feature of gpu.
	echo '"b"' | printing_features 70-dotted gpu.virgl
	exported ansible
	harmless "$(< "$file")"
	equal "$(jq -c keys "$file")" '["vhost_user"]'
	equal "$(fact '.types["gpu.virgl"].features.b')" "$programs/70-dotted"
	exported nfd
	harmless "$(< "$file")"
	lacks "$(labels)" virgl
	lacks "$(labels)" injected
	matches "$(labels)" "*vhost-user-gpu=true*"
	matches "$(labels)" "*vhost-user-program=true*"
	exported prometheus
	harmless "$(< "$file")"
	equal "$(samples injected)" ""
}

@test "different names stay different, or are left out" {
	printing_features 50-twins gpu < <(jq -cn '"a_b", "a-b", "a.b", "A-B", "a b", "a\\ b", "a\nb", "a\\nb"')
	exported nfd
	equal "$(labels | grep -c 'gpu\.')" 4
	exported prometheus
	equal "$(samples feature | sort -u | grep -c .)" 8
}

@test "ten thousand features: bounded, and neither the known nor other backends' are lost" {
	local format

	# "virgl" comes last.
	{ seq -f '"f%g"' 7000 && echo '"virgl"'; } | printing_features 10-many gpu
	candidate 50-other.json block read-only vendor-a
	for format in "${formats[@]}"; do
		exported "$format"
		below "$(stat -c %s "$file")" 65537
	done
	equal "$(fact .left_out)" 6937
	equal "$(fact '.backends[0].features | length')" 64
	equal "$(fact '.backends[0].features[0]')" virgl
	exported nfd
	for format in gpu.virgl block.read-only block.vendor-a; do
		matches "$(labels)" "*vhost-user-$format=true*"
	done
	matches "$(< "$file")" "*# left out: 6937 more*"
}

@test "hundreds of manifests: bounded, and those that work come first" {
	local i format

	for i in {100..399}; do
		manifest "$i-gone.json" "$(printf 'type-%s-%050d' "$i" 0)" gone
	done
	candidate 900-good.json gpu virgl
	for format in "${formats[@]}"; do
		exported "$format"
	done
	equal "$(fact '[.failed, .left_out, (.backends | length), .backends[0].type] | join(" ")')" \
		"300 45 256 gpu"
	exported nfd
	matches "$(labels)" "*vhost-user-gpu.virgl=true*"
}

@test "too many labels for one file: the types come before the features" {
	answering < <(jq -cn --arg programs "$programs" 'range(100; 356) |
		"\(.)", {type: "t\(.)", features: [range(1; 65) | "0" * 40 + "\(.)"]},
		{description: "for tests", type: "t\(.)", binary: "\($programs)/\(.)"}')
	exported nfd
	below "$(stat -c %s "$file")" 65537
	equal "$(labels | grep -cE '^vhost-user-t[0-9]+=true$')" 256
	matches "$(< "$file")" "*# left out: * more*"
}

# ---- the file ----

@test "without --output it is on stdout, the same" {
	some_host
	probe export nfd --dir "$manifests" --cache off
	ended 0
	equal "$stderr" ""
	printf '%s\n' "$output" > "$file"
	valid nfd "$file"
}

@test "--output -: on stdout, as without it; ./- is a file" {
	some_host
	cd "$BATS_TEST_TMPDIR"
	exported ansible
	for words in --output=- "--output -"; do
		# shellcheck disable=SC2086 # words
		probe export ansible --dir "$manifests" --cache off $words
		ended 0
		equal "$(jq '.vhost_user | del(.exported, .oldest_answer)' <<< "$output")" \
			"$(fact 'del(.exported, .oldest_answer)')"
	done
	[ ! -e - ]
	export_to ./- ansible
	ended 0
	equal "$output" ""
	valid ansible "$BATS_TEST_TMPDIR/-"
}

@test "the old file is replaced, and not written to" {
	some_host
	echo old > "$file"
	chmod 600 "$file"
	ln "$file" "$file.link"
	umask 077
	exported nfd
	equal "$(< "$file.link")" old
	equal "$(stat -c %h "$file")" 1
	matches "$(< "$file")" "# vhost-probe *"
}

@test "readers and several writers: always a whole file, and nothing else is left" {
	local i broken=0 pids=()

	mkdir "$BATS_TEST_TMPDIR/dir"
	file=$BATS_TEST_TMPDIR/dir/facts.fact
	some_host
	exported ansible
	for i in {1..6}; do
		"$VHOST_PROBE" export ansible --dir "$manifests" --cache off --output "$file" 3>&- &
		pids+=($!)
	done
	for i in {1..40}; do
		jq -e .vhost_user.schema "$file" > "$BATS_TEST_TMPDIR/read" || broken=$((broken + 1))
	done
	wait "${pids[@]}"
	equal "$broken" 0
	equal "$(ls -A "$BATS_TEST_TMPDIR/dir")" facts.fact
}

# not_written FILE ERROR: it is refused so, and the directory stays as it was.
not_written() {
	local before

	before=$(ls -A "${1%/*}")
	export_to "$1" nfd
	ended 2
	matches "$stderr" "vhost-probe: $2"
	equal "$(ls -A "${1%/*}")" "$before"
}

@test "something that is not a file is not replaced by one" {
	local dir=$BATS_TEST_TMPDIR/dir

	some_host
	mkdir "$dir"
	echo kept > "$dir/kept"
	ln -s kept "$dir/link"
	ln -s nowhere "$dir/dangling"
	mkfifo "$dir/fifo"
	not_written "$dir/link" "*/link is a link; name the file that it leads to"
	equal "$(< "$dir/kept")" kept
	not_written "$dir/dangling" "*/dangling is a link; *"
	not_written "$dir/fifo" "*/fifo is not a regular file; without --output *"
	mkdir "$dir/dir"
	not_written "$dir/dir" "$dir/dir is a directory; name a file in it"
	export_to /dev/null nfd
	ended 2
	[ -c /dev/null ]
	export_to /dev/stdout nfd
	ended 2
}

@test "a path that can only name a directory is not written to, whether one is there or not" {
	local dir=$BATS_TEST_TMPDIR/dir end

	mkdir "$dir"
	echo kept > "$dir/kept"
	cd "$dir"
	for end in / // /. /./ /.. /../ ///..// $'\n/'; do
		for file in "$dir$end" "$dir/missing$end" "$dir/kept$end" "dir$end" "missing$end"; do
			misused export nfd --output "$file"
			equal "$stderr" "vhost-probe: --output: ${file/$'\n'/\\n} names a directory; name a file in it"
		done
	done
	for file in . .. / // ../..; do
		misused export nfd --output "$file"
		equal "$stderr" "vhost-probe: --output: $file names a directory; name a file in it"
	done
	equal "$(ls -A "$dir")" kept
	# Names, though odd ones.
	for file in ... .a "$dir/..a" a. "$dir//b"; do
		export_to "$file" nfd
		ended 0
		[ -f "$file" ]
	done
}

@test "a directory that is missing is named, and not made" {
	export_to "$BATS_TEST_TMPDIR/none/exported" nfd
	ended 2
	equal "$stderr" "vhost-probe: cannot write $BATS_TEST_TMPDIR/none/exported: $BATS_TEST_TMPDIR/none does not exist; create the directory first"
	touch "$BATS_TEST_TMPDIR/plain"
	export_to "$BATS_TEST_TMPDIR/plain/exported" nfd
	ended 2
	matches "$stderr" "*$BATS_TEST_TMPDIR/plain is not a directory*"
	[ ! -e "$BATS_TEST_TMPDIR/none" ]
}

@test "a file that cannot be written: the old one stays, and nothing is left over" {
	mkdir "$BATS_TEST_TMPDIR/dir"
	echo old > "$BATS_TEST_TMPDIR/dir/exported"
	some_host
	# In blocks of 1,024 bytes: less than the facts take.
	run --separate-stderr bash -c 'ulimit -f 1; exec "$@"' bash "$VHOST_PROBE" export ansible \
		--dir "$manifests" --cache off --output "$BATS_TEST_TMPDIR/dir/exported"
	ended 2
	matches "$stderr" "*cannot write $BATS_TEST_TMPDIR/dir/exported: File too large*"
	equal "$(< "$BATS_TEST_TMPDIR/dir/exported")" old
	equal "$(ls -A "$BATS_TEST_TMPDIR/dir")" exported
}

@test "what a killed writer has left is removed after an hour, and nothing else" {
	local dir=$BATS_TEST_TMPDIR/dir old=(.vhost-probe.{0123abcd,ffffffff})
	local kept=(.vhost-probe.{0123ABCD,0123abc,0123abcde,notes,link1234,0000000d,0000000f} vhost-probe.01234567)

	mkdir -p "$dir/.vhost-probe.0000000d"
	touch -d "2 hours ago" "${old[@]/#/$dir/}" "$dir"/{.vhost-probe.{0123ABCD,0123abc,0123abcde,notes},vhost-probe.01234567}
	touch -d "50 minutes ago" "$dir/.vhost-probe.0000000f"
	ln -s "${old[0]}" "$dir/.vhost-probe.link1234"
	ln -s notes "$dir/.vhost-probe.00000001"
	touch -hd "2 hours ago" "$dir"/.vhost-probe.{link1234,00000001}
	kept+=(.vhost-probe.00000001 exported)
	if has_others; then
		touch -d "2 hours ago" "$dir/.vhost-probe.00000002"
		chown "$TEST_UID" "$dir/.vhost-probe.00000002"
		kept+=(.vhost-probe.00000002)
	fi
	export_to "$dir/exported" nfd
	ended 0
	equal "$(find "$dir" -mindepth 1 -printf '%f\n' | sort)" "$(lines "${kept[@]}" | sort)"
}

@test "a relative path counts from the current directory" {
	some_host
	cd "$BATS_TEST_TMPDIR"
	exported nfd
	export_to relative nfd
	ended 0
	valid nfd relative
}

@test "a file name that its reader skips is written, with a remark" {
	export_to "$BATS_TEST_TMPDIR/exported.txt" prometheus
	ended 0
	equal "$stderr" "vhost-probe: node_exporter reads only files that are named *.prom"
	export_to "$BATS_TEST_TMPDIR/vhost_probe" ansible
	matches "$stderr" "*Ansible reads only files that are named \*.fact, and Facter \*.json"
	export_to "$BATS_TEST_TMPDIR/.labels" nfd
	matches "$stderr" "*Node Feature Discovery reads no file whose name begins with a dot"
	for words in "nfd vhost-probe" "prometheus vhost_probe.prom" "ansible vhost_probe.fact" \
		"ansible vhost_probe.json"; do
		export_to "$BATS_TEST_TMPDIR/${words#* }" "${words% *}"
		answered ""
	done
}

# ---- directories of others ----

@test "root in another user's directory: written there, and nowhere else" {
	local theirs=$BATS_TEST_TMPDIR/theirs

	has_others || skip "to have another user's directory takes root"
	some_host
	mkdir -p "$theirs/own" "$BATS_TEST_TMPDIR/secret"
	ln -s ../secret "$theirs/elsewhere"
	ln -s secret/file "$BATS_TEST_TMPDIR/file"
	chown -h "$TEST_UID:$TEST_UID" "$theirs" "$theirs/elsewhere"
	# Its own directory, and one of root's in it, as Debian has it for node_exporter.
	for file in "$theirs/exported" "$theirs/own/exported"; do
		exported nfd
		equal "$(stat -c %u "$file")" 0
	done
	# A link that it may have made leads nowhere.
	export_to "$theirs/elsewhere/exported" nfd
	ended 2
	matches "$stderr" "*cannot write $theirs/elsewhere/exported: *; name the directory without links"
	# One that it may have moved has another directory above it by now.
	for file in "$theirs/own/../exported" "$theirs/../secret/file" "$theirs/own/./..//own/exported"; do
		export_to "$file" nfd
		ended 2
		matches "$stderr" "*cannot write $file: $theirs belongs to *; name the directory without \"..\""
	done
	ln -s ../secret/file "$theirs/link"
	export_to "$theirs/link" nfd
	ended 2
	equal "$(ls -A "$BATS_TEST_TMPDIR/secret")" ""
}

@test "a link on the way that is the caller's own is followed" {
	some_host
	mkdir "$BATS_TEST_TMPDIR/real"
	ln -s real "$BATS_TEST_TMPDIR/way"
	file=$BATS_TEST_TMPDIR/way/exported
	exported nfd
	[ -f "$BATS_TEST_TMPDIR/real/exported" ]
}

@test "root without the right to pass over modes, as in a service: what it lacks is named" {
	local theirs=$BATS_TEST_TMPDIR/theirs service=(+setuid +setgid +sys_admin) drop_in

	has_others || skip "takes root"
	mkdir "$theirs"
	chown "$TEST_UID:$TEST_UID" "$theirs"
	# in_service CAPABILITY...: exports with these alone.
	in_service() {
		run --separate-stderr setpriv --bounding-set "$(IFS=,; echo "-all,$*")" --inh-caps=-all \
			"$VHOST_PROBE" export nfd --dir "$manifests" --cache only --output "$theirs/exported"
	}
	# Those of the unit, and what docs/fleet.md adds.
	equal "$(sed -n 's/^CapabilityBoundingSet=//p' "$STAGE/data/systemd/vhost-probe-export@.service.in")" \
		"$(printf 'CAP_%s\n' "${service[@]#+}" | tr '[:lower:]' '[:upper:]' | xargs)"
	drop_in=$(sed -n 's/^CapabilityBoundingSet=CAP_//p' "$STAGE/docs/fleet.md")
	for mode in 755 700; do
		chmod $mode "$theirs"
		in_service "${service[@]}"
		ended 2
		equal "$stderr" "vhost-probe: cannot write $theirs/exported: Permission denied; in another user's directory, root needs CAP_DAC_OVERRIDE (see CapabilityBoundingSet= of a service)"
		in_service "${service[@]}" "+${drop_in,,}"
		ended 0
		valid nfd "$theirs/exported"
		rm "$theirs/exported"
	done
	# An ordinary user's error has no such advice.
	open_directories
	as_other mkdir "$theirs/closed"
	as_other chmod 555 "$theirs/closed"
	run --separate-stderr as_other "$VHOST_PROBE" export nfd --dir "$manifests" --cache only --output "$theirs/closed/exported"
	ended 2
	equal "$stderr" "vhost-probe: cannot write $theirs/closed/exported: Permission denied"
}

@test "root while the owner moves the directory: written there, or not at all" {
	local theirs=$BATS_TEST_TMPDIR/theirs i end=$((EPOCHSECONDS + 60))

	has_others || skip "to have another user's directory takes root"
	mkdir -p "$theirs/moved" "$BATS_TEST_TMPDIR/away"
	chown "$TEST_UID:$TEST_UID" "$theirs" "$theirs/moved" "$BATS_TEST_TMPDIR/away"
	open_directories
	# shellcheck disable=SC2016 # the inner shell's
	as_other sh -c 'while [ ! -e "$1/done" ] && [ "$(date +%s)" -lt "$2" ]; do
		mv -T "$1/theirs/moved" "$1/away/moved"; mv -T "$1/away/moved" "$1/theirs/moved"; done' \
		sh "$BATS_TEST_TMPDIR" "$end" 2> "$BATS_TEST_TMPDIR/mv" 3>&- &
	for i in {1..40}; do
		export_to "$theirs/moved/../exported" nfd
		export_to "$theirs/moved/exported" nfd
	done
	touch "$BATS_TEST_TMPDIR/done"
	wait
	equal "$(find "$theirs" "$BATS_TEST_TMPDIR/away" -name exported | grep -v /moved/exported)" ""
}

@test "..: followed as the kernel does, where nobody else decides" {
	some_host
	mkdir -p "$BATS_TEST_TMPDIR/real/below" "$BATS_TEST_TMPDIR/cwd"
	ln -s real/below "$BATS_TEST_TMPDIR/way"
	cd "$BATS_TEST_TMPDIR/cwd"
	for file in ../exported ../way/../exported "$BATS_TEST_TMPDIR/way/../other"; do
		exported nfd
	done
	equal "$(cd "$BATS_TEST_TMPDIR" && ls -d exported real/*)" "$(lines exported real/below real/exported real/other)"
}

# ---- words ----

@test "export needs a format, takes no type, and --output needs a name" {
	misused export
	equal "$stderr" "vhost-probe: export: expected one of: nfd, prometheus, ansible"
	misused export facter
	misused export nfd prometheus
	misused export nfd --type gpu
	misused export nfd --json
	misused export nfd --output ""
	misused list --output "$file"
	equal "$stderr" "vhost-probe: --output is for export, not for list"
	[ ! -e "$file" ]
}
