// SPDX-License-Identifier: GPL-2.0-or-later
/* commands: owns the lab as a shell script, for a person who wants to stand inside it. */
#include "lab/host.h"
#include "lab/knob.h"
#include "lab/link.h"
#include "lab/routed.h"
#include "base/text.h"

#include <string.h>
#include <sys/socket.h>

/* One assignment a line, quoted where a shell would cut it. */
static void add_assignment(struct text *out, const char *name, const char *value)
{
	const char *quote = *value && !strchr(value, ' ') ? "" : "'";

	text_add(out, " \\\n\t%s=%s%s%s", name, quote, value, quote);
}

static void add_sysctls(struct text *out, const char *host)
{
	text_add(out, "ip netns exec %s sysctl -e -q -w", host);
	for (size_t i = 0; i < n_quiet_knobs; i++)
		add_assignment(out, quiet_knobs[i].name, quiet_knobs[i].value);
	for (size_t i = 0; i < n_knobs; i++) {
		if (knobs[i].scope == KNOB_NETNS && knobs[i].baseline)
			add_assignment(out, knobs[i].name, knobs[i].baseline);
	}
}

static void add_namespace(struct text *out, const char *name)
{
	text_add(out, "ip netns add %s\n", name);
	add_sysctls(out, name);
	text_add(out, "\nip -n %s link set lo up mtu %d\n", name, LINK_MTU);
}

static void add_mac(struct text *out, const char *before, const uint8_t mac[FRAME_MAC_LEN])
{
	text_add(out, "%s%02x:%02x:%02x:%02x:%02x:%02x", before, mac[0], mac[1], mac[2], mac[3],
		 mac[4], mac[5]);
}

/* far: the namespace of the other end, which has the name of its host. */
static void add_link(struct text *out, enum host_id id, const struct host *host, const char *far,
		     const struct host *router, int family)
{
	const char *name = host_names[id];
	char text[64];

	text_add(out, "ip -n %s link add eth0 numtxqueues 1 numrxqueues 1 mtu %d", name, LINK_MTU);
	add_mac(out, " address ", host->mac);
	text_add(out, " type veth peer name %s numtxqueues 1 numrxqueues 1 netns %s", name, far);
	if (router)
		add_mac(out, " address ", router->mac);
	text_add(out, "\n");
	text_add(out,
		 "ip netns exec %s ethtool -K eth0 rx off tx off sg off tso off gso off gro off\n",
		 name);
	text_add(out, "ip -n %s link set eth0 up\n", name);
	if (router)
		text_add(out,
			 "ip netns exec %s ethtool -K %s rx off tx off sg off tso off gso off gro "
			 "off\n"
			 "ip -n %s link set %s mtu %d up\n",
			 far, name, far, name, LINK_MTU);
	else
		text_add(out, "ip -n wire link set %s master wire up\n", name);
	for (unsigned i = 0; i < HOST_ADDRESSES_MAX; i++) {
		if (family != AF_INET6)
			text_add(out, "ip -n %s addr add %s/24 dev eth0\n", name,
				 addr_format(&host->ipv4[i], text, sizeof(text)));
		if (family != AF_INET)
			text_add(out, "ip -n %s addr add %s/64 dev eth0 nodad%s\n", name,
				 addr_format(&host->ipv6[i], text, sizeof(text)),
				 i ? " preferred_lft 0" : "");
	}
}

static void add_neighbour(struct text *out, const char *name, const char *device,
			  const struct addr *addr, const uint8_t mac[FRAME_MAC_LEN])
{
	char text[64];

	text_add(out, "ip -n %s neigh replace %s dev %s nud permanent", name,
		 addr_format(addr, text, sizeof(text)), device);
	add_mac(out, " lladdr ", mac);
	text_add(out, "\n");
}

static void add_neighbours(struct text *out, enum host_id id, const char *device,
			   const struct host *other, int family)
{
	for (unsigned i = 0; i < HOST_ADDRESSES_MAX; i++) {
		if (family != AF_INET6)
			add_neighbour(out, host_names[id], device, &other->ipv4[i], other->mac);
		if (family != AF_INET)
			add_neighbour(out, host_names[id], device, &other->ipv6[i], other->mac);
	}
}

static void add_forwarding(struct text *out)
{
	text_add(out, "ip netns exec router sysctl -e -q -w");
	for (size_t i = 0; i < n_router_knobs; i++)
		add_assignment(out, router_knobs[i].name, router_knobs[i].value);
	text_add(out, "\n");
}

