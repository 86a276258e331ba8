// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * link: owns what the lab says to rtnetlink and ethtool.
 *
 * Every message is exact (by interface index) and acknowledged; nothing is read from a cache, since
 * filling one would cost more than all of a lab's own messages.
 */
#include "lab/link.h"
#include "lab/nlerr.h"
#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/sockios.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/neighbour.h>
#include <netlink/route/route.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#ifndef RTAX_FEATURE_TCP_USEC_TS
#define RTAX_FEATURE_TCP_USEC_TS (1 << 4)
#endif
#define LIFETIME_FOREVER UINT32_MAX
#define EVENTS_AT_ONCE	 32

static void cleanup_socket(struct nl_sock **sock)
{
	nl_socket_free(*sock);
}

static void cleanup_link(struct rtnl_link **link)
{
	rtnl_link_put(*link);
}

static void cleanup_nl_addr(struct nl_addr **addr)
{
	nl_addr_put(*addr);
}

static void cleanup_address(struct rtnl_addr **address)
{
	rtnl_addr_put(*address);
}

static void cleanup_route(struct rtnl_route **route)
{
	rtnl_route_put(*route);
}

static void cleanup_neighbour(struct rtnl_neigh **neighbour)
{
	rtnl_neigh_put(*neighbour);
}

int link_open(struct nl_sock **ret, struct err *err)
{
	int rc = nlerr_open(NETLINK_ROUTE, "open an rtnetlink socket", ret, err);

	if (!rc)
		nl_socket_disable_seq_check(*ret); /* not all requests are acknowledged */
	return rc;
}

int link_open_events(struct nl_sock **ret, struct err *err)
{
	_cleanup_(cleanup_socket) struct nl_sock *sock = NULL;
	int rc = link_open(&sock, err);

	if (rc)
		return rc;
	rc = nl_socket_add_memberships(sock, RTNLGRP_LINK, RTNLGRP_IPV6_ROUTE, 0);
	if (!rc)
		rc = nl_socket_set_nonblocking(sock);
	if (rc)
		return nlerr_set(err, rc, "subscribe to the events of links and routes");
	*ret = sock;
	sock = NULL;
	return 0;
}

static struct nl_addr *addr_build(int family, const void *bytes, size_t len)
{
	struct nl_addr *addr = nl_addr_build(family, bytes, len);

	if (!addr)
		abort();
	return addr;
}

static void end_fill(struct rtnl_link *link, const struct link_end *end)
{
	rtnl_link_set_name(link, end->name);
	rtnl_link_set_ifindex(link, end->ifindex);
	rtnl_link_set_mtu(link, LINK_MTU);
	/* One queue: frames keep their order, and there is less to register. */
	rtnl_link_set_num_tx_queues(link, 1);
	rtnl_link_set_num_rx_queues(link, 1);
	if (end->mac) {
		_cleanup_(cleanup_nl_addr) struct nl_addr *mac =
			addr_build(AF_LLC, end->mac, FRAME_MAC_LEN);

		rtnl_link_set_addr(link, mac);
	}
}

int link_add_veth(struct nl_sock *route, const struct link_end *near, const struct link_end *far,
		  int far_ns_fd, struct err *err)
{
	_cleanup_(cleanup_link) struct rtnl_link *link = rtnl_link_veth_alloc();
	_cleanup_(cleanup_link) struct rtnl_link *peer = NULL;
	int rc;

	if (!link)
		return err_set(err, ENOMEM, "add a veth pair");
	end_fill(link, near);
	rtnl_link_set_flags(link, IFF_UP);
	peer = rtnl_link_veth_get_peer(link);
	end_fill(peer, far);
	rtnl_link_set_ns_fd(peer, far_ns_fd);
	rc = rtnl_link_add(route, link, NLM_F_CREATE | NLM_F_EXCL);
	if (rc == -NLE_OPNOTSUPP)
		return err_set(err, ENODEV,
			       "this kernel has no veth (CONFIG_VETH); load it: modprobe veth");
	return rc ? nlerr_set(err, rc, "add the veth pair %s", near->name) : 0;
}

