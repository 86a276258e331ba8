/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host: what each host of a lab is by design: its addresses, and what keeps it quiet. */
#ifndef AFTERCLOSE_LAB_HOST_H
#define AFTERCLOSE_LAB_HOST_H

#include "lab/lab.h"

/* Sysctls that hold in every host and that no scenario varies: no DAD, RA, or addresses of the
 * kernel's own choice. Where a kernel lacks one it has no need of it. */
struct quiet_knob {
	const char *name;
	const char *value;
};
extern const struct quiet_knob quiet_knobs[];
extern const size_t n_quiet_knobs;
extern const struct quiet_knob router_knobs[]; /* and those that make a router of one */
extern const size_t n_router_knobs;

struct addr host_address_ipv4(enum host_id id, unsigned n); /* n from 1 */
struct addr host_address_ipv6(enum host_id id, unsigned n);

/* Fill in a host's MAC and addresses: 192.0.2.11 and 2001:db8::11 are the client's first; behind a
 * router each client has a network of its own (RFC 5737's other two), 198.51.100.11 is its first.
 */
void host_describe(struct host *host, enum topology topology, enum host_id id);

/* The router's address in a client's network: where its default route goes. */
struct addr host_gateway(enum host_id client, int family);
void host_describe_loopback(struct host *host);

#endif
