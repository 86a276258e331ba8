// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench-ports: connections over the wire beside a plain veth pair. Prints one line a figure.
 *
 *     bench-ports [PART...]     bound autobind (default: all)
 *
 * bound: every port of the ephemeral range opened and closed, by the step `repeat`, and by bare
 * socket calls without a wire; autobind: the same, and connect() chooses the port. CPU is this
 * thread's, so that it can be read on a busy machine.
 */
#include "bench/parts/ground.h"
#include "bench/parts/plain.h"
#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <stdio.h>

#define PORT_FIRST  32768
#define PORTS	    28232
#define SLICE_PORTS 256

#define REPEAT(from, at_once)                                                                      \
	LINE("  - repeat: {as: fill, times: 28232, from: " from                                    \
	     ", to: server:8080, reuseaddr: yes, at-once: " at_once "}")                           \
	LINE("  - count: {as: taken, at: client}")

static void print_ports(const char *name, int64_t took_ns, int64_t cpu_took_ns, int64_t ok)
{
	printf("%s s %.2f cpu_s %.2f ok %lld\n", name, took_ns / (double)NS_PER_S,
	       cpu_took_ns / (double)NS_PER_S, (long long)ok);
	fflush(stdout);
}

/* The time between two steps' begins, by the record. */
static int ports_by_play(struct ground *ground, const char *name, const char *text, struct err *err)
{
	struct scenario *scenario = NULL;
	struct cell *cells = NULL;
	json_t *record = json_object(), *steps, *facts;
	int64_t cpu_took_ns = 0;
	int r = ground_cell(text, &scenario, &cells, err);

	if (!r) {
		cpu_took_ns = cpu_ns();
		play_cell(&ground->bench, cells, &ground->options, record);
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

static int ports_plain(struct ground *ground, const char *name, uint16_t first_port,
		       struct err *err)
{
	struct plain plain;
	int64_t took_ns, cpu_began_ns;
	int r = plain_open(&ground->bench, &plain, err);

	cpu_began_ns = cpu_ns();
	if (!r)
		r = plain_ports(&plain, first_port, PORTS, &took_ns, err);
	if (!r)
		print_ports(name, took_ns, cpu_ns() - cpu_began_ns, PORTS);
	plain_close(&plain);
	return r;
}

static int part_bound(struct ground *ground, struct err *err)
{
	int r = ports_by_play(ground, "bound-wire", SCENARIO("none", REPEAT("client:32768", "32")),
			      err);

	if (!r)
		r = ports_by_play(ground, "single-wire",
				  SCENARIO("none", REPEAT("client:32768", "1")), err);
	return r ? r : ports_plain(ground, "bound-plain", PORT_FIRST, err);
}

struct took {
	int64_t ns, cpu_ns, ok;
};

static int slice_by_wire(struct stage *stage, unsigned n, struct took *took, struct err *err)
{
	int64_t began_ns = clock_now_ns(), cpu_began_ns = cpu_ns();
	int r = stage_play(stage, 1, n, err);
	const json_t *facts = json_object_get(json_object_get(stage->record, "canonical"), "facts");

	took->ns += clock_now_ns() - began_ns;
	took->cpu_ns += cpu_ns() - cpu_began_ns;
	took->ok += json_integer_value(json_object_get(facts, "fill.ok"));
	return r;
}

static int slice_plain(struct plain *plain, unsigned n, struct took *took, struct err *err)
{
	int64_t took_ns = 0, cpu_began_ns = cpu_ns();
	int r = plain_ports(plain, 0, n, &took_ns, err);

	took->ns += took_ns;
	took->cpu_ns += cpu_ns() - cpu_began_ns;
	took->ok += r ? 0 : n;
	return r;
}

/* The kernel's search takes most of a minute, by which time the machine may have become slower or
 * faster by a third: in turns, so that it falls on both. */
static int autobind_turns(struct stage *stage, struct plain *plain, struct err *err)
{
	struct took wire = {0}, bare = {0};
	int r = stage_play(stage, 0, 0, err);

	for (unsigned done = 0, n; !r && done < PORTS; done += n) {
		n = PORTS - done < SLICE_PORTS ? PORTS - done : SLICE_PORTS;
		r = slice_by_wire(stage, n, &wire, err);
		if (!r)
			r = slice_plain(plain, n, &bare, err);
	}
	if (!r) {
		print_ports("autobind-wire", wire.ns, wire.cpu_ns, wire.ok);
		print_ports("autobind-plain", bare.ns, bare.cpu_ns, bare.ok);
	}
	return r;
}

/* A bench holds one lab at a time. */
static int measure_autobind(struct stage *stage, struct err *err)
{
	struct bench bench;
	struct plain plain = {.listen_fd = -1};
	int r = bench_open(&bench, err);

	if (!r)
		r = plain_open(&bench, &plain, err);
	if (!r)
		r = autobind_turns(stage, &plain, err);
	plain_close(&plain);
	bench_close(&bench);
	return r;
}

static int part_autobind(struct ground *ground, struct err *err)
{
	return on_stage(ground, SCENARIO("none", REPEAT("client", "1")), measure_autobind, err);
}

int main(int argc, char **argv)
{
	static const struct part parts[] = {
		{"bound", part_bound},
		{"autobind", part_autobind},
	};

	return ground_main(parts, ARRAY_SIZE(parts), argc, argv);
}
