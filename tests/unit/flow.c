// SPDX-License-Identifier: GPL-2.0-or-later
/* flow: which incarnation a segment belongs to, and what it is to it; verb: whom it is for. */
#include "play/flow.h"
#include "base/mem.h"
#include "play/stage.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>

#define ISN 1000
#define N   3000

static struct addr addr(const char *text)
{
	struct addr ret = {.family = AF_INET};

	inet_pton(AF_INET, text, ret.bytes);
	return ret;
}

/* A connection as conn_open() leaves it, from a port of the client's to the server's 8080. */
static struct conn *conn_add(struct stage *stage, uint16_t port, struct conn *previous)
{
	struct conn *conn = conn_new(stage, "old", NULL);
	struct tuple up = {addr("192.0.2.11"), addr("192.0.2.21"), port, 8080};
	struct tuple down = {addr("192.0.2.21"), addr("192.0.2.11"), 8080, port};

	conn->ends[SIDE_CLIENT].tuple = up;
	conn->ends[SIDE_SERVER].tuple = down;
	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
		struct end *end = &conn->ends[side];

		end->previous = previous ? &previous->ends[side] : NULL;
		ends_add(&stage->ends, end, &end->tuple);
	}
	return conn;
}

static void stage_free(struct stage *stage)
{
	for (size_t i = 0; i < stage->n_conns; i++)
		conn_free(stage->conns[i]);
	free(stage->conns);
	ends_free(&stage->ends);
}

/* A segment of one end's, counted in. */
static struct note arrive(struct stage *stage, const struct conn *conn, enum side from,
			  uint8_t flags, uint32_t seq, uint32_t ack, size_t len)
{
	const struct tuple *tuple = &conn->ends[from].tuple;
	struct segment seg = {
		.src = tuple->local,
		.dst = tuple->remote,
		.sport = tuple->local_port,
		.dport = tuple->remote_port,
		.flags = flags,
		.seq = seq,
		.ack = ack,
		.payload = (const uint8_t *)"",
		.payload_len = len,
	};
	struct note note;

	flow_arrived(stage, &seg, &note);
	return note;
}

Test(flow, every_end_is_found_by_its_four_tuple)
{
	struct stage stage = {0};
	enum side from;
	struct segment seg = {.src = addr("192.0.2.11"), .dst = addr("192.0.2.21"), .dport = 8080};

	for (uint16_t i = 0; i < N; i++)
		conn_add(&stage, 20000 + i, NULL);
	for (uint16_t i = 0; i < N; i++) {
		const struct end *ends = stage.conns[i]->ends;

		seg.sport = 20000 + i;
		cr_assert_eq(flow_find(&stage, &seg, &from), stage.conns[i]);
		cr_assert_eq(from, SIDE_CLIENT);
		cr_assert_eq(ends_find(&stage.ends, &ends[SIDE_SERVER].tuple)->end,
			     &ends[SIDE_SERVER]);
	}
	seg.sport = 20000 + N;
	cr_assert_null(flow_find(&stage, &seg, &from));
	stage_free(&stage);
}

/* Growing the table must not turn the incarnations of a four-tuple round. */
Test(flow, the_newest_incarnation_is_found_first)
{
	struct stage stage = {0};
	struct conn *first = conn_add(&stage, 40000, NULL), *second, *third;
	const struct ends_entry *entry;

	second = conn_add(&stage, 40000, first);
	third = conn_add(&stage, 40000, second);
	for (uint16_t i = 0; i < N; i++)
		conn_add(&stage, 20000 + i, NULL);
	entry = ends_find(&stage.ends, &first->ends[SIDE_CLIENT].tuple);
	cr_assert_eq(entry->end, &third->ends[SIDE_CLIENT]);
	entry = ends_older(entry);
	cr_assert_eq(entry->end, &second->ends[SIDE_CLIENT]);
	entry = ends_older(entry);
	cr_assert_eq(entry->end, &first->ends[SIDE_CLIENT]);
	cr_assert_null(ends_older(entry));
	stage_free(&stage);
}

