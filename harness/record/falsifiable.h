/* SPDX-License-Identifier: GPL-2.0-or-later */
/* falsifiable: whether what the records show could have failed what the scenarios expect. */
#ifndef AFTERCLOSE_RECORD_FALSIFIABLE_H
#define AFTERCLOSE_RECORD_FALSIFIABLE_H

#include "base/err.h"
#include "base/intern.h"
#include "lab/feature.h"
#include "scenario/cell.h"

#include <jansson.h>

/* Zero-initialised is empty and valid. */
struct falsifiable {
	struct subject *subjects; /* one a scenario */
	size_t n;
	struct intern words;
};

enum falsified {
	FALSIFIED,	 /* in one cell it has a value that another cell's expectation rejects */
	FALSIFIED_NEVER, /* each cell's value meets each cell's expectation */
	FALSIFIED_UNMET, /* no rule asked for it on these kernels: a feature, a counter, a skip */
};

/* What came of one fact, under its full name. */
struct falsified_fact {
	const struct scenario *scenario;
	const char *fact;
	struct place at; /* of the first rule that settles it */
	enum falsified how;
	const char *expected; /* FALSIFIED_NEVER: one of the expectations */
	size_t n_cells;	      /* in which it was expected */
};

/*
 * Take note of a cell that passed: of the values that its facts have, and of what is expected of
 * them. Kernels are told apart: another value on another kernel proves nothing. The cell's scenario
 * has to outlive it. Errors: EINVAL of assertions_collect().
 */
int falsifiable_add(struct falsifiable *falsifiable, const struct cell *cell, const json_t *record,
		    const struct features *features, struct err *err);

/* Each fact of each scenario of which there are records, in the order of their rules. */
void falsifiable_tell(const struct falsifiable *falsifiable,
		      void (*fn)(void *ctx, const struct falsified_fact *fact), void *ctx);
void falsifiable_free(struct falsifiable *falsifiable);
#define _cleanup_falsifiable_ __attribute__((cleanup(falsifiable_free)))

#endif
