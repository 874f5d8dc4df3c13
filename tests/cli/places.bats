#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # the inner shell's; tests are subshells; the helper sets ours
#
# Where the cache lies: which directories are used, by whom, what the verbs of the cache and refresh
# do with them, and that an unusable directory costs no answer. cache.bats tests which entries are
# believed.

load helper

SHARED=/run/vhost-probe FORMER=/var/cache/vhost-probe

setup_file() {
	find_sandbox
	# Results of files that were touched a moment ago are not kept.
	mkdir -m 755 "$BATS_FILE_TMPDIR/programs"
	cp "$FAKES/like-gpu" "$BATS_FILE_TMPDIR/programs/gpu"
	sleep 2.2
}

setup() {
	prepare
	need_sandbox
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_RUN_TMPDIR/file" \
		"$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR" || :
	cache=$BATS_TEST_TMPDIR/cache
	gpu=$BATS_FILE_TMPDIR/programs/gpu
	runtime=$BATS_TEST_TMPDIR/runtime home=$BATS_TEST_TMPDIR/home
	mkdir -m 700 "$runtime" "$home"
	manifest 50-one.json gpu "$gpu"
}

# placed [VARIABLE=VALUE...] WORD...: with a home and a runtime directory of the test's.
placed() {
	probe HOME="$home" XDG_CACHE_HOME= XDG_RUNTIME_DIR="$runtime" "$@"
}

# n_entries DIR
n_entries() {
	find "$1" -name '*.entry' 2> /dev/null | wc -l
}

# by_schema: where the document in $output breaks the published schema of the cache.
by_schema() {
	json --slurpfile schema "$STAGE/data/schema/cache.schema.json" -f "$STAGE/fixtures/schema.jq"
}

# places: of the document in $output.
places() {
	json '.places[] | "\(.use) \(.dir) \(.entries) \(.removed)"'
}

# ---- which one ----

@test "a user's: the runtime directory if it is theirs and closed, else XDG_CACHE_HOME, else ~/.cache" {
	local how

	is_root && skip "root has one place"
	placed cache path
	answered "$(lines "$runtime/vhost-probe" $SHARED)"
	ln -s runtime "$BATS_TEST_TMPDIR/link"
	placed XDG_RUNTIME_DIR="$BATS_TEST_TMPDIR/link" cache path
	answered "$(lines "$BATS_TEST_TMPDIR/link/vhost-probe" $SHARED)"
	mkdir -m 700 "$BATS_TEST_TMPDIR/closed"
	touch "$BATS_TEST_TMPDIR/file"
	for how in "" relative ../runtime /nonexistent "$BATS_TEST_TMPDIR/file" / /tmp /run /dev/null; do
		placed XDG_RUNTIME_DIR="$how" cache path
		answered "$(lines "$home/.cache/vhost-probe" $SHARED)"
		placed XDG_RUNTIME_DIR="$how" XDG_CACHE_HOME="$BATS_TEST_TMPDIR/xdg" cache path
		answered "$(lines "$BATS_TEST_TMPDIR/xdg/vhost-probe" $SHARED)"
		placed XDG_RUNTIME_DIR="$how" XDG_CACHE_HOME=relative cache path
		answered "$(lines "$home/.cache/vhost-probe" $SHARED)"
	done
	for how in 755 710 701 770 777 500 600; do
		chmod $how "$runtime"
		placed cache path
		answered "$(lines "$home/.cache/vhost-probe" $SHARED)"
	done
	probe HOME= XDG_CACHE_HOME= XDG_RUNTIME_DIR= cache path
	ended 2
	matches "$stderr" "*none of XDG_RUNTIME_DIR, XDG_CACHE_HOME and HOME says where it is"
	placed cache path --cache-dir "$cache"
	answered "$cache"
}

