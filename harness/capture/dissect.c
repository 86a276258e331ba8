// SPDX-License-Identifier: GPL-2.0-or-later
/* dissect: owns the way from a captured packet's first byte to its TCP payload. */
#include "capture/dissect.h"
#include "base/mem.h"
#include "netem/extension.h"
#include "netem/octets.h"

#include <errno.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <pcap/pcap.h>
#include <string.h>

#define IPV4_HEADER_LEN	   20
#define IPV6_HEADER_LEN	   40
#define TCP_HEADER_LEN	   20
#define TAGS_MAX	   4
#define ETHERTYPE_QINQ	   0x88a8
#define ETHERTYPE_QINQ_OLD 0x9100
#define LINKTYPE_RAW	   101 /* DLT_RAW in files, the same everywhere */

/* Where each kind of link has the number of what it carries, and how long its header is. A type of
 * -1 has none: the packet is IP, of the version that its first bits say. */
static const struct link_kind {
	int link;
	const char *name;
	int type, header;
} links[] = {
	{DLT_EN10MB, "Ethernet", 12, 14},
	{DLT_LINUX_SLL, "Linux cooked (SLL)", 14, 16},
	{DLT_LINUX_SLL2, "Linux cooked v2 (SLL2)", 0, 20},
	{DLT_RAW, "raw IP", -1, 0},
	{LINKTYPE_RAW, "raw IP", -1, 0},
	{DLT_IPV4, "raw IPv4", -1, 0},
	{DLT_IPV6, "raw IPv6", -1, 0},
	{DLT_NULL, "BSD loopback", -1, 4},
	{DLT_LOOP, "OpenBSD loopback", -1, 4},
};

/* What is left of a packet: bytes that are there, and bytes that were. */
struct rest {
	const uint8_t *at;
	size_t len, wire_len;
};

static const struct link_kind *link_find(int link)
{
	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		if (links[i].link == link)
			return &links[i];
	}
	return NULL;
}

const char *dissect_link_name(int link)
{
	const struct link_kind *kind = link_find(link);

	return kind ? kind->name : NULL;
}

bool dissect_link_known(int link)
{
	return link_find(link);
}

static bool skip(struct rest *rest, size_t n)
{
	if (n > rest->len || n > rest->wire_len)
		return false;
	rest->at += n;
	rest->len -= n;
	rest->wire_len -= n;
	return true;
}

static bool is_tag(uint16_t type)
{
	return type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ || type == ETHERTYPE_QINQ_OLD;
}

/* Past the link's header and its tags. Sets the Ethernet type; 0: ask the packet itself. */
static int dissect_link(const struct link_kind *kind, struct rest *rest, uint16_t *ret_type)
{
	const uint8_t *header = rest->at;

	if (!skip(rest, kind->header))
		return -EBADMSG;
	*ret_type = kind->type < 0 ? 0 : get16(header + kind->type);
	for (int i = 0; i < TAGS_MAX && is_tag(*ret_type); i++) {
		header = rest->at;
		if (!skip(rest, 4))
			return -EBADMSG;
		*ret_type = get16(header + 2);
	}
	return 0;
}

/* The packet ends where its own header says, not where the link's padding does. A length of 0 is
 * that of a packet which the device will cut up. */
static int rest_end(struct rest *rest, size_t header, size_t total)
{
	if (total && (total < header || total > rest->wire_len))
		return -EBADMSG;
	if (total) {
		rest->wire_len = total;
		rest->len = rest->len < total ? rest->len : total;
	}
	return skip(rest, header) ? 0 : -EBADMSG;
}

static int dissect_ipv4(struct rest *rest, struct dissected *ret)
{
	const uint8_t *ip = rest->at;
	size_t header;

	if (rest->len < IPV4_HEADER_LEN || ip[0] >> 4 != 4)
		return -EBADMSG;
	header = (ip[0] & 0x0f) * 4;
	if (header < IPV4_HEADER_LEN)
		return -EBADMSG;
	if (ip[9] != IPPROTO_TCP || get16(ip + 6) & 0x3fff)
		return -EPROTO;
	ret->seg.src.family = ret->seg.dst.family = AF_INET;
	memcpy(ret->seg.src.bytes, ip + 12, 4);
	memcpy(ret->seg.dst.bytes, ip + 16, 4);
	ret->ip_id = get16(ip + 4);
	return rest_end(rest, header, get16(ip + 2));
}

static int dissect_ipv6(struct rest *rest, struct dissected *ret)
{
	const uint8_t *ip = rest->at;
	size_t payload;
	ssize_t behind;
	unsigned set;
	int r;

	if (rest->len < IPV6_HEADER_LEN || ip[0] >> 4 != 6)
		return -EBADMSG;
	ret->seg.src.family = ret->seg.dst.family = AF_INET6;
	memcpy(ret->seg.src.bytes, ip + 8, 16);
	memcpy(ret->seg.dst.bytes, ip + 24, 16);
	ret->seg.flow_label = get32(ip) & FLOW_LABEL_MASK;
	payload = get16(ip + 4);
	r = rest_end(rest, IPV6_HEADER_LEN, payload ? IPV6_HEADER_LEN + payload : 0);
	if (r)
		return r;
	behind = extensions_find(rest->at, rest->len, ip[6], &set);
	if (behind < 0)
		return (int)behind;
	ret->seg.extensions = set;
	return skip(rest, behind) ? 0 : -EBADMSG;
}

static int dissect_ip(struct rest *rest, uint16_t type, struct dissected *ret)
{
	if (!type && rest->len)
		type = rest->at[0] >> 4 == 6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP;
	switch (type) {
	case ETHERTYPE_IP:
		return dissect_ipv4(rest, ret);
	case ETHERTYPE_IPV6:
		return dissect_ipv6(rest, ret);
	default:
		return -EPROTO;
	}
}

static int dissect_tcp(struct rest *rest, struct dissected *ret)
{
	const uint8_t *tcp = rest->at;
	struct segment *seg = &ret->seg;
	size_t header, there;

	if (rest->len < TCP_HEADER_LEN)
		return -EBADMSG;
	header = (tcp[12] >> 4) * 4;
	if (header < TCP_HEADER_LEN || header > rest->wire_len)
		return -EBADMSG;
	there = header < rest->len ? header : rest->len;
	ret->options_cut = there < header;
	seg->sport = get16(tcp);
	seg->dport = get16(tcp + 2);
	seg->seq = get32(tcp + 4);
	seg->ack = get32(tcp + 8);
	seg->flags = tcp[13] & 0x3f;
	seg->window = get16(tcp + 14);
	seg->payload = tcp + there;
	seg->payload_len = rest->wire_len - header;
	ret->captured = rest->len - there;
	segment_options(tcp + TCP_HEADER_LEN, there - TCP_HEADER_LEN, seg);
	return 0;
}

int dissect(int link, const uint8_t *packet, size_t len, size_t wire_len, struct dissected *ret)
{
	struct rest rest = {.at = packet, .len = len, .wire_len = wire_len};
	const struct link_kind *kind = link_find(link);
	uint16_t type;
	int r;

	*ret = (struct dissected){0};
	if (!kind || len > wire_len)
		return kind ? -EBADMSG : -EPROTO;
	r = dissect_link(kind, &rest, &type);
	if (!r)
		r = dissect_ip(&rest, type, ret);
	return r ? r : dissect_tcp(&rest, ret);
}
