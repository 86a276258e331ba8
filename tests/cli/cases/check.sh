# SPDX-License-Identifier: GPL-2.0-or-later
try afterclose check "$SCENARIOS"
try afterclose check "$BAD" "$SCENARIOS"
try afterclose check none.yaml
mkdir empty
try afterclose check empty
cp "$SCENARIOS/small.yaml" empty/small.yaml
try afterclose check empty "$SCENARIOS"
# Nothing is played where one file is bad.
try afterclose run "$SCENARIOS" "$BAD" --out records.jsonl
try test -e records.jsonl
