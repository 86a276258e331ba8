/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * routed: what a lab with a router has beside hosts on a wire: the clients' networks behind it, and
 * the routes through it. A client's link ends in the router, as an interface of the client's name.
 */
#ifndef AFTERCLOSE_LAB_ROUTED_H
#define AFTERCLOSE_LAB_ROUTED_H

#include "lab/lab.h"
#include "lab/link.h"

/* Is this a host that only the router stands between and the wire? */
bool routed_is_inside(enum topology topology, enum host_id host);

/* In the router's namespace: make it one, and open what its connections are asked for by. */
int routed_forward(struct host *router, struct err *err);

/* A client's link, near its end of it, and what is at the router's end. */
int routed_add_link(struct lab *lab, enum host_id client, const struct link_end *near,
		    struct err *err);
int routed_join(struct lab *lab, enum host_id client, bool ipv4, bool ipv6, struct err *err);

/* From a host to the networks on the router's other side; nothing for the router itself. */
int routed_add_route(struct lab *lab, enum host_id id, int family, struct requests *requests,
		     struct err *err);

/* Until the router's ends of its clients' links are up. Errors: ETIMEDOUT. */
int routed_wait_ready(struct lab *lab, int64_t deadline_ns, struct err *err);

#endif
