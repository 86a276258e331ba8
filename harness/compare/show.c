// SPDX-License-Identifier: GPL-2.0-or-later
/* show: owns the wording of findings, and which of them are told unasked. */
#include "compare/show.h"
#include "base/mem.h"
#include "compare/compare.h"

#include <string.h>

#define FINDINGS_MAX 10 /* of a class that may be chance */

/* A class of findings as a chapter. */
static const struct finding_class {
	const char *class;
	bool accepted; /* those that are, or those that are not */
	bool chance;   /* may be chance: hidden where nothing explains it */
	const char *heading;
} finding_classes[] = {
	{"outcome", false, false, "Outcomes that changed"},
	{"outcome", true, false, "Outcomes that changed and are accepted"},
	{"other", false, true, "Facts that no rule settles"},
	{"time", false, true, "Times"},
	{"counter", false, true, "Counters"},
	{"unsteady", false, false, "Not the same in each repetition of one side"},
	{"uncompared", false, false, "Not compared"},
};

static void term_where(const json_t *term, struct text *out)
{
	json_t *dimensions = json_object_get(term, "dimensions"), *values, *value;
	const char *name;
	size_t i;

	json_object_foreach(dimensions, name, values)
	{
		text_add(out, out->len && out->data[out->len - 1] != ' ' ? " %s" : "%s", name);
		json_array_foreach(values, i, value)
		{
			text_add(out, "%c%s", i ? ',' : '=', json_string_value(value));
		}
	}
}

static void left_where(const json_t *left, bool other, struct text *out)
{
	json_t *ids = json_object_get(left, "cells"), *id;
	long long hits = record_number(left, "hits", 0);
	size_t i;

	text_add(out, "in %lld of %lld%s cells: ", hits, (long long)record_number(left, "of", 0),
		 other ? " other" : "");
	json_array_foreach(ids, i, id)
	{
		text_add(out, "%s%s", i ? ", " : "", json_string_value(id));
	}
	if (hits > (long long)json_array_size(ids))
		text_add(out, " and %lld more", hits - (long long)json_array_size(ids));
}

static void terms_where(const json_t *terms, struct text *out)
{
	json_t *term;
	size_t i;

	json_array_foreach((json_t *)terms, i, term)
	{
		bool every = !json_object_size(json_object_get(term, "dimensions"));

		text_add(out, "%s%s", out->len ? "; " : "", every ? "" : "with ");
		term_where(term, out);
		text_add(out, "%sin %lld of %lld cells", every ? "" : " ",
			 (long long)record_number(term, "hits", 0),
			 (long long)record_number(term, "of", 0));
	}
}

void finding_where(const json_t *finding, struct text *out)
{
	_cleanup_text_ struct text where = {0};
	const json_t *left = json_object_get(finding, "left"), *box = json_object_get(left, "with");
	long long n_left = record_number(left, "hits", 0), of = record_number(left, "of", 0);

	terms_where(json_object_get(finding, "with"), &where);
	terms_where(box, &where);
	if (n_left && !box) {
		text_add(&where, "%s", where.len ? "; " : "");
		left_where(left, json_array_size(json_object_get(finding, "with")), &where);
	} else if (of > n_left) {
		text_add(&where, "; nowhere else");
	}
	text_add(out, "%s", text_str(&where));
}

void finding_row(const json_t *finding, column_fn *code, column_fn *words, struct text *out)
{
	static const char *const codes[] = {"scenario", "fact", "was", "now"};
	const char *accepted = record_text(finding, "accepted", NULL);
	_cleanup_text_ struct text where = {0};

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
		code(out, record_text(finding, codes[i], "?"));
	finding_where(finding, &where);
	if (accepted)
		text_add(&where, "; accepted: %s", accepted);
	words(out, text_str(&where));
}

/* Do dimension values say exactly where it is? */
static bool finding_explained(const json_t *finding)
{
	json_t *terms = json_object_get(finding, "with"), *term;
	size_t i;

	json_array_foreach(terms, i, term)
	{
		if (record_number(term, "hits", 0) != record_number(term, "of", 0))
			return false;
	}
	return !record_number(json_object_get(finding, "left"), "hits", 0);
}

/* Is the finding of this class? ret_hidden: it is told only if all are asked for. */
static bool finding_is(const json_t *finding, const struct finding_class *class, bool *ret_hidden)
{
	*ret_hidden = class->chance && !finding_explained(finding);
	return !strcmp(record_text(finding, "class", ""), class->class) &&
	       !json_object_get(finding, "accepted") == !class->accepted;
}

static void class_show(const json_t *findings, const struct finding_class *class, bool all,
		       const struct finding_wording *wording, struct text *out)
{
	const json_t *before = NULL;
	size_t n_shown = 0, n_hidden = 0;

	for (size_t i = 0; i < json_array_size(findings); i++) {
		const json_t *finding = json_array_get(findings, i);
		bool hidden;

		if (!finding_is(finding, class, &hidden))
			continue;
		if (!all && (hidden || (class->chance && n_shown >= FINDINGS_MAX))) {
			n_hidden++;
			continue;
		}
		if (!n_shown++)
			wording->heading(class->heading, out);
		wording->finding(finding, before, out);
		before = finding;
	}
	if (n_shown && n_hidden)
		wording->hidden(n_hidden, out);
	if (n_shown && wording->end)
		wording->end(out);
}

void findings_show(const json_t *findings, bool all, const struct finding_wording *wording,
		   struct text *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(finding_classes); i++)
		class_show(findings, &finding_classes[i], all, wording, out);
}

/* Findings of a class. */
static size_t class_count(const json_t *findings, const struct finding_class *class)
{
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(findings); i++) {
		const json_t *finding = json_array_get(findings, i);
		bool hidden;

		n += finding_is(finding, class, &hidden);
	}
	return n;
}

void comparison_sum(const json_t *comparison, bool all, struct text *out)
{
	static const struct {
		const char *one, *several;
	} words[] = {
		{"changed outcome", "changed outcomes"},
		{"accepted", "accepted"},
		{"fact that no rule settles", "facts that no rule settles"},
		{"time", "times"},
		{"counter", "counters"},
	};
	const json_t *findings = json_object_get(comparison, "findings");
	long long n_cells = record_number(comparison, "changed_cells", 0);
	const char *before = "; besides: ";

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t n = class_count(findings, &finding_classes[i]);

		if (!i && !n)
			text_add(out, "no outcome changed");
		if (!n)
			continue;
		text_add(out, "%s%zu %s",
			 !i	  ? ""
			 : i == 1 ? ", "
				  : before,
			 n, n == 1 ? words[i].one : words[i].several);
		if (!i)
			text_add(out, ", in %lld cell%s", n_cells, n_cells == 1 ? "" : "s");
		if (i > 1)
			before = ", ";
	}
	if (!all && *before == ',')
		text_add(out, " (--all shows them)");
}
