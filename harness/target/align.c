// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * align: owns the choice of the instants at which a guest's cells start.
 *
 * Jiffies begin at -300 * HZ (INITIAL_JIFFIES, include/linux/jiffies.h) when CLOCK_MONOTONIC is 0,
 * so at 300 s they are 0, a multiple of everything; and so they are each `period` before and after
 * it.
 */
#include "target/align.h"

#include "base/clock.h"
#include "lab/wheel.h"
#include "play/loop.h"

#define JIFFIES_ZERO_NS (300 * NS_PER_S)

/* The kernel's tick comes this late after a whole second at most: what begins then is past it, and
 * a little past the one that there is then at any HZ, if the kernel is not idle. It is where the
 * sleeps of a play end, too: what its first step takes is not on a verge. */
#define TICK_LATE_NS (20 * NS_PER_MS + LOOP_GRID_NS / 2)

static int64_t gcd(int64_t a, int64_t b)
{
	while (b) {
		int64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

static int64_t lcm(int64_t a, int64_t b)
{
	return a / gcd(a, b) * b;
}

/* In jiffies. */
static int64_t cell_period(const struct cell *cell, unsigned hz, int64_t timer_ns)
{
	const struct scenario *scenario = cell->scenario;
	int64_t timer = timer_ns / (NS_PER_S / hz);
	int64_t period = lcm(wheel_granule_jiffies(timer, hz), hz);

	for (size_t i = 0; i < scenario->n_steps; i++) {
		const struct step *step = &scenario->steps[i];
		struct argval args[STEP_ARGS_MAX];

		if (step->spec->kind != STEP_PHASE || !cell_plays(cell, step))
			continue;
		cell_args(cell, step, args);
		period = lcm(period, args[PHASE_OF].number * hz / NS_PER_S);
		args_free(args);
	}
	return period;
}

/* The first instant after now_ns that is whole periods after first_ns, which is not after it. */
static int64_t next_ns(int64_t first_ns, int64_t period_ns, int64_t now_ns)
{
	return first_ns + ((now_ns - first_ns) / period_ns + 1) * period_ns;
}

int64_t align_start_ns(const struct cell *cell, unsigned hz, int64_t timer_ns, int64_t now_ns)
{
	int64_t period_ns = cell_period(cell, hz, timer_ns) / hz * NS_PER_S;
	int64_t first_ns = JIFFIES_ZERO_NS % period_ns + TICK_LATE_NS;
	int64_t from_ns = now_ns < ALIGN_UPTIME_MIN_NS ? ALIGN_UPTIME_MIN_NS : now_ns;

	if (first_ns > from_ns)
		return first_ns;
	return next_ns(first_ns, period_ns, from_ns);
}

int64_t align_play_ns(int64_t start_ns, int64_t now_ns)
{
	return next_ns(start_ns, NS_PER_S, now_ns);
}
