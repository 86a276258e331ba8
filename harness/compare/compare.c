// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * compare: owns the way from two halves to findings: cells are paired by id, scenario by scenario;
 * changes of the same kind make a group; each group is folded.
 */
#include "compare/compare.h"
#include "base/clock.h"
#include "base/mem.h"
#include "compare/change.h"
#include "compare/ground.h"

#include <stdlib.h>
#include <string.h>

#define LEFT_IDS_MAX 3 /* of cells that no term explains */

/* Changes of one fact that are alike: one finding. */
struct group {
	enum change_class class;
	char *fact, *was, *now;
	enum half_kind range;
	int64_t was_min, was_max, now_min, now_max;
	const struct known_entry *accepted;
	bool *chosen; /* by pair */
	size_t n_chosen;
};

/* One scenario while it is compared. */
struct grouping {
	const struct compare_options *options;
	struct ground ground;
	size_t pair; /* the one at hand */
	struct group *groups;
	size_t n_groups;
	json_t *index; /* key -> position in groups */
};

static void group_widen(struct group *group, const struct change *change)
{
	group->was_min = change->was_min < group->was_min ? change->was_min : group->was_min;
	group->was_max = change->was_max > group->was_max ? change->was_max : group->was_max;
	group->now_min = change->now_min < group->now_min ? change->now_min : group->now_min;
	group->now_max = change->now_max > group->now_max ? change->now_max : group->now_max;
}

static struct group *group_of(struct grouping *grouping, const struct change *change,
			      const struct known_entry *accepted)
{
	_cleanup_free_ char *key =
		mem_printf("%d\x1f%s\x1f%s\x1f%s\x1f%p", change->class, change->fact, change->was,
			   change->now, (const void *)accepted);
	const json_t *at = json_object_get(grouping->index, key);
	struct group *group;

	if (at)
		return &grouping->groups[json_integer_value(at)];
	grouping->groups =
		mem_resize(grouping->groups, grouping->n_groups + 1, sizeof(*grouping->groups));
	json_object_set_new(grouping->index, key, json_integer(grouping->n_groups));
	group = &grouping->groups[grouping->n_groups++];
	*group = (struct group){
		.class = change->class,
		.fact = mem_strdup(change->fact),
		.was = mem_strdup(change->was),
		.now = mem_strdup(change->now),
		.range = change->range,
		.was_min = INT64_MAX,
		.was_max = INT64_MIN,
		.now_min = INT64_MAX,
		.now_max = INT64_MIN,
		.accepted = accepted,
		.chosen = mem_zalloc(grouping->ground.n_pairs * sizeof(*group->chosen)),
	};
	return group;
}

static void group_clear(struct group *group)
{
	free(group->fact);
	free(group->was);
	free(group->now);
	free(group->chosen);
}

static const struct known_entry *change_accepted(struct grouping *grouping,
						 const struct change *change)
{
	const struct half_cell *cell = pair_cell(&grouping->ground.pairs[grouping->pair]);
	const struct known_cell known_cell = {
		.id = cell->id,
		.scenario = cell->scenario,
		.dimensions = cell->dimensions,
		.values = cell->values,
		.n_dimensions = cell->n_dimensions,
	};
	_cleanup_free_ char *now = NULL;

	if (!grouping->options->accept || change->class != CHANGE_OUTCOME)
		return NULL;
	now = change->range ? change_range(change->range, change->now_min, change->now_max)
			    : mem_strdup(change->now);
	return known_find(grouping->options->accept, &known_cell, change->fact, now);
}

/* Was this outcome met before? Enters it, if that is asked for. */
static bool change_seen(const struct grouping *grouping, const struct change *change)
{
	const struct compare_options *options = grouping->options;
	_cleanup_free_ char *key = NULL;

	if (!options->seen || change->class != CHANGE_OUTCOME)
		return false;
	key = mem_printf("%s\x1f%s\x1f%s\x1f%s",
			 pair_cell(&grouping->ground.pairs[grouping->pair])->id, change->fact,
			 change->was, change->now);
	if (options->skip_seen)
		return json_object_get(options->seen, key);
	json_object_set_new(options->seen, key, json_true());
	return false;
}

