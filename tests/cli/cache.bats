#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2001,SC2016,SC2030,SC2031,SC2154 # sed where it reads better; jq has variables; tests are subshells; the helper sets ours
#
# The cache: each stamp changed by itself gives a miss that names it, anything that is not an entry
# is a miss, what may be kept and for how long, whose cache is believed, and that nothing about it
# ever changes an answer. What many processes do at once is tested by tests/storm.

load helper
load image

# Every test has a program and a script of its own, in a directory of their own, which nobody has
# touched for two seconds: results of newer ones are not kept.
TESTS_MAX=90

# field NAME [FILE...]: the value of this field in entries, as written.
field() {
	local name=$1

	shift
	[ $# != 0 ] || set -- "$cache"/*.entry
	sed -n "s/^$name //p" "$@"
}

# The number of the sandbox' policy, as entries have it.
policy() {
	field profile | sed -n 's/^policy \([0-9]*\).*/\1/p' | head -n 1
}

# An entry as one JSON object, with numbers where it has numbers, and back.
to_json() {
	jq -Rn '[inputs | capture("^(?<key>[a-z0-9_]+) (?<value>.*)$") |
		if .key | test("_us$|^(exit_status|signal|errno)$") then .value |= tonumber else . end] |
		from_entries'
}

from_json() {
	jq -r 'to_entries[] | "\(.key) \(.value)"'
}

# entry_name PATH ARGV0 PROFILE: the name under which an entry is looked for.
entry_name() {
	printf '%s\0' "$@" | sha256sum | sed 's/ .*/.entry/'
}

setup_file() {
	local i

	find_sandbox
	mkdir "$BATS_FILE_TMPDIR/old"
	for ((i = 1; i <= TESTS_MAX; i++)); do
		old=$BATS_FILE_TMPDIR/old/$i
		mkdir -m 755 "$old" "$old/interpreter"
		cp "$FAKES/like-gpu" "$old/elf"
		cp "$(readlink -f /bin/sh)" "$old/interpreter/sh"
		printf '#!%s\n%s\n' "$old/interpreter/sh" \
			"echo '{\"type\": \"gpu\", \"features\": [\"one\"]}'" > "$old/script"
		chmod 755 "$old/script"
	done
	sleep 2.2
}

setup() {
	prepare
	need_sandbox
	# Other users must be able to look into it.
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_RUN_TMPDIR/file" \
		"$BATS_FILE_TMPDIR" "$BATS_FILE_TMPDIR/old" "$BATS_TEST_TMPDIR" || :
	[ "$BATS_TEST_NUMBER" -le $TESTS_MAX ]
	cache=$BATS_TEST_TMPDIR/cache
	old=$BATS_FILE_TMPDIR/old/$BATS_TEST_NUMBER
	elf=$old/elf
	script=$old/script
	manifest 50-one.json gpu "$elf"
}

# cached WORD...: the document, with the cache of the test.
cached() {
	probe_here "$@" --json --cache-dir "$cache"
}

# from SOURCE [STALE]: where the answer came from.
from() {
	equal "$(of 50-one.json '[.probe.source, .probe.stale] | map(tostring) | join(" ")')" \
		"$1 ${2-null}"
}

# warm: there is an entry, and it is believed.
warm() {
	cached --type gpu
	ended 0
	equal "$(json .cache.stored)" 1
	cached --type gpu
	ended 0
	from cache
}

