#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2154 # scripts have variables of their own; the helper sets ours
#
# Where a path leads outside, it leads inside: links by which the caller names what is exposed, of
# the root directory, of a home, of a prefix.

load helper
load image
load vendors

setup() {
	prepare_vendors
}

# ---- what is exposed ----

@test "what is exposed through links is found by each of their names" {
	has data/deep/f
	linked one data
	linked two one
	linked a/b/three ../../two
	linked absolute "$vendors/a/b/three"
	linked dotted ./two//.
	linked file data/deep/f
	linked data/inner deep
	for name in one two a/b/three absolute dotted; do
		installed p/bin/x ". '$vendors/$name/deep/f'"
		is_refused p/bin/x
		works p/bin/x --expose "$vendors/$name"
		works p/bin/x --expose "$vendors/$name/deep"
		works p/bin/x --expose "$vendors/$name/deep/f"
		works p/bin/x --expose "$vendors/$name/inner/f" --expose "$vendors/file"
	done
	installed p/bin/x ". '$vendors/file'"
	works p/bin/x --expose "$vendors/file"
	# Two that share a link, and links on the way of others.
	has data/other/f
	installed p/bin/x ". '$vendors/two/other/f' > /dev/null" ". '$vendors/one/deep/f' > /dev/null" \
		". '$vendors/absolute/inner/f'"
	works p/bin/x --expose "$vendors/absolute/inner" --expose "$vendors/two/other"
}

@test "the link is shown, and nothing beside it or beside what it leads to" {
	has data/shown/f
	linked place/link "$vendors/data/shown"
	: > "$vendors/place/secret"
	: > "$vendors/data/secret"
	installed p/bin/x 'cd '"'$vendors'" 'for f in place/* data/*; do found="$found,\"$f $(readlink "$f")\""; done' \
		'echo "{\"type\": \"sample\", \"features\": [${found#,}]}"'
	probe --binary "$vendors/p/bin/x" --cache off --json --expose "$vendors/place/link"
	equal "$(json '.candidates[].capabilities.features[]')" \
		"$(lines "place/link $vendors/data/shown" "data/shown ")"
}

@test "a link that somebody else can change is not shown, but what it leads to is" {
	has data/f
	mkdir "$vendors/open"
	linked open/link ../data
	linked link open/link
	chmod 777 "$vendors/open"
	installed p/bin/x "[ ! -L '$vendors/open/link' ] && . '$vendors/data/f'"
	for name in open/link link; do
		probe --binary "$vendors/p/bin/x" --cache off --expose "$vendors/$name"
		answered "$vendors/p/bin/x"
	done
	# In a sticky directory others cannot.
	chmod 1777 "$vendors/open"
	installed p/bin/x ". '$vendors/open/link/f'"
	works p/bin/x --expose "$vendors/link"
}

@test "exposed links that name what the room has of its own do no harm" {
	installed p/bin/x "echo '$ANSWER' > /dev/stdout"
	has data/f
	for name in stdin stdout fd/0 fd/1; do
		run --separate-stderr bash -c '"$@" < "$0" > "$0.out"' "$vendors/data/f" timeout -k 5 60 \
			"$VHOST_PROBE" --binary "$vendors/p/bin/x" --cache off --expose "/dev/$name"
		ended 0
		equal "$(< "$vendors/data/f.out")" "$vendors/p/bin/x"
	done
}

@test "an answer is not taken from the cache once a link on the way has another text" {
	local -a words=(--json --cache-dir "$BATS_TEST_TMPDIR/cache" --dir "$manifests" --type sample
		--expose "$vendors/link/f")

	has data/f
	linked link data
	installed p/bin/x "readlink '$vendors/link' > /dev/null && . '$vendors/link/f'"
	offered x p/bin/x
	sleep 2.1
	probe "${words[@]}" --cache refresh
	probe "${words[@]}" --cache only
	equal "$(json '.candidates[].probe.source')" cache
	ln -sfn "$vendors/data" "$vendors/link"
	probe "${words[@]}" --cache only
	ended 3
	probe "${words[@]}"
	equal "$(json '.candidates[].probe.source')" run
}

# ---- prefixes and homes ----

@test "a directory of a prefix that is a link: within the prefix it works, elsewhere with what it leads to" {
	has p/lib64/f
	linked p/lib lib64
	installed p/bin/x '. "${0%/*}/../lib/f"'
	works p/bin/x
	has other/f
	linked q/lib ../other
	installed q/bin/x '. "${0%/*}/../lib/f"'
	is_refused q/bin/x
	works q/bin/x --expose "$vendors/other"
	works q/bin/x --expose "$vendors/q/lib"
}

@test "a home that is a link: programs in it find each other by its name" {
	HOME=$vendors/home/u
	export HOME
	mkdir -p "$vendors/data/u"
	linked home/u ../data/u
	installed data/u/.local/bin/y "echo '$ANSWER'"
	installed data/u/.local/bin/x "exec '$HOME/.local/bin/y'"
	works data/u/.local/bin/x
	works home/u/.local/bin/x
	# Nothing of it is shown to others.
	installed p/bin/x "[ -L '$HOME' ] || echo '$ANSWER'"
	probe --binary "$vendors/p/bin/x" --cache off
	answered "$vendors/p/bin/x"
}

# ---- links of the root directory ----

