// SPDX-License-Identifier: GPL-2.0-or-later
/* draft_write: owns the file that a draft is written as. */
#include "base/clock.h"
#include "base/yaml.h"
#include "minimise/draft.h"
#include "record/outline.h"

#include <string.h>

struct writing {
	const struct draft *draft;
	const bool *out;
	struct text *file;
};

static bool left_out(const struct writing *writing, enum part_kind kind, size_t index, size_t arg)
{
	const struct draft *draft = writing->draft;

	for (size_t i = 0; i < draft->n_parts; i++) {
		const struct part *part = &draft->parts[i];

		if (part->kind == kind && part->index == index && part->arg == arg)
			return writing->out[i];
	}
	return false;
}

static void write_list(const struct writing *writing, char *const *items, size_t n)
{
	if (n != 1)
		text_add(writing->file, "[");
	for (size_t i = 0; i < n; i++) {
		text_add(writing->file, "%s", i ? ", " : "");
		yaml_value(items[i], writing->file);
	}
	if (n != 1)
		text_add(writing->file, "]");
}

static void write_head(const struct writing *writing)
{
	const struct scenario *scenario = writing->draft->cell->scenario;

	text_add(writing->file, "scenario: %s\ntitle: ", writing->draft->name);
	yaml_value(scenario->title, writing->file);
	text_add(writing->file, "\nsource: ");
	yaml_value(writing->draft->cell->id, writing->file);
	text_add(writing->file, "\n");
	if (!left_out(writing, PART_DRAWS, 0, 0)) {
		text_add(writing->file, "draws-as: ");
		yaml_value(cell_draws_as(writing->draft->cell), writing->file);
		text_add(writing->file, "\n");
	}
	if (scenario->limit_ns > scenario->waits_ns + SCENARIO_LIMIT_NS_BASE)
		text_add(writing->file, "limit: %llds\n",
			 (long long)(scenario->limit_ns / NS_PER_S));
}

static void write_labs(const struct writing *writing)
{
	const struct cell *cell = writing->draft->cell;
	const char *key = "vary:\n";

	for (size_t i = 0; i < writing->draft->n_labs; i++) {
		size_t dimension = writing->draft->labs[i];
		const struct dimension *lab = &cell->scenario->dimensions[dimension];

		if (left_out(writing, PART_LAB, i, 0))
			continue;
		text_add(writing->file, "%s  %s: [", key, lab->name);
		yaml_value(lab->values[cell->choice[dimension]], writing->file);
		text_add(writing->file, "]\n");
		key = "";
	}
}

static void write_settings_of(const struct writing *writing, enum side of, const char **key)
{
	bool first = true;

	for (size_t i = 0; i < writing->draft->n_settings; i++) {
		const struct draft_setting *setting = &writing->draft->settings[i];

		if (setting->of != of || left_out(writing, PART_SETTING, i, 0))
			continue;
		if (first)
			text_add(writing->file, "%s  %s:\n", *key, side_word(of));
		text_add(writing->file, "    %s: ", setting->name);
		yaml_value(setting->value, writing->file);
		text_add(writing->file, "\n");
		first = false;
		*key = "";
	}
}

static bool arg_stands(const struct writing *writing, size_t index, size_t arg)
{
	return writing->draft->steps[index].args[arg] && !left_out(writing, PART_ARG, index, arg);
}

/* In short where the only argument is the one that `step: VALUE` gives. */
static void write_step(const struct writing *writing, size_t index)
{
	const struct draft_step *step = &writing->draft->steps[index];
	const struct step_spec *spec = step->step->spec;
	size_t n = 0, n_args = step_spec_n_args(spec);
	bool brief;

	for (size_t i = 0; i < n_args; i++)
		n += arg_stands(writing, index, i);
	brief = n == 1 && spec->scalar >= 0 && arg_stands(writing, index, spec->scalar);
	text_add(writing->file, "  - %s: %s", spec->name, brief ? "" : "{");
	n = 0;
	for (size_t i = 0; i < n_args; i++) {
		if (!arg_stands(writing, index, i))
			continue;
		if (!brief)
			text_add(writing->file, "%s%s: ", n++ ? ", " : "", spec->args[i].name);
		yaml_value(step->args[i], writing->file);
	}
	text_add(writing->file, "%s\n", brief ? "" : "}");
}

/* One rule, since there is one cell. */
static void write_rules(const struct writing *writing)
{
	const char *before = "  - then: {";

	for (size_t i = 0; i < writing->draft->n_rules; i++) {
		const struct draft_rule *rule = &writing->draft->rules[i];

		if (left_out(writing, PART_RULE, i, 0))
			continue;
		text_add(writing->file, "%s", before);
		yaml_value(rule->fact, writing->file);
		text_add(writing->file, ": ");
		write_list(writing, rule->items, rule->n_items);
		before = ", ";
	}
	text_add(writing->file, "%s\n", *before == ',' ? "}" : "");
}

void draft_write(const struct draft *draft, const bool *out, struct text *file)
{
	const struct writing writing = {draft, out, file};
	const char *key = "set:\n";

	write_head(&writing);
	write_labs(&writing);
	for (enum side of = SIDE_CLIENT; of <= SIDE_ROUTER; of++)
		write_settings_of(&writing, of, &key);
	text_add(file, "play:\n");
	for (size_t i = 0; i < draft->n_steps; i++) {
		if (!left_out(&writing, PART_STEP, i, 0))
			write_step(&writing, i);
	}
	text_add(file, "expect:\n");
	write_rules(&writing);
}
