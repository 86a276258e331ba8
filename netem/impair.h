/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * impair: says what a rule makes of each frame of one direction of a link. Nothing is carried here,
 * and no clock is read: the same seed, frames and times give the same fates.
 *
 * The draws follow sch_netem's enqueue, with its arithmetic, but each number is drawn from the seed
 * and from what the frame is (impair_identify), not from how many were drawn before: so a frame
 * keeps its fate when another host's timers send one frame more or less before it. What a rule
 * makes depend on the frames before (bursts, correlation, a gap, a rate) still does. Slots are the
 * exception: the kernel opens them when it takes frames out, in order of their time; here a frame
 * gets its slot when it comes.
 */
#ifndef AFTERCLOSE_NETEM_IMPAIR_H
#define AFTERCLOSE_NETEM_IMPAIR_H

#include "base/random.h"
#include "netem/rule.h"

#define IMPAIR_HEADER_BYTES 14 /* Ethernet's, which is not corrupted: the wire needs it */

/* A thing that is drawn, and how much of its last draw stays in the next. */
struct impair_draw {
	uint32_t threshold;
	uint32_t correlation;
	uint32_t last;
};

struct impair {
	struct netem_rule rule;
	uint64_t seed;	 /* of this direction */
	uint64_t frame;	 /* what the frame at hand is */
	bool identified; /* by the caller; else frames are numbered */
	uint64_t n_frames;
	struct random random; /* the numbers of one purpose, for one frame */
	struct impair_draw delay, loss, duplicate, reorder, corrupt;
	uint32_t chain[NETEM_CHAIN_MAX]; /* thresholds */
	int chain_state;		 /* from 1, as the rule numbers them */
	size_t limit;
	int64_t counter;     /* frames since the last that overtook */
	int64_t last_due_ns; /* the latest of all so far */
	int64_t slot_ns;     /* when the slot opens */
	int64_t slot_packets, slot_bytes;
};

struct impair_copy {
	int64_t due_ns;
	int32_t corrupt_bit; /* counted from the end of the Ethernet header; -1: none */
	bool overtook;	     /* sent at once, before those that wait */
	bool damaged;	     /* its receiver will discard it; the wire finds out */
	bool late;	     /* jitter made its delay longer than the rule's */
};

/* What comes out, in the order in which it is queued; n_copies is 0 for a lost frame. */
struct impair_fate {
	size_t n_copies;
	struct impair_copy copies[2];
};

/* What a direction's draws begin from: stream is its own number. */
uint64_t impair_seed(const struct netem_rule *rule, uint64_t seed, unsigned stream);

/* stream: of one seed, each direction has its own. */
void impair_open(struct impair *impair, const struct netem_rule *rule, uint64_t seed,
		 unsigned stream);

/* Is anything of a frame's fate drawn? */
bool impair_draws(const struct impair *impair);

/* What the next frame is: the same number for the same frame of any run, another for any other. */
void impair_identify(struct impair *impair, uint64_t identity);

/* n_queued: frames of this direction that are under way. now_ns does not run back. */
void impair_frame(struct impair *impair, size_t len, int64_t now_ns, size_t n_queued,
		  struct impair_fate *ret);

#endif
