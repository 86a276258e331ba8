// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dist: owns the tables of jitter, as the functions that they are drawn from.
 *
 * A table holds the quantiles of a distribution at steps of 1 / DIST_SIZE, in units of
 * 1 / DIST_SCALE, cut to 16 bits: normal is cut at four jitters. Pareto has the shape 3 and its
 * mean taken off, so that it is mostly a little early and sometimes very late; paretonormal is a
 * quarter of the one and three quarters of the other. tc reads such tables from files; computed,
 * they are the same on every machine.
 */
#include "netem/dist.h"

#include <math.h>

#define VALUE_MIN (-32768)
#define VALUE_MAX 32767

static int cut(double value)
{
	if (value < VALUE_MIN)
		return VALUE_MIN;
	return value > VALUE_MAX ? VALUE_MAX : (int)lrint(value);
}

/* The least value below which a fraction p of all draws falls: 16 halvings find it exactly. */
static int normal_value(double p)
{
	int low = VALUE_MIN, high = VALUE_MAX;

	while (low < high) {
		int middle = low + (high - low) / 2;

		if (0.5 * erfc(-(middle + 0.5) / DIST_SCALE / M_SQRT2) >= p)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* 1 / cbrt(u) is Pareto's with shape 3, minimum 1 and mean 1.5; tc spreads it by 4/3. */
static int pareto_value(double p)
{
	return cut((1 / cbrt(1 - p) - 1.5) * 4 / 3 * DIST_SCALE);
}

int dist_value(enum netem_distribution distribution, uint32_t random)
{
	double p = (random % DIST_SIZE + 0.5) / DIST_SIZE;

	switch (distribution) {
	case NETEM_NORMAL:
		return normal_value(p);
	case NETEM_PARETO:
		return pareto_value(p);
	case NETEM_PARETONORMAL:
		return cut(0.25 * normal_value(p) + 0.75 * pareto_value(p));
	case NETEM_UNIFORM:
		return (int)lrint((2 * p - 1) * DIST_SCALE);
	}
	return 0;
}
