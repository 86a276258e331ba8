// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * reduce: owns the search. A pass leaves out each part alone, all of them side by side. What could
 * go alone is then left out together: the longest row of it that still shows the outcome is found
 * by halving, the part that ends the row stays, and the search goes on behind it. Passes over all
 * parts are repeated until one finds nothing, so the result is minimal part by part.
 */
#include "minimise/reduce.h"
#include "base/mem.h"

#include <string.h>

struct search {
	const struct reduce_ops *ops;
	void *ctx;
	bool *out; /* the smallest set so far */
	struct err *err;
};

/* A set: the smallest so far, without these parts too. The caller frees. */
static bool *set_without(const struct search *search, const size_t *parts, size_t n)
{
	bool *set = mem_zalloc(search->ops->n_parts + 1);

	memcpy(set, search->out, search->ops->n_parts);
	for (size_t i = 0; i < n; i++)
		search->ops->leave_out(search->ctx, parts[i], set);
	return set;
}

/* One set; where it shows the outcome it is the smallest so far. */
static int try_together(const struct search *search, const size_t *parts, size_t n, bool *ret_shows)
{
	_cleanup_free_ bool *set = set_without(search, parts, n);
	int ret = search->ops->try(search->ctx, &set, 1, ret_shows, search->err);

	if (!ret && *ret_shows)
		memcpy(search->out, set, search->ops->n_parts);
	return ret;
}

/* Which of the parts can go alone; the others are taken from the list. */
static int keep_those_that_go_alone(const struct search *search, size_t *parts, size_t *n)
{
	_cleanup_free_ bool **sets = mem_zalloc((*n + 1) * sizeof(*sets));
	_cleanup_free_ bool *shows = mem_zalloc(*n + 1);
	size_t n_left = 0;
	int ret;

	for (size_t i = 0; i < *n; i++)
		sets[i] = set_without(search, &parts[i], 1);
	ret = search->ops->try(search->ctx, sets, *n, shows, search->err);
	for (size_t i = 0; i < *n; i++) {
		free(sets[i]);
		if (!ret && shows[i])
			parts[n_left++] = parts[i];
	}
	*n = n_left;
	return ret;
}

/* The parts of parts[0..n), each of which can go alone, as many as can go one behind the other. */
static int leave_out_rows(const struct search *search, const size_t *parts, size_t n)
{
	while (n) {
		size_t fits = 0,
		       beyond = n + 1; /* a row that long shows it; one that long does not */
		bool shows;
		int ret;

		for (size_t len = n; fits + 1 < beyond; len = fits + (beyond - fits) / 2) {
			ret = try_together(search, parts, len, &shows);
			if (ret)
				return ret;
			*(shows ? &fits : &beyond) = len;
		}
		if (fits == n)
			return 0;
		parts += fits + 1;
		n -= fits + 1;
	}
	return 0;
}

/* One pass over the parts of a class, or over all. */
static int pass(const struct search *search, bool all, size_t class, bool *ret_found)
{
	const struct reduce_ops *ops = search->ops;
	_cleanup_free_ size_t *parts = mem_zalloc((ops->n_parts + 1) * sizeof(*parts));
	size_t n = 0;
	int ret;

	for (size_t i = 0; i < ops->n_parts; i++) {
		if (!search->out[i] && (all || ops->class_of(search->ctx, i) == class))
			parts[n++] = i;
	}
	*ret_found = false;
	if (!n)
		return 0;
	ret = keep_those_that_go_alone(search, parts, &n);
	*ret_found = n;
	return ret ? ret : leave_out_rows(search, parts, n);
}

int reduce(const struct reduce_ops *ops, void *ctx, bool *out, struct err *err)
{
	const struct search search = {ops, ctx, out, err};
	size_t n_classes = 0;
	bool found = true;
	int ret = 0;

	for (size_t i = 0; i < ops->n_parts; i++) {
		size_t class = ops->class_of(ctx, i);

		if (class >= n_classes)
			n_classes = class + 1;
	}
	for (size_t class = 0; !ret && class < n_classes; class ++)
		ret = pass(&search, false, class, &found);
	for (found = true; !ret && found;)
		ret = pass(&search, true, 0, &found);
	return ret;
}