# entry: the path of the only one.
entry() {
	local -a files=("$cache"/*.entry)

	[ ${#files[@]} = 1 ] || { echo "entries: ${files[*]}"; return 1; }
	echo "${files[0]}"
}

# edit FILTER: the only entry, as its owner could.
edit() {
	local file text

	file=$(entry)
	text=$(to_json < "$file" | jq "$1" | from_json)
	printf '%s\n' "$text" > "$file"
}

# now_us: the clock of entries. Containers put another time into /proc/uptime.
now_us() {
	python3 -c 'import time; print(time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000)'
}

# misses STAMP [WORD...]: this stamp keeps the entry from being believed, and the answer is right.
misses() {
	local stamp=$1

	shift
	cached --type gpu "$@" --cache only
	ended 3
	equal "$(verdict_of 50-one.json)" not-cached
	from none "$stamp"
	equal "$(json .selected)" null
	cached --type gpu "$@"
	ended 0
	from run "$stamp"
	equal "$(json .selected)" "$elf"
}

# patch FILE: another program of the same size.
patch() {
	LC_ALL=C sed -i 's/virgl/virgX/' "$1"
}

# in_opt: from here on, the files in $old are installed to /opt, one of the system's own trees.
in_opt() {
	host=(unshare --mount bash -c 'mount --bind "$1" /opt && shift && exec "$@"' bash "$old")
	"${host[@]}" true || skip_or_fail "nothing can be mounted on /opt"
	elf=/opt/${elf##*/}
	script=/opt/${script##*/}
	manifest 50-one.json gpu "$elf"
}

# alone COMMAND...: as root with mounts of its own.
alone() {
	unshare --mount bash -c "$@"
}

# ---- what it is for ----

@test "a miss, an entry, a hit: the answer is the same" {
	local first

	cached --type gpu --need virgl
	ended 0
	from run
	equal "$(json -c '.cache | [.mode, .dir, .stored, .error]')" "[\"auto\",\"$cache\",1,null]"
	first=$(json -S 'del(.cache, .sandbox, .candidates[].probe["source", "age_s"])')
	cached --type gpu --need virgl
	ended 0
	from cache
	equal "$(json -c '[.cache.stored, .sandbox.level]')" '[0,null]'
	equal "$(json -S 'del(.cache, .sandbox, .candidates[].probe["source", "age_s"])')" "$first"
	probe_here --type gpu --need virgl --cache-dir "$cache"
	answered "$elf"
}

@test "a hit starts no process, and opens no entry of another type" {
	local i

	need strace
	strace -o "$BATS_TEST_TMPDIR/trace" true || skip_or_fail "no process may be traced here"
	warm
	for i in {10..40}; do
		manifest "$i-other.json" other "$FAKES/like-input"
	done
	probe_here list --cache-dir "$cache"
	[ "$(find "$cache" -name '*.entry' | wc -l)" = 2 ]
	# A program that looks for leaks cannot be traced.
	run env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" \
		strace -f -o "$BATS_TEST_TMPDIR/trace" "$VHOST_PROBE" --type gpu --need virgl \
		--dir "$manifests" --cache-dir "$cache"
	ended 0
	equal "$output" "$elf"
	equal "$(grep -cE '\b(clone3?|v?fork)\(' "$BATS_TEST_TMPDIR/trace")" 0
	equal "$(grep -c 'execve(' "$BATS_TEST_TMPDIR/trace")" 1
	equal "$(grep -cE 'openat\([0-9]+, "[0-9a-f]{64}\.entry"' "$BATS_TEST_TMPDIR/trace")" 1
}

@test "--cache: auto, only, refresh and off" {
	cached --type gpu --cache only
	ended 3
	equal "$(verdict_of 50-one.json)" not-cached
	[ ! -e "$cache" ]
	cached --type gpu --cache off
	ended 0
	from run
	[ ! -e "$cache" ]
	warm
	cached --type gpu --cache only
	ended 0
	from cache
	cached --type gpu --cache off
	from run
	equal "$(json .cache.stored)" 0
	cached --type gpu --cache refresh
	from run
	equal "$(json .cache.stored)" 1
}

@test "--cache only: exit 3 where a candidate before the first match is not known" {
	warm
	manifest 10-first.json gpu "$script"
	manifest 60-last.json gpu "$FAKES/like-input"
	probe_here --type gpu --cache only --cache-dir "$cache"
	ended 3
	equal "$output" ""
	matches "$stderr" "vhost-probe: nothing was chosen, because an earlier candidate is not in the cache"*10-first.json*"it is not in the cache"*
	cached --type gpu --cache only
	equal "$(verdicts)" "$(lines '10-first.json not-cached' '50-one.json match' '60-last.json not-needed')"
	probe_here list --cache only --cache-dir "$cache"
	ended 0
}

@test "a known match after an unknown candidate: only the unknown one is run, and none after the match" {
	warm
	manifest 10-first.json gpu "$script"
	manifest 60-last.json gpu "$FAKES/like-gpu"
	cached --type gpu --need virgl
	ended 0
	equal "$(json .selected)" "$elf"
	equal "$(json -c '[.candidates[] | .probe.source]')" '["run","cache","none"]'
	equal "$(verdicts)" "$(lines '10-first.json missing-features' '50-one.json selected' \
		'60-last.json not-needed')"
}

@test "a program that several manifests name has one entry, and is run once" {
	manifest 60-two.json gpu "$elf"
	manifest 70-other-type.json block "$elf"
	cached list
	equal "$(json .cache.stored)" 1
	equal "$(verdicts)" "$(lines '50-one.json match' '60-two.json match' '70-other-type.json type-mismatch')"
	cached list
	equal "$(json -c '[.candidates[] | .probe.source]')" '["cache","cache","cache"]'
	equal "$(verdicts)" "$(lines '50-one.json match' '60-two.json match' '70-other-type.json type-mismatch')"
}

@test "explain and list say where a result came from, and why an entry was not used" {
	warm
	probe_here explain --type gpu --cache-dir "$cache"
	matches "$output" "*/50-one.json   selected: works; prints render-node, virgl (from the cache)*"
	probe_here list --cache-dir "$cache"
	equal "$output" $'50-one.json\tgpu\tmatch\tcache\trender-node virgl'
	edit '.boot_id = "x"'
	probe_here list --cache-dir "$cache"
	equal "$output" $'50-one.json\tgpu\tmatch\trun, stale: boot-id\trender-node virgl'
	edit '.boot_id = "x"'
	probe_here explain --type gpu --cache-dir "$cache"
	matches "$output" "*/50-one.json   selected: works; prints render-node, virgl (asked again: the cached answer is from another boot)*"
}

# ---- each stamp ----

@test "stamp program: another file of the same size, with the same times" {
	warm
	cp -p "$elf" "$elf.new"
	patch "$elf.new"
	touch -r "$elf" "$elf.new"
	mv "$elf.new" "$elf"
	misses program
	equal "$(of 50-one.json '.capabilities.features | join(" ")')" "render-node virgX"
}

@test "stamp program: the same inode, overwritten, with the same size and times" {
	local inode

	warm
	inode=$(stat -c %i "$elf")
	cp -p "$elf" "$elf.new"
	patch "$elf.new"
	touch -r "$elf" "$elf.time"
	cat "$elf.new" > "$elf"
	touch -r "$elf.time" "$elf"
	equal "$(stat -c %i "$elf")" "$inode"
	misses program
	equal "$(of 50-one.json '.capabilities.features | join(" ")')" "render-node virgX"
}

@test "stamp program: changed and changed back, or only its mode" {
	warm
	touch "$elf"
	misses program
	sleep 2.1
	warm
	chmod 555 "$elf"
	misses program
}

@test "stamp interpreter: a script's interpreter was replaced" {
	manifest 50-one.json gpu "$script"
	elf=$script
	warm
	cp -p "$old/interpreter/sh" "$old/interpreter/sh.new"
	mv "$old/interpreter/sh.new" "$old/interpreter/sh"
	misses interpreter
}

@test "stamp directory: a sibling or private library came, was replaced or went" {
	local change

	for change in 'echo a > "$old/libone.so"' 'echo b > "$old/new"; mv "$old/new" "$old/libone.so"' \
		'rm "$old/libone.so"' 'ln -s . "$old/lib"'; do
		[ -e "$cache" ] || warm
		cached --type gpu
		from cache
		eval "$change"
		misses directory
		sleep 2.1
		cached --type gpu
		ended 0
		equal "$change $(json .cache.stored)" "$change 1"
	done
}

@test "stamp directory: its time was set back, as by tools that preserve times" {
	local change

	touch -d "@1000000000.123456789" "$old"
	sleep 2.1
	warm
	for change in 'echo a > "$old/libone.so"' 'cp "$old/libone.so" "$old/new"; mv "$old/new" "$old/libone.so"' \
		'rm "$old/libone.so"'; do
		cp -a --attributes-only "$old" "$BATS_TEST_TMPDIR/kept"
		eval "$change"
		touch -r "$BATS_TEST_TMPDIR/kept" "$old"
		misses directory
		# That was a moment ago, whatever time it bears.
		equal "$change $(json .cache.stored)" "$change 0"
		sleep 2.1
		cached --type gpu
		equal "$change $(json .cache.stored)" "$change 1"
		rm -r "$BATS_TEST_TMPDIR/kept"
	done
}

@test "a directory with a change time in the future, as tools set it, invalidates no entry" {
	touch -d "now + 1 day" "$old"
	sleep 2.1
	probe_here refresh --cache-dir "$cache"
	ended 0
	matches "$output" "*cache: 1 written, 0 removed"
	cached --type gpu --cache only
	from cache
}

@test "changes in a directory of which a program sees only itself invalidate no entry" {
	# A shared directory: the program may be all that changes there.
	chmod 1777 "$old"
	sleep 2.1
	warm
	echo x > "$old/other"
	cached --type gpu --cache only
	from cache
	equal "$(field directory)" ""
}

@test "a program in /usr does not lose its entry with each package" {
	if is_root; then
		run --separate-stderr alone 'mount -t tmpfs -o mode=755 tmpfs /usr/local && mkdir /usr/local/bin &&
			cp -p "$1" /usr/local/bin/one && shift && sleep 2.1 &&
			"$@" > /dev/null && touch /usr/local/bin/other && "$@" --cache only' bash "$elf" \
			"$VHOST_PROBE" --binary /usr/local/bin/one --json --cache-dir "$cache"
	else
		probe --binary /usr/bin/true --cache-dir "$cache"
		matches "$(field real_path)" "/usr/*"
		equal "$(field directory)" ""
		return
	fi
	ended 0
	equal "$(json -c '[.candidates[].probe | .source, .stale]')" '["cache",null]'
}

@test "stamp ld-so-cache: ldconfig has run" {
	local etc=$BATS_TEST_TMPDIR/etc

	warm
	if is_root; then
		mkdir "$etc" "$etc/upper" "$etc/work"
		# Nothing of the host is touched. ldconfig replaces the file, as after a
		# package's installation.
		run --separate-stderr alone 'mount -t tmpfs tmpfs "$1" && mkdir "$1/upper" "$1/work" &&
			mount -t overlay -o "lowerdir=/etc,upperdir=$1/upper,workdir=$1/work" overlay /etc &&
			ldconfig && shift && exec "$@"' bash "$etc" "$VHOST_PROBE" --type gpu --cache only \
			--json --dir "$manifests" --cache-dir "$cache"
		ended 3
		from none ld-so-cache
	fi
	edit '.ld_so_cache = "absent"'
	misses ld-so-cache
}

@test "stamp boot-id: another boot" {
	warm
	if is_root; then
		echo 11111111-1111-1111-1111-111111111111 > "$BATS_TEST_TMPDIR/id"
		run --separate-stderr alone 'mount --bind "$1" /proc/sys/kernel/random/boot_id && shift && exec "$@"' \
			bash "$BATS_TEST_TMPDIR/id" "$VHOST_PROBE" --type gpu --cache only --json \
			--dir "$manifests" --cache-dir "$cache"
		ended 3
		from none boot-id
	fi
	edit '.boot_id = "00000000-0000-0000-0000-000000000000"'
	misses boot-id
}

@test "stamp generator: an entry of another version, whatever else is in it" {
	warm
	edit '.generator = "vhost-probe 0.0.9, format 1"'
	misses generator
	edit '.generator = "vhost-probe 9.0.0, format 7" | .made_us = "tomorrow" | del(.layers)'
	misses generator
}

@test "stamp level: the entry was made at a lower level" {
	# The usual layers, but no user namespace.
	run --separate-stderr timeout 60 "$STAGE/bin/refuse" docker -- "$VHOST_PROBE" --type gpu \
		--sandbox partial --json --dir "$manifests" --cache-dir "$cache"
	ended 0
	equal "$(of 50-one.json '[.probe.source, .probe.level] | join(" ")')" "run partial"
	equal "$(json .cache.stored)" 1
	cached --type gpu --sandbox partial
	from cache
	equal "$(of 50-one.json .probe.level)" partial
	misses level
	cached --type gpu --sandbox partial
	from cache
	equal "$(of 50-one.json .probe.level)" full
}

@test "stamp profile: other exposed paths or layers have an entry of their own" {
	warm
	misses profile --expose /etc
	cached --type gpu --expose /etc
	from cache
	cached --type gpu --cache only
	from cache
	misses profile --without uts
	misses profile --sandbox none
	equal "$(find "$cache" -name '*.entry' | wc -l)" 4
	cached --type gpu --sandbox none --cache only
	from cache
	equal "$(of 50-one.json .probe.level)" none
}

@test "a profile includes what is shown for a program's sake: its directory, unless that is a home" {
	warm
	probe HOME="$old" --type gpu --json --cache-dir "$cache" --dir "$manifests"
	ended 0
	from run
	cached --type gpu
	from cache
	equal "$(field profile | sort)" "$(lines "policy $(policy), showing '$elf'" \
		"policy $(policy), showing '$old'" | sort)"
}

@test "stamp timeout: less time than now; more is enough" {
	manifest 50-one.json gpu "$FAKES/hang"
	cached list --timeout 0.3
	equal "$(of 50-one.json .verdict) $(json .cache.stored)" "timeout 1"
	cached list --timeout 0.2
	from cache
	equal "$(verdict_of 50-one.json)" timeout
	# Where nothing may be run, there is no better one.
	cached list --cache only
	from cache
	equal "$(verdict_of 50-one.json)" timeout
	matches "$(of 50-one.json .reason)" "no answer within 0.3* s"
	cached list --timeout 0.4
	from run timeout
}

@test "stamp age: failures count for ten minutes, timeouts for one, scripts for ten, the rest for this boot; longer with --cache only" {
	local name seconds

	need python3
	manifest 50-one.json gpu "$script"
	cached list
	for name in crash:600 hang:60 no-output:600 trailing-text:600 usage-exit-1:600 flood:600 like-gpu:0; do
		seconds=${name#*:}
		rm "$cache"/*.entry
		manifest 50-one.json gpu "$FAKES/${name%:*}"
		cached list --timeout 1
		equal "$name $(json .cache.stored)" "$name 1"
		equal "$name $(field lifetime_us)" "$name $((seconds * 1000000))"
		cached list --timeout 1
		from cache
		[ "$seconds" != 0 ] || continue
		# Half a minute before its end, and at its end. The machine may not have been up for
		# as long as the lifetime, so the test changes the lifetime.
		edit ".lifetime_us = $(now_us) - .made_us + 30000000"
		cached list --timeout 1 --cache only
		from cache
		edit ".lifetime_us = $(now_us) - .made_us"
		cached list --timeout 1 --cache only
		from cache
		cached list --timeout 1
		from run age
	done
}

@test "stamp age: the entry was made in the future, as the clock has changed" {
	warm
	edit '.made_us += 3600000000'
	misses age
}

# ---- images ----

UUID=11111111-1111-2222-3333-444444444444

# image NAME PROGRAM UUID CTIME: a file system whose maker has set all times; the program's last
# change is said to be at CTIME.
image() {
	local file

	mkdir -p "$BATS_TEST_TMPDIR/content/bin"
	cp "$2" "$BATS_TEST_TMPDIR/content/bin/one"
	mkfs.ext4 -q -F -U "$3" -E "hash_seed=$3" -d "$BATS_TEST_TMPDIR/content" \
		"$BATS_TEST_TMPDIR/$1" 4M 2>&1
	for file in / /bin /bin/one; do
		printf 'set_inode_field %s %s %s\n' \
			"$file" mtime @1000 "$file" ctime "@$4" \
			"$file" mtime_extra 0 "$file" ctime_extra 0
	done | debugfs -w -f - "$BATS_TEST_TMPDIR/$1" > "$BATS_TEST_TMPDIR/debugfs" 2>&1
}

# images UUID CTIME: two of them, of which the second has another program of the same size.
images() {
	is_root || skip "takes mounts"
	[ -e /dev/loop-control ] || skip_or_fail "no loop devices here"
	need debugfs
	cp "$elf" "$BATS_TEST_TMPDIR/other"
	patch "$BATS_TEST_TMPDIR/other"
	image first "$elf" "$UUID" "$2"
	image second "$BATS_TEST_TMPDIR/other" "$1" "$2"
	mkdir "$BATS_TEST_TMPDIR"/{mnt,lower}
	manifest 50-one.json gpu "$BATS_TEST_TMPDIR/mnt/bin/one"
}

# answers MOUNT: what a warm call says before and after the second image came in the first one's
# place, on the same device. MOUNT: of /dev/loopN, which is $1, on mnt.
answers() {
	run --separate-stderr alone '
		cd "$1"
		for image in first second; do
			device=$(losetup --find --show --read-only $image) || exit 9
			trap "losetup -d $device" EXIT
			mount_it() { '"$1"'; }
			mount_it $device
			for i in 1 2; do
				"${@:2}" | jq -r "[.candidates[0].probe.source, .candidates[0].probe.stale,
					(.candidates[0].capabilities.features | join(\" \"))] | map(tostring) | join(\" \")"
				stat -c "%D %i %s %a %.9Y %.9Z" mnt/bin/one >> stat-$image
			done
			umount -R mnt
			! mountpoint -q lower || umount lower
			losetup -d $device
			trap - EXIT
		done' bash "$BATS_TEST_TMPDIR" "$VHOST_PROBE" --type gpu --json --dir "$manifests" \
		--cache-dir "$cache"
	[ "$status" != 9 ] || skip_or_fail "no loop device is available"
	ended 0
}

# Without this the tests below would show nothing.
same_numbers() {
	equal "$(sort -u "$BATS_TEST_TMPDIR"/stat-first)" "$(sort -u "$BATS_TEST_TMPDIR"/stat-second)"
}

@test "stamp program: another image with all times the same: its content differs" {
	images $UUID 1000
	answers 'mount -o ro,noload "$1" mnt'
	same_numbers
	equal "$output" "$(lines "run null render-node virgl" "cache null render-node virgl" \
		"run program render-node virgX" "cache null render-node virgX")"
}

@test "stamp program: another file system with the same numbers and times" {
	images 22222222-2222-3333-4444-555555555555 2000
	answers 'mount -o ro,noload "$1" mnt'
	same_numbers
	equal "$output" "$(lines "run null render-node virgl" "cache null render-node virgl" \
		"run program render-node virgX" "cache null render-node virgX")"
}

@test "stamp program: an overlay of another image: its content differs" {
	images $UUID 2000
	mkdir "$BATS_TEST_TMPDIR/empty"
	answers 'mount -o ro,noload "$1" lower && mount -t overlay -o lowerdir=lower:empty overlay mnt'
	# Numbers of overlays are given out in the order of their mounts: on no machine is that sure to hold.
	same_numbers || skip "another mount has taken the number of the first one"
	equal "$output" "$(lines "run null render-node virgl" "cache null render-node virgl" \
		"run program render-node virgX" "cache null render-node virgX")"
}

@test "a change in the future is not believed: refresh says so, other verbs answer" {
	images $UUID $(($(date +%s) + 300 * 86400))
	answers 'mount -o ro,noload "$1" mnt'
	equal "$output" "$(lines "run null render-node virgl" "run null render-node virgl" \
		"run null render-node virgX" "run null render-node virgX")"
	run --separate-stderr alone 'mount -o ro,noload,loop "$1/first" "$1/mnt" && shift && "$@"' bash \
		"$BATS_TEST_TMPDIR" "$VHOST_PROBE" refresh --dir "$manifests" --cache-dir "$cache"
	ended 2
	matches "$output" $'50-one.json\tgpu\tmatch\trun\trender-node virgl'*
	matches "$stderr" "vhost-probe: the cache was not written: $BATS_TEST_TMPDIR/mnt/bin/one was last changed in the future*"
}

# ---- what is not kept ----

@test "a program that was changed a moment ago is run, and not kept; refresh waits for it" {
	backend fresh gpu a
	manifest 50-one.json gpu fresh
	cached --type gpu
	from run
	equal "$(json .cache.stored)" 0
	cached --type gpu
	from run
	backend fresh gpu b
	cached --type gpu --need b --cache refresh
	ended 0
	equal "$(json .cache.stored)" 1
	cached --type gpu --need b
	from cache
}

@test "a program, or its interpreter, that is replaced while it runs is not kept" {
	cp "$FAKES/hang" "$programs/hang"
	cp "$(readlink -f /bin/sh)" "$programs/sh"
	printf '#!%s\n%s\n' "$programs/sh" 'sleep 1; echo "{\"type\": \"gpu\"}"' > "$programs/script"
	chmod 755 "$programs/script"
	manifest 50-one.json gpu hang
	manifest 60-two.json gpu script
	sleep 2.1
	(
		sleep 0.5
		for name in hang sh; do
			cp -p "$programs/$name" "$programs/new"
			mv "$programs/new" "$programs/$name"
		done
	) &
	cached list --timeout 1.5
	wait
	equal "$(verdicts)" "$(lines '50-one.json timeout' '60-two.json match')"
	equal "$(json .cache.stored)" 0
	probe cache list --cache-dir "$cache"
	ended 0
	equal "$output$stderr" "vhost-probe: no entries in $cache"
}

@test "our own failures are not kept: no sandbox, a program that was killed, one that was cancelled" {
	run --separate-stderr timeout 60 "$STAGE/bin/refuse" docker -- "$VHOST_PROBE" --type gpu \
		--json --dir "$manifests" --cache-dir "$cache"
	ended 2
	equal "$(json .cache.stored)" 0
	program killed 'kill -KILL $$'
	program slow 'sleep 1'
	manifest 50-one.json gpu killed
	manifest 60-slow.json gpu slow
	sleep 2.1
	cached list --type gpu
	equal "$(of 50-one.json '[.verdict, .probe.signal] | map(tostring) | join(" ")')" "signal 9"
	equal "$(json .cache.stored)" 1
	rm "$cache"/*.entry
	manifest 50-one.json gpu "$elf"
	cached --type gpu
	equal "$(verdicts)" "$(lines '50-one.json selected' '60-slow.json not-needed')"
	equal "$(json .cache.stored)" 1
}

@test "output that is not UTF-8, or too long, is not kept; its verdict stays" {
	program binary "printf '\\377\\376'"
	program nul "printf '{\"type\": \"gpu\"}\\000'"
	# Each byte takes six in the entry.
	program long "printf '{\"type\": \"gpu\"}'" "head -c 40000 /dev/zero | tr '\\0' '\\001'"
	manifest 10-binary.json gpu binary
	manifest 20-nul.json gpu nul
	manifest 30-long.json gpu long
	rm "$manifests/50-one.json"
	sleep 2.1
	cached list
	equal "$(json -c '[.candidates[].verdict], .cache.stored, .cache.error')" \
		"$(lines '["bad-json","bad-json","bad-json"]' 0 null)"
}

# ---- what is asked once more ----

# overlapping NAME...: programs that run side by side, and have the feature fast if nobody takes it:
# if $room/quiet is there.
overlapping() {
	local name

	# No change to the programs' own directory.
	room=$programs/room
	mkdir "$room"
	rm "$manifests"/*
	for name; do
		program "$name" 'sleep 0.3; more=' '[ ! -e "${0%/*}/room/quiet" ] || more="\"fast\""' \
			'echo "{\"type\": \"sample\", \"features\": [$more]}"'
		manifest "10-$name.json" sample "$name"
	done
	sleep 2.1
}

@test "a feature that was missing beside others is asked for once more, but not with --cache only" {
	overlapping one two
	cached list --type sample
	equal "$(json .cache.stored)" 2
	cached list --type sample
	equal "$(json -c '[.candidates[].probe.source]')" '["cache","cache"]'
	: > "$room/quiet"
	# Older than the locks that are about to be taken.
	sleep 2.1
	cached --type sample --need fast --cache only
	ended 1
	equal "$(of 10-one.json '"\(.verdict) \(.probe.source) \(.probe.confirmed)"')" \
		"missing-features cache false"
	cached --type sample --need fast
	ended 0
	equal "$(json .selected)" "$programs/one"
	equal "$(of 10-one.json '"\(.probe.source) \(.probe.stale)"')" "run doubtful"
	# An answer that lacks nothing is believed.
	cached --type sample
	equal "$(of 10-one.json .probe.source)" cache
	cached --type sample --need fast --cache only
	ended 0
	cached explain --type sample --need fast
	equal "$(verdicts)" "$(lines '10-one.json selected' '10-two.json not-needed')"
	cached explain --type sample --need fast
	equal "$(json -c '[.candidates[].probe.source]')" '["cache","cache"]'
}

@test "an unwanted feature that was missing beside others is asked for once more" {
	overlapping one two
	cached list --type sample
	: > "$room/quiet"
	cached --type sample --exclude fast
	ended 1
	equal "$(verdicts)" "$(lines '10-one.json excluded-features' '10-two.json excluded-features')"
}

@test "a feature that was missing by itself is believed to be missing" {
	overlapping one
	cached list --type sample
	equal "$(json .cache.stored)" 1
	: > "$room/quiet"
	cached --type sample --need fast
	ended 1
	equal "$(of 10-one.json '"\(.verdict) \(.probe.source) \(.probe.confirmed)"')" \
		"missing-features cache true"
}

@test "an old failure, and no sandbox to ask again: status 2, and a hint at --cache only" {
	local -a where=(--type sample --dir "$manifests" --cache-dir "$cache")

	program fails 'exit 3'
	sleep 2.1
	manifest 50-one.json sample fails
	run --separate-stderr "$STAGE/bin/refuse" docker -- "$VHOST_PROBE" "${where[@]}"
	ended 2
	matches "$stderr" "*nothing was run*"
	lacks "$stderr" "cache only"
	cached --type sample
	ended 1
	edit '.made_us -= 60000000'
	run --separate-stderr "$STAGE/bin/refuse" docker -- "$VHOST_PROBE" "${where[@]}"
	ended 2
	matches "$stderr" "*nothing was run*hint: the cache has older answers, which --cache only accepts*"
	run --separate-stderr "$STAGE/bin/refuse" docker -- "$VHOST_PROBE" "${where[@]}" --cache only
	refused
	matches "$stderr" "*exit-status: exit status 3*"
}

@test "a failure does not outlive its repair: where nothing works, it is asked once more after 10 s" {
	local way age="[0-9]* s old; --cache refresh asks again)"

	mkdir "$programs/room"
	program fails '[ -e "${0%/*}/room/repaired" ] || { echo "no device" >&2; exit 3; }' \
		'echo "{\"type\": \"sample\"}"'
	manifest 50-one.json sample fails
	manifest 60-hang.json sample "$FAKES/hang"
	backend works sample
	program late 'exit 4'
	sleep 2.1
	cached list --timeout 1
	equal "$(json .cache.stored)" 2
	: > "$programs/room/repaired"
	# For a user who asks again and again, it counts as new.
	cached --type sample --timeout 1
	ended 1
	from cache
	# Programs get the same reason each time, and the age beside it.
	equal "$(of 50-one.json .reason)" "exit status 3: no device"
	matches "$(of 50-one.json .probe.age_s)" "[0-9]"
	probe_here list --timeout 1 --cache-dir "$cache"
	lacks "$output" "from the cache"
	COLUMNS=400 on_terminal list --timeout 1 --dir "$manifests" --cache-dir "$cache"
	matches "$output" "*exit status 3: no device (from the cache, $age*"
	cached --type sample --timeout 1
	matches "$stderr" "*exit status 3: no device (from the cache, $age*"
	sleep 10.1
	mv "$cache" "$cache-kept"
	# Programs without an entry are asked before those that have one.
	manifest 55-late.json sample late
	for way in "--cache only" "--all" "explain" "list" ""; do
		rm -rf "$cache"
		cp -a "$cache-kept" "$cache"
		sleep 2.1
		# shellcheck disable=SC2086 # words
		cached $way --type sample --timeout 1
		if [ "$way" = "--cache only" ]; then
			equal "$way $(verdict_of 50-one.json)" "$way exit-status"
			from cache
		else
			equal "$way $(verdict_of 50-one.json | sed s/selected/match/)" "$way match"
			from run age
			equal "$way $(json .cache.stored)" "$way 2"
			matches "$way $(verdict_of 55-late.json)" "$way @(exit-status|not-needed)"
		fi
		# Seeing a timeout again takes a timeout.
		equal "$way $(of 60-hang.json .probe.source | sed s/none/cache/)" "$way cache"
	done
	# Where something works it stays, and says so.
	rm "$manifests/55-late.json"
	rm -r "$cache"
	cp -a "$cache-kept" "$cache"
	manifest 70-works.json sample works
	cached --type sample --timeout 1
	equal "$(json .selected)" "$programs/works"
	from cache
	probe_here explain --type sample --timeout 1 --cache-dir "$cache"
	matches "$output" "*50-one.json *exit-status: exit status 3: no device (from the cache, $age
*60-hang.json *timeout: no answer within 1 s (from the cache, $age*"
	matches "$output" "*70-works.json*selected: works; prints no features (from the cache)*"
	# Minutes are counted as such. The machine may not have been up for so long.
	[ "$(now_us)" -gt 300000000 ] || return 0
	sed -i "s/^made_us .*/made_us $(($(now_us) - 200000000))/" "$(grep -l '^exit_status 3$' "$cache"/*.entry)"
	probe_here explain --type sample --timeout 1 --cache-dir "$cache"
	matches "$output" "*exit-status: exit status 3: no device (from the cache, 3 min old; --cache refresh asks again)*"
}

# ---- what is no entry ----

# no_entry WHAT: after that was done to it.
no_entry() {
	cached --type gpu --cache only
	equal "$1 $status $(of 50-one.json .probe.stale)" "$1 3 entry"
	cached --type gpu
	ended 0
	equal "$1 $(of 50-one.json '[.probe.source, .probe.stale] | join(" ")')" "$1 run entry"
	equal "$1 $(json .selected)" "$1 $elf"
}

@test "torn, empty, oversized, foreign and mutilated entries are misses, and are replaced" {
	local file good what

	warm
	file=$(entry)
	good=$(< "$file")
	for what in empty torn-1 torn-half torn-1-less space blank-line json deep oversized \
		text-as-number negative fraction beyond-64-bit no-outcome unknown-outcome unknown-layer \
		two-of-a-kind no-stdout other-path other-argv0 other-profile text-behind latin1 crlf; do
		case $what in
		empty) : > "$file" ;;
		torn-1) head -c 1 <<< "$good" > "$file" ;;
		torn-half) head -c $((${#good} / 2)) <<< "$good" > "$file" ;;
		torn-1-less) printf %s "$good" > "$file" ;;
		space) echo > "$file" ;;
		blank-line) printf '\n%s\n' "$good" > "$file" ;;
		json) to_json <<< "$good" > "$file" ;;
		deep) printf '%0*d' 5000 0 | tr 0 '[' > "$file" ;;
		oversized) { echo "$good"; head -c 200000 /dev/zero | tr '\0' ' '; } > "$file" ;;
		text-as-number) sed 's/^made_us .*/made_us tomorrow/' <<< "$good" > "$file" ;;
		negative) sed 's/^exit_status .*/exit_status -1/' <<< "$good" > "$file" ;;
		fraction) sed 's/^signal .*/signal 0.5/' <<< "$good" > "$file" ;;
		beyond-64-bit) sed 's/^lifetime_us .*/lifetime_us 99999999999999999999/' \
			<<< "$good" > "$file" ;;
		no-outcome) sed '/^outcome/d' <<< "$good" > "$file" ;;
		unknown-outcome) sed 's/^outcome .*/outcome unavailable/' <<< "$good" > "$file" ;;
		unknown-layer) sed 's/^layers .*/& tinfoil/' <<< "$good" > "$file" ;;
		two-of-a-kind) sed 's/^stdout .*/&\n&/' <<< "$good" > "$file" ;;
		no-stdout) sed '/^stdout/d' <<< "$good" > "$file" ;;
		other-path) sed 's/^real_path .*/&x/' <<< "$good" > "$file" ;;
		other-argv0) sed 's/^argv0 .*/&x/' <<< "$good" > "$file" ;;
		other-profile) sed 's/^profile .*/&x/' <<< "$good" > "$file" ;;
		text-behind) printf '%s\n%s\n' "$good" more > "$file" ;;
		latin1) LC_ALL=C sed $'s/^stderr .*/stderr \xe9/' <<< "$good" > "$file" ;;
		crlf) sed '2,$s/$/\r/' <<< "$good" > "$file" ;;
		esac
		[ "$what" = json ] || ! cmp -s "$file" - <<< "$good"
		no_entry $what
		cached --type gpu
		from cache
	done
}

