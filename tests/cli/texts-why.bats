#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2154 # the helper sets programs and manifests
#
# Why a program was not taken, in words: which line of it is quoted, what is wrong with what it
# printed, and why it could not be started. tests/unit/test-excerpt.c has more lines.

load helper

setup() {
	need_sandbox
	prepare
	open_directories
}

# reason_of FILE [TIMEOUT]: of this one program, with its verdict, from a run.
reason_of() {
	probe list --json --cache off --timeout "${2:-5}" --binary "$1"
	ended 0 || return
	json '.candidates[] | "\(.verdict): \(.reason)"'
}

# says VERDICT-AND-REASON LINE...: a script of these lines leads to that.
says() {
	local found

	program one "${@:2}"
	found=$(reason_of "$programs/one")
	equal "$(as_without_devices "$found")" "$1"
}

# ---- the line that is quoted ----

@test "exit status: the line that says why, wherever it stands" {
	says "exit-status: exit status 3: no device" 'echo no device >&2' 'exit 3'
	says "exit-status: exit status 3: error: no device" \
		'echo "x 1.0" >&2' 'echo "libEGL warning: failed" >&2' 'echo "error: no device" >&2' \
		'echo leaving >&2' 'exit 3'
	says "exit-status: exit status 1: error: the following required arguments were not provided: --socket-path <PATH>" \
		'printf "error: the following required arguments were not provided:\n  --socket-path <PATH>\n\nUsage: x\n" >&2' \
		'exit 1'
	says "exit-status: exit status 4" 'exit 4'
}

@test "exit status: where stderr is empty, stdout's line" {
	says "exit-status: exit status 1: error: no device" 'echo hello' 'echo "error: no device"' 'exit 1'
}

@test "exit status: neither colours nor a progress are quoted" {
	says "exit-status: exit status 1: error: no device" \
		'printf "10%%\r20%%\r\033[1;31merror\033[0m: \033]8;;http://x\033\\\\no device\033]8;;\033\\\\\r\n" >&2' \
		'exit 1'
}

@test "exit status: what was said first is found in front of a flood, and what was said last behind it" {
	says "exit-status: exit status 1: fatal: first" 'echo fatal: first >&2' \
		'seq -f "line %g" 10000 >&2' 'exit 1'
	says "exit-status: exit status 1: fatal: last" 'seq -f "line %g" 10000 >&2' \
		'echo fatal: last >&2' 'exit 1'
	probe list --json --cache off --binary "$programs/one"
	matches "$(json '.candidates[].probe.stderr')" $'line 1\n*[[]... * bytes left out ...]\nline *fatal: last'
}

@test "a program that does not know the option: in these words" {
	local line

	while read -r line; do
		says "exit-status: exit status 2; it does not know --print-capabilities: $line" \
			'cat >&2 << "EOT"' "$line" 'Try --help.' 'EOT' 'exit 2'
	done <<- 'LINES'
		x: unrecognized option '--print-capabilities'
		x: error: unrecognized arguments: --print-capabilities
		error: unexpected argument '--print-capabilities' found
		flag provided but not defined: -print-capabilities
		option parsing failed: Unknown option --print-capabilities
		x: invalid option -- '-'
		unknown argument: --print-capabilities
	LINES
	says "exit-status: exit status 2; it does not know --print-capabilities: unknown option --print-capabilities" \
		'echo "unknown option --print-capabilities"' 'exit 2'
	says "no-output: printed nothing on stdout; it does not know --print-capabilities: unknown option --print-capabilities" \
		'echo "unknown option --print-capabilities" >&2'
	says "bad-json: its stdout is not JSON: line 1, column 1: an object must begin here: unknown option --print-capabilities; it does not know --print-capabilities: unknown option --print-capabilities" \
		'echo "unknown option --print-capabilities"'
}

@test "a program that knows the option and fails otherwise is not said not to know it" {
	says "exit-status: exit status 2: error: the following arguments are required: --fd" \
		'echo "usage: x [--print-capabilities] --fd N" >&2' \
		'echo "error: the following arguments are required: --fd" >&2' 'exit 2'
	says "exit-status: exit status 2: x: unrecognized option '--daemonize'" \
		"echo \"x: unrecognized option '--daemonize'\" >&2" 'exit 2'
}

@test "a signal or a deadline: what was said before" {
	says "signal: killed by signal 6 (Aborted): x: main.c:3: main: Assertion \`fd >= 0' failed." \
		"echo \"x: main.c:3: main: Assertion \\\`fd >= 0' failed.\" >&2" 'kill -ABRT $$'
	program one 'echo "waiting for a connection on /run/x.sock" >&2' 'exec sleep 60'
	equal "$(reason_of "$programs/one" 0.5)" \
		"timeout: no answer within 0.5 s: waiting for a connection on /run/x.sock"
}

# ---- what was printed ----

