#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The same seed gives the same frame the same fate, in any run; another seed gives it others.
#   fates.sh AFTERCLOSE
# Of seed 8 the link `bursty` loses every transmission for more than 40 s: no stream comes through.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tests/lab/again-if-noisy "$1" run tests/data/fates --seed 7 --out "$work/first"
tests/lab/again-if-noisy "$1" run tests/data/fates --seed 7 --out "$work/again"
tests/lab/again-if-noisy "$1" run tests/data/fates --seed 9 --out "$work/other"
python3 - "$work" <<'PYTHON'
import json
import sys


BURSTS = ("bad-day", "bursty")  # what came just before has its say too


def identity(segment):
    """What the frame is, as harness/play/identity.c has it, but for its transmission."""
    kind = "".join(flag for flag in segment["flags"] if flag in "SFR")
    bare = not segment["len"] and kind in ("", "R")
    return kind, segment.get("seq"), segment["len"], segment.get("ack") if bare else None


def fates(name):
    """Of each cell and sender, the frames in order, each with its fate."""
    found = {}
    for line in open(f"{sys.argv[1]}/{name}"):
        record = json.loads(line)
        seen = {}
        for segment in record.get("canonical", {}).get("segments", []):
            frame = (segment["from"], *identity(segment))
            seen[frame] = seen.get(frame, 0) + 1
            frames = found.setdefault((record["cell"], segment["from"]), {})
            frames[(*frame, seen[frame])] = segment["fate"]
    return found


def differing(one, two):
    """A machine that is late adds frames, and after bursts these have a say."""
    return [
        (key, frame)
        for key in one
        for frame in one[key]
        if one[key][frame] != two[key].get(frame, one[key][frame])
        and (list(one[key]) == list(two[key]) or not key[0].endswith(BURSTS))
    ]


first, again, other = map(fates, ("first", "again", "other"))
assert len(first) == 16, sorted(first)
assert not differing(first, again), differing(first, again)
assert len({key for key, frame in differing(first, other)}) >= 8, differing(first, other)
PYTHON
