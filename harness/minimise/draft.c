// SPDX-License-Identifier: GPL-2.0-or-later
/* draft: owns the parts of a cell, and which of them hang on which. */
#include "minimise/draft.h"
#include "base/mem.h"
#include "scenario/arg.h"
#include "scenario/rules.h"

#include <string.h>

/* The dimensions that the lab understands, and the value that it presumes. */
static const char *lab_preset(const struct dimension *dimension)
{
	static const char *const presets[][2] = {
		{"family", "ipv4"}, {"topology", "link"}, {"link", "clean"}};

	for (size_t i = 0; i < ARRAY_SIZE(presets); i++) {
		if (!strcmp(dimension->name, presets[i][0]))
			return presets[i][1];
	}
	return "";
}

static bool setting_is_set(const struct draft *draft, enum side of, const char *name)
{
	for (size_t i = 0; i < draft->n_settings; i++) {
		if (sides_meet(draft->settings[i].of, of) && !strcmp(draft->settings[i].name, name))
			return true;
	}
	return false;
}

static void setting_add(struct draft *draft, enum side of, const char *name, const char *value)
{
	draft->settings =
		mem_resize(draft->settings, draft->n_settings + 1, sizeof(*draft->settings));
	draft->settings[draft->n_settings++] = (struct draft_setting){
		.of = of, .name = mem_strdup(name), .value = mem_strdup(value)};
}

static void add_own_settings(struct draft *draft)
{
	const struct cell *cell = draft->cell;
	const struct scenario *scenario = cell->scenario;

	for (size_t i = 0; i < scenario->n_sysctls; i++)
		setting_add(draft, scenario->sysctls[i].of, scenario->sysctls[i].name,
			    scenario->sysctls[i].value);
	for (size_t i = 0; i < scenario->n_dimensions; i++) {
		const struct dimension *dimension = &scenario->dimensions[i];
		const char *value = dimension->values[cell->choice[i]];

		if (dimension->sysctl && strcmp(value, "default") != 0)
			setting_add(draft, dimension->of, dimension->sysctl, value);
	}
}

/* Later lines of a file win. */
static void add_baseline(struct draft *draft, enum side of, const struct settings *settings)
{
	size_t n_own = draft->n_settings;
	struct err ignored;

	for (size_t i = settings->n; i-- > 0;) {
		const struct setting *setting = &settings->of[i];

		if (!setting->by && setting->status == SETTING_APPLIES &&
		    !knob_check(setting->name, &ignored) &&
		    !setting_is_set(draft, of, setting->name))
			setting_add(draft, of, setting->name, setting->value);
	}
	/* What both hosts have alike is one setting. */
	for (size_t i = n_own; of == SIDE_SERVER && i < draft->n_settings; i++) {
		struct draft_setting *server = &draft->settings[i];

		for (size_t j = 0; j < n_own; j++) {
			struct draft_setting *client = &draft->settings[j];

			if (client->of != SIDE_CLIENT || strcmp(client->name, server->name) != 0 ||
			    strcmp(client->value, server->value) != 0)
				continue;
			client->of = SIDE_BOTH;
			free(server->name);
			free(server->value);
			*server = draft->settings[--draft->n_settings];
			i--;
			break;
		}
	}
}

static void add_labs(struct draft *draft)
{
	const struct scenario *scenario = draft->cell->scenario;

	for (size_t i = 0; i < scenario->n_dimensions; i++) {
		const struct dimension *dimension = &scenario->dimensions[i];

		if (dimension->reserved &&
		    strcmp(dimension->values[draft->cell->choice[i]], lab_preset(dimension)) != 0)
			draft->labs[draft->n_labs++] = i;
	}
}

static void add_steps(struct draft *draft)
{
	const struct cell *cell = draft->cell;

	draft->steps = mem_zalloc(cell->scenario->n_steps * sizeof(*draft->steps));
	for (size_t i = 0; i < cell->scenario->n_steps; i++) {
		const struct step *step = &cell->scenario->steps[i];
		struct draft_step *mine = &draft->steps[draft->n_steps];

		if (!cell_plays(cell, step))
			continue;
		draft->n_steps++;
		mine->step = step;
		for (size_t j = 0; j < step_spec_n_args(step->spec); j++) {
			const char *preset = step->spec->args[j].preset;
			char *text = step->args[j].text ? cell_expand(cell->scenario, cell->choice,
								      step->args[j].text)
							: NULL;

			if (text && preset && !strcmp(text, preset)) {
				free(text);
				text = NULL;
			}
			mine->args[j] = text;
		}
	}
}

static void part_add(struct draft *draft, enum part_kind kind, size_t index, size_t arg)
{
	draft->parts = mem_resize(draft->parts, draft->n_parts + 1, sizeof(*draft->parts));
	draft->parts[draft->n_parts++] = (struct part){kind, index, arg};
}

