/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watch: the states of a connection's ends, looked up in the kernel's tables after every frame. */
#ifndef AFTERCLOSE_PLAY_WATCH_H
#define AFTERCLOSE_PLAY_WATCH_H

#include "play/stage.h"

/*
 * Ask the kernel for one end now, and note what changed. after: the segment delivered before it.
 * A four-tuple has one socket at a time, but several incarnations: a socket that an older one was
 * seen to have (its cookie tells) is still that one's, whichever of them is asked about.
 */
int watch_end(struct stage *stage, struct end *end, uint32_t after, struct err *err);

/* The same of n ends of one host that have sockets (end_has_socket()), by one question. */
int watch_ends(struct stage *stage, struct end *const *ends, size_t n, struct err *err);

int watch_conn(struct stage *stage, struct conn *conn, uint32_t after, struct err *err);

/* What an end of an incarnation had in the kernel's tables when the next one began. */
int watch_left_behind(struct stage *stage, struct end *end, struct err *err);

/* Wait until the end is in one of the states (a bit each); 1 reached, 0 not by the deadline.
 * A minisock's end has no event: its timer is read, and the tables are looked at just before and
 * just after the tick of the timer wheel that ends it. */
int watch_until(struct stage *stage, struct end *end, unsigned states, int64_t deadline_ns,
		struct err *err);

/* A segment has reached this end; before the end is looked at again. came_ns: when, where it may
 * have come before the last look; INT64_MAX: since then. */
void watch_met(const struct stage *stage, struct end *end, const struct segment *seg,
	       int64_t came_ns);

#endif
