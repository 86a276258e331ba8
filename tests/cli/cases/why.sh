# SPDX-License-Identifier: GPL-2.0-or-later
# What cannot be asked: nothing is played.
cp "$SCENARIOS/../../data/report/mixed.jsonl" .
try afterclose why small
try afterclose why small small/closer=clint "$SCENARIOS"
try afterclose why small small/closer=client/control=1 "$SCENARIOS"
try afterclose why waits wrong "$SCENARIOS/../failing"
try afterclose why small small/closer=client "$SCENARIOS" --records none.jsonl
try afterclose why small small/closer=client "$SCENARIOS" --records mixed.jsonl
try afterclose why third-segment third-segment "$SCENARIOS" --records mixed.jsonl
try afterclose why small small "$SCENARIOS" --records mixed.jsonl --sysctl none.conf
try afterclose why small small "$SCENARIOS" --target host --target host --target host
try afterclose why small small "$SCENARIOS" --runs 1
try afterclose why small small "$SCENARIOS" --format html
sed 's/"canonical":{/&"with":["client"],/' mixed.jsonl >with.jsonl
try afterclose why third-segment third-segment "$SCENARIOS" --records with.jsonl
