/* SPDX-License-Identifier: GPL-2.0-or-later */
/* evidence: what records say a setting changed: cells without it held against the same with it. */
#ifndef AFTERCLOSE_ADVISE_EVIDENCE_H
#define AFTERCLOSE_ADVISE_EVIDENCE_H

#include "compare/compare.h"

/*
 * {"cells": compared, "changed": of these with another outcome, "besides": with another fact that
 * no rule settles, time or counter only, "scenarios": [{"scenario", "cells", "changed"}...] of
 * those with a change, "findings": the changed outcomes as compare/compare.h has them, each with
 * its "harm" or "relief" if it is one, "nearest": the changed cell with the fewest values off its
 * scenario's first, {"cell", "facts": [{"fact", "without", "with"}...], "unchanged": the nearest
 * cell where nothing changes, "differs": {DIMENSION: VALUE...} there}}.
 * options: those of that comparison. New reference.
 */
json_t *evidence_new(const struct half *without, const struct half *with,
		     const struct compare_options *options);

/* Has this cell another outcome with it? */
bool evidence_outcome_differs(const struct half_cell *without, const struct half_cell *with);

/* Does it differ in anything at all, as far as both were observed to their end? */
bool evidence_differs(const struct half_cell *without, const struct half_cell *with);

#endif
