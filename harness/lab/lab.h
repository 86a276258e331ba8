/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lab: the hosts of one cell and their links to the wire, alive.
 *
 *     client eth0 --veth-- wire --veth-- eth0 server        topology link
 *     client = server, 127.0.0.1 and ::1                    topology loopback
 *     client eth0 --veth-- router eth0 --veth-- wire --veth-- eth0 server     topology nat
 *    client2 eth0 --veth--/
 *
 * A host is a namespace held by its descriptor only, so that everything vanishes with the process.
 * All sockets of a host (TCP, rtnetlink, sock_diag) are opened while inside its namespace, and then
 * simply used.
 */
#ifndef AFTERCLOSE_LAB_LAB_H
#define AFTERCLOSE_LAB_LAB_H

#include "base/err.h"
#include "lab/bench.h"
#include "lab/counter.h"
#include "lab/settings.h"
#include "netem/frame.h"

#include <stdbool.h>
#include <stdint.h>

struct nl_sock;

#define ETH0_IFINDEX	   10 /* clear of the tunnels that some kernels put into every namespace */
#define HOSTS_MAX	   4
#define HOST_ADDRESSES_MAX 4
#define HOST_ADDRESS_OWN   5 /* the one that is not loopback's, also in a loopback lab */

enum host_id { HOST_CLIENT, HOST_SERVER, HOST_CLIENT2, HOST_ROUTER };
extern const char *const host_names[HOSTS_MAX]; /* "client", "server", "client2", "router" */

enum topology { TOPOLOGY_LINK, TOPOLOGY_LOOPBACK, TOPOLOGY_NAT };
#define TOPOLOGIES (TOPOLOGY_NAT + 1)
extern const char *const topology_names[TOPOLOGIES];

struct host {
	int ns_fd; /* -1: not part of this lab, or raw. In a loopback lab the server's is a dup. */
	bool raw;  /* nobody is there; it has addresses only, and the wire takes what is sent to it
		    */
	struct nl_sock *route;
	struct nl_sock *events; /* link events, until the lab is ready */
	struct nl_sock *diag;
	struct counter_files counters;
	uint8_t mac[FRAME_MAC_LEN];
	unsigned number;  /* in the name of the wire's end */
	int wire_ifindex; /* the wire's end of this host's veth; 0: it has none */
	int tap_fd;	  /* a packet socket at eth0's ingress (lab_open_tap); -1: none */
	struct addr ipv4[HOST_ADDRESS_OWN];
	struct addr ipv6[HOST_ADDRESS_OWN];
	struct conntrack *conntrack; /* of a router; NULL: this kernel has none */
	struct steer *steer;	     /* who chooses its listeners; NULL: the kernel */
};

struct lab {
	struct bench *bench;
	unsigned number; /* among the labs of its bench, from 1 */
	enum topology topology;
	int family;
	struct host hosts[HOSTS_MAX];
	int tap_fd; /* packet socket on lo of a loopback lab; -1 otherwise */
	bool stays; /* in a host's namespace (lab_stay) */
	bool away;  /* but at the moment in another's */
	enum host_id stays_at;
};

struct lab_spec {
	enum topology topology;
	int family; /* whose addresses it has: AF_INET, AF_INET6, or AF_UNSPEC for both */
	bool client2;
	bool raw[HOSTS_MAX];
	const struct settings *baseline[HOSTS_MAX]; /* applied over the baseline; may be NULL */
};

/* Build a lab and wait until every end of it is operstate UP. On an error nothing is left. */
bool lab_has_host(const struct lab_spec *spec, enum host_id host);
int lab_open(struct bench *bench, const struct lab_spec *spec, struct lab *ret, struct err *err);
void lab_close(struct lab *lab); /* takes a lab half built, and an all-zero one */

/* Another host in the place of this one: its addresses and its link's rule are the same, its
 * namespace is new. The old one goes when nobody holds a socket of it. */
int lab_replace(struct lab *lab, const struct lab_spec *spec, enum host_id id, struct err *err);

/* Go into a host's namespace, and back to the bench's own (the wire's). Sysctls and sockets are
 * made in between; nothing else is done there. */
int lab_enter(struct lab *lab, enum host_id host, struct err *err);
void lab_leave(struct lab *lab); /* aborts if the kernel refuses the way back */

/* Stay with a host, so that to enter it costs nothing: for who makes very many sockets there. What
 * else is done meanwhile has descriptors of its own. */
int lab_stay(struct lab *lab, enum host_id host, struct err *err);
void lab_return(struct lab *lab);

/* Watch what comes to a host at the end of its link. */
int lab_open_tap(struct lab *lab, enum host_id host, struct err *err);

/* The n-th (from 1) address of a host in a family; in a loopback lab 127.0.0.n, and ::1 for all. */
const struct addr *lab_address(const struct lab *lab, enum host_id host, int family, unsigned n);

/* The ip, sysctl and tc commands that build the same lab by hand, for a person. */
struct text;
void lab_commands(const struct lab_spec *spec, struct text *out);

#endif
