// SPDX-License-Identifier: GPL-2.0-or-later
/* chapter: owns the parts of a page that sum up all scenarios. */
#include "advise/chapter.h"
#include "advise/claims.h"
#include "advise/effects.h"
#include "base/mem.h"
#include "record/record.h"
#include "report/markup.h"

#include <string.h>

static long long number(const json_t *object, const char *key)
{
	return record_number(object, key, 0);
}

/* {FACT: PAIRS...} of a scenario's facts that no effect of it changes, on all kernels. */
static json_t *facts_same(const json_t *entry)
{
	json_t *ret = json_object(), *effect, *finding, *pairs;
	const char *fact;
	size_t i, j;

	json_array_foreach(json_object_get(entry, "effects"), i, effect)
	{
		json_object_foreach(json_object_get(effect, "same"), fact, pairs)
		{
			effects_count(ret, fact,
				      json_integer_value(pairs) * effect_n_kernels(effect));
		}
	}
	json_array_foreach(json_object_get(entry, "effects"), i, effect)
	{
		json_array_foreach(json_object_get(effect, "findings"), j, finding)
		{
			json_object_del(ret, record_text(finding, "fact", ""));
		}
	}
	return ret;
}

static void same_row(const json_t *entry, struct text *out)
{
	json_t *alone = json_pack("[O]", entry), *facts = facts_same(entry), *pairs;
	const char *fact, *before = "";

	if (json_object_size(facts)) {
		text_add(out, "| ");
		effects_link(entry, out);
		text_add(out, " | %lld | %lld | ", effects_sum(alone, "cells"),
			 effects_sum(alone, "changed"));
		json_object_foreach(facts, fact, pairs)
		{
			text_add(out, "%s", before);
			markdown_code(out, fact);
			text_add(out, " %lld", (long long)json_integer_value(pairs));
			before = ", ";
		}
		text_add(out, " |\n");
	}
	json_decref(facts);
	json_decref(alone);
}

void chapter_same(const json_t *entries, struct text *out)
{
	_cleanup_text_ struct text rows = {0};
	json_t *entry;
	size_t i;

	for (int changed = 0; changed <= 1; changed++) {
		json_array_foreach((json_t *)entries, i, entry)
		{
			if (!effects_changed(entry) == !changed)
				same_row(entry, &rows);
		}
	}
	if (rows.len)
		text_add(out,
			 "\n## What it does not change\n\n"
			 "Facts that a rule is about and that are the same in every pair, and in "
			 "how many pairs "
			 "they were\nasked, of all kernels together; first the scenarios in which "
			 "no outcome "
			 "changes at all.\n\n"
			 "| scenario | pairs | of these with another outcome | the same in every "
			 "pair |\n"
			 "|---|---|---|---|\n%s",
			 text_str(&rows));
}

/* One claim of all the effects that settle it. */
static void claims_add(void *ctx, const json_t *entry, const json_t *effect)
{
	json_t *claim;
	size_t i;

	(void)entry;
	json_array_foreach(json_object_get(effect, "claims"), i, claim)
	{
		_cleanup_free_ char *key = mem_printf("%s\x1f%s", record_text(claim, "claim", ""),
						      record_text(claim, "fact", ""));
		json_t *sum = json_object_get(ctx, key);

		if (!sum) {
			sum = json_copy(claim);
			json_object_set_new(sum, "same", json_integer(0));
			json_object_set_new(sum, "changed", json_integer(0));
			json_object_set_new(ctx, key, sum);
		}
		effects_count(sum, "same", number(claim, "same") * effect_n_kernels(effect));
		effects_count(sum, "changed", number(claim, "changed") * effect_n_kernels(effect));
	}
}

void chapter_claims(const json_t *entries, struct text *out)
{
	json_t *claims = json_object(), *claim;
	const char *key;

	effects_each(entries, claims_add, claims);
	if (json_object_size(claims))
		text_add(out, "\n## What is said of it\n\n");
	json_object_foreach(claims, key, claim)
	{
		_cleanup_free_ char *words = claim_words(claim);

		text_add(out, "- ");
		markdown_text(out, words);
		text_add(out, "\n");
	}
	json_decref(claims);
}

