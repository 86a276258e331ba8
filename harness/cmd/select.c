// SPDX-License-Identifier: GPL-2.0-or-later
/* select: owns which cells the options that choose some mean. */
#include "cmd/select.h"

#include "base/mem.h"
#include "base/nearest.h"
#include "cmd/earlier.h"

#include <errno.h>
#include <string.h>

/* Dimensions that every cell has, and their value where its scenario does not vary them. */
static const struct implied {
	const char *name, *value;
} implied[] = {{"family", "ipv4"}, {"link", "clean"}, {"topology", "link"}};

/* One --only: a dimension's name and the values asked for. */
struct selector {
	char *name;
	char *values; /* with commas */
};

static void selector_free(struct selector *selector)
{
	free(selector->name);
	free(selector->values);
}

static const char *cell_shown(const struct cell *cell, const char *dimension)
{
	const char *preset = NULL;

	if (!strcmp(dimension, "scenario"))
		return cell->scenario->name;
	for (size_t i = 0; i < ARRAY_SIZE(implied); i++) {
		if (!strcmp(implied[i].name, dimension))
			preset = implied[i].value;
	}
	return cell_value(cell, dimension, preset);
}

/* Is value one of a comma-separated list? */
static bool list_has(const char *list, const char *value)
{
	size_t len = strlen(value);

	while (list) {
		size_t item = strcspn(list, ",");

		if (item == len && !strncmp(list, value, len))
			return true;
		list = list[item] ? list + item + 1 : NULL;
	}
	return false;
}

/* Every value that some cell has of a dimension, and every name of a dimension if it is NULL. */
static struct texts suite_vocabulary(const struct suite *suite, const char *dimension)
{
	struct texts words = {0};

	if (!dimension)
		texts_add(&words, "scenario");
	for (size_t i = 0; !dimension && i < ARRAY_SIZE(implied); i++)
		texts_add(&words, implied[i].name);
	for (size_t i = 0; i < suite->n_files; i++) {
		const struct suite_file *file = &suite->files[i];

		for (size_t j = 0; !dimension && j < file->scenario->n_dimensions; j++)
			texts_add(&words, file->scenario->dimensions[j].name);
		for (size_t j = 0; dimension && j < file->n_cells; j++) {
			const char *value = cell_shown(&file->cells[j], dimension);

			if (value && (!words.n || strcmp(words.of[words.n - 1], value)))
				texts_add(&words, value);
		}
	}
	return words;
}

static bool texts_have(const struct texts *texts, const char *text)
{
	for (size_t i = 0; i < texts->n; i++) {
		if (!strcmp(texts->of[i], text))
			return true;
	}
	return false;
}

static int selector_check(const struct suite *suite, const struct selector *selector,
			  struct err *err)
{
	_cleanup_texts_ struct texts names = suite_vocabulary(suite, NULL);
	_cleanup_texts_ struct texts values = suite_vocabulary(suite, selector->name);
	_cleanup_free_ char *items = mem_strdup(selector->values);
	char *rest = items, *item;

	if (!texts_have(&names, selector->name))
		return err_set(err, EINVAL,
			       "--only %s: no scenario varies \"%s\"; the nearest is \"%s\"",
			       selector->name, selector->name,
			       nearest_of(selector->name, names.of, names.n));
	while ((item = strsep(&rest, ","))) {
		if (!texts_have(&values, item))
			return err_set(err, EINVAL,
				       "--only %s=%s: no cell has this value; the nearest is "
				       "\"%s\"",
				       selector->name, item, nearest_of(item, values.of, values.n));
	}
	return 0;
}

static int selector_parse(const struct suite *suite, const char *text, struct selector *ret,
			  struct err *err)
{
	const char *equals = strchr(text, '=');

