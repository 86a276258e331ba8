// SPDX-License-Identifier: GPL-2.0-or-later
/* evidence: owns the sum of a comparison for advice: how many cells, which are nearest, and harm.
 */
#include "advise/evidence.h"
#include "advise/harm.h"
#include "base/mem.h"
#include "compare/change.h"

#include <string.h>

struct tally {
	size_t outcomes, others, uncompared;
};

static void change_count(void *ctx, const struct change *change)
{
	struct tally *tally = ctx;

	tally->outcomes += change->class == CHANGE_OUTCOME;
	tally->uncompared += change->class == CHANGE_UNCOMPARED;
	tally->others += change->class != CHANGE_OUTCOME && change->class != CHANGE_UNCOMPARED;
}

static struct tally cell_tally(const struct half_cell *without, const struct half_cell *with)
{
	struct tally tally = {0};

	change_each(without, with, change_count, &tally);
	return tally;
}

bool evidence_outcome_differs(const struct half_cell *without, const struct half_cell *with)
{
	return cell_tally(without, with).outcomes;
}

bool evidence_differs(const struct half_cell *without, const struct half_cell *with)
{
	struct tally tally = cell_tally(without, with);

	return tally.outcomes || tally.others || tally.uncompared;
}

/* How many of its dimensions have another value than their first: those that its id names. */
static size_t cell_distance(const struct half_cell *cell)
{
	size_t n = 0;

	for (const char *c = cell->id; *c; c++)
		n += *c == '=';
	return n;
}

static void fact_add(void *ctx, const struct change *change)
{
	_cleanup_free_ char *without = NULL, *with = NULL;

	if (change->class != CHANGE_OUTCOME)
		return;
	if (change->range) {
		without = change_range(change->range, change->was_min, change->was_max);
		with = change_range(change->range, change->now_min, change->now_max);
	}
	json_array_append_new(ctx, json_pack("{ss ss ss}", "fact", change->fact, "without",
					     without ?: change->was, "with", with ?: change->now));
}

/* In how many dimensions two cells of one scenario differ. */
static size_t cells_apart(const struct half_cell *a, const struct half_cell *b)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n_dimensions; i++)
		n += i >= b->n_dimensions || strcmp(a->values[i], b->values[i]) != 0;
	return n;
}

static void unchanged_add(json_t *nearest, const struct half *without, const struct half *with,
			  const struct half_cell *changed)
{
	const struct half_cell *best = NULL;
	json_t *differs;

	for (size_t i = 0; i < without->n_cells; i++) {
		const struct half_cell *cell = &without->cells[i];
		const struct half_cell *there = half_find(with, cell->id);

		if (strcmp(cell->scenario, changed->scenario) != 0 ||
		    (best && cells_apart(changed, cell) >= cells_apart(changed, best)))
			continue;
		if (change_comparable(cell, there) && !evidence_outcome_differs(cell, there))
			best = cell;
	}
	if (!best)
		return;
	differs = json_object();
	for (size_t i = 0; i < best->n_dimensions; i++) {
		if (strcmp(best->values[i], changed->values[i]) != 0)
			json_object_set_new(differs, best->dimensions[i],
					    json_string(best->values[i]));
	}
	json_object_set_new(nearest, "unchanged", json_string(best->id));
	json_object_set_new(nearest, "differs", differs);
}

static json_t *nearest_new(const struct half *without, const struct half *with,
			   const struct half_cell *changed)
{
	json_t *facts = json_array();
	json_t *ret = json_pack("{ss so}", "cell", changed->id, "facts", facts);

	change_each(changed, half_find(with, changed->id), fact_add, facts);
	unchanged_add(ret, without, with, changed);
	return ret;
}

/* The entry of a scenario; cells come scenario by scenario or not. New where there is none. */
static json_t *scenario_entry(json_t *scenarios, const char *name)
{
	json_t *entry = json_object_get(scenarios, name);

	if (!entry) {
		entry = json_pack("{ss si si}", "scenario", name, "cells", 0, "changed", 0);
		json_object_set_new(scenarios, name, entry);
	}
	return entry;
}

static void entry_count(json_t *entry, const char *key)
{
	json_object_set_new(entry, key, json_integer(record_number(entry, key, 0) + 1));
}

static bool is_nearer(const struct half_cell *cell, const struct half_cell *than)
{
	size_t a = cell_distance(cell), b = than ? cell_distance(than) : 0;

	return !than || a < b || (a == b && strcmp(cell->id, than->id) < 0);
}

/* Every cell counted; returns the nearest one that changed, or NULL. */
static const struct half_cell *cells_count(const struct half *without, const struct half *with,
					   json_t *ret, json_t *scenarios)
{
	const struct half_cell *nearest = NULL;

	for (size_t i = 0; i < without->n_cells; i++) {
		const struct half_cell *cell = &without->cells[i];
		const struct half_cell *there = half_find(with, cell->id);
		struct tally tally;
		json_t *entry;

		if (!change_comparable(cell, there))
			continue;
		tally = cell_tally(cell, there);
		entry = scenario_entry(scenarios, cell->scenario);
		entry_count(entry, "cells");
		entry_count(ret, "cells");
		if (tally.outcomes) {
			entry_count(entry, "changed");
			entry_count(ret, "changed");
			nearest = is_nearer(cell, nearest) ? cell : nearest;
		} else if (tally.others) {
			entry_count(ret, "besides");
		}
	}
	return nearest;
}

/* Those that changed, most cells first. */
static json_t *scenarios_sorted(json_t *scenarios)
{
	json_t *ret = json_array(), *entry;
	const char *name;

	json_object_foreach(scenarios, name, entry)
	{
		long long changed = record_number(entry, "changed", 0);
		size_t at = 0;

		if (!changed)
			continue;
		while (at < json_array_size(ret) &&
		       record_number(json_array_get(ret, at), "changed", 0) >= changed)
			at++;
		json_array_insert(ret, at, entry);
	}
	return ret;
}

static json_t *findings_new(const struct half *without, const struct half *with,
			    const struct compare_options *options)
{
	json_t *comparison = compare_halves(without, with, options), *finding;
	json_t *ret = json_array();
	size_t i;

	json_array_foreach(json_object_get(comparison, "findings"), i, finding)
	{
		const char *harm = harm_of(finding), *relief = relief_of(finding);

		if (strcmp(record_text(finding, "class", ""), "outcome") != 0)
			continue;
		if (harm)
			json_object_set_new(finding, "harm", json_string(harm));
		if (relief)
			json_object_set_new(finding, "relief", json_string(relief));
		json_array_append(ret, finding);
	}
	json_decref(comparison);
	return ret;
}

json_t *evidence_new(const struct half *without, const struct half *with,
		     const struct compare_options *options)
{
	json_t *ret = json_pack("{si si si}", "cells", 0, "changed", 0, "besides", 0);
	json_t *scenarios = json_object();
	const struct half_cell *nearest = cells_count(without, with, ret, scenarios);

	json_object_set_new(ret, "scenarios", scenarios_sorted(scenarios));
	json_object_set_new(ret, "findings", findings_new(without, with, options));
	if (nearest)
		json_object_set_new(ret, "nearest", nearest_new(without, with, nearest));
	json_decref(scenarios);
	return ret;
}