# pair DIRECTORY NAME: in a script for on_image: two programs there, of which x executes y by NAME.
pair='pair() {
	mkdir -p "$1"
	printf "#!/bin/sh\necho '"'%s'"'\n" "$ANSWER" > "$1/y"
	printf "#!/bin/sh\nexec %s/y\n" "$2" > "$1/x"
	chmod 755 "$1" "$1/x" "$1/y"
}
both() {
	"$1" --binary "$2" --cache off || exit
	"$1" --binary "$2" --cache off '"${partial[*]}"' || exit
}
'

@test "image-based systems: /mnt, /root and other links of the root directory lead inside where they lead outside" {
	image_host
	on_image "$pair"'
		chmod 755 /var/roothome
		mkdir -p /data/snapd /data/apps
		ln -s data/snapd /snap
		ln -s /data/./apps /apps
		pair /var/mnt/v/bin /mnt/v/bin
		pair /var/srv/v/bin /srv/v/bin
		pair /var/roothome/.local/bin /root/.local/bin
		pair /data/snapd/x/1/bin /snap/x/1/bin
		pair /data/apps/v/bin /apps/v/bin
		for x in /var/mnt/v/bin/x /mnt/v/bin/x /var/srv/v/bin/x /var/roothome/.local/bin/x /root/.local/bin/x \
			/data/snapd/x/1/bin/x /apps/v/bin/x; do
			both "$1" $x
		done'
	answered "$(for x in /var/mnt/v/bin/x /mnt/v/bin/x /var/srv/v/bin/x /var/roothome/.local/bin/x \
		/root/.local/bin/x /data/snapd/x/1/bin/x /apps/v/bin/x; do lines $x $x; done)"
}

@test "image-based systems: chains of links, for /home and for trees of the system" {
	image_host
	on_image "$pair"'
		rmdir /var/home /var/opt /var/usrlocal
		mkdir -p /sysroot/home/u /sysroot/opt /sysroot/local
		ln -s ../sysroot/home ../sysroot/opt /var
		ln -s ../sysroot/local /var/usrlocal
		pair /sysroot/home/u/.local/bin /home/u/.local/bin
		pair /sysroot/opt/v/bin /opt/v/bin
		pair /sysroot/opt/w/bin /var/opt/w/bin
		pair /sysroot/local/own/bin /usr/local/own/bin
		for x in /home/u/.local/bin/x /sysroot/home/u/.local/bin/x /opt/v/bin/x /opt/w/bin/x /usr/local/own/bin/x; do
			both "$1" $x
		done'
	answered "$(for x in /home/u/.local/bin/x /sysroot/home/u/.local/bin/x /opt/v/bin/x /opt/w/bin/x \
		/usr/local/own/bin/x; do lines $x $x; done)"
}

@test "homes and directories of everybody are known by where their names lead" {
	image_host
	on_image '
		rmdir /var/home
		mkdir -p /sysroot/home/u /sysroot/mnt
		ln -s ../sysroot/home /var/home
		rm /mnt
		ln -s sysroot/mnt /mnt
		for directory in /sysroot/home/u /sysroot/home /sysroot/mnt /var/srv /var/roothome; do
			chmod 755 $directory
			echo "echo '"'%s'"'" > $directory/letter
			printf "#!/bin/sh\n. %s/letter\n" $directory > $directory/x
			chmod 755 $directory/x
			for words in "" "'"${partial[*]}"'"; do
				"$1" --binary $directory/x --cache off --json $words | jq -r ".candidates[].verdict"
			done
		done'
	equal "$(sort <<< "$output" | uniq -c | xargs)" "10 exit-status"
}

@test "NixOS: what /run/opengl-driver and /run/current-system lead to in the store is found" {
	image_host
	on_image "$pair"'
		mount -t tmpfs -o mode=755 tmpfs /run
		mkdir -p /nix
		mount -t tmpfs -o mode=755 tmpfs /nix
		pair /nix/store/1-drivers/lib /run/opengl-driver/lib
		pair /nix/store/2-system/sw/bin /run/current-system/sw/bin
		ln -s /nix/store/1-drivers /run/opengl-driver
		ln -s /nix/store/2-system /run/current-system
		both "$1" /nix/store/1-drivers/lib/x
		both "$1" /nix/store/2-system/sw/bin/x'
	answered "$(for x in /nix/store/1-drivers/lib/x /nix/store/2-system/sw/bin/x; do lines $x $x; done)"
}

@test "/snap/NAME/current: by that name it works; a program that names it finds the remedy" {
	image_host
	on_image "$pair"'
		mkdir -p /data
		rm -rf /snap
		mkdir -p /snap/lxd
		pair /snap/lxd/123/bin /snap/lxd/current/bin
		ln -s 123 /snap/lxd/current
		both "$1" /snap/lxd/current/bin/x
		"$1" list --binary /snap/lxd/123/bin/x --cache off --json | jq -c ".candidates[].remedies"
		"$1" --binary /snap/lxd/123/bin/x --cache off --expose /snap/lxd
		"$1" --binary /snap/lxd/123/bin/x --cache off --expose /snap/lxd/current'
	answered "$(lines /snap/lxd/current/bin/x /snap/lxd/current/bin/x '[{"option":"--expose","values":["/snap/lxd"]}]' \
		/snap/lxd/123/bin/x /snap/lxd/123/bin/x)"
}