@test "root's is in /run, whatever the environment says; a user's never in another user's runtime directory" {
	is_root || skip "takes root"
	placed XDG_CACHE_HOME="$BATS_TEST_TMPDIR/xdg" cache path
	answered $SHARED
	placed --type gpu --dir "$manifests"
	answered "$gpu"
	equal "$(stat -c '%a %u' $SHARED)" "755 0"
	equal "$(n_entries $SHARED) $(ls -A "$runtime" "$home")" "1 $(lines "$home:" "" "$runtime:")"
	has_others || skip "takes a user"
	# As su and sudo may leave it.
	run --separate-stderr as_other env HOME="$home" XDG_CACHE_HOME= XDG_RUNTIME_DIR="$runtime" \
		"$VHOST_PROBE" cache path
	answered "$(lines "$home/.cache/vhost-probe" $SHARED)"
}

@test "a user's entries lie in the runtime directory, for the owner's eyes, and answer" {
	is_root && skip "root has one place"
	placed --type gpu --dir "$manifests"
	answered "$gpu"
	equal "$(stat -c %a "$runtime/vhost-probe") $(n_entries "$runtime/vhost-probe")" "700 1"
	[ ! -e "$home/.cache" ]
	placed --type gpu --dir "$manifests" --cache only
	answered "$gpu"
	# In an environment without one, there is another place.
	placed XDG_RUNTIME_DIR= --type gpu --dir "$manifests" --cache only
	ended 3
}

# ---- the verbs ----

@test "cache list, path and clear name and clear all places of a user's" {
	is_root && skip "root has one place"
	placed --type gpu --dir "$manifests"
	placed cache path --json
	ended 0
	equal "$(places)" "$(lines "own $runtime/vhost-probe 1 0" "shared $SHARED 0 0")"
	placed XDG_RUNTIME_DIR= --type gpu --dir "$manifests"
	placed cache path
	answered "$(lines "$runtime/vhost-probe" "$home/.cache/vhost-probe" $SHARED)"
	placed cache list
	ended 0
	matches "$output" "$runtime/vhost-probe:"$'\n'"$gpu"$'\t*\n'"$home/.cache/vhost-probe:"$'\n'"$gpu"$'\t*'
	lacks "$output" "$SHARED:"
	equal "$stderr" "vhost-probe: no entries in $SHARED, which does not exist"
	placed cache list --json
	equal "$(places)" "$(lines "own $runtime/vhost-probe 1 0" "other $home/.cache/vhost-probe 1 0" \
		"shared $SHARED 0 0")"
	equal "$(json -c '[.entries[].dir]')" "[\"$runtime/vhost-probe\",\"$home/.cache/vhost-probe\"]"
	placed cache clear --json
	equal "$(places)" "$(lines "own $runtime/vhost-probe 0 1" "other $home/.cache/vhost-probe 0 1")"
	equal "$(n_entries "$BATS_TEST_TMPDIR")" 0
	placed cache path
	answered "$(lines "$runtime/vhost-probe" $SHARED)"
}

@test "cache clear finds a session's directory without XDG_RUNTIME_DIR, as from cron; not an open or foreign one" {
	local uid session

	has_others || skip "takes root and a user"
	uid=$(as_other id -u)
	session=/run/user/$uid
	[ ! -e "$session" ] || skip_or_fail "there is a $session"
	mkdir -p /run/user
	install -d -m 700 -o "$uid" "$session" "$BATS_TEST_TMPDIR/other"
	without_session() {
		run --separate-stderr as_other env HOME="$BATS_TEST_TMPDIR/other" XDG_CACHE_HOME= "$@"
	}
	without_session XDG_RUNTIME_DIR="$session" "$VHOST_PROBE" --type gpu --dir "$manifests"
	answered "$gpu"
	without_session XDG_RUNTIME_DIR= "$VHOST_PROBE" cache path
	answered "$(lines "$BATS_TEST_TMPDIR/other/.cache/vhost-probe" "$session/vhost-probe" $SHARED)"
	chmod 755 "$session"
	without_session XDG_RUNTIME_DIR= "$VHOST_PROBE" cache clear --verbose
	equal "$status $stderr" "0 vhost-probe: 0 removed"
	chmod 700 "$session"
	chown 0 "$session"
	without_session XDG_RUNTIME_DIR= "$VHOST_PROBE" cache clear --verbose
	equal "$status $stderr" "0 vhost-probe: 0 removed"
	chown "$uid" "$session"
	without_session XDG_RUNTIME_DIR= "$VHOST_PROBE" cache clear --verbose
	equal "$status $stderr" "0 vhost-probe: 1 removed"
	rm -r "$session"
}

