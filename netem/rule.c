// SPDX-License-Identifier: GPL-2.0-or-later
/* rule: owns what a rule may be: the bounds of each part, and what one part needs of another. */
#include "netem/rule.h"
#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <math.h>

#define DELAY_MAX_NS  (600 * NS_PER_S)
#define JITTER_MAX_NS INT32_MAX /* sch_netem keeps it in 31 bits */
#define OVERHEAD_MIN  (-50)	/* a frame of 54 bytes, the smallest, still has a length */
#define OVERHEAD_MAX  65535

const char *const netem_distribution_names[] = {
	[NETEM_UNIFORM] = "uniform",
	[NETEM_NORMAL] = "normal",
	[NETEM_PARETO] = "pareto",
	[NETEM_PARETONORMAL] = "paretonormal",
};
const size_t netem_n_distributions = ARRAY_SIZE(netem_distribution_names);

const char *const netem_by_names[N_NETEM_BY] = {
	[NETEM_BY_WIRE] = "wire",
	[NETEM_BY_KERNEL] = "kernel",
};

bool netem_rule_is_none(const struct netem_rule *rule)
{
	const struct netem_slot *slot = &rule->slot;

	return !rule->delay_ns && !rule->jitter_ns && !rule->limit_packets && !rule->seed &&
	       rule->loss.model == NETEM_LOSS_RANDOM && rule->loss.random.percent <= 0 &&
	       rule->duplicate.percent <= 0 && rule->corrupt.percent <= 0 &&
	       !rule->rate.bytes_per_s && !slot->max_delay_ns && !slot->jitter_ns;
}

uint32_t netem_fraction(double percent)
{
	return (uint32_t)llround(percent / 100 * UINT32_MAX);
}

static int percents_check(const struct netem_rule *rule, struct err *err)
{
	const struct {
		const char *what;
		double percent;
	} all[] = {
		{"delay's correlation", rule->delay_correlation_percent},
		{"loss", rule->loss.random.percent},
		{"loss's correlation", rule->loss.random.correlation_percent},
		{"duplicate", rule->duplicate.percent},
		{"duplicate's correlation", rule->duplicate.correlation_percent},
		{"reorder", rule->reorder.percent},
		{"reorder's correlation", rule->reorder.correlation_percent},
		{"corrupt", rule->corrupt.percent},
		{"corrupt's correlation", rule->corrupt.correlation_percent},
		{"loss's first probability", rule->loss.chain_percent[0]},
		{"loss's second probability", rule->loss.chain_percent[1]},
		{"loss's third probability", rule->loss.chain_percent[2]},
		{"loss's fourth probability", rule->loss.chain_percent[3]},
		{"loss's fifth probability", rule->loss.chain_percent[4]},
	};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		if (!(all[i].percent >= 0 && all[i].percent <= 100))
			return err_set(err, EINVAL,
				       "%s is a percentage from 0%% to 100%%, not %g%%",
				       all[i].what, all[i].percent);
	}
	return 0;
}

/* The kernel adds the two as 32-bit fractions of one: beyond 100 % their sum would wrap. */
static int chain_check(const struct netem_loss *loss, struct err *err)
{
	const double *p = loss->chain_percent;

	if (loss->model != NETEM_LOSS_STATE)
		return 0;
	if (p[0] + p[4] > 100)
		return err_set(err, EINVAL,
			       "loss state: p13 and p14 leave one state; %g%% and "
			       "%g%% are more than 100%%",
			       p[0], p[4]);
	if (p[1] + p[2] > 100)
		return err_set(err, EINVAL,
			       "loss state: p31 and p32 leave one state; %g%% and "
			       "%g%% are more than 100%%",
			       p[1], p[2]);
	return 0;
}

static int delay_check(const struct netem_rule *rule, struct err *err)
{
	if (rule->delay_ns < 0 || rule->delay_ns > DELAY_MAX_NS)
		return err_set(err, EINVAL, "delay takes a duration up to 600s");
	if (rule->jitter_ns < 0 || rule->jitter_ns > JITTER_MAX_NS)
		return err_set(err, EINVAL, "jitter is a duration up to 2147483647ns");
	if (rule->distribution != NETEM_UNIFORM && !rule->jitter_ns)
		return err_set(err, EINVAL,
			       "distribution %s needs a jitter to spread: delay TIME JITTER",
			       netem_distribution_names[rule->distribution]);
	if (rule->reorder.percent > 0 && !rule->delay_ns)
		return err_set(err, EINVAL,
			       "reorder needs a delay: a frame overtakes those that wait");
	if (rule->gap_frames < 0 || rule->gap_frames > INT32_MAX)
		return err_set(err, EINVAL, "gap is a number of frames from 1 to %d", INT32_MAX);
	if (rule->gap_frames && rule->reorder.percent <= 0)
		return err_set(err, EINVAL, "gap needs a reorder: reorder PERCENT gap FRAMES");
	return 0;
}

