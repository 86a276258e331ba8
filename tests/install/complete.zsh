# SPDX-License-Identifier: GPL-2.0-or-later
# complete: zsh's own machinery, in a terminal of its own, completes a scenario's name.
#   zsh -f tests/install/complete.zsh PREFIX
fpath=($1/share/zsh/site-functions $fpath)
autoload -Uz compinit && compinit -D -u
[[ ${_comps[afterclose]} == _afterclose ]] || exit 1
zmodload zsh/zpty
zpty pty zsh -f -i
zpty -w pty "PS1=; fpath=($1/share/zsh/site-functions \$fpath); autoload -Uz compinit; compinit -D -u; PATH=$1/bin:\$PATH; print REA''DY"
zpty -r pty line '*READY*'
zpty -w -n pty $'afterclose run --only scenario=third-seg\t'
zpty -r pty line '*third-segment*'
zpty -d pty