@test "linked, shared and foreign files are no entries; a link is replaced, not followed" {
	local file what

	warm
	file=$(entry)
	cp -p "$file" "$BATS_TEST_TMPDIR/good"
	for what in hard-linked symlinked dangling group-writable world-writable fifo; do
		rm -f "$file"
		cp -p "$BATS_TEST_TMPDIR/good" "$file"
		case $what in
		hard-linked) ln -f "$file" "$BATS_TEST_TMPDIR/second" ;;
		symlinked) ln -sf "$BATS_TEST_TMPDIR/good" "$file" ;;
		dangling) ln -sf "$BATS_TEST_TMPDIR/nothing" "$file" ;;
		group-writable) chmod 664 "$file" ;;
		world-writable) chmod 646 "$file" ;;
		fifo) rm "$file"; mkfifo "$file" ;;
		esac
		no_entry $what
		[ -f "$file" ] && [ ! -L "$file" ]
		[ ! -e "$BATS_TEST_TMPDIR/nothing" ]
		cached --type gpu
		from cache
	done
	equal "$(field real_path "$BATS_TEST_TMPDIR/good")" "$elf"
	if has_others; then
		chown "$TEST_UID" "$file"
		no_entry other-owned
	fi
}

@test "a directory in an entry's place: the answer is right, and the error is reported" {
	local file

	warm
	file=$(entry)
	rm "$file"
	mkdir -p "$file/x"
	cached --type gpu
	ended 0
	from run entry
	matches "$(json .cache.error)" "*directory*"
	probe_here --type gpu --cache-dir "$cache" --verbose
	ended 0
	matches "$stderr" "*vhost-probe: the cache was not written: *"
}

