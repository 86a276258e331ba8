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
	grep -v '^#' "$work/small.yaml" 2>/dev/null || true
	cat "$work/log" 2>/dev/null || true
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

# And can be left out like any other: what it takes stays, the rest does not.
printf 'net.ipv4.tcp_timestamps = 0\nnet.ipv4.tcp_sack = 0\n' >"$work/server.conf"
cell=eight/closer=client,reuse=1
"$program" run --target uml --seed 1 tests/data/minimise --only closer=client --only reuse=1 --only family=ipv4 \
	--only timestamps=1 --sysctl "server=$work/server.conf" --out "$work/server.jsonl" >/dev/null &&
	fail "no cell failed without the server's timestamps"
"$program" minimise --target uml --seed 1 "$work/server.jsonl" $cell tests/data/minimise \
	--fact new.connect --fact old.time_wait --sysctl "server=$work/server.conf" \
	--out "$work/small.yaml" 2>"$work/log" || fail "a server's baseline: exit code $?"
sed -n '/^set:/,/^play:/p' "$work/small.yaml" | diff - <(printf 'set:\n  server:\n    net.ipv4.tcp_timestamps: 0\nplay:\n') ||
	fail "of the file not only what it takes is left"

# What chance decided in the cell it decides in the small one, by the record's seed: three SYNs are lost.
cell="drawn/link=delay 5ms loss 30%"
"$program" run --target uml --seed 6 tests/data/minimise-drawn --out "$work/drawn.jsonl" >/dev/null &&
	fail "no cell failed: the link loses"
"$program" minimise --target uml "$work/drawn.jsonl" "$cell" tests/data/minimise-drawn --out "$work/small.yaml" \
	2>"$work/log" || fail "drawn by chance: exit code $?"
grep -qFx "draws-as: \"$cell\"" "$work/small.yaml" || fail "it draws otherwise than the cell"
grep -q "^# Made smaller .*, seed 6\.$" "$work/small.yaml" || fail "it does not name the seed"
shown_again() {
	"$program" run --target uml --seed 6 "$work/small.yaml" >"$work/again" || true
	grep -q 'old.syns: expected 1, observed 4' "$work/again"
}
shown_again || fail "played again, it shows something else"
sed -i '/^draws-as/d' "$work/small.yaml"
shown_again && fail "draws-as makes no difference"

# Behind a router: the lab keeps it, and what is set there, by the scenario or by a file.
cell=routed/loose=0
for conf in "" "net.netfilter.nf_conntrack_tcp_timeout_time_wait = 0"; do
	printf '%s\nnet.ipv4.tcp_sack = 0\n' "$conf" >"$work/router.conf"
	scenario=tests/data/minimise-nat/routed.yaml
	if [ -n "$conf" ]; then
		scenario=$work/routed.yaml
		sed '/^  router:/,/nf_conntrack_tcp_timeout_time_wait/d' tests/data/minimise-nat/routed.yaml >"$scenario"
	fi
	"$program" run --target uml --seed 1 "$scenario" --sysctl "router=$work/router.conf" --out "$work/routed.jsonl" \
		>/dev/null || fail "routed: exit code $?"
	"$program" minimise --target uml --seed 1 "$work/routed.jsonl" $cell "$scenario" --fact new.outside_tuple \
		--fact new.connect --fact old.time_wait --sysctl "router=$work/router.conf" --out "$work/small.yaml" 2>"$work/log" ||
		fail "behind a router: exit code $?"
	grep -v '^#' "$work/small.yaml" | diff - tests/data/minimise-nat/small.yaml.want ||
		fail "behind a router it is not as small as that"
	"$program" run --target uml --seed 1 "$work/small.yaml" >"$work/again" || fail "played again: exit code $?"
done
