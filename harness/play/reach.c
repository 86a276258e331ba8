// SPDX-License-Identifier: GPL-2.0-or-later
/* reach: owns the options of IP that bound where a socket's segments come from and go to. */
#include "play/reach.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#ifndef IPV6_MINHOPCOUNT
#define IPV6_MINHOPCOUNT 73
#endif
#ifndef IPV6_FLOWINFO_SEND
#define IPV6_FLOWINFO_SEND 33
#endif
#define PMTUDISC_INTERFACE 4 /* IP_PMTUDISC_INTERFACE and IPv6's */

struct reach reach_asked(const struct argval *args)
{
	enum { DEVICE, MIN_TTL, RECVERR, PMTU }; /* LISTEN_DEVICE and CONNECT_DEVICE begin them */

	return (struct reach){.device = args[DEVICE].number,
			      .min_ttl = args[MIN_TTL].number,
			      .recverr = args[RECVERR].number,
			      .no_pmtu = !args[PMTU].number};
}

/* The same option of IPv4 and, where the socket is of IPv6, of that. */
static int set_both(int fd, int family, int ipv4, int ipv6, int value, const char *name,
		    struct err *err)
{
	if (setsockopt(fd, IPPROTO_IP, ipv4, &value, sizeof(value)) < 0 ||
	    (family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, ipv6, &value, sizeof(value)) < 0))
		return err_sys(err, "%s", name);
	return 0;
}

static const char *device_name(int device)
{
	return device == DEVICE_LO ? "lo" : "eth0";
}

int reach_set(int fd, int family, const struct reach *reach, struct err *err)
{
	const char *device = device_name(reach->device);
	int r = 0;

	if (reach->device != DEVICE_NONE &&
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, strlen(device)) < 0)
		return err_sys(err, "SO_BINDTODEVICE %s", device);
	if (reach->min_ttl)
		r = set_both(fd, family, IP_MINTTL, IPV6_MINHOPCOUNT, reach->min_ttl, "IP_MINTTL",
			     err);
	if (!r && reach->recverr)
		r = set_both(fd, family, IP_RECVERR, IPV6_RECVERR, 1, "IP_RECVERR", err);
	if (!r && reach->no_pmtu)
		r = set_both(fd, family, IP_MTU_DISCOVER, IPV6_MTU_DISCOVER, PMTUDISC_INTERFACE,
			     "IP_MTU_DISCOVER", err);
	return r;
}

void reach_address(int word, struct addr *addr)
{
	static const char *const ipv4[] = {
		[DESTINATION_UNSPECIFIED] = "0.0.0.0", [DESTINATION_BROADCAST] = "192.0.2.255",
		[DESTINATION_MULTICAST] = "224.0.0.1", [DESTINATION_LINK_LOCAL] = "169.254.0.21",
		[DESTINATION_LOOPBACK] = "127.0.0.1",  [DESTINATION_MAPPED] = NULL};
	static const char *const ipv6[] = {
		[DESTINATION_UNSPECIFIED] = "::",    [DESTINATION_BROADCAST] = "ff02::1",
		[DESTINATION_MULTICAST] = "ff02::1", [DESTINATION_LINK_LOCAL] = "fe80::21",
		[DESTINATION_LOOPBACK] = "::1",	     [DESTINATION_MAPPED] = "::ffff:192.0.2.11"};
	const char *text = addr->family == AF_INET ? ipv4[word] : ipv6[word];

	if (text)
		inet_pton(addr->family, text, addr->bytes);
}

static void put_destination(int destination, struct sockaddr_storage *to)
{
	struct sockaddr_in *in = (struct sockaddr_in *)to;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)to;
	bool ipv4 = to->ss_family == AF_INET;
	void *bytes = ipv4 ? (void *)&in->sin_addr : (void *)&in6->sin6_addr;
	size_t len = ipv4 ? sizeof(in->sin_addr) : sizeof(in6->sin6_addr);
	struct addr addr = {.family = to->ss_family};

	memcpy(addr.bytes, bytes, len);
	reach_address(destination, &addr);
	memcpy(bytes, addr.bytes, len);
}

int reach_ifindex(int device)
{
	static const int indices[] = {
		[DEVICE_NONE] = 0, [DEVICE_ETH0] = ETH0_IFINDEX, [DEVICE_LO] = LO_IFINDEX};

	return indices[device];
}

int reach_device(const struct stage *stage)
{
	return stage->lab.topology == TOPOLOGY_LOOPBACK ? LO_IFINDEX : ETH0_IFINDEX;
}

int reach_destine(int fd, const struct conn_options *options, struct sockaddr_storage *to,
		  struct err *err)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)to;
	int on = 1;

	put_destination(options->destination, to);
	if (to->ss_family != AF_INET6)
		return 0;
	in6->sin6_scope_id = (uint32_t)reach_ifindex(options->scope);
	if (!options->label)
		return 0;
	in6->sin6_flowinfo = htonl(options->label);
	if (setsockopt(fd, IPPROTO_IPV6, IPV6_FLOWINFO_SEND, &on, sizeof(on)) < 0)
		return err_sys(err, "IPV6_FLOWINFO_SEND");
	return 0;
}
