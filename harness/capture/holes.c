// SPDX-License-Identifier: GPL-2.0-or-later
/* holes: owns the list of what is missing. */
#include "capture/holes.h"
#include "capture/evidence.h"

void holes_open(struct holes *holes, uint32_t from, uint32_t to)
{
	if (holes->n < HOLES_MAX)
		holes->of[holes->n++] = (struct hole){from, to};
}

struct hole *holes_find(struct holes *holes, uint32_t seq)
{
	for (size_t i = 0; i < holes->n; i++) {
		if (!number_after(holes->of[i].from, seq) && number_after(holes->of[i].to, seq))
			return &holes->of[i];
	}
	return NULL;
}

bool holes_fill(struct holes *holes, uint32_t seq, uint32_t len)
{
	struct hole *hole = holes_find(holes, seq);

	if (!hole)
		return false;
	hole->from = seq + len;
	if (!number_after(hole->to, hole->from))
		*hole = holes->of[--holes->n];
	return true;
}
