// SPDX-License-Identifier: GPL-2.0-or-later
/* impair: owns the draws that decide on a frame, in the order and with the arithmetic of sch_netem.
 */
#include "netem/impair.h"
#include "base/clock.h"
#include "netem/dist.h"

enum { STATE_GAP = 1, STATE_BURST, STATE_LOST_IN_BURST, STATE_LOST_IN_GAP };
enum { STATE_GOOD = 1, STATE_BAD };

/* What is drawn for a frame. Each has a stream of its own, so that what one draws moves no other.
 */
enum purpose {
	DRAW_START,
	DRAW_DUPLICATE,
	DRAW_LOSS,
	DRAW_CORRUPT,
	DRAW_REORDER,
	DRAW_DELAY,
	DRAW_SLOT,
	DRAW_COPY,
};

/* The numbers that follow are drawn for this, from what the frame is. */
static void draw_for(struct impair *impair, enum purpose purpose)
{
	struct random key = {.state = impair->seed ^ impair->frame};

	impair->random.state = random_next(&key) + purpose * 0xd1342543de82ef95ULL;
}

static uint32_t random_u32(struct impair *impair)
{
	return random_next(&impair->random) >> 32;
}

static void draw_open(struct impair *impair, struct impair_draw *draw, double percent,
		      double correlation_percent)
{
	*draw = (struct impair_draw){
		.threshold = netem_fraction(percent),
		.correlation = netem_fraction(correlation_percent),
		.last = random_u32(impair),
	};
}

/* The next random number of a draw; where they correlate, a weighted sum with the last. */
static uint32_t draw_next(struct impair *impair, struct impair_draw *draw)
{
	uint64_t value = random_u32(impair);
	uint64_t rho = (uint64_t)draw->correlation + 1;

	if (!draw->correlation)
		return value;
	draw->last = (value * ((1ULL << 32) - rho) + draw->last * rho) >> 32;
	return draw->last;
}

/* No number is drawn for what never happens. */
static bool draw_happens(struct impair *impair, struct impair_draw *draw, enum purpose purpose)
{
	draw_for(impair, purpose);
	return draw->threshold && draw->threshold >= draw_next(impair, draw);
}

uint64_t impair_seed(const struct netem_rule *rule, uint64_t seed, unsigned stream)
{
	struct random random = {.state = rule->seed ? rule->seed : seed};

	for (unsigned i = 0; i <= stream; i++)
		random.state = random_next(&random);
	return random.state;
}

void impair_open(struct impair *impair, const struct netem_rule *rule, uint64_t seed,
		 unsigned stream)
{
	int64_t limit = rule->limit_packets ? rule->limit_packets : NETEM_LIMIT_DEFAULT;

	*impair = (struct impair){
		.rule = *rule,
		.seed = impair_seed(rule, seed, stream),
		.chain_state = STATE_GAP, /* which is STATE_GOOD too */
		.limit = netem_rule_is_none(rule) ? SIZE_MAX : (size_t)limit,
		.slot_packets = rule->slot.packets_max,
		.slot_bytes = rule->slot.bytes_max,
	};
	draw_for(impair, DRAW_START);
	draw_open(impair, &impair->delay, 0, rule->delay_correlation_percent);
	draw_open(impair, &impair->loss, rule->loss.random.percent,
		  rule->loss.random.correlation_percent);
	draw_open(impair, &impair->duplicate, rule->duplicate.percent,
		  rule->duplicate.correlation_percent);
	draw_open(impair, &impair->reorder, rule->reorder.percent,
		  rule->reorder.correlation_percent);
	draw_open(impair, &impair->corrupt, rule->corrupt.percent,
		  rule->corrupt.correlation_percent);
	for (size_t i = 0; i < NETEM_CHAIN_MAX; i++)
		impair->chain[i] = netem_fraction(rule->loss.chain_percent[i]);
}

/* chain: p13, p31, p32, p23, p14. Two halves of all may sum to one more than 32 bits hold. */
static bool lost_by_states(struct impair *impair)
{
	const uint32_t *p = impair->chain;
	uint32_t random = random_u32(impair);

	switch (impair->chain_state) {
	case STATE_GAP:
		if (random < p[4])
			impair->chain_state = STATE_LOST_IN_GAP;
		else if (random < (uint64_t)p[0] + p[4])
			impair->chain_state = STATE_LOST_IN_BURST;
		return impair->chain_state != STATE_GAP;
	case STATE_BURST:
		if (random < p[3])
			impair->chain_state = STATE_LOST_IN_BURST;
		return impair->chain_state == STATE_LOST_IN_BURST;
	case STATE_LOST_IN_BURST:
		if (random < p[2])
			impair->chain_state = STATE_BURST;
		else if (random < (uint64_t)p[1] + p[2])
			impair->chain_state = STATE_GAP;
		return impair->chain_state == STATE_LOST_IN_BURST;
	default:
		impair->chain_state = STATE_GAP;
		return false;
	}
}

