// SPDX-License-Identifier: GPL-2.0-or-later
/* load: owns the shapes that every part of a scenario file is made of. */
#include "scenario/load.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>

int load_err_at(struct load *load, struct place at)
{
	return err_prefix(load->err, "%s:%d:%d", load->scenario->file, at.line, at.column);
}

static const char *kind_name(const struct node *node)
{
	static const char *const names[] = {"a single value", "a list", "a mapping"};

	return names[node->kind];
}

int load_need_map(struct load *load, const struct node *node, const char *what)
{
	if (node->kind == NODE_MAP)
		return 0;
	return scenario_err(load->scenario, node->at, load->err, "%s is %s; a mapping is needed",
			    what, kind_name(node));
}

int load_need_list(struct load *load, const struct node *node, const char *what, size_t max)
{
	if (node->kind != NODE_LIST)
		return scenario_err(load->scenario, node->at, load->err,
				    "%s is %s; a list is needed", what, kind_name(node));
	if (!node->n || node->n > max)
		return scenario_err(load->scenario, node->at, load->err,
				    "%s has %zu items; allowed: 1 to %zu", what, node->n, max);
	return 0;
}

static const char *nth_key(size_t i, const void *ctx)
{
	const struct key *keys = ctx;

	return keys[i].name;
}

static const struct key *key_find(const struct key *keys, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(keys[i].name, name))
			return &keys[i];
	}
	return NULL;
}

static int unknown_key(struct load *load, const struct node *key, const char *what,
		       const struct key *keys, size_t n)
{
	_cleanup_text_ struct text allowed = {0};

	for (size_t i = 0; i < n; i++)
		text_add(&allowed, "%s%s", i ? ", " : "", keys[i].name);
	return scenario_err(load->scenario, key->at, load->err,
			    "`%.60s` is no key of %s; the nearest is `%s`; allowed: %s", key->text,
			    what, nearest(key->text, nth_key, n, keys), text_str(&allowed));
}

int load_map(struct load *load, const struct node *node, const char *what, const struct key *keys,
	     size_t n_keys, void *into)
{
	int ret = load_need_map(load, node, what);

	for (size_t i = 0; !ret && i < node->n; i++) {
		if (!key_find(keys, n_keys, node->keys[i]->text))
			ret = unknown_key(load, node->keys[i], what, keys, n_keys);
	}
	for (size_t i = 0; !ret && i < n_keys; i++) {
		if (keys[i].required && !node_get(node, keys[i].name))
			ret = scenario_err(load->scenario, node->at, load->err,
					   "%s lacks the key `%s`", what, keys[i].name);
	}
	for (size_t i = 0; !ret && i < n_keys; i++) {
		const struct node *value = node_get(node, keys[i].name);

		if (value)
			ret = keys[i].load(load, value, into);
	}
	return ret;
}

int load_line(struct load *load, const struct node *node, const char *what, size_t max, char **ret)
{
	const struct scenario *scenario = load->scenario;

	if (node->kind != NODE_SCALAR)
		return scenario_err(scenario, node->at, load->err,
				    "%s is %s; a single value is needed", what, kind_name(node));
	if (!*node->text && !node->quoted)
		return scenario_err(scenario, node->at, load->err, "%s is empty; a value is needed",
				    what);
	if (strlen(node->text) > max)
		return scenario_err(scenario, node->at, load->err,
				    "%s has %zu bytes; allowed: at most %zu", what,
				    strlen(node->text), max);
	if (strpbrk(node->text, "\n\t"))
		return scenario_err(scenario, node->at, load->err,
				    "%s has a line feed or a tab; one line is needed", what);
	*ret = mem_strdup(node->text);
	return 0;
}

int load_lines(struct load *load, const struct node *node, const char *what, size_t max_items,
	       char ***ret, size_t *ret_n)
{
	const struct node *const *items = (const struct node *const *)node->items;
	size_t n = node->n;
	int status = 0;

	if (node->kind == NODE_SCALAR) {
		items = &node;
		n = 1;
	} else {
		status = load_need_list(load, node, what, max_items);
	}
	if (status)
		return status;
	*ret = mem_zalloc(n * sizeof(**ret));
	for (size_t i = 0; i < n && !status; i++) {
		status = load_line(load, items[i], what, LOAD_VALUE_MAX, &(*ret)[i]);
		*ret_n = i + 1;
	}
	return status;
}
