// SPDX-License-Identifier: GPL-2.0-or-later
/* load_vary: owns `vary` and `set`: what differs from cell to cell, and what does not. */
#include "scenario/load.h"
#include "scenario/arg.h"
#include "base/mem.h"
#include "netem/profile.h"

#include <errno.h>
#include <string.h>

static const char *const side_words[] = {
	[SIDE_CLIENT] = "client",
	[SIDE_SERVER] = "server",
	[SIDE_BOTH] = "both",
	[SIDE_ROUTER] = "router",
};

static int side_find(struct load *load, const struct node *node, enum side *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(side_words); i++) {
		if (node->kind == NODE_SCALAR && !strcmp(node->text, side_words[i])) {
			*ret = i;
			return 0;
		}
	}
	return scenario_err(load->scenario, node->at, load->err,
			    "whose sysctl it is: client, server, both or router");
}

static int load_dimension_sysctl(struct load *load, const struct node *node, void *into)
{
	struct dimension *dimension = into;
	int ret = load_line(load, node, "`sysctl`", LOAD_VALUE_MAX, &dimension->sysctl);

	if (!ret && knob_check(dimension->sysctl, load->err))
		ret = load_err_at(load, node->at);
	return ret;
}

static int load_dimension_of(struct load *load, const struct node *node, void *into)
{
	struct dimension *dimension = into;

	return side_find(load, node, &dimension->of);
}

/* Values become part of a cell's id and are compared as they stand. */
static int value_check(struct load *load, const struct dimension *dimension, size_t i,
		       struct place at)
{
	const char *value = dimension->values[i];

	if (!*value || strlen(value) > LOAD_VALUE_MAX || strpbrk(value, "$,=/"))
		return scenario_err(load->scenario, at, load->err,
				    "`%.90s` cannot be a dimension's value: it has 1 to %d bytes, "
				    "and none of $ , = /",
				    value, LOAD_VALUE_MAX);
	if (!strncmp(value, "not ", 4))
		return scenario_err(load->scenario, at, load->err,
				    "`%s` cannot be a dimension's value: `not` negates a condition",
				    value);
	for (size_t j = 0; j < i; j++) {
		if (!strcmp(dimension->values[j], value))
			return scenario_err(load->scenario, at, load->err,
					    "the value `%s` stands here twice", value);
	}
	return 0;
}

static int load_dimension_values(struct load *load, const struct node *node, void *into)
{
	struct dimension *dimension = into;
	int ret =
		load_need_list(load, node, "the list of a dimension's values", SCENARIO_VALUES_MAX);

	if (!ret)
		ret = load_lines(load, node, "a dimension's value", SCENARIO_VALUES_MAX,
				 &dimension->values, &dimension->n_values);
	for (size_t i = 0; !ret && i < dimension->n_values; i++)
		ret = value_check(load, dimension, i, node->items[i]->at);
	return ret;
}

static const struct key sysctl_keys[] = {
	{"sysctl", load_dimension_sysctl, true},
	{"of", load_dimension_of, true},
	{"values", load_dimension_values, true},
};

static int link_check(const char *value, struct err *err)
{
	struct netem_link link;

	return netem_link_parse(value, &link, err);
}

static int either_check(const char *value, const char *first, const char *second, struct err *err)
{
	if (!strcmp(value, first) || !strcmp(value, second))
		return 0;
	return err_set(err, EINVAL, "`%.60s` is not allowed; allowed: %s, %s", value, first,
		       second);
}

static int family_check(const char *value, struct err *err)
{
	return either_check(value, "ipv4", "ipv6", err);
}

static int topology_check(const char *value, struct err *err)
{
	for (size_t i = 0; i < TOPOLOGIES; i++) {
		if (!strcmp(value, topology_names[i]))
			return 0;
	}
	return err_set(err, EINVAL, "`%.60s` is not allowed; allowed: link, loopback, nat", value);
}

/* Dimensions that the lab itself understands. */
static const struct reserved {
	const char *name;
	int (*check)(const char *value, struct err *err);
} reserved[] = {
	{"family", family_check},
	{"topology", topology_check},
	{"link", link_check},
};

static int reserved_check(struct load *load, struct dimension *dimension, const struct node *node)
{
	for (size_t i = 0; i < ARRAY_SIZE(reserved); i++) {
		if (strcmp(reserved[i].name, dimension->name))
			continue;
		if (dimension->sysctl)
			return scenario_err(load->scenario, node->at, load->err,
					    "`%s` is the lab's own dimension; it takes a list of "
					    "values",
					    dimension->name);
		dimension->reserved = true;
		for (size_t j = 0; j < dimension->n_values; j++) {
			if (reserved[i].check(dimension->values[j], load->err))
				return load_err_at(load, node->items[j]->at);
		}
	}
	return 0;
}

