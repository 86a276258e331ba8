// SPDX-License-Identifier: GPL-2.0-or-later
/* load_control: owns `control`: plays that are judged as if they were another cell. */
#include "scenario/load.h"
#include "scenario/cell.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"

#include <string.h>

#define CONTROLS_MAX 50
#define FAILS_MAX    50

static const char *nth_dimension(size_t i, const void *ctx)
{
	const struct scenario *scenario = ctx;

	return scenario->dimensions[i].name;
}

static int choose(struct load *load, const struct node *key, const struct node *value,
		  size_t *choice)
{
	const struct scenario *scenario = load->scenario;
	const struct dimension *dimension = scenario_dimension(scenario, key->text);
	_cleanup_text_ struct text allowed = {0};

	if (!dimension && !scenario->n_dimensions)
		return scenario_err(scenario, key->at, load->err,
				    "`%.60s` is no dimension; this scenario varies nothing",
				    key->text);
	if (!dimension)
		return scenario_err(
			scenario, key->at, load->err,
			"`%.60s` is no dimension; the nearest is `%s`", key->text,
			nearest(key->text, nth_dimension, scenario->n_dimensions, scenario));
	for (size_t i = 0; i < dimension->n_values; i++) {
		if (value->kind == NODE_SCALAR && !strcmp(value->text, dimension->values[i])) {
			choice[dimension - scenario->dimensions] = i;
			return 0;
		}
		text_add(&allowed, "%s%s", i ? ", " : "", dimension->values[i]);
	}
	return scenario_err(scenario, value->at, load->err,
			    "no value of `%s`; allowed: one of %.300s", dimension->name,
			    text_str(&allowed));
}

static int choose_all(struct load *load, const struct node *node, const char *what, size_t *choice)
{
	int ret = load_need_map(load, node, what);

	for (size_t i = 0; !ret && i < node->n; i++)
		ret = choose(load, node->keys[i], node->items[i], choice);
	return ret;
}

/* Both choices begin as the first value of each dimension. */
static int load_control_play(struct load *load, const struct node *node, void *into)
{
	struct control *control = into;
	int ret = choose_all(load, node, "`play`", control->play);

	memcpy(control->judge, control->play,
	       load->scenario->n_dimensions * sizeof(*control->judge));
	return ret;
}

static int load_control_judge(struct load *load, const struct node *node, void *into)
{
	struct control *control = into;

	return choose_all(load, node, "`judge`", control->judge);
}

static int load_control_fails(struct load *load, const struct node *node, void *into)
{
	struct control *control = into;

	return load_lines(load, node, "`fails`", FAILS_MAX, &control->fails, &control->n_fails);
}

static const struct key control_keys[] = {
	{"play", load_control_play},
	{"judge", load_control_judge, true},
	{"fails", load_control_fails, true},
};

/* Facts are judged under their full names, so that is how a control keeps them. */
static int expand_fails(struct load *load, const struct node *node, struct control *control)
{
	for (size_t i = 0; i < control->n_fails; i++) {
		const struct fact_spec *spec;
		uint32_t uses = 0;
		char *fact;

		if (expand_uses(load->scenario, control->fails[i], &uses, load->err))
			return load_err_at(load, node->at);
		fact = cell_expand(load->scenario, control->judge, control->fails[i]);
		free(control->fails[i]);
		control->fails[i] = fact;
		if (fact_resolve(load->scenario, fact, &spec, load->err))
			return load_err_at(load, node->at);
	}
	return 0;
}

static int load_one(struct load *load, const struct node *node, struct control *control)
{
	const struct scenario *scenario = load->scenario;
	int ret;

	control->at = node->at;
	control->play = mem_zalloc(scenario->n_dimensions * sizeof(*control->play));
	control->judge = mem_zalloc(scenario->n_dimensions * sizeof(*control->judge));
	ret = load_map(load, node, "a control", control_keys, ARRAY_SIZE(control_keys), control);
	if (!ret &&
	    !memcmp(control->play, control->judge, scenario->n_dimensions * sizeof(*control->play)))
		ret = scenario_err(scenario, node->at, load->err,
				   "a control is judged as what it plays; `judge` names another "
				   "value of at least one dimension");
	return ret ? ret : expand_fails(load, node, control);
}

int load_control(struct load *load, const struct node *node, void *into)
{
	struct scenario *scenario = into;
	int ret = load_need_list(load, node, "`control`", CONTROLS_MAX);

	if (ret)
		return ret;
	scenario->controls = mem_zalloc(node->n * sizeof(*scenario->controls));
	for (size_t i = 0; i < node->n && !ret; i++)
		ret = load_one(load, node->items[i], &scenario->controls[scenario->n_controls++]);
	return ret;
}
