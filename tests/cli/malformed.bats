#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154 # the helper sets status, output and stderr
#
# Malformed command lines: each ends with status 2, without an answer, and with one line that says what
# was not understood and what to do about it. check.bats and exec.bats have further ones.

load helper

setup() {
	prepare
	cd "$BATS_TEST_TMPDIR" || return
	mkdir dir
	echo '{' > m.json
	install -m 755 "$(type -P true)" prog
}

# told ROW...: words, as a shell takes them, a bar, and a pattern for what is said.
told() {
	local row

	for row in "$@"; do
		eval "misused ${row%% | *}"
		# shellcheck disable=SC2053 # a pattern
		[[ $stderr = "vhost-probe: "${row#* | } ]] && continue
		printf '%s\n--- said\n%s\n--- wanted, as a pattern\n%s\n' "${row%% | *}" "$stderr" "${row#* | }"
		return 1
	done
}

# rows: the table from stdin, of at least this many.
rows() {
	mapfile -t table
	below "$1" "$((${#table[@]} + 1))"
	told "${table[@]}"
}

@test "malformed: check" {
	rows 64 <<- 'END'
		check --needs virgl | unknown option --needs; did you mean --need?
		check --type | --type needs a value: TYPE
		check --bin | unknown option --bin; *
		check --di -- x | unknown option --di; *
		check --type= | --type is for *, not for check
		check --binary prog --binary prog | --binary is given twice, with prog and prog; it takes one value
		check --dir dir --dir | --dir needs a value: DIR
		check --strict --strict=no | --strict takes no value
		check -d | -d needs a value: DIR
		check -b | -b needs a value: FILE
		check --dir "" | --dir: the value is empty
		check --binary "" | --binary: the value is empty
		check --cache-dir "" | --cache-dir is for *, not for check
		check --cache only | --cache is for *, not for check
		check --refresh | unknown option --refresh; did you mean the verb refresh?
		check --print | --print is for *, not for check
		check --columns name | --columns is for *, not for check
		check -s | unknown option -s; see vhost-probe help check
		check --suggest prog | check --suggest needs --binary FILE
		check --suggest m.json | check --suggest needs --binary FILE
		check --binary prog --suggest m.json | check: --binary and m.json: check programs and manifests in separate calls
		check --suggest --binary | --binary needs a value: FILE
		check none.json | check: none.json: No such file or directory
		check dir/none/x.json | check: dir/none/x.json: No such file or directory
		check m.json/x | check: m.json/x: Not a directory
		check prog | check: prog is a program; did you mean --binary prog?
		check ./prog m.json | check: ./prog is a program; did you mean --binary ./prog?
		check m.json -- prog | check: prog is a program; did you mean --binary prog?
		check -- none.json | check: none.json: No such file or directory
		check -- --strict | check: --strict: No such file or directory
		check --- | unknown option ---; see vhost-probe help check
		check --binary prog -- m.json | check: --binary and m.json: check programs and manifests in separate calls
		check --dir dir m.json | check: --dir and m.json: name all directories as arguments, without --dir
		check --timeout 0 m.json | --timeout: "0" is not a number of seconds, more than 0 and at most 3600
		check --timeout m.json | --timeout: "m.json" is not a number of seconds, more than 0 and at most 3600
		check --timeout=1s m.json | --timeout: "1s" is not a number of seconds, more than 0 and at most 3600
		check --timeout -1 m.json | --timeout: "-1" is not a number of seconds, more than 0 and at most 3600
		check --jobs=0 m.json | --jobs: "0" is not a number from 1 to 64
		check --jobs many m.json | --jobs: "many" is not a number from 1 to 64
		check -j m.json | --jobs: "m.json" is not a number from 1 to 64
		check -j65 m.json | --jobs: "65" is not a number from 1 to 64
		check -jx m.json | --jobs: "x" is not a number from 1 to 64
		check --sandbox m.json | --sandbox: "m.json" is not full, partial or none
		check --sandbox=Full m.json | --sandbox: "Full" is not full, partial or none
		check --sandbox full --sandbox none m.json | --sandbox is given twice, with full and none; it takes one value
		check --without m.json | --without: unknown layer "m.json"; the layers are: *
		check --without net,,uts m.json | --without: "net,,uts" contains an empty name
		check --without "" m.json | --without: the value is empty
		check --without networking m.json | --without: unknown layer "networking"; the layers are: *
		check --expose m.json --expose | --expose needs a value: PATH
		check --expose none m.json | --expose: none cannot be exposed: No such file or directory
		check --expose / m.json | --expose: / cannot be exposed: nothing would be hidden; see --sandbox none
		check --expose /proc/self m.json | --expose: /proc/self cannot be exposed: the sandbox has a /proc of its own
		check --color m.json | --color: "m.json" is not auto, always or never
		check --color=Always | --color: "Always" is not auto, always or never
		check --color always --color never | --color is given twice, with always and never; it takes one value
		check -q=1 | --quiet takes no value
		check --user --binary prog | --binary and --user cannot be combined: --binary searches no directory
		check --no-usr | unknown option --no-usr; did you mean --no-user?
		check --Json | unknown option --Json; did you mean --json?
		check --json --josn | unknown option --josn; did you mean --json?
		check select | check: select: No such file or directory
		check -x | -x needs a value: FEATURE,...
		check -n virgl | --need is for *, not for check
		check --help=1 | --help takes no value
		check --version=1 | --version takes no value
	END
}

@test "malformed: exec" {
	rows 58 <<- 'END'
		exec --need virgl | exec needs --type TYPE or --binary FILE; see vhost-probe help exec
		exec --exclude virgl | exec needs --type TYPE or --binary FILE; see vhost-probe help exec
		exec gpu | exec: unexpected argument gpu; did you mean --type gpu?
		exec -t | -t needs a value: TYPE
		exec -t "" | --type: the value is empty
		exec --type gpu virgl | exec: unexpected argument virgl; arguments for the program follow --
		exec --type gpu prog | exec: unexpected argument prog; arguments for the program follow --
		exec --type gpu ./prog | exec: unexpected argument ./prog; arguments for the program follow --
		exec --type gpu --socket-path=/x | unknown option --socket-path=/x; see vhost-probe help exec; arguments for the program follow --
		exec --type gpu --fd 3 | unknown option --fd; see vhost-probe help exec; arguments for the program follow --
		exec --type gpu -s /x -- y | unknown option -s; see vhost-probe help exec
		exec --type gpu --print=1 | --print takes no value
		exec --type gpu --pritn | unknown option --pritn; did you mean --print?; arguments for the program follow --
		exec --print | exec needs --type TYPE or --binary FILE; see vhost-probe help exec
		exec --print --json --type gpu | --json is for *, not for exec
		exec --type gpu -0 | --null is for *, not for exec
		exec --type gpu --columns name | --columns is for *, not for exec
		exec --type gpu --strict | --strict is for *, not for exec
		exec --type gpu --suggest | --suggest is for *, not for exec
		exec -tgpu -tfs | --type is given twice, with gpu and fs; it takes one value
		exec --type gpu --need | --need needs a value: FEATURE,...
		exec --type gpu --need "" | --need: the value is empty
		exec --type gpu --need virgl, | --need: "virgl," contains an empty name
		exec --type gpu --need '~' | --need: "~" is neither FEATURE nor ~FEATURE
		exec --type gpu --need '~~virgl' | --need: "~~virgl" is neither FEATURE nor ~FEATURE
		exec --type gpu --need virgl --exclude virgl | virgl is both needed and excluded
		exec --type gpu --need virgl,~virgl | virgl is both needed and excluded
		exec --type gpu --exclude '~virgl' | --exclude: ~virgl: did you mean --exclude virgl, or --need virgl?
		exec --type gpu --exclude | --exclude needs a value: FEATURE,...
		exec --binary | --binary needs a value: FILE
		exec --binary prog --user | --binary and --user cannot be combined: --binary searches no directory
		exec --binary prog prog | exec: unexpected argument prog; arguments for the program follow --
		exec --binary prog --binary prog | --binary is given twice, with prog and prog; it takes one value
		exec --type gpu --timeout 3601 -- x | --timeout: "3601" is not a number of seconds, more than 0 and at most 3600
		exec --type gpu --timeout nan -- x | --timeout: "nan" is not a number of seconds, more than 0 and at most 3600
		exec --type gpu --jobs -3 -- x | --jobs: "-3" is not a number from 1 to 64
		exec --type gpu --jobs 1.5 -- x | --jobs: "1.5" is not a number from 1 to 64
		exec --type gpu --sandbox off -- x | --sandbox: "off" is not full, partial or none
		exec --type gpu --without all -- x | --without: unknown layer "all"; the layers are: *
		exec --type gpu --expose none -- x | --expose: none cannot be exposed: No such file or directory
		exec --type gpu --expose /dev -- x | --expose: /dev cannot be exposed: programs could open all devices; expose only those that they need, such as /dev/dri
		exec --type gpu --cache | --cache needs a value: MODE
		exec --type gpu --cache on -- x | --cache: "on" is not auto, only, refresh or off
		exec --type gpu --cache only --cache off -- x | --cache is given twice, with only and off; it takes one value
		exec --type gpu --cache-dir | --cache-dir needs a value: DIR
		exec --type gpu --cache-dir= | --cache-dir: the value is empty
		exec --type gpu --dir= -- x | --dir: the value is empty
		exec --type gpu --user --no-user -- x | --user and --no-user cannot be combined
		exec --type gpu --no-config=no -- x | --no-config takes no value
		exec --type gpu --verbose=2 -- x | --verbose takes no value
		exec --type --print -- x | --type is followed by --print; is its value missing?
		exec -- --type gpu | exec needs --type TYPE or --binary FILE; see vhost-probe help exec
		exec x -- --type gpu | exec: unexpected argument x; arguments for the program follow --
		exec --type gpu --need --print | --need is followed by --print; is its value missing?
		exec --type gpu --exec | unknown option --exec; did you mean the verb exec?; arguments for the program follow --
		exec list --type gpu | exec: unexpected argument list; arguments for the program follow --
		exec --type gpu -Z | unknown option -Z; see vhost-probe help exec; arguments for the program follow --
		exec --type gpu -qZ | unknown option -qZ; see vhost-probe help exec; arguments for the program follow --
	END
}

@test "malformed: cache" {
	rows 46 <<- 'END'
		cache lst | cache: unknown word lst; did you mean cache list?
		cache show | cache: unknown word show; expected one of: list, clear, path
		cache List | cache: unknown word List; did you mean cache list?
		cache list list | cache list: unexpected argument list
		cache clear all | cache clear: unexpected argument all
		cache path /x | cache path: unexpected argument /x
		cache clear --type gpu | --type is for *, not for cache clear
		cache list --need x | --need is for *, not for cache list
		cache path --verbose | --verbose is for *, not for cache path
		cache list -v | --verbose is for *, not for cache list
		cache list --quiet | --quiet is for *, not for cache list
		cache clear -q | --quiet is for *, not for cache clear
		cache list --dir dir | --dir is for *, not for cache list
		cache list --cache off | --cache is for *, not for cache list
		cache list --cache-dir | --cache-dir needs a value: DIR
		cache list --cache-dir= | --cache-dir: the value is empty
		cache list --cache-dir /a --cache-dir /b | --cache-dir is given twice, with /a and /b; it takes one value
		cache list --cache-dir dir /b | cache list: unexpected argument /b
		cache --cache-dir dir | cache: expected one of: list, clear, path
		cache --json=1 list | --json takes no value
		cache list --json --josn | unknown option --josn; did you mean --json?
		cache list --columns name | --columns is for *, not for cache list
		cache list --color never | --color is for *, not for cache list
		cache list --user | --user is for *, not for cache list
		cache list --no-config | --no-config is for *, not for cache list
		cache list --timeout 3 | --timeout is for *, not for cache list
		cache list --jobs 3 | --jobs is for *, not for cache list
		cache list --sandbox none | --sandbox is for *, not for cache list
		cache list --without net | --without is for *, not for cache list
		cache list --expose /usr | --expose is for *, not for cache list
		cache list --binary prog | --binary is for *, not for cache list
		cache list --all | --all is for *, not for cache list
		cache list -0 | --null is for *, not for cache list
		cache list --print | --print is for *, not for cache list
		cache list --strict | --strict is for *, not for cache list
		cache remove | cache: unknown word remove; expected one of: list, clear, path
		cache refresh | cache: unknown word refresh; expected one of: list, clear, path
		cache dir | cache: unknown word dir; expected one of: list, clear, path
		cache --clear | unknown option --clear; did you mean cache clear?
		cache -- | cache: expected one of: list, clear, path
		cache -- show | cache: unknown word show; expected one of: list, clear, path
		cache list -- x | cache list: unexpected argument x
		caches list | unknown verb caches; did you mean cache?
		cache list --cach-dir /x | unknown option --cach-dir; did you mean --cache-dir?
		cache path --json=no | --json takes no value
		cache list --no-config | --no-config is for *, not for cache list
	END
}

@test "malformed: help, version and complete" {
	rows 24 <<- 'END'
		help x y | help: unexpected argument y; only one is allowed
		help --type gpu list | --type is for *, not for help
		help list explain | help: unexpected argument explain; only one is allowed
		help "" | the verb is empty; see vhost-probe --help
		help --json | --json is for *, not for help
		help -q | --quiet is for *, not for help
		help -- list explain | help: unexpected argument explain; only one is allowed
		help cache list | help: unexpected argument list; only one is allowed
		help --list | unknown option --list; did you mean the verb list?
		help -v | --verbose is for *, not for help
		help list --verbose | --verbose is for *, not for help
		help virgl | unknown verb virgl; did you mean --need virgl?
		help ./prog | unknown verb ./prog; did you mean --binary ./prog?
		help --hepl | unknown option --hepl; did you mean --help?
		version --json | --json is for *, not for version
		version -q | --quiet is for *, not for version
		version --short | unknown option --short; see vhost-probe help version
		version "" | version: unexpected argument ""
		vesion | unknown verb vesion; did you mean version?
		version --type gpu | --type is for *, not for version
		help --no-config | --no-config is for *, not for help
		version --no-config | --no-config is for *, not for version
		complete -x -- y | -x needs a value: FEATURE,...
		complete --json | --json is for *, not for complete
	END
}

@test "malformed: the options of the configuration" {
	rows 5 <<- 'END'
		list --no-config=1 | --no-config takes no value
		list --no-config --no-confg | unknown option --no-confg; did you mean --no-config?
		list --config /x | unknown option --config; did you mean --no-config?
		list --config=/x | unknown option --config=/x; did you mean --no-config?
		list --noconfig | unknown option --noconfig; did you mean --no-config?
	END
}

@test "malformed: words that nobody would type, before and after each verb" {
	local -a odd=($'\e[31m' $'\xff\xfe' $'two\nlines' "--=" "---" "-=" $'--\xff' $'-\xc3' $'-\xc3\xa4' "-%s" "--%n%n" $'--\xe2\x80\xae'
		"$(printf 'x%.0s' {1..5000})" "--$(printf 'x%.0s' {1..5000})" $'--need=\t' "-j" "--jobs==" "--type=" ':' '@')
	local verb word

	for word in "${odd[@]}"; do
		for verb in check exec "cache list" help version; do
			# shellcheck disable=SC2086 # words
			misused $verb "$word"
		done
		misused cache "$word"
		below "${#stderr}" 200
		misused "$word" cache
		below "${#stderr}" 200
	done
}
