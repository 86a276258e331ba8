/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * match: a capture held against what the bench did, segment by segment.
 *
 * Both are traced alike, and each end's segments compared in their order: SYNs, data by the stretch
 * of the stream, retransmissions by where they begin, FINs, RSTs, what comes late, and ACKs that
 * answer something unusual. An ACK of plain data is not compared: when it comes is chance. What the
 * bench's wire took away, the place of the capture may not have seen.
 */
#ifndef AFTERCLOSE_CAPTURE_MATCH_H
#define AFTERCLOSE_CAPTURE_MATCH_H

#include "base/text.h"
#include "capture/plot.h"

#include <jansson.h>

struct match {
	bool reproduced;
	size_t matched, events; /* of the capture's events, how many, and of how many */
	uint32_t packet;	/* of the capture, where it first differs; 0: behind its last */
	struct text words;	/* what the capture has there, and what the bench did */
};

/* The record is of a cell of the plot's scenario. Errors: ENODATA it has no packets. */
int match_record(struct plot *plot, const json_t *record, struct match *ret, struct err *err);
void match_free(struct match *match);

#endif
