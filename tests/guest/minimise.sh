#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# minimise, in virtual time: a cell with eight settings off the baseline becomes one with the setting
# that it takes, in at most 60 runs; the file plays, and shows the same.
#   minimise.sh AFTERCLOSE
set -eu
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
	echo "$*"
	cat "$work/small.yaml" "$work/log" 2>/dev/null || true
	exit 1
}

cell=eight/closer=client,reuse=1,timestamps=0
"$program" run --target uml --seed 1 tests/data/minimise --only closer=client --only timestamps=0 --out "$work/eight.jsonl" \
	>/dev/null && fail "no cell failed: the scenario expects what cannot be"
"$program" minimise --target uml --seed 1 "$work/eight.jsonl" $cell tests/data/minimise \
	--fact new.connect --fact old.time_wait --out "$work/small.yaml" \
	2>"$work/log" || fail "minimise: exit code $?"
grep -v '^#' "$work/small.yaml" | diff - tests/data/minimise/small.yaml.want ||
	fail "it is not as small as that"
grep -q '^# It shows new.connect: EADDRNOTAVAIL, expected ok$' "$work/small.yaml" ||
	fail "it does not say what it shows"
grep -q '^# ip netns exec client sysctl -w net.ipv4.tcp_timestamps=' "$work/small.yaml" ||
	fail "it does not say how the lab is built by hand"
runs=$(sed -n 's/^afterclose: \([0-9]*\) runs .*/\1/p' "$work/log")
[ "$runs" -le 60 ] || fail "$runs runs"
code=0
"$program" run --target uml --seed 1 "$work/small.yaml" >"$work/again" || code=$?
[ "$code" -eq 1 ] || fail "played again: exit code $code"
grep -q 'new.connect: expected ok, observed EADDRNOTAVAIL' "$work/again" || fail "it shows something else"

# What a settings file adds is a setting like any other.
printf 'net.ipv4.tcp_timestamps = 0\nnet.ipv4.tcp_sack = 0\n' >"$work/client.conf"
cell=eight/closer=client
"$program" run --target uml --seed 1 tests/data/minimise --only scenario=eight --out "$work/conf.jsonl" \
	--sysctl "client=$work/client.conf" --only closer=client --only reuse=0 --only family=ipv4 >/dev/null || true
"$program" minimise --target uml --seed 1 "$work/conf.jsonl" $cell tests/data/minimise --fact old.connect \
	--sysctl "client=$work/client.conf" --runs 5 --out "$work/few.yaml" 2>"$work/log" ||
	fail "a bound of runs: exit code $?"
grep -q 'stopped before run 5 (--runs)' "$work/log" || fail "it does not say that it stopped early"
