// SPDX-License-Identifier: GPL-2.0-or-later
/* neighbour: owns the search for the nearest cells with another outcome. */
#include "compare/neighbour.h"
#include "base/mem.h"
#include "compare/change.h"

#include <string.h>

static const char *value_of(const struct half_cell *cell, const char *dimension)
{
	for (size_t i = 0; i < cell->n_dimensions; i++) {
		if (!strcmp(cell->dimensions[i], dimension))
			return cell->values[i];
	}
	return "";
}

/* {NAME: [VALUE]} of each dimension that has another value there. New reference. */
static json_t *differs_new(const struct half_cell *here, const struct half_cell *there)
{
	json_t *ret = json_object();

	for (size_t i = 0; i < here->n_dimensions; i++) {
		const char *value = value_of(there, here->dimensions[i]);

		if (strcmp(value, here->values[i]) != 0)
			json_object_set_new(ret, here->dimensions[i], json_pack("[s]", value));
	}
	return ret;
}

static void outcome_add(void *ctx, const struct change *change)
{
	_cleanup_free_ char *here = NULL, *there = NULL;

	if (change->class != CHANGE_OUTCOME)
		return;
	if (change->range) {
		here = change_range(change->range, change->was_min, change->was_max);
		there = change_range(change->range, change->now_min, change->now_max);
	}
	json_array_append_new(ctx, json_pack("{ss ss ss}", "fact", change->fact, "here",
					     here ?: change->was, "there", there ?: change->now));
}

/* The outcomes that differ. New reference. */
static json_t *facts_new(const struct half_cell *here, const struct half_cell *there)
{
	json_t *ret = json_array();

	change_each(here, there, outcome_add, ret);
	return ret;
}

/* The entry of `alone` for a dimension. */
static json_t *alone_of(json_t *alone, const char *dimension)
{
	json_t *entry;
	size_t i;

	json_array_foreach(alone, i, entry)
	{
		if (!strcmp(record_text(entry, "dimension", ""), dimension))
			return entry;
	}
	entry = json_pack("{ss s[] s[] s[]}", "dimension", dimension, "same", "other", "untold");
	json_array_append_new(alone, entry);
	return entry;
}

static void alone_add(json_t *alone, const struct half_cell *here, const struct half_cell *there)
{
	json_t *differs = differs_new(here, there), *facts = facts_new(here, there);
	const char *dimension = json_object_iter_key(json_object_iter(differs));
	const char *list = json_array_size(facts) ? "other" : "same";
	json_t *values = json_object_get(differs, dimension);

	if (!change_comparable(here, there))
		list = "untold";
	json_array_extend(json_object_get(alone_of(alone, dimension), list), values);
	json_decref(facts);
	json_decref(differs);
}

/* A finding that differs in the same one dimension, and by the same facts; NULL: none. */
static json_t *nearest_like(json_t *nearest, json_t *differs, const json_t *facts)
{
	const char *dimension = json_object_iter_key(json_object_iter(differs));
	json_t *finding;
	size_t i;

	if (json_object_size(differs) != 1)
		return NULL;
	json_array_foreach(nearest, i, finding)
	{
		if (json_object_get(json_object_get(finding, "differs"), dimension) &&
		    json_equal(json_object_get(finding, "facts"), facts))
			return finding;
	}
	return NULL;
}

static void nearest_add(json_t *nearest, const struct half_cell *here,
			const struct half_cell *there)
{
	json_t *differs = differs_new(here, there), *facts = facts_new(here, there);
	json_t *like = nearest_like(nearest, differs, facts), *values;
	const char *dimension;

	if (!json_array_size(facts)) {
		json_decref(differs);
		json_decref(facts);
		return;
	}
	if (!like) {
		json_array_append_new(nearest, json_pack("{so s[s] so}", "differs", differs,
							 "cells", there->id, "facts", facts));
		return;
	}
	json_object_foreach(differs, dimension, values)
	{
		json_array_extend(json_object_get(json_object_get(like, "differs"), dimension),
				  values);
	}
	json_array_append_new(json_object_get(like, "cells"), json_string(there->id));
	json_decref(differs);
	json_decref(facts);
}

static size_t cells_apart(const struct half_cell *here, const struct half_cell *there)
{
	size_t n = 0;

	for (size_t i = 0; i < here->n_dimensions; i++)
		n += strcmp(value_of(there, here->dimensions[i]), here->values[i]) != 0;
	return n;
}

json_t *neighbours_find(const struct half *half, const char *id)
{
	const struct half_cell *here = half_find(half, id);
	json_t *alone = json_array(), *nearest = json_array();
	size_t apart = 0;

	while (here && !json_array_size(nearest) && apart < here->n_dimensions) {
		apart++;
		for (size_t i = 0; i < half->n_cells; i++) {
			const struct half_cell *there = &half->cells[i];

			if (strcmp(there->scenario, here->scenario) != 0 ||
			    cells_apart(here, there) != apart)
				continue;
			if (apart == 1)
				alone_add(alone, here, there);
			nearest_add(nearest, here, there);
		}
	}
	if (here)
		return json_pack("{so sI so}", "alone", alone, "apart", (json_int_t)apart,
				 "nearest", nearest);
	json_decref(alone);
	json_decref(nearest);
	return NULL;
}
