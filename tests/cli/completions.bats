#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2154 # tests are subshells; the helper sets manifests, programs and stderr
#
# What the shells complete: what the program offers for a command line that is being typed, that it
# runs nothing for it, names that hostile manifests announce, and the completions themselves at the
# prompts of bash, zsh and fish.

load helper

setup() {
	prepare
	PATH=$STAGE/bin:$PATH
	completions=$STAGE/data/completions
	tab=$'\t'
}

# offered WORD...: the words that are offered at the end of this line, in one line.
offered() {
	probe complete -- "$@"
	ended 0
	equal "$stderr" ""
	offers=$(cut -f 1 <<< "$output" | xargs)
}

# offers WANTED WORD...: all that is offered.
offers() {
	offered "${@:2}"
	equal "$offers" "$1"
}

# has_offer WORD WORD...: it is among what is offered.
has_offer() {
	offered "${@:2}"
	matches " $offers " "* $1 *"
}

# no_offer WORD WORD...
no_offer() {
	offered "${@:2}"
	lacks " $offers " " $1 "
}

all_verbs() {
	"$VHOST_PROBE" help | sed -n '/^$/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

# options_of WORD...: what its help lists.
options_of() {
	"$VHOST_PROBE" help "$@" | grep -oP '^  (-.,|   ) \K--[a-z-]+' | xargs
}

# ---- what is offered ----

@test "every verb is offered, with its text in help, and nothing else" {
	offers "$(all_verbs | xargs)" ""
	offers "$(all_verbs | xargs)" help ""
	for verb in $(all_verbs); do
		probe complete -- ""
		about=$("$VHOST_PROBE" help | sed -n "s/^  $verb  *//p")
		matches "$output"$'\n' "*$verb$tab${about% (the default)}"$'\n'*
	done
	lacks "$output" complete
	offers "--help --version" help list ""
	offers "" frobnicate ""
	offers "" frobnicate --
}

@test "for each verb every option that its help lists is offered, with the same words, and no other" {
	local verb option

	for verb in $(all_verbs); do
		offers "$(options_of "$verb")" "$verb" -
		offers "$offers" "$verb" --x
		probe complete -- "$verb" -
		while IFS=$tab read -r option about; do
			matches "$("$VHOST_PROBE" help "$verb")"$'\n' "* $option *  $about"$'\n'"*"
		done <<< "$output"
	done
	# Without a verb it is select.
	offers "$(options_of select)" --
	# Where no other word may follow, options do.
	offers "$(options_of list)" list ""
	offers "$(options_of exec)" exec ""
	offers "$(options_of version)" version ""
}

@test "an option that takes one value is not offered twice, one that takes several is" {
	no_offer --type --type gpu -
	no_offer --json list --json --
	no_offer --jobs list -j4 --
	no_offer --quiet list -qj 4 --
	no_offer --all -a --
	has_offer --need --need virgl --
	has_offer --dir --dir /x --dir /y -
}

@test "verbs and actions are offered if they take the options on the line" {
	offers "select list explain refresh exec" --type gpu ""
	offers "select list explain check refresh cache" --json --version ""
	offers select --all ""
	offers check --strict ""
	offers "list clear path" cache ""
	offers clear cache --verbose ""
	offers "--cache-dir --json --help --version" cache list ""
	offers "--cache-dir --json --verbose --help --version" cache clear -
	offers "" cache frobnicate -
}

@test "every option's value: words, files or directories, except for numbers" {
	local verb option argument word

	for verb in $(all_verbs); do
		while read -r option argument; do
			case $option in
			--timeout | --jobs) offers "" "$verb" "$option" "" ;;
			*)
				for word in "" x; do
					offered "$verb" "$option" $word
					[ -n "$offers" ] || { echo "nothing for $option $argument"; return 1; }
				done
				;;
			esac
		done < <("$VHOST_PROBE" help "$verb" | grep -oP '^  (-.,|   ) \K--[a-z-]+ [^ ]+')
	done
	offers "none partial full" list --sandbox ""
	offers "auto only refresh off" list --cache ""
	offers "--color=auto --color=always --color=never" list --color=
	offers :directory --dir ""
	offers :directory list --cache-dir=/v
	offers :file --binary ./x
	offers :file --expose /dev/
	offers :file check ""
	offers :file check /etc/x /etc/y
	offers :file exec --type gpu -- -
	offers "" select --type gpu -- -
}

