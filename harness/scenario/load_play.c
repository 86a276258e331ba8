// SPDX-License-Identifier: GPL-2.0-or-later
/* load_play: owns `play`: steps, their arguments as written, and the names they define. */
#include "scenario/load.h"
#include "scenario/arg.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>

#define ARG_LEN_MAX 400

/* What a cell may take beyond the waits of its play. */

static const char *nth_arg(size_t i, const void *ctx)
{
	const struct step_spec *spec = ctx;

	return spec->args[i].name;
}

static int unknown_arg(struct load *load, const struct step_spec *spec, const struct node *key)
{
	size_t n = step_spec_n_args(spec);
	_cleanup_text_ struct text allowed = {0};

	for (size_t i = 0; i < n; i++)
		text_add(&allowed, "%s%s", i ? ", " : "", spec->args[i].name);
	return scenario_err(load->scenario, key->at, load->err,
			    "`%.60s` is no argument of `%s`; the nearest is `%s`; allowed: %s",
			    key->text, spec->name, nearest(key->text, nth_arg, n, spec),
			    text_str(&allowed));
}

static int load_arg(struct load *load, struct step *step, size_t i, const struct node *value)
{
	_cleanup_free_ char *what =
		mem_printf("`%s` of `%s`", step->spec->args[i].name, step->spec->name);

	step->args[i].at = value->at;
	return load_line(load, value, what, ARG_LEN_MAX, &step->args[i].text);
}

static int load_args(struct load *load, struct step *step, const struct node *map)
{
	const struct step_spec *spec = step->spec;
	size_t n = step_spec_n_args(spec);
	int ret = 0;

	for (size_t k = 0; k < map->n && !ret; k++) {
		size_t i = 0;

		while (i < n && strcmp(spec->args[i].name, map->keys[k]->text))
			i++;
		ret = i < n ? load_arg(load, step, i, map->items[k])
			    : unknown_arg(load, spec, map->keys[k]);
	}
	return ret;
}

/* What was left out gets its preset, or was required. */
static int fill_args(struct load *load, struct step *step)
{
	for (size_t i = 0; i < step_spec_n_args(step->spec); i++) {
		const struct arg_spec *spec = &step->spec->args[i];

		if (step->args[i].text)
			continue;
		if (spec->required)
			return scenario_err(load->scenario, step->at, load->err,
					    "`%s` lacks `%s`: %s", step->spec->name, spec->name,
					    spec->what);
		step->args[i].at = step->at;
		if (spec->preset)
			step->args[i].text = mem_strdup(spec->preset);
	}
	return 0;
}

/* A step is one key; only `when`, the cells in which it is played, may stand beside it. */
static int step_key(struct load *load, const struct node *node, size_t *ret)
{
	bool conditional = node_get(node, "when");

	*ret = conditional && !strcmp(node->keys[0]->text, "when");
	if (node->n == (conditional ? 2 : 1))
		return 0;
	return scenario_err(load->scenario, node->at, load->err,
			    "a step is one key, its name, with its arguments indented beneath; "
			    "only `when` may stand beside it");
}

static int load_step_args(struct load *load, const struct node *node, struct step *step)
{
	if (node->kind == NODE_MAP)
		return load_args(load, step, node);
	if (step->spec->scalar >= 0)
		return load_arg(load, step, step->spec->scalar, node);
	return scenario_err(load->scenario, node->at, load->err,
			    "`%s` needs its arguments as a mapping", step->spec->name);
}

static int load_step(struct load *load, const struct node *node, struct step *step)
{
	int ret = load_need_map(load, node, "a step");
	const struct node *when;
	size_t i = 0;

	if (!ret)
		ret = step_key(load, node, &i);
	if (ret)
		return ret;
	step->at = node->keys[i]->at;
	step->spec = step_spec_find(node->keys[i]->text);
	if (!step->spec)
		return scenario_err(load->scenario, step->at, load->err,
				    "`%.60s` is no step; the nearest is `%s`", node->keys[i]->text,
				    step_spec_nearest(node->keys[i]->text));
	ret = load_step_args(load, node->items[i], step);
	when = node_get(node, "when");
	if (!ret && when)
		ret = load_when(load, when, true, &step->when, &step->n_when);
	return ret ? ret : fill_args(load, step);
}

static int define_name(struct load *load, const struct step *step, const struct arg_spec *spec,
		       const struct arg *arg)
{
	struct scenario *scenario = load->scenario;
	const struct name *other = scenario_name(scenario, arg->text);

	if (name_check(arg->text, load->err))
		return load_err_at(load, arg->at);
	if (step->n_when)
		return scenario_err(
			scenario, arg->at, load->err,
			"a step with `when` cannot define a name: where it is not played, "
			"the facts of `%s` would not exist",
			arg->text);
	if (other)
		return scenario_err(scenario, arg->at, load->err,
				    "the name `%s` is given in line %d already", arg->text,
				    scenario->steps[other->step].at.line);
	scenario->names =
		mem_resize(scenario->names, scenario->n_names + 1, sizeof(*scenario->names));
	scenario->names[scenario->n_names++] = (struct name){
		.name = mem_strdup(arg->text),
		.class = spec->class,
		.step = step - scenario->steps,
	};
	return 0;
}

static int define_names(struct load *load, const struct step *step)
{
	int ret = 0;

	for (size_t i = 0; i < step_spec_n_args(step->spec) && !ret; i++) {
		const struct arg_spec *spec = &step->spec->args[i];

		if (spec->type == ARG_DEFINE && step->args[i].text)
			ret = define_name(load, step, spec, &step->args[i]);
	}
	return ret;
}

int load_play(struct load *load, const struct node *node, void *into)
{
	struct scenario *scenario = into;
	int ret = load_need_list(load, node, "`play`", SCENARIO_STEPS_MAX);

	if (ret)
		return ret;
	scenario->limit_ns = SCENARIO_LIMIT_NS_BASE;
	scenario->steps = mem_zalloc(node->n * sizeof(*scenario->steps));
	for (size_t i = 0; i < node->n && !ret; i++) {
		struct step *step = &scenario->steps[scenario->n_steps++];

		ret = load_step(load, node->items[i], step);
		if (!ret)
			ret = define_names(load, step);
	}
	if (!ret)
		ret = check_play(load);
	return ret ? ret : check_raw(load);
}
