# SPDX-License-Identifier: GPL-2.0-or-later
# needs: lab
try afterclose run "$SCENARIOS/../failing/wrong.yaml" --jobs 1 --out records.jsonl
try afterclose run "$SCENARIOS/../failing/wrong.yaml" --jobs 1 --bisect --report ktap
try afterclose run "$SCENARIOS/../failing/wrong.yaml" --jobs 1 --failed records.jsonl --report ktap
try afterclose run "$SCENARIOS" --failed records.jsonl
try afterclose run "$SCENARIOS" --failed records.jsonl --bisect
try afterclose run "$SCENARIOS" --bisect --only closer=client --report terminal
try afterclose run "$BAD/syntax.yaml" --bisect
try afterclose run --bisect --jobs none
try afterclose run "$SCENARIOS/../failing/waits.yaml" --timeout 500ms
try afterclose run "$SCENARIOS/../failing/waits.yaml" --timeout 500ms --bisect --report ktap
try afterclose run "$SCENARIOS/../failing" --only scenario=wrong --jobs 1 --fail-fast --repeat 50 --out fast.jsonl --report junit:/dev/null
try grep -c '"verdict":"fail"' fast.jsonl
try afterclose minimise records.jsonl wrong/closer=client "$SCENARIOS/../failing/wrong.yaml" --out nowhere/wrong.yaml
# What is not shown again leaves no file.
sed 's/"old.time_wait":"client"/"old.time_wait":"both"/g; s/"observed":"client"/"observed":"both"/g' records.jsonl >other.jsonl
try afterclose minimise other.jsonl wrong/closer=client "$SCENARIOS/../failing/wrong.yaml" --seed 1 --out small.yaml
try ls small.yaml
