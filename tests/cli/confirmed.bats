#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2154 # scripts have variables of their own; the helper sets ours
#
# A shortage that one program causes never becomes another one's verdict: a program that failed
# beside others is run once more by itself, if it decides the answer or is to be kept.

load helper

setup() {
	prepare
	need_sandbox
	# Needs processes of its own, and says so by its exit status.
	program healthy 'a=$(echo a) && b=$(echo b | cat) && [ "$a$b" = ab ] || exit 1' \
		'sleep 0.2 && c=$(echo c | cat) && [ "$c" = c ] || exit 1' \
		'echo "{\"type\": \"sample\", \"features\": [\"good\"]}"'
	backend worse sample good
}

# hog NAME: takes all processes that it gets, and fails after a while.
hog() {
	program "$1" 'i=0; while [ $i -lt 600 ]; do sleep 1 & i=$((i + 1)); done 2> /dev/null' \
		'sleep 1; exit 1'
}

# with_few_processes N WORD...: the program where the user may have so many; in a user namespace of
# its own, where no others count.
with_few_processes() {
	run --separate-stderr timeout -k 5 60 unshare --map-current-user prlimit --nproc="$1" "$VHOST_PROBE" "${@:2}" \
		--dir "$manifests" --cache-dir "$BATS_TEST_TMPDIR/cache"
}

@test "a neighbour that takes all processes does not make a healthy program look broken" {
	! is_root || skip "root's limit on processes does not count"
	local n

	hog hog
	manifest 10-hog.json sample hog
	manifest 20-healthy.json sample healthy
	manifest 30-worse.json sample worse
	# What is younger is not kept at all.
	sleep 2.1
	for n in 40 60 100; do
		rm -rf "$BATS_TEST_TMPDIR/cache"
		with_few_processes $n --type sample
		answered_past "$programs/healthy" 10-hog.json
		# Nothing is kept, since the limit is the caller's.
		with_few_processes $n list --json --cache only
		equal "$(verdict_of 10-hog.json)" not-cached
		equal "$(verdict_of 20-healthy.json)" not-cached
		with_few_processes $n list --json --cache off
		equal "$(verdict_of 20-healthy.json)" match
	done
}

@test "15 neighbours that spin do not starve one that needs a moment" {
	local i

	for ((i = 10; i < 25; i++)); do
		program "spin-$i" 'i=0; while [ $i -lt 60 ]; do while :; do :; done & i=$((i + 1)); done; wait'
		manifest "$i-spin.json" sample "spin-$i"
	done
	program moment 'i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done' \
		'echo "{\"type\": \"sample\", \"features\": [\"good\"]}"'
	manifest 50-moment.json sample moment
	manifest 60-worse.json sample worse
	probe_here list --json --cache off --timeout 1.5
	ended 0
	equal "$(verdict_of 50-moment.json)" match
	equal "$(of 50-moment.json .probe.confirmed)" true
	# Nor is there any doubt about a program that its own processes starve.
	probe_here --type sample --cache off --timeout 1.5
	answered_past "$programs/moment" "10-spin.json: timeout"
}

@test "a feature that a program lacks because of a neighbour does not count as missing" {
	! is_root || skip "root's limit on processes does not count"
	hog hog
	program lesser 'sleep 0.2; x=$(echo x | cat) && [ "$x" = x ] && more=", \"fast\""' \
		'echo "{\"type\": \"sample\", \"features\": [\"good\"$more]}"'
	backend worse sample good fast
	manifest 10-hog.json sample hog
	manifest 20-lesser.json sample lesser
	manifest 30-worse.json sample worse
	with_few_processes 60 --type sample --need fast
	answered_past "$programs/lesser" 10-hog.json
}

@test "a result that cannot be confirmed in time is reported, blocks later ones, and is not kept" {
	local i

	# For each to fail once more takes longer than there is.
	for ((i = 10; i < 20; i++)); do
		program "slow-$i" 'sleep 0.5; exit 1'
		manifest "$i-slow.json" sample "slow-$i"
	done
	manifest 50-worse.json sample worse
	# What is younger is not kept at all.
	sleep 2.1
	probe_here --type sample --timeout 1 --json --cache-dir "$BATS_TEST_TMPDIR/cache"
	ended 2
	equal "$(json .selected)" null
	matches "$(json '.candidates[] | select(.probe.confirmed == false) | .reason' | head -n 1)" \
		"not confirmed, because something else may be the reason, *: exit status 1"
	matches "$stderr" "vhost-probe: nothing was chosen, because it is not known whether an earlier candidate works*"
	probe_here list --cache only --json --cache-dir "$BATS_TEST_TMPDIR/cache"
	matches "$(json '.candidates[].verdict' | sort | uniq -c | tr -s ' \n' ' ')" \
		"*[1-9] exit-status *[1-9] not-cached *"
	# With time enough there is no doubt.
	probe_here --type sample --timeout 10 --cache off
	answered_past "$programs/worse" "10-slow.json: exit-status"
}

