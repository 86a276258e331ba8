/* SPDX-License-Identifier: GPL-2.0-or-later */
/* between: the plays of `why`: A, B, and the cells between the two. */
#ifndef AFTERCLOSE_CMD_BETWEEN_H
#define AFTERCLOSE_CMD_BETWEEN_H

#include "cmd/venue.h"
#include "why/mixes.h"
#include "why/question.h"

struct between {
	struct differences differences;
	struct mixes mixes;
	struct question question;
	struct venue venue;   /* its run options are the caller's to set */
	struct half **halves; /* one a batch in a place: what the mixes show */
	size_t n_halves;
	size_t n_runs, runs_max;
};

/* a, b: of one scenario, whose cells these are; all stay where they are. Free in any case. */
void between_init(struct between *ret, const struct play_spec *a, const struct play_spec *b,
		  const struct cell *cells, size_t n_cells);
void between_free(struct between *between);

/* The mix that is all A, or all B. */
struct mix *between_end(struct between *between, bool b);

/*
 * Play what of these mixes was not played yet, place by place, and take what came of it. Errors:
 * ECANCELED they are more than runs_max allows: none was played; those of playing.
 */
int between_play(struct between *between, bool *const *b, size_t n, struct err *err);

/* The same as flip_ops has it; ctx: the between. */
int between_try(void *ctx, bool *const *b, size_t n, enum stand *const *ret, struct err *err);

#endif
