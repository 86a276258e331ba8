/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rule: what one direction of a link does to every frame: all that the kernel's sch_netem can do,
 * with the meaning that it has there.
 */
#ifndef AFTERCLOSE_NETEM_RULE_H
#define AFTERCLOSE_NETEM_RULE_H

#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NETEM_LIMIT_DEFAULT 1000 /* tc's, in packets */
#define NETEM_FRAME_BYTES   1514 /* a full frame of a link with an MTU of 1500 */

/* Where the draws of jitter fall; all but uniform reach beyond it. */
enum netem_distribution { NETEM_UNIFORM, NETEM_NORMAL, NETEM_PARETO, NETEM_PARETONORMAL };
extern const char *const netem_distribution_names[];
extern const size_t netem_n_distributions;

/* How often a thing happens to a frame, and how much of a draw is the one before. */
struct netem_chance {
	double percent, correlation_percent;
};

enum netem_loss_model { NETEM_LOSS_RANDOM, NETEM_LOSS_STATE, NETEM_LOSS_GEMODEL };
#define NETEM_CHAIN_MAX 5

struct netem_loss {
	enum netem_loss_model model;
	struct netem_chance random;
	/* Of the Markov chains, in tc's order. state: p13 p31 p32 p23 p14, between 1 received in a
	 * gap, 2 received in a burst, 3 lost in a burst, 4 lost in a gap. gemodel: p (into the bad
	 * state), r (out of it), 1-h (loss in it), 1-k (loss in the good one). */
	double chain_percent[NETEM_CHAIN_MAX];
};

struct netem_rate {
	int64_t bytes_per_s; /* 0: as fast as it goes */
	int64_t packet_overhead_bytes, cell_size_bytes, cell_overhead_bytes;
};

/* Frames that are due wait for a slot to open, and go in it together. */
struct netem_slot {
	int64_t min_delay_ns, max_delay_ns;   /* between two slots */
	enum netem_distribution distribution; /* not uniform: by the next two instead */
	int64_t delay_ns, jitter_ns;
	int64_t packets_max, bytes_max; /* of one slot; 0: no bound */
};

/* All zero carries each frame at once. */
struct netem_rule {
	int64_t delay_ns, jitter_ns;
	double delay_correlation_percent;
	enum netem_distribution distribution;
	struct netem_loss loss;
	struct netem_chance duplicate, reorder, corrupt;
	int64_t gap_frames; /* every gap-th frame may overtake; 0 with a reorder: every one */
	struct netem_rate rate;
	struct netem_slot slot;
	int64_t limit_packets; /* under way at once; 0: NETEM_LIMIT_DEFAULT */
	uint64_t seed;	       /* 0: the run's */
};

/* Who carries a link's rule out. */
enum netem_by { NETEM_BY_WIRE, NETEM_BY_KERNEL, N_NETEM_BY };
extern const char *const netem_by_names[N_NETEM_BY];

bool netem_rule_is_none(const struct netem_rule *rule);

/* A percentage as sch_netem has it: UINT32_MAX is all. */
uint32_t netem_fraction(double percent);

/* One error with its remedy, or 0. Errors: EINVAL. */
int netem_rule_check(const struct netem_rule *rule, struct err *err);

/* As tc spells it: "delay 100ms 20ms 25% distribution normal loss 1%", or "none"; checked. Errors:
 * EINVAL. */
int netem_rule_parse(const char *text, struct netem_rule *ret, struct err *err);

/* Whether a text begins as rules do, if not with `none`; another may be a profile's name. */
bool netem_rule_begins(const char *text);

/* What stands behind `tc qdisc add dev DEV root netem`, or "none"; parses to the same rule. */
void netem_rule_format(const struct netem_rule *rule, struct text *ret);

#endif
