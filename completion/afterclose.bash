# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Completion for bash: the program itself knows what could come next. Words are cut at blanks here,
# since bash also cuts at = and :, which cells are full of; what it believes to stand there already is
# taken off the candidates.
_afterclose() {
	local line=${COMP_LINE:0:COMP_POINT} words word before candidate

	read -ra words <<<"$line"
	case $line in *[[:space:]]) words+=("") ;; esac
	word=${words[-1]}
	before=${word%"${word##*[=:]}"}
	case $COMP_WORDBREAKS in *=*) ;; *) before= ;; esac
	COMPREPLY=()
	while read -r candidate; do
		COMPREPLY+=("${candidate#"$before"}")
	done < <(command "${words[0]}" complete "${words[@]:1}" 2>/dev/null)
}
complete -o default -F _afterclose afterclose