@test "every value that is offered is understood, and every value that is understood is offered" {
	local word

	for option in --sandbox --cache --color --columns --without; do
		offered list "$option" ""
		for word in $offers; do
			probe list --dir "$manifests" "$option" "$word"
			ended 0
		done
		probe list "$option" frobnicate
		ended 2
	done
	# All values that messages and help name.
	offers "$("$VHOST_PROBE" list --columns . 2>&1 | sed 's/.*the columns are: //; s/,//g')" list --columns ""
	types=$("$VHOST_PROBE" help list | sed -n '/^Types:/,/^Features:/p' | grep -v ^Features |
		sed 's/^[A-Z].*://' | xargs -n 1 | sort | xargs)
	offers "$types" --dir "$manifests" --type ""
	offers "user mount pid net ipc uts cgroup uid caps no-new-privs limits seccomp landlock" list --without ""
}

@test "features are those of the type on the line, wherever it stands" {
	for words in "--type gpu" --type=gpu -tgpu -t=gpu "-t gpu" "list -qt gpu" "--sandbox none --type gpu"; do
		# shellcheck disable=SC2086 # words
		offers "render-node virgl" $words --dir "$manifests" --need ""
	done
	# Words are taken as they were typed.
	offers "render-node virgl" --type "'gpu'" --dir "'$manifests'" --need ""
	offers "render-node virgl" '--type=g"p"u' --dir "\"$manifests\"" --need ""
	offers "" --dir "$manifests" --type fs --need ""
	offers "" --dir "$manifests" --type none-such --need ""
	offers "read-only blk-file render-node virgl evdev-path no-grab" --dir "$manifests" --exclude ""
	# A type that follows is not known yet.
	offers "read-only blk-file render-node virgl evdev-path no-grab" --dir "$manifests" -x ""
}

@test "lists: typed items stay at the beginning, and nothing is offered twice" {
	local -a gpu=(--type gpu --dir "$manifests")

	offers "virgl,render-node" "${gpu[@]}" --need virgl,
	offers "virgl,render-node" "${gpu[@]}" --need virgl,ren
	offers "--need=virgl,render-node" "${gpu[@]}" --need=virgl,r
	offers "-nvirgl,render-node" "${gpu[@]}" -nvirgl,r
	offers "virgl,~render-node" "${gpu[@]}" --need virgl,~r
	offers "~render-node ~virgl" "${gpu[@]}" --need "~"
	offers "" "${gpu[@]}" --need "~render-node,virgl,"
	offers "virgl" "${gpu[@]}" --need render-node --need ""
	offers "virgl, render-node" "${gpu[@]}" --need "virgl, ren"
	# Here ~ is no sign.
	offers "render-node virgl" "${gpu[@]}" --exclude "~"
	has_offer name,type list --columns name,
	no_offer name,name list --columns name,
	has_offer net,uts list --without net,
}

@test "odd lines: no error, no crash, nothing on stderr" {
	local -a odd=("" - -- --- "=" : "," "~" "'" "\"" "\\" "\$(" "\`" "--=" --type= --type=x=y "-=" -t -t= "--need=,,," ",,," \
		$'\n' $'\xff' $'\e[31m' "complete" "--help" "-h" "$(printf 'x%.0s' {1..20000})" :file 'a b')

	offered
	for word in "${odd[@]}"; do
		offered "$word"
		offered "$word" ""
		offered --type "$word" --need "$word" ""
		offered list --need "$word" "$word"
		offered --dir "$word" --type ""
		offered exec -- "$word" "$word"
		offered --binary "$word" --sandbox "$word" -n ""
	done
}

# ---- what this host has ----

@test "types that manifests announce are offered, but not those of broken and hidden manifests" {
	program one true
	manifest 50-one.json acme.gpu-2 one
	manifest 50-gpu.json gpu one
	manifest 60-hidden.json hidden one
	manifest 50-broken.json broken one
	echo x >> "$manifests/50-broken.json"
	mkdir "$BATS_TEST_TMPDIR/local"
	: > "$BATS_TEST_TMPDIR/local/60-hidden.json"
	probe complete -- --dir "$manifests" --dir "$BATS_TEST_TMPDIR/local" --type ""
	ended 0
	equal "$(grep announced <<< "$output")" "$(lines "gpu${tab}graphics (announced here)" "acme.gpu-2${tab}announced here")"
	has_offer --type=hidden --dir="$manifests" --type=
	no_offer acme.gpu-2 --dir "$BATS_TEST_TMPDIR" --type ""
	# A mistake on the line costs the names that manifests announce, and nothing else.
	no_offer acme.gpu-2 --dir "$manifests" --timeout x --type ""
	has_offer gpu --dir "$manifests" --timeout x --type ""
}

