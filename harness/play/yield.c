// SPDX-License-Identifier: GPL-2.0-or-later
/* yield: owns the facts that a play gives at its end about each of its names. */
#include "base/clock.h"
#include "base/mem.h"
#include "play/stage.h"
#include "record/record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void set_fact(struct stage *stage, const char *name, const char *suffix,
		     const struct value *value)
{
	_cleanup_free_ char *full = mem_printf("%s%s%s", name, *suffix ? "." : "", suffix);

	record_set_fact(stage->record, full, value);
}

void stage_fact_word(struct stage *stage, const char *name, const char *suffix, const char *word)
{
	set_fact(stage, name, suffix, &(struct value){.type = FACT_WORD, .word = word});
}

void stage_fact_number(struct stage *stage, const char *name, const char *suffix, int64_t number)
{
	set_fact(stage, name, suffix, &(struct value){.type = FACT_NUMBER, .number = number});
}

/* A count of fates, unless some of them are not known. */
static void fact_toll(struct stage *stage, const char *name, const char *suffix, unsigned lost,
		      unsigned unknown)
{
	_cleanup_free_ char *full = mem_printf("%s.%s", name, suffix);

	if (unknown)
		record_add_unsettled(stage->record, full);
	else
		stage_fact_number(stage, name, suffix, lost);
}

void stage_fact_duration(struct stage *stage, const char *name, const char *suffix, int64_t ns)
{
	set_fact(stage, name, suffix, &(struct value){.type = FACT_DURATION, .number = ns});
}

static const char *call_word(int result)
{
	const char *word;

	if (result == CALL_NONE)
		return "none";
	if (result == CALL_PENDING)
		return "pending";
	word = result ? strerrorname_np(result) : "ok";
	return word ? word : "EINVAL";
}

static const char *error_word(int error)
{
	return error ? call_word(error) : "none";
}

static const char *holder_word(bool client, bool server)
{
	if (client && server)
		return "both";
	if (client)
		return "client";
	return server ? "server" : "none";
}

/* From the best to the worst. */
static const char *const stream_words[] = {"none", "intact", "short", "corrupt"};

static size_t stream_quality(const struct text *written, const struct text *read)
{
	size_t both = written->len < read->len ? written->len : read->len;

	if (!written->len && !read->len)
		return 0;
	if (read->len > written->len || (both && memcmp(written->data, read->data, both)))
		return 3;
	return read->len < written->len ? 2 : 1;
}

static void yield_streams(struct stage *stage, const struct conn *conn)
{
	const struct end *client = &conn->ends[SIDE_CLIENT], *server = &conn->ends[SIDE_SERVER];
	size_t up = stream_quality(&client->written, &server->read);
	size_t down = stream_quality(&server->written, &client->read);

	stage_fact_word(stage, conn->name, "client_stream", stream_words[up]);
	stage_fact_word(stage, conn->name, "server_stream", stream_words[down]);
	stage_fact_word(stage, conn->name, "stream", stream_words[up > down ? up : down]);
}

static int64_t fin_wait_2_life(const struct watch *watch)
{
	return watch->fw2_begin_ns && watch->fw2_end_ns ? watch->fw2_end_ns - watch->fw2_begin_ns
							: 0;
}

static void yield_time_wait(struct stage *stage, const struct conn *conn)
{
	const struct watch *client = &conn->ends[SIDE_CLIENT].watch;
	const struct watch *server = &conn->ends[SIDE_SERVER].watch;
	const struct watch *holder = server->time_wait && !client->time_wait ? server : client;
	bool ended = holder->time_wait && holder->tw_end_ns;

	stage_fact_word(stage, conn->name, "time_wait",
			holder_word(client->time_wait, server->time_wait));
	stage_fact_word(stage, conn->name, "fin_wait_2",
			holder_word(client->fin_wait_2, server->fin_wait_2));
	stage_fact_duration(stage, conn->name, "fin_wait_2_life",
			    fin_wait_2_life(client->fw2_begin_ns ? client : server));
	stage_fact_duration(stage, conn->name, "time_wait_timer",
			    holder->time_wait ? holder->tw_timer_ns : 0);
	stage_fact_number(stage, conn->name, "time_wait_restarts", holder->tw_restarts);
	stage_fact_number(stage, conn->name, "time_wait_segments", holder->tw_segments);
	stage_fact_duration(stage, conn->name, "time_wait_life",
			    ended ? holder->tw_end_ns - holder->tw_start_ns : 0);
	stage_fact_duration(stage, conn->name, "time_wait_total",
			    ended ? holder->tw_end_ns - holder->tw_begin_ns : 0);
}

