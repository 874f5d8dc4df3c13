#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
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

# reason_of FILE [OPTION...]: of this one program, with its verdict, from a run.
reason_of() {
	probe list --json --cache off "${@:2}" --binary "$1"
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

@test "exit status: the first words are found before a flood, and the last ones after it" {
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
	says "bad-json: its stdout is not JSON: line 1, column 1: expected a JSON object, which begins with {: unknown option --print-capabilities; it does not know --print-capabilities: unknown option --print-capabilities" \
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
	equal "$(reason_of "$programs/one" --timeout 0.5)" \
		"timeout: no answer within 0.5 s: waiting for a connection on /run/x.sock"
}

# ---- what was printed ----

@test "bad-json: the error in stdout, with the line in question" {
	says "bad-json: its stdout is not JSON: line 1, column 1: expected a JSON object, which begins with {: Usage: x --fd=N" \
		'echo "Usage: x --fd=N"'
	says "bad-json: its stdout is not JSON: line 1, column 2: single quotes, where JSON requires double quotes: {'type': 'sample'}" \
		"echo \"{'type': 'sample'}\""
	says 'bad-json: its stdout is not JSON: line 2, column 7: JSON does not have NaN: "x": NaN' \
		'printf "{\n \"x\": NaN\n}\n"'
	says 'bad-json: its stdout is not JSON: line 1, column 27: a trailing comma, which JSON does not allow: {"type": "sample", "x": [1,]}' \
		'echo "{\"type\": \"sample\", \"x\": [1,]}"'
	says 'bad-json: its stdout is not JSON: line 1, column 1: a byte order mark, which JSON does not allow: '$'\xef\xbb\xbf''{"type": "sample"}' \
		'printf "\357\273\277{\"type\": \"sample\"}\n"'
	says 'bad-json: its stdout is not JSON: line 1, column 1: expected a JSON object, which begins with {: ["sample"]' \
		'echo "[\"sample\"]"'
	says 'bad-json: its stdout is not JSON: line 1, column 10: the string that begins here has no closing quote on this line: {"type": "sample' \
		'printf "{\"type\": \"sample"'
}

@test "bad-json: a banner before the JSON, or words after it" {
	says 'bad-json: its stdout has text before the JSON object, on line 1: x 1.0 starting' \
		'echo "x 1.0 starting"' 'echo "{\"type\": \"sample\"}"'
	says 'bad-json: its stdout has text before the JSON object, on line 2: [INFO] x' \
		'echo' 'echo "[INFO] x"' 'echo "loading"' 'printf "{\n\"type\": \"sample\"\n}\n"'
	says 'bad-json: its stdout has text after the JSON object, on line 2: Done.' \
		'echo "{\"type\": \"sample\"}"' 'echo Done.'
	says 'bad-json: its stdout has text after the JSON object, on line 2: {"type": "other"}' \
		'echo "{\"type\": \"sample\"}"' 'echo "{\"type\": \"other\"}"'
}

@test "bad-json: the part of a long line around the place, and no terminal obeys it" {
	says "bad-json: its stdout is not JSON: line 1, column 1004: a colon and a value are missing before ',': ...$(printf 'a%.0s' {1..39})\", x: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,..." \
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
	cached=$(json '.candidates[] | "\(.name) \(.reason) \(.probe.stdout) \(.probe.stderr)"')
	equal "$(json '[.candidates[].probe.source] | unique[]')" cache
	equal "$cached" "$run"
}

# ---- what could not be started ----

# cannot_start FILE REASON WORD...: of this program, the text after its path.
cannot_start() {
	equal "$(reason_of "$1" "${@:3}")" "exec-failed: $1: $2"
}

# written NAME FORMAT: a program with this content, as printf has it.
written() {
	# shellcheck disable=SC2059 # a format
	printf "$2" > "$programs/$1"
	chmod 755 "$programs/$1"
}

# patched NAME CODE: a copy of an ELF program, changed by a line of Perl.
patched() {
	need perl
	perl -0777 -pe "$2" "$FAKES/like-input" > "$programs/$1"
	chmod 755 "$programs/$1"
}

@test "a script's interpreter that does not exist, by its name" {
	written one '#!/no/such/interpreter -x\necho\n'
	cannot_start "$programs/one" "its interpreter /no/such/interpreter does not exist"
	written one '#!python3\n'
	cannot_start "$programs/one" "its interpreter python3 does not exist, and is not an absolute path"
	written interpreter '#!/no/such/interpreter\n'
	written one "#!$programs/interpreter\n"
	cannot_start "$programs/one" "its interpreter /no/such/interpreter does not exist"
}

@test "Windows line ends are named, whatever they cause" {
	written one '#!/bin/sh\r\necho\r\n'
	cannot_start "$programs/one" $'the interpreter \'/bin/sh\r\' does not exist: the script has Windows line endings; to remove them: sed -i \'s/[[:cntrl:]]$//\' '"$programs/one"
	written one '#!/usr/bin/env sh\r\necho\r\n'
	matches "$(reason_of "$programs/one")" "exit-status: exit status 127: *; the script has Windows line endings; to remove them: *"
	written one '#!/bin/sh -e\r\necho\r\n'
	matches "$(reason_of "$programs/one")" "exit-status: exit status *; the script has Windows line endings; to remove them: *"
	# The command does it.
	printf '%s\r\n' '#!/bin/sh' 'echo "{\"type\": \"sample\"}"' > "$programs/one"
	eval "$(reason_of "$programs/one" | sed 's/.*to remove them: //')"
	probe list --json --cache off --binary "$programs/one"
	equal "$(json '.candidates[].verdict')" match
	# On a terminal it is no carriage return.
	written one '#!/bin/sh\r\n'
	manifest 50-one.json sample one
	probe_here list --cache off
	matches "$output" "*'/bin/sh?r' does not exist*"
	harmless "$output"
}

@test "a file that is not a program is named as what it is" {
	local content is

	while IFS='|' read -r content is; do
		written one "$content"
		equal "$content: $(reason_of "$programs/one")" "$content: exec-failed: $programs/one: it $is"
	done <<- 'KINDS'
		|is empty
		echo hello\n|is neither a script with a #! line nor an ELF program; it begins with: echo hello
		<!DOCTYPE html>\n<p>\n|is neither a script with a #! line nor an ELF program; it begins with: <!DOCTYPE html>
		\001\002\377\n|is neither a script with a #! line nor an ELF program
		#!\necho\n|has no interpreter in its #! line
		\357\273\277#!/bin/sh\n|has a byte order mark before its #!
		\n#!/bin/sh\n|has something before its #!, which must be its first two bytes
		MZ\220\000|is a program for Windows
		PK\003\004\024|is a zip or jar archive
		\037\213\010\000|is compressed with gzip
		!<arch>\ndebian-binary|is an archive (a static library, or a Debian package)
		\000\000\000\000\000\000|begins with zeros: it was not written completely
		\177ELF|is an ELF file that is cut off within its first header
	KINDS
	written one "#!/$(printf 'a%.0s' {1..300})\n"
	cannot_start "$programs/one" "it has a #! line that is too long: the kernel reads 256 bytes"
	written interpreter 'echo hello\n'
	written one "#!$programs/interpreter\n"
	cannot_start "$programs/one" "its interpreter $programs/interpreter is neither a script with a #! line nor an ELF program; it begins with: echo hello"
}

@test "a program for another machine, by that machine's name" {
	local bits order machine name number

	while read -r bits order machine name; do
		[ "$name" != "$(uname -m | tr _ -)" ] || continue
		number=$bits,$order
		patched one "substr(\$_, 4, 2) = pack('C2', $number); substr(\$_, 18, 2) = pack($order == 1 ? 'v' : 'n', $machine)"
		matches "$(reason_of "$programs/one")" \
			"exec-failed: $programs/one: it is a $((bits * 32))-bit program for $name, and this machine is *"
	done <<- 'MACHINES'
		2 1 62 x86-64
		2 1 183 aarch64
		2 1 243 riscv64
		2 1 21 ppc64le
		2 2 21 ppc64
		2 2 22 s390x
		1 1 40 arm
		1 1 3 i386
		2 1 258 loongarch64
		1 2 8 mips
		2 1 4711 machine number 4711
	MACHINES
}

@test "a 32-bit program is named as one, whether the kernel can start it or not" {
	need perl
	[ "$(uname -m)" = x86_64 ] || skip "not on x86-64"
	# One segment, which calls exit(0) in the way of i386.
	perl -e 'print "\x7fELF\1\1\1", "\0" x 9,
		pack("v2V5v6", 2, 3, 1, 0x8048054, 52, 0, 0, 52, 32, 1, 0, 0, 0),
		pack("V8", 1, 0, 0x8048000, 0x8048000, 96, 96, 5, 4096), "\x31\xdb\x31\xc0\x40\xcd\x80", "\x90" x 5' \
		> "$programs/one"
	chmod 755 "$programs/one"
	matches "$(reason_of "$programs/one")" \
		"@(policy-kill: *; its file|exec-failed: $programs/one: it) is a 32-bit program for i386, and this machine is x86-64*"
}

@test "an ELF program's loader that does not exist, and for whom it was built" {
	patched one 's{/[^\0]*/ld-[^\0]*}{"/no/ld-x.so" . "\0" x (length($&) - 11)}e'
	cannot_start "$programs/one" "its loader /no/ld-x.so does not exist: it was built for another system"
	patched one 's{/[^\0]*/ld-[^\0]*}{"/lib/ld-musl-x.so" . "\0" x (length($&) - 17)}e'
	cannot_start "$programs/one" "its loader /lib/ld-musl-x.so does not exist: it was built for musl, another C library"
	written one "#!$programs/interpreter\n"
	patched interpreter 's{/[^\0]*/ld-[^\0]*}{"/no/ld-x.so" . "\0" x (length($&) - 11)}e'
	cannot_start "$programs/one" "its loader /no/ld-x.so does not exist: it was built for another system"
}

@test "an ELF program that is cut off" {
	local size

	size=$(stat -c %s "$FAKES/like-input")
	head -c 200 "$FAKES/like-input" > "$programs/one"
	chmod 755 "$programs/one"
	matches "$(reason_of "$programs/one")" "exec-failed: $programs/one: it is cut off: it has 200 of *"
	# The kernel starts it, and it dies as soon as it needs what is not there.
	head -c 5000 "$FAKES/like-input" > "$programs/one"
	matches "$(reason_of "$programs/one")" \
		"signal: killed by signal *; its file is cut off: it has 5000 of [1-9]*"
	below 5000 "$size"
}

@test "interpreters that go in a circle" {
	written one "#!$programs/one\n"
	cannot_start "$programs/one" "its interpreter is a script, whose interpreter is a script, and so on, more than 5 times"
	ln -s loop "$programs/loop"
	written one "#!$programs/loop\n"
	cannot_start "$programs/one" "its interpreter $programs/loop is a link that leads back to itself"
}

@test "an interpreter or a loader that may not be executed" {
	cp "$(readlink -f /bin/sh)" "$programs/interpreter"
	chmod 644 "$programs/interpreter"
	written one "#!$programs/interpreter\n"
	matches "$(reason_of "$programs/one")" \
		"exec-failed: $programs/one: permission denied: its interpreter $programs/interpreter is owned by *, group *, mode 0644, *"
	mkdir "$programs/l"
	ln -s "$programs" "/tmp/l$$" && ln -s interpreter "$programs/x"
	patched one 's{/[^\0]*/ld-[^\0]*}{"/tmp/l'"$$"'/x" . "\0" x (length($&) - length("/tmp/l'"$$"'/x"))}e'
	local found
	found=$(reason_of "$programs/one" --sandbox none)
	rm "/tmp/l$$"
	matches "$found" "exec-failed: $programs/one: permission denied: its loader /tmp/l$$/x @(is owned by *, group *, mode 0644, *|has no execute permission)"
}

# ---- what is not there ----

# missing BINARY HINT: of a manifest with this binary, the text after what is missing.
missing() {
	local reason

	jq -n --arg binary "$1" '{description: "a", type: "sample", binary: $binary}' > "$manifests/50-one.json"
	probe_here list --json --cache off
	reason=$(of 50-one.json .reason)
	equal "$(verdict_of 50-one.json)" missing-binary
	matches "$reason" "$1 @(does not exist|cannot be reached: ?*)*"
	[[ $reason = *';'* ]] || reason+=';'
	equal "${reason#*;}" "${2#;}"
}

@test "missing-binary: arguments and blanks after a program that exists" {
	backend one sample
	missing "$programs/one --virgl" \
		"; binary takes no arguments: make a script that executes $programs/one --virgl, and name the script in binary"
	missing "$programs/one  -a b" \
		"; binary takes no arguments: make a script that executes $programs/one -a b, and name the script in binary"
	for blanks in " " "  "; do
		end=blank
		[ "${#blanks}" = 1 ] || end=blanks
		manifest 50-one.json sample "one$blanks"
		probe_here list --json
		verdict_of 50-one.json
		equal "$(of 50-one.json .reason)" \
			"$(of 50-one.json .binary | sed 's/.*/"&"/') does not exist: remove the $end at its end"
	done
	missing "$programs/none --virgl" ""
	# One whose name has blanks is taken.
	cp "$programs/one" "$programs/with blanks"
	manifest 50-one.json sample "with blanks"
	probe_here --type sample
	answered "$programs/with blanks"
	missing "$programs/with blanks --fd 1" \
		"; binary takes no arguments: make a script that executes $programs/with blanks --fd 1, and name the script in binary"
	jq -n '{description: "a", type: "sample", binary: " /bin/sh"}' > "$manifests/50-one.json"
	probe_here list --json
	equal "$(of 50-one.json .reason)" 'binary is not an absolute path: " /bin/sh"'
}

@test "not-executable: what it is instead of a regular file, of a manifest and of --binary" {
	mkdir "$programs/dir"
	mkfifo "$programs/fifo"
	ln -s dir "$programs/link"
	for row in "$programs/dir|a directory" "$programs/link|a directory" "$programs/fifo|a FIFO" "/dev/null|a device"; do
		manifest 50-one.json sample "${row%|*}"
		probe_here list --json
		equal "$(of 50-one.json '"\(.verdict): \(.reason)"')" \
			"not-executable: ${row%|*} is ${row#*|}, not a regular file"
		probe list --json --binary "${row%|*}"
		equal "$(json '.candidates[0].reason')" "${row%|*} is ${row#*|}, not a regular file"
	done
}

@test "--binary: texts for people have the path once, those for programs say it" {
	: > "$programs/one"
	chmod 755 "$programs/one"
	probe --binary "$programs/one"
	equal "$stderr" "$(lines "vhost-probe: the program cannot be used" "  $programs/one   exec-failed: it is empty")"
	probe explain --binary "$programs/one"
	matches "$output" "wanted: any backend
*  $programs/one   exec-failed: it is empty
*"
	probe explain --binary "$programs/none" --need a
	matches "$output" "wanted: any backend with a
*  $programs/none   missing-binary: does not exist
*"
	probe list --binary "$programs/one"
	matches "$output" "*exec-failed*$programs/one: it is empty"
}

@test "missing-binary: a program of that name in one of the usual places" {
	missing /usr/lib/qemu/env "; there is a program of this name: $(readlink -e /usr/bin)/env"
	missing "/usr/lib/qemu/env --virgl" "; there is a program of this name: $(readlink -e /usr/bin)/env"
	missing /usr/lib/qemu/no-such-program ""
	missing /usr/lib/qemu/none/ ""
}

@test "not executable: the command that makes it so" {
	backend one sample
	chmod 644 "$programs/one"
	equal "$(reason_of "$programs/one")" \
		"not-executable: $programs/one has no execute permission; if it is a program: chmod a+rx $programs/one"
	eval "$(reason_of "$programs/one" | sed 's/.*if it is a program: //')"
	probe --binary "$programs/one"
	answered "$programs/one"
	# Nothing that is shown is another command.
	cp "$programs/one" "$programs/'; touch gone; '"
	chmod 644 "$programs/'; touch gone; '"
	lacks "$(reason_of "$programs/'; touch gone; '")" chmod
}
