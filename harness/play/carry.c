// SPDX-License-Identifier: GPL-2.0-or-later
/* carry: owns who carries a link's rule out, and the question what became of frames. */
#include "play/carry.h"
#include "lab/qdisc.h"
#include "netem/profile.h"
#include "play/hooks.h"

#include <errno.h>
#include <string.h>

/* The rule as the run's seed makes it, where the kernel takes seeds. */
static struct netem_rule rule_seeded(const struct stage *stage, enum host_id host,
				     const struct netem_rule *rule)
{
	struct netem_rule seeded = *rule;

	if (!rule->seed && features_has(stage->options->features, "sch_netem_seed"))
		seeded.seed = impair_seed(rule, stage->options->seed, host);
	return seeded;
}

static int open_kernel(struct stage *stage, enum host_id host, const struct netem_rule *rule,
		       struct err *err)
{
	struct lab *lab = &stage->lab;
	struct wire_port *port = &stage->wire.ports[host];
	struct netem_rule seeded = rule_seeded(stage, host, rule);
	int r = qdisc_set_netem(lab->bench->wire, port->ifindex, &seeded, err);

	if (r == -EOPNOTSUPP) {
		json_object_set_new(stage->record, "skip", json_string(err->msg));
		return -ECANCELED;
	}
	if (!r)
		r = bench_open_direct(lab->bench, err);
	if (!r)
		r = lab_open_tap(lab, host, err);
	if (!r)
		tap_open(&port->tap, lab->hosts[host].tap_fd, rule);
	stage->wire.direct_fd = lab->bench->direct_fd;
	return r;
}

/* What the kernel carries leaves the wire as it came. */
static int open_port(struct stage *stage, enum host_id host, const struct netem_rule *rule,
		     struct err *err)
{
	static const struct netem_rule none;
	struct wire_port *port = &stage->wire.ports[host];
	bool kernel = stage->options->netem == NETEM_BY_KERNEL && !netem_rule_is_none(rule);

	port->ifindex = stage->lab.hosts[host].wire_ifindex;
	memcpy(port->mac, stage->lab.hosts[host].mac, FRAME_MAC_LEN);
	impair_open(&port->impair, kernel ? &none : rule, stage->options->seed, host);
	return kernel && port->ifindex ? open_kernel(stage, host, rule, err) : 0;
}

int carry_open(struct stage *stage, struct err *err)
{
	const struct lab *lab = &stage->lab;
	bool tap = lab->topology == TOPOLOGY_LOOPBACK;
	struct netem_link link;
	int r = netem_link_parse(cell_link(stage->cell), &link, err);

	if (r)
		return r;
	wire_open(&stage->wire, tap ? lab->tap_fd : lab->bench->packet_fd, tap, &stage_hooks,
		  stage);
	if (tap)
		return 0;
	stage->wire.n_ports = HOSTS_MAX;
	for (enum host_id host = 0; !r && host < HOSTS_MAX; host++)
		r = open_port(stage, host, host == HOST_SERVER ? &link.up : &link.down, err);
	return r;
}

/* The counts are asked for before the tap is read: what had left the qdisc by then has come. */
static int settle_port(struct stage *stage, struct wire_port *port, struct err *err)
{
	struct qdisc_counts counts;
	int r = qdisc_count(stage->lab.bench->wire, port->ifindex, &counts, err);

	if (!r)
		r = wire_watch(&stage->wire, err);
	if (!r && !counts.queued)
		tap_settle(&port->tap, counts.sent, stage->wire.hooks.impaired, stage);
	return r;
}

int carry_settle(struct stage *stage, struct err *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < stage->wire.n_ports; i++) {
		if (stage->wire.ports[i].tap.flights)
			r = settle_port(stage, &stage->wire.ports[i], err);
	}
	return r;
}