@test "a program that had the share of one beside others is asked by itself, even if no other ran" {
	# It needs more processes than that; the first one has ended long before it starts.
	printf '%s\n' '#!/usr/bin/python3' 'import threading' 'threading.stack_size(65536)' 'gate = threading.Event()' \
		"for _ in range($((70 + 4 * $(nproc)))): threading.Thread(target=gate.wait, daemon=True).start()" \
		'gate.set()' "print('{\"type\": \"sample\", \"features\": [\"good\"]}')" > "$programs/many"
	chmod 755 "$programs/many"
	[ -x /usr/bin/python3 ] || skip_or_fail "/usr/bin/python3 is not installed"
	backend none sample
	manifest 10-none.json sample none
	manifest 20-many.json sample many
	manifest 30-worse.json sample worse
	# One processor: one program at a time, as long as none takes long.
	run --separate-stderr timeout -k 5 60 taskset -c "$(taskset -cp $$ | sed 's/.*: \([0-9]*\).*/\1/')" \
		"$VHOST_PROBE" --type sample --need good --cache off --dir "$manifests" --timeout 10
	answered "$programs/many"
}

# sleeper NAME: nearly all threads that a program may have beside others; then it hangs.
sleeper() {
	printf '%s\n' '#!/usr/bin/python3' 'import threading, time' 'threading.stack_size(65536)' \
		"for _ in range($((56 + 4 * $(nproc)))): threading.Thread(target=time.sleep, args=(1000,)).start()" \
		'time.sleep(1000)' > "$programs/$1"
	chmod 755 "$programs/$1"
}

@test "a program that hangs with many threads does not stop the choice of a later one" {
	[ -x /usr/bin/python3 ] || skip_or_fail "/usr/bin/python3 is not installed"
	sleeper sleeper
	sleeper other
	printf '%s\n' '#!/usr/bin/python3' "print('{\"type\": \"block\", \"features\": []}')" > "$programs/without"
	chmod 755 "$programs/without"
	backend plain block
	backend with block read-only
	manifest 10-sleeper.json block sleeper
	manifest 20-next.json block without
	manifest 30-last.json block with
	# What is younger is not kept at all.
	sleep 2.1
	probe_here --type block --need read-only --cache-dir "$BATS_TEST_TMPDIR/cache" --timeout 2
	answered_past "$programs/with" "10-sleeper.json: timeout"
	# Whether it hangs by itself was not found out.
	probe_here list --type block --cache only --cache-dir "$BATS_TEST_TMPDIR/cache" --json
	equal "$(verdict_of 10-sleeper.json)" not-cached
	manifest 20-next.json block plain
	manifest 30-last.json block "$FAKES/like-blk"
	probe_here --type block --need blk-file --cache off --timeout 2
	answered_past "$FAKES/like-blk" "10-sleeper.json: timeout"
	manifest 20-next.json block other
	manifest 30-last.json block with
	probe_here --type block --need read-only --cache off --timeout 2
	answered_past "$programs/with" "10-sleeper.json: timeout"
	probe_here list --type block --need read-only --cache off --timeout 2 --json
	equal "$(json '.candidates[] | "\(.verdict) \(.probe.confirmed)"')" \
		"$(lines "timeout true" "timeout true" "match true")"
	# No failure that takes all of the time is confirmed for its sake.
	program slow 'sleep 0.8; exit 1'
	manifest 20-next.json block slow
	probe_here --type block --need read-only --cache off --timeout 2 --json
	ended 0
	equal "$(json '.candidates[] | "\(.verdict) \(.probe.confirmed)"')" \
		"$(lines "timeout true" "exit-status true" "selected true")"
}

@test "20 programs that hang take three deadlines at most" {
	local i start

	for ((i = 10; i < 30; i++)); do
		program "hang-$i" 'sleep 1000'
		manifest "$i-hang.json" sample "hang-$i"
	done
	manifest 50-worse.json sample worse
	start=$EPOCHREALTIME
	probe_here --type sample --cache off --timeout 2
	answered_past "$programs/worse" "10-hang.json: timeout"
	below $((${EPOCHREALTIME/./} - ${start/./})) 6500000
}

@test "a failure beside others is the verdict once it is confirmed" {
	program fails 'echo "no device" >&2; exit 3'
	manifest 10-fails.json sample fails
	manifest 20-worse.json sample worse
	probe_here --type sample --json --cache off
	ended 0
	equal "$(json .selected)" "$programs/worse"
	equal "$(of 10-fails.json '"\(.verdict) \(.probe.confirmed) \(.reason)"')" \
		"exit-status true exit status 3: no device"
}