Test(flow, chunks_are_counted_by_where_they_begin)
{
	struct stage stage = {0};
	struct conn *conn = conn_add(&stage, 40000, NULL);
	struct end *client = &conn->ends[SIDE_CLIENT];
	struct note note;

	client->n_chunks = 3;
	client->chunks = mem_zalloc(3 * sizeof(*client->chunks));
	for (uint32_t i = 0; i < 3; i++)
		client->chunks[i] = (struct chunk){.offset = 100 * i, .len = 100};
	note = arrive(&stage, conn, SIDE_CLIENT, TCP_SYN, ISN, 0, 0);
	cr_assert_eq(note.transmission, 1);
	note = arrive(&stage, conn, SIDE_CLIENT, TCP_SYN, ISN, 0, 0);
	cr_assert_eq(note.transmission, 2);
	note = arrive(&stage, conn, SIDE_CLIENT, TCP_ACK, ISN + 1, 1, 100);
	cr_assert_eq(note.data, 1);
	note = arrive(&stage, conn, SIDE_CLIENT, TCP_ACK, ISN + 101, 1, 200);
	cr_assert_eq(note.data, 2, "the first of the two that it carries");
	cr_assert_eq(note.transmission, 1);
	note = arrive(&stage, conn, SIDE_CLIENT, TCP_ACK, ISN + 201, 1, 100);
	cr_assert_eq(note.data, 3);
	cr_assert_eq(note.transmission, 2, "it was carried along with chunk 2");
	note = arrive(&stage, conn, SIDE_CLIENT, TCP_ACK, ISN + 51, 1, 50);
	cr_assert_eq(note.data, 0, "no chunk begins in the rest of the first");
	stage_free(&stage);
}

Test(flow, the_final_ack_is_that_of_the_last_fin)
{
	struct stage stage = {0};
	struct conn *conn = conn_add(&stage, 40000, NULL);
	const uint8_t fin = TCP_FIN | TCP_ACK;

	arrive(&stage, conn, SIDE_CLIENT, TCP_SYN, ISN, 0, 0);
	arrive(&stage, conn, SIDE_SERVER, TCP_SYN | TCP_ACK, 5000, ISN + 1, 0);
	cr_assert_not(arrive(&stage, conn, SIDE_CLIENT, fin, ISN + 1, 5001, 0).final_ack);
	cr_assert_not(arrive(&stage, conn, SIDE_SERVER, TCP_ACK, 5001, ISN + 2, 0).final_ack);
	cr_assert_not(arrive(&stage, conn, SIDE_SERVER, fin, 5001, ISN + 2, 0).final_ack);
	cr_assert_not(arrive(&stage, conn, SIDE_CLIENT, TCP_ACK, ISN + 2, 5001, 0).final_ack);
	cr_assert(arrive(&stage, conn, SIDE_CLIENT, TCP_ACK, ISN + 2, 5002, 0).final_ack);
	stage_free(&stage);
}

/* What an end echoes is its TS.Recent, and what it offers the edge of its window. */
Test(flow, an_end_tells_where_it_stands)
{
	struct stage stage = {0};
	struct conn *conn = conn_add(&stage, 20000, NULL);
	struct flow *client = &conn->ends[SIDE_CLIENT].flow,
		    *server = &conn->ends[SIDE_SERVER].flow;
	struct segment seg = {.src = addr("192.0.2.21"),
			      .dst = addr("192.0.2.11"),
			      .sport = 8080,
			      .dport = 20000,
			      .seq = 5,
			      .ack = ISN + 1,
			      .flags = TCP_SYN | TCP_ACK,
			      .window = 100,
			      .has_wscale = true,
			      .wscale = 2,
			      .has_ts = true,
			      .tsval = 1,
			      .tsecr = 77};
	struct note note;

	arrive(&stage, conn, SIDE_CLIENT, TCP_SYN, ISN, 0, 0);
	flow_arrived(&stage, &seg, &note);
	cr_expect_eq(client->delivered, ISN + 1, "a SYN-ACK says what the SYN began with");
	cr_expect_eq(client->ts_delivered, 77);
	cr_expect_eq(server->edge, ISN + 101, "a SYN's window is not scaled");
	seg.flags = TCP_ACK;
	seg.tsecr = 80;
	flow_arrived(&stage, &seg, &note);
	cr_expect_eq(client->ts_delivered, 80);
	cr_expect_eq(server->edge, ISN + 101, "the client has offered no scale");
	client->has_wscale = true;
	flow_arrived(&stage, &seg, &note);
	cr_expect_eq(server->edge, ISN + 401);
	stage_free(&stage);
}

