#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154 # scripts have variables of their own; tests are subshells; the helper sets ours
#
# Devices that are exposed can be opened as the program's id could open them; all others stay dead.
# /dev/random stands for them: everybody may write to it, and ask it something by ioctl(). It lies
# in a directory of the test's own, as a mount or, where groups matter, as a node that root makes.

load helper

PARTIAL="--sandbox partial --without user,mount,pid,net,ipc,uts,cgroup"

setup() {
	prepare
	need_sandbox
	open_directories
	dev=$BATS_TEST_TMPDIR/dev
	mkdir -p "$dev/deep"
}

# settings: sets $settings to the words for each setting that programs run in, one element each.
settings() {
	settings=("" "--without landlock")
	if has_landlock 6; then
		settings+=("$PARTIAL")
	else
		[ "${VHOST_PROBE_MUST_WORK:-}" != 1 ]
	fi
}

# devices FILE...: sets $settings, and puts one there each: nodes where they can be made. Mounts of
# the same device are one file, and Landlock by itself cannot distinguish them.
devices() {
	local -a lines=()
	local file

	settings
	if has_others && mknod -m 666 "$1" c 1 8 2> "$BATS_TEST_TMPDIR/why" &&
		head -c 1 "$1" > "$BATS_TEST_TMPDIR/one" 2> "$BATS_TEST_TMPDIR/why"; then
		for file in "${@:2}"; do
			mknod -m 666 "$file" c 1 8
		done
		return
	fi
	rm -f "$1"
	for file; do
		lines+=("node $file random")
	done
	in_mounts "${lines[@]}"
	settings=("" "--without landlock")
}

