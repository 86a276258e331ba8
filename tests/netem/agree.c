// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * netem-agree: does a rule mean the same to the wire and to the kernel's netem?
 *
 *     netem-agree [--seed N] [--wrong wire|kernel] [--times N] [--changed yes]
 *
 * Each row is one parameter: a rule that has it, the same rule with that parameter off by a fifth,
 * and what is measured of the frames. The two means may be apart by what Welch's t allows at
 * LEVEL / rows, so that all rows together raise a false alarm once in 1 / LEVEL runs; and both
 * sides send as many frames as it takes to overlook a fifth as rarely, by the wire's own spread.
 * They may be apart as well by RESOLUTION_MS, which is the clock's. --wrong gives one side the
 * wrong rules: then every row must see it, and a row that does not is the failure. --changed: the
 * kernel's netem had a rule with everything in it before, and was changed.
 *
 * Exit codes: 0 as it should be, 1 not, 2 usage, 77 this kernel has no sch_netem, 99 it broke.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "base/random.h"
#include "observe.h"
#include "stats.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define LEVEL	      1e-4
#define PILOT_FRAMES  100000
#define PILOT_MAX     (64 * PILOT_FRAMES)
#define PILOT_SURE    25  /* standard errors between right and wrong */
#define PILOT_MARGIN  1.2 /* for what the pilot itself does not know */
#define RESOLUTION_MS 0.02
#define SKIPPED	      77
#define BROKEN	      99

enum measure { LOST, BURST, COPIED, CORRUPT, OVERTOOK, MEAN, SPREAD, CORRELATION, STEP };

static const char *const measure_names[] = {
	[LOST] = "lost",
	[BURST] = "frames lost in a row",
	[COPIED] = "copied",
	[CORRUPT] = "corrupt",
	[OVERTOOK] = "overtook",
	[MEAN] = "mean delay",
	[SPREAD] = "delay's spread",
	[CORRELATION] = "delay's correlation",
	[STEP] = "time a frame takes",
};

/* How many values a piece of a series has at least, so that little is left of what correlates (or
 * alternates) in them. A burst is one by itself. */
static const size_t piece_min[] = {
	[LOST] = 25, [BURST] = 10,  [COPIED] = 25,	[CORRUPT] = 25, [OVERTOOK] = 100,
	[MEAN] = 25, [SPREAD] = 25, [CORRELATION] = 50, [STEP] = 10,
};
#define PIECE_FOLDED 5

