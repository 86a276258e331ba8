# SPDX-License-Identifier: GPL-2.0-or-later
# What cannot be made smaller: nothing is played.
cp "$SCENARIOS/../../data/report/mixed.jsonl" .
try afterclose minimise
try afterclose minimise none.jsonl small "$SCENARIOS"
try afterclose minimise mixed.jsonl small "$SCENARIOS"
try afterclose minimise mixed.jsonl third-segment/timestamps=0 "$SCENARIOS"
try afterclose minimise mixed.jsonl small "$SCENARIOS" --runs 0
cp mixed.jsonl kept.jsonl
cp "$SCENARIOS/small.yaml" .
try afterclose minimise mixed.jsonl small small.yaml --out mixed.jsonl
try afterclose minimise mixed.jsonl small small.yaml --out small.yaml
try cmp mixed.jsonl kept.jsonl
try cmp "$SCENARIOS/small.yaml" small.yaml
