// SPDX-License-Identifier: GPL-2.0-or-later
/* translate: owns the way from a four-tuple outside a router to the connection inside. */
#include "play/translate.h"
#include "lab/conntrack.h"

#include <errno.h>

/* A SYN is the newest connection's; anything else is of one whose SYN was seen. */
static bool may_be_its(const struct conn *conn, const struct segment *seg)
{
	return seg->flags & TCP_SYN || conn->ends[SIDE_CLIENT].flow.has_isn;
}

static struct conn *find_opened(const struct stage *stage, const struct tuple *opened,
				const struct segment *seg)
{
	const struct ends_entry *entry = ends_find(&stage->ends, opened);

	while (entry && !may_be_its(entry->end->conn, seg))
		entry = ends_older(entry);
	return entry ? entry->end->conn : NULL;
}

/* A router that tracks nothing (IPVS without conntrack) leaves the source as it was. */
static struct conn *find_source(const struct stage *stage, const struct segment *seg)
{
	for (size_t i = stage->n_conns; i-- > 0;) {
		const struct tuple *own = &stage->conns[i]->ends[SIDE_CLIENT].tuple;

		if (own->local_port == seg->sport && addr_equal(&own->local, &seg->src) &&
		    may_be_its(stage->conns[i], seg))
			return stage->conns[i];
	}
	return NULL;
}

/* The server's end of the connection as it is outside. */
static struct tuple tuple_outside(const struct segment *seg)
{
	return (struct tuple){.local = seg->dst,
			      .local_port = seg->dport,
			      .remote = seg->src,
			      .remote_port = seg->sport};
}

static bool is_known(const struct stage *stage, const struct segment *seg)
{
	const struct tuple sender = {.local = seg->src,
				     .local_port = seg->sport,
				     .remote = seg->dst,
				     .remote_port = seg->dport};

	return !(seg->flags & TCP_SYN) && ends_find(&stage->ends, &sender);
}

static bool tuple_is(const struct tuple *a, const struct tuple *b)
{
	return a->local_port == b->local_port && a->remote_port == b->remote_port &&
	       addr_equal(&a->local, &b->local) && addr_equal(&a->remote, &b->remote);
}

int translate_arrived(struct stage *stage, const struct segment *seg, struct err *err)
{
	struct tuple outside = tuple_outside(seg), opened;
	struct conn *conn;
	int r;

	if (is_known(stage, seg))
		return 0;
	r = conntrack_opener(stage->lab.hosts[HOST_ROUTER].conntrack, &outside, &opened, err);
	if (r && r != -ENOENT)
		return r;
	conn = r ? NULL : find_opened(stage, &opened, seg);
	*err = (struct err){0};
	if (!conn)
		conn = find_source(stage, seg);
	if (!conn || tuple_is(&conn->ends[SIDE_SERVER].tuple, &outside))
		return 0;
	return conn_translated(stage, conn, &outside, err);
}
