#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A cell that noise made inconclusive is played once more, and nothing else works or waits meanwhile.
# Two cells wait side by side; their workers are frozen until after they should have woken. Each
# second attempt is measured: one after the other they take as long as all of them together.
#
#   second-attempt.sh PROGRAM
set -u
program=$(realpath "${1:?usage: second-attempt.sh PROGRAM}") || exit 2
cells=2
work=$(mktemp -d) || exit 1
trap 'rm -r "$work"' EXIT
cat >"$work/late.yaml" <<'EOF'
scenario: late
title: It waits for two seconds, and what it expects is wrong
why: Without noise that is a fail; with noise nobody knows.
source: [none]
vary: {family: [ipv4, ipv6]}
play:
  - listen: server:8080
  - connect: {as: old, from: client, to: "server:8080"}
  - wait: 2s
expect:
  - then: {old.connect: ETIMEDOUT}
EOF
"$program" run "$work/late.yaml" --jobs $cells --out "$work/late.jsonl" \
	--report terminal >"$work/out" 2>&1 &
runner=$!
workers=()
for _ in $(seq 500); do
	[ -s "$work/out" ] && read -ra workers <"/proc/$runner/task/$runner/children"
	[ ${#workers[@]} -eq $cells ] && break
	kill -0 $runner 2>/dev/null || break
	sleep 0.01
done
if [ ${#workers[@]} -ne $cells ]; then
	wait $runner
	code=$?
	tail -n 3 "$work/out"
	if [ $code -eq 4 ] && [ "${AFTERCLOSE_MUST_WORK:-}" != 1 ]; then
		exit 0
	fi
	echo "FAIL: ${#workers[@]} workers, not $cells"
	exit 1
fi
sleep 1 # their labs are there, and they wait for one second more
kill -STOP "${workers[@]}"
sleep 2
thawed=$(date +%s%N)
kill -CONT "${workers[@]}"
wait $runner
python3 - "$work/late.jsonl" $cells $(($(date +%s%N) - thawed)) <<'EOF'
import json
import sys

path, cells, took_ns = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with open(path, encoding="utf-8") as file:
    records = [r for r in map(json.loads, file) if r["type"] == "cell"]
again = [r["volatile"] for r in records if r["volatile"]["attempt"] == 2]
first = [e["verdict"] for v in again for e in v["earlier"]]
apart_s = sum(v["wall_us"] for v in again) / 1e6
print(f"{len(again)} second attempts, {apart_s:.1f} s of them in {took_ns / 1e9:.1f} s; "
      f"{[r['verdict'] for r in records]} after {first}")
sys.exit(first != ["inconclusive"] * cells or apart_s * 1e9 > took_ns)
EOF
