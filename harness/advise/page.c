// SPDX-License-Identifier: GPL-2.0-or-later
/* page: owns a page's head, the order of its chapters, and the table of all pages. */
#include "advise/page.h"
#include "advise/alteration.h"
#include "advise/chapter.h"
#include "advise/effects.h"
#include "advise/history.h"
#include "base/mem.h"
#include "lab/knob.h"
#include "record/record.h"
#include "report/markup.h"

#include <string.h>

#define MADE "<!-- Made by tests/tools/sysctls.c from docs/effects.json; do not edit. -->\n"

/* Dimension by dimension, then by the value. */
static int effect_order(const json_t *a, const json_t *b)
{
	int order = strcmp(record_text(a, "dimension", "~"), record_text(b, "dimension", "~"));

	return order ? order : strverscmp(record_text(a, "to", ""), record_text(b, "to", ""));
}

static void effect_insert(json_t *effects, json_t *effect)
{
	size_t at = json_array_size(effects);

	while (at && effect_order(json_array_get(effects, at - 1), effect) > 0)
		at--;
	json_array_insert(effects, at, effect);
}

/* What the extract has of a sysctl: its scenarios with the effects of it alone, and their names.
 * New reference. */
static json_t *entries_new(const json_t *extract, const char *sysctl)
{
	json_t *ret = json_array(), *entry, *effect;
	const char *name;
	size_t i;

	json_object_foreach((json_t *)extract, name, entry)
	{
		json_t *effects = json_array();

		json_array_foreach(json_object_get(entry, "effects"), i, effect)
		{
			if (!strcmp(record_text(effect, "sysctl", ""), sysctl))
				effect_insert(effects, effect);
		}
		if (json_array_size(effects))
			json_array_append_new(ret,
					      json_pack("{ss ss ss sO}", "scenario", name, "file",
							record_text(entry, "file", "?"), "title",
							record_text(entry, "title", "?"), "effects",
							effects));
		json_decref(effects);
	}
	return ret;
}

/* The values of one member of all effects, each once, sorted. New reference. */
static json_t *values_of(const json_t *entries, const char *const *members, size_t n)
{
	json_t *seen = json_object(), *entry, *effect, *ret;
	size_t i, j;

	json_array_foreach((json_t *)entries, i, entry)
	{
		json_array_foreach(json_object_get(entry, "effects"), j, effect)
		{
			for (size_t k = 0; k < n; k++)
				json_object_set_new(seen, record_text(effect, members[k], ""),
						    json_true());
		}
	}
	ret = effects_keys(seen);
	json_decref(seen);
	return ret;
}

json_t *page_sysctls(const json_t *extract)
{
	static const char *const members[] = {"sysctl"};
	json_t *all = json_array(), *entry, *ret;
	const char *name;

	json_object_foreach((json_t *)extract, name, entry)
	{
		json_array_append(all, entry);
	}
	ret = values_of(all, members, ARRAY_SIZE(members));
	json_decref(all);
	return ret;
}

static void codes_list(const json_t *texts, struct text *out)
{
	json_t *one;
	size_t i;

	json_array_foreach((json_t *)texts, i, one)
	{
		text_add(out, "%s", i ? ", " : "");
		markdown_code(out, *json_string_value(one) ? json_string_value(one) : "\"\"");
	}
}

static void values_list(const json_t *entries, struct text *out)
{
	static const char *const members[] = {"from", "to"};
	json_t *values = values_of(entries, members, ARRAY_SIZE(members));

	codes_list(values, out);
	json_decref(values);
}