int link_set_up(struct nl_sock *route, int ifindex, unsigned mtu, struct err *err)
{
	_cleanup_(cleanup_link) struct rtnl_link *link = rtnl_link_alloc();
	_cleanup_(cleanup_link) struct rtnl_link *changes = rtnl_link_alloc();
	int rc;

	if (!link || !changes)
		return err_set(err, ENOMEM, "set link %d up", ifindex);
	rtnl_link_set_ifindex(link, ifindex);
	rtnl_link_set_mtu(changes, mtu);
	rtnl_link_set_flags(changes, IFF_UP);
	rc = rtnl_link_change(route, link, changes, 0);
	return rc ? nlerr_set(err, rc, "set link %d up", ifindex) : 0;
}

int link_set_lo_up(struct err *err)
{
	struct nl_sock *route = NULL;
	int rc = link_open(&route, err);

	if (!rc)
		rc = link_set_up(route, LO_IFINDEX, LINK_MTU, err);
	nl_socket_free(route);
	return rc;
}

/* As the kernel names them (net/ethtool/common.c); a dash at the end stands for all that go on. */
static const char *const offloads_off[] = {
	"rx-checksum", "tx-checksum-",	       "tx-scatter-gather",	  "tx-scatter-gather-",
	"tx-tcp-",     "tx-tcp6-segmentation", "tx-generic-segmentation", "rx-gro",
};

static bool is_off(const char *feature)
{
	for (size_t i = 0; i < ARRAY_SIZE(offloads_off); i++) {
		size_t len = strlen(offloads_off[i]);

		if (!strncmp(feature, offloads_off[i], len) &&
		    (!feature[len] || offloads_off[i][len - 1] == '-'))
			return true;
	}
	return false;
}

static int ethtool(const char *name, void *command, struct err *err)
{
	_cleanup_fd_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = {.ifr_data = command};

	if (fd < 0)
		return err_sys(err, "open a socket for ethtool");
	strncpy(request.ifr_name, name, sizeof(request.ifr_name) - 1);
	if (ioctl(fd, SIOCETHTOOL, &request) < 0)
		return err_sys(err, "ethtool %s", name);
	return 0;
}

int link_learn_offloads(struct link_offloads *ret, struct err *err)
{
	_cleanup_free_ struct ethtool_sset_info *info =
		mem_zalloc(sizeof(*info) + sizeof(uint32_t));
	_cleanup_free_ struct ethtool_gstrings *names = NULL;

	info->cmd = ETHTOOL_GSSET_INFO;
	info->sset_mask = 1U << ETH_SS_FEATURES;
	if (ethtool("lo", info, err))
		return -err->code;
	*ret = (struct link_offloads){.n_words = (info->data[0] + 31) / 32};
	if (!ret->n_words || ret->n_words > LINK_FEATURE_WORDS_MAX)
		return err_set(err, EPROTO, "the kernel says that it has %u offloads",
			       info->data[0]);
	names = mem_zalloc(sizeof(*names) + info->data[0] * ETH_GSTRING_LEN);
	names->cmd = ETHTOOL_GSTRINGS;
	names->string_set = ETH_SS_FEATURES;
	names->len = info->data[0];
	if (ethtool("lo", names, err))
		return -err->code;
	for (uint32_t i = 0; i < names->len; i++) {
		if (is_off((const char *)names->data + i * ETH_GSTRING_LEN))
			ret->off[i / 32] |= 1U << i % 32;
	}
	return 0;
}

/* One call for all: each change of a link's features tells all who listen for its events. Those
 * that are fixed stay as they are: lo's checksums, and nothing on lo is on a wire. */
int link_offloads_off(const struct link_offloads *offloads, const char *name, struct err *err)
{
	_cleanup_free_ struct ethtool_sfeatures *features =
		mem_zalloc(sizeof(*features) + offloads->n_words * sizeof(features->features[0]));

	features->cmd = ETHTOOL_SFEATURES;
	features->size = offloads->n_words;
	for (uint32_t i = 0; i < offloads->n_words; i++)
		features->features[i].valid = offloads->off[i];
	return ethtool(name, features, err) ? err_prefix(err, "switch off offloads") : 0;
}

static struct nl_addr *addr_to_nl(const struct addr *addr)
{
	return addr_build(addr->family, addr->bytes, addr->family == AF_INET ? 4 : 16);
}

