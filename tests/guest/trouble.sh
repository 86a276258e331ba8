#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What becomes of guests when something goes wrong: a killed kernel, a killed keeper, a cell past its
# limit, Ctrl-C, a killed runner. A cell is lost at most, and nothing is left behind.
#
#   trouble.sh PROGRAM
# Process namespaces of its own: whatever is found there is ours.
set -u
program=$(realpath "${1:?usage: trouble.sh PROGRAM}") || exit 2
here=$(cd "$(dirname "$0")" && pwd)
small=$here/../cli/scenarios
export LC_ALL=C ASAN_OPTIONS=detect_leaks=0

if [ -z "${TROUBLE_TEST_INSIDE:-}" ]; then
	if ! why=$("$program" run "$small" --target uml 2>&1 >/dev/null); then
		echo "skipped: $(tail -n 1 <<<"$why")"
		[ "${AFTERCLOSE_MUST_WORK:-}" != 1 ]
		exit
	fi
	inside=(unshare --pid --fork --mount-proc)
	[ "$(id -u)" = 0 ] || inside+=(--map-root-user)
	TROUBLE_TEST_INSIDE=1 exec "${inside[@]}" "$0" "$program"
fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
	echo "not ok: $*"
	failures=$((failures + 1))
}

# Processes of guests: the kernel's are called by the first word of its command line.
guests() {
	pgrep -x linux -f 2>/dev/null || pgrep -f '^linux mem='
}

# Cells that are done, as the file of records says.
cells_done() {
	grep -c '"type":"cell"' "$work/records.jsonl" 2>/dev/null
}

# await_cells N: until so many more than now are done.
await_cells() {
	local until=$((SECONDS + 30)) wanted=$(($(cells_done) + $1))
	until [ "$(cells_done)" -ge $wanted ] || [ $SECONDS -ge $until ]; do sleep 0.05; done
}

# All that descends from a run, and memory files that only a guest has open.
nothing_left() {
	local until=$((SECONDS + 10)) left
	while :; do
		left=$(guests; pgrep -f "^$program run")
		[ -z "$left" ] && return
		[ $SECONDS -ge $until ] && break
		sleep 0.05
	done
	fail "left behind after $1: $(ps -o pid=,args= -p "$(tr '\n' ',' <<<"$left" | sed 's/,$//')")"
}

start() {
	: >"$work/records.jsonl"
	"$program" run "$small" --target uml --repeat 2000 --jobs 1 --out "$work/records.jsonl" \
		--report json:/dev/null >/dev/null 2>"$work/stderr" &
	runner=$!
	await_cells 5
}

# ends STATUS WHAT: how the runner came to its end.
ends() {
	wait "$runner"
	local status=$?
	[ $status = "$1" ] || fail "$2: exit code $status, not $1: $(cat "$work/stderr")"
	nothing_left "$2"
}

start
kill -INT "$runner"
ends 130 "Ctrl-C"

start
kill -KILL "$runner"
wait "$runner" 2>/dev/null
nothing_left "SIGKILL of the runner"

# One cell is lost, and a fresh guest goes on.
for victim in kernel keeper; do
	start
	pid=$(guests | head -n 1)
	[ $victim = keeper ] && pid=$(ps -o ppid= -p "$pid" | tr -d ' ')
	kill -KILL "$pid"
	await_cells 5
	kill -INT "$runner"
	ends 130 "SIGKILL of the $victim"
	lost=$(grep -c '"verdict":"error"' "$work/records.jsonl")
	[ "$lost" -le 1 ] || fail "SIGKILL of the $victim: $lost cells lost"
	tail -n 1 "$work/records.jsonl" | grep -q '"verdict":"pass"' ||
		fail "SIGKILL of the $victim: no cell passed after it"
done

"$program" run "$small" --target uml --shard 1/5 --timeout 1us --out "$work/records.jsonl" \
	>/dev/null 2>&1
status=$?
[ $status = 99 ] || fail "a cell past its limit: exit code $status, not 99"
grep -q 'the cell ran past its limit' "$work/records.jsonl" ||
	fail "a cell past its limit: the record does not say so"
nothing_left "a cell past its limit"

# That its play waits for the next second counts for nothing.
"$program" run "$small" --target uml --shard 1/5 --timeout 900ms --out "$work/records.jsonl" \
	>/dev/null 2>&1 || fail "a cell of less than 900 ms: exit code $?"

# A guest plays some hundreds of cells and gives way to a fresh one, also where it is the only one.
"$program" run "$small" --target uml --repeat 130 --jobs 1 --out "$work/records.jsonl" >/dev/null 2>&1
status=$?
n=$(($("$program" list --cells "$small" | wc -l) * 130))
if [ $status != 0 ] || [ "$(cells_done)" != $n ]; then
	fail "many cells in one guest at a time: exit code $status after $(cells_done) of $n cells"
fi
nothing_left "many cells"

[ $failures = 0 ] && echo "ok"
exit $((failures != 0))