/* What `when` and the ids of cells use otherwise. */
static int dimension_name_check(struct load *load, const struct node *key)
{
	static const char *const taken[] = {"has", "counter", "hz", "control"};

	if (name_check(key->text, load->err))
		return load_err_at(load, key->at);
	for (size_t i = 0; i < ARRAY_SIZE(taken); i++) {
		if (!strcmp(key->text, taken[i]))
			return scenario_err(load->scenario, key->at, load->err,
					    "`%s` cannot be a dimension's name: it means something "
					    "else in `when` or in a cell's id",
					    key->text);
	}
	return 0;
}

static int load_dimension(struct load *load, const struct node *key, const struct node *value,
			  struct dimension *dimension)
{
	int ret = dimension_name_check(load, key);

	if (ret)
		return ret;
	dimension->name = mem_strdup(key->text);
	dimension->at = key->at;
	if (value->kind == NODE_MAP)
		ret = load_map(load, value, "a sysctl's dimension", sysctl_keys,
			       ARRAY_SIZE(sysctl_keys), dimension);
	else
		ret = load_dimension_values(load, value, dimension);
	return ret ? ret : reserved_check(load, dimension, value);
}

/* One sysctl of one host has one source. */
static int sysctl_once(struct load *load, const char *name, enum side of, struct place at,
		       const struct dimension *but)
{
	const struct scenario *scenario = load->scenario;

	for (size_t i = 0; i < scenario->n_dimensions; i++) {
		const struct dimension *dimension = &scenario->dimensions[i];

		if (dimension != but && dimension->sysctl && !strcmp(dimension->sysctl, name) &&
		    sides_meet(dimension->of, of))
			return scenario_err(scenario, at, load->err,
					    "%s is set by the dimension `%s` already", name,
					    dimension->name);
	}
	for (size_t i = 0; i < scenario->n_sysctls; i++) {
		const struct fixed_sysctl *fixed = &scenario->sysctls[i];

		if (!strcmp(fixed->name, name) && sides_meet(fixed->of, of))
			return scenario_err(scenario, at, load->err, "%s is set in line %d already",
					    name, fixed->at.line);
	}
	return 0;
}

int load_vary(struct load *load, const struct node *node, void *into)
{
	struct scenario *scenario = into;
	size_t n_cells = 1;
	int ret = load_need_map(load, node, "`vary`");

	if (!ret && node->n > SCENARIO_DIMENSIONS_MAX)
		ret = scenario_err(scenario, node->at, load->err,
				   "%zu dimensions; allowed: at most %d", node->n,
				   SCENARIO_DIMENSIONS_MAX);
	if (ret)
		return ret;
	scenario->dimensions = mem_zalloc(node->n * sizeof(*scenario->dimensions));
	for (size_t i = 0; i < node->n && !ret; i++) {
		struct dimension *dimension = &scenario->dimensions[scenario->n_dimensions++];

		ret = load_dimension(load, node->keys[i], node->items[i], dimension);
		if (!ret && dimension->sysctl)
			ret = sysctl_once(load, dimension->sysctl, dimension->of, dimension->at,
					  dimension);
		n_cells *= dimension->n_values;
		if (!ret && n_cells > SCENARIO_CELLS_MAX)
			ret = scenario_err(scenario, dimension->at, load->err,
					   "with this dimension there are %zu cells; allowed: at "
					   "most %d",
					   n_cells, SCENARIO_CELLS_MAX);
	}
	return ret;
}

/* However many: sysctl_once() bounds them by the knobs of each host. */
static int load_fixed(struct load *load, enum side of, const struct node *key,
		      const struct node *value)
{
	struct scenario *scenario = load->scenario;
	struct fixed_sysctl *fixed;
	int ret = 0;

	if (knob_check(key->text, load->err))
		ret = load_err_at(load, key->at);
	if (!ret)
		ret = sysctl_once(load, key->text, of, key->at, NULL);
	if (ret)
		return ret;
	scenario->sysctls = mem_resize(scenario->sysctls, scenario->n_sysctls + 1, sizeof(*fixed));
	fixed = &scenario->sysctls[scenario->n_sysctls++];
	*fixed = (struct fixed_sysctl){.of = of, .name = mem_strdup(key->text), .at = key->at};
	ret = load_line(load, value, "a sysctl's value", LOAD_VALUE_MAX, &fixed->value);
	if (!ret && strchr(fixed->value, '$'))
		ret = scenario_err(scenario, value->at, load->err,
				   "`set` is the same in all cells; `vary` a sysctl that is not");
	return ret;
}

int load_set(struct load *load, const struct node *node, void *into)
{
	int ret = load_need_map(load, node, "`set`");

	(void)into;
	for (size_t i = 0; i < node->n && !ret; i++) {
		const struct node *sysctls = node->items[i];
		enum side of;

		ret = side_find(load, node->keys[i], &of);
		if (!ret)
			ret = load_need_map(load, sysctls, "a host's part of `set`");
		for (size_t j = 0; !ret && j < sysctls->n; j++)
			ret = load_fixed(load, of, sysctls->keys[j], sysctls->items[j]);
	}
	return ret;
}
