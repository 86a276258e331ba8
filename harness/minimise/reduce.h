/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reduce: the search for a smallest set of parts that still shows an outcome. Parts are numbers;
 * what they are, what hangs on one, and whether a set shows the outcome is the caller's to say.
 */
#ifndef AFTERCLOSE_MINIMISE_REDUCE_H
#define AFTERCLOSE_MINIMISE_REDUCE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct reduce_ops {
	size_t n_parts;
	/* Classes are searched one after the other, from 0, before all parts together. */
	size_t (*class_of)(void *ctx, size_t part);
	/* Leave a part out, and all that cannot be there without it. */
	void (*leave_out)(void *ctx, size_t part, bool *out);
	/*
	 * Try several sets side by side: out[i][part] says what is left out of set i, ret_shows[i]
	 * whether the outcome is still there. Returns 0, or -errno to stop the search.
	 */
	int (*try)(void *ctx, bool *const *out, size_t n, bool *ret_shows, struct err *err);
};

/*
 * out: in, a set that shows the outcome; out, one of which no single part can be left out any more.
 * After an error it is the smallest set that was found until then. Errors: those of try.
 */
int reduce(const struct reduce_ops *ops, void *ctx, bool *out, struct err *err);

#endif
