// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * impair: every parameter of a rule, measured on frames. A sample is so large that the right rule
 * is within WITHIN of what theory says, and one whose parameter is off by a fifth is not: both are
 * shown.
 */
#include "netem/impair.h"
#include "base/clock.h"
#include "base/mem.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#define FRAMES	  400000
#define FRAME_LEN 1000
#define WITHIN	  0.05

/* What came of many frames, a second apart: none meets another. */
struct sample {
	double lost, copied, corrupt, overtook; /* fractions of all frames */
	double burst;				/* mean number of frames lost in a row */
	double mean_ms, spread_ms;		/* of the delay, and its standard deviation */
	double correlation;			/* of one frame's delay with the last one's */
	double frame_ms;			/* what a frame takes where they come at once */
};

/* Sums over delays, for the moments. */
struct moments {
	double n, sum, squares, products, last;
};

static void moments_add(struct moments *moments, double value)
{
	moments->n++;
	moments->sum += value;
	moments->squares += value * value;
	moments->products += value * moments->last;
	moments->last = value;
}

static void moments_end(const struct moments *moments, struct sample *sample)
{
	double mean = moments->sum / moments->n;
	double variance = moments->squares / moments->n - mean * mean;

	sample->mean_ms = mean;
	sample->spread_ms = sqrt(variance > 0 ? variance : 0);
	sample->correlation = (moments->products / moments->n - mean * mean) / variance;
}

static void rule_read(const char *text, struct netem_rule *ret)
{
	struct err err = {0};

	cr_assert_eq(netem_rule_parse(text, ret, &err), 0, "%s", err.msg);
}

static double frame_ms(const struct netem_rule *rule)
{
	struct impair impair;
	struct impair_fate fate;

	impair_open(&impair, rule, 1, 0);
	for (int i = 0; i < 1000; i++)
		impair_frame(&impair, FRAME_LEN, 0, 0, &fate);
	return (double)impair.last_due_ns / NS_PER_MS / 1000;
}

static struct sample sample_of(const char *text)
{
	struct moments moments = {0};
	struct sample sample = {0};
	struct netem_rule rule;
	struct impair_fate fate;
	struct impair impair;
	bool was_lost = false;
	double bursts = 0;

	rule_read(text, &rule);
	impair_open(&impair, &rule, 20240817, 0);
	for (int64_t i = 0; i < FRAMES; i++) {
		impair_frame(&impair, FRAME_LEN, i * NS_PER_S, 0, &fate);
		bursts += !fate.n_copies && !was_lost;
		was_lost = !fate.n_copies;
		sample.lost += was_lost;
		sample.copied += fate.n_copies == 2;
		if (was_lost)
			continue;
		sample.corrupt += fate.copies[0].corrupt_bit >= 0;
		sample.overtook += fate.copies[0].overtook;
		moments_add(&moments, (double)(fate.copies[0].due_ns - i * NS_PER_S) / NS_PER_MS);
	}
	sample.burst = bursts ? sample.lost / bursts : 0;
	moments_end(&moments, &sample);
	sample.lost /= FRAMES;
	sample.copied /= FRAMES;
	sample.corrupt /= FRAMES;
	sample.overtook /= FRAMES;
	sample.frame_ms = frame_ms(&rule);
	return sample;
}

/* The spreads of the tables, cut at four jitters, were computed apart from this program; so were
 * the rates of correlated draws, whose sums favour the middle. */