	if (!equals || equals == text || !equals[1])
		return err_set(err, EINVAL, "--only takes DIMENSION=VALUE[,VALUE...], not \"%s\"",
			       text);
	ret->name = mem_strndup(text, equals - text);
	ret->values = mem_strdup(equals + 1);
	return selector_check(suite, ret, err);
}

void cell_list_add(struct cell_list *list, const struct cell *cell)
{
	list->of = mem_resize(list->of, list->n + 1, sizeof(*list->of));
	list->of[list->n++] = cell;
}

void cell_list_repeat(struct cell_list *list, int64_t times)
{
	size_t n = list->n;

	for (int64_t i = 1; i < times; i++) {
		for (size_t j = 0; j < n; j++)
			cell_list_add(list, list->of[j]);
	}
}

/* How many cells from the first on are of its scenario. */
static size_t scenario_run(const struct cell *const *cells, size_t n)
{
	size_t len = 1;

	while (len < n && cells[len]->scenario == cells[0]->scenario)
		len++;
	return len;
}

/* A control goes with its scenario: it says whether an expectation can fail. */
void cell_list_cover(struct cell_list *list, unsigned strength)
{
	_cleanup_free_ bool *chosen = mem_zalloc((list->n + 1) * sizeof(*chosen));
	size_t n = 0;

	for (size_t i = 0; i < list->n;) {
		size_t len = scenario_run(&list->of[i], list->n - i);

		cover_choose(&list->of[i], len, strength, &chosen[i]);
		i += len;
	}
	for (size_t i = 0; i < list->n; i++) {
		if (chosen[i] || list->of[i]->control)
			list->of[n++] = list->of[i];
	}
	list->n = n;
}

void cell_list_free(struct cell_list *list)
{
	free(list->of);
	shard_free(&list->shard);
	*list = (struct cell_list){0};
}

static int select_only(const struct suite *suite, const char *text, struct cell_list *list,
		       struct err *err)
{
	_cleanup_(selector_free) struct selector selector = {0};
	int ret = selector_parse(suite, text, &selector, err);
	size_t n = 0;

	if (ret < 0)
		return ret;
	for (size_t i = 0; i < list->n; i++) {
		const char *value = cell_shown(list->of[i], selector.name);

		if (value && list_has(selector.values, value))
			list->of[n++] = list->of[i];
	}
	list->n = n;
	if (!n)
		return err_set(err, EINVAL, "--only %s leaves no cell", text);
	return 0;
}

static int select_shard(const char *text, struct cell_list *list, struct err *err)
{
	int ret = shard_parse(text, &list->shard, err);

	if (!ret)
		list->n = shard_take(&list->shard, list->of, list->n);
	return ret;
}

/* A control is about the steps that a program takes the place of. */
static int leave_controls(struct cell_list *list, struct err *err)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		if (!list->of[i]->control)
			list->of[n++] = list->of[i];
	}
	list->n = n;
	return n ? 0
		 : err_set(err, EINVAL,
			   "--with: only controls were selected, which are about "
			   "the stand-ins");
}

int select_cells(const struct suite *suite, const struct selection *select, struct cell_list *ret,
		 struct err *err)
{
	int status = 0;

	*ret = (struct cell_list){0};
	for (size_t i = 0; i < suite->n_files; i++) {
		for (size_t j = 0; j < suite->files[i].n_cells; j++)
			cell_list_add(ret, &suite->files[i].cells[j]);
	}
	for (size_t i = 0; i < select->only.n && !status; i++)
		status = select_only(suite, select->only.of[i], ret, err);
	if (!status && select->no_controls)
		status = leave_controls(ret, err);
	if (!status && select->took) /* before --cover, which chooses of what may be played */
		status = earlier_took(select->took, ret, err);
	if (!status && select->cover)
		cell_list_cover(ret, select->cover);
	if (!status && select->failed)
		status = earlier_failed(select->failed, ret, err);
	if (!status && select->shard) /* the last: what it leaves is what other shards have */
		status = select_shard(select->shard, ret, err);
	return status;
}
