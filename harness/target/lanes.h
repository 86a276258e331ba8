/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lanes: the cells of a run in the order of their starts, shared out to lanes. */
#ifndef AFTERCLOSE_TARGET_LANES_H
#define AFTERCLOSE_TARGET_LANES_H

#include "target/target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of n lanes each has every n-th cell, and has its own place among them. */
struct lanes {
	uint32_t *of; /* indices of jobs */
	size_t n;
	size_t *next; /* each lane's */
	unsigned n_lanes;
};

/* Cells with the longest limits come first, since the longest wait decides how long a run takes;
 * heavy ones before them, or last. */
void lanes_open(struct lanes *ret, const struct job *jobs, size_t n_jobs, bool heavy_last,
		unsigned n_lanes);
void lanes_close(struct lanes *lanes);

/* Of the lane the next one, which stays; NULL: none is left. */
const uint32_t *lanes_peek(const struct lanes *lanes, unsigned lane);
void lanes_pass(struct lanes *lanes, unsigned lane);
bool lanes_has_more(const struct lanes *lanes);

/* Afresh: none, and then at the end. */
void lanes_clear(struct lanes *lanes);
void lanes_add(struct lanes *lanes, uint32_t index);

#endif