static const struct parameter {
	const char *right, *wrong;
	size_t measured;
	double expected;
} parameters[] = {
#define OF(member) offsetof(struct sample, member)
	{"delay 100ms", "delay 120ms", OF(mean_ms), 100},
	{"delay 100ms 20ms", "delay 100ms 24ms", OF(spread_ms), 20 / 1.7320508},
	{"delay 100ms 20ms", "delay 120ms 20ms", OF(mean_ms), 100},
	{"delay 3s 2147483647ns 50%", "delay 3s 2147483647ns 60%", OF(correlation), 0.5},
	{"delay 100ms 20ms distribution normal", "delay 100ms 24ms distribution normal",
	 OF(spread_ms), 20 * 0.99984},
	{"delay 100ms 20ms distribution pareto", "delay 100ms 24ms distribution pareto",
	 OF(spread_ms), 20 * 0.82085},
	{"delay 100ms 20ms distribution paretonormal", "delay 100ms 24ms distribution paretonormal",
	 OF(spread_ms), 20 * 0.83491},
	{"loss 10%", "loss 12%", OF(lost), 0.1},
	{"loss 10% 25%", "loss 10% 30%", OF(lost), 0.01727},
	{"loss gemodel 2% 25%", "loss gemodel 2.4% 25%", OF(lost), 0.02 / 0.27},
	{"loss gemodel 2% 25%", "loss gemodel 2% 30%", OF(burst), 4},
	{"loss gemodel 2% 25% 50%", "loss gemodel 2% 25% 60%", OF(lost), 0.01 / 0.27},
	{"loss gemodel 2% 25% 0% 5%", "loss gemodel 2% 25% 0% 6%", OF(lost), 0.05 * 0.25 / 0.27},
	{"loss state 2% 25%", "loss state 2.4% 25%", OF(lost), 0.02 / 0.27},
	{"loss state 2% 25%", "loss state 2% 30%", OF(burst), 4},
	{"loss state 2% 5% 40% 30%", "loss state 2% 5% 48% 30%", OF(burst), 1 / 0.45},
	{"loss state 10% 5% 40% 10%", "loss state 10% 5% 40% 12%", OF(lost), 2. / 11},
	{"loss state 0% 100% 0% 100% 5%", "loss state 0% 100% 0% 100% 6%", OF(lost), 0.05 / 1.05},
	{"duplicate 10%", "duplicate 12%", OF(copied), 0.1},
	{"duplicate 10% 25%", "duplicate 10% 30%", OF(copied), 0.01727},
	{"delay 10ms reorder 25%", "delay 10ms reorder 30%", OF(overtook), 0.25},
	{"delay 10ms reorder 25% 50%", "delay 10ms reorder 25% 60%", OF(overtook), 0.06939},
	{"delay 10ms reorder 50% gap 5", "delay 10ms reorder 50% gap 6", OF(overtook), 1. / 6},
	{"corrupt 5%", "corrupt 6%", OF(corrupt), 0.05},
	{"corrupt 10% 25%", "corrupt 10% 30%", OF(corrupt), 0.01727},
	{"rate 1mbit", "rate 1200kbit", OF(frame_ms), 8},
	{"rate 1mbit 1000", "rate 1mbit 1200", OF(frame_ms), 16},
	{"rate 1mbit 0 300", "rate 1mbit 0 360", OF(frame_ms), 9.6},
	{"rate 1mbit 0 300 300", "rate 1mbit 0 300 360", OF(frame_ms), 19.2},
	{"slot 100ms", "slot 120ms", OF(mean_ms), 100},
	{"slot 0 200ms", "slot 0 240ms", OF(mean_ms), 100},
	{"slot 0 200ms", "slot 0 240ms", OF(spread_ms), 200 / 3.4641016},
	{"slot distribution normal 100ms 10ms", "slot distribution normal 120ms 10ms", OF(mean_ms),
	 100},
	{"slot distribution normal 100ms 10ms", "slot distribution normal 100ms 12ms",
	 OF(spread_ms), 10 * 0.99984},
#undef OF
};

static double measure(const char *rule, size_t measured)
{
	struct sample sample = sample_of(rule);

	return *(const double *)((const char *)&sample + measured);
}

Test(impair, each_parameter_does_what_it_says)
{
	for (size_t i = 0; i < ARRAY_SIZE(parameters); i++) {
		const struct parameter *row = &parameters[i];
		double got = measure(row->right, row->measured);

		cr_expect(fabs(got / row->expected - 1) < WITHIN, "%s: %g, not %g", row->right, got,
			  row->expected);
	}
}