static const struct row {
	enum measure measure;
	const char *right, *wrong;
	size_t batch, len;
	bool folded; /* a batch has a pattern: its mean is one value */
} rows[] = {
	{MEAN, "delay 100ms", "delay 120ms", 100, 100},
	{MEAN, "delay 100ms 20ms", "delay 120ms 20ms", 1000, 100},
	{SPREAD, "delay 100ms 20ms", "delay 100ms 24ms", 1000, 100},
	{CORRELATION, "delay 3s 2147483647ns 50%", "delay 3s 2147483647ns 60%", 1000, 100},
	{SPREAD, "delay 100ms 20ms distribution normal", "delay 100ms 24ms distribution normal",
	 1000, 100},
	{SPREAD, "delay 100ms 20ms distribution pareto", "delay 100ms 24ms distribution pareto",
	 1000, 100},
	{SPREAD, "delay 100ms 20ms distribution paretonormal",
	 "delay 100ms 24ms distribution paretonormal", 1000, 100},
	{LOST, "loss 30%", "loss 36%", 1000, 100},
	{LOST, "loss 30% 25%", "loss 36% 25%", 1000, 100},
	{LOST, "loss 30% 25%", "loss 30% 30%", 1000, 100},
	{BURST, "loss 40% 60%", "loss 40% 72%", 1000, 100},
	{LOST, "loss gemodel 20% 40%", "loss gemodel 24% 40%", 1000, 100},
	{BURST, "loss gemodel 20% 40%", "loss gemodel 20% 48%", 1000, 100},
	{LOST, "loss gemodel 20% 40% 50%", "loss gemodel 20% 40% 60%", 1000, 100},
	{LOST, "loss gemodel 20% 40% 0% 20%", "loss gemodel 20% 40% 0% 24%", 1000, 100},
	{LOST, "loss state 20% 40%", "loss state 24% 40%", 1000, 100},
	{BURST, "loss state 20% 40%", "loss state 20% 48%", 1000, 100},
	{BURST, "loss state 20% 10% 40% 30%", "loss state 20% 10% 48% 30%", 1000, 100},
	{LOST, "loss state 20% 10% 40% 20%", "loss state 20% 10% 40% 24%", 1000, 100},
	{LOST, "loss state 0% 100% 0% 100% 30%", "loss state 0% 100% 0% 100% 36%", 1000, 100},
	{COPIED, "duplicate 30%", "duplicate 36%", 1000, 100},
	{COPIED, "duplicate 30% 25%", "duplicate 30% 30%", 1000, 100},
	{OVERTOOK, "delay 10ms reorder 25%", "delay 10ms reorder 30%", 1000, 100},
	{OVERTOOK, "delay 10ms reorder 25% 50%", "delay 10ms reorder 25% 60%", 1000, 100},
	{OVERTOOK, "delay 10ms reorder 50% gap 5", "delay 10ms reorder 50% gap 6", 1000, 100},
	{CORRUPT, "corrupt 30%", "corrupt 36%", 1000, 100},
	{CORRUPT, "corrupt 30% 25%", "corrupt 30% 30%", 1000, 100},
	{STEP, "rate 1mbit", "rate 1200kbit", 100, 1000},
	{STEP, "rate 1mbit 1000", "rate 1mbit 1200", 100, 1000},
	{STEP, "rate 1mbit 0 300", "rate 1mbit 0 360", 100, 1000},
	{STEP, "rate 1mbit 0 300 300", "rate 1mbit 0 300 360", 100, 1000},
	{LOST, "delay 100ms limit 50", "delay 100ms limit 60", 100, 100, true},
	{MEAN, "slot 100ms", "slot 120ms", 1, 100},
	{MEAN, "slot 0 200ms", "slot 0 240ms", 1, 100},
	{SPREAD, "slot 0 200ms", "slot 0 240ms", 1, 100},
	{MEAN, "slot distribution normal 100ms 10ms", "slot distribution normal 120ms 10ms", 1,
	 100},
	{SPREAD, "slot distribution normal 100ms 10ms", "slot distribution normal 100ms 12ms", 1,
	 100},
	{MEAN, "slot 10ms packets 5", "slot 10ms packets 6", 60, 100, true},
	{MEAN, "slot 10ms bytes 1000", "slot 10ms bytes 1200", 60, 200, true},
};

/* Of those that came, in their order. */
static void add_delays(const struct plan *plan, const struct observed *seen, struct series *ret)
{
	for (size_t i = 0; i < plan->n; i++) {
		if (seen[i].n_copies)
			series_add(ret, (double)seen[i].delay_ns / NS_PER_MS);
	}
}

static double series_mean(const struct series *series)
{
	double sum = 0;

	for (size_t i = 0; i < series->n; i++)
		sum += series->values[i];
	return sum / (double)series->n;
}

/* Products of each delay's distance from the mean with its own (lag 0) or its predecessor's. */
static void add_products(const struct plan *plan, const struct observed *seen, size_t lag,
			 struct series *ret)
{
	_cleanup_(series_free) struct series delays = {0};
	double mean, last;

	add_delays(plan, seen, &delays);
	mean = series_mean(&delays);
	for (size_t i = lag; i < delays.n; i++) {
		last = delays.values[i - lag] - mean;
		series_add(ret, (delays.values[i] - mean) * last);
	}
}

static void add_correlation(const struct plan *plan, const struct observed *seen,
			    struct series *ret)
{
	_cleanup_(series_free) struct series squares = {0};
	double variance;