Test(flow, an_end_that_has_not_begun_anew_speaks_for_the_old_incarnation)
{
	struct stage stage = {0};
	struct conn *old = conn_add(&stage, 40000, NULL), *new;
	const uint8_t refusal = TCP_RST | TCP_ACK;

	arrive(&stage, old, SIDE_CLIENT, TCP_SYN, ISN, 0, 0);
	arrive(&stage, old, SIDE_SERVER, TCP_SYN | TCP_ACK, 5000, ISN + 1, 0);
	new = conn_add(&stage, 40000, old);
	cr_assert_eq(arrive(&stage, new, SIDE_CLIENT, TCP_SYN, 9000, 0, 0).conn, new);
	cr_assert_eq(arrive(&stage, new, SIDE_SERVER, TCP_ACK, 5001, ISN + 1, 0).conn, old);
	cr_assert_eq(arrive(&stage, new, SIDE_SERVER, TCP_RST, ISN + 1, 0, 0).conn, old);
	cr_assert_eq(arrive(&stage, new, SIDE_SERVER, refusal, 0, 9001, 0).conn, new);
	cr_assert_eq(arrive(&stage, new, SIDE_SERVER, TCP_SYN | TCP_ACK, 7000, 9001, 0).conn, new);
	stage_free(&stage);
}

/* A segment's match, of a verb alone on a stage. */
static bool takes(struct stage *stage, const struct segment *seg, const struct note *note)
{
	struct wire_frame frame = {.seg = *seg};

	return verb_match(stage, &frame, note);
}

static void verb_set(struct stage *stage, enum step_kind kind, const struct argval *args)
{
	const struct step step = {.spec = &step_specs[kind]};
	struct err err = {0};

	verbs_free(stage);
	cr_assert_eq(verb_add(stage, &step, args, &err), 0, "%s", err.msg);
}

Test(verb, takes_what_its_arguments_say_and_no_more)
{
	const struct name old = {.name = "old"}, other = {.name = "other"};
	struct stage stage = {0};
	struct conn conn = {.named = &old};
	struct note note = {.conn = &conn, .from = SIDE_CLIENT, .data = 2, .transmission = 1};
	const struct segment data = {.flags = TCP_ACK, .payload_len = 10};
	const struct segment fin = {.flags = TCP_ACK | TCP_FIN};
	struct argval args[STEP_ARGS_MAX] = {
		[VERB_OF] = {.set = true, .name = &old},
		[VERB_FROM] = {.set = true, .number = SIDE_CLIENT},
		[VERB_DATA] = {.set = true, .number = 2},
		[VERB_TRANSMISSION] = {.set = true, .number = 1},
		[VERB_TIMES] = {.set = true, .number = 1},
	};

	verb_set(&stage, STEP_DROP, args);
	note.transmission = 2;
	cr_assert_not(takes(&stage, &data, &note));
	note = (struct note){.conn = &conn, .from = SIDE_SERVER, .data = 2, .transmission = 1};
	cr_assert_not(takes(&stage, &data, &note));
	note = (struct note){.conn = &conn, .from = SIDE_CLIENT, .data = 1, .transmission = 1};
	cr_assert_not(takes(&stage, &data, &note));
	note.data = 2;
	conn.named = &other;
	cr_assert_not(takes(&stage, &data, &note));
	conn.named = &old;
	cr_assert_not(takes(&stage, &fin, &note));
	cr_assert(takes(&stage, &data, &note));
	cr_assert_not(takes(&stage, &data, &note), "its one time is over");
	cr_assert_eq(stage.verbs[0].taken, 1);
	verbs_free(&stage);
}

