# SPDX-License-Identifier: GPL-2.0-or-later
# What failed at one target failed, though it passed at another one later; a shard is a part of that;
# so is what stayed inconclusive.
mixed=$SCENARIOS/../../data/report/mixed.jsonl
record() {
	sed -n 2p "$mixed" | sed "s|\"target\":\"[a-z]*\"|\"target\":\"$1\"|
		s|\"cell\":\"[^\"]*\"|\"cell\":\"$2\"|; s|\"verdict\":\"pass\",\"j|\"verdict\":\"$3\",\"j|"
}
mapfile -t cells < <(afterclose list --cells "$SCENARIOS/small.yaml" | grep ^small)
{
	head -n 1 "$mixed"
	record host "${cells[0]}" fail
	record host "${cells[1]}" fail
	record uml "${cells[0]}" pass
	record uml "${cells[1]}" error
	record host "${cells[2]}" pass
	record host "${cells[3]}" inconclusive
	record host "${cells[4]}" inconclusive
	record host "${cells[4]}" pass
} >records.jsonl
try afterclose list --cells "$SCENARIOS/small.yaml" --failed records.jsonl
try afterclose list --cells "$SCENARIOS/small.yaml" --failed records.jsonl --shard 2/2
