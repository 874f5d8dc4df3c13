#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2154 # scripts have variables of their own; the helper sets ours
#
# A healthy backend refused is the worst failure beside an escape: shapes of programs that are not made
# like the textbook's (tests/healthy/backend.c), by themselves, at level full and at a partial without
# any namespace. They are also run by hand: a shape that does not work by hand proves nothing.

load helper

setup() {
	prepare
	need_sandbox
	open_directories
	mapfile -t shapes < <("$STAGE/bin/healthy")
	[ ${#shapes[@]} -gt 10 ]
	for shape in "${shapes[@]}"; do
		cp "$STAGE/bin/healthy" "$programs/$shape"
		manifest "50-$shape.json" sample "$shape"
	done
}

# all_match WORD...: each of them, by one document.
all_match() {
	probe list --json --dir "$manifests" --cache off "$@"
	ended 0
	equal "$(json '.candidates[] | select(.verdict != "match") | "\(.name): \(.reason)"')" ""
	equal "$(json '.candidates | length')" "${#shapes[@]}"
}

# leave_out KIND: "tmp" are those that need a directory to write in.
leave_out() {
	rm "$manifests"/50-"$1"-*.json
	mapfile -t shapes < <(printf '%s\n' "${shapes[@]}" | grep -v "^$1-")
}

@test "each works by hand" {
	for shape in "${shapes[@]}"; do
		# Giving up groups takes root.
		[ "$shape" != gives-up-groups ] || is_root || continue
		run --separate-stderr "$programs/$shape" --print-capabilities
		answered '{"type": "sample", "features": ["healthy"]}'
	done
}

@test "each works at level full, one at a time and several at a time" {
	all_match --jobs 1
	equal "$(json .sandbox.level)" full
	all_match
}

@test "a program that needs hundreds of threads gets them, if not beside others, then by itself" {
	local shape

	for shape in alone-hundreds-of-threads alone-waits-for-threads alone-waits-for-more-threads; do
		probe --binary "$programs/$shape" --cache off
		answered "$programs/$shape"
	done
	# One that waits for what it was refused has not ended in time, and is not to blame either.
	probe list --json --dir "$manifests" --cache off
	ended 0
	for shape in alone-hundreds-of-threads alone-waits-for-threads alone-waits-for-more-threads; do
		equal "$(verdict_of 50-$shape.json)" match
		equal "$(of 50-$shape.json .probe.confirmed)" true
	done
}

# Sixteen share the threads of all there: 256 each. By itself it may have 512, of which other tests of the same user
# may take some.
@test "one that waits for threads beside others gets them by itself at level partial too" {
	need_partial
	rm "$manifests"/*
	manifest 10-waits.json sample alone-waits-for-threads
	manifest 20-forty.json sample forty-threads
	probe list --json --dir "$manifests" --cache off --jobs 16 --timeout 6 "${partial[@]}"
	ended 0
	equal "$(json '.candidates[] | "\(.verdict) \(.probe.confirmed)"')" "$(lines "match true" "match true")"
}

# The others' count for the same id there.
@test "several with many threads each work at a time, at level partial too" {
	rm "$manifests"/*
	for n in 1 2 3; do
		mkdir "$programs/$n"
		cp "$STAGE/bin/healthy" "$programs/$n/threads-that-stay"
		manifest "50-$n.json" sample "$n/threads-that-stay"
	done
	shapes=(1 2 3)
	all_match
	need_partial
	all_match "${partial[@]}"
}

@test "each works at level partial, except where there is no /tmp" {
	need_partial
	leave_out tmp
	all_match --jobs 1 "${partial[@]}"
	# Processes count together there: one may wait for a process that another one has.
	leave_out alone-waits
	all_match "${partial[@]}"
	equal "$(json .sandbox.level)" partial
}

@test "each that needs a /tmp says at level partial which level has one" {
	need_partial
	mkdir "$manifests/../tmp"
	mv "$manifests"/50-tmp-*.json "$manifests/../tmp"
	probe list --json --dir "$manifests/../tmp" --cache off "${partial[@]}"
	ended 0
	[ "$(json '.candidates | length')" -gt 5 ]
	equal "$(json '.candidates[] | select(.verdict != "exit-status" or
		(.reason | contains("(at level partial a program cannot write to /tmp, nor read all of /proc; try it with no layer left out (--without))") | not)) |
		"\(.name): \(.reason)"')" ""
}

# ---- real programs, at a /tmp ----

# works_in_tmp NAME LINE...: a shell wrapper with these lines, all of which must succeed.
works_in_tmp() {
	program "$1" 'set -e' "${@:2}" 'echo "{\"type\": \"sample\", \"features\": [\"healthy\"]}"'
	probe --binary "$programs/$1" --cache off
	answered "$programs/$1"
}

@test "wrappers make, change and remove files in /tmp" {
	works_in_tmp utilities 'f=$(mktemp)' 'd=$(mktemp -d)' 'touch -d "2 days ago" "$f"' 'cp -a /etc/passwd "$d"' \
		'install -m 640 "$f" "$d/x"' 'install -d -m 700 "$d/y/z"' 'mkdir -m 555 "$d/closed"' \
		'tar -C / -cf "$d/tar" etc/passwd' 'tar -C "$d" -xpf "$d/tar"' 'echo a > "$d/s"' \
		'sed -i s/a/b/ "$d/s"' 'grep -q b "$d/s"' 'gzip "$d/s"' 'gunzip "$d/s.gz"' 'ln -sf s "$d/l"' \
		'mv "$d/l" /dev/shm/l' 'rm -r "$f" "$d"'
}

@test "wrappers copy and unpack directories with their modes and times" {
	works_in_tmp attributes 'd=$(mktemp -d)' 'cd "$d"' 'mkdir -p from/sub' 'echo x > from/sub/file' \
		'ln -s sub/file from/link' 'chmod 640 from/sub/file' 'chmod 711 from/sub' \
		'touch -d @1000000000 from/sub/file' 'touch -h -d @1000000000 from/link' 'touch -d @1000000000 from/sub' \
		'look() { (cd "$1" && stat -c "%n %a %Y" sub sub/file link); }' 'wanted=$(look from)' \
		'[ "${wanted##*link 777 }" = 1000000000 ]' \
		'cp -a from copy' '[ "$(look copy)" = "$wanted" ]' \
		'mkdir unpacked' 'tar -C from -cf - . | tar -C unpacked -xpf -' '[ "$(look unpacked)" = "$wanted" ]' \
		'cp -p from/sub/file one' '[ "$(stat -c "%a %Y" one)" = "640 1000000000" ]' \
		'install -m 751 -p from/sub/file two' '[ "$(stat -c "%a %Y" two)" = "751 1000000000" ]' \
		'touch -r from/sub three' 'find . -newermt @999999999 ! -newermt @1000000001 | grep -q three' \
		'f=$(mktemp)' 'chmod 755 "$f"' '[ "$(stat -c %a "$f")" = 755 ]' 'chown "$(id -u):$(id -g)" "$f"' \
		'(umask 777; : > shut)' 'chmod u=rw shut' 'echo x > shut' \
		'if touch -c none; then :; fi; [ ! -e none ]' 'perl -e "utime 1, 2, q(one) or die; chmod 0600, q(one) or die"' \
		'[ "$(stat -c "%a %Y" one)" = "600 2" ]' 'cd /' 'rm -r "$d"'
}

@test "Python copies and unpacks with modes and times" {
	[ -x /usr/bin/python3 ] || skip_or_fail "no python3 in the system's directories"
	works_in_tmp python "/usr/bin/python3 -c '" 'import os, shutil, tarfile, tempfile, zipfile' \
		'd = tempfile.mkdtemp()' 'os.chdir(d)' 'os.makedirs("from/sub")' 'open("from/sub/file", "w").write("x")' \
		'os.chmod("from/sub/file", 0o640)' 'os.utime("from/sub/file", (1000000000, 1000000000))' \
		'os.utime("from/sub", ns=(10**18, 10**18))' \
		'look = lambda p: (os.stat(p).st_mode, os.stat(p).st_mtime_ns)' \
		'shutil.copytree("from", "copy")' 'assert look("copy/sub") == look("from/sub")' \
		'shutil.copy2("from/sub/file", "one")' 'assert look("one") == look("from/sub/file")' \
		'shutil.move("one", "/dev/shm/two")' 'shutil.make_archive("all", "zip", "from")' \
		'shutil.unpack_archive("all.zip", "zipped")' 'tarfile.open("all.tar", "w").add("from")' \
		'tarfile.open("all.tar").extractall("unpacked")' 'assert look("unpacked/from/sub") == look("from/sub")' \
		'os.chown("from", os.getuid(), -1)' 'shutil.rmtree(d)' "'"
}

@test "a here-document that bash keeps in a file" {
	# Up to the size of a pipe, newer ones keep it there.
	program here-document "cat > /dev/null <<END" "$(head -c 100000 /dev/zero | tr '\0' a)" END 'echo "{\"type\": \"sample\"}"'
	sed -i '1s/.*/#!\/bin\/bash -e/' "$programs/here-document"
	probe --binary "$programs/here-document" --cache off
	answered "$programs/here-document"
	probe --binary "$programs/here-document" --cache off --json "${partial[@]}"
	[ "$(json .sandbox.level)" = partial ] || return 0
	matches "$(json '.candidates[].reason')" "*here-document*\(at level partial * try it with no layer left out \(--without\)\)"
}

@test "Python's temporary files and directories, shared memory and locks; Perl's" {
	[ -x /usr/bin/python3 ] || skip_or_fail "no python3 in the system's directories"
	works_in_tmp python "/usr/bin/python3 -c '" 'import tempfile, multiprocessing' \
		'from multiprocessing import shared_memory' \
		'with tempfile.TemporaryDirectory() as d: open(d + "/x", "w").write("y")' \
		'with tempfile.NamedTemporaryFile() as f: f.write(b"x")' \
		'with tempfile.TemporaryFile() as f: f.write(b"x")' \
		'import pathlib; p = pathlib.Path("/tmp/touched"); p.touch(); p.touch(); p.unlink()' \
		'memory = shared_memory.SharedMemory(create=True, size=4096)' 'memory.close()' 'memory.unlink()' \
		'with multiprocessing.Lock(): pass' "'"
	works_in_tmp perl "perl -e '" 'use File::Temp qw(tempfile tempdir);' 'my ($file) = tempfile(UNLINK => 1);' \
		'my $directory = tempdir(CLEANUP => 1);' 'print $file "x"; close $file or die;' "'"
	probe --binary "$programs/python" --cache off --json "${partial[@]}"
	[ "$(json .sandbox.level)" = partial ] || return 0
	matches "$(json '.candidates[].reason')" "*\(at level partial * try it with no layer left out \(--without\)\)"
}

@test "a program opens its own /dev/stdout and /dev/stderr, whatever id it has" {
	local words

	program opens 'set -e' 'echo said > /dev/stderr' 'echo again >> /proc/self/fd/2' \
		'echo "{\"type\": \"sample\"}" > /dev/stdout'
	for words in '' '--without uid' '--without uid,user' '--without user' '--sandbox partial' \
		'--sandbox partial --without uid' '--sandbox none'; do
		# shellcheck disable=SC2086 # options
		probe --binary "$programs/opens" --cache off $words
		# This host may not have that level.
		[ "$status" != 2 ] || [ "$words" = "${words#*partial}" ] || continue
		answered "$programs/opens"
	done
}

# fails_in_tmp REASON LINE...: a shell wrapper whose reason matches.
fails_in_tmp() {
	program fails 'set -e' "${@:2}"
	probe list --binary "$programs/fails" --cache off --json
	equal "$(json '.candidates[].verdict')" exit-status
	matches "$(json '.candidates[].reason')" "$1"
}

@test "the reason says what cannot be done in /tmp" {
	fails_in_tmp "exit status 126: */tmp/a: Permission denied \(in the sandbox, files in /tmp cannot be executed\)" \
		'cp /bin/true /tmp/a' /tmp/a
	fails_in_tmp "*\(in the sandbox, files in /tmp cannot be executed\)" \
		'cp /usr/lib/*/libdl.so.2 /dev/shm/a' 'LD_PRELOAD=/dev/shm/a cat /no/such 2>&1 >&2 | sed 1q >&2' 'exit 1'
	fails_in_tmp "*No space left on device* \(in the sandbox, /tmp has room for 1 MiB and 60 files\)" \
		'head -c 2M /dev/zero > /tmp/a'
	fails_in_tmp "*No space left on device* \(in the sandbox, /tmp has room for 1 MiB and 60 files\)" \
		'i=0; while :; do mkdir "/tmp/$i"; i=$((i+1)); done'
	# Of what lies in its own directory it is not said, wherever that is.
	echo x > "$programs/not-executable"
	fails_in_tmp "exit status 126: *not-executable: Permission denied" '"${0%/*}/not-executable"'
}