int link_add_address(struct requests *requests, int ifindex, const struct addr *addr,
		     unsigned prefix_len, bool spare, struct err *err)
{
	_cleanup_(cleanup_address) struct rtnl_addr *address = rtnl_addr_alloc();
	_cleanup_(cleanup_nl_addr) struct nl_addr *local = addr_to_nl(addr);
	char text[64];
	struct nl_msg *msg = NULL;
	int nle;

	if (!address)
		return err_set(err, ENOMEM, "add an address");
	nl_addr_set_prefixlen(local, prefix_len);
	rtnl_addr_set_ifindex(address, ifindex);
	rtnl_addr_set_local(address, local);
	if (addr->family == AF_INET6)
		rtnl_addr_set_flags(address, IFA_F_NODAD);
	if (addr->family == AF_INET6 && spare) { /* IPv4 takes the first of a subnet by itself */
		rtnl_addr_set_valid_lifetime(address, LIFETIME_FOREVER);
		rtnl_addr_set_preferred_lifetime(address, 0);
	}
	nle = rtnl_addr_build_add_request(address, 0, &msg);
	return requests_add(requests, nle, msg, err, "add the address %s",
			    addr_format(addr, text, sizeof(text)));
}

int link_add_neighbour(struct requests *requests, int ifindex, const struct addr *addr,
		       const uint8_t mac[FRAME_MAC_LEN], struct err *err)
{
	_cleanup_(cleanup_neighbour) struct rtnl_neigh *neighbour = rtnl_neigh_alloc();
	_cleanup_(cleanup_nl_addr) struct nl_addr *dst = addr_to_nl(addr);
	_cleanup_(cleanup_nl_addr) struct nl_addr *lladdr = addr_build(AF_LLC, mac, FRAME_MAC_LEN);
	char text[64];
	struct nl_msg *msg = NULL;
	int nle;

	if (!neighbour)
		return err_set(err, ENOMEM, "add a neighbour");
	rtnl_neigh_set_ifindex(neighbour, ifindex);
	rtnl_neigh_set_dst(neighbour, dst);
	rtnl_neigh_set_lladdr(neighbour, lladdr);
	rtnl_neigh_set_state(neighbour, NUD_PERMANENT);
	nle = rtnl_neigh_build_add_request(neighbour, NLM_F_CREATE | NLM_F_REPLACE, &msg);
	return requests_add(requests, nle, msg, err, "add the neighbour %s",
			    addr_format(addr, text, sizeof(text)));
}

/* It is the route's own then. gateway: NULL for the link itself. */
static int add_nexthop(struct rtnl_route *route, int ifindex, struct nl_addr *gateway)
{
	struct rtnl_nexthop *hop = rtnl_route_nh_alloc();

	if (!hop)
		return -ENOMEM;
	rtnl_route_nh_set_ifindex(hop, ifindex);
	if (gateway)
		rtnl_route_nh_set_gateway(hop, gateway);
	else
		rtnl_route_set_scope(route, RT_SCOPE_LINK);
	rtnl_route_add_nexthop(route, hop);
	return 0;
}

int link_add_default_route(struct requests *requests, int ifindex, const struct addr *gateway,
			   struct err *err)
{
	static const uint8_t any[16];
	_cleanup_(cleanup_route) struct rtnl_route *to = rtnl_route_alloc();
	_cleanup_(cleanup_nl_addr) struct nl_addr *via = addr_to_nl(gateway);
	_cleanup_(cleanup_nl_addr) struct nl_addr *dst =
		addr_build(gateway->family, any, gateway->family == AF_INET ? 4 : 16);
	char text[64];
	struct nl_msg *msg = NULL;
	int nle;

	if (!to || add_nexthop(to, ifindex, via) < 0)
		return err_set(err, ENOMEM, "add a route");
	nl_addr_set_prefixlen(dst, 0);
	rtnl_route_set_family(to, gateway->family);
	rtnl_route_set_dst(to, dst);
	nle = rtnl_route_build_add_request(to, NLM_F_CREATE, &msg);
	return requests_add(requests, nle, msg, err, "add the route via %s",
			    addr_format(gateway, text, sizeof(text)));
}

