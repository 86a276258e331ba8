/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * change: what differs between the two halves of one cell, and of which class it is.
 *
 * An outcome is what the rules are about: a fact that a rule settles (on either side), an await, a
 * verdict. Two values are one outcome where the same rule is met by both (">= 1" by 1 and by 2).
 * All other facts, times and counters are told apart and change no exit code: on a real clock
 * chance moves some of them.
 *
 * Times are different where they differ by more than the kernel's timer wheel may add (an eighth),
 * two ticks on each side, and the noise that was measured while each ran.
 */
#ifndef AFTERCLOSE_COMPARE_CHANGE_H
#define AFTERCLOSE_COMPARE_CHANGE_H

#include "compare/half.h"

enum change_class {
	CHANGE_OUTCOME,
	CHANGE_OTHER,	 /* a fact that no rule settles, or whose rule is met by both */
	CHANGE_TIME,	 /* the same of a time */
	CHANGE_COUNTER,	 /* the same of a counter */
	CHANGE_UNSTEADY, /* an outcome, but repeats of one side differ and have the other's value */
	CHANGE_UNCOMPARED, /* not a pass or fail on both sides */
	N_CHANGE_CLASSES
};
extern const char *const change_class_names[N_CHANGE_CLASSES];

/* The fact of a change where all facts are the same and one passed, one failed. */
#define CHANGE_VERDICT "verdict"

/* Texts are borrowed; they live while the callback runs. */
struct change {
	enum change_class class;
	const char *fact;
	const char *was,
		*now; /* of a range: which way it went, the same for all that belong together */
	enum half_kind range; /* HALF_PLAIN: none, was and now are the values */
	int64_t was_min, was_max, now_min, now_max;
};

typedef void (*change_fn)(void *ctx, const struct change *change);

/* "3", "1..4", "60s", "60s..62s": the caller frees. */
char *change_range(enum half_kind kind, int64_t min, int64_t max);

/* Each difference of one cell; either side may be NULL. */
void change_each(const struct half_cell *a, const struct half_cell *b, change_fn fn, void *ctx);

/* Can the two be compared fact by fact? */
bool change_comparable(const struct half_cell *a, const struct half_cell *b);

#endif
