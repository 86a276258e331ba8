/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trail: what a capture shows of one four-tuple: its segments in order, and the incarnations that
 * they are of (trace.h finds them). A trail is bounded: where it is full, the incarnations before
 * the last two give their segments up, and then the middle of long streams goes.
 */
#ifndef AFTERCLOSE_CAPTURE_TRAIL_H
#define AFTERCLOSE_CAPTURE_TRAIL_H

#include "capture/dissect.h"

#define SUM_LEN_MAX	  32 /* bytes of a payload that tell it from another */
#define TRAIL_NONE	  UINT32_MAX
#define INCARNATIONS_SPAN 3 /* how far back a late segment's incarnation is looked for */

/* What a segment is to its incarnation. */
enum role {
	ROLE_PLAIN,
	ROLE_AGAIN,	/* a retransmission of what was seen before */
	ROLE_FILL,	/* what was missing: its first transmission was not seen, or came later */
	ROLE_STRAY,	/* late: the copy of an earlier segment, or of an incarnation before */
	ROLE_CHALLENGE, /* an end of the incarnation before answers the new one's SYN */
	ROLE_REFUSAL,	/* the RST that answers a SYN */
	ROLE_DENIAL,	/* the RST that answers a challenge */
};

/* One segment, as captured. from: 0 for the end whose address and port come first in the trail's
 * tuple, 1 for the other. */
struct seen {
	int64_t us;
	uint32_t seq, ack, tsval, tsecr, len;
	uint32_t sum;	 /* a hash of the payload's first sum_len bytes */
	uint32_t packet; /* its number in the capture, from 1 */
	uint32_t origin; /* of a stray: the segment that it is a copy of; TRAIL_NONE */
	uint32_t incarnation;
	uint16_t window, ip_id;
	uint16_t place; /* of struct dissected */
	uint8_t flags, from, sum_len;
	uint8_t role;
	bool has_ts: 1, has_wscale: 1;
	bool gap: 1;	      /* segments behind it were given up */
	bool lacks: 1;	      /* bytes before it were sent, and the capture does not have them */
	bool acks_lacking: 1; /* nor some of the other end's that it acknowledges */
	bool taken: 1;	      /* the wire of a lab took it away: a capture need not show it */
};

enum opening { OPENING_UNSEEN, OPENING_OPENED, OPENING_REFUSED, OPENING_UNANSWERED };
enum ending { ENDING_NONE, ENDING_HALF, ENDING_ORDERLY, ENDING_RESET };

struct incarnation {
	int64_t start_us, end_us;
	int64_t syn_ack_us, ack_us; /* when the handshake's second and third step were seen; 0 */
	uint64_t n_segments;
	uint32_t isn[2], next[2], ts_first[2], ts_last[2], fin_end[2];
	uint32_t ack_last[2];
	uint32_t lacking[2]; /* bytes of each end that the capture does not have */
	uint32_t first_packet;
	uint16_t syns, syn_acks, challenges, denials, strays, again, data_after_fin;
	uint16_t fins[2], rsts[2];
	uint16_t syn_len; /* bytes in the client's SYN (TCP Fast Open) */
	uint8_t client;	  /* which end opened it */
	uint8_t opening, ending;
	uint8_t reset_by, closer; /* an end; 2: none, or (closer) both at once */
	bool has_isn[2], has_ts[2], fin_acked[2];
	bool syn_data_acked;
	bool established; /* the handshake's last ACK was seen, or data */
	bool closed;	  /* a FIN or a RST was seen */
	bool abbreviated; /* segments from its middle were given up */
};

struct trail {
	struct addr addr[2];
	uint16_t port[2];
	uint32_t number; /* of the four-tuple, from 1 in the order of appearance */
	struct seen *of;
	size_t n, size;
	struct incarnation *incarnations;
	size_t n_incarnations, n_done; /* the first n_done have no segments here any more */
	size_t max;		       /* segments that it may keep */
	size_t max_incarnations;
	size_t twice; /* packets that were captured twice, and counted once */
	bool several; /* one packet may be there twice */
	bool cut;     /* it ends here: more that matters came than it may keep */
};

/* Take a segment in. several: the capture may show one packet twice, at several interfaces. */
void trail_add(struct trail *trail, const struct dissected *packet, int64_t us, uint32_t number,
	       bool several);

/* By time, and each packet once (twice.c). */
void trail_order(struct trail *trail);
void trail_once(struct trail *trail);

/* The end that sent it. */
uint8_t trail_end(const struct trail *trail, const struct segment *seg);
void trail_free(struct trail *trail);

/* Find the incarnations of the segments that are here, and each segment's place and role
 * (trace.c). Can be repeated. */
void trail_trace(struct trail *trail);

/* Sequence space it takes: its bytes, and one each for SYN and FIN. */
uint32_t seen_space(const struct seen *seen);

/* How far into its end's stream its first byte is. */
uint32_t seen_offset(const struct incarnation *incarnation, const struct seen *seen);

/* And how far into the other's the first byte that it does not acknowledge. */
uint32_t seen_ack_offset(const struct incarnation *incarnation, const struct seen *seen);

/* Does it bring bytes of the application? One byte that was there before is a keepalive's probe. */
bool seen_writes(const struct seen *seen);

#endif