static void history_say(const char *name, struct text *out)
{
	const struct knob *knob = knob_find(name);
	json_t *history = history_json(name);
	_cleanup_free_ char *words = history_words(history);

	text_add(out, "%s.",
		 knob && knob->scope == KNOB_GLOBAL ? "One value for the whole kernel"
						    : "One value a network namespace");
	if (*words) {
		text_add(out, " Mainline: ");
		markdown_text(out, words);
		text_add(out, ".");
	}
	if (json_object_get(history, "source")) {
		text_add(out, " Source: ");
		markdown_text(out, record_text(history, "source", "?"));
		text_add(out, ".");
	}
	if (json_object_get(history, "seen")) {
		text_add(out, " Seen in the source of kernels: ");
		markdown_text(out, record_text(history, "seen", "?"));
		text_add(out, ".");
	}
	text_add(out, "\n\n");
	if (knob && knob->baseline) {
		text_add(out, "A lab's baseline is ");
		markdown_code(out, *knob->baseline ? knob->baseline : "\"\"");
		text_add(out, ". ");
	}
	json_decref(history);
}

static void kernels_list(const json_t *entries, struct text *out)
{
	json_t *kernels = effects_kernels(entries), *kernel;
	size_t i;

	json_array_foreach(kernels, i, kernel)
	{
		text_add(out, "%s%s", i ? "; " : "", json_string_value(kernel));
	}
	json_decref(kernels);
}

static void page_head(const json_t *entries, const char *name, struct text *out)
{
	size_t n = json_array_size(entries);

	text_add(out, MADE "# %s\n\n", name);
	history_say(name, out);
	text_add(out, "Values played: ");
	values_list(entries, out);
	text_add(out, ", in %zu scenario%s.\n\n", n, n == 1 ? "" : "s");
	text_add(out, "What follows is counted from records of ");
	kernels_list(entries, out);
	text_add(out, ".\nTwo cells that differ in nothing but this sysctl are a pair. ");
	if (!effects_sum(entries, "cells")) {
		text_add(out, "No pair could be compared.\n");
		return;
	}
	text_add(out,
		 "Of %lld pairs on all kernels %lld have another outcome.\nWhere it changes "
		 "something, and of "
		 "standards, pairs are those of one kernel, elsewhere of all together.\n",
		 effects_sum(entries, "cells"), effects_sum(entries, "changed"));
}

void page_sysctl(const json_t *extract, const char *name, struct text *out)
{
	json_t *entries = entries_new(extract, name);

	page_head(entries, name, out);
	chapter_claims(entries, out);
	chapter_harm(entries, out);
	alteration_tables(entries, out);
	chapter_same(entries, out);
	chapter_rfc(entries, out);
	chapter_skips(entries, out);
	json_decref(entries);
}

static void index_row(const json_t *extract, const char *name, struct text *out)
{
	json_t *entries = entries_new(extract, name), *entry;
	_cleanup_text_ struct text changing = {0};
	size_t i;

	json_array_foreach(entries, i, entry)
	{
		json_t *alone = json_pack("[O]", entry);

		if (effects_sum(alone, "changed"))
			text_add(&changing, "%s%s", changing.len ? ", " : "",
				 record_text(entry, "scenario", "?"));
		json_decref(alone);
	}
	text_add(out, "| [%s](%s.md) | ", name, name);
	values_list(entries, out);
	text_add(out, " | %zu | %lld | %lld | %s |\n", json_array_size(entries),
		 effects_sum(entries, "cells"), effects_sum(entries, "changed"),
		 text_str(&changing));
	json_decref(entries);
}

void page_index(const json_t *extract, const json_t *names, struct text *out)
{
	json_t *name;
	size_t i;

	text_add(out, MADE
		 "# What each sysctl does after close, and what it does not\n\n"
		 "Counted from records of scenarios that vary the sysctl, or were played with it "
		 "as the "
		 "baseline.\nTwo cells that differ in nothing else are a pair; pairs are those of "
		 "all "
		 "kernels together. That no\noutcome changes means no more than that: in these "
		 "cells, on "
		 "these kernels. What the kernel draws at\nrandom it draws anew in each cell, so a "
		 "fact that "
		 "hangs on such a number (a port of random masquerade)\nmay differ by chance.\n\n"
		 "| sysctl | values | scenarios | pairs | with another outcome | in |\n"
		 "|---|---|---|---|---|---|\n");
	json_array_foreach((json_t *)names, i, name)
	{
		index_row(extract, json_string_value(name), out);
	}
}