Test(impair, a_parameter_off_by_a_fifth_is_seen)
{
	for (size_t i = 0; i < ARRAY_SIZE(parameters); i++) {
		const struct parameter *row = &parameters[i];
		double got = measure(row->wrong, row->measured);

		cr_expect(fabs(got / row->expected - 1) > WITHIN, "%s passes for %s: %g, %g",
			  row->wrong, row->right, got, row->expected);
	}
}

/* The kernel takes a correlated number modulo twice the jitter, or the table's size, and keeps of
 * it the part that does not correlate. */
Test(impair, draws_of_a_short_jitter_do_not_correlate)
{
	cr_expect_lt(fabs(sample_of("delay 100ms 20ms 50%").correlation), 0.01);
	cr_expect_lt(fabs(sample_of("delay 100ms 20ms 50% distribution normal").correlation), 0.01);
}

static const char everything[] =
	"delay 40ms 15ms 25% distribution normal loss gemodel 2% 30% 80% 0.5% duplicate 2% "
	"reorder 5% 25% gap 3 corrupt 1% rate 10mbit slot 1ms 5ms packets 4 limit 1000";

/* How many of many frames have another fate under the second seed or stream. */
static int differing(uint64_t seed, unsigned stream, const char *text)
{
	struct impair_fate fates[2];
	struct impair impairs[2];
	struct netem_rule rule;
	int n = 0;

	rule_read(text, &rule);
	impair_open(&impairs[0], &rule, 7, 0);
	impair_open(&impairs[1], &rule, seed, stream);
	for (int64_t i = 0; i < 1000; i++) {
		memset(fates, 0, sizeof(fates));
		for (int j = 0; j < 2; j++)
			impair_frame(&impairs[j], 54 + i, i * NS_PER_MS, 0, &fates[j]);
		n += memcmp(&fates[0], &fates[1], sizeof(fates[0])) != 0;
	}
	return n;
}

Test(impair, the_seed_decides)
{
	cr_expect_eq(differing(7, 0, everything), 0);
	cr_expect_gt(differing(8, 0, everything), 900);
	cr_expect_gt(differing(7, 1, everything), 900);
	cr_expect_eq(differing(8, 0, "delay 40ms 15ms seed 3"), 0);
	cr_expect_gt(differing(7, 1, "delay 40ms 15ms seed 3"), 900);
}

static struct impair_fate fate_at(struct impair *impair, int64_t now_ns, size_t n_queued)
{
	struct impair_fate fate;

	impair_frame(impair, FRAME_LEN, now_ns, n_queued, &fate);
	return fate;
}

Test(impair, none_carries_each_frame_at_once)
{
	struct netem_rule rule = {0};
	struct impair impair;
	struct impair_fate fate;

	impair_open(&impair, &rule, 1, 0);
	fate = fate_at(&impair, 5, 60000);
	cr_expect_eq(fate.n_copies, 1);
	cr_expect_eq(fate.copies[0].due_ns, 5);
	cr_expect_eq(fate.copies[0].corrupt_bit, -1);
}

Test(impair, above_the_limit_frames_are_lost)
{
	struct netem_rule rule;
	struct impair impair;

	rule_read("delay 1ms limit 3", &rule);
	impair_open(&impair, &rule, 1, 0);
	cr_expect_eq(fate_at(&impair, 0, 2).n_copies, 1);
	cr_expect_eq(fate_at(&impair, 0, 3).n_copies, 0);
	rule_read("delay 1ms", &rule);
	impair_open(&impair, &rule, 1, 0);
	cr_expect_eq(fate_at(&impair, 0, 999).n_copies, 1);
	cr_expect_eq(fate_at(&impair, 0, 1000).n_copies, 0);
}

/* A frame and its copy that is lost leave one; one of two losses leaves one too. */
Test(impair, what_is_copied_and_lost_comes_once)
{
	struct netem_rule rule;
	struct impair impair;

	rule_read("loss 100% duplicate 100%", &rule);
	impair_open(&impair, &rule, 1, 0);
	for (int i = 0; i < 100; i++)
		cr_expect_eq(fate_at(&impair, i, 0).n_copies, 1);
}

