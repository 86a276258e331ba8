/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tuples: every four-tuple of a capture, and how often it was used: the first look at a file that
 * may be of any size. */
#ifndef AFTERCLOSE_CAPTURE_TUPLES_H
#define AFTERCLOSE_CAPTURE_TUPLES_H

#include "netem/frame.h"

#define TUPLES_MAX 1000000

struct tuple_use {
	struct addr addr[2]; /* the one whose address and port come first, then the other */
	uint16_t port[2];
	uint32_t syn; /* the number of the last SYN, seen or answered */
	uint32_t uses;
	uint32_t n_segments;
	uint32_t trail; /* whose is asked for; UINT32_MAX: none */
	uint8_t syn_from;
	bool syn_known, answered, ended;
};

struct tuples {
	struct tuple_use *of; /* in the order of appearance */
	size_t n, size;
	uint32_t *table; /* a hash table of 1 + index; 0: free */
	size_t table_size;
	uint64_t left_out; /* segments of four-tuples beyond TUPLES_MAX */
};

/* Count a segment in. */
void tuples_count(struct tuples *tuples, const struct segment *seg);
struct tuple_use *tuples_find(struct tuples *tuples, const struct segment *seg); /* NULL: none */
void tuples_free(struct tuples *tuples);

#endif