/* What endangers, or relieves, and where. */
struct harming {
	const char *key;
	json_t *whats; /* what it is -> {where: pairs} */
};

static void harm_add(void *ctx, const json_t *entry, const json_t *effect)
{
	const struct harming *harming = ctx;
	json_t *finding;
	size_t i;

	json_array_foreach(json_object_get(effect, "findings"), i, finding)
	{
		const char *what = record_text(finding, harming->key, NULL);
		_cleanup_text_ struct text where = {0};

		if (!what)
			continue;
		effects_link(entry, &where);
		text_add(&where, ", ");
		effect_values(effect, &where);
		text_add(&where, ": ");
		markdown_code(&where, record_text(finding, "fact", "?"));
		if (!json_object_get(harming->whats, what))
			json_object_set_new(harming->whats, what, json_object());
		effects_count(json_object_get(harming->whats, what), text_str(&where),
			      number(finding, "cells") * effect_n_kernels(effect));
	}
}

static void harm_list(const json_t *entries, const char *key, const char *heading, struct text *out)
{
	struct harming harming = {key, json_object()};
	json_t *wheres, *pairs;
	const char *what, *where;

	effects_each(entries, harm_add, &harming);
	if (json_object_size(harming.whats))
		text_add(out, "\n## %s\n\n", heading);
	json_object_foreach(harming.whats, what, wheres)
	{
		text_add(out, "- %s\n", what);
		json_object_foreach(wheres, where, pairs)
		{
			text_add(out, "  - %s, in %lld pair%s\n", where,
				 (long long)json_integer_value(pairs),
				 json_integer_value(pairs) == 1 ? "" : "s");
		}
	}
	json_decref(harming.whats);
}

void chapter_harm(const json_t *entries, struct text *out)
{
	harm_list(entries, "harm", "What it endangers", out);
	harm_list(entries, "relief", "What no longer happens with it", out);
}

static void rfc_add(void *ctx, const json_t *entry, const json_t *effect)
{
	_cleanup_free_ char *kernels = effect_kernels(entry, effect);
	struct text *out = ctx;
	json_t *rule;
	size_t i;

	json_array_foreach(json_object_get(effect, "rfc"), i, rule)
	{
		text_add(out, "| ");
		markdown_text(out, record_text(rule, "source", "?"));
		text_add(out, " | ");
		effects_link(entry, out);
		text_add(out, " | ");
		markdown_code(out, record_text(rule, "fact", "?"));
		text_add(out, " | ");
		markdown_code(out, record_text(rule, "asked", "?"));
		text_add(out, " | ");
		effect_value(effect, record_text(effect, "from", "?"), out);
		text_add(out, ": %lld of %lld | ", number(rule, "from"), number(rule, "of"));
		effect_value(effect, record_text(effect, "to", "?"), out);
		text_add(out, ": %lld of %lld%s |\n", number(rule, "to"), number(rule, "of"),
			 kernels);
	}
}

void chapter_rfc(const json_t *entries, struct text *out)
{
	_cleanup_text_ struct text rows = {0};

	effects_each(entries, rfc_add, &rows);
	if (rows.len)
		text_add(out,
			 "\n## Where a standard is kept or not\n\n"
			 "In how many cells Linux deviates from what is asked, with one value and "
			 "with the "
			 "other.\n\n"
			 "| standard | scenario | fact | it asks for | deviates with | and with |\n"
			 "|---|---|---|---|---|---|\n%s",
			 text_str(&rows));
}

static void skips_add(void *ctx, const json_t *entry, const json_t *effect)
{
	const char *reason;
	json_t *pairs;

	(void)entry;
	json_object_foreach(json_object_get(effect, "skips"), reason, pairs)
	{
		effects_count(ctx, reason, json_integer_value(pairs) * effect_n_kernels(effect));
	}
}

void chapter_skips(const json_t *entries, struct text *out)
{
	json_t *skips = json_object(), *pairs;
	const char *reason;

	effects_each(entries, skips_add, skips);
	if (json_object_size(skips))
		text_add(out, "\n## Not compared\n\n");
	json_object_foreach(skips, reason, pairs)
	{
		text_add(out, "- %lld pairs: ", (long long)json_integer_value(pairs));
		markdown_text(out, reason);
		text_add(out, "\n");
	}
	json_decref(skips);
}
