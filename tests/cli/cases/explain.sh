# SPDX-License-Identifier: GPL-2.0-or-later
# Records that were made elsewhere: nothing is played, and no scenario's file is needed.
cp "$SCENARIOS/../../data/report/explain.jsonl" .
try afterclose explain third-segment/time-wait=gone,timestamps=0 --records explain.jsonl
try afterclose explain third-segment/control=7 --records explain.jsonl
# Where no scenario is: the records hold what is needed.
try afterclose show third-segment/time-wait=gone,timestamps=0 --records explain.jsonl
try afterclose show third-segment/control=7 --records explain.jsonl
try afterclose explain third-segment --records none.jsonl
try afterclose explain