# ---- directories that are of no use ----

# useless WHAT ERROR: the answer is right, nothing is kept, and the reason is reported.
useless() {
	cached --type gpu
	ended 0
	equal "$1 $(json .selected)" "$1 $elf"
	from run
	equal "$1 $(json .cache.stored)" "$1 0"
	matches "$1 $(json .cache.error)" "$1 $2"
	# Where it was asked for, and not only found.
	probe_here --type gpu --cache-dir "$cache"
	ended 0
	matches "$stderr" "vhost-probe: the cache was not written: $2"
	probe_here --type gpu --cache-dir "$cache" --quiet
	equal "$stderr" ""
	probe_here refresh --cache-dir "$cache"
	equal "$1 $status" "$1 2"
	matches "$stderr" "vhost-probe: the cache was not written: $2"
}

@test "directories that others can write, links, files and other people's directories are not used" {
	mkdir "$cache"
	chmod 775 "$cache"
	useless group-writable "*can be written by group*"
	chmod 757 "$cache"
	useless world-writable "*can be written by everyone*"
	rmdir "$cache"
	mkdir "$BATS_TEST_TMPDIR/real"
	ln -s real "$cache"
	useless link "*Not a directory*"
	rm "$cache"
	: > "$cache"
	useless file "*Not a directory*"
	rm "$cache"
	if has_others; then
		mkdir "$cache"
		chown "$TEST_UID" "$cache"
		useless other-owned "*belongs to uid $TEST_UID, not to root*"
	fi
	equal "$(ls "$BATS_TEST_TMPDIR/real")" ""
}

