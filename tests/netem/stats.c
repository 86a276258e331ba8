// SPDX-License-Identifier: GPL-2.0-or-later
/* stats: owns the arithmetic of telling two means apart. */
#include "stats.h"
#include "base/mem.h"

#include <math.h>

void series_add(struct series *series, double value)
{
	if (series->n == series->size) {
		series->size = series->size ? series->size * 2 : 1024;
		series->values = mem_resize(series->values, series->size, sizeof(*series->values));
	}
	series->values[series->n++] = value;
}

void series_free(struct series *series)
{
	free(series->values);
	*series = (struct series){0};
}

static double mean_of(const double *values, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += values[i];
	return sum / (double)n;
}

void series_fold(struct series *series, size_t length)
{
	series->n /= length;
	for (size_t i = 0; i < series->n; i++)
		series->values[i] = mean_of(series->values + i * length, length);
}

struct estimate estimate_of(const struct series *series)
{
	size_t length = series->n / STATS_BATCHES;
	struct estimate estimate = {.n = (double)(length * STATS_BATCHES)};
	double squares = 0;

	estimate.mean = mean_of(series->values, length * STATS_BATCHES);
	for (size_t i = 0; i < STATS_BATCHES; i++) {
		double apart = mean_of(series->values + i * length, length) - estimate.mean;

		squares += apart * apart;
	}
	estimate.variance = squares / (STATS_BATCHES - 1) * (double)length;
	return estimate;
}

double normal_upper(double probability)
{
	double low = -40, high = 40;

	for (int i = 0; i < 100; i++) {
		double middle = (low + high) / 2;

		if (0.5 * erfc(middle / M_SQRT2) > probability)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Student's from the normal's, by the first terms of Cornish and Fisher's expansion. */
static double student_upper(double probability, double freedom)
{
	double z = normal_upper(probability), z3 = z * z * z, z5 = z3 * z * z;

	return z + (z3 + z) / (4 * freedom) + (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom * freedom);
}

/* Welch and Satterthwaite's degrees of freedom; each estimate has those of its batches. */
double welch_bound(const struct estimate *a, const struct estimate *b, double level)
{
	double va = a->variance / a->n, vb = b->variance / b->n;
	double freedom;

	if (va + vb <= 0)
		return 0;
	freedom = (va + vb) * (va + vb) * (STATS_BATCHES - 1) / (va * va + vb * vb);
	return student_upper(level / 2, freedom) * sqrt(va + vb);
}

double sample_size(const struct estimate *a, const struct estimate *b, double level, double power)
{
	double z = normal_upper(level / 2) + normal_upper(1 - power);
	double apart = a->mean - b->mean;

	return z * z * (a->variance + b->variance) / (apart * apart);
}
