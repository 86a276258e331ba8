// SPDX-License-Identifier: GPL-2.0-or-later
/* icmp: owns messages about a segment. */
#include "netem/icmp.h"
#include "netem/octets.h"

#include <arpa/inet.h>
#include <net/ethernet.h>
#include <string.h>
#include <sys/socket.h>

#define IPV4_LEN	20
#define IPV6_LEN	40
#define ICMP_LEN	8

#define TTL_NEIGHBOUR	255 /* RFC 4861: nobody who is further away says so */
#define REDIRECT_LEN	32  /* the two addresses of IPv6's */
#define REDIRECTED_TYPE 4   /* its option that quotes, in units of 8 bytes */
#define REDIRECTED_LEN	8

struct icmp_kind {
	uint8_t type, code, rest; /* the last byte of what follows the checksum; a pointer */
};
static const struct icmp_kind kinds_ipv4[] = {
	[ICMP_WHAT_NET] = {3, 0},
	[ICMP_WHAT_HOST] = {3, 1},
	[ICMP_WHAT_PORT] = {3, 3},
	[ICMP_WHAT_PROTOCOL] = {3, 2},
	[ICMP_WHAT_PROHIBITED] = {3, 13},
	[ICMP_WHAT_TIME_EXCEEDED] = {11, 0},
	[ICMP_WHAT_PARAMETER_PROBLEM] = {12, 0},
	[ICMP_WHAT_TOO_BIG] = {3, 4},
	[ICMP_WHAT_REDIRECT] = {5, 1},
	[ICMP_WHAT_SOURCE_QUENCH] = {4, 0},
};
static const struct icmp_kind kinds_ipv6[] = {
	[ICMP_WHAT_NET] = {1, 0},
	[ICMP_WHAT_HOST] = {1, 3},
	[ICMP_WHAT_PORT] = {1, 4},
	[ICMP_WHAT_PROTOCOL] = {4, 1, 6}, /* the header's byte that names it */
	[ICMP_WHAT_PROHIBITED] = {1, 1},
	[ICMP_WHAT_TIME_EXCEEDED] = {3, 0},
	[ICMP_WHAT_PARAMETER_PROBLEM] = {4, 0},
	[ICMP_WHAT_TOO_BIG] = {2, 0},
	[ICMP_WHAT_REDIRECT] = {137, 0},
	[ICMP_WHAT_SOURCE_QUENCH] = {0, 0},
};

static bool is_neighbours(const struct icmp_message *message)
{
	return message->about.src.family == AF_INET6 && message->what == ICMP_WHAT_REDIRECT;
}

static void put_header(uint8_t *ip, const struct icmp_message *message, size_t len)
{
	static const uint8_t router[16] = {0xfe, 0x80, [15] = 1};
	const struct segment *about = &message->about;
	bool near = is_neighbours(message);

	if (about->src.family == AF_INET) {
		ip[0] = 0x45;
		put16(ip + 2, IPV4_LEN + len);
		ip[8] = message->ttl;
		ip[9] = IPPROTO_ICMP;
		memcpy(ip + 12, about->dst.bytes, 4);
		memcpy(ip + 16, about->src.bytes, 4);
		put16(ip + 10, sum_fold(sum_bytes(0, ip, IPV4_LEN)));
		return;
	}
	ip[0] = 0x60;
	put16(ip + 4, len);
	ip[6] = IPPROTO_ICMPV6;
	ip[7] = near ? TTL_NEIGHBOUR : message->ttl;
	memcpy(ip + 8, near ? router : about->dst.bytes, 16);
	memcpy(ip + 24, about->src.bytes, 16);
}

/* The redirect's target is the destination itself: it is a neighbour (RFC 4861 8). Returns how
 * many bytes stand before what is quoted. */
static size_t put_message(uint8_t *icmp, const struct icmp_message *message, size_t quoted_len)
{
	bool ipv4 = message->about.src.family == AF_INET;
	const struct icmp_kind *kind = &(ipv4 ? kinds_ipv4 : kinds_ipv6)[message->what];
	uint8_t *option = icmp + ICMP_LEN + REDIRECT_LEN;

	icmp[0] = kind->type;
	icmp[1] = kind->code;
	icmp[7] = kind->rest;
	if (message->what == ICMP_WHAT_TOO_BIG)
		put16(icmp + 6, message->mtu);
	if (message->what != ICMP_WHAT_REDIRECT)
		return ICMP_LEN;
	if (ipv4) {
		memcpy(icmp + 4, message->about.dst.bytes, 4);
		return ICMP_LEN;
	}
	memcpy(icmp + ICMP_LEN, message->about.dst.bytes, 16);
	memcpy(icmp + ICMP_LEN + 16, message->about.dst.bytes, 16);
	option[0] = REDIRECTED_TYPE;
	option[1] = (REDIRECTED_LEN + quoted_len) / 8;
	return ICMP_LEN + REDIRECT_LEN + REDIRECTED_LEN;
}

size_t icmp_build(uint8_t *frame, size_t size, const uint8_t src_mac[FRAME_MAC_LEN],
		  const uint8_t dst_mac[FRAME_MAC_LEN], const struct icmp_message *message)
{
	bool ipv4 = message->about.src.family == AF_INET;
	size_t header = ipv4 ? IPV4_LEN : IPV6_LEN;
	uint8_t quoted[FRAME_SIZE_MAX] = {0}, *ip = frame + ETH_HLEN, *icmp = ip + header;
	size_t quoted_len =
		frame_build(quoted, sizeof(quoted), dst_mac, src_mac, &message->about) - ETH_HLEN;
	size_t before, len;
	uint32_t sum = 0;

	if (is_neighbours(message)) /* an option's length */
		quoted_len = (quoted_len + 7) / 8 * 8;
	if (ETH_HLEN + header + ICMP_LEN + REDIRECT_LEN + REDIRECTED_LEN + quoted_len > size ||
	    (!ipv4 && !kinds_ipv6[message->what].type))
		return 0;
	memset(frame, 0, size);
	memcpy(frame, dst_mac, FRAME_MAC_LEN);
	memcpy(frame + FRAME_MAC_LEN, src_mac, FRAME_MAC_LEN);
	put16(frame + 12, ipv4 ? ETHERTYPE_IP : ETHERTYPE_IPV6);
	before = put_message(icmp, message, quoted_len);
	len = before + quoted_len;
	memcpy(icmp + before, quoted + ETH_HLEN, quoted_len);
	put_header(ip, message, len);
	if (!ipv4)
		sum = sum_bytes(IPPROTO_ICMPV6 + (uint32_t)len, ip + 8, 32);
	put16(icmp + 2, sum_fold(sum_bytes(sum, icmp, len)));
	return ETH_HLEN + header + len;
}
