/* SPDX-License-Identifier: GPL-2.0-or-later */
/* segments: a trail, made segment by segment. */
#ifndef AFTERCLOSE_TESTS_SEGMENTS_H
#define AFTERCLOSE_TESTS_SEGMENTS_H

#include "capture/trail.h"

#include <string.h>
#include <sys/socket.h>

static const struct trail empty = {
	.addr = {{.family = AF_INET, .bytes = {10, 0, 0, 1}},
		 {.family = AF_INET, .bytes = {10, 0, 0, 2}}},
	.port = {40000, 80},
	.max = 200,
	.max_incarnations = 20000,
};

static inline struct dissected packet_of(const struct trail *trail, int from, uint8_t flags,
					 uint32_t seq, uint32_t ack, const char *payload)
{
	return (struct dissected){
		.seg = {.src = trail->addr[from],
			.dst = trail->addr[!from],
			.sport = trail->port[from],
			.dport = trail->port[!from],
			.flags = flags,
			.seq = seq,
			.ack = ack,
			.payload = (const uint8_t *)payload,
			.payload_len = strlen(payload)},
		.captured = strlen(payload),
	};
}

/* One segment: from end 0 (the client) or 1, at so many milliseconds. */
static inline void add(struct trail *trail, int from, int64_t ms, uint8_t flags, uint32_t seq,
		       uint32_t ack, const char *payload)
{
	static uint16_t ids;
	struct dissected packet = packet_of(trail, from, flags, seq, ack, payload);

	packet.ip_id = ++ids;
	trail_add(trail, &packet, ms * 1000, ids, false);
}

static inline void open_at(struct trail *trail, int64_t ms, uint32_t isn, uint32_t server_isn)
{
	add(trail, 0, ms, TCP_SYN, isn, 0, "");
	add(trail, 1, ms + 1, TCP_SYN | TCP_ACK, server_isn, isn + 1, "");
	add(trail, 0, ms + 2, TCP_ACK, isn + 1, server_isn + 1, "");
}

static inline void close_at(struct trail *trail, int64_t ms, uint32_t next, uint32_t server_next)
{
	add(trail, 1, ms, TCP_FIN | TCP_ACK, server_next, next, "");
	add(trail, 0, ms + 1, TCP_FIN | TCP_ACK, next, server_next + 1, "");
	add(trail, 1, ms + 2, TCP_ACK, server_next + 1, next + 1, "");
}

#endif
