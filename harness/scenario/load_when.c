// SPDX-License-Identifier: GPL-2.0-or-later
/* load_when: owns `when`, `omit` and `random`: conditions on dimensions and on the kernel. */
#include "scenario/load.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"
#include "scenario/cell.h"
#include "lab/counter.h"
#include "lab/feature.h"
#include "lab/knob.h"

#include <errno.h>
#include <string.h>

#define REMARKS_MAX 100
#define HZ_MAX	    10000

static const char *nth_dimension(size_t i, const void *ctx)
{
	const struct scenario *scenario = ctx;

	return scenario->dimensions[i].name;
}

static int check_dimension_value(struct load *load, const struct condition *condition,
				 const char *value)
{
	const struct dimension *dimension = &load->scenario->dimensions[condition->dimension];
	_cleanup_text_ struct text allowed = {0};

	for (size_t i = 0; i < dimension->n_values; i++) {
		if (!strcmp(dimension->values[i], value))
			return 0;
		text_add(&allowed, "%s%s", i ? ", " : "", dimension->values[i]);
	}
	return err_set(load->err, EINVAL, "`%.60s` is no value of `%s`; allowed: %.300s", value,
		       dimension->name, text_str(&allowed));
}

static int check_has(struct load *load, const struct condition *condition, const char *value)
{
	const char *knob;

	(void)condition;
	if (feature_known(value))
		return 0;
	knob = knob_nearest(value);
	return err_set(load->err, EINVAL,
		       "`%.60s` is no feature that is probed; allowed: the last part of a "
		       "sysctl's name (the nearest is `%s`) and what `doctor` lists",
		       value, strrchr(knob, '.') + 1);
}

static int check_counter(struct load *load, const struct condition *condition, const char *value)
{
	(void)condition;
	if (counter_known(value))
		return 0;
	return err_set(load->err, EINVAL, "`%.60s` is no counter; the nearest is %s", value,
		       counter_nearest(value));
}

static int check_hz(struct load *load, const struct condition *condition, const char *value)
{
	int64_t hz;

	(void)condition;
	if (number_parse(value, &hz) && hz > 0 && hz <= HZ_MAX)
		return 0;
	return err_set(load->err, EINVAL, "`%.60s` is no HZ; allowed: a number such as 250", value);
}

static const struct kernel_condition {
	const char *key;
	enum condition_kind kind;
} kernel_conditions[] = {
	{"has", COND_HAS},
	{"counter", COND_COUNTER},
	{"hz", COND_HZ},
};

static int (*const value_checks[])(struct load *load, const struct condition *condition,
				   const char *value) = {
	[COND_DIMENSION] = check_dimension_value,
	[COND_HAS] = check_has,
	[COND_COUNTER] = check_counter,
	[COND_HZ] = check_hz,
};

static int unknown_key(struct load *load, const struct node *key, bool dimensions_only)
{
	const struct scenario *scenario = load->scenario;
	const char *others = dimensions_only ? "" : ", or has, counter, hz, or a fact";

	if (!scenario->n_dimensions)
		return scenario_err(scenario, key->at, load->err,
				    "`%.60s` is no condition; allowed: a dimension%s, and this "
				    "scenario varies nothing",
				    key->text, others);
	return scenario_err(
		scenario, key->at, load->err,
		"`%.60s` is no condition; allowed: a dimension (the nearest is `%s`)%s", key->text,
		nearest(key->text, nth_dimension, scenario->n_dimensions, scenario), others);
}

/* What was observed decides, and exactly: a duration is never observed exactly. */
static int fact_condition(struct load *load, const struct node *key, struct condition *ret)
{
	if (fact_resolve(load->scenario, key->text, &ret->spec, load->err))
		return load_err_at(load, key->at);
	if (ret->spec->type == FACT_DURATION)
		return scenario_err(load->scenario, key->at, load->err,
				    "`%.60s` is a duration; a condition asks for words and numbers",
				    key->text);
	load->scenario->drops |= ret->spec->drops;
	ret->kind = COND_FACT;
	ret->fact = mem_strdup(key->text);
	return 0;
}

/* A fact's name has an owner and what it owns, or is a name of the play. */
static bool is_fact_name(const struct load *load, const char *key)
{
	return strpbrk(key, ". ") || scenario_name(load->scenario, key);
}

/* What the key asks about. */
static int condition_kind(struct load *load, const struct node *key, bool dimensions_only,
			  struct condition *ret)
{
	const struct dimension *dimension = scenario_dimension(load->scenario, key->text);

