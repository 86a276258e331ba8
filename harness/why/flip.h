/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flip: which changes turn A's outcome into B's. A and B differ in parts, numbers here; a mix has
 * each part as A or as B has it; what a mix shows of each fact is the caller's to say. From A,
 * parts are changed to B's; from B, back to A's.
 */
#ifndef AFTERCLOSE_WHY_FLIP_H
#define AFTERCLOSE_WHY_FLIP_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum flip_side { FLIP_FROM_A, FLIP_FROM_B, N_FLIP_SIDES };

/* What a mix shows of a fact. */
enum stand {
	STAND_UNTOLD, /* there is no such mix, or nothing is known of it */
	STAND_A,
	STAND_B,
	STAND_OTHER, /* neither */
	N_STANDS
};

struct flip_ops {
	size_t n_parts, n_facts;
	/* So many mixes of one size are tried at most. */
	size_t mixes_max;
	/*
	 * Try mixes side by side: b[i][part] says whether mix i has that part as B has it;
	 * ret[i][fact] is what it shows. The same mix may be asked for again. Returns 0; ECANCELED
	 * no more may be tried; -errno to stop the search.
	 */
	int (*try)(void *ctx, bool *const *b, size_t n, enum stand *const *ret, struct err *err);
};

/* What flips one fact, from one side. */
struct flip_answer {
	bool **changes; /* changes[i][part]: is this part changed? All of one size. */
	size_t n_changes;
	size_t size;	 /* how many parts each changes; 0: nothing was found */
	bool smallest;	 /* all smaller ones were tried, and all of this size */
	size_t n_untold; /* of these, so many showed nothing */
};

struct flip {
	size_t n_parts, n_facts;
	enum stand *singles[N_FLIP_SIDES]; /* [part * n_facts + fact]: this part alone changed */
	struct flip_answer *answers[N_FLIP_SIDES]; /* [fact] */
	bool stopped; /* no more could be tried before all was answered */
};

/*
 * Every part alone, from both sides. For a fact that no single part flips: a change of which no
 * part can be left out, found by leaving parts out of the whole, and then all changes of two parts,
 * of three, up to that one's size. Free in any case. Errors: those of try but ECANCELED.
 */
int flip_find(const struct flip_ops *ops, void *ctx, struct flip *ret, struct err *err);
void flip_free(struct flip *flip);
#define _cleanup_flip_ __attribute__((cleanup(flip_free)))

/* What a mix shows that has come all the way from this side. */
enum stand flip_goal(enum flip_side from);

#endif
