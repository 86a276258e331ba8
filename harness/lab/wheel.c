// SPDX-License-Identifier: GPL-2.0-or-later
/* wheel: owns the arithmetic of the kernel's timer wheel (kernel/time/timer.c). */
#include "lab/wheel.h"
#include "base/clock.h"

#define LEVELS_MAX  9
#define LEVEL_START 63 /* jiffies at which level 1 begins: LVL_SIZE - 1 */
#define CLOCK_SHIFT 3  /* each level is 8 times as coarse: LVL_CLK_SHIFT */

/* LVL_DEPTH: slow clocks need a level less. */
static unsigned levels(unsigned hz)
{
	return hz > 100 ? LEVELS_MAX : LEVELS_MAX - 1;
}

int64_t wheel_granule_jiffies(int64_t jiffies, unsigned hz)
{
	unsigned level = 0;

	while (level + 1 < levels(hz) && jiffies >= (int64_t)LEVEL_START << level * CLOCK_SHIFT)
		level++;
	return 1LL << level * CLOCK_SHIFT;
}

long long wheel_slack_ns(long long t_ns, unsigned hz)
{
	int64_t jiffies = t_ns / NS_PER_S * hz + t_ns % NS_PER_S * hz / NS_PER_S;

	return wheel_granule_jiffies(jiffies, hz) * NS_PER_S / hz;
}
