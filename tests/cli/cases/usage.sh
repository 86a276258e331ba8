# SPDX-License-Identifier: GPL-2.0-or-later
try afterclose rnu
try afterclose help rnu
try afterclose run --job 3
try afterclose run --jobs
try afterclose run --jobs three
try afterclose run --jobs=0
try afterclose run --timeout 3
try afterclose run --late 6ms "$SCENARIOS"
try afterclose run -j3
try afterclose run --fail-fast=yes
try afterclose run "$SCENARIOS" --only closer
try afterclose run "$SCENARIOS" --only closr=server
try afterclose run "$SCENARIOS" --only closer=servr
try afterclose run "$SCENARIOS" --only closer=server --only scenario=smal
try afterclose run "$SCENARIOS" --shard 3/2
try afterclose run "$SCENARIOS" --failed none.jsonl
try afterclose run "$SCENARIOS" --sysctl gateway=/dev/null
try afterclose run "$SCENARIOS" --sysctl none.conf
try afterclose schema now
try afterclose show
try afterclose show small/closer=clint "$SCENARIOS"
try afterclose enter small "$SCENARIOS" --after 9
try afterclose enter small "$SCENARIOS" --host router
try afterclose list "$SCENARIOS" --format yaml
: >nothing.jsonl
try afterclose judge nothing.jsonl "$SCENARIOS"
