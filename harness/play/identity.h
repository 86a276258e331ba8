/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * identity: what a frame is, as a number that is the same in every run of a cell: its incarnation
 * and direction, its place in the stream, its flags, and which transmission of that it is. The link
 * draws a frame's fate from it.
 */
#ifndef AFTERCLOSE_PLAY_IDENTITY_H
#define AFTERCLOSE_PLAY_IDENTITY_H

#include "play/flow.h"

/* How often each segment was seen: a hash table of them. */
struct identities {
	struct identity {
		uint64_t segment; /* 0: free */
		uint64_t times;
	} * slots;
	size_t n, size;
};

/* Count the segment in. note: what flow_arrived() said of it. */
uint64_t identity_of(struct identities *identities, const struct segment *seg,
		     const struct note *note);
void identities_free(struct identities *identities);

#endif