static void take_change(void *ctx, const struct change *change)
{
	struct grouping *grouping = ctx;
	struct group *group;

	if (change_seen(grouping, change))
		return;
	group = group_of(grouping, change, change_accepted(grouping, change));
	group_widen(group, change);
	group->n_chosen += !group->chosen[grouping->pair];
	group->chosen[grouping->pair] = true;
}

/* Ids of cells that no term explains, the first ones. */
static json_t *left_new(const struct grouping *grouping, const struct group *group,
			const struct fold *fold)
{
	const struct fold_space *space = &grouping->ground.space;
	json_t *ids = json_array(), *ret;

	for (size_t i = 0; i < space->n_cells && json_array_size(ids) < LEFT_IDS_MAX; i++) {
		bool covered = !group->chosen[i];

		for (size_t t = 0; t < fold->n_terms && !covered; t++)
			covered = fold_term_covers(space, &fold->terms[t], i);
		if (!covered)
			json_array_append_new(
				ids, json_string(pair_cell(&grouping->ground.pairs[i])->id));
	}
	ret = json_pack("{sI sI so}", "hits", (json_int_t)fold->left, "of",
			(json_int_t)fold->left_of, "cells", ids);
	if (grouping->options->boxed && fold->box_exact) {
		const struct fold box = {.terms = {fold->box}, .n_terms = 1};

		json_object_set_new(ret, "with", ground_terms(&grouping->ground, &box));
	}
	return ret;
}

static json_t *finding_new(struct grouping *grouping, const struct group *group)
{
	struct ground *ground = &grouping->ground;
	_cleanup_free_ char *was = NULL, *now = NULL;
	struct fold fold;
	json_t *finding;

	was = group->range ? change_range(group->range, group->was_min, group->was_max)
			   : mem_strdup(group->was);
	now = group->range ? change_range(group->range, group->now_min, group->now_max)
			   : mem_strdup(group->now);
	ground->space.n_cells =
		group->class == CHANGE_UNCOMPARED ? ground->n_pairs : ground->n_compared;
	fold_find(&ground->space, group->chosen, &fold);
	finding = json_pack("{ss ss ss ss ss sI so so}", "class", change_class_names[group->class],
			    "scenario", ground->scenario, "fact", group->fact, "was", was, "now",
			    now, "cells", (json_int_t)group->n_chosen, "with",
			    ground_terms(ground, &fold), "left", left_new(grouping, group, &fold));
	if (group->accepted)
		json_object_set_new(finding, "accepted", json_string(group->accepted->why));
	return finding;
}

/* The gravest class first, then what most cells have. */
static int group_order(const void *a, const void *b)
{
	const struct group *left = a, *right = b;

	if (left->class != right->class)
		return left->class < right->class ? -1 : 1;
	if (left->n_chosen != right->n_chosen)
		return left->n_chosen > right->n_chosen ? -1 : 1;
	if (strcmp(left->fact, right->fact))
		return strcmp(left->fact, right->fact);
	return strcmp(left->now, right->now);
}

/* Of how many cells some outcome changed that was not accepted. */
static size_t n_cells_changed(const struct grouping *grouping, size_t n_pairs)
{
	size_t ret = 0;

	for (size_t pair = 0; pair < n_pairs; pair++) {
		bool changed = false;

		for (size_t i = 0; i < grouping->n_groups; i++) {
			const struct group *group = &grouping->groups[i];

			changed |= group->class == CHANGE_OUTCOME && !group->accepted &&
				   group->chosen[pair];
		}
		ret += changed;
	}
	return ret;
}

/* Returns n_cells_changed(). */
static size_t compare_scenario(const struct compare_options *options, const struct pair *pairs,
			       size_t n_pairs, json_t *findings)
{
	struct grouping grouping = {.options = options, .index = json_object()};
	size_t n_changed;

	ground_open(pairs, n_pairs, &grouping.ground);
	for (grouping.pair = 0; grouping.pair < n_pairs; grouping.pair++)
		change_each(pairs[grouping.pair].a, pairs[grouping.pair].b, take_change, &grouping);
	n_changed = n_cells_changed(&grouping, n_pairs);
	if (grouping.n_groups)
		qsort(grouping.groups, grouping.n_groups, sizeof(*grouping.groups), group_order);
	for (size_t i = 0; i < grouping.n_groups; i++) {
		json_array_append_new(findings, finding_new(&grouping, &grouping.groups[i]));
		group_clear(&grouping.groups[i]);
	}
	free(grouping.groups);
	json_decref(grouping.index);
	ground_close(&grouping.ground);
	return n_changed;
}