# in_mounts LINE...: from here on the program is run where these lines were run before, in mounts of
# its own; in them, `node FILE DEVICE` puts DEVICE of /dev there.
in_mounts() {
	local -a apart=(unshare --mount)

	"${apart[@]}" true 2> "$BATS_TEST_TMPDIR/why" ||
		apart=(unshare --user --map-current-user --keep-caps --mount)
	host=("${apart[@]}" bash -ec "
		node() { [ -e \"\$1\" ] || : > \"\$1\"; mount --bind \"/dev/\$2\" \"\$1\"; }
		$(lines "$@")
		exec setpriv --inh-caps=-all --ambient-caps=-all \"\$@\"
	" bash)
	"${host[@]}" true 2> "$BATS_TEST_TMPDIR/why" ||
		skip_or_fail "no mounts of the test's own: $(tail -n 1 "$BATS_TEST_TMPDIR/why")"
}

# asking NAME PATH...: a program that opens each for reading and writing, and asks it how much it
# knows; its features are "PATH: the result", without $BATS_TEST_TMPDIR.
asking() {
	printf '%s\n' '#!/usr/bin/perl' 'use Fcntl; my @found;' \
		"for my \$path (split ' ', '${*:2}') {" '
			my $done = "none";
			if (sysopen(my $file, $path, O_RDWR)) {
				my $number = "\0" x 4;
				$done = defined(ioctl($file, 0x80045200, $number)) ? "asked" : "opened, $!";
			} elsif (sysopen($file, $path, O_RDONLY)) {
				$done = "read";
			}
			$path =~ s|.*'"${BATS_TEST_TMPDIR##*/}"'/||;
			push @found, "\"$path: $done\"";
		}' 'print "{\"type\": \"look\", \"features\": [", join(", ", @found), "]}\n";' > "$programs/$1"
	chmod 755 "$programs/$1"
}

# found WORD...: what the program "ask" found, one per line, in $output.
found() {
	probe --binary "$programs/ask" --json --cache off "$@"
	ended 0
	document=$output
	output=$(json '.candidates[].capabilities.features[]')
}

# can_make_nodes: for tests that take nodes with groups of their own.
can_make_nodes() {
	has_others || skip "takes root and a user"
	{ mknod -m 666 "$dev/try" c 1 8 && head -c 1 "$dev/try" > "$BATS_TEST_TMPDIR/one"; } ||
		skip_or_fail "no device nodes can be used in $BATS_TEST_TMPDIR"
	rm "$dev/try"
}

# made NAME MODE GROUP
made() {
	mknod "$dev/$1" c 1 8
	chgrp "$3" "$dev/$1"
	chmod "$2" "$dev/$1"
}

# ---- what is live ----

@test "an exposed device, or a directory of devices, can be read, written and asked" {
	devices "$dev/one" "$dev/two"
	asking ask "$dev/one" "$dev/two"
	for setting in "${settings[@]}"; do
		# shellcheck disable=SC2086 # words
		found --expose "$dev" $setting
		equal "$output" "$(lines "dev/one: asked" "dev/two: asked")"
		equal "$(jq -r .sandbox.devices <<< "$document")" exposed
		# shellcheck disable=SC2086 # words
		found --expose "$dev/two" $setting
		equal "$output" "$(lines "dev/one: none" "dev/two: asked")"
	done
}

@test "at partial an ordinary user's programs open what is exposed, too" {
	in_mounts "node $dev/one random"
	asking ask "$dev/one"
	settings
	for exposed in "$dev" "$dev/one"; do
		# shellcheck disable=SC2086 # words
		found --expose "$exposed" ${settings[2]-}
		equal "$output" "dev/one: asked"
	done
}

@test "a device in a directory that is shown for the program's own sake stays dead, unless exposed" {
	devices "$programs/one" "$programs/two"
	asking ask "$programs/one" "$programs/two"
	for setting in "${settings[@]}"; do
		# shellcheck disable=SC2086 # words
		found $setting
		equal "$output" "$(lines "programs/one: none" "programs/two: none")" ||
			equal "$setting $output" "$PARTIAL $(lines "programs/one: read" "programs/two: read")"
		equal "$(jq -r .sandbox.devices <<< "$document")" hidden
		# shellcheck disable=SC2086 # words
		found $setting --expose "$programs/two"
		matches "$output" "programs/one: @(none|read)"$'\n'"programs/two: asked"
	done
}

@test "deeper devices, targets of links and neighbours stay dead" {
	mkdir "$BATS_TEST_TMPDIR/other"
	devices "$dev/one" "$dev/deep/one" "$BATS_TEST_TMPDIR/other/one"
	ln -s one "$dev/inside"
	ln -s deep/one "$dev/below"
	ln -s ../other/one "$dev/beside"
	ln -s /dev/tty "$dev/outside"
	asking ask "$dev/one" "$dev/inside" "$dev/deep/one" "$dev/below" "$dev/beside" \
		"$BATS_TEST_TMPDIR/other/one" "$dev/outside"
	for setting in "${settings[@]}"; do
		# shellcheck disable=SC2086 # words
		found --expose "$dev" $setting
		equal "$output" "$(lines "dev/one: asked" "dev/inside: asked" "dev/deep/one: none" \
			"dev/below: none" "dev/beside: none" "other/one: none" "dev/outside: none")"
	done
}

@test "in a directory of devices nothing is written or made" {
	devices "$dev/one"
	echo text > "$dev/file"
	chmod 777 "$dev"
	chmod 666 "$dev/file"
	program ask "exec 2> /dev/null" "(echo more >> $dev/file)" "(: > $dev/new)" "mv $dev/one $dev/two" \
		"rm -f $dev/one $dev/file" "chmod 600 $dev/one" "echo '{\"type\": \"look\", \"features\": [\"tried\"]}'"
	for setting in "${settings[@]}"; do
		# shellcheck disable=SC2086 # words
		found --expose "$dev" $setting
		equal "$(ls "$dev")" "$(lines deep file one)"
		equal "$(cat "$dev/file")" text
	done
}

@test "a directory without devices is shown as before, with what lies below" {
	mkdir "$BATS_TEST_TMPDIR/plain"
	in_mounts "node $dev/deep/one random"
	asking ask "$dev/deep/one"
	found --expose "$dev"
	equal "$output" "dev/deep/one: none"
	equal "$(jq -r .sandbox.devices <<< "$document")" hidden
	found --expose "$dev/deep"
	equal "$output" "dev/deep/one: asked"
}

@test "devices are exposed through a link by its target" {
	in_mounts "node $dev/one random"
	ln -s dev "$BATS_TEST_TMPDIR/link"
	asking ask "$dev/one"
	found --expose "$BATS_TEST_TMPDIR/link/one"
	equal "$output" "dev/one: asked"
	found --expose "$BATS_TEST_TMPDIR/link"
	equal "$output" "dev/one: asked"
}

@test "without a sandbox all devices are there, and the document says so" {
	asking ask /dev/random
	found --sandbox none
	equal "$output" "/dev/random: asked"
	equal "$(jq -r .sandbox.devices <<< "$document")" exposed
}

# ---- groups ----

@test "root's programs are in the groups of the exposed nodes that need it, and in no other" {
	can_make_nodes
	made card0 660 4321
	made renderD128 660 4322
	made everybody 666 4323
	made nobody 600 4324
	made to-read 640 4325
	made root 660 0
	made deep/node 660 4326
	made deep/card0 660 4321
	made ../card0 660 4321
	asking ask "$dev"/{card0,renderD128,everybody,nobody,to-read,root,deep/node,deep/card0} \
		"$BATS_TEST_TMPDIR/card0"
	settings
	for setting in "${settings[@]}" "--sandbox partial --without user"; do
		# shellcheck disable=SC2086 # words
		found --expose "$dev" $setting
		equal "$output" "$(lines "dev/card0: asked" "dev/renderD128: asked" "dev/everybody: asked" \
			"dev/nobody: none" "dev/to-read: read" "dev/root: none" "dev/deep/node: none" \
			"dev/deep/card0: none" "card0: none")"
	done
	# One of them gives only its own group.
	for setting in "${settings[@]}"; do
		# shellcheck disable=SC2086 # words
		found --expose "$dev/card0" --expose "$dev/everybody" $setting
		equal "$(head -n 3 <<< "$output")" "$(lines "dev/card0: asked" "dev/renderD128: none" "dev/everybody: asked")"
	done
}

@test "whatever groups root itself is in, its programs have only those of the nodes" {
	can_make_nodes
	made card0 660 4321
	program ask 'echo "{\"type\": \"look\", \"features\": [\"group $(id -g)\", \"all $(id -G)\", \"count $(grep ^Groups: /proc/self/status | wc -w)\"]}"'
	# Without a user namespace they have names.
	host=(setpriv --groups "0,4,24,4399")
	found --expose "$dev" --sandbox partial --without user
	equal "$output" "$(lines "group 65534" "all 65534 4321" "count 2")"
	found --expose "$dev"
	equal "$output" "$(lines "group 65534" "all 65534" "count 2")"
	# And none where no device is exposed.
	for setting in "" "--sandbox partial --without user"; do
		# shellcheck disable=SC2086 # words
		found $setting
		equal "$output" "$(lines "group 65534" "all 65534" "count 1")"
	done
}

@test "programs that keep root's id get no group" {
	can_make_nodes
	made card0 660 4321
	program ask 'echo "{\"type\": \"look\", \"features\": [\"$(grep ^Groups: /proc/self/status | tr -d "\t")\"]}"'
	host=(setpriv --groups 0)
	found --expose "$dev" --sandbox partial --without uid,user
	lacks "$output" 4321
}

@test "too many groups are an error that says so" {
	can_make_nodes
	for group in {4301..4317}; do
		made "$group" 660 "$group"
	done
	asking ask "$dev/4301"
	probe --binary "$programs/ask" --expose "$dev"
	ended 2
	matches "$stderr" "vhost-probe: *more than 16 groups*"
	equal "$(wc -l <<< "$stderr")" 1
	rm "$dev/4317"
	found --expose "$dev"
	equal "$output" "dev/4301: asked"
}

@test "a user's programs open what that user's groups may, and no more" {
	can_make_nodes
	made card0 660 4321
	made renderD128 660 4322
	chmod 755 "$BATS_TEST_TMPDIR"
	asking ask "$dev/card0" "$dev/renderD128"
	chown -R "$TEST_UID" "$programs"
	host=(setpriv --reuid "$TEST_UID" --regid "$TEST_UID" --groups 4322)
	settings
	for setting in "${settings[@]}"; do
		# shellcheck disable=SC2086 # words
		found --expose "$dev" $setting
		equal "$output" "$(lines "dev/card0: none" "dev/renderD128: asked")"
	done
	host=(setpriv --reuid "$TEST_UID" --regid "$TEST_UID" --clear-groups)
	found --expose "$dev"
	equal "$output" "$(lines "dev/card0: none" "dev/renderD128: none")"
}

# ---- /sys ----

@test "with a graphics device /sys shows what its libraries read, and nothing of other devices" {
	# /dev/random in its place.
	in_mounts "node $dev/renderD128 random" "mount -t tmpfs -o mode=755 none /sys" \
		"cd /sys && mkdir -p dev/char class/drm bus/pci && cd devices 2> /dev/null || mkdir devices && cd /sys/devices" \
		"for slot in 02 03; do" \
		"	mkdir -p pci0/0000:00:\$slot.0/drm/node && cd pci0/0000:00:\$slot.0" \
		"	echo 0x1002 > vendor && ln -s ../../../bus/pci subsystem" \
		"	ln -s ../.. drm/node/device && ln -s ../../../../../class/drm drm/node/subsystem && cd ../.." \
		"done" \
		"ln -s ../../devices/pci0/0000:00:02.0/drm/node /sys/dev/char/1:8" \
		"ln -s ../../devices/pci0/0000:00:03.0/drm/node /sys/dev/char/226:1" \
		"ln -s ../../devices/pci0/0000:00:02.0/drm/node /sys/class/drm/renderD128" \
		"ln -s ../../devices/pci0/0000:00:03.0/drm/node /sys/class/drm/renderD129" "cd /"
	program ask 'exec 2>&1' \
		'a=$(cat /sys/dev/char/1:8/device/vendor) b=$(basename "$(readlink /sys/dev/char/1:8/device/subsystem)")' \
		'c=$(ls /sys/dev/char/1:8/device/drm) d=$(echo $(ls /sys/class/drm)) e=$(cat /sys/class/drm/renderD128/device/vendor)' \
		'f=$(cat /sys/devices/pci0/0000:00:03.0/vendor 2>&1 > /dev/null) || f=hidden' \
		'g=$(cat /sys/dev/char/226:1/device/vendor 2>&1 > /dev/null) || g=hidden' \
		'echo "{\"type\": \"look\", \"features\": [\"$a\", \"$b\", \"$c\", \"$d\", \"2 $e\", \"other $f\", \"by number $g\"]}"'
	settings
	for setting in "${settings[@]}"; do
		# shellcheck disable=SC2086 # words
		found --expose "$dev" $setting
		equal "$output" "$(lines 0x1002 pci node "renderD128 renderD129" "2 0x1002" "other hidden" "by number hidden")"
	done
	program ask 'ls -d /sys/class /sys/dev /sys/devices/pci0 > /dev/null 2>&1 && exit 3' \
		'echo "{\"type\": \"look\", \"features\": [\"nothing\"]}"'
	found
	equal "$output" nothing
}

# ---- reasons ----

# with_devices NAME...: a /dev with these beside what every program needs; NAME->TARGET is a link.
with_devices() {
	local -a lines=("mount -t tmpfs -o mode=755 none $dev" "mkdir $dev/dri $dev/input"
		"for d in null zero full random urandom; do node $dev/\$d \$d; done")

	for name; do
		lines+=("mkdir -p $(dirname "$dev/${name%->*}")")
		case $name in
		*"->"*) lines+=("ln -s ${name#*->} $dev/${name%->*}") ;;
		*) lines+=("node $dev/$name random") ;;
		esac
	done
	in_mounts "${lines[@]}" "mount --rbind $dev /dev"
}

