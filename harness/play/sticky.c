// SPDX-License-Identifier: GPL-2.0-or-later
/* sticky: owns the options of an IPv6 socket that its segments show, or that tell of the other's.
 */
#include "play/sticky.h"
#include "netem/extension.h"
#include "scenario/words.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

/* Of linux/in6.h, which netinet/in.h does not go with. */
#define IPV6_FLOWINFO	   11
#define IPV6_FLOWLABEL_MGR 32
#define FL_F_REFLECT	   4
#define TOLD_SIZE_MAX	   1024

struct flow_label_request {
	struct in6_addr dst;
	uint32_t label;
	uint8_t action, share;
	uint16_t flags, expires, linger;
	uint32_t pad;
};

/* In the order of RECEIVES_WORDS. */
enum receives {
	RECEIVES_NONE,
	RECEIVES_ALL,
	RECEIVES_PKTINFO,
	RECEIVES_HOP_LIMIT,
	RECEIVES_TRAFFIC_CLASS,
	RECEIVES_FLOW_LABEL,
};

struct sticky sticky_asked(const struct argval *args)
{
	enum { EXTENSIONS, RECEIVES, REFLECT }; /* from {LISTEN,CONNECT}_EXTENSIONS on */

	return (struct sticky){.extensions = args[EXTENSIONS].number,
			       .receives = args[RECEIVES].number,
			       .reflects = args[REFLECT].number};
}

static int set_header(int fd, int option, const char *name, struct err *err)
{
	uint8_t header[EXTENSION_LEN];

	extension_write(header, 0);
	if (setsockopt(fd, IPPROTO_IPV6, option, header, sizeof(header)) < 0)
		return err_sys(err, "%s", name);
	return 0;
}

static int set_receives(int fd, int receives, struct err *err)
{
	static const struct {
		int receives, option;
		const char *name;
	} options[] = {
		{RECEIVES_PKTINFO, IPV6_RECVPKTINFO, "IPV6_RECVPKTINFO"},
		{RECEIVES_HOP_LIMIT, IPV6_RECVHOPLIMIT, "IPV6_RECVHOPLIMIT"},
		{RECEIVES_TRAFFIC_CLASS, IPV6_RECVTCLASS, "IPV6_RECVTCLASS"},
		{RECEIVES_FLOW_LABEL, IPV6_FLOWINFO, "IPV6_FLOWINFO"},
	};
	const int on = 1;

	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if (receives != RECEIVES_ALL && receives != options[i].receives)
			continue;
		if (setsockopt(fd, IPPROTO_IPV6, options[i].option, &on, sizeof(on)) < 0)
			return err_sys(err, "%s", options[i].name);
	}
	return 0;
}

static int set_reflect(int fd, struct err *err)
{
	const struct flow_label_request request = {.flags = FL_F_REFLECT};

	if (setsockopt(fd, IPPROTO_IPV6, IPV6_FLOWLABEL_MGR, &request, sizeof(request)) < 0)
		return err_sys(err, "IPV6_FL_F_REFLECT, for which net.ipv6.flowlabel_consistency "
				    "is to be 0");
	return 0;
}

int sticky_set(int fd, int family, const struct sticky *sticky, struct err *err)
{
	int r = 0;

	if (family != AF_INET6)
		return 0;
	if (sticky->extensions & EXTENSION_HOP_BY_HOP)
		r = set_header(fd, IPV6_HOPOPTS, "IPV6_HOPOPTS", err);
	if (!r && sticky->extensions & EXTENSION_DESTINATION)
		r = set_header(fd, IPV6_DSTOPTS, "IPV6_DSTOPTS", err);
	if (!r)
		r = set_receives(fd, sticky->receives, err);
	return r || !sticky->reflects ? r : set_reflect(fd, err);
}

static void told_device(const struct in6_pktinfo *info, struct told *ret)
{
	if (info->ipi6_ifindex)
		ret->device = info->ipi6_ifindex == LO_IFINDEX ? DEVICE_LO : DEVICE_ETH0;
}

/* One control message; its data are aligned for an int at least. */
static void told_read(struct cmsghdr *message, struct told *ret)
{
	struct in6_pktinfo info;
	uint32_t number;

	memcpy(&number, CMSG_DATA(message), sizeof(number));
	switch (message->cmsg_type) {
	case IPV6_PKTINFO:
		memcpy(&info, CMSG_DATA(message), sizeof(info));
		told_device(&info, ret);
		break;
	case IPV6_HOPLIMIT:
		ret->hop_limit = (int)number;
		break;
	case IPV6_TCLASS:
		ret->traffic_class = (int)number;
		break;
	case IPV6_FLOWINFO:
		ret->label = ntohl(number) & FLOW_LABEL_MASK;
		break;
	default:
		break;
	}
}

/* As RFC 2292 4.1 has it for TCP: the last segment's. */
void sticky_told(int fd, struct told *ret)
{
	_Alignas(struct cmsghdr) char control[TOLD_SIZE_MAX];
	struct msghdr messages = {.msg_control = control};
	socklen_t len = sizeof(control);

	*ret = (struct told){0};
	if (fd < 0 || getsockopt(fd, IPPROTO_IPV6, IPV6_2292PKTOPTIONS, control, &len) < 0)
		return;
	messages.msg_controllen = len;
	for (struct cmsghdr *at = CMSG_FIRSTHDR(&messages); at; at = CMSG_NXTHDR(&messages, at))
		told_read(at, ret);
}

const char *sticky_extensions_word(unsigned set)
{
	return EXTENSION_WORDS[set & (EXTENSION_HOP_BY_HOP | EXTENSION_DESTINATION)];
}
