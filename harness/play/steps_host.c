// SPDX-License-Identifier: GPL-2.0-or-later
/* steps_host: owns the steps that change a host or its routes, and what routers would say of it. */
#include "lab/link.h"
#include "netem/icmp.h"
#include "play/carry.h"
#include "play/listener.h"
#include "play/loop.h"
#include "play/stage.h"
#include "play/turn.h"
#include "play/watch.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <unistd.h>

/* Its processes are killed when its link is gone: what their sockets would say is not heard. */
static void close_sockets(struct stage *stage, enum host_id host)
{
	for (size_t i = 0; i < stage->n_conns; i++) {
		for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
			struct end *end = &stage->conns[i]->ends[side];

			if (end->host != host || end->fd < 0)
				continue;
			loop_remove(stage, &end->source);
			close(end->fd);
			end->fd = -1;
		}
	}
	for (size_t i = 0; i < stage->n_listeners; i++) {
		struct listener *listener = stage->listeners[i];

		if (listener->host == host && listener->source.fd >= 0)
			listener_close(stage, listener);
	}
}

/* What has become of its connections is asked of the new one: nothing is there. */
static int look_at_ends(struct stage *stage, enum host_id host, struct err *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < stage->n_conns; i++) {
		for (enum side side = SIDE_CLIENT; !r && side <= SIDE_SERVER; side++) {
			struct end *end = &stage->conns[i]->ends[side];

			if (end->host == host && stage->conns[i]->watched)
				r = watch_end(stage, end, LOG_NONE, err);
		}
	}
	return r;
}

int step_replace(struct stage *stage, const struct step *step, const struct argval *args,
		 struct err *err)
{
	enum host_id host = args[REPLACE_HOST].number;
	int r = loop_catch_up(stage, err);

	(void)step;
	if (r)
		return r;
	stage->wire.ports[host].ifindex = 0;
	close_sockets(stage, host);
	ends_clear(stage, host);
	r = lab_replace(&stage->lab, &stage->spec, host, err);
	if (!r)
		r = turn_host(stage, host, err);
	if (!r)
		r = carry_replaced(stage, host, err);
	loop_worked(stage);
	return r ? r : look_at_ends(stage, host, err);
}

/* The type and the device of a route of each kind. */
static const struct {
	unsigned char type;
	int ifindex;
} route_kinds[] = {
	[ROUTE_LINK] = {RTN_UNICAST, ETH0_IFINDEX}, [ROUTE_LO] = {RTN_UNICAST, LO_IFINDEX},
	[ROUTE_UNREACHABLE] = {RTN_UNREACHABLE},    [ROUTE_PROHIBIT] = {RTN_PROHIBIT},
	[ROUTE_BLACKHOLE] = {RTN_BLACKHOLE},	    [ROUTE_THROW] = {RTN_THROW},
};

int step_route(struct stage *stage, const struct step *step, const struct argval *args,
	       struct err *err)
{
	_cleanup_requests_ struct requests requests = {
		.sock = stage->lab.hosts[args[ROUTE_AT].number].route};
	const struct link_route route = {
		.to = *lab_address(&stage->lab, args[ROUTE_TO].number, cell_family(stage->cell), 1),
		.type = route_kinds[args[ROUTE_KIND].number].type,
		.ifindex = route_kinds[args[ROUTE_KIND].number].ifindex,
		.microseconds = args[ROUTE_MICROSECONDS].number,
	};
	int r = link_add_route(&requests, &route, err);

	if (!r)
		r = requests_send(&requests, err);
	if (route.microseconds && (r == -EINVAL || r == -EOPNOTSUPP))
		return stage_skip(stage, "this kernel's routes have no tcp_usec_ts");
	return r ? err_prefix(err, "line %d", step->at.line) : 0;
}

/* The segment is one that this end has sent, or says it has. */
static struct segment told_of(const struct end *to, const struct argval *args)
{
	return (struct segment){.src = to->tuple.local,
				.dst = to->tuple.remote,
				.sport = to->tuple.local_port,
				.dport = to->tuple.remote_port,
				.ttl = args[ICMP_QUOTED_TTL].number,
				.seq = to->flow.next + (uint32_t)args[ICMP_SEQ].number,
				.flags = TCP_ACK};
}

int step_icmp(struct stage *stage, const struct step *step, const struct argval *args,
	      struct err *err)
{
	struct icmp_message message = {.what = (enum icmp_what)args[ICMP_WHAT].number,
				       .ttl = args[ICMP_TTL].number,
				       .mtu = args[ICMP_MTU].number};
	struct conn *conn = stage_conn(stage, args[ICMP_OF].name);
	struct wire_frame frame = {.n = LOG_NONE};
	const struct wire_port *ports = stage->wire.ports;
	struct end *to;
	int r = loop_catch_up(stage, err);

	if (r || !conn || !conn->ends[SIDE_CLIENT].tuple.local_port)
		return r;
	to = &conn->ends[args[ICMP_TO].number];
	message.about = told_of(to, args);
	frame.from = conn_peer(to)->host;
	frame.to = to->host;
	frame.len = icmp_build(frame.bytes, sizeof(frame.bytes), ports[frame.from].mac,
			       ports[frame.to].mac, &message);
	if (!frame.len)
		return err_set(err, EINVAL, "line %d: IPv6 has no such message", step->at.line);
	r = wire_inject(&stage->wire, &frame, err);
	return r ? r : watch_conn(stage, conn, LOG_NONE, err);
}