@test "the reason of a gpu or input backend that fails says that devices were hidden, if there are any" {
	with_devices dri/renderD128 input/event0
	for type in gpu input sample; do
		manifest "10-$type.json" $type fails
		manifest "20-$type.json" $type dies
		manifest "30-$type.json" $type floods
	done
	program fails 'echo "no device" >&2' 'exit 1'
	program dies 'kill -ABRT $$'
	program floods 'head -c 100000 /dev/zero'
	probe list --json --dir "$manifests"
	equal "$(of 10-gpu.json .reason)" "exit status 1: no device; devices were hidden, see --expose /dev/dri"
	equal "$(of 10-input.json .reason)" "exit status 1: no device; devices were hidden, see --expose /dev/input"
	equal "$(of 10-sample.json .reason)" "exit status 1: no device"
	matches "$(of 20-gpu.json .reason)" "killed by signal 6*; devices were hidden, see --expose /dev/dri"
	lacks "$(of 20-sample.json .reason)" hidden
	lacks "$(of 30-gpu.json .reason)" hidden
	# A device that is exposed does not count as hidden.
	for exposed in /dev/dri /dev/dri/renderD128; do
		probe list --json --dir "$manifests" --expose $exposed
		equal "$(of 10-gpu.json .reason)" "exit status 1: no device"
		matches "$(of 10-input.json .reason)" "*hidden*"
	done
	probe list --json --dir "$manifests" --sandbox none
	equal "$(of 10-gpu.json .reason)" "exit status 1: no device"
	with_devices
	probe list --json --dir "$manifests"
	equal "$(of 10-gpu.json .reason)" "exit status 1: no device"
	equal "$(of 10-input.json .reason)" "exit status 1: no device"
}