	if (dimension) {
		ret->kind = COND_DIMENSION;
		ret->dimension = dimension - load->scenario->dimensions;
		return 0;
	}
	for (size_t i = 0; !dimensions_only && i < ARRAY_SIZE(kernel_conditions); i++) {
		if (!strcmp(kernel_conditions[i].key, key->text)) {
			ret->kind = kernel_conditions[i].kind;
			return 0;
		}
	}
	if (!dimensions_only && is_fact_name(load, key->text))
		return fact_condition(load, key, ret);
	return unknown_key(load, key, dimensions_only);
}

/* Take "not " off a single value. */
static int take_negation(struct load *load, const struct node *node, struct condition *condition)
{
	for (size_t i = 0; i < condition->n_values; i++) {
		char *value = condition->values[i];

		if (strncmp(value, "not ", 4))
			continue;
		if (condition->n_values > 1)
			return scenario_err(load->scenario, node->items[i]->at, load->err,
					    "`not` goes before a single value; list the values "
					    "that are meant");
		condition->negate = true;
		memmove(value, value + 4, strlen(value + 4) + 1);
	}
	return 0;
}

static int check_values(struct load *load, const struct node *node, struct condition *condition)
{
	int ret = take_negation(load, node, condition);

	for (size_t i = 0; !ret && i < condition->n_values; i++) {
		if (value_checks[condition->kind](load, condition, condition->values[i]))
			ret = load_err_at(load,
					  node->kind == NODE_LIST ? node->items[i]->at : node->at);
	}
	return ret;
}

static int load_matcher(struct load *load, const struct node *node, struct condition *condition)
{
	if (matcher_parse(condition->spec, (const char *const *)condition->values,
			  condition->n_values, &condition->matcher, load->err))
		return load_err_at(load, node->at);
	return 0;
}

static int load_condition(struct load *load, const struct node *key, const struct node *value,
			  bool dimensions_only, struct condition *condition)
{
	int ret = condition_kind(load, key, dimensions_only, condition);

	condition->at = key->at;
	if (!ret)
		ret = load_lines(load, value, "a condition's value", SCENARIO_VALUES_MAX,
				 &condition->values, &condition->n_values);
	if (ret)
		return ret;
	return condition->kind == COND_FACT ? load_matcher(load, value, condition)
					    : check_values(load, value, condition);
}

int load_when(struct load *load, const struct node *node, bool dimensions_only,
	      struct condition **ret, size_t *ret_n)
{
	int status = load_need_map(load, node, "`when`");

	if (status)
		return status;
	*ret = mem_zalloc(node->n * sizeof(**ret));
	for (size_t i = 0; i < node->n && !status; i++)
		status = load_condition(load, node->keys[i], node->items[i], dimensions_only,
					&(*ret)[(*ret_n)++]);
	return status;
}

static int load_remark_when(struct load *load, const struct node *node, void *into)
{
	struct remark *remark = into;

	return load_when(load, node, true, &remark->when, &remark->n_when);
}

static int load_remark_why(struct load *load, const struct node *node, void *into)
{
	struct remark *remark = into;

	return load_line(load, node, "`why`", 400, &remark->why);
}

static const struct key omission_keys[2] = {
	{"when", load_remark_when, true},
	{"why", load_remark_why, true},
};

/* Without `when` it is so in all cells. */
static const struct key draw_keys[2] = {
	{"when", load_remark_when},
	{"why", load_remark_why, true},
};

/* name: the key of the list, quoted; what: one of it. ret_n counts those that have to be freed, in
 * an error too. */
static int load_remarks(struct load *load, const struct node *node, const char *name,
			const char *what, const struct key keys[2], struct remark **ret,
			size_t *ret_n)
{
	int r = load_need_list(load, node, name, REMARKS_MAX);

	if (r)
		return r;
	*ret = mem_zalloc(node->n * sizeof(**ret));
	for (size_t i = 0; i < node->n && !r; i++) {
		struct remark *remark = &(*ret)[(*ret_n)++];

		remark->at = node->items[i]->at;
		r = load_map(load, node->items[i], what, keys, 2, remark);
	}
	return r;
}

int load_omit(struct load *load, const struct node *node, void *into)
{
	struct scenario *scenario = into;

	return load_remarks(load, node, "`omit`", "an omission", omission_keys,
			    &scenario->omissions, &scenario->n_omissions);
}

int load_random(struct load *load, const struct node *node, void *into)
{
	struct scenario *scenario = into;

	return load_remarks(load, node, "`random`", "what is drawn at random", draw_keys,
			    &scenario->draws, &scenario->n_draws);
}
