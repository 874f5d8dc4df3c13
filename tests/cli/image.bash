# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of the helper
#
# A host on which /usr/local, /opt, /home, /srv, /mnt and /root are links into /var, as image-based
# systems have it: a root of the test's own, of this host's directories.

# image_host: makes ready for on_image. The user who runs the tests is root there.
image_host() {
	apart=(unshare --mount --propagation private)
	"${apart[@]}" true 2> "$BATS_TEST_TMPDIR/apart" || apart=(unshare --user --map-root-user --mount)
	on_image 'readlink /usr/local /opt'
	[ "$status" = 0 ] || skip_or_fail "no other root can be made here: $stderr"
	answered "$(lines ../var/usrlocal var/opt)"
}

# on_image SCRIPT: a shell script on that host; $1 is the program.
on_image() {
	# shellcheck disable=SC2016 # the inner shell's
	run --separate-stderr timeout -k 5 60 "${apart[@]}" bash -ec '
		script=$1
		mount -t tmpfs -o mode=755 tmpfs "$2"
		cd "$2"
		mkdir -p root/{old,usr} root/var/{usrlocal,opt,home,srv,mnt,roothome}
		cd root
		for path in /* /usr/*; do
			case $path in
			/usr | /usr/local | /opt | /home | /srv | /mnt | /root | /var) continue ;;
			esac
			if [ -L "$path" ]; then
				cp -P "$path" ".$path"
			elif [ -d "$path" ]; then
				mkdir ".$path"
				mount --rbind "$path" ".$path"
			fi
		done
		ln -s ../var/usrlocal usr/local
		ln -s var/opt var/home var/srv var/mnt .
		ln -s var/roothome root
		mount --rbind "$2/root" "$2/root"
		cd "$2/root"
		pivot_root . old
		umount -l /old
		cd /
		eval "$script"
	' bash "set -- '$VHOST_PROBE'; $1" "$(mktemp -d "$BATS_TEST_TMPDIR/image.XXXXXX")"
}
