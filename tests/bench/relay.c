// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench-relay: what the wire costs, beside a plain veth pair between the same two hosts. Prints one
 * line a figure.
 *
 *     bench-relay [PART...]     frames latency delay ports autobind (default: all)
 *
 * frames: TCP segments a second that one thread carries, both receivers' TCP included; what the
 * writer and the reader of the stream do is not. latency: from a write until the other end has read
 * it, in one thread. ports: every port of the ephemeral range opened and closed, one after the
 * other, by the step `repeat`, and by bare socket calls without a wire; autobind: the same, and
 * connect() chooses the port. CPU is this thread's, so that it can be read on a busy machine.
 */
#include "bench/parts/plain.h"
#include "base/clock.h"
#include "base/mem.h"
#include "play/loop.h"
#include "play/stage.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define BURST_BYTES    65536
#define SLICES	       101
#define SLICE_BURSTS   100
#define LATENCY_ROUNDS 20000
#define DELAY_ROUNDS   2000
#define PORT_FIRST     32768
#define PORTS	       28232

#define LINE(s)	       s "\n"
#define SCENARIO(link, play)                                                                       \
	LINE("scenario: relay")                                                                    \
	LINE("title: bench")                                                                       \
	LINE("source: [ci/bench]")                                                                 \
	LINE("vary: {link: [" link "]}")                                                           \
	LINE("play:")                                                                              \
	LINE("  - listen: server:8080")                                                            \
	play LINE("expect:") LINE("  - then: {client TWRecycled: 0}")
#define CONNECT LINE("  - connect: {as: old, from: client, to: server:8080}")
#define REPEAT(from, at_once)                                                                      \
	LINE("  - repeat: {as: fill, times: 28232, from: " from                                    \
	     ", to: server:8080, reuseaddr: yes, at-once: " at_once "}")                           \
	LINE("  - count: {as: taken, at: client}")

struct relay {
	struct bench bench;
	struct features features;
	struct play_options options;
};

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void print_us(const char *name, int64_t *took_ns, size_t n)
{
	qsort(took_ns, n, sizeof(*took_ns), by_size);
	printf("%s median_us %.1f p99_us %.1f samples %zu\n", name,
	       took_ns[n / 2] / (double)NS_PER_US, took_ns[n * 99 / 100] / (double)NS_PER_US, n);
	fflush(stdout);
}

/* A scenario's one cell. */
static int cell_read(const char *text, struct scenario **ret, struct cell **ret_cells,
		     struct err *err)
{
	int r = scenario_parse("relay.yaml", text, strlen(text), ret, err);

	if (!r && matrix_cells(*ret, ret_cells) != 1)
		r = err_set(err, EINVAL, "the bench's scenario has not one cell");
	return r;
}

/* The connection that the cell's steps open, still open. */
static int stage_begin(struct relay *relay, const struct cell *cell, struct stage *stage,
		       struct err *err)
{
	json_t *record = json_pack("{s:{s:{}, s:[]}}", "canonical", "facts", "missed");
	int r = stage_open(&relay->bench, cell, &relay->options, record, stage, err);

	for (size_t i = 0; !r && i < cell->scenario->n_steps; i++) {
		const struct step *step = &cell->scenario->steps[i];
		struct argval args[STEP_ARGS_MAX];

		cell_args(cell, step, args);
		r = step_fns[step->spec->kind](stage, step, args, err);
		args_free(args);
	}
	if (!r && !conn_is_open(stage->conns[0]))
		r = err_set(err, ECONNREFUSED, "the bench's connection is not open");
	return r;
}

static void stage_end(struct stage *stage)
{
	json_t *record = stage->record;

	stage_close(stage);
	json_decref(record);
}

/* Opens the stage of a scenario, measures on it, and closes it. */
typedef int measure_fn(struct stage *stage, const char *name, struct err *err);

static int on_stage(struct relay *relay, const char *text, measure_fn *measure, const char *name,
		    struct err *err)
{
	struct scenario *scenario = NULL;
	struct cell *cells = NULL;
	struct stage stage = {0};
	int r = cell_read(text, &scenario, &cells, err);

	if (!r) {
		r = stage_begin(relay, cells, &stage, err);
		if (!r)
			r = measure(&stage, name, err);
		stage_end(&stage);
	}
	matrix_free(cells, cells ? 1 : 0);
	scenario_free(scenario);
	return r;
}

/* What this thread was given of a processor, the kernel's work for it included. */
static int64_t cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

/* The least that any relay does: each frame read, and sent on the other link. */
static int bare_drain(struct wire *wire, struct err *err)
{
	uint8_t bytes[FRAME_SIZE_MAX];
	struct sockaddr_ll at;
	socklen_t len = sizeof(at);
	ssize_t n;

	while ((n = recvfrom(wire->fd, bytes, sizeof(bytes), MSG_DONTWAIT, (struct sockaddr *)&at,
			     &len)) > 0) {
		at.sll_ifindex = at.sll_ifindex == wire->ports[HOST_CLIENT].ifindex
					 ? wire->ports[HOST_SERVER].ifindex
					 : wire->ports[HOST_CLIENT].ifindex;
		memcpy(at.sll_addr, bytes, FRAME_MAC_LEN);
		if (sendto(wire->fd, bytes, n, 0, (struct sockaddr *)&at, sizeof(at)) < 0)
			return err_sys(err, "sending a frame");
		wire->frames_read++;
		len = sizeof(at);
	}
	return 0;
}