static const char *isn_word(const struct conn *conn, enum side side)
{
	const struct flow *flow = &conn->ends[side].flow;
	const struct end *before = conn->ends[side].previous;
	const struct flow *old = before ? &before->flow : NULL;

	if (!before && conn->took && side == SIDE_CLIENT)
		old = &conn->took->ends[side].flow;
	if (!flow->has_isn)
		return "none";
	if (old && old->has_isn && flow->isn == old->next + TIME_WAIT_ISN_STEP)
		return "time-wait";
	return side == SIDE_CLIENT && conn->isn_chosen ? "chosen" : "clock";
}

static const char *tsecr_word(const struct flow *flow)
{
	if (!flow->has_tsecr)
		return "none";
	return flow->syn_tsecr ? "set" : "zero";
}

/* What the wire saw of both ends together. */
static void yield_flows(struct stage *stage, const struct conn *conn)
{
	const struct flow *client = &conn->ends[SIDE_CLIENT].flow;
	const struct flow *server = &conn->ends[SIDE_SERVER].flow;

	stage_fact_word(stage, conn->name, "client_isn", isn_word(conn, SIDE_CLIENT));
	stage_fact_word(stage, conn->name, "server_isn", isn_word(conn, SIDE_SERVER));
	stage_fact_word(stage, conn->name, "syn_tsecr", tsecr_word(client));
	stage_fact_number(stage, conn->name, "syn_data", client->syn_data);
	stage_fact_number(stage, conn->name, "syns", client->syns);
	fact_toll(stage, conn->name, "syns_lost", client->lost.syns, client->unknown.syns);
	stage_fact_number(stage, conn->name, "syn_acks", server->syns);
	fact_toll(stage, conn->name, "syn_acks_lost", server->lost.syns, server->unknown.syns);
	stage_fact_number(stage, conn->name, "final_acks", client->final_acks + server->final_acks);
	fact_toll(stage, conn->name, "final_acks_lost",
		  client->lost.final_acks + server->lost.final_acks,
		  client->unknown.final_acks + server->unknown.final_acks);
	stage_fact_word(stage, conn->name, "first_fin",
			holder_word(client->fin_order == 1, server->fin_order == 1));
	stage_fact_word(stage, conn->name, "fins_crossed",
			client->fin_early && server->fin_early ? "yes" : "no");
}

/* Of `1 << combination`; a set of several is `some`. */
static const char *ip_options_word(unsigned seen)
{
	static const char *const words[] = {
		[0] = "none",
		[IP_OPTION_RECORD] = "record-route",
		[IP_OPTION_SOURCE] = "source-route",
		[IP_OPTION_RECORD | IP_OPTION_SOURCE] = "both",
	};

	if (seen & (seen - 1))
		return "some";
	return words[seen ? __builtin_ctz(seen) : 0];
}

static void yield_end(struct stage *stage, const struct conn *conn, enum side side)
{
	const struct end *end = &conn->ends[side];
	const char *who = side == SIDE_CLIENT ? "client" : "server";
	const struct {
		const char *suffix;
		unsigned number, unknown;
	} numbers[] = {{"fins", end->flow.fins},
		       {"fins_lost", end->flow.lost.fins, end->flow.unknown.fins},
		       {"rsts", end->flow.rsts},
		       {"fins_arrived", end->flow.fins_arrived},
		       {"lost", end->flow.lost.all, end->flow.unknown.all},
		       {"flow_labels", end->flow.flow_labels},
		       {"strays", end->watch.strays, end->watch.maybe_strays}};
	char suffix[32];

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		snprintf(suffix, sizeof(suffix), "%s_%s", who, numbers[i].suffix);
		fact_toll(stage, conn->name, suffix, numbers[i].number, numbers[i].unknown);
	}
	snprintf(suffix, sizeof(suffix), "%s_states", who);
	stage_fact_word(stage, conn->name, suffix, text_str(&end->watch.path));
	snprintf(suffix, sizeof(suffix), "%s_ip_options", who);
	stage_fact_word(stage, conn->name, suffix, ip_options_word(end->flow.ip_options));
	snprintf(suffix, sizeof(suffix), "%s_error", who);
	stage_fact_word(stage, conn->name, suffix, error_word(end->error));
	snprintf(suffix, sizeof(suffix), "%s_life", who);
	stage_fact_duration(stage, conn->name, suffix,
			    end->watch.closed_ns && end->watch.gone_ns > end->watch.closed_ns
				    ? end->watch.gone_ns - end->watch.closed_ns
				    : 0);
	snprintf(suffix, sizeof(suffix), "%s_close_time", who);
	stage_fact_duration(stage, conn->name, suffix, end->close_ns);
}

