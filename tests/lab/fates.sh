#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The same seed gives the n-th frame of a direction the same fate, another seed gives it others.
#   fates.sh AFTERCLOSE
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$1" run tests/data/fates --seed 7 --out "$work/first"
"$1" run tests/data/fates --seed 7 --out "$work/again"
"$1" run tests/data/fates --seed 8 --out "$work/other"
python3 - "$work" <<'PYTHON'
import json
import sys


def fates(name):
    """Of each cell and sender, the fates of its frames in order."""
    found = {}
    for line in open(f"{sys.argv[1]}/{name}"):
        record = json.loads(line)
        for segment in record.get("canonical", {}).get("segments", []):
            found.setdefault((record["cell"], segment["from"]), []).append(segment["fate"])
    return found


def differing(one, two):
    """A machine that is late adds frames at the end, never another fate before."""
    return [key for key in one if any(a != b for a, b in zip(one[key], two[key]))]


first, again, other = map(fates, ("first", "again", "other"))
assert len(first) == 16, sorted(first)
assert not differing(first, again), differing(first, again)
assert len(differing(first, other)) >= 8, differing(first, other)
PYTHON
