/* SPDX-License-Identifier: GPL-2.0-or-later */
/* observe: frames sent through a rule, by the wire's arithmetic or by the kernel, and what came. */
#ifndef AFTERCLOSE_TESTS_NETEM_OBSERVE_H
#define AFTERCLOSE_TESTS_NETEM_OBSERVE_H

#include "base/err.h"
#include "netem/rule.h"

#include <linux/if_packet.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

struct nl_sock;

#define BATCH_MAX 1000

/* All that a rule can have, but for a slot's distribution, which stays. */
#define FULL_RULE                                                                                  \
	"delay 40ms 15ms 25% distribution pareto loss gemodel 2% 30% 80% 0.5% duplicate 2% 10% "   \
	"reorder 5% 20% gap 3 corrupt 1% 5% rate 10mbit 20 48 5 slot 10ms 20ms packets 3 bytes "   \
	"4000 limit 77"

/* n frames, `batch` of them at once, and the next only when all of these have come or are lost. */
struct plan {
	const struct netem_rule *rule;
	size_t n, batch, len;
	uint64_t seed;
};

/* What came of one frame. */
struct observed {
	unsigned n_copies;
	bool corrupt;	  /* some copy */
	int64_t delay_ns; /* of the first that came */
};

void observe_wire(const struct plan *plan, struct observed *ret);

/* Two ends of a veth pair in a namespace of our own. */
struct site {
	struct nl_sock *route;
	int send_fd, receive_fd;
	bool seeds;   /* this kernel's netem takes them */
	bool changes; /* the rule takes the place of FULL_RULE */
	struct sockaddr_ll near;
	struct mmsghdr msgs[BATCH_MAX]; /* to send, or to read */
	struct iovec iovs[BATCH_MAX];
	_Alignas(struct cmsghdr) char control[BATCH_MAX][CMSG_SPACE(sizeof(struct timespec))];
	uint8_t frames[BATCH_MAX][NETEM_FRAME_BYTES + 4];
};

/* Errors: EOPNOTSUPP where the kernel has no sch_netem. */
int site_open(struct site *ret, struct err *err);
void site_close(struct site *site);
int observe_kernel(struct site *site, const struct plan *plan, struct observed *ret,
		   struct err *err);

#endif
