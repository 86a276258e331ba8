/* SPDX-License-Identifier: GPL-2.0-or-later */
/* identity: whether the repetitions of a cell came out the same (--repeat). */
#ifndef AFTERCLOSE_CMD_IDENTITY_H
#define AFTERCLOSE_CMD_IDENTITY_H

#include <jansson.h>
#include <stdbool.h>

/* Zero-initialised is empty and valid. */
struct identity {
	json_t *seen; /* target and cell to a set of the hashes of their canonical records */
};

/* exact: all that is canonical counts; else what durations and clocks leave: facts that are none,
 * the order, flags and fates of each connection's segments; of plays with programs the facts alone;
 * and where the kernel draws what facts hang on, what the rules settle. */
void identity_add(struct identity *identity, const json_t *record, bool exact);

struct identity_sum {
	size_t n_cells;	   /* at all targets together */
	size_t n_several;  /* of those, how many have more than one */
	size_t n_most;	   /* of one cell */
	const char *worst; /* that cell and its target; "" where all are one */
};

/* worst lives as long as identity does. */
struct identity_sum identity_sum(const struct identity *identity);
void identity_free(struct identity *identity);

#endif
