# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
#
# Asks vhost-probe which vhost-user backend a virtual machine should use. To be sourced by a script
# of any POSIX shell:
#
#	. ./vhost-probe.sh
#	gpu=$(vhost_probe_find gpu virgl) || exit
#
# vhost_probe_find TYPE [FEATURE...] [-- OPTION...]
#	Prints the path of the first backend of this type that has all these features. Otherwise it
#	prints nothing, vhost-probe says on stderr why, and the status is
#	  1          no backend works and has all features
#	  2          the request or the deadline is malformed, or the work could not be done, such as
#	             without a sandbox
#	  3          with --cache=only: the cache does not know one that may be the choice
#	  124        $VHOST_PROBE_DEADLINE has passed (143 with the timeout of BusyBox)
#	  126, 127   vhost-probe, or timeout, cannot be executed, or is not installed
#	The options are those of vhost-probe select, such as --timeout=2 for two seconds per backend.
#
# vhost_probe_reasons TYPE [FEATURE...] [-- OPTION...]
#	Prints one line per manifest that is not of another type: its name, a tab, its verdict, which is
#	a stable name, a tab, and the reason for people. The status is as above, without 1.
#
# Both take from the environment, or from variables of the script:
#	VHOST_PROBE            the program, if it is not vhost-probe in $PATH
#	VHOST_PROBE_DEADLINE   seconds for the whole call, above 0; no deadline if unset or empty

vhost_probe_find() {
	vhost_probe_run select "$@"
}

vhost_probe_reasons() {
	vhost_probe_run list "$@"
}

# vhost_probe_run VERB TYPE [FEATURE...] [-- OPTION...]: in a subshell, whose variables and words are
# its own.
vhost_probe_run() (
	if [ "$#" -lt 2 ]; then
		echo "vhost_probe_find, vhost_probe_reasons: the type is missing" >&2
		exit 2
	fi
	# timeout would say what it takes, with a status that may be one of those above; to it, 0 is no
	# deadline at all.
	is_deadline=
	case ${VHOST_PROBE_DEADLINE:-1} in
	*[!0-9.]* | *.*.*) ;;
	*[1-9]*) is_deadline=yes ;;
	esac
	if [ -z "$is_deadline" ]; then
		echo "VHOST_PROBE_DEADLINE is not a number of seconds above 0, such as 30 or 0.5" >&2
		exit 2
	fi
	verb=$1 type=$2 left=$(($# - 2)) as_they_are=
	shift 2
	# Each word is taken from the front, and what becomes of it put to the end.
	while [ "$left" -gt 0 ]; do
		if [ -n "$as_they_are" ]; then
			set -- "$@" "$1"
		elif [ "$1" = -- ]; then
			as_they_are=yes
		else
			set -- "$@" "--need=$1"
		fi
		shift
		left=$((left - 1))
	done
	[ "$verb" != list ] || set -- "$@" --quiet --columns=name,verdict,reason
	set -- "${VHOST_PROBE:-vhost-probe}" "$verb" "--type=$type" "$@"
	if [ -n "${VHOST_PROBE_DEADLINE:-}" ]; then
		set -- "$VHOST_PROBE_DEADLINE" "$@"
		# Without this option, which not all have, GNU's makes a process group of its own, and Ctrl-C
		# would not reach it.
		! timeout --foreground 1 true 2> /dev/null || set -- --foreground "$@"
		set -- timeout "$@"
	fi
	exec "$@" < /dev/null
)
