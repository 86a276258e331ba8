/* SPDX-License-Identifier: GPL-2.0-or-later */
/* link: veth pairs, addresses and neighbours by rtnetlink, and offloads by ethtool. */
#ifndef AFTERCLOSE_LAB_LINK_H
#define AFTERCLOSE_LAB_LINK_H

#include "base/err.h"
#include "lab/requests.h"
#include "netem/frame.h"

#include <stdbool.h>
#include <stdint.h>

struct nl_sock;

#define LINK_MTU   1500
#define LO_IFINDEX 1 /* of loopback, in every namespace */

/* Sockets of the namespace that the caller is in; nl_socket_free(). */
int link_open(struct nl_sock **ret, struct err *err);	     /* to ask and to order */
int link_open_events(struct nl_sock **ret, struct err *err); /* wakes up when a link changes */

/* One end of a veth pair. */
struct link_end {
	const char *name;
	int ifindex;
	const uint8_t *mac; /* NULL: the kernel's choice */
};

/* A pair: near in the namespace of route, up; far in that of far_ns_fd, and down, since the kernel
 * refuses to bring a peer up before the pair is joined (veth_open). Errors: ENODEV where the kernel
 * has no veth. */
int link_add_veth(struct nl_sock *route, const struct link_end *near, const struct link_end *far,
		  int far_ns_fd, struct err *err);
int link_set_up(struct nl_sock *route, int ifindex, unsigned mtu, struct err *err);
int link_set_lo_up(struct err *err); /* of the namespace that the caller is in */

/* The offloads that this kernel knows and a lab has none of, as ETHTOOL_SFEATURES numbers them. */
#define LINK_FEATURE_WORDS_MAX 8
struct link_offloads {
	uint32_t n_words;
	uint32_t off[LINK_FEATURE_WORDS_MAX];
};

int link_learn_offloads(struct link_offloads *ret, struct err *err);

/* A frame on the link shall be a segment: no TSO, GSO, GRO or checksum offload on a link of the
 * namespace that the caller is in. */
int link_offloads_off(const struct link_offloads *offloads, const char *name, struct err *err);

/* Requests, for the namespace of its socket. A spare address is bound to, and never
 * chosen as a source (RFC 6724 5, rule 3: deprecated). */
int link_add_address(struct requests *requests, int ifindex, const struct addr *addr,
		     unsigned prefix_len, bool spare, struct err *err);
int link_add_neighbour(struct requests *requests, int ifindex, const struct addr *addr,
		       const uint8_t mac[FRAME_MAC_LEN], struct err *err);

/* A default route of the gateway's family. */
int link_add_default_route(struct requests *requests, int ifindex, const struct addr *gateway,
			   struct err *err);

/* A route to one address: by a device, or of a type that has none (RTN_UNREACHABLE, ...). */
struct link_route {
	struct addr to;
	unsigned char type; /* RTN_* */
	int ifindex;	    /* of RTN_UNICAST */
	bool microseconds;  /* the feature tcp_usec_ts: EINVAL where it is not known (before 6.7) */
};

/* In place of one of its own before. */
int link_add_route(struct requests *requests, const struct link_route *spec, struct err *err);

/* Is this link's operstate UP (or, for a link without a carrier such as lo, unknown)? */
int link_is_up(struct nl_sock *route, int ifindex, bool *ret, struct err *err);

/* Wait until it is. A link whose carrier came up late has no queue yet, and loses frames without a
 * word. events was opened before the link was set up. Errors: ETIMEDOUT. */
int link_wait_up(struct nl_sock *events, struct nl_sock *route, int ifindex, int64_t deadline_ns,
		 struct err *err);

/* Wait until the kernel takes what is sent to this address. An IPv6 address is usable only once a
 * work queue has put its local route in (addrconf_dad_work); until then a SYN to it is dropped. */
int link_wait_local(struct nl_sock *events, struct nl_sock *route, const struct addr *addr,
		    int64_t deadline_ns, struct err *err);

#endif
