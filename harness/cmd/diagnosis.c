// SPDX-License-Identifier: GPL-2.0-or-later
/* diagnosis: owns the fold of cells that reproduce a capture to the settings they share. */
#include "cmd/diagnosis.h"
#include "base/mem.h"
#include "compare/fold.h"
#include "record/judge.h"

#include <string.h>

#define CELLS_TOLD_MAX 24

/* The values that each dimension has among the records, in their order of appearance. */
static void space_fill(json_t *const *records, size_t n, struct fold_space *ret, json_t *names,
		       json_t *values)
{
	json_t *dimensions = n ? json_object_get(records[0], "dimensions") : NULL, *value;
	const char *name;

	json_object_foreach(dimensions, name, value)
	{
		if (json_array_size(names) < FOLD_DIMENSIONS_MAX) {
			json_array_append_new(names, json_string(name));
			json_array_append_new(values, json_array());
		}
	}
	ret->n_dimensions = json_array_size(names);
	ret->n_cells = n;
	ret->value = mem_zalloc(n * ret->n_dimensions + 1);
	for (size_t i = 0; i < n * ret->n_dimensions; i++) {
		size_t d = i % ret->n_dimensions, at = 0;
		json_t *list = json_array_get(values, d);

		name = json_string_value(json_array_get(names, d));
		value = json_object_get(
			json_object_get(records[i / ret->n_dimensions], "dimensions"), name);
		while (at < json_array_size(list) && !json_equal(json_array_get(list, at), value))
			at++;
		if (at == json_array_size(list) && at < FOLD_VALUES_MAX)
			json_array_append(list, value ?: json_null());
		ret->value[i] = at < FOLD_VALUES_MAX ? at : 0;
		ret->n_values[d] = json_array_size(list);
	}
}

static void term_words(const struct fold_space *space, const struct fold_term *term,
		       const json_t *names, const json_t *values, struct text *out)
{
	for (size_t d = 0; d < space->n_dimensions; d++) {
		const char *before = "";

		if (term->mask[d] == fold_mask_full(space, d))
			continue;
		text_add(out, "%s%s=", out->len ? ", " : "",
			 json_string_value(json_array_get(names, d)));
		for (size_t v = 0; v < space->n_values[d]; v++) {
			if (!(term->mask[d] >> v & 1))
				continue;
			text_add(out, "%s%s", before,
				 json_string_value(json_array_get(json_array_get(values, d), v))
					 ?: "?");
			before = "|";
		}
	}
}

/* The values that the chosen cells have; is that all of them and no more? Then it is the whole
 * answer. */
static bool values_in_common(const struct fold_space *space, const bool *chosen,
			     struct fold_term *ret)
{
	*ret = (struct fold_term){0};
	for (size_t i = 0; i < space->n_cells; i++) {
		for (size_t d = 0; chosen[i] && d < space->n_dimensions; d++)
			ret->mask[d] |= 1ULL << space->value[i * space->n_dimensions + d];
	}
	for (size_t i = 0; i < space->n_cells; i++) {
		if (fold_term_covers(space, ret, i) && !chosen[i])
			return false;
	}
	return true;
}

static void words_append(json_t *list, const struct fold_space *space, const struct fold_term *term,
			 const json_t *names, const json_t *values)
{
	_cleanup_text_ struct text words = {0};

	term_words(space, term, names, values, &words);
	if (term->hits < term->of)
		text_add(&words, " (in %zu of %zu cells)", term->hits, term->of);
	json_array_append_new(list, json_string(text_str(&words)));
}

/* Cells that no term explains are named. */
static void left_append(json_t *list, json_t *const *records, const struct fold_space *space,
			const bool *chosen, const struct fold *fold)
{
	for (size_t i = 0; i < space->n_cells && fold->left; i++) {
		bool covered = !chosen[i];

		for (size_t t = 0; t < fold->n_terms; t++)
			covered |= fold_term_covers(space, &fold->terms[t], i);
		if (!covered)
			json_array_append(list, json_object_get(records[i], "cell"));
	}
}

static json_t *under_words(json_t *const *records, size_t n, const bool *chosen)
{
	struct fold_space space = {0};
	json_t *names = json_array(), *values = json_array(), *list = json_array();
	struct fold_term common;
	struct fold fold;

	space_fill(records, n, &space, names, values);
	if (values_in_common(&space, chosen, &common)) {
		words_append(list, &space, &common, names, values);
	} else {
		fold_find(&space, chosen, &fold);
		for (size_t t = 0; t < fold.n_terms; t++)
			words_append(list, &space, &fold.terms[t], names, values);
		left_append(list, records, &space, chosen, &fold);
	}
	free(space.value);
	json_decref(names);
	json_decref(values);
	return list;
}

static bool has_segments(const json_t *record)
{
	return json_array_size(json_object_get(json_object_get(record, "canonical"), "segments"));
}

