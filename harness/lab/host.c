// SPDX-License-Identifier: GPL-2.0-or-later
/* host: owns the plan of addresses (RFC 5737, RFC 3849) and the sysctls of a quiet host. */
#include "lab/host.h"
#include "base/mem.h"

#include <string.h>
#include <sys/socket.h>

const char *const host_names[HOSTS_MAX] = {"client", "server", "client2", "router"};
const char *const topology_names[TOPOLOGIES] = {
	[TOPOLOGY_LINK] = "link", [TOPOLOGY_LOOPBACK] = "loopback", [TOPOLOGY_NAT] = "nat"};

/* An interface is born from `default`; `all` is for what asks both. */
const struct quiet_knob quiet_knobs[] = {
	{"net.ipv6.conf.all.disable_ipv6", "0"},
	{"net.ipv6.conf.default.disable_ipv6", "0"},
	{"net.ipv6.conf.all.accept_dad", "0"},
	{"net.ipv6.conf.default.accept_dad", "0"},
	{"net.ipv6.conf.default.dad_transmits", "0"},
	{"net.ipv6.conf.all.accept_ra", "0"},
	{"net.ipv6.conf.default.accept_ra", "0"},
	{"net.ipv6.conf.default.router_solicitations", "0"},
	{"net.ipv6.conf.default.addr_gen_mode", "1"},
	{"net.ipv4.conf.all.rp_filter", "0"},
	{"net.ipv4.conf.default.rp_filter", "0"},
};
const size_t n_quiet_knobs = ARRAY_SIZE(quiet_knobs);

static struct addr addr_ipv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
	return (struct addr){AF_INET, {a, b, c, d}};
}

struct addr host_address_ipv4(enum host_id id, unsigned n)
{
	return addr_ipv4(192, 0, 2, 10 * (id + 1) + n);
}

/* The networks: the outside one, and behind a router one for each client. */
enum network { NETWORK_OUTSIDE, NETWORK_CLIENT, NETWORK_CLIENT2 };

static enum network network_of(enum topology topology, enum host_id client)
{
	if (topology != TOPOLOGY_NAT || client == HOST_SERVER || client == HOST_ROUTER)
		return NETWORK_OUTSIDE;
	return client == HOST_CLIENT ? NETWORK_CLIENT : NETWORK_CLIENT2;
}

static struct addr network_ipv4(enum network network, struct addr addr)
{
	static const uint8_t networks[][3] = {
		[NETWORK_OUTSIDE] = {192, 0, 2},
		[NETWORK_CLIENT] = {198, 51, 100},
		[NETWORK_CLIENT2] = {203, 0, 113},
	};

	memcpy(addr.bytes, networks[network], sizeof(networks[0]));
	return addr;
}

/* The same digits in both families, for the reader's sake. */
static struct addr network_ipv6(enum network network, enum host_id id, unsigned n)
{
	return (struct addr){
		AF_INET6,
		{0x20, 0x01, 0x0d, 0xb8, 0, network, [15] = 0x10 * (id + 1) + n},
	};
}

void host_describe(struct host *host, enum topology topology, enum host_id id)
{
	enum network network = network_of(topology, id);

	host->mac[0] = 0x02;
	host->mac[FRAME_MAC_LEN - 1] = id + 1;
	for (unsigned i = 0; i < HOST_ADDRESSES_MAX; i++) {
		host->ipv4[i] = network_ipv4(network, host_address_ipv4(id, i + 1));
		host->ipv6[i] = network_ipv6(network, id, i + 1);
	}
	host->ipv4[HOST_ADDRESS_OWN - 1] = host->ipv4[0];
	host->ipv6[HOST_ADDRESS_OWN - 1] = host->ipv6[0];
}

struct addr host_address_ipv6(enum host_id id, unsigned n)
{
	return network_ipv6(NETWORK_OUTSIDE, id, n);
}

struct addr host_gateway(enum host_id client, int family)
{
	enum network network = network_of(TOPOLOGY_NAT, client);

	if (family == AF_INET6)
		return network_ipv6(network, HOST_ROUTER, 1);
	return network_ipv4(network, host_address_ipv4(HOST_ROUTER, 1));
}

void host_describe_loopback(struct host *host)
{
	for (unsigned i = 0; i < HOST_ADDRESSES_MAX; i++) {
		host->ipv4[i] = addr_ipv4(127, 0, 0, i + 1);
		host->ipv6[i] = (struct addr){AF_INET6, {[15] = 1}};
	}
	host->ipv4[HOST_ADDRESS_OWN - 1] = host_address_ipv4(HOST_CLIENT, 1);
	host->ipv6[HOST_ADDRESS_OWN - 1] = host_address_ipv6(HOST_CLIENT, 1);
}

/* Of a host that forwards: they are a router's own, and not a quiet host's. */
const struct quiet_knob router_knobs[] = {
	{"net.ipv4.ip_forward", "1"},
	{"net.ipv6.conf.all.forwarding", "1"},
	{"net.ipv6.conf.default.forwarding", "1"},
};
const size_t n_router_knobs = ARRAY_SIZE(router_knobs);
