// SPDX-License-Identifier: GPL-2.0-or-later
/* effect: owns the pairing of cells that differ in one sysctl, and the sum of what they show. */
#include "advise/effect.h"
#include "advise/claims.h"
#include "advise/evidence.h"
#include "base/clock.h"
#include "base/mem.h"
#include "compare/change.h"
#include "lab/knob.h"
#include "record/outline.h"
#include "record/record.h"

#include <string.h>

#define DIGITS 3 /* of a time */

/* A dimension that varies a sysctl. */
struct varying {
	const struct scenario *scenario;
	size_t dimension;
	const char *sysctl, *of;
	bool by_step;
};

/* Both sides of an effect; a pair stands under the id of the cell with the new value. */
struct pairs {
	struct half without, with;
	json_t *rfc_without, *rfc_with; /* that id -> the record's `rfc` */
	json_t *skips;
	size_t n;
};

static void pairs_init(struct pairs *pairs)
{
	*pairs = (struct pairs){
		.rfc_without = json_object(), .rfc_with = json_object(), .skips = json_object()};
	half_init(&pairs->without, "without");
	half_init(&pairs->with, "with");
}

static void pairs_free(struct pairs *pairs)
{
	half_free(&pairs->without);
	half_free(&pairs->with);
	json_decref(pairs->rfc_without);
	json_decref(pairs->rfc_with);
	json_decref(pairs->skips);
}

static void count_add(json_t *counts, const char *key)
{
	json_object_set_new(counts, key, json_integer(record_number(counts, key, 0) + 1));
}

static void pairs_add(struct pairs *pairs, const struct effect_ground *from, const char *from_id,
		      const struct effect_ground *to, const char *to_id)
{
	const struct half_cell *a = half_find(from->half, from_id);
	const struct half_cell *b = half_find(to->half, to_id);

	if (!a || !b)
		return;
	pairs->n++;
	if (!change_comparable(a, b))
		count_add(pairs->skips, half_cell_conclusive(a) ? b->reason : a->reason);
	half_add_as(&pairs->without, a, b);
	half_add_as(&pairs->with, b, b);
	json_object_set(pairs->rfc_without, to_id, json_object_get(from->rfc, from_id));
	json_object_set(pairs->rfc_with, to_id, json_object_get(to->rfc, to_id));
}

/* A fact that a rule is about, in how many pairs, and whether it differs in any. */
struct sameness {
	json_t *asked, *differs;
};

static void change_note(void *ctx, const struct change *change)
{
	const struct sameness *sameness = ctx;

	json_object_set_new(sameness->differs, change->fact, json_true());
}

static void facts_ask(const struct sameness *sameness, const struct half_cell *a,
		      const struct half_cell *b)
{
	for (size_t i = 0; i < b->n_facts; i++) {
		const struct half_fact *there = &b->facts[i];

		if (half_fact(a, there->name) && there->expected)
			count_add(sameness->asked, there->name);
	}
}

/* {FACT: PAIRS...} of those that differ in none. */
static json_t *same_new(const struct pairs *pairs)
{
	struct sameness sameness = {json_object(), json_object()};
	json_t *ignored;
	const char *fact;

	for (size_t i = 0; i < pairs->with.n_cells; i++) {
		const struct half_cell *b = &pairs->with.cells[i];
		const struct half_cell *a = half_find(&pairs->without, b->id);

		if (!change_comparable(a, b))
			continue;
		facts_ask(&sameness, a, b);
		change_each(a, b, change_note, &sameness);
	}
	json_object_foreach(sameness.differs, fact, ignored)
	{
		json_object_del(sameness.asked, fact);
	}
	json_decref(sameness.differs);
	return sameness.asked;
}

/* The row of a standard's rule in a cell's `rfc`; NULL: it is not about that cell. */
static const json_t *rfc_row(const json_t *rows, const json_t *like)
{
	json_t *row;
	size_t i;

	json_array_foreach((json_t *)rows, i, row)
	{
		if (!strcmp(record_text(row, "source", ""), record_text(like, "source", "")) &&
		    !strcmp(record_text(row, "fact", ""), record_text(like, "fact", "")) &&
		    !strcmp(record_text(row, "expected", ""), record_text(like, "expected", "")))
			return row;
	}
	return NULL;
}

/* One rule in one pair. */
static void rfc_count(json_t *rules, const json_t *was, const json_t *now)
{
	_cleanup_free_ char *key =
		mem_printf("%s\x1f%s\x1f%s", record_text(now, "source", ""),
			   record_text(now, "fact", ""), record_text(now, "expected", ""));
	json_t *rule = json_object_get(rules, key);

	if (!rule) {
		rule = json_pack("{ss ss ss si si si}", "source", record_text(now, "source", ""),
				 "fact", record_text(now, "fact", ""), "asked",
				 record_text(now, "expected", ""), "of", 0, "from", 0, "to", 0);
		json_object_set_new(rules, key, rule);
	}
	count_add(rule, "of");
	if (json_is_true(json_object_get(was, "deviates")))
		count_add(rule, "from");
	if (json_is_true(json_object_get(now, "deviates")))
		count_add(rule, "to");
}

