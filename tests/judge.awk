# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Judges one test file by what it printed, which is TAP mixed with what it wrote to stderr.
#
# Variables: name, of the file and of the user; status, its exit status; seconds, that it took;
# failures, skips and counts, files to write: the words of each failed test, the skipped tests with
# the reason for each, and one line with the numbers of passed, failed and skipped tests. Prints
# one line about the file.
#
# A file fails too if it printed another number of results than it announced, or if its exit status
# is not explained by a failed test. An abort is a failure, whatever was printed before.

BEGIN { plan = -1 }

# The words of a test come before its result (GLib) or after it (bats). The last ones are kept.
function remember(line) {
	words[++n_words] = line
	delete words[n_words - 200]
}

function forget() {
	n_words = 0
	split("", words)
}

function tell_words(    i) {
	for (i = 1; i <= n_words; i++)
		if (i in words)
			printf "        %s\n", words[i] > failures
	forget()
}

function tell(title) {
	printf "FAILED  %s: %s\n", name, title > failures
	tell_words()
}

function title_of(line) {
	sub(/^(not )?ok *[0-9]* *(- )?/, "", line)
	sub(/ # [Ss][Kk][Ii][Pp].*/, "", line)
	return line
}

function skip(title, reason) {
	skipped++
	if (!(reason in n_with))
		reasons[++n_reasons] = reason
	n_with[reason]++
	titles[reason, n_with[reason]] = title
}

# One line for each test; or one for many with the same reason, and their names below it.
function tell_skips(reason,    i, line, n, title) {
	n = n_with[reason]
	if (n <= 3) {
		for (i = 1; i <= n; i++)
			printf "skipped %s: %s: %s\n", name, titles[reason, i], reason > skips
		return
	}
	printf "skipped %s: %s %d tests: %s\n", name, n == seen ? "all" : "these", n, reason > skips
	for (i = 1; i <= n && n < seen; i++) {
		title = titles[reason, i]
		# GLib's have no blanks, and stand side by side.
		if (line != "" && (title !~ /^\// || length(line " " title) > 90)) {
			printf "        %s\n", line > skips
			line = ""
		}
		line = line (line == "" ? "" : " ") title
	}
	if (line != "")
		printf "        %s\n", line > skips
}

/^1\.\.[0-9]+/ {
	plan = substr($1, 4) + 0
	next
}

/^(ok|not ok) / {
	if (behind)
		tell_words()
	behind = 0
	seen++
	if (/^not ok/) {
		failed++
		behind = name ~ /^[^ ]*\.bats /
		if (behind)
			forget()
		tell(title_of($0))
	} else if (match($0, / # [Ss][Kk][Ii][Pp] */)) {
		skip(title_of($0), substr($0, RSTART + RLENGTH))
	} else {
		passed++
	}
	last = title_of($0)
	forget()
	next
}

/^# (Start|End) of .* tests$/ || /^# random seed:/ || /^TAP version/ { next }

{ remember($0) }

function how_it_ended() {
	if (status == 124 || status == 137)
		return "did not end in time"
	if (status > 128)
		return "was killed by signal " status - 128
	return "ended with exit status " status
}

END {
	if (behind)
		tell_words()
	if (plan < 0 || seen != plan || status > 1 || (status == 1 && !failed)) {
		failed++
		text = how_it_ended()
		if (plan < 0)
			text = text ", and announced no number of tests"
		else if (seen != plan)
			text = text ", with " seen + 0 " of " plan " results"
		tell("the file " text (last == "" ? "" : "; the last result was of " last))
	}
	for (i = 1; i <= n_reasons; i++)
		tell_skips(reasons[i])
	printf "%d %d %d\n", passed, failed, skipped > counts
	printf "%-7s %-32s %4d s %5d passed, %d failed, %d skipped\n",
		failed ? "FAILED" : "ok", name, seconds, passed, failed, skipped
}