/* A cell reproduces it whose segments are the capture's; and whose facts are what else is known. */
static int cell_match(struct plot *plot, const json_t *record, json_t **ret, bool *ret_chosen,
		      struct err *err)
{
	enum verdict verdict = record_verdict(record);
	struct match match = {0};
	int r = 0;

	if (has_segments(record))
		r = match_record(plot, record, &match, err);
	*ret_chosen = !r && match.reproduced && verdict != VERDICT_FAIL;
	*ret = json_pack("{s:s, s:s, s:b, s:b, s:I, s:I, s:I, s:s}", "cell",
			 record_text(record, "cell", "?"), "verdict", verdict_names[verdict],
			 "reproduced", *ret_chosen, "segments", match.reproduced, "matched",
			 (json_int_t)match.matched, "events", (json_int_t)match.events, "packet",
			 (json_int_t)match.packet, "words", text_str(&match.words));
	match_free(&match);
	return r;
}

static void set_misses(const json_t *record, json_t *cell)
{
	json_t *rows = json_object_get(record, "judged"), *row, *list = json_array();
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (strcmp(record_text(row, "verdict", ""), "fail") != 0)
			continue;
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "fact",
						      record_text(row, "fact", "?"), "expected",
						      record_text(row, "expected", "?"), "observed",
						      record_text(row, "observed", "?")));
	}
	json_object_set_new(cell, "misses", list);
}

int diagnosis_make(struct plot *plot, json_t *const *records, size_t n, json_t **ret,
		   struct err *err)
{
	_cleanup_free_ bool *chosen = mem_zalloc(n + 1);
	json_t *cells = json_array(), *cell;
	size_t n_chosen = 0;
	int r = 0;

	for (size_t i = 0; !r && i < n; i++) {
		r = cell_match(plot, records[i], &cell, &chosen[i], err);
		if (cell)
			set_misses(records[i], cell);
		json_array_append_new(cells, cell);
		n_chosen += chosen[i];
	}
	*ret = json_pack("{s:o, s:I, s:o}", "cells", cells, "reproduced", (json_int_t)n_chosen,
			 "under",
			 n_chosen && n_chosen < n ? under_words(records, n, chosen) : json_array());
	return r;
}

static void cell_text(const json_t *cell, struct text *out)
{
	json_t *misses = json_object_get(cell, "misses"), *miss;
	int64_t packet = record_number(cell, "packet", 0);
	size_t i;

	if (json_is_true(json_object_get(cell, "reproduced"))) {
		text_add(out, "  same  %s: all of %lld\n", record_text(cell, "cell", "?"),
			 (long long)record_number(cell, "events", 0));
		return;
	}
	text_add(out, "  not   %s: ", record_text(cell, "cell", "?"));
	if (json_is_true(json_object_get(cell, "segments")))
		text_add(out, "the same segments");
	else if (!record_number(cell, "events", 0))
		text_add(out, "it did not play (%s)", record_text(cell, "verdict", "?"));
	else if (packet)
		text_add(out, "differs at #%lld, after %lld of %lld: %s", (long long)packet,
			 (long long)record_number(cell, "matched", 0),
			 (long long)record_number(cell, "events", 0),
			 record_text(cell, "words", "?"));
	else
		text_add(out, "differs behind the capture's last: %s",
			 record_text(cell, "words", "?"));
	json_array_foreach(misses, i, miss)
	{
		text_add(out, "\n          %s: %s in the capture, %s here",
			 record_text(miss, "fact", "?"), record_text(miss, "expected", "?"),
			 record_text(miss, "observed", "?"));
	}
	text_add(out, "\n");
}

void diagnosis_text(const json_t *diagnosis, struct text *out)
{
	json_t *cells = json_object_get(diagnosis, "cells"), *cell, *word;
	json_t *under = json_object_get(diagnosis, "under");
	size_t n = json_array_size(cells), n_same = record_number(diagnosis, "reproduced", 0), i;

	json_array_foreach(cells, i, cell)
	{
		if (i < CELLS_TOLD_MAX)
			cell_text(cell, out);
	}
	if (n > CELLS_TOLD_MAX)
		text_add(out, "  and %zu more (--format json)\n", n - CELLS_TOLD_MAX);
	if (!n_same)
		text_add(out, "\nNot reproduced, in %zu cell%s.\n", n, n == 1 ? "" : "s");
	else if (n_same == n)
		text_add(out, "\nReproduced, in %s.\n",
			 n == 1 ? "the one cell there is"
				: "all cells: what is varied does not matter");
	else
		text_add(out, "\nReproduced in %zu of %zu cells, under ", n_same, n);
	json_array_foreach(under, i, word)
	{
		text_add(out, "%s%s", i ? "\n  or " : "", json_string_value(word));
	}
	if (n_same && n_same < n)
		text_add(out, "\n");
}
