#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2154 # scripts have variables of their own; the helper sets ours
#
# What a program sees depends only on that program: its own directory, of its prefix what programs
# need of each other, and never what another candidate brought along.

load helper
load image
load vendors

setup() {
	prepare_vendors
}

# ---- among others ----

# Three that depend on each other, where they can see each other.
neighbours() {
	installed a/bin/wrapper "exec '$vendors/b/bin/target'"
	installed b/bin/target "echo '$ANSWER'"
	has b/bin/private/key
	installed c/bin/spy ". '$vendors/b/bin/private/key'"
}

@test "verdicts are the same by itself, among others, in any order, in list, explain and select, at each level" {
	local order name program line level i
	local -a words wanted

	neighbours
	for level in full partial; do
		wanted=(--sandbox full)
		if [ $level = partial ]; then
			has_landlock 6 || continue
			wanted=("${partial[@]}")
		fi
		for order in "wrapper target spy" "target wrapper spy" "spy target wrapper"; do
			rm -f "$manifests"/*
			i=10
			for name in $order; do
				program=$(cd "$vendors" && echo */bin/"$name")
				offered "$i-$name" "$program"
				i=$((i + 10))
			done
			for line in "list" "explain --type sample" "list --jobs 1" "refresh" "list --cache only"; do
				read -ra words <<< "$line"
				probe_here "${words[@]}" --json --cache-dir "$BATS_TEST_TMPDIR/cache-$level" "${wanted[@]}"
				equal "$(json '.candidates[] | select(.verdict == "match" or .verdict == "selected") | .binary')" \
					"$vendors/b/bin/target"
				equal "$(json '.candidates[] | select(.verdict == "exit-status") | .binary' | sort)" \
					"$(lines "$vendors/a/bin/wrapper" "$vendors/c/bin/spy")"
			done
			probe_here --type sample --cache off -q "${wanted[@]}"
			answered "$vendors/b/bin/target"
		done
		for program in a/bin/wrapper c/bin/spy; do
			probe --binary "$vendors/$program" --cache off "${wanted[@]}"
			refused
		done
	done
}

@test "the readable files are the same by itself, among others, in any order, in list, explain and select, at each level" {
	local name order level i verb wanted
	local -a words

	for name in a b c; do
		has "$name/bin/file"
		# At level partial nothing above its directory can be listed.
		installed "$name/bin/look" "for file in '$vendors'/a/bin/* '$vendors'/b/bin/* '$vendors'/c/bin/* \\" \
			"'$vendors'/a/bin/file '$vendors'/b/bin/file '$vendors'/c/bin/file '$vendors'/[abc]/bin/look; do" \
			'(: < "$file") 2> /dev/null && found="$found,\"$file\""' 'done' \
			'echo "{\"type\": \"sample\", \"features\": [${found#,}]}"'
	done
	for level in full partial; do
		words=(--sandbox full)
		if [ $level = partial ]; then
			has_landlock 6 || continue
			words=("${partial[@]}")
		fi
		for order in "a b c" "c a b" "b c a"; do
			rm -f "$manifests"/*
			i=10
			for name in $order; do
				offered "$i-$name" "$name/bin/look"
				i=$((i + 10))
			done
			for verb in list explain select; do
				probe_here $verb --type sample --json --cache off "${words[@]}"
				ended 0
				for name in "$manifests"/*; do
					name=${name##*/}
					# What comes after the first that matches is not asked.
					[ $verb = list ] || [[ $name = 10-* ]] || continue
					i=${name#*-}
					i=$vendors/${i%.json}/bin
					wanted="[\"$i/file\",\"$i/look\"]"
					equal "$verb $level $(of "$name" '.capabilities.features | unique | tojson')" "$verb $level $wanted"
				done
			done
		done
		for name in a b c; do
			probe list --binary "$vendors/$name/bin/look" --json --cache off "${words[@]}"
			equal "$(json '.candidates[].capabilities.features | unique | tojson')" \
				"[\"$vendors/$name/bin/file\",\"$vendors/$name/bin/look\"]"
		done
	done
}

