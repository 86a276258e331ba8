// SPDX-License-Identifier: GPL-2.0-or-later
/* nearest: owns the edit distance between two names. */
#include "base/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Names are short; what lies beyond this is not compared. */
#define NAME_COMPARED_MAX 64

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Levenshtein's distance, one row at a time. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t b_len = strnlen(b, NAME_COMPARED_MAX);
	size_t row[NAME_COMPARED_MAX + 1];

	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 0; i < NAME_COMPARED_MAX && a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < b_len; j++) {
			size_t above = row[j + 1];
			bool same = tolower((unsigned char)a[i]) == tolower((unsigned char)b[j]);

			row[j + 1] = min3(above + 1, row[j] + 1, diagonal + !same);
			diagonal = above;
		}
	}
	return row[b_len];
}

const char *nearest(const char *name, const char *(*nth)(size_t i, const void *ctx), size_t n,
		    const void *ctx)
{
	const char *best = NULL;
	size_t best_distance = SIZE_MAX;

	for (size_t i = 0; i < n; i++) {
		size_t distance = edit_distance(name, nth(i, ctx));

		if (distance < best_distance) {
			best_distance = distance;
			best = nth(i, ctx);
		}
	}
	return best;
}

static const char *nth_string(size_t i, const void *ctx)
{
	const char *const *names = ctx;

	return names[i];
}

const char *nearest_of(const char *name, const char *const *names, size_t n)
{
	return nearest(name, nth_string, n, names);
}