/* By scenario, those that can be compared first, then by id: the order of the files is chance. */
static int pair_order(const void *a, const void *b)
{
	const struct pair *left = a, *right = b;
	int order = strcmp(pair_cell(left)->scenario, pair_cell(right)->scenario);
	bool left_compared = change_comparable(left->a, left->b);
	bool right_compared = change_comparable(right->a, right->b);

	if (order)
		return order;
	if (left_compared != right_compared)
		return left_compared ? -1 : 1;
	return strcmp(pair_cell(left)->id, pair_cell(right)->id);
}

/* An id leaves out what a dimension has first: where the file had another order, it is another
 * cell. */
static bool same_values(const struct half_cell *a, const struct half_cell *b)
{
	for (size_t i = 0; i < a->n_dimensions; i++) {
		for (size_t j = 0; j < b->n_dimensions; j++) {
			if (!strcmp(a->dimensions[i], b->dimensions[j]) &&
			    strcmp(a->values[i], b->values[j]) != 0)
				return false;
		}
	}
	return true;
}

/* The cell's counterpart; NULL: none. */
static const struct half_cell *partner(const struct half *half, const struct half_cell *cell)
{
	const struct half_cell *found = half_find(half, cell->id);

	return found && same_values(found, cell) ? found : NULL;
}

static size_t pairs_make(const struct half *a, const struct half *b, struct pair **ret)
{
	size_t n = 0;

	*ret = mem_zalloc((a->n_cells + b->n_cells + 1) * sizeof(**ret));
	for (size_t i = 0; i < a->n_cells; i++)
		(*ret)[n++] = (struct pair){&a->cells[i], partner(b, &a->cells[i])};
	for (size_t i = 0; i < b->n_cells; i++) {
		if (!partner(a, &b->cells[i]))
			(*ret)[n++] = (struct pair){NULL, &b->cells[i]};
	}
	qsort(*ret, n, sizeof(**ret), pair_order);
	return n;
}

static json_t *half_summary(const struct half *half)
{
	_cleanup_free_ char *place = half_place(half);
	json_t *name = json_string(half->name); /* NULL: a file's name need not be UTF-8 */

	return json_pack("{so ss sI}", "name", name ? name : json_string("?"), "place", place,
			 "cells", (json_int_t)half->n_cells);
}

/* A scenario whose file is not the same on both sides. */
static bool scenario_edited(const struct pair *pairs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (pairs[i].a && pairs[i].b && strcmp(pairs[i].a->hash, pairs[i].b->hash))
			return true;
	}
	return false;
}

json_t *compare_halves(const struct half *a, const struct half *b,
		       const struct compare_options *options)
{
	json_t *findings = json_array(), *edited = json_array();
	struct pair *pairs;
	size_t n_pairs = pairs_make(a, b, &pairs), n_compared = 0, n_changed = 0, n;

	for (size_t first = 0; first < n_pairs; first += n) {
		const char *scenario = pair_cell(&pairs[first])->scenario;

		for (n = 0; first + n < n_pairs; n++) {
			if (strcmp(pair_cell(&pairs[first + n])->scenario, scenario))
				break;
			n_compared += change_comparable(pairs[first + n].a, pairs[first + n].b);
		}
		n_changed += compare_scenario(options, &pairs[first], n, findings);
		if (scenario_edited(&pairs[first], n))
			json_array_append_new(edited, json_string(scenario));
	}
	free(pairs);
	return json_pack("{so so sI sI sI so so}", "a", half_summary(a), "b", half_summary(b),
			 "cells", (json_int_t)n_pairs, "compared", (json_int_t)n_compared,
			 "changed_cells", (json_int_t)n_changed, "edited", edited, "findings",
			 findings);
}

size_t compare_n_compared(const json_t *comparison)
{
	return record_number(comparison, "compared", 0);
}

size_t compare_n_changed(const json_t *comparison)
{
	json_t *findings = json_object_get(comparison, "findings"), *finding;
	size_t i, n = 0;

	json_array_foreach(findings, i, finding)
	{
		n += !strcmp(record_text(finding, "class", ""),
			     change_class_names[CHANGE_OUTCOME]) &&
		     !json_object_get(finding, "accepted");
	}
	return n;
}
