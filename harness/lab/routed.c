// SPDX-License-Identifier: GPL-2.0-or-later
/* routed: owns the building of what lies behind a router. */
#include "lab/routed.h"
#include "lab/conntrack.h"
#include "lab/host.h"
#include "lab/lab.h"
#include "lab/sysctl.h"

#include <errno.h>
#include <sys/socket.h>

#define INSIDE_IFINDEX 11 /* of the router: and one more for each client */

bool routed_is_inside(enum topology topology, enum host_id host)
{
	return topology == TOPOLOGY_NAT && (host == HOST_CLIENT || host == HOST_CLIENT2);
}

static int inside_ifindex(enum host_id client)
{
	return INSIDE_IFINDEX + client;
}

int routed_forward(struct host *router, struct err *err)
{
	for (size_t i = 0; i < n_router_knobs; i++) {
		int rc = sysctl_write(router_knobs[i].name, router_knobs[i].value, err);

		if (rc && rc != -ENOENT)
			return rc;
	}
	return conntrack_open(&router->conntrack, err);
}

int routed_add_link(struct lab *lab, enum host_id client, const struct link_end *near,
		    struct err *err)
{
	struct link_end far = {.name = host_names[client],
			       .ifindex = inside_ifindex(client),
			       .mac = lab->hosts[HOST_ROUTER].mac};

	return link_add_veth(lab->hosts[client].route, near, &far, lab->hosts[HOST_ROUTER].ns_fd,
			     err);
}

static int join_family(struct lab *lab, enum host_id client, int family, struct err *err)
{
	_cleanup_requests_ struct requests requests = {.sock = lab->hosts[HOST_ROUTER].route};
	const struct addr gateway = host_gateway(client, family);
	int rc = link_add_address(&requests, inside_ifindex(client), &gateway,
				  family == AF_INET ? 24 : 64, false, err);

	for (unsigned n = 1; !rc && n <= HOST_ADDRESSES_MAX; n++)
		rc = link_add_neighbour(&requests, inside_ifindex(client),
					lab_address(lab, client, family, n), lab->hosts[client].mac,
					err);
	return rc ? rc : requests_send(&requests, err);
}

int routed_join(struct lab *lab, enum host_id client, bool ipv4, bool ipv6, struct err *err)
{
	int rc = lab_enter(lab, HOST_ROUTER, err);

	if (!rc)
		rc = link_offloads_off(&lab->bench->offloads, host_names[client], err);
	if (!rc)
		rc = link_set_up(lab->hosts[HOST_ROUTER].route, inside_ifindex(client), LINK_MTU,
				 err);
	if (!rc && ipv4)
		rc = join_family(lab, client, AF_INET, err);
	if (!rc && ipv6)
		rc = join_family(lab, client, AF_INET6, err);
	return rc;
}

int routed_add_route(struct lab *lab, enum host_id id, int family, struct requests *requests,
		     struct err *err)
{
	const struct host *router = &lab->hosts[HOST_ROUTER];
	struct addr gateway;
	int rc = 0;

	if (id == HOST_ROUTER)
		return 0;
	gateway = *lab_address(lab, HOST_ROUTER, family, 1);
	if (id != HOST_SERVER) {
		gateway = host_gateway(id, family);
		rc = link_add_neighbour(requests, ETH0_IFINDEX, &gateway, router->mac, err);
	}
	return rc ? rc : link_add_default_route(requests, ETH0_IFINDEX, &gateway, err);
}

int routed_wait_ready(struct lab *lab, int64_t deadline_ns, struct err *err)
{
	const struct host *router = &lab->hosts[HOST_ROUTER];

	for (enum host_id id = 0; id < HOSTS_MAX; id++) {
		if (!routed_is_inside(lab->topology, id) || lab->hosts[id].ns_fd < 0)
			continue;
		if (link_wait_up(router->events, router->route, inside_ifindex(id), deadline_ns,
				 err))
			return err_prefix(err, "the router's end of the link to %s",
					  host_names[id]);
	}
	return 0;
}
