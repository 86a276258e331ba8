# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# lib: what the scripts of ci/ share: packages and who may install them, kernels, scenarios, stages.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# as_root COMMAND...: sudo only where we are not root.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		echo "+ sudo $*"
		sudo "$@"
	else
		echo "$0: needs root for '$*', and there is no sudo: run it as root first" >&2
		exit 2
	fi
}

# Heavy scenarios take minutes of a guest's processor: ci/nightly plays them there.
light_scenarios() {
	grep -L '^heavy: yes' scenarios/*/*.yaml
}

# impaired_links PROGRAM: every link that a scenario names beside clean and none, as --only takes them.
impaired_links() {
	"$1" list scenarios --cells | sed -nE 's,.*[/\,]link=([^,]*).*,\1,p' | sort -u | grep -vxE "none|clean" |
		paste -sd ,
}

# guest_targets PROGRAM KIND...: the kernels for guests that are here, as --target takes them; not
# those that count their lines or check themselves.
guest_targets() {
	local program=$1 kinds

	shift
	kinds=$(IFS='|' && echo "$*")
	"$program" kernel list | grep -vE ', HZ [0-9]+(, gcov|, debug)+ ' |
		grep -oE "^($kinds):[^ ]+" || true
}

# instrumented PROGRAM gcov|debug: the kernels here that were built so, as --target takes them.
instrumented() {
	"$1" kernel list | grep -E "^uml:[^ ]+ +[^ ,]+, HZ [0-9]+(, [a-z]+)*, $2[, ]" | cut -d ' ' -f 1 || true
}

# By its own name, or by another package that provides it, as other people's nodejs does npm.
package_installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ] ||
		dpkg-query -W -f '${db:Status-Status}, ${Provides},\n' |
		grep -E "^installed,.* $1( \([^)]*\))?," >/dev/null
}

# packages_install GROUP...: those of ci/packages that are missing; says which.
packages_install() {
	local group package missing=()

	if ! command -v apt-get >/dev/null; then
		echo "$0: no apt-get here: install what ci/packages lists by hand" >&2
		return
	fi
	while read -r group package; do
		case " $* " in
		*" $group "*) package_installed "$package" || missing+=("$package") ;;
		esac
	done < <(grep -v '^#' ci/packages)
	if [ ${#missing[@]} -eq 0 ]; then
		echo "Packages ($*): all installed."
		return
	fi
	echo "Installing (apt-get): ${missing[*]}"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update
	services_stay_off as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq \
		-o DPkg::Lock::Timeout=600 install -y --no-install-recommends "${missing[@]}" >/dev/null
}

# services_stay_off COMMAND...: what it installs is not started: programs are wanted, no daemons.
services_stay_off() {
	local policy=/usr/sbin/policy-rc.d ours="# afterclose: until its packages are installed" code=0

	if [ -e "$policy" ] && ! grep -qxF "$ours" "$policy"; then
		"$@"
		return
	fi
	printf '#!/bin/sh\n%s\nexit 101\n' "$ours" | as_root tee "$policy" >/dev/null
	as_root chmod 755 "$policy"
	"$@" || code=$?
	as_root rm -f "$policy"
	return "$code"
}

# timed COMMAND...: says how long it took, for who looks at a stage's log.
timed() {
	local began=$SECONDS code=0

	"$@" || code=$?
	printf '== %d s: %s\n' $((SECONDS - began)) "${*:1:3}"
	return $code
}

# stage_play DIR STAGE: the function stage-STAGE, its log in DIR; and beside it how it ended.
stage_play() {
	local began=$SECONDS code=0

	("stage-$2") >"$1/$2.log" 2>&1 </dev/null || code=$?
	echo "$code $((SECONDS - began))" >"$1/$2.end"
}

# stages_run DIR STAGE...: one stage after the other; those that a + joins side by side. A stage returns
# 0, 77 (skipped; its last line is the reason), or anything else (failed), which does not stop the next.
stages_run() {
	local dir=$1 group stage log code took beside n_passed=0 n_failed=0 n_skipped=0

	shift
	set -m # each is a process group, so that an interrupt reaches what it started
	for group in "$@"; do
		beside=()
		for stage in ${group//+/ }; do
			echo "1 0" >"$dir/$stage.end" # should it be killed
			stage_play "$dir" "$stage" &
			beside+=("-$!")
		done
		trap 'kill -- "${beside[@]}" 2>/dev/null; exit 130' INT TERM
		for stage in ${group//+/ }; do
			printf '%-12s ' "$stage"
			wait "${beside[0]#-}" || true
			beside=("${beside[@]:1}")
			log=$dir/$stage.log
			read -r code took <"$dir/$stage.end"
			case $code in
			0)
				n_passed=$((n_passed + 1))
				printf 'ok    %4d s\n' "$took"
				;;
			77)
				n_skipped=$((n_skipped + 1))
				printf 'skip  %4d s  %s\n' "$took" "$(tail -n 1 "$log")"
				;;
			*)
				n_failed=$((n_failed + 1))
				printf 'FAIL  %4d s  exit code %d, %s ends:\n' "$took" "$code" "$log"
				tail -n 60 "$log" | sed 's/^/    | /'
				;;
			esac
		done
	done
	trap - INT TERM
	set +m
	echo "$n_passed passed, $n_failed failed, $n_skipped skipped"
	[ "$n_failed" -eq 0 ]
}
