# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Sourced by the scripts beside it: runs parts one after the other, each to its end even if earlier
# ones failed, and ends with one sum of all.
#
#   part NAME COMMAND...     runs tests, and reports them in the directory $RESULTS
#   single NAME COMMAND...   counts as one test, passed if the exit status is 0
#   behind NAME COMMAND...   begins what a later part needs, beside the parts that follow
#   await NAME               for single: waits for that, prints what it has printed, ends as it ended
#   as_root COMMAND...       for a part: runs the command as root, with sudo if necessary
#   sum_up                   the parts, skips, failures' own words, and last "N passed, N failed,
#                            N skipped"; status 1 if anything failed
#
# A part reports three files: counts (lines "PASSED FAILED SKIPPED"), failures (words of the failed
# tests) and skips (one per line, with its reason). A part without counts did not come to its end
# and is a failure, and so is one that ran no test, or failed without a failed test. Where RESULTS
# names a directory already, the sum is reported there in the same way, so that a script of parts
# can be a part. $parts is a directory for all that is gone at the end.

parts=$(mktemp -d "${TMPDIR:-/var/tmp}/vhost-probe-ci.XXXXXX")
declare -A behind=()
trap leave EXIT
: > "$parts/table"
: > "$parts/failures"
: > "$parts/skips"
n_passed=0 n_failed=0 n_skipped=0

# add NAME PASSED FAILED SKIPPED SECONDS
add() {
	local line

	line=$(printf '%-12s %s passed, %s failed, %s skipped (%s s)' "$@")
	printf '==== %s\n' "$line"
	printf '%s\n' "$line" >> "$parts/table"
	n_passed=$((n_passed + $2))
	n_failed=$((n_failed + $3))
	n_skipped=$((n_skipped + $4))
}

# run NAME COMMAND...: sets $status and $seconds; what the command reports is in $parts/NAME.
run() {
	local name=$1 start=$SECONDS

	shift
	printf '\n==== %s: %s\n' "$name" "$*"
	mkdir "$parts/$name"
	status=0
	RESULTS=$parts/$name "$@" < /dev/null || status=$?
	seconds=$((SECONDS - start))
}

behind() {
	local name=$1

	shift
	printf '\n==== %s, beside what follows: %s\n' "$name" "$*"
	# In a process group of its own, by which leave() ends it.
	set -m
	"$@" < /dev/null > "$parts/behind-$name" 2>&1 &
	set +m
	behind[$name]=$!
}

await() {
	local name=$1 status=0

	wait "${behind[$name]}" || status=$?
	unset "behind[$name]"
	cat "$parts/behind-$name"
	return $status
}

leave() {
	local group

	for group in "${behind[@]}"; do
		as_root kill -- "-$group" || :
		wait "$group" || :
	done
	as_root rm -rf --one-file-system "$parts"
}

part() {
	local name=$1 counts passed failed skipped wrong=''

	run "$@"
	# One line per run; a part may have several.
	counts=$(awk '!/^[0-9]+ [0-9]+ [0-9]+$/ { bad = 1 }
		{ passed += $1; failed += $2; skipped += $3 }
		END { if (NR && !bad) print passed, failed, skipped }' "$parts/$name/counts" 2> /dev/null) || :
	if [ -z "$counts" ]; then
		counts='0 0 0'
		wrong="did not come to its end (exit status $status)"
	fi
	read -r passed failed skipped <<< "$counts"
	if [ -z "$wrong" ] && [ $((passed + failed)) = 0 ]; then
		wrong="ran no test (exit status $status)"
	elif [ -z "$wrong" ] && [ "$failed" = 0 ] && [ $status != 0 ]; then
		wrong="exit status $status, though no test failed"
	fi
	[ ! -s "$parts/$name/failures" ] || {
		printf -- '---- %s:\n' "$name"
		cat "$parts/$name/failures"
	} >> "$parts/failures"
	[ ! -e "$parts/$name/skips" ] || sed "s|^|$name: |" "$parts/$name/skips" >> "$parts/skips"
	if [ -n "$wrong" ]; then
		printf -- '---- %s: %s\n' "$name" "$wrong" >> "$parts/failures"
		failed=$((failed + 1))
	fi
	add "$name" "$passed" "$failed" "$skipped" "$seconds"
}

single() {
	run "$@"
	if [ $status = 0 ]; then
		add "$1" 1 0 0 "$seconds"
	else
		printf -- '---- %s: exit status %s\n' "$1" $status >> "$parts/failures"
		add "$1" 0 1 0 "$seconds"
	fi
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo env RESULTS="${RESULTS:-}" DEBIAN_FRONTEND="${DEBIAN_FRONTEND:-}" \
			VHOST_PROBE_MUST_WORK="${VHOST_PROBE_MUST_WORK:-}" "$@"
	fi
}

# section NAME: prints what was collected under that name, if anything.
section() {
	[ ! -s "$parts/$1" ] || {
		printf '\n==== %s\n' "$1"
		cat "$parts/$1"
	}
}

sum_up() {
	if [ -n "${RESULTS:-}" ]; then
		echo "$n_passed $n_failed $n_skipped" > "$RESULTS/counts"
		cp "$parts/failures" "$parts/skips" "$RESULTS"
	fi
	printf '\n'
	cat "$parts/table"
	section skips
	section failures
	printf '\n%s passed, %s failed, %s skipped\n' $n_passed $n_failed $n_skipped
	[ $n_failed = 0 ]
}