Test(impair, a_frame_that_overtakes_goes_at_once)
{
	struct netem_rule rule;
	struct impair impair;

	rule_read("delay 10ms reorder 100% gap 3", &rule);
	impair_open(&impair, &rule, 1, 0);
	for (int i = 0; i < 9; i++) {
		struct impair_copy copy = fate_at(&impair, i, 0).copies[0];

		cr_expect_eq(copy.overtook, i % 3 == 2);
		cr_expect_eq(copy.due_ns, i % 3 == 2 ? i : i + 10 * NS_PER_MS);
	}
}

Test(impair, every_bit_after_the_ethernet_header_can_be_wrong)
{
	bool seen[60 * 8] = {false};
	struct netem_rule rule;
	struct impair impair;
	struct impair_fate fate;

	rule_read("corrupt 100%", &rule);
	impair_open(&impair, &rule, 1, 0);
	for (int i = 0; i < 20000; i++) {
		impair_frame(&impair, IMPAIR_HEADER_BYTES + 60, i, 0, &fate);
		cr_assert(fate.copies[0].corrupt_bit >= 0 && fate.copies[0].corrupt_bit < 60 * 8);
		seen[fate.copies[0].corrupt_bit] = true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(seen); i++)
		cr_expect(seen[i], "bit %zu", i);
}

/* Five frames at once, two in a slot: after one, two and three slots. */
Test(impair, a_slot_takes_so_many_frames)
{
	static const char *const rules[] = {"slot 10ms packets 2", "slot 10ms bytes 1001"};
	struct netem_rule rule;
	struct impair impair;

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		rule_read(rules[i], &rule);
		impair_open(&impair, &rule, 1, 0);
		for (int j = 0; j < 5; j++)
			cr_expect_eq(fate_at(&impair, 1, 0).copies[0].due_ns,
				     1 + (1 + j / 2) * 10 * NS_PER_MS, "%s: frame %d", rules[i], j);
	}
}

/* Frames by their identities, those in `skip` left out: "." carried, "l" lost, "c" corrupt. */
static void fates_of(const char *text, uint64_t skip, char fates[61])
{
	struct netem_rule rule;
	struct impair impair;

	rule_read(text, &rule);
	impair_open(&impair, &rule, 7, 0);
	memset(fates, ' ', 60);
	fates[60] = '\0';
	for (uint64_t i = 0; i < 60; i++) {
		struct impair_fate fate;

		if (skip >> i & 1)
			continue;
		impair_identify(&impair, i * 0x9e3779b97f4a7c15ULL);
		impair_frame(&impair, FRAME_LEN, (int64_t)i * NS_PER_S, 0, &fate);
		fates[i] = !fate.n_copies ? 'l' : fate.copies[0].corrupt_bit >= 0 ? 'c' : '.';
	}
}

/* A frame's fate is its own: the others keep theirs when it is not there. */
Test(impair, a_frame_less_moves_no_other)
{
	char all[61], less[61];
	uint64_t skip = 1 << 3 | 1 << 17;

	fates_of("loss 20% corrupt 20%", 0, all);
	fates_of("loss 20% corrupt 20%", skip, less);
	cr_expect(strchr(all, 'l') && strchr(all, 'c') && strchr(all, '.'), "%s", all);
	for (size_t i = 0; i < 60; i++) {
		if (!(skip >> i & 1))
			cr_expect_eq(all[i], less[i], "frame %zu of %s and %s", i, all, less);
	}
}

/* Where bursts make frames hang together, one less is forgotten after a while. */
Test(impair, a_burst_forgets_a_frame)
{
	char all[61], less[61];

	fates_of("loss gemodel 20% 50%", 0, all);
	fates_of("loss gemodel 20% 50%", 1 << 3, less);
	cr_expect_str_eq(all + 20, less + 20);
}
