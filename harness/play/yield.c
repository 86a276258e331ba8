// SPDX-License-Identifier: GPL-2.0-or-later
/* yield: owns the facts that a play gives at its end about each of its names. */
#include "play/yield.h"
#include "base/clock.h"
#include "base/mem.h"
#include "play/dropped.h"
#include "play/sockopt.h"
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

/* The time from one to the other; 0 if either was not seen. */
static void stage_fact_span(struct stage *stage, const char *name, const char *suffix,
			    int64_t begin_ns, const struct instant *end)
{
	struct value value = {.type = FACT_DURATION};

	if (begin_ns && end->ns > begin_ns) {
		value.number = end->ns - begin_ns;
		value.error_ns = end->error_ns;
	}
	set_fact(stage, name, suffix, &value);
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

static void yield_time_wait(struct stage *stage, const struct conn *conn)
{
	const struct watch *client = &conn->ends[SIDE_CLIENT].watch;
	const struct watch *server = &conn->ends[SIDE_SERVER].watch;
	const struct watch *holder = server->time_wait && !client->time_wait ? server : client;
	const struct watch *waited = client->fw2_begin_ns ? client : server;

	stage_fact_word(stage, conn->name, "time_wait",
			holder_word(client->time_wait, server->time_wait));
	stage_fact_word(stage, conn->name, "fin_wait_2",
			holder_word(client->fin_wait_2, server->fin_wait_2));
	stage_fact_span(stage, conn->name, "fin_wait_2_life", waited->fw2_begin_ns,
			&waited->fw2_end);
	stage_fact_duration(stage, conn->name, "time_wait_timer",
			    holder->time_wait ? holder->tw_timer_ns : 0);
	stage_fact_number(stage, conn->name, "time_wait_restarts", holder->tw_restarts);
	stage_fact_number(stage, conn->name, "time_wait_segments", holder->tw_segments);
	stage_fact_span(stage, conn->name, "time_wait_life", holder->tw_start_ns, &holder->tw_end);
	stage_fact_span(stage, conn->name, "time_wait_total", holder->tw_begin_ns, &holder->tw_end);
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
		       {"extended", end->flow.extended},
		       {"bare", end->flow.bare},
		       {"strays", end->watch.strays, end->watch.maybe_strays}};
	char suffix[32];

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		snprintf(suffix, sizeof(suffix), "%s_%s", who, numbers[i].suffix);
		fact_toll(stage, conn->name, suffix, numbers[i].number, numbers[i].unknown);
	}
	snprintf(suffix, sizeof(suffix), "%s_states", who);
	stage_fact_word(stage, conn->name, suffix, text_str(&end->watch.path));
	snprintf(suffix, sizeof(suffix), "%s_ip_options", who);
	stage_fact_word(stage, conn->name, suffix, sockopt_ip_options_word(end->flow.ip_options));
	snprintf(suffix, sizeof(suffix), "%s_error", who);
	stage_fact_word(stage, conn->name, suffix, error_word(end->error));
	snprintf(suffix, sizeof(suffix), "%s_life", who);
	stage_fact_span(stage, conn->name, suffix, end->watch.closed_ns, &end->watch.gone);
	snprintf(suffix, sizeof(suffix), "%s_close_time", who);
	stage_fact_duration(stage, conn->name, suffix, end->close_ns);
}

#define TS_APART_MAX 1000 /* of two TSvals of one clock, in ms: how late the wire may see one */
/* So much later a TSval tells its unit: what lies between two crossings of a clean link and three,
 * where no play's last TSval comes, or it would hang on a moment's work. */
#define TS_UNIT_MS_MIN 6

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
	dropped_yield_conn(stage, conn);
	yield_end(stage, conn, SIDE_CLIENT);
	yield_end(stage, conn, SIDE_SERVER);
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
