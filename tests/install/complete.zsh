# SPDX-License-Identifier: GPL-2.0-or-later
# complete: zsh's own machinery, in a terminal of its own, completes a scenario's name, the value of a
# dimension and a cell.
#   zsh -f tests/install/complete.zsh PREFIX
fpath=($1/share/zsh/site-functions $fpath)
autoload -Uz compinit && compinit -D -u
[[ ${_comps[afterclose]} == _afterclose ]] || exit 1
zmodload zsh/zpty
zpty pty zsh -f -i
zpty -w pty "PS1=; fpath=($1/share/zsh/site-functions \$fpath); autoload -Uz compinit; compinit -D -u; PATH=$1/bin:\$PATH; print REA''DY"
zpty -r pty line '*READY*'
# completes WORDS WANTED: WORDS, Tab, and what the line has to have become; the next one begins anew.
completes() {
	zpty -w -n pty $1$'\t'
	zpty -r pty line "*$2*"
	print "ok: zsh: $2"
	zpty -w -n pty $'\x15'
}
completes 'afterclose run --only scenario=third-seg' third-segment
completes 'afterclose list --only time-wait=gon' time-wait=gone
completes 'afterclose show third-segment/cookies=2,time-wait=gone,timesta' time-wait=gone,timestamps=0
completes 'afterclose report --format htm' html
zpty -d pty