/* The rules of standards from which the two values deviate in another number of pairs. */
static json_t *rfc_new(const struct pairs *pairs)
{
	json_t *rules = json_object(), *ret = json_array(), *rows, *row, *rule;
	const char *id, *key;
	size_t i;

	json_object_foreach(pairs->rfc_with, id, rows)
	{
		json_array_foreach(rows, i, row)
		{
			const json_t *was = rfc_row(json_object_get(pairs->rfc_without, id), row);

			if (was)
				rfc_count(rules, was, row);
		}
	}
	json_object_foreach(rules, key, rule)
	{
		if (record_number(rule, "from", 0) != record_number(rule, "to", 0))
			json_array_append(ret, rule);
	}
	json_decref(rules);
	return ret;
}

/* "60.4464s..60.4591s" as "60.4s..60.5s": what differs from kernel to kernel, and by a tick, is no
 * effect of a sysctl. What is no time stays as it is. The caller frees. */
static char *times_round(const char *words)
{
	const char *dots = strstr(words, "..");
	_cleanup_free_ char *from = dots ? mem_strndup(words, dots - words) : mem_strdup(words);
	const char *to = dots ? dots + 2 : "0";
	char from_text[32], to_text[32];
	int64_t from_ns, to_ns;

	if (!duration_parse(from, &from_ns) || !duration_parse(to, &to_ns))
		return mem_strdup(words);
	duration_format(duration_round(from_ns, DIGITS), from_text, sizeof(from_text));
	duration_format(duration_round(to_ns, DIGITS), to_text, sizeof(to_text));
	if (!dots || !strcmp(from_text, to_text))
		return mem_strdup(from_text);
	return mem_printf("%s..%s", from_text, to_text);
}

static void finding_shorten(json_t *finding)
{
	static const char *const values[] = {"was", "now"};

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		_cleanup_free_ char *round = times_round(record_text(finding, values[i], ""));

		json_object_set_new(finding, values[i], json_string(round));
	}
	json_object_del(finding, "class");
	json_object_del(finding, "scenario");
}

/* What evidence_new() says, less what an effect's place says already. */
static json_t *evidence_short(const struct pairs *pairs)
{
	const struct compare_options options = {.boxed = true};
	json_t *evidence = evidence_new(&pairs->without, &pairs->with, &options), *finding;
	json_t *nearest = json_object_get(json_object_get(evidence, "nearest"), "cell");
	size_t i;

	json_array_foreach(json_object_get(evidence, "findings"), i, finding)
	{
		finding_shorten(finding);
	}
	json_object_del(evidence, "scenarios");
	json_object_del(evidence, "besides");
	if (nearest)
		json_object_set(evidence, "nearest", nearest);
	return evidence;
}

/* head: which effect it is; taken over. NULL: no pair. */
static json_t *effect_new(json_t *head, const char *sysctl, struct pairs *pairs)
{
	json_t *evidence;

	if (!pairs->n) {
		json_decref(head);
		return NULL;
	}
	evidence = evidence_short(pairs);
	json_object_set_new(head, "pairs", json_integer(pairs->n));
	json_object_update(head, evidence);
	json_object_set_new(head, "same", same_new(pairs));
	json_object_set(head, "skips", pairs->skips);
	json_object_set_new(head, "claims", claims_settle(sysctl, &pairs->without, &pairs->with));
	json_object_set_new(head, "rfc", rfc_new(pairs));
	json_decref(evidence);
	return head;
}

static bool step_writes(const struct varying *varying, const struct step *step)
{
	const char *value = step->args[SYSCTL_VALUE].text;

	return step->spec->kind == STEP_SYSCTL && *value == '$' &&
	       !strcmp(value + 1, varying->scenario->dimensions[varying->dimension].name);
}

static bool args_same(const struct varying *varying, const struct step *step, const struct cell *a,
		      const struct cell *b)
{
	for (size_t i = 0; i < STEP_ARGS_MAX && step->spec->args[i].name; i++) {
		const char *text = step->args[i].text;
		_cleanup_free_ char *here = NULL, *there = NULL;

		if (!text || !strchr(text, '$') ||
		    (varying->by_step && i == SYSCTL_VALUE && step_writes(varying, step)))
			continue;
		here = cell_expand(varying->scenario, a->choice, text);
		there = cell_expand(varying->scenario, b->choice, text);
		if (strcmp(here, there) != 0)
			return false;
	}
	return true;
}

/* Do both play the same, but for what the sysctl is? */
static bool plays_same(const struct varying *varying, const struct cell *a, const struct cell *b)
{
	bool writes = !varying->by_step;

	for (size_t i = 0; i < varying->scenario->n_steps; i++) {
		const struct step *step = &varying->scenario->steps[i];

		if (cell_plays(a, step) != cell_plays(b, step))
			return false;
		if (!cell_plays(a, step))
			continue;
		if (!args_same(varying, step, a, b))
			return false;
		writes |= step_writes(varying, step);
	}
	return writes;
}