Test(verb, the_first_that_wants_a_segment_has_it)
{
	struct stage stage = {0};
	const struct note note = {0};
	const struct wire_frame fin = {.seg.flags = TCP_ACK | TCP_FIN};
	struct argval args[STEP_ARGS_MAX] = {
		[VERB_SEGMENT] = {.set = true, .number = SEGMENT_FIN},
		[VERB_TIMES] = {.set = true, .number = 1},
	};
	const struct step drop = {.spec = &step_specs[STEP_DROP]};
	const struct step duplicate = {.spec = &step_specs[STEP_DUPLICATE]};
	struct err err = {0};

	cr_assert_eq(verb_add(&stage, &drop, args, &err), 0);
	cr_assert_eq(verb_add(&stage, &duplicate, args, &err), 0);
	cr_assert_eq(verb_match(&stage, &fin, &note)->kind, STEP_DROP);
	cr_assert_eq(verb_match(&stage, &fin, &note)->kind, STEP_DUPLICATE);
	cr_assert_null(verb_match(&stage, &fin, &note));
	verbs_free(&stage);
}

Test(verb, a_filter_sees_the_bytes)
{
	const uint8_t macs[2][FRAME_MAC_LEN] = {{2, 0, 0, 0, 0, 1}, {2, 0, 0, 0, 0, 2}};
	struct stage stage = {0};
	const struct note note = {0};
	struct segment seg = {.src = addr("192.0.2.11"),
			      .dst = addr("192.0.2.21"),
			      .sport = 40000,
			      .dport = 8080,
			      .flags = TCP_ACK,
			      .window = 77};
	struct argval args[STEP_ARGS_MAX] = {
		[VERB_TIMES] = {.set = true, .number = 9},
		[VERB_FILTER] = {.set = true, .text = "tcp[14:2] = 77"},
	};
	struct wire_frame frame = {0};

	verb_set(&stage, STEP_DROP, args);
	frame.len = frame_build(frame.bytes, sizeof(frame.bytes), macs[0], macs[1], &seg);
	cr_assert_not_null(verb_match(&stage, &frame, &note));
	seg.window = 78;
	frame.len = frame_build(frame.bytes, sizeof(frame.bytes), macs[0], macs[1], &seg);
	cr_assert_null(verb_match(&stage, &frame, &note));
	verbs_free(&stage);
}

/* The wire sees another four-tuple than the client's socket has. */
Test(flow, a_client_behind_a_router_is_found_by_both_its_four_tuples)
{
	struct stage stage = {.lab.topology = TOPOLOGY_NAT};
	struct tuple inside = {addr("198.51.100.11"), addr("192.0.2.21"), 40000, 8080};
	struct tuple server = {addr("192.0.2.21"), addr("192.0.2.41"), 8080, 50000};
	struct segment seg = {.src = addr("192.0.2.41"),
			      .dst = addr("192.0.2.21"),
			      .sport = 50000,
			      .dport = 8080};
	struct conn *first = conn_new(&stage, "old", NULL), *second = conn_new(&stage, "new", NULL);
	struct conn *conns[] = {first, second};
	struct err err;
	enum side from;

	for (size_t i = 0; i < ARRAY_SIZE(conns); i++) {
		struct end *ends = conns[i]->ends;

		ends[SIDE_SERVER].raw = true; /* there is no kernel to look into */
		ends[SIDE_CLIENT].tuple = inside;
		ends[SIDE_CLIENT].tuple.local_port += i;
		cr_assert_eq(conn_join(&stage, conns[i], &err), 0);
		cr_assert_eq(ends_find(&stage.ends, &ends[SIDE_CLIENT].tuple)->end,
			     &ends[SIDE_CLIENT]);
		cr_assert_eq(flow_find(&stage, &seg, &from), i ? first : NULL);
		cr_assert_eq(conn_translated(&stage, conns[i], &server, &err), 0);
		cr_assert_eq(flow_find(&stage, &seg, &from), conns[i]);
		cr_assert_eq(from, SIDE_CLIENT);
	}
	/* Two ports inside, one outside: the server sees incarnations, each client's end is alone.
	 */
	cr_assert_eq(conn_previous(second), first);
	cr_assert_null(second->ends[SIDE_CLIENT].previous);
	stage_free(&stage);
}
