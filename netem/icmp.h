/* SPDX-License-Identifier: GPL-2.0-or-later */
/* icmp: what a router, or the other end, says of a segment (RFC 792, RFC 4443, RFC 4861 4.5). */
#ifndef AFTERCLOSE_NETEM_ICMP_H
#define AFTERCLOSE_NETEM_ICMP_H

#include "netem/frame.h"

/* The first five are of the type "destination unreachable", but IPv6's of a protocol. */
enum icmp_what {
	ICMP_WHAT_NET, /* IPv6: no route */
	ICMP_WHAT_HOST,
	ICMP_WHAT_PORT,
	ICMP_WHAT_PROTOCOL,
	ICMP_WHAT_PROHIBITED,
	ICMP_WHAT_TIME_EXCEEDED,
	ICMP_WHAT_PARAMETER_PROBLEM,
	ICMP_WHAT_TOO_BIG,
	ICMP_WHAT_REDIRECT,
	ICMP_WHAT_SOURCE_QUENCH, /* IPv4 only */
};

struct icmp_message {
	enum icmp_what what;
	uint8_t ttl;	      /* or hop limit, of the message itself; IPv6's redirect: 255 */
	uint16_t mtu;	      /* of the next link, where it is too big */
	struct segment about; /* its numbers and addresses are those that its sender gave it */
};

/* A frame that tells the sender of `about` so. It comes from where that was to go; IPv6's redirect
 * from a router, since nobody else may send one. Returns the length; 0: it is longer than size, or
 * the family has no such message. */
size_t icmp_build(uint8_t *frame, size_t size, const uint8_t src_mac[FRAME_MAC_LEN],
		  const uint8_t dst_mac[FRAME_MAC_LEN], const struct icmp_message *message);

#endif
