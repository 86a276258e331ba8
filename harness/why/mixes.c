// SPDX-License-Identifier: GPL-2.0-or-later
/* mixes: owns the mixes of A and B, and which of them are cells. */
#include "why/mixes.h"
#include "base/mem.h"
#include "scenario/condition.h"

#include <string.h>

struct mix *mix_find(const struct mixes *mixes, const bool *b)
{
	for (size_t i = 0; i < mixes->n; i++) {
		if (!memcmp(mixes->of[i]->b, b, mixes->differences->n))
			return mixes->of[i];
	}
	return NULL;
}

static const struct cell *cell_find(const struct mixes *mixes, const size_t *choice)
{
	for (size_t i = 0; i < mixes->n_cells; i++) {
		const struct cell *cell = &mixes->cells[i];

		if (!cell->control &&
		    !memcmp(cell->choice, choice, cell->scenario->n_dimensions * sizeof(*choice)))
			return cell;
	}
	return NULL;
}

static struct mix *mix_new(const struct mixes *mixes, const bool *b)
{
	const struct differences *differences = mixes->differences;
	const struct scenario *scenario = differences->a.cell->scenario;
	struct mix *mix = mem_zalloc(sizeof(*mix));
	size_t choice[SCENARIO_DIMENSIONS_MAX];
	const struct remark *omission;

	mix->b = mem_zalloc(differences->n + 1);
	memcpy(mix->b, b, differences->n);
	mix->target = mix_target(differences, b);
	mix->settings = mix_settings(differences, b);
	mix_choice(differences, b, choice);
	omission = choice_omission(scenario, choice);
	if (omission)
		mix->untold = mem_printf("no such cell: %s", omission->why);
	else
		mix->cell = cell_find(mixes, choice);
	return mix;
}

struct mix *mix_get(struct mixes *mixes, const bool *b)
{
	struct mix *mix = mix_find(mixes, b);

	if (mix)
		return mix;
	mix = mix_new(mixes, b);
	mixes->of = mem_resize(mixes->of, mixes->n + 1, sizeof(*mixes->of));
	mixes->of[mixes->n++] = mix;
	return mix;
}

void mix_take(struct mix *mix, const struct half *half)
{
	mix->seen = half_find(half, mix->cell->id);
	if (!mix->seen)
		mix->untold = mem_strdup("it gave no record");
	else if (!half_cell_conclusive(mix->seen))
		mix->untold = mem_printf("%s%s%s", verdict_names[mix->seen->verdict],
					 *mix->seen->reason ? ": " : "", mix->seen->reason);
}

bool mixes_share_place(const struct mix *a, const struct mix *b)
{
	return !strcmp(a->target, b->target) && json_equal(a->settings, b->settings);
}

bool mix_waits(const struct mix *mix)
{
	return !mix->seen && !mix->untold;
}

static void mix_free(struct mix *mix)
{
	json_decref(mix->settings);
	free(mix->untold);
	free(mix->b);
	free(mix);
}

void mixes_drop_last(struct mixes *mixes)
{
	mix_free(mixes->of[--mixes->n]);
}

void mixes_free(struct mixes *mixes)
{
	while (mixes->n)
		mixes_drop_last(mixes);
	free(mixes->of);
}
