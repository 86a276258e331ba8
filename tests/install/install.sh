#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# install: what `cmake --install` and the package put where, by those who will look for it: the
# program itself, man, bash and zsh.
#   tests/install/install.sh BUILD_DIR
set -euo pipefail
build=$(realpath "$1")
tree=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
	echo "FAIL: $*"
	exit 1
}

# expect WHAT WANTED GOT
expect() {
	[ "$2" = "$3" ] || fail "$1: expected \"$2\", got \"$3\""
	echo "ok: $1"
}

# installed PREFIX: everything is there, and works from an empty directory.
installed() {
	local prefix=$1 program=$1/bin/afterclose file page n said

	for file in bin/afterclose share/afterclose/scenarios/schema.json \
		share/afterclose/netem/lossy.yaml share/afterclose/record.schema.json \
		share/bash-completion/completions/afterclose share/zsh/site-functions/_afterclose \
		share/man/man1/afterclose.1 share/man/man1/afterclose-run.1; do
		[ -s "$prefix/$file" ] || [ -s "$prefix/$file.gz" ] || fail "no $file in $prefix"
	done
	expect "scenarios found from $prefix" "$(cd "$tree" && "$program" list --cells | cksum)" \
		"$(env -i "$program" list --cells | cksum)"
	n=$("$program" complete "" | grep -vc -e help -e --)
	expect "a manual page for each command" "$((n + 1))" "$(find "$prefix/share/man/man1" -name '*.1*' | wc -l)"
	for page in "$prefix"/share/man/man1/*; do
		# scdoc puts .PP after each heading; mandoc need not like that.
		said=$(mandoc -T lint -W warning "$page" 2>&1 | grep -v 'skipping paragraph macro' || true)
		[ -z "$said" ] || fail "mandoc warns of $page: $said"
		mandoc "$page" | col -b >page.txt
		grep -q '^NAME' page.txt || fail "$page has no NAME"
	done
	mandoc "$prefix/share/man/man1/afterclose-run.1"* | col -b | grep -- '--shard I/N' >/dev/null ||
		fail "afterclose-run(1) does not tell of --shard"
}

DESTDIR=$work/root cmake --install "$build" >install.txt
prefix=$(sed -nE "s,^-- Installing: $work/root(.*)/bin/afterclose\$,\1,p" install.txt)
installed "$work/root$prefix"

# bash_completes WHAT LINE: the candidates, as bash would put them in.
bash_completes() {
	bash -c '. "$1"; COMP_LINE=$2 COMP_POINT=${#2}; _afterclose; printf "%s " "${COMPREPLY[@]}"' \
		- "$work/root$prefix/share/bash-completion/completions/afterclose" "$1" | sed 's/ *$//'
}

PATH=$work/root$prefix/bin:$PATH
expect "bash: a command" "judge" "$(bash_completes 'afterclose j')"
expect "bash: an option" "--repeat --report" "$(bash_completes 'afterclose run --rep')"
expect "bash: a word of an option" "text json" "$(bash_completes 'afterclose list --format ')"
expect "bash: a report's format" "markdown" "$(bash_completes 'afterclose run --report ma')"
expect "bash: a scenario's name" "third-segment" "$(bash_completes 'afterclose run --only scenario=thi')"
expect "bash: a dimension's value" "client server" "$(bash_completes 'afterclose list --only closer=' | xargs -n1 | grep -xE 'server|client' | sort | xargs)"
expect "bash: a cell, behind its last =" "0" "$(bash_completes 'afterclose show third-segment/time-wait=gone,timestamps=')"
expect "bash: no candidate for a file" "" "$(bash_completes 'afterclose report ')"
expect "bash: an action" "explain" "$(bash_completes 'afterclose netem ex')"
bash_only=$(bash -c 'complete -p afterclose 2>/dev/null; . "$1"; complete -p afterclose' - \
	"$work/root$prefix/share/bash-completion/completions/afterclose")
expect "bash: registered" "complete -o default -F _afterclose afterclose" "$bash_only"

timeout 60 zsh -f "$tree/tests/install/complete.zsh" "$work/root$prefix" >zsh.txt 2>&1 ||
	fail "zsh: $(cat zsh.txt)"
cat zsh.txt

# Colours on a terminal, none where NO_COLOR is set, none in a pipe.
colours() {
	script -qec "$* afterclose report $tree/tests/data/report/mixed.jsonl" /dev/null | grep -c $'\e\[[0-9;]*m' || true
}
export TERM=xterm
[ "$(colours env)" -gt 0 ] || fail "no colours on a terminal"
expect "NO_COLOR" "0" "$(colours env NO_COLOR=1)"
expect "a pipe" "0" "$(afterclose report "$tree/tests/data/report/mixed.jsonl" | grep -c $'\e\[[0-9;]*m' || true)"

# The package: Debian's own tools read it, and what is in it works from anywhere.
(cd "$build" && cpack -G DEB -B "$work/package") >cpack.txt 2>&1 || fail "cpack: $(cat cpack.txt)"
package=$(ls "$work"/package/afterclose_*.deb)
expect "the package's name" "afterclose" "$(dpkg-deb -f "$package" Package)"
dpkg-deb -f "$package" Depends | grep -q 'libjansson4' || fail "Depends: $(dpkg-deb -f "$package" Depends)"
dpkg-deb -x "$package" unpacked
installed "$work/unpacked/usr"
echo "all is where it is looked for"
