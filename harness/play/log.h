/* SPDX-License-Identifier: GPL-2.0-or-later */
/* log: every segment of the wire with its time and fate, and every change of state. */
#ifndef AFTERCLOSE_PLAY_LOG_H
#define AFTERCLOSE_PLAY_LOG_H

#include "netem/frame.h"
#include "play/flow.h"

#include <jansson.h>

#define LOG_NONE	 UINT32_MAX
#define LOG_SEGMENTS_MAX 4000
#define LOG_STATES_MAX	 4000
#define LOG_TEXT_LEN	 24
#define LOG_PACKET_MAX	 256 /* bytes kept, of the IP header and what follows it */

enum fate {
	FATE_CARRIED,
	FATE_HELD,
	FATE_DROPPED, /* by a verb */
	FATE_LOST,    /* by the link */
	FATE_COPIED,
	FATE_DUPLICATED, /* by a verb or the link; so the next */
	FATE_DELAYED,
	FATE_CORRUPTED, /* by the link; so the next */
	FATE_REORDERED,
	FATE_RELEASED,
	FATE_INJECTED,
	FATE_SEEN,    /* by a loopback lab's tap */
	FATE_UNKNOWN, /* the kernel's netem has it, or had it; nobody saw what it did */
};

struct log_segment {
	int64_t at_ns;
	struct note note;
	uint8_t flags;
	bool has_seq, has_ack, has_ts, has_tsecr;
	uint32_t seq, ack, tsval, tsecr; /* relative */
	uint16_t window;
	uint32_t len;
	enum host_id from, to;
	enum fate fate;
	bool by_verb;	  /* the fate is */
	bool settled;	  /* the kernel's netem was seen to have brought it, or not */
	bool lost;	  /* none of it came intact; what the kernel's netem has does, so far */
	const char *name; /* of a kept or crafted segment; NULL */
	uint32_t of, cause;
	char text[LOG_TEXT_LEN + 1];
	char *drop_reason; /* its receiver's kernel freed it as dropped; NULL: not, or nobody asked
			    */
	uint16_t packet_len;
	uint8_t packet[LOG_PACKET_MAX];
};

struct log_state {
	int64_t at_ns;
	uint32_t after;
	enum host_id host;
	const char *conn;
	struct sock_seen seen;
};

struct log {
	struct log_segment *segments;
	size_t n_segments, left_out;
	struct log_state *states;
	size_t n_states;
};

/* Returns the segment's number; LOG_NONE where the log is full, or does not take its connection's,
 * and it is only counted. from, to: its hosts. */
uint32_t log_segment(struct log *log, const struct segment *seg, const struct note *note,
		     enum fate fate, enum host_id from, enum host_id to, int64_t at_ns);

/* Keep the segment's own bytes, without the Ethernet header, as far as there is room for them. */
void log_packet(struct log *log, uint32_t n, const uint8_t *frame, size_t len);

void log_state(struct log *log, const struct end *end, uint32_t after, int64_t at_ns);

/* The record's arrays: canonical "segments" and "states", and when each was. */
void log_write(const struct log *log, int64_t start_ns, json_t *canonical, json_t *times);

/* "packets": the bytes that were kept, in the order of segments; with absolute numbers. */
void log_write_packets(const struct log *log, json_t *volatile_part);
void log_free(struct log *log);

#endif