@test "of what is known to be broken neither types nor features are offered, nor names that are too long" {
	local long cache=(--dir "$manifests" --cache-dir "$BATS_TEST_TMPDIR/cache")

	need_sandbox
	long=$(printf 'x%.0s' {1..64})
	candidate 10-works.json works hover
	candidate 20-long.json "$long" "$long"
	candidate 30-longer.json "${long}y" "${long}y" tilt
	manifest 40-gone.json gone gone
	manifest 41-liar.json liar liar
	backend liar other spin
	manifest 42-fails.json fails fails
	program fails "exit 3"
	manifest 43-empty.json empty empty
	program empty true
	program closed true
	chmod 644 "$programs/closed"
	manifest 44-closed.json closed closed
	# Nothing is known of those that were not run.
	probe complete -- "${cache[@]}" --type ""
	equal "$(grep 'announced here$' <<< "$output" | cut -f 1 | xargs)" "works $long liar fails empty"
	probe refresh "${cache[@]}"
	probe complete -- "${cache[@]}" --type ""
	equal "$(grep 'announced here$' <<< "$output" | cut -f 1 | xargs)" "works $long"
	probe complete -- "${cache[@]}" --need ""
	equal "$(grep 'of a program' <<< "$output" | cut -f 1 | xargs)" "hover $long tilt"
}

@test "features that the cache knows are offered, of the type on the line" {
	need_sandbox
	candidate 50-one.json acme hover tilt
	candidate 50-two.json other spin
	offers "" --dir "$manifests" --cache-dir "$BATS_TEST_TMPDIR/cache" --type acme --need ""
	probe refresh --dir "$manifests" --cache-dir "$BATS_TEST_TMPDIR/cache"
	ended 0
	offers "hover tilt" --dir "$manifests" --cache-dir "$BATS_TEST_TMPDIR/cache" --type acme --need ""
	offers "tilt" --dir "$manifests" --cache-dir "$BATS_TEST_TMPDIR/cache" --type acme -x hover -n ""
	has_offer spin --dir "$manifests" --cache-dir "$BATS_TEST_TMPDIR/cache" --need ""
}

@test "nothing is run, and nothing is written" {
	skip_with_asan
	need strace
	candidate 50-one.json acme hover
	for words in "--type" "--need" "--type acme --need" "--binary $programs/50-one --need" "check" "exec --type acme --"; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr strace -f -o "$BATS_TEST_TMPDIR/calls" "$VHOST_PROBE" complete -- \
			--dir "$manifests" --cache-dir "$BATS_TEST_TMPDIR/cache" $words ""
		ended 0
		equal "$(grep -c execve "$BATS_TEST_TMPDIR/calls")" 1
		equal "$(grep -E 'clone|fork|O_WRONLY|O_RDWR|O_CREAT|mkdir|unlink|rename|connect\(' "$BATS_TEST_TMPDIR/calls")" ""
	done
	[ ! -e "$BATS_TEST_TMPDIR/cache" ]
}

# hostile_manifests: types that a shell, or a reader of lines, could mistake for something else.
hostile_manifests() {
	# shellcheck disable=SC2016 # not to be expanded
	local -a types=('$(touch pwned)' '`touch pwned`' ';touch pwned' 'x;touch pwned' '|touch pwned' '${x:=`touch pwned`}'
		'a\nb' ':file' ':directory' 'a\tb' "'" '\"' '\u001b[31m' '~root' '-x' '--dir' 'a b' 'a*' 'ü' 'a=b' 'a,b' 'a:b'
		"\\\\\\\\" '!!' '#' '<pwned' '>pwned' '&touch pwned' '\r' '\u0007' '{a,b}' '[a-z]' '%s' "'\$(touch pwned)'")
	local n=10

	for type in "${types[@]}"; do
		printf '{"description": "d", "type": "%s", "binary": "/bin/true"}\n' "$type" \
			> "$manifests/$n-hostile.json"
		n=$((n + 1))
	done
	program one true
	manifest 90-vendor.json vendor_x+1.2 one
}

