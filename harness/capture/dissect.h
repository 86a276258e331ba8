/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dissect: the TCP segment in a packet that somebody captured, on any of the usual kinds of link.
 * Other than netem/frame.h's frames, which are a lab's own, packets may be cut short by the
 * capture's snap length, tagged (802.1Q, QinQ), extended (IPv6), or larger than any link's MTU
 * (captured above the device that cuts them up).
 */
#ifndef AFTERCLOSE_CAPTURE_DISSECT_H
#define AFTERCLOSE_CAPTURE_DISSECT_H

#include "netem/frame.h"

struct dissected {
	struct segment seg; /* its payload points into the packet; payload_len as on the wire */
	size_t captured;    /* so many bytes of the payload are there */
	uint16_t ip_id;	    /* of IPv4; 0: none */
	uint16_t place;	    /* where it was captured, of several places (reader.h); 0: not known */
	bool options_cut;   /* options may have been cut off */
};

/* The name of a link type (pcap_datalink()) that can be read; NULL: it cannot. */
const char *dissect_link_name(int link);
bool dissect_link_known(int link);

/* len bytes of a packet that had wire_len. 0; -EPROTO: no TCP, or a fragment; -EBADMSG: cut before
 * the end of the TCP header's fixed part, or lengths that contradict. */
int dissect(int link, const uint8_t *packet, size_t len, size_t wire_len, struct dissected *ret);

#endif
