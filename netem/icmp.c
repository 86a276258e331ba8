// SPDX-License-Identifier: GPL-2.0-or-later
/* icmp: owns messages of what is unreachable. */
#include "netem/icmp.h"

#include <arpa/inet.h>
#include <net/ethernet.h>
#include <string.h>
#include <sys/socket.h>

#define IPV4_LEN 20
#define IPV6_LEN 40
#define ICMP_LEN 8
#define TTL	 64

struct icmp_kind {
	uint8_t type, codes[3]; /* by enum icmp_what */
};
static const struct icmp_kind kind_ipv4 = {3, {0, 1, 3}}, kind_ipv6 = {1, {0, 3, 4}};

static void put16(uint8_t *at, size_t value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static uint32_t sum_bytes(uint32_t sum, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
	return sum;
}

static uint16_t sum_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

/* The answer goes from where the segment was to go. */
static void put_header(uint8_t *ip, const struct segment *about, size_t len)
{
	if (about->src.family == AF_INET) {
		ip[0] = 0x45;
		put16(ip + 2, IPV4_LEN + len);
		ip[8] = TTL;
		ip[9] = IPPROTO_ICMP;
		memcpy(ip + 12, about->dst.bytes, 4);
		memcpy(ip + 16, about->src.bytes, 4);
		put16(ip + 10, sum_fold(sum_bytes(0, ip, IPV4_LEN)));
		return;
	}
	ip[0] = 0x60;
	put16(ip + 4, len);
	ip[6] = IPPROTO_ICMPV6;
	ip[7] = TTL;
	memcpy(ip + 8, about->dst.bytes, 16);
	memcpy(ip + 24, about->src.bytes, 16);
}

size_t icmp_unreachable_build(uint8_t *frame, size_t size, const uint8_t src_mac[FRAME_MAC_LEN],
			      const uint8_t dst_mac[FRAME_MAC_LEN], enum icmp_what what,
			      const struct segment *about)
{
	bool ipv4 = about->src.family == AF_INET;
	const struct icmp_kind *kind = ipv4 ? &kind_ipv4 : &kind_ipv6;
	size_t header = ipv4 ? IPV4_LEN : IPV6_LEN;
	uint8_t quoted[FRAME_SIZE_MAX];
	size_t quoted_len = frame_build(quoted, sizeof(quoted), dst_mac, src_mac, about) - ETH_HLEN;
	size_t len = ICMP_LEN + quoted_len;
	uint8_t *ip = frame + ETH_HLEN, *icmp = ip + header;
	uint32_t sum = 0;

	if (ETH_HLEN + header + len > size)
		return 0;
	memset(frame, 0, ETH_HLEN + header + ICMP_LEN);
	memcpy(frame, dst_mac, FRAME_MAC_LEN);
	memcpy(frame + FRAME_MAC_LEN, src_mac, FRAME_MAC_LEN);
	put16(frame + 12, ipv4 ? ETHERTYPE_IP : ETHERTYPE_IPV6);
	put_header(ip, about, len);
	icmp[0] = kind->type;
	icmp[1] = kind->codes[what];
	memcpy(icmp + ICMP_LEN, quoted + ETH_HLEN, quoted_len);
	if (!ipv4)
		sum = sum_bytes(IPPROTO_ICMPV6 + (uint32_t)len, ip + 8, 32);
	put16(icmp + 2, sum_fold(sum_bytes(sum, icmp, len)));
	return ETH_HLEN + header + len;
}
