/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sample: a segment to build frames of, with a number near the wrap and a payload of odd length. */
#ifndef AFTERCLOSE_TESTS_SAMPLE_H
#define AFTERCLOSE_TESTS_SAMPLE_H

#include "netem/frame.h"

#include <arpa/inet.h>

static inline struct segment sample(int family)
{
	struct segment seg = {
		.src.family = family,
		.dst.family = family,
		.sport = 40000,
		.dport = 8080,
		.seq = 0xfffffff0,
		.ack = 7,
		.window = 1000,
		.flags = TCP_PSH | TCP_ACK,
		.has_ts = true,
		.tsval = 0x80000001,
		.tsecr = 5,
		.payload = (const uint8_t *)"odd length.",
		.payload_len = 11,
	};

	inet_pton(family, family == AF_INET ? "192.0.2.11" : "2001:db8::11", seg.src.bytes);
	inet_pton(family, family == AF_INET ? "192.0.2.21" : "2001:db8::21", seg.dst.bytes);
	return seg;
}

#endif