@test "no hostile name is offered" {
	hostile_manifests
	probe complete -- --dir "$manifests" --type ""
	harmless "$output"
	equal "$(grep 'announced here$' <<< "$output")" "vendor_x+1.2${tab}announced here"
	# All of them are read, and could be asked for.
	equal "$("$VHOST_PROBE" list --dir "$manifests" --cache only --json | jq '.candidates | length')" 35
}

@test "no hostile feature is offered" {
	need_sandbox
	manifest 50-one.json acme one
	# shellcheck disable=SC2016 # not to be expanded
	printing one '{"type": "acme", "features": ["$(touch pwned)", "`x`", "a\nb", ":file", "~x", "-x", "a b", "\u001b[31m", "good_1"]}'
	probe refresh --dir "$manifests" --cache-dir "$BATS_TEST_TMPDIR/cache"
	ended 0
	offers good_1 --dir "$manifests" --cache-dir "$BATS_TEST_TMPDIR/cache" --type acme --need ""
}

# ---- at the prompt ----

# at_prompt SHELL KEYS...: each line of keys is typed at a prompt; $typed becomes what the program
# would have got, one line per call: <WORD><WORD>.
at_prompt() {
	local home=$BATS_TEST_TMPDIR/home
	local -a shell=("$1")

	need "$1"
	need script
	mkdir -p "$home"
	# What is typed is shown instead of run; the completions call the program itself.
	cat > "$home/.zshrc" <<- END
		PS1='> '
		vhost-probe() { printf 'typed '; printf '<%s>' "\$@"; echo; }
	END
	cp "$home/.zshrc" "$home/.bashrc"
	echo "source '$completions/vhost-probe.bash'" >> "$home/.bashrc"
	printf '%s\n' "fpath=('$completions' \$fpath)" "autoload -Uz compinit && compinit -u -D" >> "$home/.zshrc"
	[ "$1" != bash ] || shell+=(--noprofile --rcfile "$home/.bashrc")
	shift
	run env HOME="$home" ZDOTDIR="$home" TERM=dumb timeout -k 5 60 \
		script -qefc "$(printf '%q ' "${shell[@]}" -i)" /dev/null < <(printf '%b\n' "$@" exit)
	typed=$(tr -d '\r' <<< "$output" | grep -a '^typed ' | cut -d ' ' -f 2-)
}

# types KEYS WORDS: after these keys, the program gets these words.
types() {
	keys+=("$1")
	wanted+=("$2")
}

# same_at_prompt SHELL: what bash and zsh have in common.
same_at_prompt() {
	local -a keys=() wanted=()

	mkdir "$manifests/only-directory" "$manifests/two words"
	touch "$manifests/only-file"
	types 'vhost-probe expl\t' "<explain>"
	types 'vhost-probe cache pa\t' "<cache><path>"
	types 'vhost-probe --ty\tvs\t--js\t' "<--type><vsock><--json>"
	types 'vhost-probe --type=vs\t' "<--type=vsock>"
	types 'vhost-probe -tvs\t' "<-tvsock>"
	types 'vhost-probe --type "vs\t' "<--type><vsock>"
	types "vhost-probe --type='vs\\t" "<--type=vsock>"
	types 'vhost-probe --type gpu --need virgl,r\t' "<--type><gpu><--need><virgl,render-node>"
	types 'vhost-probe --type "gpu" --need=virgl,~r\t' "<--type><gpu><--need=virgl,~render-node>"
	types 'vhost-probe --dir /a:b@c --sandbox p\t' "<--dir></a:b@c><--sandbox><partial>"
	types 'vhost-probe list --columns=name,ver\t' "<list><--columns=name,verdict>"
	types 'vhost-probe --type none-such\t' "<--type><none-such>"
	types "vhost-probe check $manifests/only-f\\t" "<check><$manifests/only-file>"
	types "vhost-probe --binary $manifests/only-f\\t" "<--binary><$manifests/only-file>"
	types "vhost-probe --binary=$manifests/only-f\\t" "<--binary=$manifests/only-file>"
	types "vhost-probe exec --type gpu -- $manifests/only-f\\t" "<exec><--type><gpu><--><$manifests/only-file>"
	types "vhost-probe --dir $manifests/only\\t" "<--dir><$manifests/only-directory>"
	types "vhost-probe --dir=$manifests/tw\\t" "<--dir=$manifests/two words>"
	at_prompt "$1" "${keys[@]}"
	# Of directories some shells leave the slash.
	equal "${typed//\/>/>}" "$(lines "${wanted[@]}")"
}

@test "bash: verbs, options, values, lists and files at a prompt" {
	same_at_prompt bash
}

