# SPDX-License-Identifier: GPL-2.0-or-later
# What the shells are told; tests/install asks the shells themselves.
mkdir scenarios
cp "$SCENARIOS"/*.yaml scenarios
try afterclose complete
try afterclose complete c
try afterclose complete help s
try afterclose complete run --re
try afterclose complete run --report j
try afterclose complete run --report json --only ''
try afterclose complete run --only closer=
try afterclose complete run --repeat 3 --bisect --target h
try afterclose complete list --format ''
try afterclose complete show small/
try afterclose complete show small --records ''
try afterclose complete show small scen
try afterclose complete netem ''
try afterclose complete report out.js
try afterclose complete report --format ht
try afterclose complete nothing --re
try afterclose complete why small small/closer
try afterclose complete why small small/closer=client ''
try afterclose complete minimise out.jsonl small/f
try afterclose complete why small small --format ''
