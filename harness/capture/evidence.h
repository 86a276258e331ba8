/* SPDX-License-Identifier: GPL-2.0-or-later */
/* evidence: what the other segments of a trail say of one of them. i is its index. */
#ifndef AFTERCLOSE_CAPTURE_EVIDENCE_H
#define AFTERCLOSE_CAPTURE_EVIDENCE_H

#include "capture/trail.h"

/* Is sequence number a behind b (RFC 9293 3.4)? */
bool number_after(uint32_t a, uint32_t b);

/* The segment that it is a copy of, to the bit; TRAIL_NONE. */
uint32_t seen_original(const struct trail *trail, size_t i);

/* Did its end send these bytes at this place in that incarnation? */
bool seen_before(const struct trail *trail, size_t i, size_t incarnation);

/* Do other bytes come for the same place soon after? */
bool seen_replaced(const struct trail *trail, size_t i);

/* Did its end send bytes before it that the capture lacks, and never shows again? */
bool seen_lacks(const struct trail *trail, const struct incarnation *now, size_t i);

/* Does it acknowledge bytes of the other end that the capture lacks? */
bool seen_acks_lacking(const struct trail *trail, const struct incarnation *now, size_t i);

/* Would no end of the incarnation send it, as its segments so far are? Then it was forged, or the
 * end has another idea of the connection. overtaken: it was sent before others that came first. */
bool seen_is_forged(const struct trail *trail, const struct incarnation *now, size_t i,
		    bool overtaken);

#endif
