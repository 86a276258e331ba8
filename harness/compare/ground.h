/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ground: the cells of one scenario on both sides, paired, with their dimensions as fold wants
 * them.
 */
#ifndef AFTERCLOSE_COMPARE_GROUND_H
#define AFTERCLOSE_COMPARE_GROUND_H

#include "compare/fold.h"
#include "compare/half.h"

struct pair {
	const struct half_cell *a, *b; /* one of them may be NULL */
};

struct ground {
	const struct pair *pairs; /* those that can be compared come first */
	size_t n_pairs, n_compared;
	const char *scenario;
	struct fold_space space; /* of all pairs; n_cells may be set to n_compared */
	const char *dimensions[FOLD_DIMENSIONS_MAX];
	const char *values[FOLD_DIMENSIONS_MAX][FOLD_VALUES_MAX];
};

/* pairs: of one scenario, borrowed. A dimension beyond the sixteenth, or with more values than fold
 * takes, explains nothing. */
void ground_open(const struct pair *pairs, size_t n_pairs, struct ground *ret);
void ground_close(struct ground *ground);

/* The half that is there. */
const struct half_cell *pair_cell(const struct pair *pair);

/* [{"dimensions": {NAME: [VALUE...]}, "hits", "of"}...] of a fold. New reference. */
json_t *ground_terms(const struct ground *ground, const struct fold *fold);

#endif