#define TS_APART_MAX   1000 /* of two TSvals of one clock, in ms: how late the wire may see one */
#define TS_UNIT_MS_MIN 20   /* so much later a TSval tells its unit */

/* A TSval's lead over the clock of the play, in ms. */
static uint32_t ts_lead(const struct flow *flow)
{
	return flow->ts_first - (uint32_t)(flow->ts_first_ns / NS_PER_MS);
}

static const char *ts_clock_word(const struct flow *flow, const struct flow *before)
{
	int32_t apart;

	if (!flow->ts_first_ns || !before || !before->ts_first_ns)
		return "none";
	apart = (int32_t)(ts_lead(flow) - ts_lead(before));
	return apart >= -TS_APART_MAX && apart <= TS_APART_MAX ? "same" : "other";
}

static const char *ts_unit_word(const struct flow *flow)
{
	int64_t passed_ms = (flow->ts_last_ns - flow->ts_first_ns) / NS_PER_MS;
	uint32_t passed = flow->ts_last - flow->ts_first;

	if (!flow->ts_first_ns || passed_ms < TS_UNIT_MS_MIN)
		return "none";
	return passed > 30 * passed_ms ? "us" : "ms";
}

static void yield_clocks(struct stage *stage, const struct conn *conn, const struct conn *before)
{
	static const char *const clocks[] = {"client_ts_clock", "server_ts_clock"};
	static const char *const units[] = {"client_ts_unit", "server_ts_unit"};

	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
		const struct flow *flow = &conn->ends[side].flow;

		stage_fact_word(stage, conn->name, clocks[side],
				ts_clock_word(flow, before ? &before->ends[side].flow : NULL));
		stage_fact_word(stage, conn->name, units[side], ts_unit_word(flow));
	}
}

/* The client's port against that of the named connection opened before. */
static const char *port_word(const struct conn *conn, const struct conn *before)
{
	uint16_t port = conn->ends[SIDE_CLIENT].tuple.local_port;

	if (!port)
		return "none";
	return before && before->ends[SIDE_CLIENT].tuple.local_port == port ? "same" : "other";
}

static const char *parity_word(const struct conn *conn)
{
	uint16_t port = conn->ends[SIDE_CLIENT].tuple.local_port;

	if (!port)
		return "none";
	return port % 2 ? "odd" : "even";
}

/* What a router made of the connection; without one everything stays as it is. */
static void yield_translation(struct stage *stage, const struct conn *conn,
			      const struct conn *before)
{
	const struct tuple *own = &conn->ends[SIDE_CLIENT].tuple;
	const struct tuple *outside = &conn->ends[SIDE_SERVER].tuple;
	const struct tuple *old = before ? &before->ends[SIDE_SERVER].tuple : NULL;
	const struct flow *client = &conn->ends[SIDE_CLIENT].flow;
	bool seen = client->syns && outside->local_port;
	bool same_server = seen && old && outside->local_port == old->local_port &&
			   addr_equal(&outside->local, &old->local);
	bool same_client = seen && old && outside->remote_port == old->remote_port &&
			   addr_equal(&outside->remote, &old->remote);
	const char *other = seen ? "other" : "none";
	const char *changed = seen ? "changed" : "none";

	stage_fact_word(stage, conn->name, "outside_port",
			seen && outside->remote_port == own->local_port ? "kept" : changed);
	stage_fact_word(stage, conn->name, "outside_tuple",
			same_server && same_client ? "same" : other);
	stage_fact_word(stage, conn->name, "real_server", same_server ? "same" : other);
	stage_fact_word(stage, conn->name, "syn_tsval",
			client->syn_against_tsval ? client->syn_against_tsval : "none");
	stage_fact_word(stage, conn->name, "syn_seq",
			client->syn_against_seq ? client->syn_against_seq : "none");
}

static void yield_conn(struct stage *stage, const struct conn *conn, const struct conn *before)
{
	int64_t took_ns = conn->connect_ended_ns - conn->connect_began_ns;

	stage_fact_word(stage, conn->name, "bind", call_word(conn->bind_result));
	stage_fact_word(stage, conn->name, "connect", call_word(conn->connect_result));
	stage_fact_duration(stage, conn->name, "connect_time",
			    conn->connect_began_ns && conn->connect_ended_ns ? took_ns : 0);
	stage_fact_word(stage, conn->name, "port", port_word(conn, before));
	stage_fact_word(stage, conn->name, "port_parity", parity_word(conn));
	yield_clocks(stage, conn, before);
	yield_streams(stage, conn);
	yield_time_wait(stage, conn);
	yield_flows(stage, conn);
	yield_translation(stage, conn, before);
	yield_end(stage, conn, SIDE_CLIENT);
	yield_end(stage, conn, SIDE_SERVER);
}

