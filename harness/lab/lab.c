// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lab: owns the building of hosts.
 *
 * A host is built in one visit to its namespace: sysctls first, so that its interface is born
 * quiet, then its sockets, the veth pair whose far end lands on the wire, offloads, addresses,
 * neighbours. The worker lives in the wire's namespace and is back there between visits.
 */
#include "lab/lab.h"
#include "lab/conntrack.h"
#include "lab/diag.h"
#include "lab/host.h"
#include "lab/knob.h"
#include "lab/link.h"
#include "lab/netns.h"
#include "lab/packet.h"
#include "lab/routed.h"
#include "lab/steer.h"
#include "base/clock.h"
#include "base/mem.h"
#include "lab/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <string.h>

#define WIRE_IFINDEX_MIN                                                                           \
	100 /* an index is never used twice on a bench: stale frames stay strangers */
#define READY_TIMEOUT_NS (30 * NS_PER_S) /* hundreds of labs wait for one lock, RTNL */

/* It has this value, or this kernel has no such knob. */
static bool knob_is_right(const char *name, const char *value)
{
	struct err ignored;
	char is[256];
	int rc = sysctl_read(name, is, sizeof(is), &ignored);

	return rc == -ENOENT || (!rc && !strcmp(is, value));
}

/* A knob of a namespace that was just made, written and read back. On a machine of our own such
 * namespaces are all alike: what the first one had as it should be needs no second look. */
static int fresh_set_knob(struct bench *bench, size_t nth, const char *name, const char *value,
			  struct err *err)
{
	int rc;

	if (bench->alone && nth < FRESH_KNOBS_MAX && !bench->fresh_known)
		bench->fresh_right[nth] = knob_is_right(name, value);
	if (nth < FRESH_KNOBS_MAX && bench->fresh_right[nth])
		return 0;
	rc = sysctl_write(name, value, err);
	return rc == -ENOENT ? 0 : rc;
}

/* What keeps a host quiet, and the baseline of every knob that is a namespace's own. */
static int fresh_set_knobs(struct bench *bench, struct err *err)
{
	size_t nth = 0;
	int rc = 0;

	for (size_t i = 0; !rc && i < n_quiet_knobs; i++)
		rc = fresh_set_knob(bench, nth++, quiet_knobs[i].name, quiet_knobs[i].value, err);
	for (size_t i = 0; !rc && i < n_knobs; i++) {
		if (knobs[i].scope == KNOB_NETNS && knobs[i].baseline)
			rc = fresh_set_knob(bench, nth++, knobs[i].name, knobs[i].baseline, err);
	}
	bench->fresh_known = !rc;
	return rc;
}

/* A namespace with its knobs set and its sockets open; the caller is in it afterwards. */
static int host_create(struct bench *bench, struct host *host, const struct settings *settings,
		       struct err *err)
{
	int rc = netns_create(&host->ns_fd, err);

	if (!rc)
		rc = fresh_set_knobs(bench, err);
	if (!rc)
		rc = settings_apply(settings, false, err);
	if (!rc)
		rc = counter_open(&host->counters, err);
	if (!rc)
		rc = link_open(&host->route, err);
	if (!rc)
		rc = link_open_events(&host->events, err);
	if (!rc)
		rc = diag_open(&host->diag, err);
	if (!rc)
		rc = link_set_up(host->route, LO_IFINDEX, LINK_MTU, err);
	return rc;
}

static int host_add_link(struct lab *lab, enum host_id id, struct err *err)
{
	struct host *host = &lab->hosts[id];
	char name[32];
	struct link_end near = {.name = "eth0", .ifindex = ETH0_IFINDEX, .mac = host->mac};
	struct link_end far = {.name = name};
	int rc;

	if (routed_is_inside(lab->topology, id)) {
		rc = routed_add_link(lab, id, &near, err);
	} else {
		far.ifindex = WIRE_IFINDEX_MIN + host->number * HOSTS_MAX + id;
		snprintf(name, sizeof(name), "%s-%u", host_names[id], host->number);
		rc = link_add_veth(host->route, &near, &far, lab->bench->wire_fd, err);
		host->wire_ifindex = far.ifindex;
	}
	return rc ? rc : link_offloads_off(&lab->bench->offloads, "eth0", err);
}