int link_add_route(struct requests *requests, const struct link_route *spec, struct err *err)
{
	_cleanup_(cleanup_route) struct rtnl_route *new = rtnl_route_alloc();
	_cleanup_(cleanup_nl_addr) struct nl_addr *dst = addr_to_nl(&spec->to);
	char text[64];
	struct nl_msg *msg = NULL;
	int nle;

	if (!new || (spec->ifindex && add_nexthop(new, spec->ifindex, NULL) < 0))
		return err_set(err, ENOMEM, "add a route");
	rtnl_route_set_family(new, spec->to.family);
	rtnl_route_set_type(new, spec->type);
	rtnl_route_set_dst(new, dst);
	if (spec->microseconds)
		rtnl_route_set_metric(new, RTAX_FEATURES, RTAX_FEATURE_TCP_USEC_TS);
	nle = rtnl_route_build_add_request(new, NLM_F_CREATE | NLM_F_REPLACE, &msg);
	return requests_add(requests, nle, msg, err, "add a route to %s",
			    addr_format(&spec->to, text, sizeof(text)));
}

int link_is_up(struct nl_sock *route, int ifindex, bool *ret, struct err *err)
{
	_cleanup_(cleanup_link) struct rtnl_link *link = NULL;
	int rc = rtnl_link_get_kernel(route, ifindex, NULL, &link);
	unsigned operstate, flags;

	if (rc)
		return nlerr_set(err, rc, "ask for the state of link %d", ifindex);
	operstate = rtnl_link_get_operstate(link);
	flags = rtnl_link_get_flags(link);
	/* Nobody ever looks at the carrier of lo. Of others it is not known until linkwatch has
	 * seen it, and up to then frames go to the noop qdisc. */
	*ret = operstate == IF_OPER_UP ||
	       (operstate == IF_OPER_UNKNOWN && flags & IFF_UP && flags & IFF_LOOPBACK);
	return 0;
}

/* What the events say is not read: they only tell when to ask again. */
static void drain(int fd)
{
	struct mmsghdr events[EVENTS_AT_ONCE] = {0}; /* no room for any: they are cut to nothing */
	int n;

	do {
		n = recvmmsg(fd, events, EVENTS_AT_ONCE, MSG_DONTWAIT, NULL);
	} while (n == EVENTS_AT_ONCE || (n < 0 && errno == ENOBUFS));
}

/* Until an event, or the deadline. What the events say is drained and asked for anew. */
static int wait_event(struct nl_sock *events, int64_t deadline_ns, const char *what,
		      struct err *err)
{
	struct pollfd pfd = {.fd = nl_socket_get_fd(events), .events = POLLIN};
	int64_t left_ns = deadline_ns - clock_now_ns();

	if (left_ns <= 0)
		return err_set(err, ETIMEDOUT, "%s in time", what);
	if (poll(&pfd, 1, left_ns / NS_PER_MS + 1) < 0 && errno != EINTR)
		return err_sys(err, "wait for a link or an address");
	return 0;
}

int link_wait_up(struct nl_sock *events, struct nl_sock *route, int ifindex, int64_t deadline_ns,
		 struct err *err)
{
	bool up = false;
	int rc;

	for (;;) {
		drain(nl_socket_get_fd(events));
		rc = link_is_up(route, ifindex, &up, err);
		if (!rc && !up)
			rc = wait_event(events, deadline_ns, "the link did not come up", err);
		if (rc || up)
			return rc;
	}
}

/* Until it is, the kernel has another route to it or none, which is an error of the look-up. */
static bool address_is_local(struct nl_sock *route, const struct addr *addr)
{
	_cleanup_(cleanup_nl_addr) struct nl_addr *dst = addr_to_nl(addr);
	_cleanup_(cleanup_route) struct rtnl_route *found = NULL;

	return !rtnl_route_lookup(route, dst, &found) && found &&
	       rtnl_route_get_type(found) == RTN_LOCAL;
}

int link_wait_local(struct nl_sock *events, struct nl_sock *route, const struct addr *addr,
		    int64_t deadline_ns, struct err *err)
{
	int rc;

	for (;;) {
		drain(nl_socket_get_fd(events));
		if (address_is_local(route, addr))
			return 0;
		rc = wait_event(events, deadline_ns, "an address did not become local", err);
		if (rc)
			return rc;
	}
}