@test "a user's cache is as good where root's cannot be read: that is a remark, not a failure" {
	local remark="vhost-probe: the cache of root cannot be read, and is not used: $SHARED" how

	has_others || skip "takes root and a user"
	install -d -m 700 -o "$TEST_UID" "$BATS_TEST_TMPDIR/other"
	as_user() {
		run --separate-stderr as_other env HOME="$BATS_TEST_TMPDIR/other" XDG_CACHE_HOME= XDG_RUNTIME_DIR= "$VHOST_PROBE" "$@"
	}
	probe cache clear
	rm -f $SHARED/lock
	[ ! -e $SHARED ] || rmdir $SHARED
	for how in "mkdir -m 700" "mkdir -m 711" "mkdir -m 775" "install -d -o 64002" touch "ln -s /nonexistent"; do
		# shellcheck disable=SC2086 # words
		$how $SHARED
		as_user refresh --dir "$manifests"
		ended 0
		equal "$how ${output##*$'\n'}" "$how 1 seen, 1 run, 1 usable; cache: 1 written, 0 removed"
		matches "$how $stderr" "$how $remark?*"
		lacks "$stderr" "not written"
		as_user refresh --quiet --dir "$manifests"
		answered ""
		as_user cache list
		ended 0
		matches "$how $output" "$how *valid*"
		matches "$how $stderr" "$how $remark?*"
		as_user --type gpu --dir "$manifests"
		answered "$gpu"
		as_user --type gpu --verbose --dir "$manifests"
		ended 0
		matches "$how $stderr" "$how *"$'\n'"$remark?*"
		as_user list --json --dir "$manifests"
		equal "$how $(json -c .cache.error) $(of 50-one.json .probe.source)" "$how null cache"
		as_user cache clear
		answered ""
		rm -r $SHARED
	done
}

@test "without a home and a runtime directory, cache clear and path find what cache list shows" {
	local session=/run/user/$TEST_UID

	has_others || skip "takes root and a user"
	[ ! -e "$session" ] || skip_or_fail "there is a $session"
	as_user() {
		run --separate-stderr as_other env -u HOME -u XDG_CACHE_HOME -u XDG_RUNTIME_DIR "$@"
	}
	for verb in clear path; do
		as_user "$VHOST_PROBE" cache $verb
		ended 2
		matches "$stderr" "vhost-probe: there is no cache directory: *"
	done
	mkdir -p /run/user
	install -d -m 700 -o "$TEST_UID" "$session"
	as_user "$VHOST_PROBE" cache path
	answered "$(lines "$session/vhost-probe" $SHARED)"
	as_user "$VHOST_PROBE" cache clear
	answered ""
	as_user XDG_RUNTIME_DIR="$session" "$VHOST_PROBE" --type gpu --dir "$manifests"
	answered "$gpu"
	as_user "$VHOST_PROBE" cache list
	ended 0
	matches "$output" "*$gpu*"
	as_user "$VHOST_PROBE" cache path
	answered "$(lines "$session/vhost-probe" $SHARED)"
	as_user "$VHOST_PROBE" cache clear --verbose
	equal "$status $stderr $(n_entries "$session")" "0 vhost-probe: 1 removed 0"
	as_user "$VHOST_PROBE" refresh --dir "$manifests"
	ended 2
	rm -r "$session"
}