@test "a lock file that others could lock is not used" {
	mkdir "$cache"
	: > "$cache/lock"
	chmod 644 "$cache/lock"
	useless readable "$cache/lock has mode 0644, not 0600, so that others could lock it: remove it"
	chmod 620 "$cache/lock"
	useless writable "$cache/lock has mode 0620, not 0600, *: remove it"
	rm "$cache/lock"
	mkfifo -m 600 "$cache/lock"
	useless fifo "$cache/lock is not a regular file: remove it"
	rm "$cache/lock"
	ln -s "$BATS_TEST_TMPDIR/elsewhere" "$cache/lock"
	useless link "*lock: Too many levels of symbolic links"
	[ ! -e "$BATS_TEST_TMPDIR/elsewhere" ]
}

@test "a read-only directory is read" {
	warm
	if is_root; then
		BEFORE='mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"'
		run --separate-stderr alone "$BEFORE"' && exec "${@:2}"' bash "$cache" "$VHOST_PROBE" --type gpu --json \
			--dir "$manifests" --cache-dir "$cache"
		ended 0
		from cache
		touch "$elf"
		sleep 2.1
		run --separate-stderr alone "$BEFORE"' && exec "${@:2}"' bash "$cache" "$VHOST_PROBE" --type gpu --json \
			--dir "$manifests" --cache-dir "$cache"
		ended 0
		from run program
		matches "$(json .cache.error)" "*Read-only file system*"
	else
		chmod 555 "$cache"
		cached --type gpu
		from cache
		touch "$elf"
		sleep 2.1
		cached --type gpu
		chmod 755 "$cache"
		ended 0
		from run program
		matches "$(json .cache.error)" "*Permission denied*"
	fi
}

@test "a full disk: the answer is right, no torn entry is left, and older entries stay" {
	is_root || skip "to fill a disk takes a mount"
	warm
	mkdir "$BATS_TEST_TMPDIR/disk"
	cp "$elf" "$programs/elf"
	manifest 60-two.json gpu elf
	sleep 2.1
	run --separate-stderr alone 'mount -t tmpfs -o size=16k,mode=755 tmpfs "$1" && cp -p "$2"/* "$1" &&
		{ head -c 100000 /dev/zero > "$1/filler" 2> "$1/../message" || :; } &&
		"${@:3}" > "$1/../answer" && ls -A "$1"' bash "$BATS_TEST_TMPDIR/disk" "$cache" \
		"$VHOST_PROBE" list --json --dir "$manifests" --cache-dir "$BATS_TEST_TMPDIR/disk"
	ended 0
	equal "$output" "$(lines "$(basename "$(entry)")" filler lock)"
	output=$(< "$BATS_TEST_TMPDIR/answer")
	equal "$(verdicts)" "$(lines '50-one.json match' '60-two.json match')"
	equal "$(json -c '[.candidates[].probe.source], .cache.stored')" "$(lines '["cache","run"]' 0)"
	matches "$(json .cache.error)" "*No space left on device*"
}

@test "no home, no cache directory: the answer is right" {
	is_root && skip "root has one"
	probe HOME= XDG_CACHE_HOME= --type gpu --dir "$manifests"
	answered "$elf"
	probe HOME=/nonexistent XDG_CACHE_HOME= --type gpu --dir "$manifests" --json
	ended 0
	matches "$(json .cache.error)" "*Permission denied*"
}

# ---- whose it is ----

@test "the default: root's in /run, a user's below XDG_CACHE_HOME or ~/.cache, for the owner's eyes" {
	local dir=$HOME/.cache/vhost-probe

	is_root && dir=/run/vhost-probe
	probe_here --type gpu
	answered "$elf"
	if is_root; then
		equal "$(stat -c '%a %u' "$dir")" "755 0"
	else
		equal "$(stat -c '%a %u' "$dir")" "700 $(id -u)"
	fi
	equal "$(stat -c %a "$dir"/lock "$dir"/*.entry | sort -u)" 600
}

# as_user COMMAND...: root's test as an ordinary user with a home of its own, in $group too.
as_user() {
	mkdir -p "$BATS_TEST_TMPDIR/user"
	chown "$TEST_UID:$TEST_UID" "$BATS_TEST_TMPDIR/user"
	run --separate-stderr "${host[@]}" setpriv --reuid "$TEST_UID" --regid "$TEST_UID" \
		--groups "${group:-$TEST_UID}" env HOME="$BATS_TEST_TMPDIR/user" XDG_CACHE_HOME= "$@"
}

# root_cache: its directory.
root_cache() {
	"$VHOST_PROBE" cache path
}