@test "a program writes neither to its prefix nor to what a link there leads to" {
	local try words

	has p/lib/file
	has q/file
	installed p/bin/tool "echo '$ANSWER'"
	ln -s ../../q/file "$vendors/p/lib/link"
	ln -s ../q "$vendors/p/lib64"
	mkdir -p "$vendors/p/libexec" "$vendors/p/share"
	chmod -R go+w "$vendors/p/lib" "$vendors/p/libexec" "$vendors/p/share" "$vendors/q"
	for try in 'echo x > lib/file' 'echo x > lib/new' 'echo x > lib/link' 'echo x > lib64/file' 'echo x > libexec/new' \
		'mkdir libexec/new' 'echo x > share/new' 'echo x > new' 'ln -s x lib/new' 'rm -f lib/file' 'rm bin/tool' \
		'mv lib/file lib/moved' 'ln lib/file lib/second' 'chmod 777 lib' 'mkfifo lib/new'; do
		installed p/bin/writes "cd '$vendors/p'" "( $try ) 2> /dev/null" "echo '$ANSWER'"
		chmod go-w "$vendors/p/bin/writes"
		find "$vendors" -printf '%P %M %l %s\n' | sort > "$BATS_TEST_TMPDIR/before"
		for words in "--sandbox full" "${partial[*]}"; do
			[[ $words != *partial* ]] || has_landlock 6 || continue
			# shellcheck disable=SC2086 # words
			probe --binary "$vendors/p/bin/writes" --cache off $words
			answered "$vendors/p/bin/writes"
			find "$vendors" -printf '%P %M %l %s\n' | sort > "$BATS_TEST_TMPDIR/after"
			diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
		done
	done
	# By hand, the last one works.
	"$vendors/p/bin/writes"
	[ -p "$vendors/p/lib/new" ]
}

@test "programs in hundreds of directories: each sees its own" {
	local i

	for ((i = 0; i < 300; i++)); do
		has "$i/bin/mine"
		installed "$i/bin/x" ". '$vendors/$i/bin/mine'" \
			"! cat '$vendors/$(((i + 1) % 300))/bin/mine' 2> /dev/null"
		offered "$i" "$i/bin/x"
	done
	probe_here list --json --cache off
	ended 0
	equal "$(json '[.candidates[] | select(.verdict == "match")] | length')" 300
}

@test "an earlier program that hangs keeps none in another room waiting" {
	local i start

	for i in 1 2 3 4; do
		installed "$i/bin/x" 'exec sleep 60'
		offered "1$i" "$i/bin/x"
		installed "5$i/bin/x" "echo '$ANSWER'"
		offered "5$i" "5$i/bin/x"
	done
	start=$EPOCHSECONDS
	probe_here list --json --cache off --timeout 2
	ended 0
	equal "$(json '[.candidates[] | select(.verdict == "timeout")] | length')" 4
	equal "$(json '[.candidates[] | select(.verdict == "match")] | length')" 4
	below $((EPOCHSECONDS - start)) 5
}

@test "all of them see exposed paths" {
	has shared/file
	for name in a b; do
		installed "$name/bin/x" ". '$vendors/shared/file'"
		offered "$name" "$name/bin/x"
	done
	probe_here list --json --cache off
	equal "$(json '.candidates[].verdict' | sort -u)" exit-status
	probe_here list --json --cache off --expose "$vendors/shared"
	equal "$(json '.candidates[].verdict' | sort -u)" match
}

@test "more exposed paths than a sandbox can show are an error" {
	local i words=()

	installed bin/x "echo '$ANSWER'"
	for ((i = 0; i < 500; i++)); do
		: > "$vendors/$i"
		words+=(--expose "$vendors/$i")
	done
	probe --binary "$vendors/bin/x" --cache off "${words[@]}"
	ended 2
	equal "$stderr" "vhost-probe: more paths are exposed than a sandbox can show"
}

# ---- prefixes ----

@test "libraries beside the program's directory: \$ORIGIN/../lib, lib32, lib64" {
	for name in lib lib32 lib64 lib/deep/er; do
		has "p/$name/x"
		installed "p/bin/uses-${name//\//-}" '. "${0%/*}/../'"$name"'/x"'
		works "p/bin/uses-${name//\//-}"
	done
}

@test "a wrapper in PREFIX/bin that executes PREFIX/libexec/y, and the like" {
	installed p/libexec/y "echo '$ANSWER'"
	installed p/libexec/deep/y "echo '$ANSWER'"
	installed p/sbin/y "echo '$ANSWER'"
	for name in libexec/y libexec/deep/y sbin/y; do
		installed "p/bin/x" 'exec "${0%/*}/../'"$name"'"'
		works p/bin/x
	done
	for name in p/sbin/x p/libexec/x p/lib/x; do
		installed "$name" 'exec "${0%/*}/../libexec/y"'
		works "$name"
	done
	for name in p/libexec/qemu/x p/lib/qemu/x; do
		installed "$name" 'exec "${0%/*}/../../libexec/y"'
		works "$name"
	done
}

