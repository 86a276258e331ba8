// SPDX-License-Identifier: GPL-2.0-or-later
/* advise_shortest: owns the search for the fewest lines that have the same outcomes as all. */
#include "cmd/advise_shortest.h"

#include "advise/evidence.h"
#include "cmd/advise_tell.h"

/* Does the line change an outcome alone? ret: in which cells. */
static bool line_changes(struct runs *runs, line_set line, struct cell_list *ret)
{
	const struct cell_list *cells = &runs->plan->cells;

	for (size_t i = 0; i < cells->n; i++) {
		const struct half_cell *base = runs_find(runs, cells->of[i], 0);
		const struct half_cell *with = runs_find(runs, cells->of[i], line);

		if (base && with && evidence_outcome_differs(base, with))
			cell_list_add(ret, cells->of[i]);
	}
	return ret->n;
}

/* Play a set of lines everywhere, and say whether its outcomes are those of all. */
static int set_suffices(struct runs *runs, line_set lines, bool *ret)
{
	int code;

	runs_want_all(runs, lines);
	code = runs_play(runs);
	*ret = !code && !advise_sets_hold(runs, lines, plan_all(runs->plan)).differ;
	return code;
}

/* Can a line be left out of the set? In the cells where it changes something alone, by which most
 * of those that cannot are told. */
static int line_try_without_here(struct runs *runs, line_set rest, const struct cell_list *changed,
				 bool *ret)
{
	int code;

	for (size_t i = 0; i < changed->n; i++)
		runs_want(runs, changed->of[i], rest);
	code = runs_play(runs);
	*ret = !code;
	for (size_t i = 0; i < changed->n && *ret; i++) {
		const struct cell *cell = changed->of[i];
		const struct half_cell *with = runs_find(runs, cell, rest);
		const struct half_cell *all = runs_find(runs, cell, plan_all(runs->plan));

		*ret = with && all && !evidence_outcome_differs(with, all);
	}
	return code;
}

/* Leave out of the set each line that another one makes superfluous. everywhere: with each that is
 * left out all cells are played; otherwise that is the caller's. */
static int set_shorten(struct runs *runs, line_set *set,
		       const struct cell_list changed[PLAN_LINES_MAX], bool everywhere)
{
	int code = 0;

	for (size_t i = 0; i < runs->plan->n_lines && !code; i++) {
		line_set line = line_bit(i), rest = *set & ~line;
		bool suffices;

		if (!(*set & line))
			continue;
		code = line_try_without_here(runs, rest, &changed[i], &suffices);
		if (!code && suffices && everywhere)
			code = set_suffices(runs, rest, &suffices);
		if (!code && suffices)
			*set = rest;
	}
	return code;
}

/* Add lines to the set until its outcomes are those of all. */
static int set_complete(struct runs *runs, line_set *set)
{
	bool suffices;
	int code = set_suffices(runs, *set, &suffices);

	for (size_t i = 0; i < runs->plan->n_lines && !code && !suffices; i++) {
		line_set line = line_bit(i);

		if ((*set & line) || !(plan_all(runs->plan) & line))
			continue;
		*set |= line;
		code = set_suffices(runs, *set, &suffices);
	}
	return code;
}

/* Of the lines that change an outcome alone those that are not superfluous; mostly these suffice
 * everywhere, and that is all that is played of all cells. Otherwise step by step. */
static int find_shortest_of(struct runs *runs, line_set set,
			    const struct cell_list changed[PLAN_LINES_MAX], line_set *ret)
{
	bool suffices = false;
	int code;

	*ret = set;
	code = set_shorten(runs, ret, changed, false);
	if (!code)
		code = set_suffices(runs, *ret, &suffices);
	if (code || suffices)
		return code;
	*ret = set;
	code = set_complete(runs, ret);
	return code ? code : set_shorten(runs, ret, changed, true);
}

int advise_shortest(struct runs *runs, line_set *ret)
{
	struct cell_list changed[PLAN_LINES_MAX] = {0};
	line_set set = 0;
	int code;

	for (size_t i = 0; i < runs->plan->n_lines; i++) {
		line_set line = line_bit(i);

		if ((plan_all(runs->plan) & line) && line_changes(runs, line, &changed[i]))
			set |= line;
	}
	code = find_shortest_of(runs, set, changed, ret);
	for (size_t i = 0; i < runs->plan->n_lines; i++)
		cell_list_free(&changed[i]);
	return code;
}
