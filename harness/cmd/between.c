// SPDX-License-Identifier: GPL-2.0-or-later
/* between: owns how mixes of A and B are played: each once, and those of one place side by side. */
#include "cmd/between.h"

#include "base/mem.h"
#include "cmd/select.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void between_init(struct between *ret, const struct play_spec *a, const struct play_spec *b,
		  const struct cell *cells, size_t n_cells)
{
	*ret = (struct between){0};
	differences_find(a, b, &ret->differences);
	ret->mixes = (struct mixes){
		.differences = &ret->differences, .cells = cells, .n_cells = n_cells};
}

void between_free(struct between *between)
{
	venue_close(&between->venue);
	question_free(&between->question);
	mixes_free(&between->mixes);
	differences_free(&between->differences);
	for (size_t i = 0; i < between->n_halves; i++) {
		half_free(between->halves[i]);
		free(between->halves[i]);
	}
	free(between->halves);
}

struct mix *between_end(struct between *between, bool b)
{
	_cleanup_free_ bool *all = mem_zalloc(between->differences.n + 1);

	memset(all, b, between->differences.n);
	return mix_get(&between->mixes, all);
}

static struct half *half_new(struct between *between)
{
	struct half *half = mem_zalloc(sizeof(*half));

	half_init(half, "");
	between->halves =
		mem_resize(between->halves, between->n_halves + 1, sizeof(*between->halves));
	between->halves[between->n_halves++] = half;
	return half;
}

static bool record_take(void *ctx, const struct cell *cell, json_t *record)
{
	(void)cell;
	half_add(ctx, record);
	return true;
}

/* A kernel that refuses a setting of the other one's plays nothing. */
static void place_refuse(struct mix *const *mixes, size_t n, const struct mix *like,
			 const struct err *why)
{
	for (size_t i = 0; i < n; i++) {
		if (mix_waits(mixes[i]) && mixes_share_place(mixes[i], like))
			mixes[i]->untold = mem_strdup(why->msg);
	}
}

/* All that wait for the place of `like`. */
static int place_play(struct between *between, struct mix *const *mixes, size_t n,
		      const struct mix *like, struct err *err)
{
	_cleanup_cell_list_ struct cell_list cells = {0};
	struct half *half;
	int ret = venue_open(&between->venue, like->target, like->settings, err);

	if (ret == -EINVAL)
		place_refuse(mixes, n, like, err);
	if (ret)
		return ret == -EINVAL ? 0 : ret;
	half = half_new(between);
	half_add(half, between->venue.target.kernel);
	for (size_t i = 0; i < n; i++) {
		if (mix_waits(mixes[i]) && mixes_share_place(mixes[i], like))
			cell_list_add(&cells, mixes[i]->cell);
	}
	ret = target_run(&between->venue.target, cells.of, cells.n, record_take, half, err);
	for (size_t i = 0; !ret && i < n; i++) {
		if (mix_waits(mixes[i]) && mixes_share_place(mixes[i], like))
			mix_take(mixes[i], half);
	}
	return ret;
}

/* Those that are to be played: new ones, none of them twice. The caller frees. */
static struct mix **mixes_new(struct between *between, bool *const *b, size_t n, size_t *ret_n)
{
	struct mix **ret = mem_zalloc((n + 1) * sizeof(*ret));

	*ret_n = 0;
	for (size_t i = 0; i < n; i++) {
		bool known = false;
		struct mix *mix = mix_get(&between->mixes, b[i]);

		for (size_t j = 0; j < *ret_n; j++)
			known |= ret[j] == mix;
		if (!known && mix_waits(mix))
			ret[(*ret_n)++] = mix;
	}
	return ret;
}

int between_play(struct between *between, bool *const *b, size_t n, struct err *err)
{
	size_t n_before = between->mixes.n, n_new;
	_cleanup_free_ struct mix **mixes = mixes_new(between, b, n, &n_new);
	int ret = 0;

	if (between->n_runs + n_new > between->runs_max) {
		while (between->mixes.n > n_before)
			mixes_drop_last(&between->mixes);
		return err_set(err, ECANCELED, "stopped before run %zu (--runs)",
			       between->runs_max);
	}
	between->n_runs += n_new;
	for (size_t i = 0; !ret && i < n_new; i++) {
		if (mix_waits(mixes[i]))
			ret = place_play(between, mixes, n_new, mixes[i], err);
	}
	return ret;
}

int between_try(void *ctx, bool *const *b, size_t n, enum stand *const *ret, struct err *err)
{
	struct between *between = ctx;
	int status = between_play(between, b, n, err);

	for (size_t i = 0; !status && i < n; i++) {
		const struct mix *mix = mix_find(&between->mixes, b[i]);

		for (size_t fact = 0; fact < between->question.n; fact++)
			ret[i][fact] = question_stand(&between->question, fact, mix->seen);
	}
	return status;
}