@test "bad-json: it is stdout's, with the line in question" {
	says "bad-json: its stdout is not JSON: line 1, column 1: an object must begin here: Usage: x --fd=N" \
		'echo "Usage: x --fd=N"'
	says "bad-json: its stdout is not JSON: line 1, column 2: single quotes, where JSON has double ones: {'type': 'sample'}" \
		"echo \"{'type': 'sample'}\""
	says 'bad-json: its stdout is not JSON: line 2, column 7: not a JSON value: "x": NaN' \
		'printf "{\n \"x\": NaN\n}\n"'
	says 'bad-json: its stdout is not JSON: line 1, column 28: trailing comma: {"type": "sample", "x": [1,]}' \
		'echo "{\"type\": \"sample\", \"x\": [1,]}"'
	says 'bad-json: its stdout is not JSON: line 1, column 1: byte order mark: '$'\xef\xbb\xbf''{"type": "sample"}' \
		'printf "\357\273\277{\"type\": \"sample\"}\n"'
	says 'bad-json: its stdout is not JSON: line 1, column 1: an object must begin here: ["sample"]' \
		'echo "[\"sample\"]"'
	says 'bad-json: its stdout is not JSON: line 1, column 17: unexpected end of the text in a string: {"type": "sample' \
		'printf "{\"type\": \"sample"'
}

@test "bad-json: a banner before the JSON, or words behind it" {
	says 'bad-json: its stdout has more than the JSON object; before it, line 1: x 1.0 starting' \
		'echo "x 1.0 starting"' 'echo "{\"type\": \"sample\"}"'
	says 'bad-json: its stdout has more than the JSON object; before it, line 2: [INFO] x' \
		'echo' 'echo "[INFO] x"' 'echo "loading"' 'printf "{\n\"type\": \"sample\"\n}\n"'
	says 'bad-json: its stdout has more than the JSON object; behind it, line 2: Done.' \
		'echo "{\"type\": \"sample\"}"' 'echo Done.'
	says 'bad-json: its stdout has more than the JSON object; behind it, line 2: {"type": "other"}' \
		'echo "{\"type\": \"sample\"}"' 'echo "{\"type\": \"other\"}"'
}

@test "bad-json: of a long line what is around the place, and no terminal obeys it" {
	says "bad-json: its stdout is not JSON: line 1, column 1006: not a JSON value: ...$(printf 'a%.0s' {1..37})\", x: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,..." \
		"printf '{\"%s\", x: [' $(printf 'a%.0s' {1..1000})" 'yes "0, " | head -n 99 | tr -d "\n"'
	program one 'printf "{\"type\": \"\033[2J\303\"}\n"'
	manifest 50-one.json sample one
	probe_here list --cache off
	harmless "$output"
}

@test "JSON on stderr is named as the defect" {
	says "no-output: printed nothing on stdout; its JSON is on stderr, and belongs on stdout" \
		'echo "{\"type\": \"sample\"}" >&2'
	says "no-output: printed nothing on stdout; its JSON is on stderr, and belongs on stdout" \
		'echo starting >&2' 'printf "{\n  \"type\": \"sample\"\n}\n" >&2'
	says "no-output: printed nothing on stdout; on stderr: {not json" 'echo "{not json" >&2'
	says "no-output: printed nothing on stdout" 'exit 0'
}

@test "the document has both ends of stdout of a program that failed, and nothing of one that did not" {
	program one 'seq -f "line %g" 3000' 'exit 1'
	probe list --json --cache off --binary "$programs/one"
	matches "$(json '.candidates[].probe.stdout')" $'line 1\nline 2\n*[[]... * bytes left out ...]\nline *\nline 3000'
	below "$(json '.candidates[].probe.stdout | utf8bytelength')" 2049
	backend one sample a
	probe list --json --cache off --binary "$programs/one"
	equal "$(json '.candidates[].probe.stdout')" ""
	equal "$(jq -r -f "$STAGE/fixtures/document.jq" <<< "$output")" ""
}

@test "from the cache every failure has the reason that it had" {
	local -a scripts=('echo "no device"; exit 1' 'echo "x: unknown option --print-capabilities"; exit 1'
		'echo "banner"; echo "{\"type\": \"sample\"}"' 'seq -f "line %g" 3000; exit 2'
		'seq -f "line %g" 10000 >&2; echo fatal >&2; exit 2' 'printf "\377\n"; exit 3'
		'echo "{\"type\": \"other\"}"' 'echo "{\"type\": \"sample\"}" >&2' 'printf "a\0b\n"; exit 3')
	local run cached

	for i in "${!scripts[@]}"; do
		manifest "1$i.json" sample "s$i"
		program "s$i" "${scripts[i]}"
	done
	probe_here refresh --json --cache-dir "$BATS_TEST_TMPDIR/cache"
	run=$(json '.candidates[] | "\(.name) \(.reason) \(.probe.stdout) \(.probe.stderr)"')
	probe_here list --json --cache only --cache-dir "$BATS_TEST_TMPDIR/cache"
	cached=$(json '.candidates[] | "\(.name) \(.reason | sub(" \\(from the cache, .*"; "")) \(.probe.stdout) \(.probe.stderr)"')
	equal "$(json '[.candidates[].probe.source] | unique[]')" cache
	equal "$cached" "$run"
}