@test "programs that are not needed are not waited for: an earlier match ends the rest at once" {
	local start i

	candidate 10-good.json sample good
	for ((i = 20; i < 30; i++)); do
		program "hang-$i" 'sleep 1000'
		manifest "$i-hang.json" sample "hang-$i"
	done
	start=$EPOCHREALTIME
	probe_here --type sample --cache off --timeout 20
	answered "$programs/10-good"
	below $((${EPOCHREALTIME/./} - ${start/./})) 5000000
}

# kept PROGRAM: whether its failure, by itself, is in the cache.
kept() {
	probe --binary "$programs/$1" --cache-dir "$BATS_TEST_TMPDIR/cache" --json
	ended 1
	probe --binary "$programs/$1" --cache only --cache-dir "$BATS_TEST_TMPDIR/cache" --json
	equal "$1 $(json .candidates[].probe.source)" "$1 $2"
}

@test "a death by a signal that people send is not kept, be it a program's or that of a child of a shell" {
	local signal

	for signal in TERM INT HUP QUIT KILL SEGV ABRT USR1; do
		program "dies-$signal" "kill -$signal \$\$"
		program "child-$signal" "sh -c 'kill -$signal \$\$'; exit \$?"
	done
	program fails 'exit 1'
	# What is younger is not kept at all.
	sleep 2.1
	for signal in TERM INT HUP QUIT KILL; do
		kept "dies-$signal" none
		kept "child-$signal" none
	done
	for signal in SEGV ABRT USR1; do
		kept "dies-$signal" cache
		kept "child-$signal" cache
	done
	kept fails cache
}

@test "a timeout of a program that others of the host kept from running is not kept" {
	local i end=$((EPOCHSECONDS + 60))

	program spins 'while :; do :; done'
	cp "$FAKES/hang" "$programs/hang"
	manifest 10-spins.json sample spins
	sleep 2.1
	for ((i = 0; i < 8 * $(nproc); i++)); do
		# A session each, between which the processors are shared.
		setsid bash -c 'while [ $EPOCHSECONDS -lt "$1" ] && [ ! -e "$2" ]; do :; done' bash "$end" \
			"$BATS_TEST_TMPDIR/done" 3>&- &
	done
	probe_here list --json --timeout 1 --cache-dir "$BATS_TEST_TMPDIR/cache"
	: > "$BATS_TEST_TMPDIR/done"
	wait
	equal "$(verdict_of 10-spins.json) $(json .cache.stored)" "timeout 0"
	# One that hangs by itself is kept, whatever else runs.
	manifest 10-spins.json sample hang
	probe_here list --json --timeout 1 --cache-dir "$BATS_TEST_TMPDIR/cache"
	equal "$(verdict_of 10-spins.json) $(json .cache.stored)" "timeout 1"
}

@test "a program that lacks what a neighbour took is not believed to lack an unwanted feature" {
	! is_root || skip "root's limit on processes does not count"
	local n

	# Shells end where they cannot start a process.
	printf '%s\n' "#!$(type -P perl)" 'while (defined(my $child = fork)) { sleep(3), exit if !$child }' \
		'sleep 1; exit 1' > "$programs/hog"
	printf '%s\n' "#!$(type -P perl)" 'select undef, undef, undef, 0.5;' \
		'my $child = fork; exit 0 if defined $child && !$child; waitpid $child, 0 if $child;' \
		'my $more = $child ? ", \"fast\"" : "";' \
		'print "{\"type\": \"sample\", \"features\": [\"good\"$more]}\n";' > "$programs/more"
	chmod 755 "$programs/hog" "$programs/more"
	backend worse sample good
	manifest 10-hog.json sample hog
	manifest 20-more.json sample more
	manifest 30-worse.json sample worse
	n=$((60 + $(ps -u "$(id -u)" -L --no-headers | wc -l)))
	with_few_processes $n --type sample --exclude fast
	answered_past "$programs/worse" 10-hog.json
}

@test "a program that is replaced during the search is checked and run once more" {
	local i end=$((EPOCHSECONDS + 60))

	# The two replace each other all the time; both are good.
	cp "$FAKES/like-input" "$programs/one"
	cp "$FAKES/like-input" "$programs/other"
	cp "$programs/one" "$programs/swapped"
	manifest 10-swapped.json input swapped
	(while [ ! -e "$BATS_TEST_TMPDIR/done" ] && [ $EPOCHSECONDS -lt $end ]; do
		for name in one other; do
			cp "$programs/$name" "$programs/new"
			mv "$programs/new" "$programs/swapped"
			sleep 0.01
		done
	done) 3>&- &
	for i in {1..40}; do
		probe_here list --json --cache off
		of 10-swapped.json '"\(.verdict) \(.reason)"'
	done > "$BATS_TEST_TMPDIR/verdicts"
	touch "$BATS_TEST_TMPDIR/done"
	wait
	# Twice in a row is possible, and rare; nothing else is.
	equal "$(grep -v '^match ' "$BATS_TEST_TMPDIR/verdicts" | sort -u)" \
		"$(grep '^exec-failed .*: it was replaced between check and run$' \
			"$BATS_TEST_TMPDIR/verdicts" | sort -u)"
	below "$(grep -c -v '^match ' "$BATS_TEST_TMPDIR/verdicts")" 20
	equal "$(wc -l < "$BATS_TEST_TMPDIR/verdicts")" 40
}