@test "a prefix of a version: /snap/NAME/N, Homebrew's links, Nix' profiles" {
	has snap/name/12/usr/lib/x
	installed snap/name/12/usr/bin/x '. "${0%/*}/../lib/x"'
	works snap/name/12/usr/bin/x
	has brew/Cellar/x/1.0/lib/x
	installed brew/Cellar/x/1.0/bin/x ". '$vendors/brew/Cellar/x/1.0/lib/x'"
	mkdir "$vendors/brew/bin"
	ln -s ../Cellar/x/1.0/bin/x "$vendors/brew/bin/x"
	works brew/bin/x
}

@test "a Python environment's interpreter finds the environment's modules" {
	local version python=/usr/bin/python3

	need $python
	version=$($python -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
	mkdir -p "$vendors/venv/bin" "$vendors/venv/lib/$version/site-packages"
	ln -s $python "$vendors/venv/bin/python3"
	printf 'home = /usr/bin\ninclude-system-site-packages = false\n' > "$vendors/venv/pyvenv.cfg"
	echo "answer = '$ANSWER'" > "$vendors/venv/lib/$version/site-packages/only_here.py"
	printf '%s\n' "#!$vendors/venv/bin/python3" 'import only_here; print(only_here.answer)' \
		> "$vendors/venv/bin/x"
	chmod 755 "$vendors/venv/bin/x"
	works venv/bin/x
}

@test "an interpreter in another prefix: the reason names what to show, and that works" {
	mkdir -p "$vendors/other/bin" "$vendors/venv/bin"
	cp /bin/sh "$vendors/other/bin/interpreter"
	ln -s "$vendors/other/bin/interpreter" "$vendors/venv/bin/interpreter"
	printf '%s\n' "#!$vendors/venv/bin/interpreter" "echo '$ANSWER'" > "$vendors/venv/bin/x"
	chmod 755 "$vendors/venv/bin/x"
	probe list --binary "$vendors/venv/bin/x" --json --cache off
	matches "$(json '.candidates[].reason')" \
		"*: its interpreter $vendors/venv/bin/interpreter cannot be seen in the sandbox; --expose $vendors/other"
	works venv/bin/x --expose "$vendors/other"
}

@test "nothing else of a prefix: not share, etc, var, nor files in the prefix itself" {
	has p/share/x
	has p/etc/x
	has p/var/x
	has p/x
	for name in share/x etc/x var/x x; do
		installed p/bin/x '. "${0%/*}/../'"$name"'"'
		is_refused p/bin/x
		probe --binary "$vendors/p/bin/x" --cache off
		matches "$stderr" "*($vendors/p/bin/../$name exists, but is not shown to programs: --expose $vendors/p*)*"
		# The remedy.
		works p/bin/x --expose "$vendors/p"
	done
}

@test "a link in a prefix is not followed, and another user's files are not shown" {
	has q/x
	mkdir -p "$vendors/p"
	ln -s ../q "$vendors/p/lib"
	installed p/bin/x '. "${0%/*}/../lib/x"'
	is_refused p/bin/x
	has_others || return 0
	rm "$vendors/p/lib"
	has p/lib/x
	works p/bin/x
	chown "$TEST_UID" "$vendors/p/lib"
	is_refused p/bin/x
	# The program's owner may be that one, if he is the caller.
	chown -R "$TEST_UID" "$vendors/p"
	run --separate-stderr as_other "$VHOST_PROBE" --binary "$vendors/p/bin/x" --cache off
	answered "$vendors/p/bin/x"
}

@test "a home is no prefix: ~/bin/x and ~/lib/x see their own directory, ~/.local/bin/x its prefix" {
	HOME=$vendors/me
	export HOME
	has me/lib/y
	has me/bin/y
	has me/.local/lib/y
	has me/.local/share/y
	installed me/bin/x '. "${0%/*}/../lib/y"'
	is_refused me/bin/x
	installed me/bin/x '. "${0%/*}/y"'
	works me/bin/x
	installed me/lib/x '. "${0%/*}/../bin/y"'
	is_refused me/lib/x
	installed me/.local/bin/x '. "${0%/*}/../lib/y"'
	works me/.local/bin/x
	installed me/.local/bin/x '. "${0%/*}/../share/y"'
	is_refused me/.local/bin/x
}

# ---- names that are links ----

@test "a script that is started through links finds its name as \$0" {
	installed p/bin/target '[ "${0##*/}" = name ] &&' "echo '$ANSWER'"
	linked p/bin/name target
	linked p/bin/second name
	linked q/bin/name "$vendors/p/bin/target"
	linked r/name ../q/bin/name
	linked p/name bin/target
	linked s/name ../p/./bin/../name
	for name in p/bin/name q/bin/name r/name p/name s/name; do
		works_everywhere "$name"
	done
	# By another name it refuses itself, as by hand.
	for name in p/bin/target p/bin/second; do
		probe --binary "$vendors/$name" --cache off
		refused
	done
}

@test "applets: each name of one script has its own answer, and they see the same" {
	installed p/lib/applets 'name=${0##*/}' \
		'echo "{\"type\": \"sample\", \"features\": [\"$name\"]}"'
	for name in one two three; do
		linked "p/bin/$name" ../lib/applets
		linked "far/$name" "../p/bin/$name"
		offered "1-$name" "p/bin/$name"
		offered "2-$name" "far/$name"
	done
	for words in "" "${partial[*]}"; do
		read -ra words <<< "$words"
		probe_here list --json --cache off "${words[@]}"
		for name in one two three; do
			equal "$(of "1-$name.json" '.capabilities.features | tojson')" "[\"$name\"]"
			equal "$(of "2-$name.json" '.capabilities.features | tojson')" "[\"$name\"]"
		done
	done
}

@test "a link in PREFIX/bin whose script reads PREFIX/lib by the link's name" {
	has p/lib/y
	installed p/libexec/j/x '. "${0%/*}/../lib/y"'
	linked p/bin/x ../libexec/j/x
	works_everywhere p/bin/x
	# The directory is a link, as of a current version.
	has x/releases/3/lib/y
	installed x/releases/3/libexec/j/x '. "${0%/*}/../lib/y"'
	linked x/releases/3/bin/x ../libexec/j/x
	linked x/releases/latest 3
	linked x/current releases/latest
	linked x/bin current/bin
	linked elsewhere/x ../x/current/bin/x
	works_everywhere x/current/bin/x
	works_everywhere x/bin/x
	installed x/releases/3/libexec/j/x 'cd "${0%/*}" && . "$(dirname "$(readlink "$0")")/../lib/y"'
	works_everywhere elsewhere/x
}

@test "a script that follows its links one by one, to its library" {
	has p/lib/y
	installed p/libexec/x 'file=$0' 'while [ -L "$file" ]; do' 'cd "${file%/*}"' 'file=$(readlink "$file")' \
		'case $file in /*) ;; *) file=$PWD/$file ;; esac' 'done' '. "${file%/*}/../lib/y"'
	linked a/1 "$vendors/b/2"
	linked b/2 ../c/3
	linked c/3 "$vendors/p/libexec/x"
	works_everywhere a/1
}

@test "the links themselves are shown, and nothing that lies beside them" {
	installed p/bin/x 'ls -A "${0%/*}" | sed "s/.*/{\"type\": \"sample\", \"features\": [\"&\"]}/"'
	linked a/x "$vendors/p/bin/x"
	echo secret > "$vendors/a/secret"
	probe --binary "$vendors/a/x" --cache off --json
	equal "$(json '.candidates[].capabilities.features | tojson')" '["x"]'
}

@test "a link that is too long, or of a directory that is not shown, leaves the real path" {
	local deep=$vendors/p

	installed p/bin/x '[ "${0##*/}" = x ] &&' "echo '$ANSWER'"
	for i in {1..60}; do
		deep+=/../p
	done
	linked a/y "$deep/bin/x"
	linked a/x "$vendors/hidden/../p/bin/x"
	mkdir "$vendors/hidden"
	for name in a/y a/x; do
		probe --binary "$vendors/$name" --cache off
		answered "$vendors/$name"
	done
}

@test "programs that execute or open the name by which they were executed, through links too" {
	for name in executes-its-name opens-its-name; do
		mkdir -p "$vendors/p/bin"
		cp "$STAGE/bin/healthy" "$vendors/p/bin/$name"
		linked "a/$name" "../p/bin/$name"
		works_everywhere "p/bin/$name"
		works_everywhere "a/$name"
	done
}

@test "a program that may only be executed; an interpreter that is a link; a script of a script" {
	cp "$STAGE/bin/healthy" "$vendors/executes-its-name"
	chmod 0711 "$vendors/executes-its-name"
	works_everywhere executes-its-name
	linked bin/interpreter "$(readlink -f /bin/sh)"
	printf '%s\n' "#!$vendors/bin/interpreter" '[ "${0##*/}" = name ] &&' "echo '$ANSWER'" > "$vendors/bin/x"
	printf '%s\n' "#!$vendors/bin/x2" "echo '$ANSWER'" > "$vendors/bin/y"
	printf '%s\n' "#!/bin/sh" '. "$1"' > "$vendors/bin/x2"
	chmod 755 "$vendors"/bin/{x,y,x2}
	linked bin/name x
	linked bin/other y
	works_everywhere bin/name
	works_everywhere bin/other
}

@test "a name that goes through closed directories shows nothing of the links there" {
	installed p/bin/x "readlink '$vendors/private/current' >&2" \
		'[ "${0%/*}" = "'"$(realpath "$vendors")"'/p/bin" ] &&' "echo '$ANSWER'"
	mkdir -p "$vendors/private/secret"
	ln -s secret "$vendors/private/current"
	chmod 700 "$vendors/private"
	probe --binary "$vendors/private/current/../../p/bin/x" --cache off --json
	equal "$(json '.candidates[] | .verdict + .probe.stderr')" selected
}

@test "a script that acts by its name, where others can change the way: the reason names the directory" {
	local level where=$vendors/open

	need_partial
	installed p/bin/target '[ "${0##*/}" = name ] &&' "echo '$ANSWER'"
	linked open/name ../p/bin/target
	for level in "" "${partial[*]}" "--sandbox none"; do
		chmod 777 "$where"
		# shellcheck disable=SC2086 # words
		probe list --json --cache off --binary "$where/name" $level
		equal "$(json '.candidates[].reason')" "exit status 1 (its \$0 was $vendors/p/bin/target, since $where can be \
written by others (mode 0777), who could redirect this path elsewhere)"
		chmod 755 "$where"
		# shellcheck disable=SC2086 # words
		probe --cache off --binary "$where/name" $level
		answered "$where/name"
		# shellcheck disable=SC2086 # words
		probe list --json --cache off --binary "$vendors/p/../open/name" $level
		equal "$(json '.candidates[].reason')" "exit status 1 (its \$0 was $vendors/p/bin/target, since its name has .. in it)"
	done
}

@test "links whose names the room uses for itself" {
	image_host
	on_image '
		mkdir -p /srv/releases
		printf "#!/bin/sh\necho '"'%s'"'\n" "$ANSWER" > /srv/releases/x
		chmod 755 /srv/releases/x
		for name in canary tmp2 "x y" ".an empty file"; do
			ln -s /srv/releases "/$name"
			ln -s /srv/releases/x "/$name.x"
			for path in "/$name/x" "/$name.x"; do
				"$1" --binary "$path" --cache off || exit
				"$1" --binary "$path" --cache off '"${partial[*]}"' || exit
			done
		done'
	answered "$(for name in canary tmp2 "x y" ".an empty file"; do
		lines "/$name/x" "/$name/x" "/$name.x" "/$name.x"; done)"
}