/* The families that this lab has addresses of, and this kernel speaks. */
static bool lab_speaks(const struct lab *lab, int family)
{
	if (lab->family != AF_UNSPEC && lab->family != family)
		return false;
	return family == AF_INET || lab->bench->ipv6;
}

static const struct addr *host_addresses(const struct host *host, int family)
{
	return family == AF_INET ? host->ipv4 : host->ipv6;
}

static int host_add_addresses(struct host *host, int family, struct requests *requests,
			      struct err *err)
{
	const struct addr *addresses = host_addresses(host, family);
	int rc = 0;

	for (unsigned n = 0; !rc && n < HOST_ADDRESSES_MAX; n++)
		rc = link_add_address(requests, ETH0_IFINDEX, &addresses[n],
				      family == AF_INET ? 24 : 64, n > 0, err);
	return rc;
}

static int host_add_neighbour(const struct host *other, int family, struct requests *requests,
			      struct err *err)
{
	const struct addr *addresses = host_addresses(other, family);
	int rc = 0;

	for (unsigned n = 0; !rc && n < HOST_ADDRESSES_MAX; n++)
		rc = link_add_neighbour(requests, ETH0_IFINDEX, &addresses[n], other->mac, err);
	return rc;
}

static int host_add_family(struct lab *lab, enum host_id id, const struct lab_spec *spec,
			   int family, struct err *err)
{
	_cleanup_requests_ struct requests requests = {.sock = lab->hosts[id].route};
	int rc = 0;

	if (!lab_speaks(lab, family))
		return 0;
	rc = host_add_addresses(&lab->hosts[id], family, &requests, err);
	for (unsigned other = 0; !rc && other < HOSTS_MAX; other++) {
		if (other != id && lab_has_host(spec, other) &&
		    !routed_is_inside(lab->topology, id) && !routed_is_inside(lab->topology, other))
			rc = host_add_neighbour(&lab->hosts[other], family, &requests, err);
	}
	if (!rc && lab->topology == TOPOLOGY_NAT)
		rc = routed_add_route(lab, id, family, &requests, err);
	return rc ? rc : requests_send(&requests, err);
}

static int host_build(struct lab *lab, enum host_id id, const struct lab_spec *spec,
		      struct err *err)
{
	int rc;

	if (!lab_has_host(spec, id) || spec->raw[id])
		return 0;
	rc = host_create(lab->bench, &lab->hosts[id], spec->baseline[id], err);
	if (!rc && id == HOST_ROUTER)
		rc = routed_forward(&lab->hosts[id], err);
	if (!rc)
		rc = host_add_link(lab, id, err);
	if (!rc)
		rc = settings_apply(spec->baseline[id], true, err);
	if (!rc)
		rc = host_add_family(lab, id, spec, AF_INET, err);
	if (!rc)
		rc = host_add_family(lab, id, spec, AF_INET6, err);
	if (!rc && routed_is_inside(lab->topology, id))
		rc = routed_join(lab, id, lab_speaks(lab, AF_INET), lab_speaks(lab, AF_INET6), err);
	lab_leave(lab);
	return rc ? err_prefix(err, "host %s", host_names[id]) : 0;
}

static int host_wait_ready(struct lab *lab, enum host_id id, int64_t deadline_ns, struct err *err)
{
	struct host *host = &lab->hosts[id];

	if (host->ns_fd < 0)
		return 0;
	if (host->wire_ifindex && link_wait_up(lab->bench->events, lab->bench->wire,
					       host->wire_ifindex, deadline_ns, err))
		return err_prefix(err, "the wire's end of the link to %s", host_names[id]);
	if (link_wait_up(host->events, host->route, ETH0_IFINDEX, deadline_ns, err))
		return err_prefix(err, "eth0 of %s", host_names[id]);
	if (id == HOST_ROUTER && routed_wait_ready(lab, deadline_ns, err))
		return -err->code;
	for (unsigned n = 0; lab_speaks(lab, AF_INET6) && n < HOST_ADDRESSES_MAX; n++) {
		if (link_wait_local(host->events, host->route, &host->ipv6[n], deadline_ns, err))
			return err_prefix(err, "host %s", host_names[id]);
	}
	nl_socket_free(host->events);
	host->events = NULL;
	return 0;
}

