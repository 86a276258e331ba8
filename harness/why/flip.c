// SPDX-License-Identifier: GPL-2.0-or-later
/* flip: owns the search for the changes that flip an outcome. */
#include "why/flip.h"
#include "base/mem.h"
#include "minimise/reduce.h"

#include <errno.h>
#include <string.h>

/* A search from one side; fact: the one that is looked at. */
struct search {
	const struct flip_ops *ops;
	void *ctx;
	struct flip *flip;
	enum flip_side from;
	size_t fact;
	struct err *err;
};

/* Changes of parts and what they show; rows of one array each. */
struct trials {
	size_t n;
	enum flip_side *from;
	bool **changes;
	bool **mixes; /* the same as mixes */
	enum stand **stands;
};

enum stand flip_goal(enum flip_side from)
{
	return from == FLIP_FROM_A ? STAND_B : STAND_A;
}

static void trials_init(const struct search *search, size_t n, struct trials *ret)
{
	*ret = (struct trials){.n = n};
	ret->from = mem_zalloc((n + 1) * sizeof(*ret->from));
	ret->changes = mem_zalloc((n + 1) * sizeof(*ret->changes));
	ret->mixes = mem_zalloc((n + 1) * sizeof(*ret->mixes));
	ret->stands = mem_zalloc((n + 1) * sizeof(*ret->stands));
	for (size_t i = 0; i < n; i++) {
		ret->from[i] = search->from;
		ret->changes[i] = mem_zalloc(search->ops->n_parts + 1);
		ret->mixes[i] = mem_zalloc(search->ops->n_parts + 1);
		ret->stands[i] = mem_zalloc((search->ops->n_facts + 1) * sizeof(**ret->stands));
	}
}

static void trials_free(struct trials *trials)
{
	for (size_t i = 0; i < trials->n; i++) {
		free(trials->changes[i]);
		free(trials->mixes[i]);
		free(trials->stands[i]);
	}
	free(trials->from);
	free(trials->changes);
	free(trials->mixes);
	free(trials->stands);
}
#define _cleanup_trials_ __attribute__((cleanup(trials_free)))

/* From A a part that is changed is as in B; from B one that is not. */
static int trials_run(const struct search *search, struct trials *trials)
{
	for (size_t i = 0; i < trials->n; i++) {
		for (size_t part = 0; part < search->ops->n_parts; part++)
			trials->mixes[i][part] =
				trials->changes[i][part] == (trials->from[i] == FLIP_FROM_A);
	}
	return search->ops->try(search->ctx, trials->mixes, trials->n, trials->stands, search->err);
}

static void answer_add(const struct search *search, struct flip_answer *answer, const bool *change)
{
	bool *copy = mem_zalloc(search->ops->n_parts + 1);

	memcpy(copy, change, search->ops->n_parts);
	answer->changes =
		mem_resize(answer->changes, answer->n_changes + 1, sizeof(*answer->changes));
	answer->changes[answer->n_changes++] = copy;
}

static void answer_clear(struct flip_answer *answer)
{
	for (size_t i = 0; i < answer->n_changes; i++)
		free(answer->changes[i]);
	free(answer->changes);
	*answer = (struct flip_answer){0};
}

/* Those of the trials from this side, all of one size, that flip the fact. */
static void answer_take(const struct search *search, const struct trials *trials, size_t size,
			struct flip_answer *answer)
{
	for (size_t i = 0; i < trials->n; i++) {
		enum stand stand = trials->stands[i][search->fact];

		if (trials->from[i] != search->from)
			continue;
		answer->n_untold += stand == STAND_UNTOLD;
		if (stand == flip_goal(search->from))
			answer_add(search, answer, trials->changes[i]);
	}
	if (!answer->n_changes)
		return;
	answer->size = size;
	answer->smallest = true;
}

static void singles_take(struct search *search, const struct trials *trials)
{
	const struct flip_ops *ops = search->ops;
	struct flip *flip = search->flip;
	size_t i = 0;

	for (search->from = 0; search->from < N_FLIP_SIDES; search->from++) {
		for (size_t part = 0; part < ops->n_parts; part++)
			memcpy(&flip->singles[search->from][part * ops->n_facts],
			       trials->stands[i++], ops->n_facts * sizeof(enum stand));
		for (search->fact = 0; search->fact < ops->n_facts; search->fact++)
			answer_take(search, trials, 1, &flip->answers[search->from][search->fact]);
	}
}

/* Of both sides, side by side. */
static int singles_find(struct search *search)
{
	size_t n_parts = search->ops->n_parts, i = 0;
	_cleanup_trials_ struct trials trials = {0};
	int ret;

	trials_init(search, N_FLIP_SIDES * n_parts, &trials);
	for (enum flip_side from = 0; from < N_FLIP_SIDES; from++) {
		for (size_t part = 0; part < n_parts; part++) {
			trials.from[i] = from;
			trials.changes[i++][part] = true;
		}
	}
	ret = trials_run(search, &trials);
	if (!ret)
		singles_take(search, &trials);
	return ret;
}

static size_t part_class(void *ctx, size_t part)
{
	(void)ctx;
	(void)part;
	return 0;
}

static void part_leave_out(void *ctx, size_t part, bool *out)
{
	(void)ctx;
	out[part] = true;
}

