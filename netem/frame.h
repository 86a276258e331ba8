/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frame: an Ethernet frame that carries a TCP segment over IPv4 or IPv6: read, built, checksummed.
 */
#ifndef AFTERCLOSE_NETEM_FRAME_H
#define AFTERCLOSE_NETEM_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_SIZE_MAX 1600 /* MTU 1500 on every link of a lab, plus the Ethernet header */
#define FRAME_MAC_LEN  6

struct addr {
	int family;	   /* AF_INET or AF_INET6 */
	uint8_t bytes[16]; /* network order; 4 used for AF_INET */
};

enum tcp_flag {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_PSH = 0x08,
	TCP_ACK = 0x10,
	TCP_URG = 0x20,
};

/* Options of IPv4, as bits. */
enum ip_option {
	IP_OPTION_RECORD = 1,
	IP_OPTION_SOURCE = 2, /* loose or strict */
};

#define FLOW_LABEL_MASK 0xfffff /* of IPv6's first four bytes (RFC 8200 3) */

/* A TCP segment, numbers in host order; payload points into the frame it was read from. */
struct segment {
	struct addr src, dst; /* dst: behind a source route its end */
	uint32_t flow_label;  /* of IPv6 (RFC 6437) */
	uint8_t tos;	      /* IPv4's, or IPv6's traffic class */
	uint8_t ttl;	      /* or IPv6's hop limit; 0 in one to build: 64 */
	uint8_t ip_options;   /* enum ip_option; not built */
	uint8_t extensions;   /* a set of EXTENSION_*, of IPv6 (extension.h) */
	uint16_t sport, dport;
	uint32_t seq, ack;
	uint16_t window; /* as on the wire, not scaled */
	uint8_t flags;
	bool has_ts; /* carries the timestamps option */
	uint32_t tsval, tsecr;
	bool has_wscale; /* carries the window scale option */
	uint8_t wscale;
	const uint8_t *options; /* to build: before the timestamps, whole words; NULL: none */
	size_t options_len;
	const uint8_t *signature; /* the same behind the timestamps */
	size_t signature_len;
	const uint8_t *payload;
	size_t payload_len;
};

/* 0; -EPROTO: not TCP (ARP, ND, MLD, ...); -EBADMSG: cut short or lengths that contradict. */
int frame_parse(const uint8_t *frame, size_t len, struct segment *ret);

/* Find the TCP segment of a frame, and its length with the header. Returns as frame_parse(). */
int frame_find_tcp(const uint8_t *frame, size_t len, int *ret_family, const uint8_t **ret_ip,
		   const uint8_t **ret_tcp, size_t *ret_len);

/* Read window scale and timestamps from a TCP header's options (RFC 7323 2.2, 3.2). */
void segment_options(const uint8_t *option, size_t len, struct segment *seg);

/* True if the IPv4 header checksum (where there is one) and the TCP checksum are right. */
bool frame_checksums_valid(const uint8_t *frame, size_t len);

/* Put the right TCP checksum into a frame that frame_parse() has read and that is whole. */
void frame_sum(uint8_t *frame, size_t len);

/* Turn one bit of the TCP checksum round. The frame is one that frame_parse() has read. */
void frame_spoil(uint8_t *frame, size_t len);

/* Have its TCP header say that it is so many words long. As frame_spoil(). */
void frame_set_offset(uint8_t *frame, size_t len, unsigned words);

/* Leave so many bytes of its TCP segment, which the IP header says, too. As frame_spoil(). Returns
 * its length now. */
size_t frame_truncate(uint8_t *frame, size_t len, size_t tcp_len);

/* Build a frame with valid checksums, `options`, the timestamps option if has_ts, and a place for
 * `signature`. Returns its length, or 0 if it would be longer than size, or its header than TCP's
 * may be. */
size_t frame_build(uint8_t *frame, size_t size, const uint8_t src_mac[FRAME_MAC_LEN],
		   const uint8_t dst_mac[FRAME_MAC_LEN], const struct segment *seg);

bool addr_equal(const struct addr *a, const struct addr *b);
const char *addr_format(const struct addr *addr, char *buf, size_t size); /* returns buf */

/* Sequence space a segment takes: payload, and one each for SYN and FIN (RFC 9293 3.4). */
uint32_t segment_space(const struct segment *seg);

/* "S", "SA", "A", "FA", "PA", "R" ... in the order SFRPAU; "." for no flag at all; returns buf. */
const char *segment_flags(uint8_t flags, char buf[8]);

#endif
