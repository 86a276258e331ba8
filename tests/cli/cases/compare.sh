# SPDX-License-Identifier: GPL-2.0-or-later
# Two files of records: the scenario `small` before and after tcp_max_tw_buckets = 0 at the client.
cp "$SCENARIOS"/../../data/compare/*.jsonl .
try afterclose compare before.jsonl after.jsonl
try afterclose compare before.jsonl before.jsonl
try afterclose compare before.jsonl after.jsonl --all
try afterclose compare before.jsonl after.jsonl --format markdown
changed() {
	afterclose compare before.jsonl after.jsonl --format json >comparison.json
	echo "exit $?"
	grep -c '"class": "outcome"' comparison.json
}
export -f changed
try changed
cat >accept.yaml <<'YAML'
- scenario: small
  with: {closer: client}
  fact: old.time_wait
  observed: none
  why: on purpose
  until: fixed
YAML
try afterclose compare before.jsonl after.jsonl --accept accept.yaml
sed -i 's/observed: none/observed: both/' accept.yaml
try afterclose compare before.jsonl after.jsonl --accept accept.yaml
sed -i 's/observed: both/observed: none/; s/fixed/2001-02-03/' accept.yaml
try afterclose compare before.jsonl after.jsonl --accept accept.yaml
# One file of two sets of settings.
sed 's/"type":"cell"/"type":"cell","settings":{"client":{"net.ipv4.tcp_tw_reuse":"1"}}/' before.jsonl >other.jsonl
cat before.jsonl other.jsonl >both.jsonl
try afterclose compare both.jsonl before.jsonl
# One file of two kernels.
cat before.jsonl after.jsonl >both.jsonl
try afterclose compare both.jsonl before.jsonl
try afterclose compare both.jsonl:uml before.jsonl
try afterclose compare both.jsonl:6.18.44 both.jsonl:host:6.19.3
try afterclose compare before.jsonl none.jsonl
try afterclose compare before.jsonl
try afterclose compare before.jsonl after.jsonl --only closer=client
try afterclose compare before.jsonl after.jsonl --format yaml
head -n 1 before.jsonl >empty.jsonl
try afterclose compare before.jsonl empty.jsonl
grep -v small/closer before.jsonl >one.jsonl
grep -v '"cell":"small[",]' after.jsonl >other.jsonl
try afterclose compare one.jsonl other.jsonl