# ---- systems whose directories are links ----

@test "image-based systems: a backend in /usr/local or /opt that needs its neighbours works" {
	image_host
	on_image '
		mkdir -p /var/usrlocal/bin /var/usrlocal/own /var/opt/v /var/home/u/.local/bin /var/srv/bin
		printf "#!/bin/sh\nexec /usr/local/own/y\n" > /usr/local/bin/x
		printf "#!/bin/sh\nexec /opt/v/y\n" > /opt/v/x
		printf "#!/bin/sh\nexec /home/u/.local/bin/y\n" > /home/u/.local/bin/x
		printf "#!/bin/sh\nexec /srv/bin/y\n" > /srv/bin/x
		for y in /usr/local/own/y /opt/v/y /home/u/.local/bin/y /srv/bin/y; do
			printf "#!/bin/sh\necho '"'%s'"'\n" "$ANSWER" > $y
		done
		for x in /usr/local/bin/x /opt/v/x /home/u/.local/bin/x /srv/bin/x; do
			chmod 755 ${x%x}* ${x%/*/*}/own/y 2> /dev/null || :
			"$1" --binary $x --cache off || exit
			"$1" --binary $x --cache off '"${partial[*]}"' || exit
		done'
	answered "$(for x in /usr/local/bin/x /opt/v/x /home/u/.local/bin/x /srv/bin/x; do lines $x $x; done)"
}

# as_script FILE LINE...: for on_image: makes a shell script of these lines there.
as_script() {
	printf 'mkdir -p %q && printf "%%s\\n" %s > %q && chmod 755 %q\n' "${1%/*}" \
		"$(printf '%q ' '#!/bin/sh' "${@:2}")" "$1" "$1"
}

# asked FILE: for on_image: prints the verdicts on it, at full and at partial.
asked() {
	printf '"$1" --binary %q --cache off --json %s | jq -r ".candidates[].verdict"\n' "$1" "" "$1" "${partial[*]}"
}

@test "image-based systems: what /bin, /sbin and /lib* lead to out of /usr is found, unless others may write there" {
	local loader dir script wanted=""

	image_host
	need_partial
	loader=$(ldd /bin/sh | awk '/\/ld/ { print $1 }')
	[ -f "$loader" ] || skip_or_fail "no loader of /bin/sh"
	script="mkdir -p /system/bin && cp -L /bin/sh /system/bin"
	script+=" && mkdir -p /system${loader%/*} && cp -L $loader /system$loader"$'\n'
	for dir in sbin lib lib32 lib64 libx32; do
		[ -L /$dir ] || [ ! -e /$dir ] || skip_or_fail "/$dir is no link here"
		script+=$(as_script /system/$dir/y "echo '$ANSWER'")$'\n'
		script+=$(as_script /srv/v/$dir-y "exec /$dir/y")$'\n'
	done
	# By one process: another could not be started in between.
	script+='perl -e '\''unlink("/$_"), symlink("system/$_", "/$_") for @ARGV'\'' sbin lib lib32 lib64 libx32 bin'$'\n'
	for dir in sbin lib lib32 lib64 libx32; do
		script+="$(asked /srv/v/$dir-y)"$'\n'"chmod 775 /system/$dir"$'\n'
		script+="$(asked /srv/v/$dir-y)"$'\n'"chmod 755 /system/$dir"$'\n'
		wanted+="selected selected "
		# Without its loader it cannot even be started.
		[[ $loader = /$dir/* ]] && wanted+="exec-failed exec-failed " || wanted+="exit-status exit-status "
	done
	on_image "$script chmod 775 /system/bin; $(asked /srv/v/lib-y)"
	ended 0
	equal "$(xargs <<< "$output")" "${wanted}exec-failed exec-failed"
}

@test "a prefix is one in /var/lib, /mnt and /run, too; these themselves are none" {
	local prefix script="mkdir -p /mnt; mount -t tmpfs -o mode=755 none /mnt; mount -t tmpfs -o mode=755 none /run"$'\n' wanted=""

	image_host
	need_partial
	for prefix in /var/lib/v /var/v /mnt/v /run/v /var/lib /var /srv /mnt /run; do
		script+=$(as_script $prefix/libexec/y "echo '$ANSWER'")$'\n'
		script+=$(as_script $prefix/bin/x "exec $prefix/libexec/y")$'\n'
		script+=$(asked $prefix/bin/x)$'\n'
		[[ $prefix = */v ]] && wanted+="selected selected " || wanted+="exit-status exit-status "
	done
	on_image "$script"
	ended 0
	equal "$(xargs <<< "$output") " "$wanted"
}

@test "image-based systems: a target that others may write to, or that is never shown whole, is not shown" {
	image_host
	need_partial
	on_image '
		asked() {
			"$1" --binary /usr/local/bin/x --cache off --json | jq -r ".candidates[].verdict"
			"$1" --binary /usr/local/bin/x --cache off --json '"${partial[*]}"' | jq -r ".candidates[].verdict"
		}
		mkdir -p /var/usrlocal/bin /var/usrlocal/own
		printf "#!/bin/sh\necho '"'%s'"'\n" "$ANSWER" > /var/usrlocal/own/y
		printf "#!/bin/sh\nexec /usr/local/own/y\n" > /var/usrlocal/bin/x
		chmod 755 /var/usrlocal/*/*
		chmod 777 /var/usrlocal
		asked "$1"
		chmod 755 /var/usrlocal
		asked "$1"
		mount -t tmpfs -o mode=755 tmpfs /run
		mkdir /run/own /run/bin
		cp /var/usrlocal/own/y /run/own/y
		cp /var/usrlocal/bin/x /run/bin/x
		rm /usr/local
		ln -s /run /usr/local
		asked "$1"'
	equal "$output" "$(lines exit-status exit-status selected selected exit-status exit-status)"
}
