# SPDX-License-Identifier: GPL-2.0-or-later
# needs: lab
# One worker, so that cells end in the order in which they begin.
try afterclose run "$SCENARIOS" --jobs 1 --seed 1 --out records.jsonl
try afterclose run "$SCENARIOS" --jobs 1 --repeat 2 --only closer=client --report ktap
try afterclose run "$SCENARIOS" --report junit:junit.xml --report json:report.jsonl --report terminal --jobs 1
try grep -c '<testcase' junit.xml
try grep -c '"type": *"cell"' report.jsonl records.jsonl
try afterclose run "$SCENARIOS" --report ktap --report junit
try afterclose run "$SCENARIOS" --report karp
try afterclose judge records.jsonl "$SCENARIOS"
# The same scenario with another expectation: the records are held against what is there now.
sed 's/old.stream: intact/old.stream: corrupt/' "$SCENARIOS/small.yaml" >small.yaml
try afterclose judge records.jsonl small.yaml
sed '/family: /d' "$SCENARIOS/small.yaml" >small.yaml
try afterclose judge records.jsonl small.yaml
head -c -40 records.jsonl >cut.jsonl
try afterclose judge cut.jsonl "$SCENARIOS" --report ktap