/* Of a client behind the router: the router's end, and the way through it. */
static void add_inside(struct text *out, enum host_id id, const struct host *host,
		       const struct host *router, int family)
{
	const char *name = host_names[id];
	const struct addr gateway = host_gateway(id, family);
	const char *nodad = family == AF_INET6 ? " nodad" : "";
	char text[64];

	addr_format(&gateway, text, sizeof(text));
	text_add(out, "ip -n router addr add %s/%d dev %s%s\n", text, family == AF_INET ? 24 : 64,
		 name, nodad);
	add_neighbours(out, HOST_ROUTER, name, host, family);
	add_neighbour(out, name, "eth0", &gateway, router->mac);
	text_add(out, "ip -n %s route add default via %s dev eth0 proto static\n", name, text);
}

static void add_routes(const struct lab_spec *spec, const struct host hosts[HOSTS_MAX],
		       struct text *out)
{
	const struct host *router = &hosts[HOST_ROUTER];
	const struct addr *outside = spec->family == AF_INET6 ? &router->ipv6[0] : &router->ipv4[0];
	char text[64];

	for (unsigned id = 0; id < HOSTS_MAX; id++) {
		if (lab_has_host(spec, id) && routed_is_inside(spec->topology, id))
			add_inside(out, id, &hosts[id], router, spec->family);
	}
	if (!spec->raw[HOST_SERVER])
		text_add(out, "ip -n server route add default via %s dev eth0 proto static\n",
			 addr_format(outside, text, sizeof(text)));
}

static bool share_a_link(const struct lab_spec *spec, enum host_id id, enum host_id other)
{
	return id != other && lab_has_host(spec, id) && lab_has_host(spec, other) &&
	       !routed_is_inside(spec->topology, id) && !routed_is_inside(spec->topology, other);
}

static void add_host(const struct lab_spec *spec, enum host_id id, const struct host hosts[],
		     struct text *out)
{
	bool inside = routed_is_inside(spec->topology, id);

	if (!lab_has_host(spec, id))
		return;
	if (spec->raw[id]) {
		text_add(out, "# %s is a raw peer: nobody is there.\n", host_names[id]);
		return;
	}
	add_namespace(out, host_names[id]);
	if (id == HOST_ROUTER)
		add_forwarding(out);
	add_link(out, id, &hosts[id], inside ? "router" : "wire",
		 inside ? &hosts[HOST_ROUTER] : NULL, spec->family);
}

static void add_link_lab(const struct lab_spec *spec, struct text *out)
{
	struct host hosts[HOSTS_MAX] = {0};

	text_add(out, "# The wire carries frames as a scenario tells it; by hand, a bridge does.\n"
		      "ip netns add wire\n"
		      "ip netns exec wire sysctl -q -w net.ipv6.conf.default.disable_ipv6=1\n"
		      "ip -n wire link add wire type bridge forward_delay 0\n"
		      "ip -n wire link set wire up\n");
	for (unsigned id = 0; id < HOSTS_MAX; id++)
		host_describe(&hosts[id], spec->topology, id);
	add_host(spec, HOST_ROUTER, hosts, out);
	for (unsigned id = 0; id < HOST_ROUTER; id++)
		add_host(spec, id, hosts, out);
	for (unsigned id = 0; id < HOSTS_MAX; id++) {
		for (unsigned other = 0; other < HOSTS_MAX; other++) {
			if (share_a_link(spec, id, other) && !spec->raw[id])
				add_neighbours(out, id, "eth0", &hosts[other], spec->family);
		}
	}
	if (spec->topology == TOPOLOGY_NAT)
		add_routes(spec, hosts, out);
}

static void add_loopback_lab(const struct lab_spec *spec, struct text *out)
{
	const struct addr own4 = host_address_ipv4(HOST_CLIENT, 1);
	const struct addr own6 = host_address_ipv6(HOST_CLIENT, 1);
	char text[64];

	add_namespace(out, "loopback");
	text_add(out, "ip netns exec loopback ethtool -K lo tso off gso off gro off\n");
	text_add(out, "ip -n loopback addr add %s/32 dev lo\n",
		 addr_format(&own4, text, sizeof(text)));
	if (spec->family != AF_INET)
		text_add(out, "ip -n loopback addr add %s/128 dev lo\n",
			 addr_format(&own6, text, sizeof(text)));
}

void lab_commands(const struct lab_spec *spec, struct text *out)
{
	if (spec->topology == TOPOLOGY_LOOPBACK)
		add_loopback_lab(spec, out);
	else
		add_link_lab(spec, out);
}
