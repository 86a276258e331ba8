# SPDX-License-Identifier: GPL-2.0-or-later
# needs: lab
try afterclose run "$SCENARIOS/../failing/wrong.yaml" --jobs 1 --out records.jsonl
try afterclose run "$SCENARIOS/../failing/wrong.yaml" --jobs 1 --bisect --report ktap
try afterclose run "$SCENARIOS/../failing/wrong.yaml" --jobs 1 --failed records.jsonl --report ktap
try afterclose run "$SCENARIOS" --failed records.jsonl
try afterclose run "$SCENARIOS" --failed records.jsonl --bisect
# In any order: a cell for which this machine was too noisy is played again, last.
in_order() {
	"$@" | sed -E 's/^( +ok )[0-9]+ /\1N /' | LC_ALL=C sort
	return "${PIPESTATUS[0]}"
}
try in_order afterclose run "$SCENARIOS" --jobs 1 --bisect --only closer=client --report ktap
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