static void add_parts(struct draft *draft)
{
	part_add(draft, PART_DRAWS, 0, 0);
	for (size_t i = 0; i < draft->n_settings; i++)
		part_add(draft, PART_SETTING, i, 0);
	for (size_t i = 0; i < draft->n_labs; i++)
		part_add(draft, PART_LAB, i, 0);
	for (size_t i = 0; i < draft->n_steps; i++)
		part_add(draft, PART_STEP, i, 0);
	for (size_t i = 0; i < draft->n_steps; i++) {
		const struct draft_step *step = &draft->steps[i];

		for (size_t j = 0; j < step_spec_n_args(step->step->spec); j++) {
			if (step->args[j] && !step->step->spec->args[j].required)
				part_add(draft, PART_ARG, i, j);
		}
	}
}

void draft_init(const struct cell *cell, const char *name, const struct settings *const *baseline,
		struct draft *ret)
{
	*ret = (struct draft){.cell = cell, .name = mem_strdup(name)};
	add_own_settings(ret);
	if (baseline[HOST_CLIENT])
		add_baseline(ret, SIDE_CLIENT, baseline[HOST_CLIENT]);
	if (baseline[HOST_SERVER])
		add_baseline(ret, SIDE_SERVER, baseline[HOST_SERVER]);
	if (baseline[HOST_ROUTER] && cell_topology(cell) != TOPOLOGY_LINK)
		add_baseline(ret, SIDE_ROUTER, baseline[HOST_ROUTER]);
	add_labs(ret);
	add_steps(ret);
	add_parts(ret);
}

static void rule_free(struct draft_rule *rule)
{
	free(rule->fact);
	for (size_t i = 0; i < rule->n_items; i++)
		free(rule->items[i]);
	free(rule->items);
}

void draft_free(struct draft *draft)
{
	for (size_t i = 0; i < draft->n_settings; i++) {
		free(draft->settings[i].name);
		free(draft->settings[i].value);
	}
	for (size_t i = 0; i < draft->n_steps; i++) {
		for (size_t j = 0; j < STEP_ARGS_MAX; j++)
			free(draft->steps[i].args[j]);
	}
	for (size_t i = 0; i < draft->n_rules; i++)
		rule_free(&draft->rules[i]);
	free(draft->settings);
	free(draft->steps);
	free(draft->rules);
	free(draft->parts);
	free(draft->name);
}

void draft_add_rule(struct draft *draft, const char *fact, const struct outcome *as, bool part)
{
	const struct cell *cell = draft->cell;
	struct draft_rule *rule;

	draft->rules = mem_resize(draft->rules, draft->n_rules + 1, sizeof(*draft->rules));
	rule = &draft->rules[draft->n_rules];
	*rule = (struct draft_rule){.fact = mem_strdup(fact),
				    .items = mem_zalloc(as->n_items * sizeof(char *)),
				    .n_items = as->n_items};
	for (size_t i = 0; i < as->n_items; i++)
		rule->items[i] = cell_expand(cell->scenario, cell->judged, as->items[i]);
	if (part)
		part_add(draft, PART_RULE, draft->n_rules, 0);
	draft->n_rules++;
}

/* Does a step use a name that another one defines? */
static bool step_needs(const struct draft_step *step, const struct draft_step *other)
{
	for (size_t i = 0; i < step_spec_n_args(other->step->spec); i++) {
		if (other->step->spec->args[i].type != ARG_DEFINE || !other->args[i])
			continue;
		for (size_t j = 0; j < step_spec_n_args(step->step->spec); j++) {
			if (step->step->spec->args[j].type == ARG_REF && step->args[j] &&
			    !strcmp(step->args[j], other->args[i]))
				return true;
		}
	}
	return false;
}

static size_t part_find(const struct draft *draft, enum part_kind kind, size_t index)
{
	size_t i = 0;

	while (draft->parts[i].kind != kind || draft->parts[i].index != index)
		i++;
	return i;
}

void draft_leave_out(const struct draft *draft, size_t part, bool *out)
{
	const struct part *what = &draft->parts[part];

	if (out[part])
		return;
	out[part] = true;
	if (what->kind != PART_STEP)
		return;
	for (size_t i = 0; i < draft->n_parts; i++) {
		if (draft->parts[i].kind == PART_ARG && draft->parts[i].index == what->index)
			out[i] = true;
	}
	for (size_t i = 0; i < draft->n_steps; i++) {
		if (i != what->index && step_needs(&draft->steps[i], &draft->steps[what->index]))
			draft_leave_out(draft, part_find(draft, PART_STEP, i), out);
	}
}

int draft_load(const struct draft *draft, const bool *out, struct scenario **ret, struct err *err)
{
	_cleanup_free_ char *path = mem_printf("%s.yaml", draft->name);
	_cleanup_text_ struct text file = {0};
	int status;

	draft_write(draft, out, &file);
	status = scenario_parse(path, text_str(&file), file.len, ret, err);
	if (status)
		return status;
	status = scenario_prove(*ret, err);
	if (status) {
		scenario_free(*ret);
		*ret = NULL;
	}
	return status;
}

size_t draft_count(const struct draft *draft, enum part_kind kind, const bool *out, size_t *ret_out)
{
	size_t n = 0;

	*ret_out = 0;
	for (size_t i = 0; i < draft->n_parts; i++) {
		n += draft->parts[i].kind == kind;
		*ret_out += draft->parts[i].kind == kind && out[i];
	}
	return n;
}
