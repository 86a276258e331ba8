/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * qdisc: the kernel's own netem on what leaves a link, by rtnetlink.
 *
 * libnl-route has calls for a part of sch_netem only (not rate, slot, seed, the loss models, or a
 * delay finer than its ticks), and its message cannot be added to; so the message is written whole.
 */
#ifndef AFTERCLOSE_LAB_QDISC_H
#define AFTERCLOSE_LAB_QDISC_H

#include "base/err.h"
#include "netem/rule.h"

#include <stdint.h>

struct nl_sock;

/*
 * Put a rule on a link of the namespace that the socket is of. What the kernel then has is read
 * back, since it leaves out without a word what it does not know. Errors: EOPNOTSUPP, saying what
 * this kernel lacks and the remedy; EEXIST where the link has one (qdisc_change_netem).
 */
int qdisc_set_netem(struct nl_sock *route, int ifindex, const struct netem_rule *rule,
		    struct err *err);

/*
 * Give the netem of a link, which has the rule `before`, another one. Frames that wait in it keep
 * the time at which they go (netem_change in net/sched/sch_netem.c). before's distributions are
 * those of the last rule that had any: the kernel keeps their tables. Errors: as above; EOPNOTSUPP
 * too where a table that stays is in the way of a slot, or of a correlation.
 */
int qdisc_change_netem(struct nl_sock *route, int ifindex, const struct netem_rule *before,
		       const struct netem_rule *rule, struct err *err);

int qdisc_clear(struct nl_sock *route, int ifindex, struct err *err);

struct qdisc_counts {
	uint64_t sent;	 /* frames that came out of it */
	uint32_t queued; /* that wait in it */
	uint32_t dropped;
};
int qdisc_count(struct nl_sock *route, int ifindex, struct qdisc_counts *ret, struct err *err);

#endif