static int wire_drain(struct wire *wire, struct err *err)
{
	return wire_pump(wire, true, err);
}

typedef int drain_fn(struct wire *wire, struct err *err);

/* One burst of the client's: carry it, its acknowledgements, and what they let out. */
static int burst_carry(struct stage *stage, drain_fn *drain, int64_t *spent_ns,
		       int64_t *cpu_spent_ns, struct err *err)
{
	static char bytes[BURST_BYTES];
	const struct conn *conn = stage->conns[0];
	int64_t began_ns, cpu_began_ns;

	if (send(conn->ends[SIDE_CLIENT].fd, bytes, sizeof(bytes), MSG_DONTWAIT) < 0 &&
	    errno != EAGAIN)
		return err_sys(err, "writing into the stream");
	cpu_began_ns = cpu_ns();
	began_ns = clock_now_ns();
	if (drain(&stage->wire, err))
		return -err->code;
	*spent_ns += clock_now_ns() - began_ns;
	*cpu_spent_ns += cpu_ns() - cpu_began_ns;
	while (recv(conn->ends[SIDE_SERVER].fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
	*err = stage->failure;
	return -err->code;
}

/* Frames a second, of the clock and of this thread's time. */
struct rates {
	int64_t by_clock[SLICES], by_cpu[SLICES];
};

static int slice_measure(struct stage *stage, drain_fn *drain, struct rates *rates, size_t slice,
			 struct err *err)
{
	uint64_t before = stage->wire.frames_read;
	int64_t spent_ns = 0, cpu_spent_ns = 0, frames;

	for (unsigned i = 0; i < SLICE_BURSTS; i++) {
		if (burst_carry(stage, drain, &spent_ns, &cpu_spent_ns, err))
			return -err->code;
	}
	frames = stage->wire.frames_read - before;
	rates->by_clock[slice] = frames * NS_PER_S / spent_ns;
	rates->by_cpu[slice] = frames * NS_PER_S / cpu_spent_ns;
	return 0;
}

static void print_rates(const char *name, struct rates *rates)
{
	qsort(rates->by_clock, SLICES, sizeof(int64_t), by_size);
	qsort(rates->by_cpu, SLICES, sizeof(int64_t), by_size);
	printf("%s median_per_s %lld median_per_cpu_s %lld best_per_s %lld slices %d\n", name,
	       (long long)rates->by_clock[SLICES / 2], (long long)rates->by_cpu[SLICES / 2],
	       (long long)rates->by_clock[SLICES - 1], SLICES);
	fflush(stdout);
}

/* In turns, so that whatever else the machine does falls on both. */
static int measure_frames(struct stage *stage, const char *name, struct err *err)
{
	struct rates wire, bare;

	(void)name;
	for (size_t i = 0; i < SLICES; i++) {
		if (slice_measure(stage, wire_drain, &wire, i, err) ||
		    slice_measure(stage, bare_drain, &bare, i, err))
			return -err->code;
	}
	print_rates("frames-wire", &wire);
	print_rates("frames-bare", &bare);
	return wire_check(&stage->wire, err);
}

static bool has_read(struct stage *stage, void *arg)
{
	const struct end *end = arg;

	(void)stage;
	return end->read.len >= conn_peer(end)->written.len;
}

/* To and fro, so that no acknowledgement is late. */
static int ping_once(struct stage *stage, enum side from, int64_t *ret_ns, struct err *err)
{
	struct end *end = &stage->conns[0]->ends[from];
	int64_t began_ns = clock_now_ns();
	int r;

	if (send(end->fd, "x", 1, 0) != 1)
		return err_sys(err, "writing into the stream");
	text_addn(&end->written, "x", 1);
	r = loop_wait(stage, has_read, conn_peer(end), began_ns + NS_PER_S, err);
	*ret_ns = clock_now_ns() - began_ns;
	if (!r)
		return err_set(err, ETIMEDOUT, "a byte did not arrive within a second");
	return r < 0 ? r : 0;
}

static int measure_pings(struct stage *stage, const char *name, unsigned rounds, int64_t but_ns,
			 struct err *err)
{
	_cleanup_free_ int64_t *took_ns = mem_zalloc(rounds * sizeof(*took_ns));

	for (unsigned i = 0; i < rounds; i++) {
		if (ping_once(stage, i & 1 ? SIDE_SERVER : SIDE_CLIENT, &took_ns[i], err))
			return -err->code;
		took_ns[i] -= but_ns;
	}
	print_us(name, took_ns, rounds);
	return 0;
}

static int measure_latency(struct stage *stage, const char *name, struct err *err)
{
	return measure_pings(stage, name, LATENCY_ROUNDS, 0, err);
}

static int measure_delay(struct stage *stage, const char *name, struct err *err)
{
	return measure_pings(stage, name, DELAY_ROUNDS, 2 * NS_PER_MS, err);
}

static int part_frames(struct relay *relay, struct err *err)
{
	return on_stage(relay, SCENARIO("none", CONNECT), measure_frames, "frames", err);
}

static int plain_latency(struct relay *relay, struct err *err)
{
	_cleanup_free_ int64_t *took_ns = mem_zalloc(LATENCY_ROUNDS * sizeof(*took_ns));
	struct plain plain;
	int r = plain_open(&relay->bench, &plain, err);

	if (!r)
		r = plain_pings(&plain, took_ns, LATENCY_ROUNDS, err);
	if (!r)
		print_us("latency-plain", took_ns, LATENCY_ROUNDS);
	plain_close(&plain);
	return r;
}

static int part_latency(struct relay *relay, struct err *err)
{
	int r = on_stage(relay, SCENARIO("none", CONNECT), measure_latency, "latency-wire", err);

	return r ? r : plain_latency(relay, err);
}

static int part_delay(struct relay *relay, struct err *err)
{
	return on_stage(relay, SCENARIO("clean", CONNECT), measure_delay, "delay-2ms", err);
}

static void print_ports(const char *name, int64_t took_ns, int64_t cpu_took_ns, int64_t ok)
{
	printf("%s s %.2f cpu_s %.2f ok %lld\n", name, took_ns / (double)NS_PER_S,
	       cpu_took_ns / (double)NS_PER_S, (long long)ok);
	fflush(stdout);
}

/* The time between two steps' begins, by the record. */
static int ports_by_play(struct relay *relay, const char *name, const char *text, struct err *err)
{
	struct scenario *scenario = NULL;
	struct cell *cells = NULL;
	json_t *record = json_object(), *steps, *facts;
	int64_t cpu_took_ns = 0;
	int r = cell_read(text, &scenario, &cells, err);

	if (!r) {
		cpu_took_ns = cpu_ns();
		play_cell(&relay->bench, cells, &relay->options, record);
		cpu_took_ns = cpu_ns() - cpu_took_ns;
		if (json_object_get(record, "error"))
			r = err_set(err, EIO, "%s",
				    json_string_value(json_object_get(record, "error")));
	}
	if (!r) {
		steps = json_object_get(json_object_get(record, "volatile"), "step_us");
		facts = json_object_get(json_object_get(record, "canonical"), "facts");
		print_ports(name,
			    (json_integer_value(json_array_get(steps, 2)) -
			     json_integer_value(json_array_get(steps, 1))) *
				    NS_PER_US,
			    cpu_took_ns, json_integer_value(json_object_get(facts, "fill.ok")));
	}
	json_decref(record);
	matrix_free(cells, cells ? 1 : 0);
	scenario_free(scenario);
	return r;
}

static int ports_plain(struct relay *relay, const char *name, uint16_t first_port, struct err *err)
{
	struct plain plain;
	int64_t took_ns, cpu_began_ns;
	int r = plain_open(&relay->bench, &plain, err);

	cpu_began_ns = cpu_ns();
	if (!r)
		r = plain_ports(&plain, first_port, PORTS, &took_ns, err);
	if (!r)
		print_ports(name, took_ns, cpu_ns() - cpu_began_ns, PORTS);
	plain_close(&plain);
	return r;
}

static int part_ports(struct relay *relay, struct err *err)
{
	int r = ports_by_play(relay, "ports-wire", SCENARIO("none", REPEAT("client:32768", "32")),
			      err);

	if (!r)
		r = ports_by_play(relay, "single-wire",
				  SCENARIO("none", REPEAT("client:32768", "1")), err);
	return r ? r : ports_plain(relay, "ports-plain", PORT_FIRST, err);
}

/* Minutes go by, in which the machine may become slower: the plain one is done before and after. */
static int part_autobind(struct relay *relay, struct err *err)
{
	int r = ports_plain(relay, "autobind-plain", 0, err);

	if (!r)
		r = ports_by_play(relay, "autobind-wire", SCENARIO("none", REPEAT("client", "1")),
				  err);
	return r ? r : ports_plain(relay, "autobind-plain-after", 0, err);
}

static const struct part {
	const char *name;
	int (*run)(struct relay *relay, struct err *err);
} parts[] = {
	{"frames", part_frames}, {"latency", part_latency},   {"delay", part_delay},
	{"ports", part_ports},	 {"autobind", part_autobind},
};

static bool part_chosen(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], name))
			return true;
	}
	return argc < 2;
}

int main(int argc, char **argv)
{
	struct relay relay = {.options.seed = 1};
	struct err err = {0};
	int r = bench_open(&relay.bench, &err);

	relay.options.features = &relay.features;
	if (!r)
		r = features_probe(&relay.features, &err);
	for (size_t i = 0; !r && i < ARRAY_SIZE(parts); i++) {
		if (part_chosen(parts[i].name, argc, argv))
			r = parts[i].run(&relay, &err);
	}
	if (r)
		fprintf(stderr, "bench-relay: %s\n", err.msg);
	features_free(&relay.features);
	bench_close(&relay.bench);
	return r ? 1 : 0;
}
