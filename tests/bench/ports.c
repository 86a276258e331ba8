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

#include <stdio.h>

#define PORT_FIRST  32768
#define PORTS	    28232
#define SLICE_PORTS 256

#define REPEAT(from, at_once)                                                                      \
	LINE("  - repeat: {as: fill, times: 28232, from: " from                                    \
	     ", to: server:8080, reuseaddr: yes, at-once: " at_once "}")

enum { STEP_LISTEN_AT, STEP_REPEAT_AT }; /* in the play */

struct took {
	int64_t ns, cpu_ns, ok;
};

static void print_took(const char *name, const struct took *took)
{
	printf("%s s %.2f cpu_s %.2f ok %lld\n", name, took->ns / (double)NS_PER_S,
	       took->cpu_ns / (double)NS_PER_S, (long long)took->ok);
	fflush(stdout);
}

static int slice_by_wire(struct stage *stage, unsigned n, struct took *took, struct err *err)
{
	int64_t began_ns = clock_now_ns(), cpu_began_ns = cpu_ns();
	int r = stage_play(stage, STEP_REPEAT_AT, n, err);
	const json_t *facts = json_object_get(json_object_get(stage->record, "canonical"), "facts");

	took->ns += clock_now_ns() - began_ns;
	took->cpu_ns += cpu_ns() - cpu_began_ns;
	took->ok += json_integer_value(json_object_get(facts, "fill.ok"));
	return r;
}

/* first_port 0: connect() chooses. */
static int slice_plain(struct plain *plain, uint16_t first_port, unsigned n, struct took *took,
		       struct err *err)
{
	int64_t took_ns = 0, cpu_began_ns = cpu_ns();
	int r = plain_ports(plain, first_port, n, &took_ns, err);

	took->ns += took_ns;
	took->cpu_ns += cpu_ns() - cpu_began_ns;
	took->ok += r ? 0 : n;
	return r;
}

static int measure_bound(struct stage *stage, const char *name, struct err *err)
{
	struct took took = {0};
	int r = stage_play(stage, STEP_LISTEN_AT, 0, err);

	if (!r)
		r = slice_by_wire(stage, PORTS, &took, err);
	if (!r)
		print_took(name, &took);
	return r;
}

static int measure_at_once(struct stage *stage, struct err *err)
{
	return measure_bound(stage, "bound-wire", err);
}

static int measure_single(struct stage *stage, struct err *err)
{
	return measure_bound(stage, "single-wire", err);
}

static int bound_plain(struct ground *ground, struct err *err)
{
	struct plain plain;
	struct took took = {0};
	int r = plain_open(&ground->bench, &plain, err);

	if (!r)
		r = slice_plain(&plain, PORT_FIRST, PORTS, &took, err);
	if (!r)
		print_took("bound-plain", &took);
	plain_close(&plain);
	return r;
}

static int part_bound(struct ground *ground, struct err *err)
{
	int r = on_stage(ground, SCENARIO("none", REPEAT("client:32768", "32")), measure_at_once,
			 err);

	if (!r)
		r = on_stage(ground, SCENARIO("none", REPEAT("client:32768", "1")), measure_single,
			     err);
	return r ? r : bound_plain(ground, err);
}

/* The kernel's search takes most of a minute, by which time the machine may have become slower or
 * faster by a third: in turns, so that it falls on both. */
static int autobind_turns(struct stage *stage, struct plain *plain, struct err *err)
{
	struct took wire = {0}, bare = {0};
	int r = stage_play(stage, STEP_LISTEN_AT, 0, err);

	for (unsigned done = 0, n; !r && done < PORTS; done += n) {
		n = PORTS - done < SLICE_PORTS ? PORTS - done : SLICE_PORTS;
		r = slice_by_wire(stage, n, &wire, err);
		if (!r)
			r = slice_plain(plain, 0, n, &bare, err);
	}
	if (!r) {
		print_took("autobind-wire", &wire);
		print_took("autobind-plain", &bare);
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
