/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flow: which incarnation a frame belongs to, and what it is to it. */
#ifndef AFTERCLOSE_PLAY_FLOW_H
#define AFTERCLOSE_PLAY_FLOW_H

#include "netem/frame.h"
#include "play/conn.h"

/* What a segment is to its connection. */
struct note {
	struct conn *conn; /* NULL: of no connection that the play knows */
	enum side from;
	size_t data; /* the first chunk of `send` that it carries, from 1; 0: none */
	unsigned transmission;
	bool final_ack;
};

/*
 * Find the connection and count the segment in. A segment from an end that has not sent its SYN in
 * the newest incarnation belongs to the last one in which it has: a TIME-WAIT that answers. Only a
 * RST that refuses the newest one's SYN is the newest one's.
 */
void flow_arrived(struct stage *stage, const struct segment *seg, struct note *ret);

/* What an end's TSvals say of its clock: it sent this segment at that time. */
void flow_clock(struct end *sender, const struct segment *seg, int64_t at_ns);

/* Where in its sender's stream a segment's bytes begin: those of a SYN, too (RFC 7413). */
uint32_t flow_offset(const struct flow *sender, const struct segment *seg);

/* Does sequence number a come after b (RFC 9293 3.4)? */
bool seq_after(uint32_t a, uint32_t b);

struct end *note_sender(const struct note *note); /* NULL: of no connection */

/* So many more (or, by -1, less) of such a segment did not reach the other end: a verb or the link
 * lost it, or it came damaged. */
void flow_lost(const struct note *note, uint8_t flags, int more);

/* Of so many more (or, by -1, less) it is not known whether they reach it. */
void flow_unknown(const struct note *note, uint8_t flags, int more);

/* The segment reached the other end. */
void flow_delivered(struct end *sender, const struct segment *seg);

/* The newest connection with this four-tuple, seen from either end; NULL: none. */
struct conn *flow_find(const struct stage *stage, const struct segment *seg, enum side *ret_from);

bool segment_is(const struct segment *seg, const struct note *note, enum segment_kind kind);

#endif