/* The value that others are held against. */
static size_t from_value(const struct varying *varying)
{
	const struct dimension *dimension = &varying->scenario->dimensions[varying->dimension];
	const struct knob *knob = knob_find(varying->sysctl);

	for (size_t i = 0; i < dimension->n_values; i++) {
		const char *value = dimension->values[i];

		if (!strcmp(value, "default") ||
		    (knob && knob->baseline && !strcmp(value, knob->baseline)))
			return i;
	}
	return 0;
}

/* The cell with another value of that dimension; NULL: the scenario leaves it out. */
static const struct cell *cell_with(const struct effect_ground *ground, const struct cell *cell,
				    size_t dimension, size_t value)
{
	for (size_t i = 0; i < ground->n_cells; i++) {
		const struct cell *other = &ground->cells[i];
		bool same = !other->control && other->choice[dimension] == value;

		for (size_t d = 0; d < ground->scenario->n_dimensions && same; d++)
			same = d == dimension || other->choice[d] == cell->choice[d];
		if (same)
			return other;
	}
	return NULL;
}

static json_t *effect_of_value(const struct effect_ground *ground, const struct varying *varying,
			       size_t from, size_t to)
{
	const struct dimension *dimension = &ground->scenario->dimensions[varying->dimension];
	struct pairs pairs;
	json_t *ret;

	pairs_init(&pairs);
	for (size_t i = 0; i < ground->n_cells; i++) {
		const struct cell *a = &ground->cells[i], *b = NULL;

		if (!a->control && a->choice[varying->dimension] == from)
			b = cell_with(ground, a, varying->dimension, to);
		if (b && plays_same(varying, a, b))
			pairs_add(&pairs, ground, a->id, ground, b->id);
	}
	ret = effect_new(json_pack("{ss ss ss ss ss}", "sysctl", varying->sysctl, "of", varying->of,
				   "dimension", dimension->name, "from", dimension->values[from],
				   "to", dimension->values[to]),
			 varying->sysctl, &pairs);
	pairs_free(&pairs);
	return ret;
}

/* Does a dimension vary a sysctl, and which? */
static bool varying_find(const struct scenario *scenario, size_t dimension, struct varying *ret)
{
	*ret = (struct varying){.scenario = scenario, .dimension = dimension};
	if (scenario->dimensions[dimension].sysctl) {
		ret->sysctl = scenario->dimensions[dimension].sysctl;
		ret->of = side_word(scenario->dimensions[dimension].of);
		return true;
	}
	for (size_t i = 0; i < scenario->n_steps; i++) {
		const struct step *step = &scenario->steps[i];

		if (!step_writes(ret, step) || *step->args[SYSCTL_NAME].text == '$')
			continue;
		ret->sysctl = step->args[SYSCTL_NAME].text;
		ret->of = step->args[SYSCTL_AT].text;
		ret->by_step = true;
		return true;
	}
	return false;
}

bool effect_scenario_varies(const struct scenario *scenario, const char *sysctl)
{
	struct varying varying;

	for (size_t i = 0; i < scenario->n_dimensions; i++) {
		if (varying_find(scenario, i, &varying) &&
		    (!sysctl || !strcmp(sysctl, varying.sysctl)))
			return true;
	}
	return false;
}

json_t *effects_varied(const struct effect_ground *ground)
{
	json_t *ret = json_array();
	struct varying varying;

	for (size_t i = 0; i < ground->scenario->n_dimensions; i++) {
		size_t from;

		if (!varying_find(ground->scenario, i, &varying))
			continue;
		from = from_value(&varying);
		for (size_t to = 0; to < ground->scenario->dimensions[i].n_values; to++) {
			json_t *effect =
				to == from ? NULL : effect_of_value(ground, &varying, from, to);

			if (effect)
				json_array_append_new(ret, effect);
		}
	}
	return ret;
}

json_t *effect_applied(const struct effect_ground *without, const struct effect_ground *with,
		       const char *sysctl, const char *value)
{
	const struct knob *knob = knob_find(sysctl);
	struct pairs pairs;
	json_t *ret;

	if (effect_scenario_varies(without->scenario, sysctl))
		return NULL;
	pairs_init(&pairs);
	for (size_t i = 0; i < without->n_cells; i++) {
		if (!without->cells[i].control)
			pairs_add(&pairs, without, without->cells[i].id, with,
				  without->cells[i].id);
	}
	ret = effect_new(json_pack("{ss ss ss ss}", "sysctl", sysctl, "of", "both", "from",
				   knob && knob->baseline ? knob->baseline : "default", "to",
				   value),
			 sysctl, &pairs);
	pairs_free(&pairs);
	return ret;
}