/* chain: p, r, 1-h, 1-k. A frame is lost by the state it meets; the state it leaves is for the
 * next. A number that ends a burst is a large one, one that begins it small: so most numbers lead
 * to the same state from both, and a frame more or less is soon forgotten. */
static bool lost_by_gilbert_elliott(struct impair *impair)
{
	const uint32_t *p = impair->chain;

	if (impair->chain_state == STATE_GOOD) {
		if (random_u32(impair) < p[0])
			impair->chain_state = STATE_BAD;
		return random_u32(impair) < p[3];
	}
	if (random_u32(impair) > UINT32_MAX - p[1])
		impair->chain_state = STATE_GOOD;
	return random_u32(impair) > UINT32_MAX - p[2];
}

static bool draw_loss(struct impair *impair)
{
	draw_for(impair, DRAW_LOSS);
	switch (impair->rule.loss.model) {
	case NETEM_LOSS_RANDOM:
		return draw_happens(impair, &impair->loss, DRAW_LOSS);
	case NETEM_LOSS_STATE:
		return lost_by_states(impair);
	case NETEM_LOSS_GEMODEL:
		return lost_by_gilbert_elliott(impair);
	}
	return false;
}

static int32_t draw_corrupt_bit(struct impair *impair, size_t len)
{
	uint32_t byte;

	if (len <= IMPAIR_HEADER_BYTES || !draw_happens(impair, &impair->corrupt, DRAW_CORRUPT))
		return -1;
	byte = random_u32(impair) % (len - IMPAIR_HEADER_BYTES);
	return byte * 8 + random_u32(impair) % 8;
}

/* sch_netem's tabledist(); draw is NULL where draws do not correlate. As there, the modulo leaves
 * little of a correlation unless the jitter is near its bound, 2^31 ns. */
static int64_t draw_delay_ns(struct impair *impair, struct impair_draw *draw,
			     enum netem_distribution distribution, int64_t delay_ns,
			     int64_t jitter_ns)
{
	uint32_t random;

	if (!jitter_ns)
		return delay_ns;
	random = draw ? draw_next(impair, draw) : random_u32(impair);
	if (distribution == NETEM_UNIFORM)
		return random % (2 * jitter_ns) + delay_ns - jitter_ns;
	return delay_ns + dist_value(distribution, random) * jitter_ns / DIST_SCALE;
}

/* How long a frame takes at the rule's rate, in whole cells where the link has them. */
static int64_t packet_time_ns(const struct netem_rate *rate, size_t len)
{
	int64_t bytes = (int64_t)len + rate->packet_overhead_bytes;

	if (rate->cell_size_bytes)
		bytes = (bytes + rate->cell_size_bytes - 1) / rate->cell_size_bytes *
			(rate->cell_size_bytes + rate->cell_overhead_bytes);
	return bytes * NS_PER_S / rate->bytes_per_s;
}

static void slot_next(struct impair *impair, int64_t from_ns)
{
	const struct netem_slot *slot = &impair->rule.slot;
	int64_t span_ns = slot->max_delay_ns - slot->min_delay_ns;

	if (slot->distribution == NETEM_UNIFORM)
		impair->slot_ns = from_ns + slot->min_delay_ns +
				  (int64_t)(random_unit(&impair->random) * span_ns);
	else
		impair->slot_ns = from_ns + draw_delay_ns(impair, NULL, slot->distribution,
							  slot->delay_ns, slot->jitter_ns);
	impair->slot_packets = slot->packets_max;
	impair->slot_bytes = slot->bytes_max;
}

/* When the slot that a frame goes in opens: one that opened before the frame is due is over. */
static int64_t slot_wait_ns(struct impair *impair, size_t len, int64_t now_ns, int64_t due_ns)
{
	const struct netem_slot *slot = &impair->rule.slot;
	int64_t out_ns;

	if (!slot->max_delay_ns && !slot->jitter_ns)
		return due_ns;
	draw_for(impair, DRAW_SLOT);
	if (impair->slot_ns < due_ns)
		slot_next(impair, now_ns);
	if (impair->slot_ns < due_ns)
		slot_next(impair, due_ns);
	out_ns = impair->slot_ns > due_ns ? impair->slot_ns : due_ns;
	impair->slot_packets--;
	impair->slot_bytes -= (int64_t)len;
	if ((slot->packets_max && impair->slot_packets <= 0) ||
	    (slot->bytes_max && impair->slot_bytes <= 0))
		slot_next(impair, out_ns);
	return out_ns;
}