@test "a program that is replaced while it runs is asked once more: no answer is another file's" {
	local change

	for change in 'mv new called' 'mv new other && ln -sf other called' 'rm called && mv new called'; do
		rm -f "$programs"/*
		backend new sample new
		program old "cd '$programs' && $change" 'echo "{\"type\": \"sample\", \"features\": [\"old\"]}"'
		ln -s old "$programs/called"
		manifest 10-called.json sample called
		probe_here list --json --sandbox none --cache off
		equal "$(of 10-called.json '.verdict + (.capabilities.features | tojson)')" 'match["new"]'
	done
	# Where others may do that too: the same file, put back meanwhile.
	chmod 777 "$programs"
	program called "cd '$programs' && echo >> count && mv called away && cp away called && mv away called" \
		'[ "$(wc -l < count)" -gt 1 ] || echo "{\"type\": \"sample\", \"features\": [\"hasty\"]}"' \
		'echo "{\"type\": \"sample\", \"features\": [\"old\"]}"'
	probe_here list --json --sandbox none --cache off
	matches "$(of 10-called.json '.verdict + " " + .reason')" \
		"exec-failed *: $programs/called: it was replaced between check and run"
	equal "$(wc -l < "$programs/count")" 2
	# Gone.
	program called "rm '$programs/called'" 'echo "{\"type\": \"sample\"}"'
	probe_here list --json --sandbox none --cache off
	equal "$(verdict_of 10-called.json)" missing-binary
}

@test "a program of many manifests that comes and goes has one verdict, and never none" {
	local i tries=0 end=$((EPOCHSECONDS + 60))

	cp "$FAKES/like-input" "$programs/one"
	cp "$programs/one" "$programs/swapped"
	for i in {10..29}; do
		manifest "$i-swapped.json" input swapped
	done
	(while [ ! -e "$BATS_TEST_TMPDIR/done" ] && [ $EPOCHSECONDS -lt $end ]; do
		cp "$programs/one" "$programs/new"
		mv "$programs/new" "$programs/swapped"
		cp "$programs/one" "$programs/new"
		mv "$programs/new" "$programs/swapped"
		rm "$programs/swapped"
	done) 3>&- &
	# 60 times, or for as long as it takes until it was there once.
	# shellcheck disable=SC2094 # the file is looked at while it grows
	while ((EPOCHSECONDS < end && (tries++ < 60 || ! $(grep -cx match "$BATS_TEST_TMPDIR/verdicts")))); do
		probe G_DEBUG=fatal-criticals list --json --cache off --dir "$manifests"
		equal "$status $stderr" "0 "
		# At the first look it may exist for some manifests; nothing else may differ.
		json '[.candidates[] | select(.probe.source == "run") | .verdict] | unique | join(" ")'
		json '.candidates[] | select(.verdict == "pending" or .reason == "") | "\(.name) \(.verdict)"'
	done > "$BATS_TEST_TMPDIR/verdicts"
	touch "$BATS_TEST_TMPDIR/done"
	wait
	equal "$(grep -vxE '|match|exec-failed' "$BATS_TEST_TMPDIR/verdicts" | sort | uniq -c)" ""
	equal "$(grep -cx match "$BATS_TEST_TMPDIR/verdicts" | sed 's/^[1-9].*/some/')" some
}

@test "progress counts a program that was replaced once" {
	# The first one replaces the second, which has been looked at by then.
	manifest 10-first.json sample first
	manifest 20-second.json sample second
	manifest 30-third.json sample third
	backend third sample
	program new 'sleep 1.5' "echo '{\"type\": \"sample\"}'"
	cp "$programs/new" "$programs/second"
	program first "mv '$programs/new' '$programs/second'" "echo '{\"type\": \"sample\"}'"
	on_terminal list --dir "$manifests" --sandbox none --jobs 1 --cache off --color never
	ended 0
	equal "$(grep -c ' match ' <<< "$output")" 3
	# While the new one sleeps; counted twice it would be "3 of 3". The last one's end may be shown too.
	matches "$output" "*2 of 3 programs*"
	equal "$(grep -o 'of [0-9]* programs' <<< "$output" | sort -u)" "of 3 programs"
}