bool lab_has_host(const struct lab_spec *spec, enum host_id host)
{
	if (host == HOST_CLIENT2)
		return spec->client2;
	return host != HOST_ROUTER || spec->topology == TOPOLOGY_NAT;
}

/* The wire's end of a host's link. */
static int wire_end_up(struct lab *lab, enum host_id id, struct err *err)
{
	const struct host *host = &lab->hosts[id];
	char name[32];
	int rc;

	if (!host->wire_ifindex)
		return 0;
	snprintf(name, sizeof(name), "%s-%u", host_names[id], host->number);
	rc = link_offloads_off(&lab->bench->offloads, name, err);
	return rc ? rc : link_set_up(lab->bench->wire, host->wire_ifindex, LINK_MTU, err);
}

/* The router first, since the clients' links end in it. */
static int link_lab_build(struct lab *lab, const struct lab_spec *spec, struct err *err)
{
	int64_t deadline_ns = clock_now_ns() + READY_TIMEOUT_NS;
	int rc = 0;

	for (unsigned id = 0; id < HOSTS_MAX; id++) {
		host_describe(&lab->hosts[id], spec->topology, id);
		lab->hosts[id].raw = spec->raw[id];
		lab->hosts[id].number = lab->number;
	}
	rc = host_build(lab, HOST_ROUTER, spec, err);
	for (unsigned id = 0; !rc && id < HOST_ROUTER; id++)
		rc = host_build(lab, id, spec, err);
	for (unsigned id = 0; !rc && id < HOSTS_MAX; id++)
		rc = wire_end_up(lab, id, err);
	for (unsigned id = 0; !rc && id < HOSTS_MAX; id++)
		rc = host_wait_ready(lab, id, deadline_ns, err);
	return rc;
}

/* The server is a second handle on the client's namespace, so that callers need not know. */
static int loopback_share(struct lab *lab, struct err *err)
{
	struct host *server = &lab->hosts[HOST_SERVER];
	int rc;

	server->ns_fd = fcntl(lab->hosts[HOST_CLIENT].ns_fd, F_DUPFD_CLOEXEC, 0);
	if (server->ns_fd < 0)
		return err_sys(err, "hold the namespace of the server");
	rc = counter_open(&server->counters, err);
	if (!rc)
		rc = link_open(&server->route, err);
	return rc ? rc : diag_open(&server->diag, err);
}

static int loopback_build_inside(struct lab *lab, const struct lab_spec *spec, struct err *err)
{
	struct host *client = &lab->hosts[HOST_CLIENT];
	const struct addr *own4 = &client->ipv4[HOST_ADDRESS_OWN - 1];
	const struct addr *own6 = &client->ipv6[HOST_ADDRESS_OWN - 1];
	int64_t deadline_ns = clock_now_ns() + READY_TIMEOUT_NS;
	_cleanup_requests_ struct requests requests = {0};
	int rc = host_create(lab->bench, client, spec->baseline[HOST_CLIENT], err);

	requests.sock = client->route;
	if (!rc)
		rc = settings_apply(spec->baseline[HOST_SERVER], false, err);
	if (!rc)
		rc = link_offloads_off(&lab->bench->offloads, "lo", err);
	if (!rc)
		rc = link_add_address(&requests, LO_IFINDEX, own4, 32, false, err);
	if (!rc && lab_speaks(lab, AF_INET6))
		rc = link_add_address(&requests, LO_IFINDEX, own6, 128, false, err);
	if (!rc)
		rc = requests_send(&requests, err);
	if (!rc)
		rc = packet_open(LO_IFINDEX, &lab->tap_fd, err);
	if (!rc)
		rc = link_wait_up(client->events, client->route, LO_IFINDEX, deadline_ns, err);
	if (!rc && lab_speaks(lab, AF_INET6))
		rc = link_wait_local(client->events, client->route, own6, deadline_ns, err);
	return rc ? rc : loopback_share(lab, err);
}