@test "a place is named once, by whatever names variables lead to it" {
	local session=/run/user/$TEST_UID how

	has_others || skip "takes root and a user"
	[ ! -e "$session" ] || skip_or_fail "there is a $session"
	mkdir -p /run/user
	install -d -m 700 -o "$TEST_UID" "$session"
	install -d -m 700 -o "$TEST_UID" "$BATS_TEST_TMPDIR/other"
	ln -s "$session" "$BATS_TEST_TMPDIR/link"
	for how in "/$session" "/run/user/../user/$TEST_UID" "$session/." "$session//" "$BATS_TEST_TMPDIR/link"; do
		as_user() {
			run --separate-stderr as_other env HOME="$BATS_TEST_TMPDIR/other" XDG_CACHE_HOME="$1" \
				XDG_RUNTIME_DIR="$how" "$VHOST_PROBE" "${@:2}"
		}
		for cache_home in "" "$session" "$how"; do
			as_user "$cache_home" refresh -q --dir "$manifests"
			answered ""
			as_user "$cache_home" cache path
			ended 0
			equal "$how $(wc -l <<< "$output") ${output##*$'\n'}" "$how 2 $SHARED"
			as_user "$cache_home" cache list --json
			equal "$how $(json '.entries | length')" "$how 1"
			as_user "$cache_home" cache clear --json
			matches "$how $(places)" "$how own /*/vhost-probe 0 1"
		done
	done
	rm -r "$session"
}

@test "cache clear leaves no file of an earlier version, and does not touch files that are not the cache's" {
	local digest other

	is_root || skip "takes root"
	digest=$(printf '%064d' 1) other=$(printf '%064d' 2)
	probe --type gpu --dir "$manifests"
	cp -r $SHARED $FORMER
	# Its entries were JSON.
	mv "$FORMER"/*.entry "$FORMER/$other.json"
	touch "$FORMER/$digest.json.new"
	probe cache path
	answered "$(lines $SHARED $FORMER)"
	probe cache list --json
	equal "$(places)" "$(lines "own $SHARED 1 0" "former $FORMER 1 0")"
	probe cache clear --verbose
	ended 0
	equal "$stderr" "vhost-probe: 3 removed"
	equal "$(n_entries $SHARED)" 0
	[ ! -e $FORMER ]
	# Once more, with what nobody knows.
	mkdir $FORMER $FORMER/sub
	touch "$FORMER/$digest.json" $FORMER/lock $FORMER/notes "$FORMER/x$other.json" "$BATS_TEST_TMPDIR/file"
	ln -s "$BATS_TEST_TMPDIR/file" "$FORMER/$other.json"
	probe cache clear
	answered ""
	equal "$(ls $FORMER)" "$(lines notes sub "x$other.json")"
	[ -e "$BATS_TEST_TMPDIR/file" ]
	rm -r $FORMER
	# A link is not a file of the cache, and leads to somebody's files.
	mkdir "$BATS_TEST_TMPDIR/theirs"
	touch "$BATS_TEST_TMPDIR/theirs/$digest.json" "$BATS_TEST_TMPDIR/theirs/lock"
	ln -s "$BATS_TEST_TMPDIR/theirs" $FORMER
	probe cache clear
	answered ""
	equal "$(ls "$BATS_TEST_TMPDIR/theirs")" "$(lines "$digest.json" lock)"
	[ -L $FORMER ]
	rm $FORMER
	touch $FORMER
	probe cache clear
	answered ""
	[ -f $FORMER ]
	rm $FORMER
}

@test "the documents of cache list, clear and path are as the schema says, whatever lies there" {
	local verb what

	probe list --dir "$FAKES/manifests" --timeout 1 --cache-dir "$cache"
	[ "$(n_entries "$cache")" -gt 10 ]
	for what in good torn generator boot foreign; do
		case $what in
		torn) echo '{' > "$(find "$cache" -name '*.entry' | head -n 1)" ;;
		generator) sed -i 's/vhost-probe [0-9.]*, format/vhost-probe 9.9.9, format/' \
			"$(find "$cache" -name '*.entry' | sed -n 2p)" ;;
		boot) find "$cache" -name '*.entry' | tail -n 3 | xargs sed -i 's/^boot_id .*/boot_id x/' ;;
		foreign) chmod 666 "$(find "$cache" -name '*.entry' | tail -n 1)" ;;
		esac
		for verb in list path clear; do
			[ $verb != clear ] || [ $what = foreign ] || continue
			probe cache $verb --json --cache-dir "$cache"
			ended 0
			equal "$verb $what $(by_schema)" "$verb $what "
		done
	done
	equal "$(json -c '.places[] | [.dir, .use, .entries, .error]')" "[\"$cache\",\"own\",0,null]"
	chmod 777 "$cache"
	for verb in list clear; do
		probe cache $verb --json --cache-dir "$cache"
		ended 2
		equal "$(by_schema)" ""
		matches "$(json '.places[].error')" "*can be written by everyone*"
	done
	placed cache path --json
	equal "$(by_schema)" ""
}

