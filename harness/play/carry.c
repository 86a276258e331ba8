// SPDX-License-Identifier: GPL-2.0-or-later
/* carry: owns who carries a link's rule out, and the question what became of frames. */
#include "play/carry.h"
#include "lab/qdisc.h"
#include "netem/profile.h"
#include "play/hooks.h"
#include "play/loop.h"

#include <errno.h>
#include <string.h>

/* The rule as the run's seed makes it, where the kernel takes seeds. */
static struct netem_rule rule_seeded(const struct stage *stage, enum host_id host,
				     const struct netem_rule *rule)
{
	struct netem_rule seeded = *rule;

	if (!rule->seed && features_has(stage->options->features, "sch_netem_seed"))
		seeded.seed = impair_seed(rule, stage_seed(stage), host);
	return seeded;
}

/* The link's first rule: its netem, and the tap that tells what that does. */
static int begin_kernel(struct stage *stage, enum host_id host, const struct netem_rule *rule,
			struct err *err)
{
	struct lab *lab = &stage->lab;
	struct wire_port *port = &stage->wire.ports[host];
	int r = qdisc_set_netem(lab->bench->wire, port->ifindex, rule, err);

	if (!r)
		r = lab_open_tap(lab, host, err);
	if (r)
		return r;
	tap_open(&port->tap, lab->hosts[host].tap_fd, rule);
	return stage->epoll_fd < 0 ? 0 : loop_watch_tap(stage, host, err);
}

static int set_kernel(struct stage *stage, enum host_id host, const struct netem_rule *rule,
		      struct err *err)
{
	struct wire_port *port = &stage->wire.ports[host];
	struct netem_rule seeded = rule_seeded(stage, host, rule);
	int r;

	if (tap_is_open(&port->tap)) {
		r = qdisc_change_netem(stage->lab.bench->wire, port->ifindex, &port->tap.rule,
				       &seeded, err);
		tap_change(&port->tap, &seeded);
	} else {
		r = begin_kernel(stage, host, &seeded, err);
	}
	return r == -EOPNOTSUPP ? stage_skip(stage, err->msg) : r;
}

/* What the kernel carries leaves the wire as it came. */
static int set_port(struct stage *stage, enum host_id host, const struct netem_rule *rule,
		    struct err *err)
{
	static const struct netem_rule none;
	struct wire_port *port = &stage->wire.ports[host];
	bool kernel = stage->options->netem == NETEM_BY_KERNEL && port->ifindex &&
		      (tap_is_open(&port->tap) || !netem_rule_is_none(rule));

	impair_open(&port->impair, kernel ? &none : rule, stage_seed(stage), host);
	return kernel ? set_kernel(stage, host, rule, err) : 0;
}

int carry_link(struct stage *stage, const char *text, struct err *err)
{
	struct netem_link link;
	int r = netem_link_parse(text, &link, err);

	for (enum host_id host = 0; !r && host < HOSTS_MAX; host++)
		r = set_port(stage, host, host == HOST_SERVER ? &link.up : &link.down, err);
	return r;
}

int carry_replaced(struct stage *stage, enum host_id host, struct err *err)
{
	struct wire_port *port = &stage->wire.ports[host];

	(void)err;
	if (port->tap.flights)
		return stage_skip(stage, "the kernel's netem goes with the host that is replaced: "
					 "the wire's (--netem wire) does not");
	port->ifindex = stage->lab.hosts[host].wire_ifindex;
	return 0;
}

int carry_open(struct stage *stage, struct err *err)
{
	const struct lab *lab = &stage->lab;
	bool tap = lab->topology == TOPOLOGY_LOOPBACK;

	wire_open(&stage->wire, tap ? lab->tap_fd : lab->bench->packet_fd, lab->bench->direct_fd,
		  tap, &stage_hooks, stage);
	if (tap)
		return 0;
	for (enum host_id host = 0; host < HOSTS_MAX; host++) {
		struct wire_port *port = &stage->wire.ports[host];

		port->ifindex = lab->hosts[host].wire_ifindex;
		port->raw = lab->hosts[host].raw;
		memcpy(port->mac, lab->hosts[host].mac, FRAME_MAC_LEN);
	}
	stage->wire.n_ports = HOSTS_MAX;
	return carry_link(stage, cell_link(stage->cell), err);
}

/* The counts are asked for before the tap is read: what had left the qdisc by then has come. */
static int settle_port(struct stage *stage, struct wire_port *port, struct err *err)
{
	struct qdisc_counts counts;
	int r = qdisc_count(stage->lab.bench->wire, port->ifindex, &counts, err);

	if (!r)
		r = wire_watch(&stage->wire, err);
	if (!r && !counts.queued)
		tap_settle(&port->tap, counts.sent, stage->wire.hooks.settled, stage);
	return r;
}

int carry_settle(struct stage *stage, struct err *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < stage->wire.n_ports; i++) {
		if (tap_is_open(&stage->wire.ports[i].tap))
			r = settle_port(stage, &stage->wire.ports[i], err);
	}
	return r;
}
