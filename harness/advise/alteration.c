// SPDX-License-Identifier: GPL-2.0-or-later
/* alteration: owns the tables of what a sysctl changes, scenario by scenario. */
#include "advise/alteration.h"
#include "advise/effects.h"
#include "base/mem.h"
#include "compare/show.h"
#include "record/record.h"
#include "report/markup.h"

#include <string.h>

static long long number(const json_t *object, const char *key)
{
	return record_number(object, key, 0);
}

/*
 * What is told is told once: first of each value with all the kernels that show it, then of all
 * values that the same kernels show. like: what it is, but for value and kernels; "single" is then
 * the entry of one value, {"like", "effect", "kernels"}, and a row {"values", "single", "kernels":
 * as words}.
 */
static json_t *single_of(json_t *singles, const json_t *effect, const char *like)
{
	_cleanup_free_ char *key = mem_printf("%s\x1f%s", like, record_text(effect, "to", ""));
	json_t *single = json_object_get(singles, key);

	if (!single) {
		single = json_pack("{ss sO s[]}", "like", like, "effect", effect, "kernels");
		json_object_set_new(singles, key, single);
	}
	effect_join_kernels(json_object_get(single, "kernels"), effect);
	return single;
}

/* New reference. */
static json_t *rows_of(const json_t *entry, const json_t *singles)
{
	json_t *rows = json_object(), *single;
	const char *ignored;

	json_object_foreach((json_t *)singles, ignored, single)
	{
		_cleanup_free_ char *kernels = effect_kernels(entry, single);
		_cleanup_free_ char *key =
			mem_printf("%s\x1f%s", record_text(single, "like", ""), kernels);
		json_t *row = json_object_get(rows, key);

		if (!row) {
			row = json_pack("{s[] sO ss}", "values", "single", single, "kernels",
					kernels);
			json_object_set_new(rows, key, row);
		}
		json_array_append(json_object_get(row, "values"),
				  json_object_get(json_object_get(single, "effect"), "to"));
	}
	return rows;
}

static const json_t *row_effect(const json_t *row)
{
	return json_object_get(json_object_get(row, "single"), "effect");
}

static const json_t *row_finding(const json_t *row)
{
	return json_object_get(json_object_get(row, "single"), "finding");
}

/* "`began=61,63`" */
static void merged_values(const json_t *row, struct text *out)
{
	json_t *values = json_object_get(row, "values"), *value;
	_cleanup_text_ struct text words = {0};
	size_t i;

	json_array_foreach(values, i, value)
	{
		text_add(&words, "%s%s", i ? "," : "", json_string_value(value));
	}
	effect_value(row_effect(row), text_str(&words), out);
}

static void finding_add(json_t *singles, const json_t *effect, json_t *finding)
{
	_cleanup_text_ struct text where = {0}, like = {0};
	json_t *single;

	finding_where(finding, &where);
	text_add(&like, "%s\x1f%s\x1f%s\x1f%s\x1f%s\x1f%s", record_text(effect, "dimension", ""),
		 record_text(effect, "from", ""), record_text(finding, "fact", ""),
		 record_text(finding, "was", ""), record_text(finding, "now", ""),
		 text_str(&where));
	single = single_of(singles, effect, text_str(&like));
	json_object_set(single, "finding", finding);
	json_object_set_new(single, "where", json_string(text_str(&where)));
}

static void row_write(const json_t *row, struct text *out)
{
	const json_t *effect = row_effect(row);
	const json_t *finding = row_finding(row);

	text_add(out, "| ");
	markdown_code(out, record_text(finding, "fact", "?"));
	text_add(out, " | ");
	effect_value(effect, record_text(effect, "from", "?"), out);
	text_add(out, " | ");
	markdown_code(out, record_text(finding, "was", "?"));
	text_add(out, " | ");
	merged_values(row, out);
	text_add(out, " | ");
	markdown_code(out, record_text(finding, "now", "?"));
	text_add(out, " | ");
	markdown_text(out, record_text(json_object_get(row, "single"), "where", ""));
	text_add(out, "%s |\n", record_text(row, "kernels", ""));
}