/* A frame at a rate follows the last one that still waits; its delay runs beside that wait. */
static int64_t due_after_last_ns(const struct impair *impair, size_t len, int64_t now_ns,
				 int64_t delay_ns)
{
	if (!impair->rule.rate.bytes_per_s)
		return now_ns + delay_ns;
	if (impair->last_due_ns > now_ns) {
		delay_ns -= impair->last_due_ns - now_ns;
		if (delay_ns < 0)
			delay_ns = 0;
		now_ns = impair->last_due_ns;
	}
	return now_ns + delay_ns + packet_time_ns(&impair->rule.rate, len);
}

static bool draw_overtakes(struct impair *impair)
{
	int64_t gap = impair->rule.gap_frames ? impair->rule.gap_frames : 1;

	draw_for(impair, DRAW_REORDER);
	return impair->reorder.threshold && impair->counter >= gap - 1 &&
	       impair->reorder.threshold >= draw_next(impair, &impair->reorder);
}

static void frame_place(struct impair *impair, size_t len, int64_t now_ns, int32_t corrupt_bit,
			struct impair_fate *ret)
{
	const struct netem_rule *rule = &impair->rule;
	struct impair_copy *copy = &ret->copies[ret->n_copies++];
	int64_t delay_ns;

	*copy = (struct impair_copy){.due_ns = now_ns, .corrupt_bit = corrupt_bit};
	if (draw_overtakes(impair)) {
		copy->overtook = true;
		impair->counter = 0;
		return;
	}
	draw_for(impair, DRAW_DELAY);
	delay_ns = draw_delay_ns(impair, &impair->delay, rule->distribution, rule->delay_ns,
				 rule->jitter_ns);
	copy->late = delay_ns > rule->delay_ns;
	copy->due_ns = due_after_last_ns(impair, len, now_ns, delay_ns);
	if (copy->due_ns > impair->last_due_ns)
		impair->last_due_ns = copy->due_ns;
	copy->due_ns = slot_wait_ns(impair, len, now_ns, copy->due_ns);
	impair->counter++;
}

/* A copy is drawn for as the frame was, but for being copied. */
static void copy_place(struct impair *impair, size_t len, int64_t now_ns, size_t n_queued,
		       struct impair_fate *ret)
{
	uint64_t original = impair->frame;

	draw_for(impair, DRAW_COPY);
	impair->frame = random_next(&impair->random);
	if (!draw_loss(impair)) {
		int32_t corrupt_bit = draw_corrupt_bit(impair, len);

		if (n_queued < impair->limit)
			frame_place(impair, len, now_ns, corrupt_bit, ret);
	}
	impair->frame = original;
}

bool impair_draws(const struct impair *impair)
{
	const struct netem_rule *rule = &impair->rule;

	return impair->loss.threshold || rule->loss.model != NETEM_LOSS_RANDOM ||
	       impair->duplicate.threshold || impair->reorder.threshold ||
	       impair->corrupt.threshold || rule->jitter_ns || rule->slot.max_delay_ns ||
	       rule->slot.jitter_ns;
}

void impair_identify(struct impair *impair, uint64_t identity)
{
	impair->frame = identity;
	impair->identified = true;
}

static void frame_settle(struct impair *impair, size_t len, int64_t now_ns, size_t n_queued,
			 struct impair_fate *ret)
{
	int count = 1 + draw_happens(impair, &impair->duplicate, DRAW_DUPLICATE);
	int32_t corrupt_bit;

	if (draw_loss(impair))
		count--; /* of a frame and its copy one is left, as in the kernel */
	if (!count)
		return;
	corrupt_bit = draw_corrupt_bit(impair, len);
	if (n_queued >= impair->limit)
		return;
	if (count > 1)
		copy_place(impair, len, now_ns, n_queued, ret);
	frame_place(impair, len, now_ns, corrupt_bit, ret);
}

void impair_frame(struct impair *impair, size_t len, int64_t now_ns, size_t n_queued,
		  struct impair_fate *ret)
{
	ret->n_copies = 0;
	if (!impair->identified)
		impair->frame = ++impair->n_frames;
	impair->identified = false;
	frame_settle(impair, len, now_ns, n_queued, ret);
}
