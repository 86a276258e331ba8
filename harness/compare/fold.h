/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fold: which values of which dimensions explain a set of cells.
 *
 * A term is a conjunction: each dimension it mentions has one of some values, as one writes them in
 * --only. A fold is a short list of terms and what is left: the cells that no term covers. It is
 * always exact about itself: each term says how many of its cells are in the set, and of how many.
 * Where chance has no part, the box around what is left may explain that, too.
 */
#ifndef AFTERCLOSE_COMPARE_FOLD_H
#define AFTERCLOSE_COMPARE_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FOLD_DIMENSIONS_MAX 16
#define FOLD_VALUES_MAX	    64 /* of one dimension: bits of a mask */
#define FOLD_TERMS_MAX	    4

/* The cells there are. value[cell * n_dimensions + dimension] is an index below n_values. */
struct fold_space {
	size_t n_dimensions;
	size_t n_values[FOLD_DIMENSIONS_MAX];
	size_t n_cells;
	uint8_t *value;
};

struct fold_term {
	uint64_t mask[FOLD_DIMENSIONS_MAX]; /* the values allowed; all of them: not mentioned */
	size_t hits, of;		    /* cells of the set, and cells, that it covers */
};

struct fold {
	struct fold_term terms[FOLD_TERMS_MAX];
	size_t n_terms;
	size_t left, left_of; /* cells of the set, and cells, that no term covers */
	struct fold_term box; /* the smallest one around the cells left */
	bool box_exact;	      /* there are some, and it holds cells of the set alone */
};

/*
 * chosen[cell]: is it in the set? A term is taken where it says more in fewer words than a list of
 * the cells would: each cell it newly covers counts for it, each cell outside the set twice against
 * it, each dimension after the first once. So one rule that has exceptions is found, and a few
 * cells strewn by chance stay what they are: left.
 */
void fold_find(const struct fold_space *space, const bool *chosen, struct fold *ret);

bool fold_term_covers(const struct fold_space *space, const struct fold_term *term, size_t cell);

/* Every value of a dimension. */
uint64_t fold_mask_full(const struct fold_space *space, size_t dimension);

#endif
