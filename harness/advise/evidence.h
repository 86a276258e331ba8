/* SPDX-License-Identifier: GPL-2.0-or-later */
/* evidence: what records say a setting changed: cells without it held against the same with it. */
#ifndef AFTERCLOSE_ADVISE_EVIDENCE_H
#define AFTERCLOSE_ADVISE_EVIDENCE_H

#include "compare/half.h"

/*
 * {"cells": compared, "changed": of these with another outcome, "besides": with another fact that
 * no rule settles, time or counter only, "scenarios": [{"scenario", "cells", "changed"}...] of
 * those with a change, "findings": the changed outcomes as compare/compare.h has them, each with
 * its "harm" or "relief" if it is one, "nearest": the changed cell with the fewest values off its
 * scenario's first, {"cell", "facts": [{"fact", "without", "with"}...], "unchanged": the nearest
 * cell where nothing changes, "differs": {DIMENSION: VALUE...} there}}.
 * seen: the changed outcomes are entered there, as keys; skip: those that are there are left out of
 * the findings; either may be NULL. New reference.
 */
json_t *evidence_new(const struct half *without, const struct half *with, json_t *seen,
		     json_t *skip);

/* Has this cell another outcome with it? */
bool evidence_outcome_differs(const struct half_cell *without, const struct half_cell *with);

/* Does it differ in anything at all, as far as both were observed to their end? */
bool evidence_differs(const struct half_cell *without, const struct half_cell *with);

#endif
