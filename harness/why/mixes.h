/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mixes: the mixes of A and B that were asked for, each once, with what came of them. */
#ifndef AFTERCLOSE_WHY_MIXES_H
#define AFTERCLOSE_WHY_MIXES_H

#include "compare/half.h"
#include "why/difference.h"

struct mix {
	bool *b;		 /* which differences are as in B */
	const struct cell *cell; /* NULL: the scenario has no such cell */
	const char *target;
	json_t *settings;
	const struct half_cell *seen; /* NULL: it was not played, or gave no record */
	char *untold;		      /* why nothing is known of it; NULL: it was played */
};

struct mixes {
	const struct differences *differences;
	const struct cell *cells; /* of the scenario */
	size_t n_cells;
	struct mix **of;
	size_t n;
};

/* The mix, new or known; it stays where it is. One that is no cell is untold from the start. */
struct mix *mix_get(struct mixes *mixes, const bool *b);
struct mix *mix_find(const struct mixes *mixes, const bool *b); /* NULL: unknown */

/* Take what came of it: half's, which must stay. Skips, errors and noise leave it untold. */
void mix_take(struct mix *mix, const struct half *half);

/* Are both played in one place: on one target, under the same settings? */
bool mixes_share_place(const struct mix *a, const struct mix *b);

/* Has it neither been played nor been given up? */
bool mix_waits(const struct mix *mix);

/* Forget the last one, which was not played. */
void mixes_drop_last(struct mixes *mixes);
void mixes_free(struct mixes *mixes);

#endif
