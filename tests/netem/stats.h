/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stats: means of series that may correlate, how sure they are, and how long they must be. */
#ifndef AFTERCLOSE_TESTS_NETEM_STATS_H
#define AFTERCLOSE_TESTS_NETEM_STATS_H

#include <stddef.h>

#define STATS_BATCHES 200

/* A long series in its order. */
struct series {
	double *values;
	size_t n, size;
};

void series_add(struct series *series, double value);
void series_fold(struct series *series, size_t length); /* the means of each so many instead */
void series_free(struct series *series);

struct estimate {
	double mean;
	double variance; /* of one value, as if it were alone: n times that of the mean */
	double n;
};

/*
 * Batch means: the series is cut into STATS_BATCHES pieces, whose means hardly correlate even
 * where the values do; their spread tells that of the whole mean (Law, Kelton: Simulation Modeling
 * and Analysis, 9.5.3). Where values are independent it is the plain sample variance.
 */
struct estimate estimate_of(const struct series *series);

/* z such that a standard normal number is above it with this probability. */
double normal_upper(double probability);

/* How far two means may be apart by chance: Welch's t of two estimates at a two-sided level. */
double welch_bound(const struct estimate *a, const struct estimate *b, double level);

/*
 * How many values of each side it takes to see the difference of two means at a two-sided level
 * with this power: (z(level / 2) + z(1 - power))^2 (variance a + variance b) / (difference)^2.
 */
double sample_size(const struct estimate *a, const struct estimate *b, double level, double power);

#endif
