# SPDX-License-Identifier: GPL-2.0-or-later
try afterclose list "$SCENARIOS"
try afterclose list "$SCENARIOS" --cells
try afterclose list "$SCENARIOS" --cells --only closer=client
try afterclose list "$SCENARIOS" --cells --only family=ipv6,ipv4 --only closer=server
try afterclose list "$SCENARIOS" --cells --only link=clean --only scenario=small --shard 1/2
try afterclose list "$SCENARIOS" --cells --shard 2/2
try afterclose list "$SCENARIOS" --cells --cover 1
try afterclose list "$SCENARIOS" --cells --cover 4
try afterclose list "$SCENARIOS/small.yaml" --format json
mkdir scenarios
cp "$SCENARIOS/small.yaml" scenarios
try afterclose list
try afterclose list --cells -- scenarios/small.yaml scenarios

for shard in 1 2 3; do
	afterclose list --cells --shard $shard/3
done | sort >union
afterclose list --cells | sort | cmp - union && echo "the shards' union is the whole"
try afterclose list "$SCENARIOS" --dimensions
try afterclose list "$SCENARIOS" --dimensions --format json
