# SPDX-License-Identifier: GPL-2.0-or-later
# Records that were made elsewhere: nothing is played, and no scenario is needed.
cp "$SCENARIOS/../../data/report/mixed.jsonl" .
try afterclose report mixed.jsonl
try afterclose report mixed.jsonl mixed.jsonl --report markdown:summary.md --report github
try head -n 1 summary.md
try afterclose report mixed.jsonl --out copy.jsonl --report json:again.jsonl
try cmp copy.jsonl again.jsonl
try afterclose report copy.jsonl --out ./copy.jsonl
try cmp copy.jsonl again.jsonl
ln -s copy.jsonl linked.jsonl
try afterclose report copy.jsonl --report ktap:linked.jsonl
try cmp copy.jsonl again.jsonl
try afterclose judge copy.jsonl "$SCENARIOS" --report json:copy.jsonl
try afterclose report mixed.jsonl --known copy.jsonl --out copy.jsonl
try cmp copy.jsonl again.jsonl
# --format is of stdout, as everywhere.
report_to_stdout() {
	afterclose report mixed.jsonl --format html >page.html
	echo "exit $?"
	afterclose report mixed.jsonl --report html:again.html --format github
	cmp page.html again.html && tail -n 1 page.html
}
export -f report_to_stdout
try report_to_stdout
try afterclose report mixed.jsonl --format html --format junit
try afterclose report mixed.jsonl --format pdf
try afterclose report
try afterclose report none.jsonl
head -c -40 mixed.jsonl >cut.jsonl
try afterclose report cut.jsonl --report ktap
