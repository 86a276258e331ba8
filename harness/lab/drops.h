/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * drops: the packets that the kernel freed as dropped, and its reason, told by its drop monitor
 * (net/core/drop_monitor.c, the generic netlink family NET_DM). It tells of the whole machine, and
 * only in its first namespace: so it is asked only where the machine is ours.
 */
#ifndef AFTERCLOSE_LAB_DROPS_H
#define AFTERCLOSE_LAB_DROPS_H

#include "base/err.h"
#include "lab/bench.h"

#include <net/ethernet.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DROPS_BYTES (ETH_HLEN + 256) /* of each packet, from its Ethernet header on */

struct drops;

/* A packet that was freed: bytes begins at its Ethernet header, and it was whole_len long. */
struct drop {
	int64_t at_ns;	    /* by clock_now_ns() */
	int ifindex;	    /* it had come in by, in its namespace; 0: by none */
	const char *reason; /* as the kernel spells it, without SKB_DROP_REASON_ */
	const uint8_t *bytes;
	size_t len, whole_len;
};

/* Whether this machine is ours and its kernel tells of drops with their reasons (Linux 6.0): tried
 * with a drop of our own. */
bool drops_told(const struct bench *bench);

/* Listen from now on. Errors: EOPNOTSUPP no drop monitor here. Owned by the caller. */
int drops_open(const struct bench *bench, struct drops **ret, struct err *err);

typedef void drops_fn(void *ctx, const struct drop *drop);

/* Tell of every drop until now, in their order on each processor. Errors: ENOBUFS where there were
 * more than the socket holds, ETIMEDOUT where the monitor stopped telling. */
int drops_read(struct drops *drops, drops_fn *fn, void *ctx, struct err *err);

void drops_close(struct drops *drops); /* also NULL */

#endif