static int rate_check(const struct netem_rate *rate, struct err *err)
{
	if (rate->bytes_per_s < 0)
		return err_set(err, EINVAL, "rate is 8bit or more a second");
	if (rate->packet_overhead_bytes < OVERHEAD_MIN ||
	    rate->packet_overhead_bytes > OVERHEAD_MAX)
		return err_set(err, EINVAL, "rate's packet overhead is %d to %d bytes",
			       OVERHEAD_MIN, OVERHEAD_MAX);
	if (rate->cell_size_bytes < 0 || rate->cell_size_bytes > OVERHEAD_MAX)
		return err_set(err, EINVAL, "rate's cell size is 0 to %d bytes", OVERHEAD_MAX);
	if (rate->cell_overhead_bytes && !rate->cell_size_bytes)
		return err_set(err, EINVAL, "rate's cell overhead needs a cell size");
	if (rate->cell_overhead_bytes <= -rate->cell_size_bytes && rate->cell_size_bytes)
		return err_set(err, EINVAL, "rate's cell overhead leaves nothing of a cell");
	if (rate->cell_overhead_bytes > OVERHEAD_MAX)
		return err_set(err, EINVAL, "rate's cell overhead is at most %d bytes",
			       OVERHEAD_MAX);
	return 0;
}

static int slot_check(const struct netem_slot *slot, struct err *err)
{
	if (slot->min_delay_ns < 0 || slot->max_delay_ns > DELAY_MAX_NS || slot->delay_ns < 0 ||
	    slot->delay_ns > DELAY_MAX_NS)
		return err_set(err, EINVAL, "slot takes durations up to 600s");
	if (slot->min_delay_ns > slot->max_delay_ns)
		return err_set(err, EINVAL, "slot's shortest delay is above its longest");
	if (slot->jitter_ns < 0 || slot->jitter_ns > JITTER_MAX_NS)
		return err_set(err, EINVAL, "slot's jitter is a duration up to 2147483647ns");
	if (slot->packets_max < 0 || slot->packets_max > INT32_MAX || slot->bytes_max < 0 ||
	    slot->bytes_max > INT32_MAX)
		return err_set(err, EINVAL, "slot's packets and bytes are 1 to %d", INT32_MAX);
	if ((slot->packets_max || slot->bytes_max) && !slot->max_delay_ns && !slot->jitter_ns)
		return err_set(err, EINVAL, "slot's packets and bytes need a delay between slots");
	return 0;
}

/* Frames that the delay alone keeps under way at this rate; above the limit they would be lost
 * whatever the rule says of loss. */
static int limit_check(const struct netem_rule *rule, struct err *err)
{
	int64_t limit = rule->limit_packets ? rule->limit_packets : NETEM_LIMIT_DEFAULT;
	double held = (double)rule->rate.bytes_per_s * rule->delay_ns / NS_PER_S;
	char delay[32];

	if (rule->limit_packets < 0 || rule->limit_packets > INT32_MAX)
		return err_set(err, EINVAL, "limit is a number of packets from 1 to %d", INT32_MAX);
	if (held <= (double)limit * NETEM_FRAME_BYTES)
		return 0;
	return err_set(err, EINVAL,
		       "limit %lld is too small: at this rate a delay of %s holds %.0f full "
		       "frames; give a limit above that",
		       (long long)limit, duration_format(rule->delay_ns, delay, sizeof(delay)),
		       held / NETEM_FRAME_BYTES);
}

int netem_rule_check(const struct netem_rule *rule, struct err *err)
{
	int r = percents_check(rule, err);

	if (!r)
		r = chain_check(&rule->loss, err);
	if (!r)
		r = delay_check(rule, err);
	if (!r)
		r = rate_check(&rule->rate, err);
	if (!r)
		r = slot_check(&rule->slot, err);
	return r ? r : limit_check(rule, err);
}
