# SPDX-License-Identifier: GPL-2.0-or-later
# needs: lab
# What is never otherwise in a run proves nothing where it is asserted.
records() {
	afterclose run "$@" >/dev/null 2>&1
	sed -i -E 's/"verdict": ?"inconclusive"/"verdict":"pass"/' "${@: -1}"
}
records "$SCENARIOS" --out records.jsonl
try afterclose check --falsifiable records.jsonl "$SCENARIOS"
mkdir mine
sed 's/old.connect: ok, old.stream: intact, //' "$SCENARIOS/small.yaml" >mine/small.yaml
try afterclose check --falsifiable records.jsonl mine
records mine --out mine.jsonl
try afterclose check --falsifiable mine.jsonl mine
try afterclose check --falsifiable mine
try afterclose check --falsifiable none.jsonl mine
