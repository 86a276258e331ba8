/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ends: the ends of a play's connections by four-tuple: a hash table, since every frame asks. Of
 * several ends with one four-tuple (incarnations) the newest is found first.
 */
#ifndef AFTERCLOSE_PLAY_ENDS_H
#define AFTERCLOSE_PLAY_ENDS_H

#include "lab/diag.h"

struct end;

/* An end has one, and one more for each four-tuple that a router has given it. */
struct ends_entry {
	struct ends_entry *older_in_bucket;
	struct tuple tuple;
	struct end *end;
};

struct ends {
	struct ends_entry **buckets; /* each a list, the newest first */
	size_t n_buckets;	     /* a power of two */
	size_t n;
};

/* Find the end by this four-tuple, its own or another. It is borrowed, and never taken out again.
 */
void ends_add(struct ends *ends, struct end *end, const struct tuple *tuple);
void ends_free(struct ends *ends);

/* The newest end with this four-tuple; NULL: none. */
const struct ends_entry *ends_find(const struct ends *ends, const struct tuple *tuple);

/* The next older one with the same four-tuple; NULL: none. */
const struct ends_entry *ends_older(const struct ends_entry *entry);

#endif
