# SPDX-License-Identifier: GPL-2.0-or-later
# needs: lab
wrong="$SCENARIOS/../failing/wrong.yaml"
cat >known.yaml <<'YAML'
- cell: wrong/closer=client
  fact: old.time_wait
  why: bug 7
  until: fixed
- scenario: nowhere
  why: it is long gone
  until: 2999-12-31
YAML
try afterclose run "$wrong" --jobs 1 --known known.yaml --out records.jsonl
try afterclose report records.jsonl --report ktap
try afterclose report records.jsonl --report github
# Judged again without the file it is a failure again; with another one, too.
try afterclose judge records.jsonl "$wrong" --report ktap
sed -i 's/until: fixed/until: 2001-02-03/' known.yaml
try afterclose judge records.jsonl "$wrong" --known known.yaml --report ktap
echo '- {scenario: wrong, with: {closer: [server, client]}, why: bug 8, until: fixed}' >known.yaml
try afterclose judge records.jsonl "$wrong" --known known.yaml
try afterclose run "$wrong" --jobs 1 --known known.yaml --fail-fast --report ktap
echo '- {scenario: wrong, because: bug 8, until: fixed}' >known.yaml
try afterclose run "$wrong" --known known.yaml --out records.jsonl
try grep -c '"type":"cell"' records.jsonl
