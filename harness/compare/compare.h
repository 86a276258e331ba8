/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compare: two halves of a comparison held against each other: findings, each a change of one fact,
 * folded to the dimension values that explain it.
 */
#ifndef AFTERCLOSE_COMPARE_COMPARE_H
#define AFTERCLOSE_COMPARE_COMPARE_H

#include "compare/half.h"
#include "record/known.h"

struct compare_options {
	struct known *accept; /* changes that are known; NULL: none */
	json_t *seen;	      /* outcomes are entered here, as keys; NULL: not */
	bool skip_seen;	      /* instead: leave out the outcomes that are there */
	bool boxed; /* chance has no part: say also of a few cells what they have in common */
};

/*
 * A JSON object, from which every format is drawn; docs/compare.md is its reference. Cells are
 * paired by id. New reference.
 */
json_t *compare_halves(const struct half *a, const struct half *b,
		       const struct compare_options *options);

/* How many findings are outcomes that nobody accepted; 0: nothing changed. */
size_t compare_n_changed(const json_t *comparison);
size_t compare_n_compared(const json_t *comparison);

#endif