@test "so does that of one that lacks a feature of its type, but not of one that lacks an unknown feature" {
	with_devices dri/renderD128
	candidate 10-gpu.json gpu render-node
	probe_here --type gpu --need virgl
	refused
	matches "$stderr" "*10-gpu.json   missing-features: virgl; devices were hidden, see --expose /dev/dri*"
	probe_here --type gpu --need vigrl
	refused
	lacks "$stderr" "devices were hidden"
	probe_here --type gpu --need virgl --expose /dev/dri
	refused
	lacks "$stderr" "devices were hidden"
}

# with_links: with links by which udev names devices, and devices that lie deeper.
with_links() {
	echo text > "$BATS_TEST_TMPDIR/secret"
	with_devices dri/renderD128 bus/usb/001/002 bus/usb/003/004 input/event0 "dri/by-path/pci-render->../renderD128" \
		"dri/by-path/file->$BATS_TEST_TMPDIR/secret" "char/226:128->../dri/renderD128" "input/by-id/usb->../../bus/usb/001/002"
}

@test "a device that is exposed by a link is found by that name, and so are those of a directory of links" {
	with_links
	asking ask /dev/dri/renderD128 /dev/dri/by-path/pci-render /dev/char/226:128 /dev/input/event0 \
		/dev/bus/usb/001/002
	settings
	for setting in "" "${settings[2]-}"; do
		# shellcheck disable=SC2086 # words
		for words in /dev/dri/by-path/pci-render "/dev/char/226:128 --expose /dev/dri/by-path/pci-render" \
			/dev/dri/by-path /dev/dri; do
			found --expose $words $setting
			equal "$(sed -n 1,2p <<< "$output")" "$(lines "/dev/dri/renderD128: asked" "/dev/dri/by-path/pci-render: asked")"
			# At partial, mounts of one device cannot be distinguished: see devices().
			[ -n "$setting" ] ||
				equal "$(sed -n 4,5p <<< "$output")" "$(lines "/dev/input/event0: none" "/dev/bus/usb/001/002: none")"
			equal "$(jq -r .sandbox.devices <<< "$document")" exposed
		done
		# shellcheck disable=SC2086 # words
		found --expose /dev/char/226:128 $setting
		equal "$(sed -n 3p <<< "$output")" "/dev/char/226:128: asked"
	done
	# A link to elsewhere in /dev as well.
	found --expose /dev/input/by-id
	equal "$(sed -n 5p <<< "$output")" "/dev/bus/usb/001/002: asked"
}

