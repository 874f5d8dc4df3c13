# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2034,SC2154 # programs have variables of their own; those of the helper, and for the tests
#
# The examples of the manual pages, and a host to run them on. In a page's source a comment stands
# before each display and says how it is tried:
#
#   .\" run [as root] [with TOOL] [status N]
#                                     lines that begin with $ or # are commands, what follows each is
#                                     all that it prints; the last one ends with this status, or 0
#   .\" file PATH [with TOOL]         the content of a file, which later examples find there
#   .\" not run: REASON
#
# All examples of a page are tried in their order on one host, which earlier ones may have changed. Those with
# a TOOL that not every machine has are tried by a test of their own, which is skipped without it. Whether an
# answer comes from the cache depends on how slow the machine is: what is shown must not.

# examples PAGE: sets $markers and, for each, what the display shows in $texts and where that is in
# $places. What is wrong with the source is in $wrong: a display without a comment, a comment without a
# display, and what is typed in another way than it is shown (a bare hyphen, quote, accent or tilde).
# Not in shell: bats counts every line of that.
examples() {
	local -a found

	mapfile -d $'\1' -t found < <(awk -v page="${1##*/}" '
		# Without escapes.
		function plain(line) {
			gsub(/\\-/, "\2", line)
			if (line ~ /[-`\047^~]/)
				complain("not as it is typed")
			gsub(/\2/, "-", line)
			gsub(/\\\(aq/, "\047", line)
			gsub(/\\\(ga/, "`", line)
			gsub(/\\\(ha/, "^", line)
			gsub(/\\\(ti/, "~", line)
			gsub(/\\\(dq/, "\"", line)
			gsub(/\\&/, "", line)
			if (line ~ /\\[^e]/)
				complain("an escape that is not known here")
			gsub(/\\e/, "\\", line)
			return line
		}
		function complain(what) {
			wrong = wrong page ":" FNR ": " what ": " $0 "\n"
		}
		function begin() {
			if (!marker)
				complain("does not say how it is tried")
			printf "%s\1%s:%d\1", marker, page, FNR
			marker = ""
		}
		inside && $0 == ".Ed" {
			printf "\1"
			inside = 0
			next
		}
		inside {
			printf "%s\n", plain($0)
			next
		}
		/^\.Bd -(literal|unfilled)( |$)/ {
			begin()
			inside = 1
			next
		}
		/^\.D[1l] / {
			begin()
			printf "%s\n\1", plain(substr($0, 5))
			next
		}
		marker {
			complain("stands behind the comment of a display")
		}
		{
			marker = /^\.\\" (run|file|not run)( |:|$)/ ? substr($0, 5) : ""
		}
		END {
			printf "%s\1", wrong
		}
	' "$1")
	markers=() texts=() places=() wrong=${found[-1]}
	set -- "${found[@]::${#found[@]}-1}"
	while [ $# != 0 ]; do
		markers+=("$1") places+=("$2") texts+=("$3")
		shift 3
	done
}

# understand MARKER: sets $kind, $path, $as_root, $tool, $wanted_status. Fails if it is none.
understand() {
	tool='' wanted_status=0 path='' as_root=''
	if [[ $1 =~ ^'not run: '.+ ]]; then
		kind='not run'
	elif [[ $1 =~ ^run(' as root')?(' with '([a-z0-9-]+))?(' status '([0-9]+))?$ ]]; then
		kind=run as_root=${BASH_REMATCH[1]} tool=${BASH_REMATCH[3]} wanted_status=${BASH_REMATCH[5]:-0}
	elif [[ $1 =~ ^'file '([^ ]+)(' with '([a-z0-9-]+))?$ ]]; then
		kind=file path=${BASH_REMATCH[1]} tool=${BASH_REMATCH[3]}
	else
		return 1
	fi
}

# ---- the host ----

# Directories of the host that examples see with something in them that this host does not have.
changed=(/usr/share /usr/local/share /usr/local/bin /usr/libexec /opt /srv)

# make_host: one with QEMU's gpu backend and virtiofsd, which are fakes, and with no other manifest. All
# that it has of its own lies in $house, what this host has is seen through links.
make_host() {
	local dir file units

	open_directories
	house=$BATS_TEST_TMPDIR/house units=$house/etc/systemd/system
	mkdir -p "$house"/{etc,run,home}
	# What the caller may read of it.
	cp -rd --preserve=mode,timestamps /etc/. "$house/etc" 2> "$house/unreadable" || :
	rm -rf "$house"/etc/{vhost-probe.conf,qemu,systemd/system}
	for dir in "${changed[@]}"; do
		[ -d "$dir" ] || skip_or_fail "there is no $dir"
		mkdir -p "$house$dir" "$house/former$dir"
		find "$dir" -mindepth 1 -maxdepth 1 ! -name qemu -printf "$house/former%p\0" |
			xargs -0 -r ln -s -t "$house$dir"
	done
	for dir in /usr/libexec /opt/site/libexec; do
		stand_in "$dir/vhost-user-gpu" like-gpu
		stand_in "$dir/virtiofsd" like-fs
	done
	manifest "$house/usr/share/qemu/vhost-user/50-qemu-gpu.json" gpu /usr/libexec/vhost-user-gpu
	manifest "$house/usr/share/qemu/vhost-user/50-virtiofsd.json" fs /usr/libexec/virtiofsd
	mkdir -p "$units"
	for file in service path; do
		sed 's|@bindir@|/usr/local/bin|; s|@sysconfdir@|/etc|; /@extra_dir@/d' \
			"$STAGE/data/systemd/vhost-probe-refresh.$file.in" > "$units/vhost-probe-refresh.$file"
	done
	# Not the program itself, which there would be the installed one, whose warden is elsewhere.
	printf '#!/bin/sh\nexec "%s" "$@"\n' "$VHOST_PROBE" > "$house/vhost-probe"
	chmod 755 "$house/vhost-probe"
	mv -f "$house/vhost-probe" "$house/usr/local/bin"

	apart=(unshare --mount)
	"${apart[@]}" true 2> "$house/why" || apart=(unshare --user --map-current-user --keep-caps --mount)
	on_host true
	[ "$status" = 0 ] || skip_or_fail "no other host can be made here: $output"
}

# stand_in PATH FAKE: a program that says what this fake does, and has a help as the real one.
stand_in() {
	local said

	said=$("$FAKES/$2" --print-capabilities)
	program stand-in 'case $1 in' "--print-capabilities) echo '$said' ;;" \
		'--help) echo "Usage: ${0##*/} --socket-path=PATH | --fd=NUMBER" ;;' 'esac'
	mkdir -p "$house${1%/*}"
	mv -f "$programs/stand-in" "$house$1"
}

# on_host COMMAND: a line of shell, on a terminal as wide as what pages show at 80 columns. Sets
# $status and $output.
on_host() {
	# shellcheck disable=SC2016 # the inner shell's
	run "${apart[@]}" bash -ec '
		house=$1 n=$2
		for dir in "${@:3:n}"; do
			mount --rbind "$dir" "$house/former$dir"
			mount --bind "$house$dir" "$dir"
		done
		mount --bind "$house/etc" /etc
		mount --bind "$house/run" /run
		for dir in /dev/dri /dev/input; do
			[ ! -e $dir ] || mount -t tmpfs tmpfs $dir
		done
		exec setpriv --inh-caps=-all --ambient-caps=-all "${@:3+n}"
	' bash "$house" ${#changed[@]} "${changed[@]}" \
		env -u COLUMNS HOME="$house/home" XDG_CACHE_HOME="$house/home/.cache" PATH="${VHOST_PROBE%/*}:$PATH" \
		SHELL=/bin/bash TERM=dumb LC_ALL=C.UTF-8 timeout -k 5 120 \
		script -qefc "stty cols 66; cd /srv && $1" /dev/null < /dev/null
	output=${output//$'\r'/}
}

# ---- trying ----

# try_file: the file of $path and $text is put onto the host, and must be what it claims to be.
try_file() {
	local file=$house/srv/$path

	[[ $path != /* ]] || file=$house$path
	mkdir -p "${file%/*}"
	printf '%s' "$text" > "$file"
	case $path in
	*/vhost-user/*.json) on_host "vhost-probe check --strict --quiet ${path@Q}" ;;
	*/vhost-probe.conf) on_host 'vhost-probe list > /dev/null' ;;
	/etc/systemd/system/*.d/*.conf) verify_unit "$(basename "${path%.d/*}")" ;;
	/etc/systemd/system/*) verify_unit "${path##*/}" ;;
	*.sh) on_host "bash -n ${path@Q}" ;;
	*.py) on_host "python3 -m py_compile ${path@Q}" ;;
	*.go) on_host "gofmt -l ${path@Q}" ;;
	*.yml) on_host "ansible-playbook -i localhost, --syntax-check ${path@Q} > /dev/null" ;;
	*.xml) on_host "python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' ${path@Q}" ;;
	*) status=1 output="nothing is known of such a file" ;;
	esac
	equal "$place: $path: status $status: $output" "$place: $path: status 0: "
}

# verify_unit UNIT
verify_unit() {
	on_host "systemd-analyze --man=no verify $1"
}

# ends_open LINE: a command goes on in the next one.
ends_open() {
	[[ $1 =~ (\\|\||&&)$ ]]
}

# try_run: the commands of $text print what is shown below them.
try_run() {
	local line command='' shown='' last=''
	local -a commands=() shown=()

	while IFS= read -r line; do
		if ends_open "$last"; then
			commands[-1]+=$'\n'$line last=$line
		elif [[ $line = [\$#]' '* ]]; then
			commands+=("${line#??}") shown+=('') last=$line
		elif [ ${#commands[@]} = 0 ]; then
			echo "$place: the first line is no command: $line"
			return 1
		else
			shown[-1]+=$line$'\n' last=''
		fi
	done <<< "${text%$'\n'}"
	for line in "${!commands[@]}"; do
		[ "$line" != $((${#commands[@]} - 1)) ] || last=$wanted_status
		on_host "${commands[line]}"
		equal "$place: ${commands[line]}"$'\n'"$output"$'\n'"status $status" \
			"$place: ${commands[line]}"$'\n'"${shown[line]%$'\n'}"$'\n'"status ${last:-0}"
		last=
	done
}

# try_page PAGE [TOOL]: its examples without a tool, or those with this one.
try_page() {
	local i text place n=0

	[ -z "${2-}" ] || [ -x "$(type -P "$2")" ] || skip "$2 is not installed; .ci/extended has it"
	examples "$STAGE/man/$1"
	make_host
	for i in "${!markers[@]}"; do
		understand "${markers[i]}"
		text=${texts[i]} place=${places[i]}
		[ "$tool" = "${2-}" ] || continue
		n=$((n + 1))
		[ -z "$as_root" ] || is_root || continue
		case $kind in
		file) try_file ;;
		run) try_run ;;
		esac
	done
	[ $n != 0 ] || { echo "$1 has no example${2+ with $2}"; return 1; }
}