/* "- `rfc1337=1` instead of `0`, at both ends: another outcome in 12 of 48 pairs." */
static void sentence_write(const json_t *row, struct text *out)
{
	const json_t *effect = row_effect(row);

	text_add(out, "- ");
	merged_values(row, out);
	text_add(out, " instead of ");
	markdown_code(out, record_text(effect, "from", "?"));
	text_add(out, ", ");
	effect_whose(effect, out);
	text_add(out, ": another outcome in %lld of %lld pairs%s%s.\n", number(effect, "changed"),
		 number(effect, "cells"),
		 json_array_size(json_object_get(row, "values")) > 1 ? " each" : "",
		 record_text(row, "kernels", ""));
}

static void sentences(const json_t *entry, struct text *out)
{
	json_t *singles = json_object(), *rows, *effect, *row;
	const char *key;
	size_t i;

	json_array_foreach(json_object_get(entry, "effects"), i, effect)
	{
		_cleanup_free_ char *like =
			mem_printf("%s\x1f%s\x1f%lld\x1f%lld", record_text(effect, "dimension", ""),
				   record_text(effect, "from", ""), number(effect, "changed"),
				   number(effect, "cells"));

		if (number(effect, "cells"))
			single_of(singles, effect, like);
	}
	rows = rows_of(entry, singles);
	json_object_foreach(rows, key, row)
	{
		sentence_write(row, out);
	}
	json_decref(rows);
	json_decref(singles);
}

/* Fact by fact, so that the values of one stand together. */
static void rows_write(const json_t *rows, struct text *out)
{
	json_t *facts = json_object(), *row;
	const char *fact, *key;
	json_t *ignored;

	json_object_foreach((json_t *)rows, key, row)
	{
		json_object_set_new(facts, record_text(row_finding(row), "fact", "?"), json_true());
	}
	json_object_foreach(facts, fact, ignored)
	{
		json_object_foreach((json_t *)rows, key, row)
		{
			if (!strcmp(record_text(row_finding(row), "fact", "?"), fact))
				row_write(row, out);
		}
	}
	json_decref(facts);
}

static void changes_table(const json_t *entry, struct text *out)
{
	json_t *singles = json_object(), *rows, *effect, *finding;
	size_t i, j;

	json_array_foreach(json_object_get(entry, "effects"), i, effect)
	{
		json_array_foreach(json_object_get(effect, "findings"), j, finding)
		{
			finding_add(singles, effect, finding);
		}
	}
	rows = rows_of(entry, singles);
	text_add(out, "\n| fact | with | it is | with | it is | where |\n"
		      "|---|---|---|---|---|---|\n");
	rows_write(rows, out);
	json_decref(rows);
	json_decref(singles);
}

/* The cell to look at: the nearest one of the first effect that has one. */
static const char *entry_nearest(const json_t *entry)
{
	const char *nearest = NULL;
	json_t *effect;
	size_t i;

	json_array_foreach(json_object_get(entry, "effects"), i, effect)
	{
		if (!nearest && json_object_get(effect, "dimension"))
			nearest = record_text(effect, "nearest", NULL);
	}
	return nearest;
}

static void changes_of(const json_t *entry, struct text *out)
{
	const char *nearest = entry_nearest(entry);

	text_add(out, "\n### ");
	effects_link(entry, out);
	text_add(out, "\n\n");
	markdown_text(out, record_text(entry, "title", "?"));
	text_add(out, ".\n\n");
	sentences(entry, out);
	changes_table(entry, out);
	if (nearest)
		text_add(out, "\nTo see it: `afterclose explain '%s' --target uml`\n", nearest);
}

void alteration_tables(const json_t *entries, struct text *out)
{
	json_t *entry;
	size_t i, n = 0;

	json_array_foreach((json_t *)entries, i, entry)
	{
		if (!effects_changed(entry))
			continue;
		text_add(out, "%s", n++ ? "" : "\n## What it changes\n");
		changes_of(entry, out);
	}
}
