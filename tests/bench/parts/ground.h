/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ground: what each benchmark of the wire stands on: a bench, and cells of its own scenarios. */
#ifndef AFTERCLOSE_BENCH_GROUND_H
#define AFTERCLOSE_BENCH_GROUND_H

#include "play/stage.h"

#define LINE(s) s "\n"
#define SCENARIO(link, play)                                                                       \
	LINE("scenario: bench")                                                                    \
	LINE("title: bench")                                                                       \
	LINE("source: [ci/bench]")                                                                 \
	LINE("vary: {link: [" link "]}")                                                           \
	LINE("play:")                                                                              \
	LINE("  - listen: server:8080")                                                            \
	play LINE("expect:") LINE("  - then: {client TWRecycled: 0}")
#define CONNECT LINE("  - connect: {as: old, from: client, to: server:8080}")

struct ground {
	struct bench bench;
	struct features features;
	struct play_options options;
};

/* Plays the number-th step. times: of a repeat, instead of what it says; 0: as it says. */
int stage_play(struct stage *stage, size_t number, unsigned times, struct err *err);

/* Plays all steps. The first connection that they open is open then. */
int stage_connect(struct stage *stage, struct err *err);

/* Opens the stage of a scenario, has it measured, and closes it. */
typedef int measure_fn(struct stage *stage, struct err *err);
int on_stage(struct ground *ground, const char *text, measure_fn *measure, struct err *err);

/* What this thread was given of a processor, the kernel's work for it included. */
int64_t cpu_ns(void);

struct part {
	const char *name;
	int (*run)(struct ground *ground, struct err *err);
};

/* Runs all parts, or those that argv names. Returns the program's exit status. */
int ground_main(const struct part *parts, size_t n, int argc, char **argv);

#endif
