// SPDX-License-Identifier: GPL-2.0-or-later
/* raw: owns what a raw peer sends at a step's word: its half of a handshake, and data. */
#include "play/raw.h"
#include "base/clock.h"
#include "play/craft.h"
#include "play/end.h"
#include "play/hooks.h"
#include "play/loop.h"

#include <errno.h>

#define RAW_WINDOW   65535
#define RAW_PORT_MIN 50000 /* where a play gives a raw client no port */

int raw_send(struct stage *stage, struct end *raw, uint8_t flags, const char *payload, size_t len,
	     struct err *err)
{
	struct end *to = conn_peer(raw);
	struct wire_frame frame = {0};
	struct segment seg;
	struct standing at;
	int r;

	standing_of(to, &at);
	craft_segment(to, &at, flags, &seg);
	seg.window = RAW_WINDOW;
	if (seg.has_ts && raw->flow.has_isn)
		seg.tsval = raw->flow.ts_last; /* its own clock, which stands still */
	seg.payload = (const uint8_t *)payload;
	seg.payload_len = len;
	r = craft_frame(stage, to, &seg, SIGN_OWN, &frame, err);
	return r ? r : stage_send_raw(stage, &frame, err);
}

void raw_receive(struct end *raw, const struct segment *seg)
{
	const struct flow *flow = &conn_peer(raw)->flow;
	uint32_t offset = flow_offset(flow, seg);
	uint32_t known = (uint32_t)raw->read.len - offset;

	if (seg->flags & TCP_RST || !flow->has_isn)
		return;
	/* Two that are sent again may come as one (tcp_retrans_try_collapse()). */
	if (known < seg->payload_len)
		text_addn(&raw->read, (const char *)seg->payload + known, seg->payload_len - known);
	raw->eof |= seg->flags & TCP_FIN && offset + seg->payload_len == raw->read.len;
}

/* The server's first answer has reached the raw client. */
static bool syn_answered(struct stage *stage, void *arg)
{
	const struct flow *server = &((struct conn *)arg)->ends[SIDE_SERVER].flow;

	(void)stage;
	return server->has_delivered || server->rsts;
}

static bool accepted(struct stage *stage, void *arg)
{
	const struct conn *conn = arg;

	(void)stage;
	return conn->no_accept || conn->ends[SIDE_SERVER].opened;
}

/* Has the server taken the data of the SYN (RFC 7413, 4.2), and so a connection that is accepted
 * now? */
static bool syn_data_taken(const struct conn *conn)
{
	const struct flow *client = &conn->ends[SIDE_CLIENT].flow;
	const struct flow *server = &conn->ends[SIDE_SERVER].flow;

	return client->syn_data && server->has_ack && server->ack_last == client->next;
}

static void connect_over_with(struct conn *conn, int result)
{
	conn->connect_result = result;
	conn->connect_ended_ns = clock_now_ns();
}

void raw_accepted(struct conn *conn)
{
	if (conn->connect_result == CALL_PENDING)
		connect_over_with(conn, 0);
}

static void client_address(const struct stage *stage, const struct endpoint *from,
			   const struct endpoint *to, struct tuple *ret)
{
	int family = cell_family(stage->cell);

	*ret = (struct tuple){
		.local = *lab_address(&stage->lab, from->host, family, from->address),
		.remote = *lab_address(&stage->lab, to->host, family, to->address),
		.local_port = from->port ? from->port : RAW_PORT_MIN + stage->n_conns,
		.remote_port = to->port,
	};
}

static int client_shake(struct stage *stage, struct conn *conn, const struct conn_options *options,
			struct err *err)
{
	struct end *client = &conn->ends[SIDE_CLIENT];
	_cleanup_text_ struct text data = {0};
	int r;

	if (options->handshake == HANDSHAKE_NONE)
		return 0;
	if (options->fast_open) {
		end_compose(client, options->fast_open, &data);
		end_wrote(client, data.data, data.len);
	}
	r = raw_send(stage, client, TCP_SYN, data.data, data.len, err);
	if (!r)
		r = loop_wait(stage, syn_answered, conn, options->deadline_ns, err);
	if (r <= 0)
		return r;
	if (conn->ends[SIDE_SERVER].flow.rsts)
		connect_over_with(conn, ECONNREFUSED);
	if (conn->connect_result != CALL_PENDING)
		return 0;
	if (options->handshake == HANDSHAKE_HALF)
		return syn_data_taken(conn)
			       ? loop_wait(stage, accepted, conn, options->deadline_ns, err)
			       : 0;
	r = raw_send(stage, client, TCP_ACK, NULL, 0, err);
	if (!r)
		r = loop_wait(stage, accepted, conn, options->deadline_ns, err);
	if (r > 0 && conn->connect_result == CALL_PENDING)
		connect_over_with(conn, 0);
	return r;
}

int raw_connect(struct stage *stage, struct conn *conn, const struct conn_options *options,
		struct err *err)
{
	struct end *client = &conn->ends[SIDE_CLIENT];
	int r;

	client->opened = true;
	client_address(stage, &options->from, &options->to, &client->tuple);
	conn->connect_began_ns = clock_now_ns();
	conn->connect_result = CALL_PENDING;
	r = conn_join(stage, conn, err);
	if (!r)
		r = client_shake(stage, conn, options, err);
	return r < 0 ? r : 0;
}

static bool syn_came(struct stage *stage, void *arg)
{
	const struct conn *conn = arg;

	(void)stage;
	return conn->ends[SIDE_CLIENT].flow.has_delivered || conn->connect_result != CALL_PENDING;
}

static bool connect_returned(struct stage *stage, void *arg)
{
	(void)stage;
	return ((struct conn *)arg)->connect_result != CALL_PENDING;
}

int raw_accept(struct stage *stage, struct conn *conn, const struct conn_options *options,
	       struct err *err)
{
	int r;

	conn->no_accept = true;
	r = loop_wait(stage, syn_came, conn, options->deadline_ns, err);

	if (r <= 0 || conn->connect_result != CALL_PENDING || options->handshake == HANDSHAKE_NONE)
		return r < 0 ? r : 0;
	r = raw_send(stage, &conn->ends[SIDE_SERVER], TCP_SYN | TCP_ACK, NULL, 0, err);
	if (!r)
		r = loop_wait(stage, connect_returned, conn, options->deadline_ns, err);
	return r < 0 ? r : 0;
}
