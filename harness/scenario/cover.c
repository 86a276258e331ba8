// SPDX-License-Identifier: GPL-2.0-or-later
/* cover: owns which few cells have every combination of any few dimensions' values. */
#include "scenario/cover.h"
#include "base/mem.h"

#include <assert.h>
#include <string.h>

/* Some dimensions, and where in the table the combinations of their values begin. */
struct group {
	size_t of[COVER_STRENGTH_MAX];
	size_t n; /* of them; fewer than the strength where the scenario has no more */
	size_t first;
};

struct cover {
	const struct scenario *scenario;
	struct group *groups;
	size_t n_groups, n_combinations;
	bool *missing; /* by combination: it occurs in the cells, and not yet in the chosen ones */
};

static size_t combination(const struct cover *cover, const struct group *group,
			  const struct cell *cell)
{
	size_t place = 0;

	for (size_t i = 0; i < group->n; i++)
		place = place * cover->scenario->dimensions[group->of[i]].n_values +
			cell->choice[group->of[i]];
	return group->first + place;
}

static void group_add(struct cover *cover, const size_t *of, size_t n)
{
	struct group *group;
	size_t size = 1;

	assert(n <= COVER_STRENGTH_MAX);
	cover->groups = mem_resize(cover->groups, cover->n_groups + 1, sizeof(*cover->groups));
	group = &cover->groups[cover->n_groups++];
	*group = (struct group){.n = n, .first = cover->n_combinations};
	memcpy(group->of, of, n * sizeof(*of));
	for (size_t i = 0; i < n; i++)
		size *= cover->scenario->dimensions[of[i]].n_values;
	cover->n_combinations += size;
}

/* Step to the next n of the dimensions, in rising order; false after the last. */
static bool group_next(size_t *of, size_t n, size_t n_dimensions)
{
	for (size_t i = n; i-- > 0;) {
		if (of[i] >= n_dimensions - (n - i))
			continue;
		of[i]++;
		for (size_t j = i + 1; j < n; j++)
			of[j] = of[j - 1] + 1;
		return true;
	}
	return false;
}

static void cover_open(struct cover *cover, const struct scenario *scenario, unsigned strength)
{
	size_t of[COVER_STRENGTH_MAX] = {0, 1, 2};
	size_t n = strength < scenario->n_dimensions ? strength : scenario->n_dimensions;

	*cover = (struct cover){.scenario = scenario};
	do {
		group_add(cover, of, n);
	} while (group_next(of, n, scenario->n_dimensions));
	cover->missing = mem_zalloc(cover->n_combinations * sizeof(*cover->missing));
}

/* How many combinations the cell has that are missing. */
static size_t cell_gain(const struct cover *cover, const struct cell *cell)
{
	size_t gain = 0;

	for (size_t i = 0; i < cover->n_groups; i++)
		gain += cover->missing[combination(cover, &cover->groups[i], cell)];
	return gain;
}

static void mark(struct cover *cover, const struct cell *cell, bool missing)
{
	for (size_t i = 0; i < cover->n_groups; i++)
		cover->missing[combination(cover, &cover->groups[i], cell)] = missing;
}

/* The cell with most that is missing; n: none has anything. */
static size_t cover_best(const struct cover *cover, const struct cell *const *cells, size_t n)
{
	size_t best = n, most = 0;

	for (size_t i = 0; i < n; i++) {
		size_t gain = cells[i]->control ? 0 : cell_gain(cover, cells[i]);

		if (gain > most) {
			most = gain;
			best = i;
		}
	}
	return best;
}

void cover_choose(const struct cell *const *cells, size_t n, unsigned strength, bool *ret_chosen)
{
	struct cover cover;
	size_t best;

	memset(ret_chosen, 0, n * sizeof(*ret_chosen));
	if (!n)
		return;
	cover_open(&cover, cells[0]->scenario, strength);
	for (size_t i = 0; i < n; i++) {
		if (!cells[i]->control)
			mark(&cover, cells[i], true);
	}
	while ((best = cover_best(&cover, cells, n)) < n) {
		mark(&cover, cells[best], false);
		ret_chosen[best] = true;
	}
	free(cover.groups);
	free(cover.missing);
}
