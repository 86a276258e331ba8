#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# coverage: on a kernel that counts its lines, each scenario gets a tracefile of what it executed, and
# that it is counted shows nowhere in the canonical parts of records. Skips where there is none.
#   tests/guest/coverage.sh PROGRAM
set -euo pipefail
program=$1
target=$("$program" kernel list | sed -nE 's/^(uml:[^ ]+) .*, HZ [0-9]+, gcov .*/\1/p' | head -n 1)
if [ -z "$target" ]; then
	echo "skip: no kernel here that counts its lines: afterclose kernel build uml:SOURCE --gcov"
	exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
what=(scenarios --only "scenario=how-long,rst-by-state" --shard 1/8 --target "$target" --seed 7)

# count SCENARIO FILE TEXT: how often the line of that text was executed.
count() {
	local line

	line=$(grep -n -m 1 -F "$3" "$(dirname "$("$program" kernel path "$target")")/gcov/$2" | cut -d: -f1)
	sed -n "\,^SF:$2\$,,/^end_of_record/s/^DA:$line,//p" "$work/lines/$1.info"
}

"$program" run "${what[@]}" --report json:/dev/null --out "$work/counted.jsonl" --coverage "$work/lines"
"$program" run "${what[@]}" --report json:/dev/null --out "$work/plain.jsonl"
for run in counted plain; do
	tests/guest/canonical "$work/$run.jsonl" >"$work/$run"
	sort -o "$work/$run" "$work/$run"
done
[ -s "$work/plain" ] && cmp "$work/counted" "$work/plain"

for scenario in how-long rst-by-state all; do
	[ "$(grep -c '^end_of_record' "$work/lines/$scenario.info")" -eq \
		"$(grep -c "^TN:${scenario//-/_}\$" "$work/lines/$scenario.info")" ]
done
# Only one of the two answers a stray RST, only with TIME-WAIT does its timer fire; what both do is summed.
[ "$(count how-long net/ipv4/tcp_input.c 'static void tcp_send_challenge_ack(')" -eq 0 ]
[ "$(count rst-by-state net/ipv4/tcp_input.c 'static void tcp_send_challenge_ack(')" -gt 0 ]
fin='void tcp_send_fin('
[ $(($(count how-long net/ipv4/tcp_output.c "$fin") + $(count rst-by-state net/ipv4/tcp_output.c "$fin"))) -eq \
	"$(count all net/ipv4/tcp_output.c "$fin")" ]
grep -qE '^net/ipv4/inet_timewait_sock.c +tw_timer_handler +4 / +4$' "$work/lines/summary.txt"
grep -qE '^net/ipv4/tcp_ipv4.c:[0-9]+ tcp_twsk_unique: ' "$work/lines/unexecuted.txt"
[ -z "$(find "$work/lines" -name '.*' -mindepth 1)" ]
echo "$target: $(tail -n 1 "$work/lines/summary.txt" | tr -s ' ') of two scenarios; records are as without"