@test "zsh: verbs, options, values, lists and files at a prompt" {
	same_at_prompt zsh
}

@test "hostile names at a prompt: none is inserted, none is executed" {
	local shell

	hostile_manifests
	cd "$BATS_TEST_TMPDIR"
	# shellcheck disable=SC2016 # not to be expanded
	for shell in bash zsh; do
		at_prompt $shell "vhost-probe --dir '$manifests' --type vendor\\t" "vhost-probe --dir '$manifests' --type a\\t\\t x" \
			"vhost-probe --dir '\$(touch pwned)' --type gpu --need vir\\t" \
			"vhost-probe --dir '$manifests' --type '\$\\t\\t'"
		equal "$typed" "$(lines "<--dir><$manifests><--type><vendor_x+1.2>" "<--dir><$manifests><--type><a><x>" \
			'<--dir><$(touch pwned)><--type><gpu><--need><virgl>' "<--dir><$manifests><--type><\$>")"
		[ ! -e pwned ]
	done
}

@test "the program that is asked is the one in PATH, not one that the line names" {
	program vhost-probe "echo \$* >> '$BATS_TEST_TMPDIR/asked'"
	for shell in bash zsh; do
		at_prompt $shell "$programs/vhost-probe --type vs\\t"
		equal "$(cat "$BATS_TEST_TMPDIR/asked")" "--type vsock"
		rm "$BATS_TEST_TMPDIR/asked"
	done
}

@test "without the program in PATH there are no completions, and no message" {
	PATH=${PATH#"$STAGE/bin:"}
	for shell in bash zsh; do
		at_prompt $shell 'vhost-probe --ty\t'
		equal "$typed" "<--ty>"
		lacks "$output" "not found"
	done
}

# fish makes directories in those of its user.
own_fish() {
	env HOME="$BATS_TEST_TMPDIR/home" XDG_CACHE_HOME="$BATS_TEST_TMPDIR/home" \
		XDG_CONFIG_HOME="$BATS_TEST_TMPDIR/home" XDG_DATA_HOME="$BATS_TEST_TMPDIR/home" \
		timeout -k 5 60 fish --no-config "$@"
}

# in_fish LINE: what fish offers at its end.
in_fish() {
	need fish
	mkdir -p "$BATS_TEST_TMPDIR/home"
	# shellcheck disable=SC2016 # fish's own
	run --separate-stderr own_fish -c \
		'source $argv[1]; complete -C $argv[2]' -- "$completions/vhost-probe.fish" "$1"
	ended 0
	equal "$stderr" ""
}

@test "fish: verbs, options, values, lists and files" {
	mkdir "$manifests/two words"
	touch "$manifests/two-file"
	in_fish 'vhost-probe --ty'
	equal "$output" "--type${tab}only backends of this type"
	in_fish 'vhost-probe ca'
	equal "$output" "cache${tab}show the cache's contents; delete them; print its location"
	in_fish 'vhost-probe --type=vs'
	equal "$output" "--type=vsock${tab}host-guest sockets"
	in_fish 'vhost-probe --type "gpu" --need virgl,ren'
	equal "$output" "virgl,render-node${tab}of gpu"
	in_fish "vhost-probe --dir $manifests/tw"
	equal "$(cut -f 1 <<< "$output")" "$manifests/two words/"
	in_fish "vhost-probe --dir=$manifests/tw"
	equal "$(cut -f 1 <<< "$output")" "--dir=$manifests/two words/"
	in_fish "vhost-probe check $manifests/two-"
	equal "$(cut -f 1 <<< "$output")" "$manifests/two-file"
	in_fish "vhost-probe --type none-such"
	equal "$output" ""
}

@test "fish: hostile names" {
	hostile_manifests
	cd "$BATS_TEST_TMPDIR"
	in_fish "vhost-probe --dir $manifests --type vend"
	equal "$output" "vendor_x+1.2${tab}announced here"
	in_fish "vhost-probe --dir '(touch pwned)' --dir $manifests --type '(touch pwned)"
	in_fish "vhost-probe --dir $manifests --type "
	harmless "$output"
	lacks "$output" pwned
	[ ! -e pwned ]
}

@test "the completions' syntax, in every shell" {
	for shell in bash zsh fish; do
		need $shell
	done
	bash -n "$completions/vhost-probe.bash"
	zsh -n "$completions/_vhost-probe"
	own_fish -n "$completions/vhost-probe.fish"
}
