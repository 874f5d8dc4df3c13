#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154 # the helper sets manifests, programs and stderr
# shellcheck disable=SC2030,SC2031 # each test is a subshell of its own, and sets what it needs
#
# The host's configuration, /etc/vhost-probe.conf, as the program takes it: what it does to each
# verb, what beats it, what is said where it is broken. tests/unit/test-config.c has each way in
# which the file can be wrong.

load helper

CONF=/etc/vhost-probe.conf

setup() {
	prepare
	etc=$BATS_TEST_TMPDIR/etc
	mkdir "$etc"
	become_configured
}

# From here on $host goes before the program, to run it where /etc holds what $etc holds, too.
become_configured() {
	local -a apart=(unshare --mount)

	"${apart[@]}" true 2> "$BATS_TEST_TMPDIR/why" ||
		apart=(unshare --user --map-current-user --keep-caps --mount)
	# shellcheck disable=SC2016 # the inner shell's
	host=("${apart[@]}" bash -c '
		mount -t tmpfs -o mode=755 tmpfs "$2" && mkdir "$2/upper" "$2/work" &&
			cp -r --no-dereference --preserve=mode "$1/." "$2/upper" &&
			mount -t overlay -o "lowerdir=/etc,upperdir=$2/upper,workdir=$2/work" overlay /etc ||
			exit 99
		shift 2 && exec setpriv --inh-caps=-all --ambient-caps=-all "$@"
	' bash "$etc" "$BATS_TEST_TMPDIR/mount")
	mkdir "$BATS_TEST_TMPDIR/mount"
	"${host[@]}" true 2> "$BATS_TEST_TMPDIR/why" ||
		skip_or_fail "no overlay can be mounted on /etc: $(tail -n 1 "$BATS_TEST_TMPDIR/why")"
}

# configured LINE...: what the configuration says.
configured() {
	lines '[vhost-probe]' "$@" > "$etc/vhost-probe.conf"
	chmod 644 "$etc/vhost-probe.conf"
}

# broken TEXT WORD...: exit 2, one line with the path and TEXT, which names --no-config.
broken() {
	probe "${@:2}"
	ended 2
	equal "$output" ""
	matches "$stderr" "vhost-probe: $CONF: *$1* (fix the file, or ignore it with --no-config)"
}

# ---- what is there ----

@test "without a configuration, with an empty one or a link to /dev/null, nothing changes" {
	probe explain --type sample --dir "$manifests" --json
	ended 1
	equal "$(json -c .config)" null
	: > "$etc/vhost-probe.conf"
	probe explain --type sample --dir "$manifests"
	ended 1
	matches "$output" "*"$'\n'"configuration: $CONF: sets nothing"$'\n'"*"
	ln -sf /dev/null "$etc/vhost-probe.conf"
	probe list --dir "$manifests" --json
	ended 0
	equal "$(json -c .config)" \
		'{"path":"/etc/vhost-probe.conf","timeout":null,"jobs":null,"expose":[],"disable":[]}'
}

@test "explain and --json show what it says" {
	configured timeout=0.5 jobs=3 'expose=/usr/share;/nowhere/at/all' 'disable=40-*.json;50-b.json'
	probe explain --type sample --dir "$manifests"
	matches "$output" "*"$'\n'"configuration: $CONF: timeout 0.5 s, jobs 3, expose /usr/share, expose /nowhere/at/all (No such file or directory), disable 40-\*.json, disable 50-b.json"$'\n'"*"
	probe list --dir "$manifests" --json
	equal "$(json -c .config)" '{"path":"/etc/vhost-probe.conf","timeout":0.5,"jobs":3,"expose":["/usr/share","/nowhere/at/all"],"disable":["40-*.json","50-b.json"]}'
	probe list --dir "$manifests" --json --no-config
	equal "$(json -c .config)" null
	probe explain --type sample --dir "$manifests" --no-config
	lacks "$output" configuration
}

@test "a broken or untrusted file: exit 2 for every verb that asks programs, with the way around it" {
	candidate 50-one.json sample
	configured tiemout=3
	for verb in "select --type sample" list "list --json" "explain --type sample" "--type sample --quiet" \
		"refresh --cache-dir $BATS_TEST_TMPDIR/cache" "list --binary $programs/50-one" "list --cache only"; do
		# shellcheck disable=SC2086 # words
		broken "line 2: unknown key tiemout; did you mean timeout?" $verb
	done
	probe list --dir "$manifests" --no-config
	ended 0
	for verb in help version "cache path"; do
		# shellcheck disable=SC2086 # words
		probe $verb
		ended 0
	done
	chmod 666 "$etc/vhost-probe.conf"
	broken "not trusted" list
	rm "$etc/vhost-probe.conf"
	ln -s "$BATS_TEST_TMPDIR/typo" "$etc/vhost-probe.conf"
	broken "is a link to $BATS_TEST_TMPDIR/typo, which does not exist" list
	rm "$etc/vhost-probe.conf"
	mkdir "$etc/vhost-probe.conf"
	broken "cannot be read" list
	rmdir "$etc/vhost-probe.conf"
	printf '[vhost-probe]\n\033[31m\n' > "$etc/vhost-probe.conf"
	broken "line 2: *neither" list
	harmless "$stderr"
	is_root || { printf '[vhost-probe]\n' > "$etc/vhost-probe.conf" &&
		chmod 000 "$etc/vhost-probe.conf" && broken "cannot be read: *" list; }
}

@test "each text says what is wrong in words of its own, with one advice at the end" {
	local line is

	while IFS='|' read -r line is; do
		configured "$line"
		probe list
		ended 2
		equal "$stderr" "vhost-probe: $CONF: line 2: $is (fix the file, or ignore it with --no-config)"
	done <<- 'KINDS'
		tiemout=3|unknown key tiemout; did you mean timeout?
		timeout="4"|timeout: "4", with its quotes, is not a number of seconds, more than 0 and at most 3600
		jobs='4'|jobs: '4', with its quotes, is not a number from 1 to 64
		expose="/usr"|expose: "/usr", with its quotes, is not an absolute path
		disable="50-x"|disable: "50-x", with its quotes, names no manifest: their names end in .json
		expose=/a,/b|expose: "/a,/b" does not exist; paths are separated by ";"
		;timeout=4|";timeout" is not a comment: comments begin with #
		// a note|"// a note" is not a comment: comments begin with #
	KINDS
	printf '\357\273\277[vhost-probe]\n' > "$etc/vhost-probe.conf"
	broken "line 1: the text begins with a byte order mark; save it without one" list
	printf '[vhost-probe]\n# \377\n' > "$etc/vhost-probe.conf"
	broken "the file is not UTF-8 text" list
}

@test "a broken file: what was exported stays as it is" {
	local exported=$BATS_TEST_TMPDIR/exported line format

	candidate 50-sample.json sample
	for format in nfd prometheus ansible; do
		configured
		probe export "$format" --quiet --cache off --dir "$manifests" --output "$exported"
		ended 0
		cp "$exported" "$BATS_TEST_TMPDIR/before"
		for line in tiemout=1 timeout=never jobs=0 'no assignment' expose=relative; do
			configured "$line"
			broken "" export "$format" --quiet --cache off --dir "$manifests" --output "$exported"
			cmp "$exported" "$BATS_TEST_TMPDIR/before"
			equal "$(find "${exported%/*}" -name '.vhost-probe.*')" ""
		done
	done
}

@test "nothing of the environment chooses another file" {
	configured jobs=0
	for variable in XDG_CONFIG_HOME XDG_CONFIG_DIRS XDG_DATA_DIRS HOME VHOST_PROBE_CONFIG SYSCONFDIR; do
		broken "jobs" "$variable=$BATS_TEST_TMPDIR" list
	done
}

# ---- timeout and jobs ----

@test "timeout= is the deadline of each program, and --timeout beats it" {
	need_sandbox
	manifest 50-slow.json sample slow
	program slow 'sleep 1' "echo '{\"type\": \"sample\"}'"
	configured timeout=0.2
	probe list --dir "$manifests" --cache off
	matches "$output" "*timeout*no answer within 0.2 s*"
	probe --type sample --dir "$manifests" --timeout 20
	answered "$programs/slow"
	probe --type sample --dir "$manifests" --no-config
	answered "$programs/slow"
	probe refresh --dir "$manifests" --cache-dir "$BATS_TEST_TMPDIR/cache"
	matches "$output" "*no answer within 0.2 s*"
}

@test "jobs= says how many run at a time" {
	need_sandbox
	local name before

	for name in a b c d; do
		manifest "50-$name.json" sample "$name"
		program "$name" 'sleep 0.5' "echo '{\"type\": \"sample\"}'"
	done
	configured jobs=1
	before=${EPOCHREALTIME/./}
	probe list --dir "$manifests" --json
	below 1999999 $((${EPOCHREALTIME/./} - before))
	equal "$(json .config.jobs)" 1
	equal "$(json '.candidates[].verdict' | sort -u)" match
}

# ---- expose ----

@test "expose= shows programs what --expose does, which adds to it" {
	need_sandbox
	mkdir "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/two"
	echo a > "$BATS_TEST_TMPDIR/one/a"
	echo b > "$BATS_TEST_TMPDIR/two/b"
	open_directories
	manifest 50-reader.json sample reader
	program reader "a=\$(cat '$BATS_TEST_TMPDIR/one/a' 2> /dev/null) b=\$(cat '$BATS_TEST_TMPDIR/two/b' 2> /dev/null)" \
		"echo \"{\\\"type\\\": \\\"sample\\\", \\\"features\\\": [\\\"\${a:-none}\\\", \\\"\${b:-nothing}\\\"]}\""
	configured "expose=$BATS_TEST_TMPDIR/one"
	probe list --dir "$manifests" --json
	equal "$(json -c '.candidates[].capabilities.features')" '["a","nothing"]'
	probe list --dir "$manifests" --json --expose "$BATS_TEST_TMPDIR/two"
	equal "$(json -c '.candidates[].capabilities.features')" '["a","b"]'
	probe list --dir "$manifests" --json --no-config
	equal "$(json -c '.candidates[].capabilities.features')" '["none","nothing"]'
}

@test "a missing path of expose= keeps nothing from working" {
	need_sandbox
	candidate 50-one.json sample
	configured "expose=/nowhere/at/all;$BATS_TEST_TMPDIR/typo"
	probe --type sample --dir "$manifests"
	answered "$programs/50-one"
}

@test "expose= of a path that leads through a link is found by that name, at each level" {
	is_root || skip "in a user namespace without root nobody can tell who may change a link in /tmp"
	mkdir "$BATS_TEST_TMPDIR/data"
	echo '{"type": "sample"}' > "$BATS_TEST_TMPDIR/data/x"
	ln -s data "$BATS_TEST_TMPDIR/link"
	program reads "exec cat '$BATS_TEST_TMPDIR/link/x'"
	probe --binary "$programs/reads" --cache off
	refused
	configured "expose=$BATS_TEST_TMPDIR/link"
	for words in "" "${partial[*]}"; do
		# shellcheck disable=SC2086 # words
		probe --binary "$programs/reads" --cache off $words
		answered "$programs/reads"
	done
}

# ---- disable ----

@test "disable= masks files by their names, wherever they lie, and says so" {
	need_sandbox
	candidate 10-one.json sample
	candidate 20-two.json sample
	candidate 50-three.json sample
	manifest "$BATS_TEST_TMPDIR/specific/20-two.json" sample 20-two
	configured 'disable=2?-*.json;10-one.json'
	probe explain --type sample --dir "$manifests" --dir "$BATS_TEST_TMPDIR/specific" --json
	ended 0
	equal "$(verdicts)" "$(lines "10-one.json masked" "20-two.json masked" "20-two.json masked" \
		"50-three.json selected")"
	equal "$(json '.candidates[:3] | .[] | .masked_by' | sort -u)" "$CONF"
	equal "$(of 10-one.json .reason)" "$CONF disables it (disable=10-one.json)"
	equal "$(of 20-two.json .reason | sort -u)" "$CONF disables it (disable=2?-*.json)"
	probe --type sample --dir "$manifests" --no-config
	answered "$programs/10-one"
	probe list --binary "$programs/10-one"
	ended 0
	matches "$output" "*match*"
}

@test "where only disabled manifests are left, the refusal names them" {
	candidate 50-one.json sample
	configured 'disable=*'
	probe --type sample --dir "$manifests"
	refused
	equal "$stderr" "$(lines "vhost-probe: no manifest announces the type sample" \
		"  50-one.json   masked: $CONF disables it (disable=*)" "searched, general to specific:" \
		"  $manifests   found, 1 file" "hint: unknown type sample")"
	# What another file masks is something else.
	manifest "$BATS_TEST_TMPDIR/specific/60-two.json" other 50-one
	manifest 60-two.json other 50-one
	configured 'disable=50-*'
	probe --type sample --dir "$manifests" --dir "$BATS_TEST_TMPDIR/specific"
	refused
	matches "$stderr" "*"$'\n'"another file took the place of: $manifests/60-two.json"$'\n'*
}

@test "explain's line on the configuration is wrapped on a terminal, as others are" {
	local longest

	candidate 50-one.json sample
	configured timeout=5 jobs=3 'expose=/usr/share;/usr/lib' 'disable=40-a.json;50-b.json;60-c.json'
	need script
	run env TERM=dumb COLUMNS=60 "${host[@]}" timeout -k 5 60 script -qefc \
		"$(printf '%q ' "$VHOST_PROBE" explain --type sample --dir "$manifests")" /dev/null < /dev/null
	output=${output//$'\r'/}
	matches "$output" "*"$'\n'"configuration: $CONF:"*$'\n'"  "*"disable 60-c.json"$'\n'*
	longest=$(sed -n '/^configuration/,/60-c/p' <<< "$output" | awk '{ if (length > n) n = length } END { print n }')
	below "$longest" 61
}

# ---- the cache ----

@test "answers depend on expose= as on --expose, and on timeout= as on --timeout" {
	need_sandbox
	is_root || skip "in a user namespace /etc is hidden from programs, and nothing is kept"
	candidate 50-one.json sample
	mkdir "$BATS_TEST_TMPDIR/one"
	configured timeout=3 "expose=$BATS_TEST_TMPDIR/one"
	# In one place, where libraries stay the same.
	# shellcheck disable=SC2016 # the inner shell's
	run --separate-stderr "${host[@]}" bash -c '
		one=$1 && shift && "$@" refresh --quiet || exit
		for words in "" "--no-config --expose $one" --no-config "--timeout 20 --jobs 2"; do
			"$@" list --cache only --json $words || exit
		done' bash "$BATS_TEST_TMPDIR/one" \
		"$VHOST_PROBE" --dir "$manifests" --cache-dir "$BATS_TEST_TMPDIR/cache"
	ended 0
	equal "$(json '.candidates[] | "\(.verdict) \(.probe.source)"')" \
		"$(lines "match cache" "match cache" "not-cached none" "match cache")"
}

@test "a refresh during which the configuration changes ends with its last state" {
	need_sandbox
	is_root || skip "only root changes it from outside"
	candidate 50-one.json sample
	program 50-one 'sleep 1' "echo '{\"type\": \"sample\"}'"
	# shellcheck disable=SC2016 # the inner shell's
	run --separate-stderr "${host[@]}" bash -c '
		{ sleep 0.7; printf "[vhost-probe]\ndisable=50-*\n" > /etc/vhost-probe.conf; } &
		"$@" || exit; wait' bash "$VHOST_PROBE" refresh --json --dir "$manifests" \
		--cache-dir "$BATS_TEST_TMPDIR/cache"
	ended 0
	equal "$(verdict_of 50-one.json)" masked
}