static int loopback_lab_build(struct lab *lab, const struct lab_spec *spec, struct err *err)
{
	int rc;

	host_describe_loopback(&lab->hosts[HOST_CLIENT]);
	host_describe_loopback(&lab->hosts[HOST_SERVER]);
	rc = loopback_build_inside(lab, spec, err);
	lab_leave(lab);
	return rc ? err_prefix(err, "the host of the loopback lab") : 0;
}

int lab_open(struct bench *bench, const struct lab_spec *spec, struct lab *ret, struct err *err)
{
	int rc;

	*ret = (struct lab){.bench = bench,
			    .number = ++bench->labs_opened,
			    .topology = spec->topology,
			    .family = spec->family,
			    .tap_fd = -1};
	for (unsigned id = 0; id < HOSTS_MAX; id++) {
		ret->hosts[id].ns_fd = -1;
		ret->hosts[id].tap_fd = -1;
		ret->hosts[id].counters = COUNTER_FILES_NONE;
	}
	rc = spec->topology == TOPOLOGY_LOOPBACK ? loopback_lab_build(ret, spec, err)
						 : link_lab_build(ret, spec, err);
	if (rc)
		lab_close(ret);
	return rc;
}

static void host_close(struct host *host)
{
	conntrack_close(host->conntrack);
	steer_close(host->steer);
	nl_socket_free(host->diag);
	nl_socket_free(host->events);
	nl_socket_free(host->route);
	counter_close(&host->counters);
	if (host->tap_fd >= 0)
		close(host->tap_fd);
	if (host->ns_fd >= 0)
		close(host->ns_fd);
}

/* The old one's end of the wire may still be there, so the new one's has another name. */
int lab_replace(struct lab *lab, const struct lab_spec *spec, enum host_id id, struct err *err)
{
	struct host *host = &lab->hosts[id];
	int rc;

	host_close(host);
	*host = (struct host){.ns_fd = -1,
			      .tap_fd = -1,
			      .counters = COUNTER_FILES_NONE,
			      .number = ++lab->bench->labs_opened};
	host_describe(host, spec->topology, id);
	rc = host_build(lab, id, spec, err);
	if (!rc)
		rc = wire_end_up(lab, id, err);
	return rc ? rc : host_wait_ready(lab, id, clock_now_ns() + READY_TIMEOUT_NS, err);
}

/* The links go with the hosts' namespaces, which the kernel takes down in its own time: to delete
 * them here would wait for grace periods, 33 ms a link. */
void lab_close(struct lab *lab)
{
	if (!lab->bench)
		return;
	if (lab->tap_fd >= 0)
		close(lab->tap_fd);
	for (unsigned id = HOSTS_MAX; id-- > 0;)
		host_close(&lab->hosts[id]);
	*lab = (struct lab){.tap_fd = -1};
}

int lab_enter(struct lab *lab, enum host_id host, struct err *err)
{
	if (lab->stays && lab->stays_at == host)
		return 0;
	lab->away = true;
	return netns_enter(lab->hosts[host].ns_fd, err);
}

static void go_back(int ns_fd)
{
	struct err err;

	if (netns_enter(ns_fd, &err))
		abort();
}

void lab_leave(struct lab *lab)
{
	if (!lab->stays)
		go_back(lab->bench->wire_fd);
	else if (lab->away)
		go_back(lab->hosts[lab->stays_at].ns_fd);
	lab->away = false;
}

int lab_stay(struct lab *lab, enum host_id host, struct err *err)
{
	int rc = lab->hosts[host].raw ? 0 : netns_enter(lab->hosts[host].ns_fd, err);

	lab->stays = !rc && !lab->hosts[host].raw;
	lab->stays_at = host;
	return rc;
}

void lab_return(struct lab *lab)
{
	if (lab->stays)
		go_back(lab->bench->wire_fd);
	lab->stays = false;
}

int lab_open_tap(struct lab *lab, enum host_id host, struct err *err)
{
	int rc = lab_enter(lab, host, err);

	if (!rc)
		rc = packet_open(ETH0_IFINDEX, &lab->hosts[host].tap_fd, err);
	lab_leave(lab);
	return rc;
}

const struct addr *lab_address(const struct lab *lab, enum host_id host, int family, unsigned n)
{
	const struct host *of = &lab->hosts[host];

	return family == AF_INET ? &of->ipv4[n - 1] : &of->ipv6[n - 1];
}