	add_products(plan, seen, 0, &squares);
	add_products(plan, seen, 1, ret);
	variance = series_mean(&squares);
	for (size_t i = 0; i < ret->n; i++)
		ret->values[i] /= variance;
}

static void add_bursts(const struct plan *plan, const struct observed *seen, struct series *ret)
{
	size_t length = 0;

	for (size_t i = 0; i < plan->n; i++) {
		if (seen[i].n_copies && length)
			series_add(ret, (double)length);
		length = seen[i].n_copies ? 0 : length + 1;
	}
}

static void add_steps(const struct plan *plan, const struct observed *seen, struct series *ret)
{
	for (size_t i = 0; i < plan->n; i++) {
		if (i % plan->batch)
			series_add(ret,
				   (double)(seen[i].delay_ns - seen[i - 1].delay_ns) / NS_PER_MS);
	}
}

static double happened(enum measure measure, const struct plan *plan, const struct observed *seen)
{
	switch (measure) {
	case LOST:
		return !seen->n_copies;
	case COPIED:
		return seen->n_copies > 1;
	case CORRUPT:
		return seen->corrupt;
	default:
		return seen->n_copies && seen->delay_ns < plan->rule->delay_ns / 2;
	}
}

/* The series whose mean is the measure. */
static struct series measure_of(enum measure measure, const struct plan *plan,
				const struct observed *seen)
{
	struct series series = {0};

	switch (measure) {
	case MEAN:
		add_delays(plan, seen, &series);
		break;
	case SPREAD:
		add_products(plan, seen, 0, &series);
		break;
	case CORRELATION:
		add_correlation(plan, seen, &series);
		break;
	case BURST:
		add_bursts(plan, seen, &series);
		break;
	case STEP:
		add_steps(plan, seen, &series);
		break;
	case LOST:
	case COPIED:
	case CORRUPT:
	case OVERTOOK:
		for (size_t i = 0; i < plan->n; i++)
			series_add(&series, happened(measure, plan, &seen[i]));
	}
	return series;
}

/* A side of one comparison. site NULL: the wire. */
static int estimate(struct site *site, const struct row *row, const char *text, size_t n,
		    uint64_t seed, struct estimate *ret, struct err *err)
{
	_cleanup_free_ struct observed *seen = mem_zalloc(n * sizeof(*seen));
	struct netem_rule rule;
	struct plan plan = {&rule, n, row->batch, row->len, seed};
	struct series series;
	int r = netem_rule_parse(text, &rule, err);

	if (r)
		return r;
	if (!rule.limit_packets)
		rule.limit_packets = 10 * (int64_t)row->batch;
	if (!site)
		observe_wire(&plan, seen);
	else
		r = observe_kernel(site, &plan, seen, err);
	if (r)
		return r;
	series = measure_of(row->measure, &plan, seen);
	if (row->folded)
		series_fold(&series, row->batch);
	if (series.n < STATS_BATCHES)
		r = err_set(err, ERANGE, "%s: %zu of %zu frames gave no measure", text, series.n,
			    n);
	else
		*ret = estimate_of(&series);
	series_free(&series);
	return r;
}

static double level_of_row(void)
{
	return LEVEL / ARRAY_SIZE(rows);
}

/* A pilot of the wire alone, right and wrong, says how many frames a comparison takes. */
static int plan_size(const struct row *row, uint64_t seed, size_t *ret_n, struct err *err)
{
	struct estimate right, wrong;
	double apart, doubt, values;
	size_t n = PILOT_FRAMES - PILOT_FRAMES % row->batch;
	int r;

	do {
		r = estimate(NULL, row, row->right, n, seed ^ 1, &right, err);
		if (!r)
			r = estimate(NULL, row, row->wrong, n, seed ^ 2, &wrong, err);
		if (r)
			return r;
		apart = fabs(right.mean - wrong.mean);
		doubt = sqrt(right.variance / right.n + wrong.variance / wrong.n);
		n *= 4;
	} while (apart < PILOT_SURE * doubt && n <= PILOT_MAX);
	if (apart < PILOT_SURE * doubt)
		return err_set(err, ERANGE, "%s: a fifth is not to be seen", row->right);
	n /= 4;
	values = PILOT_MARGIN * sample_size(&right, &wrong, level_of_row(), 1 - level_of_row());
	values = fmax(values,
		      (double)STATS_BATCHES *
			      (double)(row->folded ? PIECE_FOLDED : piece_min[row->measure]));
	*ret_n = (size_t)(values * (double)n / right.n);
	*ret_n += row->batch - *ret_n % row->batch;
	return 0;
}

