/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * effect: what one value of one sysctl changes instead of another, from pairs of cells that differ
 * in nothing else.
 *
 * A scenario varies a sysctl by a dimension that is bound to it, or by one that its step `sysctl`
 * writes ("value: $seconds"). Two cells are a pair where their values of that dimension alone
 * differ, and they play the same steps with the same arguments. The value that the others are held
 * against is the lab's baseline, or the dimension's first where that is not among them.
 */
#ifndef AFTERCLOSE_ADVISE_EFFECT_H
#define AFTERCLOSE_ADVISE_EFFECT_H

#include "compare/half.h"
#include "scenario/cell.h"

/* What one kernel's records say of the cells of one scenario. */
struct effect_ground {
	const struct scenario *scenario;
	const struct cell *cells;
	size_t n_cells;
	const struct half *half;
	const json_t *rfc; /* a cell's id -> its record's `rfc` */
};

/*
 * [EFFECT...], one for each dimension that varies a sysctl and each value but the first:
 *
 *   {"sysctl", "of": whose, "dimension", "from", "to", "pairs", "cells": of these compared,
 *    "changed": with another outcome,
 *    "findings": as in compare/compare.h, each with its "harm" or "relief" if it is one,
 *      times with three digits,
 *    "same": {FACT: PAIRS...}, the facts with a rule that differ in no pair,
 *    "skips": {REASON: PAIRS...}, why pairs were not compared,
 *    "claims": as in advise/claims.h,
 *    "rfc": [{"source", "fact", "asked", "of", "from", "to"}...]: in how many pairs a standard's
 *      rule was about it, and in how many the one value deviates and the other; where these differ,
 *    "nearest": the changed cell with the fewest values off its scenario's first}
 *
 * A value of which there is no pair is left out. New reference.
 */
json_t *effects_varied(const struct effect_ground *ground);

/* The effect of a setting that all hosts were played under, held against cells without it; the same
 * without "dimension"; NULL: no pair, or the scenario varies that sysctl itself, so that the
 * setting has no say there. New reference. */
json_t *effect_applied(const struct effect_ground *without, const struct effect_ground *with,
		       const char *sysctl, const char *value);

/* Does a dimension vary this sysctl, or, of NULL, any? */
bool effect_scenario_varies(const struct scenario *scenario, const char *sysctl);

#endif
