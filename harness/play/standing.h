/* SPDX-License-Identifier: GPL-2.0-or-later */
/* standing: where an end stands in sequence space, as far as the wire saw, and answers held against
 * it.
 */
#ifndef AFTERCLOSE_PLAY_STANDING_H
#define AFTERCLOSE_PLAY_STANDING_H

#include "play/conn.h"

/* What an end would call its own SND.NXT, RCV.NXT, RCV.NXT+RCV.WND and TS.Recent. */
struct standing {
	uint32_t snd_nxt, rcv_nxt, edge, ts_recent;
	uint32_t flow_label; /* that it sent with last */
	bool speaks_ts;	     /* timestamps are, or would be, taken on this connection */
};

void standing_of(const struct end *end, struct standing *ret);

/* An answer's numbers, held against where its sender stood and the segment that it answers:
 * "seq=snd_nxt ack=rcv_nxt". Appended to out. */
void answer_describe(const struct standing *at, const struct segment *to,
		     const struct segment *answer, struct text *out);

/* The answer's TSecr against TS.Recent: "ts_recent", "ts_recent+1", "0", "none"; or "seg_tsval",
 * that of the segment that the wire had kept (NULL: it was crafted), whose age is only when it was
 * let go. */
void answer_describe_tsecr(const struct standing *at, const struct segment *kept,
			   const struct segment *answer, struct text *out);

#endif