@test "the check by the schema finds a breach of each kind" {
	local document breach

	probe list --dir "$manifests" --cache-dir "$cache"
	probe cache list --json --cache-dir "$cache"
	document=$output
	equal "$(by_schema)" ""
	for breach in 'del(.schema)' 'del(.places)' 'del(.entries)' '.places[0].use = "mine"' \
		'.places[0].dir = "x"' '.places[0].entries = null' '.entries[0].probe = null' \
		'.entries[0].program = null' '.entries[0].stale = "old"' '.entries[0].file = "lock"' \
		'.entries[0].probe.confirmed = false' '.entries[0].probe.level = null' 'del(.places[0].error)'; do
		output=$(jq "$breach" <<< "$document")
		[ -n "$(by_schema)" ] || { echo "not found: $breach"; return 1; }
		lacks "$(by_schema)" "jq failed"
	done
}

# ---- refresh ----

@test "refresh --quiet prints nothing; with --json the document" {
	manifest 60-crash.json gpu "$FAKES/crash"
	probe refresh --quiet --dir "$manifests" --cache-dir "$cache"
	answered ""
	equal "$(n_entries "$cache")" 2
	probe refresh --quiet --json --dir "$manifests" --cache-dir "$cache"
	ended 0
	equal "$(json .cache.stored)" 2
	chmod 775 "$cache"
	probe refresh --quiet --dir "$manifests" --cache-dir "$cache"
	ended 2
	equal "$output" ""
	matches "$stderr" "vhost-probe: the cache was not written: *can be written by group*"
}

# unit_says SECTION KEY FILE: the value in that section of the unit.
unit_says() {
	sed -n "/^\[$1\]/,/^\[/s/^$2=//p" "$STAGE/data/systemd/$3"
}

@test "the units have what no test host misses: where namespaces are restricted, on NixOS, in containers, without memory" {
	local unit

	for unit in vhost-probe-refresh.service.in vhost-probe-export@.service.in; do
		matches "$unit $(unit_says Service CapabilityBoundingSet $unit) " "$unit * CAP_SYS_ADMIN *"
		equal "$unit $(unit_says Service PassEnvironment $unit)" "$unit XDG_DATA_DIRS"
		equal "$unit $(unit_says Service MemoryMax $unit)" "$unit 2G"
		equal "$unit $(unit_says Service OOMPolicy $unit)" "$unit continue"
		# Under these, answers are not kept, or are others than without.
		equal "$unit $(sed -nE '/^(Nice|Limit[A-Z]+|CPUSchedulingPolicy|MemoryDenyWriteExecute)=/p' "$STAGE/data/systemd/$unit")" "$unit "
	done
	for unit in vhost-probe-refresh.service.in vhost-probe-export@.service.in vhost-probe-refresh.path.in vhost-probe-refresh-libraries.path.in; do
		equal "$unit $(unit_says Unit ConditionVirtualization $unit)" "$unit !container"
	done
}

