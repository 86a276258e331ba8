/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conntrack: what a router's connection tracking knows of a connection, by libnetfilter_conntrack.
 * An entry has two four-tuples: that of whoever opened the connection, as it was before the router
 * translated it, and that of the answers, as they come in from the other side.
 */
#ifndef AFTERCLOSE_LAB_CONNTRACK_H
#define AFTERCLOSE_LAB_CONNTRACK_H

#include "base/err.h"
#include "lab/counter.h"
#include "lab/diag.h"

#include <stdbool.h>
#include <stdint.h>

struct conntrack;

/* Of the namespace that the caller is in. *ret is NULL where this kernel tracks nothing, which is
 * no error; the functions below then find nothing. */
int conntrack_open(struct conntrack **ret, struct err *err);
void conntrack_close(struct conntrack *conntrack); /* NULL will do */

/* state: "none" where there is no entry; its names are those of TCP, in small letters. */
struct conntrack_seen {
	const char *state;
	uint32_t timeout_s; /* what is left of its life */
};

/* opened: the four-tuple of who opened the connection, local its own end. */
int conntrack_look(struct conntrack *conntrack, const struct tuple *opened,
		   struct conntrack_seen *ret, struct err *err);

/* Who opened the connection whose answers have this four-tuple (local: who answers)? Errors:
 * ENOENT no entry. */
int conntrack_opener(struct conntrack *conntrack, const struct tuple *answers, struct tuple *ret,
		     struct err *err);

/* Errors: ENOENT no entry. */
int conntrack_delete(struct conntrack *conntrack, const struct tuple *opened, struct err *err);

/* Add what it counts ("CtInsertFailed"), summed over processors. */
int conntrack_count(struct conntrack *conntrack, struct counter_set *set, struct err *err);

#endif