/* Of sets of parts that are left out of the whole change: is the fact still flipped? */
static int whole_try(void *ctx, bool *const *out, size_t n, bool *ret_shows, struct err *err)
{
	const struct search *search = ctx;
	_cleanup_trials_ struct trials trials = {0};
	int ret;

	(void)err;
	trials_init(search, n, &trials);
	for (size_t i = 0; i < n; i++) {
		for (size_t part = 0; part < search->ops->n_parts; part++)
			trials.changes[i][part] = !out[i][part];
	}
	ret = trials_run(search, &trials);
	for (size_t i = 0; !ret && i < n; i++)
		ret_shows[i] = trials.stands[i][search->fact] == flip_goal(search->from);
	return ret;
}

/* A change of which no part can be left out. */
static int minimal_find(struct search *search, struct flip_answer *answer)
{
	const struct reduce_ops ops = {search->ops->n_parts, part_class, part_leave_out, whole_try};
	_cleanup_free_ bool *parts = mem_zalloc(ops.n_parts + 1);
	int ret = reduce(&ops, search, parts, search->err);

	for (size_t i = 0; i < ops.n_parts; i++) {
		parts[i] = !parts[i];
		answer->size += parts[i];
	}
	answer_add(search, answer, parts);
	return ret;
}

/* n over k; or a number beyond max. */
static size_t choices(size_t n, size_t k, size_t max)
{
	size_t ret = 1;

	for (size_t i = 1; i <= k && ret <= max; i++)
		ret = ret * (n - k + i) / i;
	return ret;
}

/* The next k of n parts, in order; false past the last. */
static bool choice_next(bool *change, size_t n)
{
	size_t last = n, behind = 0;

	/* The last one that can move on by one; those behind it follow it. */
	while (last-- > 0) {
		if (change[last] && last + 1 < n && !change[last + 1])
			break;
		behind += change[last];
	}
	if (last >= n)
		return false;
	memset(change + last, false, n - last);
	memset(change + last + 1, true, behind + 1);
	return true;
}

static void choices_fill(const struct search *search, size_t size, struct trials *trials)
{
	size_t n = search->ops->n_parts;
	_cleanup_free_ bool *change = mem_zalloc(n + 1);

	memset(change, true, size);
	for (size_t i = 0; i < trials->n; i++) {
		memcpy(trials->changes[i], change, n);
		choice_next(change, n);
	}
}

/* All changes of one size. ECANCELED: they are too many. */
static int size_try(const struct search *search, size_t size, struct flip_answer *answer)
{
	size_t max = search->ops->mixes_max;
	size_t n = choices(search->ops->n_parts, size, max);
	_cleanup_trials_ struct trials trials = {0};
	int ret;

	if (n > max)
		return err_set(search->err, ECANCELED,
			       "changes of %zu settings of %zu are more than %zu", size,
			       search->ops->n_parts, max);
	trials_init(search, n, &trials);
	choices_fill(search, size, &trials);
	ret = trials_run(search, &trials);
	if (!ret)
		answer_take(search, &trials, size, answer);
	return ret;
}

/* A fact that no single change flips. */
static int several_find(struct search *search, struct flip_answer *answer)
{
	struct flip_answer minimal = {0}, smaller = {.n_untold = answer->n_untold};
	int ret = minimal_find(search, &minimal);

	for (size_t size = 2; !ret && !smaller.n_changes && size <= minimal.size; size++)
		ret = size_try(search, size, &smaller);
	if (smaller.n_changes) {
		*answer = smaller;
		answer_clear(&minimal);
	} else {
		*answer = minimal;
		answer->n_untold = smaller.n_untold;
	}
	return ret;
}

/* What could not be tried says nothing against the other facts, whose mixes may be known. */
static int several_find_all(struct search *search)
{
	struct flip_answer *answers = search->flip->answers[search->from];

	for (search->fact = 0; search->fact < search->ops->n_facts; search->fact++) {
		int ret;

		if (answers[search->fact].n_changes)
			continue;
		ret = several_find(search, &answers[search->fact]);
		if (ret == -ECANCELED)
			search->flip->stopped = true;
		else if (ret)
			return ret;
	}
	return 0;
}

int flip_find(const struct flip_ops *ops, void *ctx, struct flip *ret, struct err *err)
{
	struct search search = {.ops = ops, .ctx = ctx, .flip = ret, .err = err};
	int status;

	*ret = (struct flip){.n_parts = ops->n_parts, .n_facts = ops->n_facts};
	for (enum flip_side from = 0; from < N_FLIP_SIDES; from++) {
		ret->singles[from] =
			mem_zalloc((ops->n_parts * ops->n_facts + 1) * sizeof(*ret->singles[from]));
		ret->answers[from] = mem_zalloc((ops->n_facts + 1) * sizeof(*ret->answers[from]));
	}
	status = singles_find(&search);
	for (search.from = 0; !status && search.from < N_FLIP_SIDES; search.from++)
		status = several_find_all(&search);
	ret->stopped |= status == -ECANCELED;
	return status == -ECANCELED ? 0 : status;
}

void flip_free(struct flip *flip)
{
	for (enum flip_side from = 0; from < N_FLIP_SIDES; from++) {
		for (size_t i = 0; flip->answers[from] && i < flip->n_facts; i++)
			answer_clear(&flip->answers[from][i]);
		free(flip->answers[from]);
		free(flip->singles[from]);
	}
}
