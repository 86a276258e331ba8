/* SPDX-License-Identifier: GPL-2.0-or-later */
/* random: a seeded stream (SplitMix64: Steele, Lea, Flood 2014), so that a run can be repeated. */
#ifndef AFTERCLOSE_BASE_RANDOM_H
#define AFTERCLOSE_BASE_RANDOM_H

#include <stdint.h>

struct random {
	uint64_t state; /* the seed, at first */
};

static inline uint64_t random_next(struct random *random)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

/* In [0, 1). */
static inline double random_unit(struct random *random)
{
	return (random_next(random) >> 11) * 0x1.0p-53;
}

#endif