@test "devices that lie deeper in an exposed directory of /dev are live, and links there lead to nothing else" {
	with_links
	asking ask /dev/bus/usb/001/002 /dev/bus/usb/003/004 /dev/dri/renderD128 /dev/dri/by-path/file
	settings
	for setting in "" "${settings[2]-}"; do
		for words in /dev/bus/usb /dev/bus; do
			# shellcheck disable=SC2086 # words
			found --expose $words $setting
			equal "$(sed -n 1,2p <<< "$output")" "$(lines "/dev/bus/usb/001/002: asked" "/dev/bus/usb/003/004: asked")"
			[ -n "$setting" ] || equal "$(sed -n 3p <<< "$output")" "/dev/dri/renderD128: none"
		done
	done
	found --expose /dev/bus/usb/001
	equal "$(sed -n 1,2p <<< "$output")" "$(lines "/dev/bus/usb/001/002: asked" "/dev/bus/usb/003/004: none")"
	found --expose /dev/dri/by-path
	equal "$(sed -n 4p <<< "$output")" "/dev/dri/by-path/file: none"
	misused --expose /dev/char
	matches "$stderr" "*/dev/char cannot be exposed: programs could open all devices*"
}

# ---- the cache ----

@test "stamp devices: an exposed node was replaced, or others may open it" {
	can_make_nodes
	local cache=$BATS_TEST_TMPDIR/cache change

	made one 660 4321
	cp "$FAKES/like-gpu" "$programs/50-one"
	manifest 50-one.json gpu 50-one
	for change in "chmod 640" "chgrp 4322" "chown 1" "another" "rm"; do
		probe refresh --dir "$manifests" --expose "$dev" --cache-dir "$cache"
		ended 0
		probe_here --type gpu --json --expose "$dev" --cache-dir "$cache" --cache only
		equal "$(of 50-one.json '[.probe.source, .probe.stale] | map(tostring) | join(" ")')" "cache null"
		equal "$(stat -c %a "$cache"/*.entry)" 600
		case $change in
		another) rm "$dev/one" && made one 640 4322 ;;
		rm) rm "$dev/one" ;;
		*) $change "$dev/one" ;;
		esac
		probe_here --type gpu --json --expose "$dev" --cache-dir "$cache" --cache only
		ended 3
		equal "$(of 50-one.json .probe.stale)" devices
		matches "$(of 50-one.json .reason)" "*an exposed device, access to it, or a driver has changed"
	done
}

