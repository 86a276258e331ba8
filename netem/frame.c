// SPDX-License-Identifier: GPL-2.0-or-later
/* frame: owns the bytes of Ethernet, IPv4, IPv6 and TCP headers (RFC 791, 8200, 9293, 7323). */
#include "netem/frame.h"
#include "netem/extension.h"
#include "netem/octets.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#define IPV4_HEADER_LEN	 20
#define IPV6_HEADER_LEN	 40
#define IP_OPTION_NOP	 1
#define IP_OPTION_RR	 7
#define IP_OPTION_LSRR	 131
#define IP_OPTION_SSRR	 137
#define TCP_HEADER_LEN	 20
#define TCP_HEADER_MAX	 60
#define TCP_OPTION_TS	 8
#define TCP_OPTION_TSLEN 10
#define TCP_OPTION_WS	 3
#define TCP_OPTION_WSLEN 3
#define WSCALE_MAX	 14
#define TTL		 64

/* The first option of this kind in an IPv4 header; NULL: none. */
static const uint8_t *ipv4_option(const uint8_t *ip, uint8_t kind)
{
	const uint8_t *option = ip + IPV4_HEADER_LEN, *end = ip + (ip[0] & 0x0f) * 4;

	while (option < end && *option) {
		ptrdiff_t step = *option == IP_OPTION_NOP ? 1 : end - option > 1 ? option[1] : 0;

		if (!step || step > end - option || (step == 1 && *option != IP_OPTION_NOP))
			return NULL;
		if (*option == kind)
			return option;
		option += step;
	}
	return NULL;
}

static const uint8_t *ipv4_source_route(const uint8_t *ip)
{
	const uint8_t *loose = ipv4_option(ip, IP_OPTION_LSRR);

	return loose ? loose : ipv4_option(ip, IP_OPTION_SSRR);
}

/* Where it goes in the end: the last address of a source route that has not come to it yet. */
static const uint8_t *ipv4_destination(const uint8_t *ip)
{
	const uint8_t *route = ipv4_source_route(ip);

	return route && route[1] >= 7 && route[2] + 3 <= route[1] ? route + route[1] - 4 : ip + 16;
}

/* Of the pseudo header and the TCP segment; 0 where the segment's own checksum is right. */
static uint16_t tcp_checksum(const uint8_t *ip, int family, const uint8_t *tcp, size_t len)
{
	uint32_t sum = family == AF_INET
			       ? sum_bytes(sum_bytes(0, ip + 12, 4), ipv4_destination(ip), 4)
			       : sum_bytes(0, ip + 8, 32);

	sum += IPPROTO_TCP + (uint32_t)len;
	return sum_fold(sum_bytes(sum, tcp, len));
}

int frame_find_tcp(const uint8_t *frame, size_t len, int *ret_family, const uint8_t **ret_ip,
		   const uint8_t **ret_tcp, size_t *ret_len)
{
	const uint8_t *ip = frame + ETH_HLEN;
	size_t ip_len = len - ETH_HLEN, header, total;
	ssize_t extensions;
	unsigned set;

	if (len < ETH_HLEN)
		return -EBADMSG;
	switch (get16(frame + 12)) {
	case ETHERTYPE_IP:
		if (ip_len < IPV4_HEADER_LEN || ip[0] >> 4 != 4)
			return -EBADMSG;
		header = (ip[0] & 0x0f) * 4;
		total = get16(ip + 2);
		if (header < IPV4_HEADER_LEN || total < header || total > ip_len)
			return -EBADMSG;
		if (ip[9] != IPPROTO_TCP || get16(ip + 6) & 0x3fff)
			return -EPROTO;
		*ret_family = AF_INET;
		break;
	case ETHERTYPE_IPV6:
		if (ip_len < IPV6_HEADER_LEN || ip[0] >> 4 != 6)
			return -EBADMSG;
		header = IPV6_HEADER_LEN;
		total = header + get16(ip + 4);
		if (total > ip_len)
			return -EBADMSG;
		extensions = extensions_find(ip + header, total - header, ip[6], &set);
		if (extensions < 0)
			return (int)extensions;
		header += extensions;
		if (header > total)
			return -EBADMSG;
		*ret_family = AF_INET6;
		break;
	default:
		return -EPROTO;
	}
	*ret_ip = ip;
	*ret_tcp = ip + header;
	*ret_len = total - header;
	return *ret_len < TCP_HEADER_LEN ? -EBADMSG : 0;
}

/* A list that is cut short ends quietly, as in tcp_parse_options(). */
void segment_options(const uint8_t *option, size_t len, struct segment *seg)
{
	while (len && option[0]) {
		size_t step = 1;

		if (option[0] != 1) {
			if (len < 2 || option[1] < 2 || option[1] > len)
				return;
			step = option[1];
		}
		if (option[0] == TCP_OPTION_TS && step == TCP_OPTION_TSLEN) {
			seg->has_ts = true;
			seg->tsval = get32(option + 2);
			seg->tsecr = get32(option + 6);
		}
		if (option[0] == TCP_OPTION_WS && step == TCP_OPTION_WSLEN) {
			seg->has_wscale = true;
			seg->wscale = option[2] < WSCALE_MAX ? option[2] : WSCALE_MAX;
		}
		option += step;
		len -= step;
	}
}