@test "a user reads root's cache; root reads no user's" {
	has_others || skip "takes root and a user"
	in_opt
	probe_here --type gpu --json
	from run
	as_user "$VHOST_PROBE" --type gpu --json --dir "$manifests" --cache only
	ended 0
	from cache
	# Root's private directory is not even listed.
	probe_here list --without uts
	as_user "$VHOST_PROBE" cache list
	matches "$output" "*
$elf	*valid*"
	# Two places, one entry: below the name of its place.
	equal "$(wc -l <<< "$output")" 2
	as_user "$VHOST_PROBE" --type gpu --json --dir "$manifests" --cache refresh
	ended 0
	from run
	equal "$(json .cache.stored)" 1
	as_user grep -h ^real_path "$BATS_TEST_TMPDIR"/user/.cache/vhost-probe/*.entry
	equal "$output" "real_path $elf"
	probe cache clear
	answered ""
	probe HOME="$BATS_TEST_TMPDIR/user" XDG_CACHE_HOME="$BATS_TEST_TMPDIR/user/.cache" \
		--type gpu --dir "$manifests" --cache only
	ended 3
	as_user "$VHOST_PROBE" --type gpu --dir "$manifests" --cache only
	answered "$elf"
}

# kept_for MODE WORD...: refresh, with these words, keeps the only program's entry with this mode.
kept_for() {
	local wanted=$1

	shift
	probe cache clear
	probe refresh --dir "$manifests" "$@"
	ended 0
	equal "$* $(find "$(root_cache)" -name '*.entry' -printf %m)" "$* $wanted"
}

@test "root's entries are for everybody only if everybody would have got the same answer" {
	local mode

	has_others || skip "takes root and a user"
	# Beside the system's trees a program sees its siblings.
	kept_for 600
	in_opt
	kept_for 644
	kept_for 644 --sandbox partial
	kept_for 600 --expose /root
	kept_for 600 --without uts
	kept_for 600 --without uid
	kept_for 600 --without landlock,cgroup
	kept_for 600 --sandbox none
	mkdir "$old/way" "$old/way/below"
	cp "$FAKES/like-gpu" "$old/way/below/one"
	manifest 50-one.json gpu /opt/way/below/one
	sleep 2.1
	# Root's program runs as nobody, who cannot reach all of them.
	for mode in 755:644 711:644 715:644 701:600 705:600 700: 750: 710:; do
		chmod "${mode%:*}" "$old/way"
		kept_for "${mode#*:}"
	done
	chmod 755 "$old/way"
	for mode in 755:644 711:644 555:644 715:644 705:600 701:600 700: 750: 744:; do
		chmod "${mode%:*}" "$old/way/below/one"
		kept_for "${mode#*:}"
	done
	rm -r "$old/way"
	for mode in 'exit 1' 'exit 0' 'echo {' "echo '{\"type\": \"fs\"}'" 'kill -SEGV $$'; do
		printf '%s\n' '#!/bin/sh' "$mode" > "$old/fails"
		chmod 755 "$old/fails"
		manifest 50-one.json gpu /opt/fails
		kept_for 600
	done
	rm "$old/fails"
}

@test "root's entries stay for everybody if everybody may read the paths that the configuration exposes" {
	local mode owner exposed=$BATS_TEST_TMPDIR/exposed

	has_others || skip "takes root and a user"
	in_opt
	open_directories
	mkdir "$exposed" "$BATS_TEST_TMPDIR/mount"
	echo x > "$exposed/file"
	printf '[vhost-probe]\nexpose=%s;%s\n' "$exposed" "$exposed/file" > "$BATS_TEST_TMPDIR/conf"
	# shellcheck disable=SC2016 # the inner shell's
	host=(unshare --mount bash -c '
		mount --bind "$1" /opt && mount -t tmpfs tmpfs "$3" && mkdir "$3/upper" "$3/work" &&
			cp "$2" "$3/upper/vhost-probe.conf" && chmod 755 "$3/upper" &&
			mount -t overlay -o "lowerdir=/etc,upperdir=$3/upper,workdir=$3/work" overlay /etc || exit 99
		shift 3 && exec "$@"' bash "$old" "$BATS_TEST_TMPDIR/conf" "$BATS_TEST_TMPDIR/mount")
	"${host[@]}" true || skip_or_fail "no overlay can be mounted on /etc"
	kept_for 644
	kept_for 644 --no-config
	kept_for 644 --expose "$exposed"
	kept_for 600 --expose "$programs"
	kept_for 600 --expose "$exposed" --no-config
	kept_for 600 --without uts
	for mode in 755:644 555:644 711:600 750:600 705:600 700:600 744:600; do
		chmod "${mode%:*}" "$exposed"
		kept_for "${mode#*:}"
	done
	chmod 755 "$exposed"
	for mode in 644:644 444:644 640:600 604:600 600:600; do
		chmod "${mode%:*}" "$exposed/file"
		kept_for "${mode#*:}"
	done
	chmod 644 "$exposed/file"
	chmod 700 "$BATS_TEST_TMPDIR"
	kept_for 600
	open_directories
	# Files below may be closed to others: to all except nobody, as whom root's programs run.
	mkdir "$exposed/below" "$exposed/below/deep"
	echo secret > "$exposed/below/deep/file"
	ln -s /etc/shadow "$exposed/below/link"
	kept_for 644
	for owner in 65534:65534 64001:64001; do
		chown "$owner" "$exposed/below/deep/file"
		for mode in 600 640 644; do
			chmod "$mode" "$exposed/below/deep/file"
			kept_for 600
		done
	done
	chown 0:65534 "$exposed/below/deep/file"
	for mode in 644:644 664:644 640:600; do
		chmod "${mode%:*}" "$exposed/below/deep/file"
		kept_for "${mode#*:}"
	done
	chmod 644 "$exposed/below/deep/file"
	for mode in 755:644 750:600 711:600 775:600 1777:600; do
		chmod "${mode%:*}" "$exposed/below/deep"
		kept_for "${mode#*:}"
	done
	chmod 755 "$exposed/below/deep"
	mkfifo -m 600 "$exposed/below/pipe"
	kept_for 600
	rm "$exposed/below/pipe"
	kept_for 644
	# More than can be looked at.
	(cd "$exposed/below/deep" && seq 1100 | xargs touch)
	kept_for 600
	rm -r "$exposed/below"
	# A device that is open to a group, in which only root's programs are.
	mknod "$exposed/node" c 1 3 || return 0
	for mode in 666:644 660:600; do
		chmod "${mode%:*}" "$exposed/node"
		chown 0:64002 "$exposed/node"
		chmod "${mode%:*}" "$exposed/node"
		kept_for "${mode#*:}"
	done
}

# told: root's refresh with these words gets the secret, and nobody else does.
told() {
	probe cache clear
	probe refresh --dir "$manifests" --json "$@"
	ended 0
	equal "$* $(of 50-one.json '.capabilities.features[0]') $(json .cache.stored)" "$* open-sesame 1"
	grep -q open-sesame "$(root_cache)"/*.entry
	as_user grep -r open-sesame "$(root_cache)"
	equal "$* $output" "$* "
}

@test "root's entries do not reveal to others what they may not read" {
	has_others || skip "takes root and a user"
	in_opt
	mkdir "$old/closed" "$old/closed/bin"
	printf '%s\n' '#!/bin/sh' 'read -r secret < "${0%/*}/secret"' \
		'echo "{\"type\": \"gpu\", \"features\": [\"$secret\"]}"' > "$old/closed/bin/tells"
	chmod 755 "$old/closed/bin/tells"
	echo open-sesame > "$old/closed/bin/secret"
	# A sibling that everybody could read, if they came there.
	chmod 700 "$old/closed"
	manifest 50-one.json gpu "$old/closed/bin/tells"
	told
	# A program that only root may read.
	chmod 755 "$old/closed"
	chmod 600 "$old/closed/bin/secret"
	manifest 50-one.json gpu /opt/closed/bin/tells
	told --sandbox none
	told --without uid
	told --without user,uid
	rm -r "$old/closed"
}

@test "root's entries do not reveal what lies in a system tree that is a link into a closed directory" {
	local way

	has_others || skip "takes root and a user"
	image_host
	for way in 755:644 711:644 700:600 750:600 710:600 701:600; do
		# The program in one tree, what it reads in another one.
		on_image '
			mkdir -p /var/way/tree /run/cache
			chmod '"${way%:*}"' /var/way
			chmod 755 /var/way/tree
			rm /usr/local
			ln -s ../var/way/tree /usr/local
			echo open-sesame > /usr/local/secret
			printf "#!/bin/sh\nread -r secret < /usr/local/secret\n%s\n" \
				"echo \"{\\\"type\\\": \\\"gpu\\\", \\\"features\\\": [\\\"\$secret\\\"]}\"" > /opt/tells
			chmod 755 /opt /opt/tells
			sleep 2.1
			"$1" --binary /opt/tells --cache refresh --cache-dir /run/cache --json |
				jq -r ".candidates[0].capabilities.features[0]"
			stat -c %a /run/cache/*.entry'
		ended 0
		equal "$way $output" "$way $(lines open-sesame "${way#*:}")"
	done
}

@test "root's entries do not reveal how root reaches a program by ways that are closed to others" {
	local way mode

	has_others || skip "takes root and a user"
	in_opt
	mkdir -p "$old/way/below"
	ln -s ../../elf "$old/way/below/one"
	ln -s way "$old/link"
	for way in way/below/one link/below/one way/below/../../elf; do
		manifest 50-one.json gpu "/opt/$way"
		for mode in 755:644 711:644 701:600 705:600 700:600 750:600; do
			chmod "${mode%:*}" "$old/way"
			kept_for "${mode#*:}"
		done
	done
	rm -r "$old/way" "$old/link"
}

@test "no failure of root's becomes a user's" {
	local group=64002 shape

	has_others || skip "takes root and a user"
	in_opt
	mkdir -m 750 "$old/members"
	printf '%s\n' '#!/bin/sh' 'echo "{\"type\": \"gpu\"}"' > "$old/members/script"
	echo '{"type": "gpu"}' > "$old/members/answer"
	cp "$old/members/script" "$old/members-script"
	cp "$FAKES/like-gpu" "$old/members-elf"
	printf '%s\n' '#!/bin/sh' 'exec cat /opt/members/answer' > "$old/reads"
	printf '%s\n' '#!/bin/sh' 'cat /opt/members/answer || :' > "$old/silent"
	printf '%s\n' '#!/bin/sh' 'cat /opt/members/answer || echo {' > "$old/lies"
	chgrp -R $group "$old"/members*
	chmod 755 "$old/members/script" "$old/reads" "$old/silent" "$old/lies"
	chmod 750 "$old"/members-*
	for shape in members/script members-script members-elf reads silent lies; do
		manifest 50-one.json gpu "/opt/$shape"
		as_user "$VHOST_PROBE" --type gpu --dir "$manifests" --cache off
		answered "/opt/$shape"
		probe refresh --dir "$manifests"
		as_user "$VHOST_PROBE" --type gpu --dir "$manifests"
		answered "/opt/$shape"
		as_user "$VHOST_PROBE" cache clear
	done
	rm -r "$old"/members* "$old/reads" "$old/silent" "$old/lies"
}

@test "an entry is of no use to a user who is not in the group any more that may execute the program or its interpreter" {
	local member=64010 shape source

	has_others || skip "takes root and a user"
	in_opt
	mkdir "$old/room"
	cp "$FAKES/like-gpu" "$old/elf-of-members"
	cp "$(readlink -f /bin/sh)" "$old/sh-of-members"
	printf '%s\n' '#!/bin/sh' 'echo "{\"type\": \"gpu\"}"' > "$old/script-of-members"
	printf '%s\n' '#!/bin/sh' 'exit 3' > "$old/failing-of-members"
	printf '%s\n' '#!/opt/sh-of-members' 'echo "{\"type\": \"gpu\"}"' > "$old/script"
	cp "$FAKES/like-gpu" "$old/room/elf"
	chgrp $member "$old"/*-of-members "$old/room"
	chmod 750 "$old"/*-of-members "$old/room"
	sleep 2.1
	# seen WORD...: source and verdict of the candidate, for the user; group=ID: in this group.
	seen() {
		as_user "$VHOST_PROBE" list --json --dir "$manifests" "$@"
		seen="$shape $(of 50-one.json '"\(.probe.source) \(.verdict)"')"
	}
	for shape in elf-of-members script-of-members script room/elf failing-of-members; do
		manifest 50-one.json gpu "/opt/$shape"
		rm -rf "$BATS_TEST_TMPDIR/user/.cache"
		for source in run cache; do
			group=$member seen
			matches "$seen" "$shape $source *"
		done
		seen --cache off
		matches "$seen" "$shape @(run exec-failed|none *)"
		equal "$(seen; echo "$seen")" "$seen"
		seen --cache only
		matches "$seen" "$shape none *"
		# It is still there.
		group=$member seen --cache only
		matches "$seen" "$shape cache *"
	done
	rm -r "$old"/*-of-members "$old/room"
}

@test "the newer of a user's entry and root's counts" {
	has_others || skip "takes root and a user"
	in_opt
	mkdir -m 755 "$old/settings"
	# A change that only a refresh notices.
	printf '%s\n' '#!/bin/sh' 'read -r feature < /opt/settings/feature || exit 1' \
		'echo "{\"type\": \"gpu\", \"features\": [\"$feature\"]}"' > "$old/reads"
	chmod 755 "$old/reads"
	manifest 50-one.json gpu /opt/reads
	# says FEATURE: what the user finds.
	says() {
		as_user "$VHOST_PROBE" --type gpu --json --dir "$manifests" --cache only
		ended 0
		from cache
		equal "$(of 50-one.json '.capabilities.features[0]')" "$1"
	}
	echo first > "$old/settings/feature"
	as_user "$VHOST_PROBE" refresh --dir "$manifests"
	ended 0
	says first
	echo second > "$old/settings/feature"
	probe refresh --dir "$manifests"
	ended 0
	says second
	echo third > "$old/settings/feature"
	as_user "$VHOST_PROBE" refresh --dir "$manifests"
	ended 0
	says third
	# Root's newer one is a failure, and not for others.
	rm "$old/settings/feature"
	probe refresh --dir "$manifests"
	matches "$output" "*exit status 1*"
	says third
	rm -r "$old/settings" "$old/reads"
}

# opened WORD...: how often the user's call, which answers, reads all of the program in /opt.
opened() {
	as_user env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" strace -e trace=openat \
		-o "$BATS_TEST_TMPDIR/user/trace" "$VHOST_PROBE" --type gpu --dir "$manifests" "$@"
	answered "$elf"
	grep "\"$elf\"" "$BATS_TEST_TMPDIR/user/trace" | grep -vcE 'O_PATH|O_NOFOLLOW' || :
}

@test "where its content decides, a program is read once for a user's entry and root's, and not for an entry that has expired" {
	local mounted

	has_others || skip "takes root and a user"
	need strace
	strace -o "$BATS_TEST_TMPDIR/trace" true || skip_or_fail "no process may be traced here"
	in_opt
	mkdir "$BATS_TEST_TMPDIR/empty"
	# One mount for all calls: each has a number of its own.
	unshare --mount bash -c 'mount -t overlay -o "lowerdir=$1:$2" overlay /opt && exec sleep 60' \
		bash "$old" "$BATS_TEST_TMPDIR/empty" 3>&- &
	mounted=$!
	host=(nsenter --mount="/proc/$mounted/ns/mnt")
	while [ -d "/proc/$mounted" ] && ! "${host[@]}" mountpoint -q /opt; do
		sleep 0.1
	done
	"${host[@]}" test -e "$elf" || skip_or_fail "no overlay can be mounted here"
	as_user "$VHOST_PROBE" refresh --dir "$manifests"
	ended 0
	equal "$(opened --cache only)" 1
	probe refresh --dir "$manifests"
	ended 0
	equal "$(opened --cache only)" 1
	sed -i 's/^boot_id .*/boot_id x/' "$BATS_TEST_TMPDIR"/user/.cache/vhost-probe/*.entry
	equal "$(opened --cache only)" 1
	kill "$mounted"
}

