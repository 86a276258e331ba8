/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nearest: the known name that a misspelt one most likely meant. */
#ifndef AFTERCLOSE_BASE_NEAREST_H
#define AFTERCLOSE_BASE_NEAREST_H

#include <stddef.h>

/* The one of n names with the smallest edit distance to name, upper and lower case being the same;
 * the first of equals. nth(i, ctx) gives the i-th name. NULL only if n is 0. */
const char *nearest(const char *name, const char *(*nth)(size_t i, const void *ctx), size_t n,
		    const void *ctx);

/* The same over an array of strings. */
const char *nearest_of(const char *name, const char *const *names, size_t n);

#endif
