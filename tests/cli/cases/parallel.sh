# SPDX-License-Identifier: GPL-2.0-or-later
# needs: lab
# The example of docs/shards.md, with two parts on this kernel.
parallel --will-cite --halt soon,fail=99% \
	afterclose run "$SCENARIOS" --seed 1 --shard {}/2 --out {}.jsonl --report terminal:{}.txt ::: 1 2 2>&1 |
	sort
try afterclose merge {1..2}.jsonl --out all.jsonl
try grep -c '"type": *"cell"' all.jsonl