@test "a burst of changes is refreshed once, when it has ended" {
	local i

	need strace
	strace -o "$BATS_TEST_TMPDIR/trace" true || skip_or_fail "no process may be traced here"
	(
		for ((i = 0; i < 50; i++)); do
			manifest "70-$i.json" gpu "$gpu"
			sleep 0.02
		done
		# Written in place, the directory stays as it is.
		manifest 70-0.json input "$gpu"
	) &
	run --separate-stderr env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" \
		strace -e trace=openat -o "$BATS_TEST_TMPDIR/trace" \
		"$VHOST_PROBE" refresh --json --dir "$manifests" --cache-dir "$cache"
	wait
	ended 0
	equal "$(json '.candidates | length')" 51
	equal "$(of 70-0.json .verdict)" type-mismatch
	# The one manifest that was there from the beginning was read once.
	equal "$(grep -c '50-one.json.*O_PATH' "$BATS_TEST_TMPDIR/trace")" 1
}

@test "refresh looks again if a manifest was written in place, or libraries changed, while it ran" {
	program slow 'sleep 2' "echo '{\"type\": \"gpu\"}'"
	manifest 10-slow.json gpu slow
	sleep 2.2
	(
		sleep 0.6
		printf '{"description": "d", "type": "input", "binary": "%s"}' "$FAKES/like-input" \
			> "$manifests/50-one.json"
	) &
	probe refresh --json --dir "$manifests" --cache-dir "$cache"
	wait
	equal "$(of 50-one.json '.type + " " + .verdict')" "input match"
	is_root || return 0
	run --separate-stderr unshare --mount bash -c '
		mount -t tmpfs tmpfs "$1" && mkdir "$1/upper" "$1/work" || exit 99
		mount -t overlay -o "lowerdir=/etc,upperdir=$1/upper,workdir=$1/work" overlay /etc || exit 99
		{ sleep 0.3; ldconfig; } 2> "$1/message" &
		shift; "$@" refresh --json || exit; wait
		"$@" list --cache only --json' bash "$home" \
		"$VHOST_PROBE" --dir "$manifests" --cache-dir "$cache"
	ended 0
	output=$(jq -s '.[1]' <<< "$output")
	equal "$(json -c '[.candidates[].probe.source]')" '["cache","cache"]'
}

@test "a refresh does not remove entries of programs that it cannot see" {
	mkdir "$BATS_TEST_TMPDIR/tmp"
	cp "$gpu" "$BATS_TEST_TMPDIR/tmp/one"
	sleep 2.2
	probe list --binary "$BATS_TEST_TMPDIR/tmp/one" --cache-dir "$cache"
	probe list --binary "$gpu" --cache-dir "$cache" --timeout 3
	equal "$(n_entries "$cache")" 2
	# As from a service with a /tmp of its own, or a container: no program, or another one.
	mv "$BATS_TEST_TMPDIR/tmp" "$BATS_TEST_TMPDIR/hidden"
	probe refresh --dir "$manifests" --cache-dir "$cache"
	ended 0
	mkdir "$BATS_TEST_TMPDIR/tmp"
	probe refresh --dir "$manifests" --cache-dir "$cache"
	cp "$FAKES/like-input" "$BATS_TEST_TMPDIR/tmp/one"
	probe refresh --dir "$manifests" --cache-dir "$cache"
	matches "$output" "*, 0 removed"
	equal "$(n_entries "$cache")" 2
}

@test "an entry survives the refresh of a user who sees another directory in its program's place" {
	mkdir "$BATS_TEST_TMPDIR/tmp"
	cp "$gpu" "$BATS_TEST_TMPDIR/tmp/one"
	sleep 2.2
	is_root || skip "takes root"
	probe list --binary "$BATS_TEST_TMPDIR/tmp/one" --cache-dir "$cache"
	run --separate-stderr unshare --mount bash -c 'mount -t tmpfs -o mode=755 tmpfs "$1" && shift && exec "$@"' bash \
		"$BATS_TEST_TMPDIR/tmp" "$VHOST_PROBE" refresh --dir "$manifests" --cache-dir "$cache"
	ended 0
	probe list --binary "$BATS_TEST_TMPDIR/tmp/one" --cache-dir "$cache" --cache only
	ended 0
	matches "$output" $'*\tmatch\tcache\t*'
}