int frame_parse(const uint8_t *frame, size_t len, struct segment *ret)
{
	const uint8_t *ip, *tcp;
	size_t tcp_len, header;
	int family;
	int r = frame_find_tcp(frame, len, &family, &ip, &tcp, &tcp_len);

	if (r < 0)
		return r;
	header = (tcp[12] >> 4) * 4;
	if (header < TCP_HEADER_LEN || header > tcp_len)
		return -EBADMSG;
	*ret = (struct segment){
		.src.family = family,
		.dst.family = family,
		.sport = get16(tcp),
		.dport = get16(tcp + 2),
		.seq = get32(tcp + 4),
		.ack = get32(tcp + 8),
		.flags = tcp[13] & 0x3f,
		.window = get16(tcp + 14),
		.payload = tcp + header,
		.payload_len = tcp_len - header,
	};
	ret->tos = family == AF_INET ? ip[1] : get32(ip) >> 20 & 0xff;
	ret->ttl = ip[family == AF_INET ? 8 : 7];
	if (family == AF_INET6) {
		unsigned set = 0;

		ret->flow_label = get32(ip) & FLOW_LABEL_MASK;
		extensions_find(ip + IPV6_HEADER_LEN, tcp - ip - IPV6_HEADER_LEN, ip[6], &set);
		ret->extensions = set;
	}
	memcpy(ret->src.bytes, family == AF_INET ? ip + 12 : ip + 8, family == AF_INET ? 4 : 16);
	memcpy(ret->dst.bytes, family == AF_INET ? ipv4_destination(ip) : ip + 24,
	       family == AF_INET ? 4 : 16);
	if (family == AF_INET)
		ret->ip_options = (ipv4_option(ip, IP_OPTION_RR) ? IP_OPTION_RECORD : 0) |
				  (ipv4_source_route(ip) ? IP_OPTION_SOURCE : 0);
	segment_options(tcp + TCP_HEADER_LEN, header - TCP_HEADER_LEN, ret);
	return 0;
}

bool frame_checksums_valid(const uint8_t *frame, size_t len)
{
	const uint8_t *ip, *tcp;
	size_t tcp_len;
	int family;

	if (frame_find_tcp(frame, len, &family, &ip, &tcp, &tcp_len) < 0)
		return false;
	if (family == AF_INET && sum_fold(sum_bytes(0, ip, tcp - ip)))
		return false;
	return tcp_checksum(ip, family, tcp, tcp_len) == 0;
}

void frame_sum(uint8_t *frame, size_t len)
{
	const uint8_t *ip, *tcp;
	uint8_t *sum;
	size_t tcp_len;
	int family;

	if (frame_find_tcp(frame, len, &family, &ip, &tcp, &tcp_len))
		return;
	sum = frame + (tcp - frame) + 16;
	put16(sum, 0);
	put16(sum, tcp_checksum(ip, family, tcp, tcp_len));
}

void frame_spoil(uint8_t *frame, size_t len)
{
	const uint8_t *ip, *tcp;
	size_t tcp_len;
	int family;

	if (!frame_find_tcp(frame, len, &family, &ip, &tcp, &tcp_len))
		frame[tcp - frame + 17] ^= 1;
}

void frame_set_offset(uint8_t *frame, size_t len, unsigned words)
{
	const uint8_t *ip, *tcp;
	size_t tcp_len;
	int family;

	if (!frame_find_tcp(frame, len, &family, &ip, &tcp, &tcp_len))
		frame[tcp - frame + 12] = words << 4;
}

size_t frame_truncate(uint8_t *frame, size_t len, size_t tcp_len)
{
	const uint8_t *ip, *tcp;
	uint8_t *header = frame + ETH_HLEN;
	size_t whole;
	int family;

	if (frame_find_tcp(frame, len, &family, &ip, &tcp, &whole) || tcp_len >= whole)
		return len;
	if (family == AF_INET) {
		put16(header + 2, tcp - ip + tcp_len);
		put16(header + 10, 0);
		put16(header + 10, sum_fold(sum_bytes(0, header, tcp - ip)));
	} else {
		put16(header + 4, tcp - ip - IPV6_HEADER_LEN + tcp_len);
	}
	return tcp - frame + tcp_len;
}

