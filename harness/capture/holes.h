/* SPDX-License-Identifier: GPL-2.0-or-later */
/* holes: what is missing of a stream, in sequence numbers, as its segments come. */
#ifndef AFTERCLOSE_CAPTURE_HOLES_H
#define AFTERCLOSE_CAPTURE_HOLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOLES_MAX 8

struct holes {
	struct hole {
		uint32_t from, to; /* to: the number behind it */
	} of[HOLES_MAX];
	size_t n;
};

/* A segment came before those with these numbers; beyond HOLES_MAX none is noted. */
void holes_open(struct holes *holes, uint32_t from, uint32_t to);

/* Which is the number in? NULL: none. */
struct hole *holes_find(struct holes *holes, uint32_t seq);

/* Was the first of these bytes missing? Then its hole is closed as far as they go. */
bool holes_fill(struct holes *holes, uint32_t seq, uint32_t len);

#endif
