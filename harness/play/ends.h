/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ends: the ends of a play's connections by four-tuple: a hash table, since every frame asks. Of
 * several ends with one four-tuple (incarnations) the newest is found first.
 */
#ifndef AFTERCLOSE_PLAY_ENDS_H
#define AFTERCLOSE_PLAY_ENDS_H

#include "lab/diag.h"

struct end;

struct ends {
	struct end **buckets; /* each a list, the newest first */
	size_t n_buckets;     /* a power of two */
	size_t n;
};

/* The end's four-tuple does not change from here on. It is borrowed, and never taken out again. */
void ends_add(struct ends *ends, struct end *end);
void ends_free(struct ends *ends);

/* The newest end with this four-tuple; NULL: none. */
struct end *ends_find(const struct ends *ends, const struct tuple *tuple);

/* The next older one with the same four-tuple; NULL: none. */
struct end *ends_older(const struct end *end);

#endif