# ---- directories in which nothing can be written ----

@test "where nothing can be written, refresh says so and exits 2; every other verb answers" {
	local dir

	touch "$BATS_TEST_TMPDIR/file"
	ln -s /nonexistent "$BATS_TEST_TMPDIR/dangling"
	for dir in /proc/x /proc /proc/self/x /proc/x/y /sys/x /dev/null/x "$BATS_TEST_TMPDIR/file" \
		"$BATS_TEST_TMPDIR/file/x" "$BATS_TEST_TMPDIR/dangling" "$BATS_TEST_TMPDIR/dangling/x" \
		"$BATS_TEST_TMPDIR/$(printf '%0300d' 1)"; do
		probe refresh --dir "$manifests" --cache-dir "$dir"
		equal "$dir $status" "$dir 2"
		matches "$stderr" "vhost-probe: the cache was not written: /?*"
		equal "$(wc -l <<< "$stderr")" 1
		probe --type gpu --dir "$manifests" --cache-dir "$dir"
		equal "$dir $status $output" "$dir 0 $gpu"
		probe explain --type gpu --dir "$manifests" --cache-dir "$dir" --json
		ended 0
		equal "$dir $(json .cache.stored) $(json '.cache.error | type')" "$dir 0 string"
		probe list --dir "$manifests" --cache-dir "$dir"
		equal "$dir $status $output" "$dir 0 50-one.json"$'\tgpu\tmatch\trun\trender-node virgl'
	done
}

# limited BYTES COMMAND...: no file may be larger. It is a soft limit, which programs do not get, so
# that their answers are worth keeping. What bats makes of stderr is a file, too.
limited() {
	run --separate-stderr bash -c 'set -o pipefail
		{ prlimit --fsize="$1:" "${@:2}" 2>&1 >&3 | cat >&2; } 3>&1' bash "$@"
}

@test "a limit on the size of files: the answer comes, nothing is written, and refresh says so" {
	local limit

	for limit in 0 1 100; do
		limited $limit "$VHOST_PROBE" --type gpu --dir "$manifests" --cache-dir "$cache" --json
		ended 0
		equal "$(json .selected) $(json .cache.stored)" "$gpu 0"
		matches "$(json .cache.error)" "*File too large"
		limited $limit "$VHOST_PROBE" refresh --dir "$manifests" --cache-dir "$cache"
		ended 2
		matches "$stderr" "vhost-probe: the cache was not written: *File too large"
		equal "$(ls "$cache")" lock
	done
	# The answer itself.
	limited 0 sh -c '"$1" --type gpu --dir "$2" --cache off > "$3"' sh "$VHOST_PROBE" "$manifests" \
		"$BATS_TEST_TMPDIR/answer"
	ended 2
	equal "$stderr" "vhost-probe: cannot write the answer: File too large"
}

@test "a working directory that is gone: a relative path is an error that names the option" {
	local option words

	for option in --dir --binary --cache-dir --expose; do
		for words in rel ./rel ../rel .; do
			run --separate-stderr sh -c 'mkdir gone-place && cd gone-place && rmdir ../gone-place && exec "$@"' sh \
				"$VHOST_PROBE" list $option $words
			ended 2
			equal "$output" ""
			equal "$stderr" "vhost-probe: $option: $words is relative, and the working directory is gone (No such file or directory); give an absolute path"
		done
	done
	run --separate-stderr sh -c 'mkdir gone-place && cd gone-place && rmdir ../gone-place && exec "$@"' sh "$VHOST_PROBE" \
		--type gpu --dir "$manifests" --cache-dir "$cache" --expose /etc
	answered "$gpu"
}
