#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# shards: in virtual time, N shards merged are the same to the bit as one run, in every canonical
# part, and in the order of the plan; and a cell that waits for the timer wheel is the same whether
# it is a guest's first or not.
#   tests/guest/shards.sh PROGRAM [N]
set -euo pipefail
program=$1 n=${2:-3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
what=(scenarios --only "scenario=third-segment,who-holds-time-wait" --only family=ipv4 --target uml --seed 7)

play() {
	"$program" run "${what[@]}" --report json:/dev/null "$@"
}

for ((i = 1; i <= n; i++)); do
	play --shard "$i/$n" --out "$work/$i.jsonl"
done
play --out "$work/whole.jsonl"
"$program" merge "$work"/[0-9]*.jsonl --out "$work/merged.jsonl" --report json:/dev/null
tests/guest/canonical "$work/merged.jsonl" >"$work/merged"
tests/guest/canonical "$work/whole.jsonl" >"$work/whole"
# A run writes its records as they come; merge has the plan's order.
cmp <(sort "$work/merged") <(sort "$work/whole")
"$program" list "${what[@]:0:5}" --cells >"$work/plan"
sed -E 's/.*"cell": "([^"]*)".*/\1/' "$work/merged" | cmp - "$work/plan"
echo "$n shards: $(wc -l <"$work/merged") records, each as in one run, in the order of its plan"

"$program" run scenarios --only scenario=how-long --only link=duplicating --target uml --seed 1 --jobs 1 \
	--repeat 4 --report json:/dev/null
