// SPDX-License-Identifier: GPL-2.0-or-later
/* load_rules: owns `expect` and `rfc`: rules, their facts and the values they allow. */
#include "scenario/load.h"
#include "scenario/arg.h"
#include "scenario/cell.h"
#include "scenario/refer.h"
#include "scenario/value.h"
#include "base/mem.h"

#include <errno.h>
#include <string.h>

#define RULES_MAX    500
#define OUTCOMES_MAX 4000 /* of all rules of a list together */
#define ITEMS_MAX    64
#define FACT_LEN_MAX 120

/* One outcome under trial. */
struct trial {
	struct scenario *scenario;
	const struct outcome *outcome;
	struct place at; /* of what is wrong */
	struct place value_at;
};

static bool observe_one(const void *ctx, const char *name, const struct fact_spec *spec,
			struct value *ret)
{
	const struct trial *trial = ctx;

	(void)name;
	trial->scenario->drops |= spec->drops;
	*ret = (struct value){.type = spec->type, .number = 1};
	return true;
}

/* An item as it is when each fact that it refers to is 1. */
static int expand_item(struct trial *trial, const size_t *choice, const char *item, char **ret,
		       struct err *err)
{
	const struct observed ones = {.fact = observe_one, .ctx = trial};
	_cleanup_free_ char *text = cell_expand(trial->scenario, choice, item);
	struct text resolved = {0};
	int status = refer_check(trial->scenario, text, err);

	if (!status)
		free(refer_resolve(trial->scenario, text, &ones, &resolved));
	*ret = text_take(&resolved);
	return status;
}

static int try_choice(void *ctx, const size_t *choice, struct err *err)
{
	struct trial *trial = ctx;
	const struct outcome *outcome = trial->outcome;
	_cleanup_free_ char *fact = cell_expand(trial->scenario, choice, outcome->fact);
	const struct fact_spec *spec;
	char *items[ITEMS_MAX] = {0};
	struct matcher matcher = {0};
	int ret = fact_resolve(trial->scenario, fact, &spec, err);

	if (ret)
		return ret;
	trial->scenario->drops |= spec->drops;
	for (size_t i = 0; i < outcome->n_items && !ret; i++)
		ret = expand_item(trial, choice, outcome->items[i], &items[i], err);
	if (!ret)
		ret = matcher_parse(spec, (const char *const *)items, outcome->n_items, &matcher,
				    err);
	matcher_free(&matcher);
	for (size_t i = 0; i < outcome->n_items; i++)
		free(items[i]);
	trial->at = trial->value_at;
	return ret ? err_prefix(err, "`%s`", fact) : 0;
}

static int check_outcome(struct load *load, const struct outcome *outcome, struct place value_at)
{
	struct trial trial = {load->scenario, outcome, outcome->at, value_at};
	uint32_t uses = 0;
	int ret = expand_uses(load->scenario, outcome->fact, &uses, load->err);

	for (size_t i = 0; i < outcome->n_items && !ret; i++)
		ret = expand_uses(load->scenario, outcome->items[i], &uses, load->err);
	if (!ret)
		ret = expand_each(load->scenario, uses, &load->budget, try_choice, &trial,
				  load->err);
	return ret ? load_err_at(load, trial.at) : 0;
}

static int load_outcome(struct load *load, const struct node *key, const struct node *value,
			struct outcome *outcome)
{
	int ret = load_line(load, key, "a fact's name", FACT_LEN_MAX, &outcome->fact);

	outcome->at = key->at;
	if (!ret)
		ret = load_lines(load, value, "an expected value", ITEMS_MAX, &outcome->items,
				 &outcome->n_items);
	return ret ? ret : check_outcome(load, outcome, value->at);
}

static int load_rule_when(struct load *load, const struct node *node, void *into)
{
	struct rule *rule = into;

	return load_when(load, node, false, &rule->when, &rule->n_when);
}

static int load_rule_then(struct load *load, const struct node *node, void *into)
{
	struct rule *rule = into;
	int ret = load_need_map(load, node, "`then`");

	if (!ret && !node->n)
		ret = scenario_err(load->scenario, node->at, load->err,
				   "`then` is empty; a rule settles at least one fact");
	if (ret)
		return ret;
	rule->then = mem_zalloc(node->n * sizeof(*rule->then));
	for (size_t i = 0; i < node->n && !ret; i++)
		ret = load_outcome(load, node->keys[i], node->items[i],
				   &rule->then[rule->n_then++]);
	return ret;
}

static int load_rule_source(struct load *load, const struct node *node, void *into)
{
	struct rule *rule = into;

	return load_line(load, node, "`source`", 200, &rule->source);
}

static int load_rule_programs(struct load *load, const struct node *node, void *into)
{
	struct rule *rule = into;

	if (node->kind == NODE_SCALAR && yes_or_no(node->text, &rule->programs))
		return 0;
	return scenario_err(load->scenario, node->at, load->err, "`programs` is yes or no");
}

static const struct key expect_keys[] = {
	{"when", load_rule_when},
	{"then", load_rule_then, true},
	{"programs", load_rule_programs},
};

static const struct key rfc_keys[] = {
	{"when", load_rule_when},
	{"then", load_rule_then, true},
	{"source", load_rule_source, true},
};

/* A rule that asks for a fact and settles it would say that what is, is. */
static int check_own_question(struct load *load, const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_when; i++) {
		for (size_t j = 0; rule->when[i].fact && j < rule->n_then; j++) {
			if (!strcmp(rule->when[i].fact, rule->then[j].fact))
				return scenario_err(load->scenario, rule->then[j].at, load->err,
						    "`%s` is what this rule asks for in `when`; "
						    "it cannot settle it too",
						    rule->then[j].fact);
		}
	}
	return 0;
}

static int load_rules(struct load *load, const struct node *node, const char *what,
		      const struct key *keys, size_t n_keys, struct rule **ret, size_t *ret_n)
{
	int status = load_need_list(load, node, what, RULES_MAX);
	size_t n_outcomes = 0;

	if (status)
		return status;
	*ret = mem_zalloc(node->n * sizeof(**ret));
	for (size_t i = 0; i < node->n && !status; i++) {
		struct rule *rule = &(*ret)[(*ret_n)++];

		rule->at = node->items[i]->at;
		status = load_map(load, node->items[i], "a rule", keys, n_keys, rule);
		n_outcomes += rule->n_then;
		if (!status)
			status = check_own_question(load, rule);
		if (!status && n_outcomes > OUTCOMES_MAX)
			status = scenario_err(load->scenario, rule->at, load->err,
					      "up to this rule %s settles %zu facts; allowed: %d",
					      what, n_outcomes, OUTCOMES_MAX);
	}
	return status;
}

int load_expect(struct load *load, const struct node *node, void *into)
{
	struct scenario *scenario = into;

	return load_rules(load, node, "`expect`", expect_keys, ARRAY_SIZE(expect_keys),
			  &scenario->expect, &scenario->n_expect);
}

int load_rfc(struct load *load, const struct node *node, void *into)
{
	struct scenario *scenario = into;

	return load_rules(load, node, "`rfc`", rfc_keys, ARRAY_SIZE(rfc_keys), &scenario->rfc,
			  &scenario->n_rfc);
}