@test "another user cannot poison root's cache, nor make root wait" {
	local dir=/run/vhost-probe forged=$BATS_TEST_TMPDIR/forged file

	has_others || skip "takes root and a user"
	in_opt
	probe cache clear
	probe_here --type gpu --json
	file=$(basename $dir/*.entry)
	sed '/^stdout/s/virgl/evil/' $dir/"$file" > "$BATS_TEST_TMPDIR/evil"
	# Written there.
	as_user sh -c 'cp "$2" "$1/$3"; rm "$1/$3"; ln -s "$2" "$1/$3.new"; echo > "$1/lock"; mv "$1" "$1.gone"; cat "$1/lock"' \
		sh $dir "$BATS_TEST_TMPDIR/evil" "$file"
	[ "$status" != 0 ]
	equal "$(ls $dir)" "$(lines "$file" lock)"
	probe_here --type gpu --need evil
	refused
	# In a place that root names.
	install -d -o "$TEST_UID" "$forged"
	install -o "$TEST_UID" -m 644 "$BATS_TEST_TMPDIR/evil" "$forged/$file"
	probe_here --type gpu --need evil --cache-dir "$forged"
	refused
	probe HOME="$forged" XDG_CACHE_HOME="$forged" --type gpu --need evil --dir "$manifests"
	refused
	# In root's directory, by a mistake of root's: what belongs to another is no entry.
	install -o "$TEST_UID" -m 644 "$BATS_TEST_TMPDIR/evil" "$dir/$file"
	probe_here --type gpu --need evil
	refused
	# A lock on every file that this user can open.
	as_user sh -c 'for f in "$1" "$1"/*; do
			flock -n "$f" sleep 30 > /dev/null 2>&1 3>&- &
		done; sleep 0.5; jobs' sh $dir
	equal "$(grep -c Running <<< "$output")" 2
	SECONDS=0
	BOUND=15 probe_here --type gpu --cache refresh
	answered "$elf"
	below $SECONDS 15
	probe_here --type gpu --json --cache only
	ended 0
	from cache
}

# ---- the verbs ----

@test "refresh: one line per candidate, a summary, exit 0 although backends fail; --json as well" {
	manifest 60-crash.json gpu "$FAKES/crash"
	manifest 70-gone.json gpu /nonexistent
	probe_here refresh --cache-dir "$cache"
	ended 0
	equal "$(wc -l <<< "$output")" 4
	matches "$output" "*60-crash.json"*"signal"*"3 seen, 2 run, 1 usable; cache: 2 written, 0 removed"
	cached refresh
	ended 0
	equal "$(json -c '.cache.stored, [.candidates[].probe.source]')" "$(lines 2 '["run","run","none"]')"
	probe_here refresh --type gpu --cache only
	ended 2
	probe_here refresh --all
	ended 2
}

@test "refresh names the programs whose results are not kept; -q does not" {
	program ended 'kill -TERM $$'
	sleep 2.1
	manifest 60-ended.json gpu ended
	manifest 70-gone.json gpu /nonexistent
	probe_here refresh --cache-dir "$cache"
	ended 0
	matches "$output" "*3 seen, 2 run, 1 usable; cache: 1 written, 1 not kept, 0 removed"
	matches "$stderr" "vhost-probe: not kept in the cache, *"$'\n'"  60-ended.json   signal: *"$'\n'"hint: *"
	lacks "$stderr" 70-gone.json
	probe_here refresh --quiet --cache-dir "$cache"
	answered ""
	equal "$stderr" ""
	rm "$manifests/60-ended.json"
	probe_here refresh --cache-dir "$cache"
	ended 0
	matches "$output" "*cache: 1 written, 0 removed"
	equal "$stderr" ""
}

@test "refresh looks again if manifests were added while it ran" {
	program slow 'sleep 1' "echo '{\"type\": \"gpu\"}'"
	manifest 10-slow.json gpu slow
	(
		sleep 2.6
		manifest 60-late.json gpu "$script"
	) &
	cached refresh
	wait
	equal "$(verdicts)" "$(lines '10-slow.json match' '50-one.json match' '60-late.json match')"
	cached list --cache only
	equal "$(json -c '[.candidates[].probe.source]')" '["cache","cache","cache"]'
}

@test "refresh removes entries of earlier boots, but not newer ones with another boot id" {
	local uptime

	warm
	edit '.boot_id = "x"'
	manifest 50-one.json gpu "$script"
	probe_here refresh --cache-dir "$cache"
	matches "$output" "*cache: 1 written, 0 removed"
	equal "$(find "$cache" -name '*.entry' | wc -l)" 2
	# As if the machine had been started a moment ago.
	sleep 2.2
	uptime=$(cut -d. -f1 /proc/uptime)
	is_root || skip "takes root, who can shift the clock of a namespace"
	unshare --time --fork --boottime $((1 - uptime)) true 2> /dev/null || skip_or_fail "no time namespaces"
	run --separate-stderr unshare --time --fork --boottime $((1 - uptime)) "$VHOST_PROBE" refresh \
		--dir "$manifests" --cache-dir "$cache"
	ended 0
	matches "$output" "*cache: 1 written, 1 removed"
	equal "$(field real_path)" "$script"
}

@test "where the boot id cannot be read, nothing is kept, nothing is removed, and refresh says so" {
	warm
	need unshare
	run --separate-stderr unshare -Urm sh -c 'mount --bind /dev/null /proc/sys/kernel/random/boot_id && exec "$@"' - \
		"$VHOST_PROBE" refresh --dir "$manifests" --cache-dir "$cache" --sandbox partial
	ended 2
	matches "$stderr" "*boot_id cannot be read*"
	equal "$(find "$cache" -name '*.entry' | wc -l)" 1
}

@test "refresh removes entries that nobody can believe any more, and files that a killed writer left" {
	warm
	edit '.generator = "vhost-probe 0.0.9, format 1"'
	manifest 50-one.json gpu "$script"
	echo torn > "$cache/$(printf '%064d' 0).entry"
	echo torn > "$cache/$(printf '%064d' 1).entry.new"
	# Of a version whose entries were JSON.
	echo {} > "$cache/$(printf '%064d' 2).json"
	echo mine > "$cache/notes"
	probe_here refresh --cache-dir "$cache"
	ended 0
	matches "$output" "*cache: 1 written, 2 removed"
	equal "$(field real_path)" "$script"
	edit '.generator = "vhost-probe 0.0.9, format 1"'
	manifest 50-one.json gpu "$elf"
	probe_here refresh --cache-dir "$cache"
	matches "$output" "*cache: 1 written, 1 removed"
	[ -e "$cache/notes" ] && [ ! -e "$cache/$(printf '%064d' 1).entry.new" ]
	[ ! -e "$cache/$(printf '%064d' 2).json" ]
}

@test "an entry under another name than its own is not one" {
	local file

	warm
	file=$(entry)
	for i in {10..40}; do
		cp -p "$file" "$cache/$(printf '%062d' 0)$i.entry"
	done
	probe cache list --cache-dir "$cache" --json
	equal "$(json -c '[.entries[].stale] | group_by(.) | map([.[0], length])')" '[[null,1],["entry",31]]'
	probe_here refresh --cache-dir "$cache"
	ended 0
	matches "$output" "*cache: 1 written, 31 removed"
	equal "$(entry)" "$file"
}

# locked COMMAND...: while all locks are held.
locked() {
	python3 -c 'import fcntl, struct, subprocess, sys
lock = open(sys.argv[1], "r+")
fcntl.fcntl(lock, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
sys.exit(subprocess.call(sys.argv[2:]))' "$cache/lock" "$@"
}

# not_written PROGRAM WHY WORD...: refresh of that program says why nothing is kept of it.
not_written() {
	local of=$1 why=$2

	shift 2
	run --separate-stderr "$@" "$VHOST_PROBE" refresh --binary "$of" --timeout 1 --cache-dir "$cache"
	ended 2
	matches "$output" "*cache: 0 written, 0 removed"
	matches "$stderr" "vhost-probe: the cache was not written: $of$why"
}

@test "refresh says for which program nothing was written, and why" {
	local slow=$old/slow

	need python3
	mkdir -p "$cache"
	chmod 755 "$cache"
	: > "$cache/lock"
	chmod 600 "$cache/lock"
	not_written "$elf" ": its entry in $cache is locked by another process*" locked
	# It, or its interpreter, is changed while it runs.
	printf '%s\n' "#!$old/interpreter/sh" 'sleep 0.9; echo "{\"type\": \"gpu\"}"' > "$slow"
	chmod 755 "$slow"
	sleep 2.1
	(sleep 0.4; touch "$slow") &
	not_written "$slow" "@( was changed meanwhile|, or what it depends on, was changed while it ran)"
	wait
	sleep 2.1
	(sleep 0.4; touch "$old/interpreter/sh") &
	not_written "$slow" ", or what it depends on, was changed while it ran"
	wait
	sleep 2.1
	(sleep 0.4; rm "$slow") &
	not_written "$slow" ": No such file or directory"
	wait
	rm "$cache/lock"
	has_others || return 0
	# Executed, but not read, where its content decides.
	mkdir -p "$BATS_TEST_TMPDIR"/layers/{lower,seen} "$BATS_TEST_TMPDIR/user"
	cp "$elf" "$BATS_TEST_TMPDIR/layers/lower/one"
	chmod 711 "$BATS_TEST_TMPDIR/layers/lower/one"
	chown "$TEST_UID" "$BATS_TEST_TMPDIR/user"
	cache=$BATS_TEST_TMPDIR/user/cache
	not_written "$BATS_TEST_TMPDIR/layers/seen/one" ": its content cannot be read*" \
		unshare --mount bash -c 'cd "$1" && mount -t overlay -o lowerdir=lower:seen overlay seen &&
			shift && exec setpriv --reuid "$TEST_UID" --regid "$TEST_UID" --clear-groups "$@"' bash \
		"$BATS_TEST_TMPDIR/layers"
}

@test "cache clear removes an entry that somebody is about to replace; refresh leaves it to that process" {
	local new

	need python3
	warm
	touch "$elf"
	mkdir "$BATS_TEST_TMPDIR/none"
	run --separate-stderr locked "$VHOST_PROBE" refresh --dir "$BATS_TEST_TMPDIR/none" --cache-dir "$cache"
	matches "$output" "*cache: 0 written, 0 removed"
	[ -e "$(entry)" ]
	new=$(entry).new
	touch "$new"
	run --separate-stderr locked "$VHOST_PROBE" cache clear --cache-dir "$cache"
	answered ""
	# The entry that is being written would be missed.
	equal "$(ls "$cache")" "$(lines "$(basename "$new")" lock)"
	probe cache clear --cache-dir "$cache"
	equal "$(ls "$cache")" lock
}

@test "cache clear leaves nothing, however much there is" {
	mkdir -m 755 "$cache"
	(cd "$cache" && seq -f '%064.0f.entry' 100003 | xargs touch && seq -f '%064.0f.json' 20 | xargs touch)
	probe cache clear --verbose --cache-dir "$cache"
	ended 0
	equal "$stderr" "vhost-probe: 100023 removed"
	equal "$(ls "$cache")" lock
}

@test "cache list, clear and path" {
	warm
	probe cache list --cache-dir "$cache"
	matches "$output" "*$elf"$'\t'"answered: gpu"$'\t'full$'\t'"? s"$'\t'valid$'\t'"policy $(policy), showing '$old'"
	touch "$elf"
	probe cache list --cache-dir "$cache"
	matches "$output" "*$elf"$'\t'"answered: gpu"$'\t'full$'\t'"? s"$'\t'"stale: the program has changed"$'\t'"policy $(policy), showing '$old'"
	probe cache list --cache-dir "$cache" --json
	ended 0
	equal "$(json -c '.entries[] | [.program, .outcome, .stale, .probe.exit_status]')" \
		"[\"$elf\",\"answered: gpu\",\"program\",0]"
	probe cache path --cache-dir "$cache"
	answered "$cache"
	probe cache clear --cache-dir "$cache"
	answered ""
	equal "$(ls "$cache")" lock
	probe cache list --cache-dir "$cache"
	ended 0
	equal "$output" ""
	equal "$stderr" "vhost-probe: no entries in $cache"
	probe cache list --cache-dir "$BATS_TEST_TMPDIR/nothing"$'\e'
	ended 0
	equal "$stderr" "vhost-probe: no entries in $BATS_TEST_TMPDIR/nothing\\x1b, which does not exist"
	probe cache list --json --cache-dir "$BATS_TEST_TMPDIR/nothing"
	ended 0
	equal "$stderr" ""
	touch "$cache/$(printf %064d 1).json"
	probe cache list --cache-dir "$cache"
	equal "$output$stderr" "vhost-probe: no entries of this version in $cache"
	probe cache clear --cache-dir "$cache"
	probe cache clear --cache-dir "$BATS_TEST_TMPDIR/nothing"
	answered ""
	chmod 777 "$cache"
	probe cache list --cache-dir "$cache"
	ended 2
	probe cache clear --cache-dir "$cache"
	ended 2
}

@test "cache list on a terminal has no line that is longer, except for a path" {
	local width line

	program long "printf '%0200d' 1 >&2; exit 3"
	manifest 60-long.json sample long
	sleep 2.1
	cached list
	for width in 100 80 60; do
		run --separate-stderr env -u COLUMNS SHELL=/bin/bash TERM=dumb LC_ALL=C.UTF-8 script -qefc \
			"stty cols $width; ${VHOST_PROBE@Q} cache list --cache-dir ${cache@Q}" /dev/null < /dev/null
		[ "$status" = 0 ]
		output=${output//$'\r'/}
		matches "$output" "*exit status 3*"
		[ $width = 60 ] || matches "$output" "PROGRAM *RESULT *LEVEL *AGE *STATE *SANDBOX*"
		while IFS= read -r line; do
			[ ${#line} -le $width ] || [[ $line =~ ^\ *(showing\ \')?/[^\ ]*$ ]] || { echo "$width: $line"; return 1; }
		done <<< "$output"
	done
}

@test "cache list says whether the output of a program is an answer" {
	local -a cases=("no-output|:|printed nothing on stdout" "blank|echo; echo|printed nothing on stdout"
		"words|echo hello|its stdout is not JSON: *hello"
		"more|echo banner; echo '{\"type\": \"sample\"}'|its stdout has text before the JSON object, on line 1: banner"
		"list|echo '[]'|*" "untyped|echo '{\"features\": []}'|*type*" "good|echo '{\"type\": \"sample\"}'|answered: sample"
		"other|echo '{\"type\": \"other\"}'|answered: other" "fails|exit 3|exit status 3")
	local one name

	for one in "${cases[@]}"; do
		name=${one%%|*} one=${one#*|}
		program "$name" "${one%|*}"
		manifest "$name.json" sample "$name"
	done
	sleep 2.1
	cached list
	ended 0
	printf '%s' "$output" > "$BATS_TEST_TMPDIR/judged"
	probe cache list --json --cache-dir "$cache"
	for one in "${cases[@]}"; do
		name=${one%%|*}
		matches "$name: $(json --arg name "/$name" '.entries[] | select(.program | endswith($name)) | .outcome')" \
			"$name: ${one##*|}"
	done
	# The same words as the verdict's.
	for name in no-output words more list untyped; do
		equal "$(json --arg name "/$name" '.entries[] | select(.program | endswith($name)) | .outcome')" \
			"$(jq -r --arg name "$name.json" '.candidates[] | select(.name == $name) | .reason' "$BATS_TEST_TMPDIR/judged")"
	done
}

@test "cache clear makes nothing in a directory in which there is nothing to clear" {
	mkdir -m 755 "$BATS_TEST_TMPDIR/any"
	touch "$BATS_TEST_TMPDIR/any/file"
	probe cache clear --cache-dir "$BATS_TEST_TMPDIR/any"
	answered ""
	probe cache list --cache-dir "$BATS_TEST_TMPDIR/any"
	ended 0
	equal "$output$stderr" "vhost-probe: no entries in $BATS_TEST_TMPDIR/any"
	equal "$(ls -A "$BATS_TEST_TMPDIR/any")" file
}

@test "the last component of a --cache-dir is made; a missing one above it is named" {
	local base=$BATS_TEST_TMPDIR/nope

	candidate 50-one.json sample
	sleep 2.1
	probe_here refresh --cache-dir "$base/x/y"
	ended 2
	equal "$stderr" "vhost-probe: the cache was not written: $base/x/y cannot be reached: $base does not exist"
	# The other verbs answer, and say that the directory is of no use.
	probe_here --type sample --cache-dir "$base/x/y"
	ended 0
	equal "$output" "$programs/50-one"
	equal "$stderr" "vhost-probe: the cache was not written: $base/x/y cannot be reached: $base does not exist"
	probe cache list --cache-dir "$base/x/y"
	ended 0
	equal "$output$stderr" "vhost-probe: no entries in $base/x/y, which does not exist"
	[ ! -e "$base" ]
	mkdir -m 755 "$base"
	probe_here refresh --cache-dir "$base/x"
	ended 0
	[ -d "$base/x" ]
	is_root || { probe HOME="$BATS_TEST_TMPDIR" XDG_CACHE_HOME="$base/a/b" refresh --dir "$manifests" &&
		ended 0 && [ -d "$base/a/b/vhost-probe" ]; }
}

@test "wrong usage of the cache is reported in one line" {
	local -a words

	while read -ra words; do
		probe "${words[@]}"
		equal "${words[*]} $status $(wc -l <<< "$stderr")" "${words[*]} 2 1"
		equal "$output" ""
	done <<- 'end'
		cache
		cache lost
		cache list clear
		cache list --type gpu
		cache path --cache off
		cache clear --dir /tmp
		refresh everything
		refresh --cache auto
		list --cache
		list --cache maybe
		list --cache-dir=
		list --null
	end
}

@test "entry's text is escaped before it reaches a terminal" {
	warm
	edit '.real_path = "/\\x1b[31m\u202e"'
	mv "$(entry)" "$cache/$(entry_name $'/\e[31m\u202e' "$(field argv0)" "$(field profile)")"
	probe cache list --cache-dir "$cache"
	ended 0
	harmless "$output"
	probe cache list --cache-dir "$cache" --json
	harmless "$output"
}