static void build_ipv4(uint8_t *ip, const struct segment *seg, size_t tcp_len)
{
	ip[0] = 0x45;
	ip[1] = seg->tos;
	put16(ip + 2, IPV4_HEADER_LEN + tcp_len);
	put16(ip + 6, 0x4000); /* don't fragment */
	ip[8] = seg->ttl ? seg->ttl : TTL;
	ip[9] = IPPROTO_TCP;
	memcpy(ip + 12, seg->src.bytes, 4);
	memcpy(ip + 16, seg->dst.bytes, 4);
	put16(ip + 10, sum_fold(sum_bytes(0, ip, IPV4_HEADER_LEN)));
}

static void build_ipv6(uint8_t *ip, const struct segment *seg, size_t tcp_len)
{
	size_t extensions = extensions_write(ip + IPV6_HEADER_LEN, seg->extensions, &ip[6]);

	put32(ip, 6U << 28 | (uint32_t)seg->tos << 20 | (seg->flow_label & FLOW_LABEL_MASK));
	put16(ip + 4, extensions + tcp_len);
	ip[7] = seg->ttl ? seg->ttl : TTL;
	memcpy(ip + 8, seg->src.bytes, 16);
	memcpy(ip + 24, seg->dst.bytes, 16);
}

static void build_tcp(uint8_t *tcp, const struct segment *seg, size_t header)
{
	put16(tcp, seg->sport);
	put16(tcp + 2, seg->dport);
	put32(tcp + 4, seg->seq);
	put32(tcp + 8, seg->ack);
	tcp[12] = (header / 4) << 4;
	tcp[13] = seg->flags;
	put16(tcp + 14, seg->window);
	if (seg->options_len)
		memcpy(tcp + TCP_HEADER_LEN, seg->options, seg->options_len);
	if (seg->has_ts) { /* two no-operations first, so that the values are aligned */
		uint8_t *ts = tcp + TCP_HEADER_LEN + seg->options_len;

		ts[0] = 1;
		ts[1] = 1;
		ts[2] = TCP_OPTION_TS;
		ts[3] = TCP_OPTION_TSLEN;
		put32(ts + 4, seg->tsval);
		put32(ts + 8, seg->tsecr);
	}
	if (seg->signature_len)
		memcpy(tcp + header - seg->signature_len, seg->signature, seg->signature_len);
	if (seg->payload_len)
		memcpy(tcp + header, seg->payload, seg->payload_len);
}

size_t frame_build(uint8_t *frame, size_t size, const uint8_t src_mac[FRAME_MAC_LEN],
		   const uint8_t dst_mac[FRAME_MAC_LEN], const struct segment *seg)
{
	int family = seg->src.family;
	size_t ip_header = family == AF_INET ? IPV4_HEADER_LEN
					     : IPV6_HEADER_LEN + extensions_len(seg->extensions);
	size_t tcp_header =
		TCP_HEADER_LEN + seg->options_len + (seg->has_ts ? 12 : 0) + seg->signature_len;
	size_t tcp_len = tcp_header + seg->payload_len;
	uint8_t *ip = frame + ETH_HLEN, *tcp = ip + ip_header;

	assert(family == seg->dst.family && (seg->options_len + seg->signature_len) % 4 == 0);
	if (ETH_HLEN + ip_header + tcp_len > size || tcp_header > TCP_HEADER_MAX)
		return 0;
	memset(frame, 0, ETH_HLEN + ip_header + tcp_header);
	memcpy(frame, dst_mac, FRAME_MAC_LEN);
	memcpy(frame + FRAME_MAC_LEN, src_mac, FRAME_MAC_LEN);
	put16(frame + 12, family == AF_INET ? ETHERTYPE_IP : ETHERTYPE_IPV6);
	if (family == AF_INET)
		build_ipv4(ip, seg, tcp_len);
	else
		build_ipv6(ip, seg, tcp_len);
	build_tcp(tcp, seg, tcp_header);
	put16(tcp + 16, tcp_checksum(ip, family, tcp, tcp_len));
	return ETH_HLEN + ip_header + tcp_len;
}

bool addr_equal(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && !memcmp(a->bytes, b->bytes, a->family == AF_INET ? 4 : 16);
}

const char *addr_format(const struct addr *addr, char *buf, size_t size)
{
	if (!inet_ntop(addr->family, addr->bytes, buf, size))
		snprintf(buf, size, "?");
	return buf;
}

uint32_t segment_space(const struct segment *seg)
{
	return seg->payload_len + !!(seg->flags & TCP_SYN) + !!(seg->flags & TCP_FIN);
}

const char *segment_flags(uint8_t flags, char buf[8])
{
	static const struct {
		uint8_t flag;
		char letter;
	} letters[] = {{TCP_SYN, 'S'}, {TCP_FIN, 'F'}, {TCP_RST, 'R'},
		       {TCP_PSH, 'P'}, {TCP_ACK, 'A'}, {TCP_URG, 'U'}};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		if (flags & letters[i].flag)
			buf[n++] = letters[i].letter;
	}
	if (!n)
		buf[n++] = '.';
	buf[n] = '\0';
	return buf;
}
