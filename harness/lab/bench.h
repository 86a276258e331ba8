/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bench: what a worker keeps from cell to cell: the wire's namespace, and the one packet socket of
 * all its links (to close one costs an RCU grace period, far more than the rest of a lab).
 */
#ifndef AFTERCLOSE_LAB_BENCH_H
#define AFTERCLOSE_LAB_BENCH_H

#include "base/err.h"
#include "lab/jiffies.h"
#include "lab/link.h"

#include <stdbool.h>

struct nl_sock;

#define FRESH_KNOBS_MAX 256

struct bench {
	int home_fd;		    /* the namespace that the worker came from; -1 where rootless */
	int wire_fd;		    /* the wire's namespace, in which the worker lives */
	struct nl_sock *wire;	    /* rtnetlink inside it */
	struct nl_sock *events;	    /* its link events */
	int packet_fd;		    /* ETH_P_ALL, every interface of the wire, not blocking */
	int direct_fd;		    /* sends past every qdisc */
	struct jiffies_map jiffies; /* bench_learn_clock()'s, or what another bench learnt */
	struct link_offloads offloads;
	bool ipv6;			   /* this kernel speaks it */
	bool rootless;			   /* inside a user namespace that we made */
	unsigned labs_opened;		   /* names and numbers the wire's ends uniquely */
	bool alone;			   /* nobody else works or turns a knob here: a guest's */
	bool fresh_known;		   /* fresh_right was learnt from a first host */
	bool fresh_right[FRESH_KNOBS_MAX]; /* the nth knob of a new namespace is as it should be */
};

/*
 * Enter a user namespace if we are not root, make the wire's namespace and its packet socket.
 * Errors: EPERM with what forbids it (and the remedy), EMFILE, ...
 */
int bench_open(struct bench *ret, struct err *err);

/* Relate the kernel's ticks to the clock, some tens of milliseconds asleep. Where they cannot be
 * related, jiffies.error_ns is JIFFIES_UNKNOWN_NS. */
void bench_learn_clock(struct bench *bench);

/* Where the machine is ours, before bench_open(): its own knobs are as a host's are. Many a new
 * namespace takes them over, so that they need not be written there; and what is a namespace's own
 * today, an older kernel has once for all. */
void bench_set_machine(void);

/* Whether this kernel has a sysctl for all namespaces together and none for each. */
bool bench_has_once(const struct bench *bench, const char *name);

void bench_close(struct bench *bench); /* and go home, where there is a way back */

#endif
