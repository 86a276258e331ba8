# SPDX-License-Identifier: GPL-2.0-or-later
# Quick is what its own clock says: a guest's minute is one, whatever it took the machine; of several
# records of a cell all; a cell without one is not known to be.
mixed=$SCENARIOS/../../data/report/mixed.jsonl
record() {
	sed -n 2p "$mixed" | sed "s|\"cell\":\"[^\"]*\"|\"cell\":\"$1\"|; s|\"wall_us\":[0-9]*|$2|"
}
mapfile -t cells < <(afterclose list --cells "$SCENARIOS/small.yaml" | grep ^small)
{
	head -n 1 "$mixed"
	record "${cells[0]}" '"wall_us":2000000'
	record "${cells[1]}" '"wall_us":2000001'
	record "${cells[2]}" '"wall_us":9,"inside_us":60000000'
	record "${cells[3]}" '"wall_us":3000000,"inside_us":1'
	record "${cells[3]}" '"wall_us":3000000'
} >records.jsonl
try afterclose list --cells "$SCENARIOS/small.yaml" --took 2s:records.jsonl
try afterclose list --cells "$SCENARIOS/small.yaml" --took 3s:records.jsonl --shard 2/2
try afterclose list --cells "$SCENARIOS/small.yaml" --took 3s:records.jsonl --cover 1
try afterclose run "$SCENARIOS/small.yaml" --took 1us:records.jsonl
try afterclose list "$SCENARIOS/small.yaml" --took 2s
try afterclose list "$SCENARIOS/small.yaml" --took 2:records.jsonl
try afterclose list "$SCENARIOS/small.yaml" --took 2s:none.jsonl
