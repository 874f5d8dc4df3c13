# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Completes vhost-probe's command line in bash 4.3 or newer. It asks the vhost-probe in PATH what
# fits, never a program that the line names by its path.

_vhost_probe()
{
	local rest=${COMP_LINE:0:COMP_POINT} word line lead
	local -a words=()
	local -i i

	# Bash breaks words at "=" and ":" as well: here a word ends at a blank only.
	for ((i = 0; i <= COMP_CWORD; i++)); do
		[[ $i -gt 0 && $rest != [[:blank:]]* ]] || words+=("")
		rest=${rest#"${rest%%[![:blank:]]*}"}
		word=$rest
		((i == COMP_CWORD)) || word=${COMP_WORDS[i]}
		words[-1]+=$word
		rest=${rest#"$word"}
	done
	# Bash replaces $2 by the word that is chosen, and keeps the text before it.
	lead=${words[-1]%"$2"}
	lead=${lead//[\"\']/}

	COMPREPLY=()
	while IFS= read -r line; do
		case $line in
		:file) compopt -o default ;;
		:directory) compopt -o dirnames ;;
		*)
			word=${line%%$'\t'*}
			word=${word#"$lead"}
			[[ $word != "$2"* ]] || COMPREPLY+=("$word")
			;;
		esac
	done < <(command vhost-probe complete -- "${words[@]:1}" 2> /dev/null)
}

complete -F _vhost_probe vhost-probe
