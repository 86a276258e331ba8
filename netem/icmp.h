/* SPDX-License-Identifier: GPL-2.0-or-later */
/* icmp: the message that a segment could not be delivered (RFC 792, RFC 4443 3.1). */
#ifndef AFTERCLOSE_NETEM_ICMP_H
#define AFTERCLOSE_NETEM_ICMP_H

#include "netem/frame.h"

enum icmp_what { ICMP_WHAT_NET, ICMP_WHAT_HOST, ICMP_WHAT_PORT };

/* A frame that tells the sender of `about` so, as if the segment's receiver said it; about's
 * numbers and addresses are those that its sender gave it. Returns the length; 0: it is longer than
 * size. */
size_t icmp_unreachable_build(uint8_t *frame, size_t size, const uint8_t src_mac[FRAME_MAC_LEN],
			      const uint8_t dst_mac[FRAME_MAC_LEN], enum icmp_what what,
			      const struct segment *about);

#endif
