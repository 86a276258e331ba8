/* SPDX-License-Identifier: GPL-2.0-or-later */
/* incarnation: what is known of one while its segments are read in their order. end: 0 or 1, as in
 * struct seen. */
#ifndef AFTERCLOSE_CAPTURE_INCARNATION_H
#define AFTERCLOSE_CAPTURE_INCARNATION_H

#include "capture/trail.h"

/* Is number in what this end has sent in the incarnation, or at most slack beyond? */
bool incarnation_has(const struct incarnation *incarnation, int end, uint32_t number,
		     uint32_t slack);

/* Whose TIME-WAIT follows, by RFC 9293 3.6: bits 1 << end. */
unsigned incarnation_time_wait(const struct incarnation *incarnation);

/* Does it acknowledge the other end's SYN, and what came with that (RFC 7413)? */
bool incarnation_acks_opening(const struct incarnation *now, const struct seen *seen);

/* The first segment of its end. isn: the number of the end's SYN. */
void incarnation_end_begins(struct incarnation *now, const struct seen *seen, uint32_t isn);

/* What a SYN, a FIN, an acknowledgement say; and behind these, how the incarnation ends by now. */
void incarnation_take_syn(struct incarnation *now, const struct seen *seen);
void incarnation_take_fin(struct incarnation *now, const struct seen *seen);
void incarnation_take_ack(struct incarnation *now, const struct seen *seen);
void incarnation_take_end(struct incarnation *now, const struct seen *seen);

/* What this end sent up to the number is not in the capture. */
void incarnation_lacks(struct incarnation *now, int end, uint32_t number);

/* The next one begins: how did it end, where the capture lacks the last acknowledgement? */
void incarnation_settle(struct incarnation *before, int64_t us);

#endif