@test "stamp devices: a driver was loaded" {
	can_make_nodes
	local cache=$BATS_TEST_TMPDIR/cache

	made one 660 4321
	cp "$FAKES/like-gpu" "$programs/50-one"
	manifest 50-one.json gpu 50-one
	sleep 2.1
	# shellcheck disable=SC2016 # the inner shell's
	run --separate-stderr unshare --mount bash -c 'mount -t tmpfs tmpfs /sys/module && mkdir /sys/module/{a,c} &&
		"$@" --cache refresh > "$0/first" && "$@" --cache only > "$0/second" &&
		mkdir /sys/module/b && "$@" --cache only' "$BATS_TEST_TMPDIR" "$VHOST_PROBE" --type gpu --json \
		--dir "$manifests" --expose "$dev" --cache-dir "$cache"
	ended 3
	equal "$(of 50-one.json .probe.stale)" devices
	output=$(< "$BATS_TEST_TMPDIR/second")
	equal "$(of 50-one.json '[.probe.source, .probe.stale] | map(tostring) | join(" ")')" "cache null"
}

@test "a user who leaves a group does not get the old answer" {
	can_make_nodes
	local cache=$BATS_TEST_TMPDIR/cache

	made one 660 4321
	asking 50-one "$dev/one"
	manifest 50-one.json look 50-one
	mkdir "$cache"
	chown "$TEST_UID" "$cache"
	chmod 700 "$cache"
	host=(setpriv --reuid "$TEST_UID" --regid "$TEST_UID" --groups 4321)
	probe refresh --dir "$manifests" --expose "$dev" --cache-dir "$cache"
	probe_here --type look --json --expose "$dev" --cache-dir "$cache"
	equal "$(of 50-one.json '.probe.source, .capabilities.features[]')" "$(lines cache "dev/one: asked")"
	host=(setpriv --reuid "$TEST_UID" --regid "$TEST_UID" --clear-groups)
	probe_here --type look --json --expose "$dev" --cache-dir "$cache"
	equal "$(of 50-one.json '.probe.source, .probe.stale, .capabilities.features[]')" \
		"$(lines run devices "dev/one: none")"
}
