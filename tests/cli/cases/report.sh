# SPDX-License-Identifier: GPL-2.0-or-later
# Records that were made elsewhere: nothing is played, and no scenario is needed.
cp "$SCENARIOS/../../data/report/mixed.jsonl" .
try afterclose report mixed.jsonl
try afterclose report mixed.jsonl mixed.jsonl --report markdown:summary.md --report github
try head -n 1 summary.md
try afterclose report mixed.jsonl --out copy.jsonl --report json:again.jsonl
try cmp copy.jsonl again.jsonl
try afterclose report
try afterclose report none.jsonl
head -c -40 mixed.jsonl >cut.jsonl
try afterclose report cut.jsonl --report ktap