/* Did the bytes of a kept segment reach the application of the incarnation they were released
 * into? Its own bytes count only if they were not there before. */
static bool kept_delivered(const struct kept *kept)
{
	const struct segment *seg = &kept->frame->seg;
	const struct conn *into = kept->into;
	const struct end *sender, *receiver;
	uint32_t offset;

	if (!into)
		return false;
	sender = &into->ends[kept->note.from];
	receiver = conn_peer(sender);
	offset = flow_offset(&sender->flow, seg);
	if (!sender->flow.has_isn || offset > receiver->read.len ||
	    seg->payload_len > receiver->read.len - offset)
		return false;
	if (into == kept->note.conn && kept->read_before > offset)
		return false;
	return !memcmp(receiver->read.data + offset, seg->payload, seg->payload_len);
}

static void yield_kept(struct stage *stage, const struct kept *kept)
{
	const char *fate = "dropped";

	if (!kept->frame)
		fate = "absent";
	else if (!kept->released)
		fate = "held";
	else if (!kept->frame->seg.payload_len)
		fate = "empty";
	else if (kept_delivered(kept))
		fate = "delivered";
	stage_fact_word(stage, kept->name->name, "", fate);
	stage_fact_word(stage, kept->name->name, "answer", kept->answers ? kept->answer : "none");
	stage_fact_word(stage, kept->name->name, "answer_numbers",
			kept->answers ? text_str(&kept->numbers) : "none");
	stage_fact_word(stage, kept->name->name, "answer_tsecr",
			kept->answers ? text_str(&kept->tsecr) : "none");
	stage_fact_number(stage, kept->name->name, "answer_tos", kept->tos);
	stage_fact_word(stage, kept->name->name, "answer_label",
			kept->answers ? kept->label : "none");
	stage_fact_word(stage, kept->name->name, "answer_signature",
			kept->answers ? kept->signature : "none");
	stage_fact_word(stage, kept->name->name, "answer_ip_options",
			ip_options_word(1U << kept->ip_options));
	stage_fact_number(stage, kept->name->name, "answers", kept->answers);
}

/* Where a released or crafted segment stood for the incarnation that it came into: why it was
 * taken, or dropped. Of the clock's initial sequence numbers, so it is volatile. */
static json_t *kept_position(const struct kept *kept)
{
	const struct segment *seg = &kept->frame->seg;
	const struct flow *sender = &kept->into->ends[kept->note.from].flow;
	const struct flow *receiver = &conn_peer(&kept->into->ends[kept->note.from])->flow;
	json_t *position = json_pack("{s:I, s:s}", "n", (json_int_t)kept->released_n, "conn",
				     kept->into->name);

	if (sender->has_isn)
		json_object_set_new(position, "seq", json_integer(seg->seq - sender->isn));
	if (seg->flags & TCP_ACK && receiver->has_isn)
		json_object_set_new(position, "ack", json_integer(seg->ack - receiver->isn));
	if (seg->has_ts && sender->has_ts)
		json_object_set_new(position, "tsval",
				    json_integer((int32_t)(seg->tsval - sender->ts_base)));
	return position;
}

void yield_positions(const struct stage *stage, json_t *volatile_part)
{
	json_t *into = json_array();

	for (size_t i = 0; i < stage->n_kept; i++) {
		const struct kept *kept = &stage->kept[i];

		if (kept->released && kept->into && kept->released_n != LOG_NONE)
			json_array_append_new(into, kept_position(kept));
	}
	json_object_set_new(volatile_part, "into", into);
}

static void yield_listener(struct stage *stage, const struct listener *listener)
{
	const char *name = listener->name->name;

	stage_fact_word(stage, name, "listen", call_word(listener->error));
	stage_fact_number(stage, name, "accepted", listener->accepted);
	stage_fact_word(stage, name, "error", error_word(listener->told));
}

void yield_facts(struct stage *stage)
{
	const struct conn *before = NULL;

	for (size_t i = 0; i < stage->n_conns; i++) {
		if (!stage->conns[i]->named)
			continue;
		yield_conn(stage, stage->conns[i], before);
		before = stage->conns[i];
	}
	for (size_t i = 0; i < stage->n_kept; i++)
		if (stage->kept[i].name)
			yield_kept(stage, &stage->kept[i]);
	for (size_t i = 0; i < stage->n_listeners; i++) {
		const struct listener *listener = stage->listeners[i];

		if (listener->name)
			yield_listener(stage, listener);
	}
	for (size_t i = 0; i < stage->n_verbs; i++) {
		const struct verb *verb = &stage->verbs[i];

		if (verb->name && verb->name->class == NAME_VERB)
			stage_fact_number(stage, verb->name->name, "count", verb->taken);
	}
}