struct run {
	struct site site;
	const char *wrong; /* which side has the wrong rules; NULL: none */
	bool changed;
	size_t failed;
};

static int row_run(struct run *run, const struct row *row, uint64_t seed, struct err *err)
{
	const char *wire_rule = run->wrong && !strcmp(run->wrong, "wire") ? row->wrong : row->right;
	const char *kernel_rule =
		run->wrong && !strcmp(run->wrong, "kernel") ? row->wrong : row->right;
	struct estimate wire, kernel;
	double bound;
	bool agree;
	size_t n = 0;
	int r = plan_size(row, seed, &n, err);

	if (!r)
		r = estimate(NULL, row, wire_rule, n, seed ^ 3, &wire, err);
	if (!r)
		r = estimate(&run->site, row, kernel_rule, n, seed ^ 4, &kernel, err);
	if (r)
		return r;
	bound = welch_bound(&wire, &kernel, level_of_row());
	if (row->measure == MEAN || row->measure == STEP)
		bound += RESOLUTION_MS;
	agree = fabs(wire.mean - kernel.mean) <= bound;
	run->failed += agree == !!run->wrong;
	printf("%-6s %s: %s: wire %.6g, kernel %.6g, at most %.2g apart; %zu frames\n",
	       agree ? "agree" : "DIFFER", kernel_rule, measure_names[row->measure], wire.mean,
	       kernel.mean, bound, n);
	fflush(stdout);
	return 0;
}

static int usage(void)
{
	fprintf(stderr, "usage: netem-agree [--seed N] [--wrong wire|kernel] [--times N] "
			"[--changed yes]\n");
	return 2;
}

static bool arguments(char **argv, int64_t *seed, int64_t *times, struct run *run)
{
	for (; argv[0]; argv += 2) {
		if (!argv[1])
			return false;
		if (!strcmp(argv[0], "--seed") && number_parse(argv[1], seed))
			continue;
		if (!strcmp(argv[0], "--times") && number_parse(argv[1], times) && *times > 0)
			continue;
		if (!strcmp(argv[0], "--changed") && !strcmp(argv[1], "yes")) {
			run->changed = true;
			continue;
		}
		run->wrong = argv[1];
		if (strcmp(argv[0], "--wrong") != 0 ||
		    (strcmp(run->wrong, "wire") != 0 && strcmp(run->wrong, "kernel") != 0))
			return false;
	}
	return true;
}

static int run_all(struct run *run, uint64_t seed, int64_t times, struct err *err)
{
	struct random random = {.state = seed};
	int r = site_open(&run->site, err);

	run->site.changes = run->changed;
	for (int64_t i = 0; !r && i < times; i++) {
		for (size_t j = 0; !r && j < ARRAY_SIZE(rows); j++)
			r = row_run(run, &rows[j], random_next(&random) & ~7ULL, err);
	}
	site_close(&run->site);
	return r;
}

int main(int argc, char **argv)
{
	struct run run = {0};
	struct err err = {0};
	int64_t seed = 1, times = 1;
	int r;

	if (argc < 1 || !arguments(argv + 1, &seed, &times, &run))
		return usage();
	r = run_all(&run, seed, times, &err);
	if (r) {
		fprintf(stderr, "netem-agree: %s\n", err.msg);
		return r == -EOPNOTSUPP ? SKIPPED : BROKEN;
	}
	printf("seed %lld: of %zu comparisons %zu are not as they should be\n", (long long)seed,
	       ARRAY_SIZE(rows) * (size_t)times, run.failed);
	return run.failed ? 1 : 0;
}
