// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_list: owns `afterclose list`: the scenarios and their cells. */
#include "cmd/cmd.h"
#include "cmd/select.h"

#include "base/mem.h"

#include <jansson.h>
#include <string.h>

struct list_args {
	struct selection select;
	bool cells, dimensions;
	const char *format;
};

static const struct option_row list_options[] = {
	{"cells", OPTION_FLAG, offsetof(struct list_args, cells), NULL, "the id of every cell"},
	{"dimensions", OPTION_FLAG, offsetof(struct list_args, dimensions), NULL,
	 "what --only takes: every value of every dimension"},
	{"format", OPTION_WORD, offsetof(struct list_args, format), "text|json",
	 "text if left out"},
	SELECT_OPTIONS(struct list_args),
	{NULL},
};

/* Cells of one scenario stand together: how many from the first on are of the same. */
static size_t cells_together(const struct cell_list *list, size_t first)
{
	size_t n = 1;

	while (first + n < list->n && list->of[first + n]->scenario == list->of[first]->scenario)
		n++;
	return n;
}

static void list_scenarios(const struct cell_list *list)
{
	size_t n_scenarios = 0, n;

	for (size_t i = 0; i < list->n; i += n) {
		n = cells_together(list, i);
		printf("%-28s %5zu cells  %s\n", list->of[i]->scenario->name, n,
		       list->of[i]->scenario->title);
		n_scenarios++;
	}
	printf("%zu scenario%s, %zu cell%s\n", n_scenarios, n_scenarios == 1 ? "" : "s", list->n,
	       list->n == 1 ? "" : "s");
}

static void list_cells(const struct cell_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		printf("%s\n", list->of[i]->id);
}

/* Names and, of each, its values in the order in which cells have them. New reference. */
static json_t *dimensions_of(const struct cell_list *list)
{
	json_t *dimensions = json_object();

	for (size_t i = 0; i < list->n; i++) {
		const struct cell *cell = list->of[i];

		for (size_t j = 0; j < cell->scenario->n_dimensions; j++) {
			const struct dimension *dimension = &cell->scenario->dimensions[j];
			json_t *values = json_object_get(dimensions, dimension->name);

			if (!values) {
				values = json_object();
				json_object_set_new(dimensions, dimension->name, values);
			}
			json_object_set_new(values, dimension->values[cell->choice[j]],
					    json_true());
		}
	}
	return dimensions;
}

static void list_dimensions(const struct cell_list *list)
{
	json_t *dimensions = dimensions_of(list), *values, *ignored;
	const char *name, *value;

	json_object_foreach(dimensions, name, values)
	{
		json_object_foreach(values, value, ignored)
		{
			printf("%s=%s\n", name, value);
		}
	}
	json_decref(dimensions);
}

static json_t *names_of(const json_t *object)
{
	json_t *names = json_array();
	const char *name;
	json_t *ignored;

	json_object_foreach((json_t *)object, name, ignored)
	{
		json_array_append_new(names, json_string(name));
	}
	return names;
}

static void list_json_dimensions(const struct cell_list *list)
{
	json_t *dimensions = dimensions_of(list), *out = json_object(), *values;
	const char *name;

	json_object_foreach(dimensions, name, values)
	{
		json_object_set_new(out, name, names_of(values));
	}
	cmd_print_json(out);
	json_decref(out);
	json_decref(dimensions);
}

static void list_json(const struct list_args *args, const struct cell_list *list)
{
	json_t *scenarios;
	size_t n;

	if (args->dimensions) {
		list_json_dimensions(list);
		return;
	}
	scenarios = json_array();

	for (size_t i = 0; i < list->n; i += n) {
		const struct scenario *scenario = list->of[i]->scenario;
		json_t *cells = json_array();

		n = cells_together(list, i);
		for (size_t j = i; j < i + n; j++)
			json_array_append_new(cells, json_string(list->of[j]->id));
		json_array_append_new(scenarios, json_pack("{s:s, s:s, s:s, s:s, s:o}", "scenario",
							   scenario->name, "title", scenario->title,
							   "file", scenario->file, "hash",
							   scenario->hash, "cells", cells));
	}
	cmd_print_json(scenarios);
	json_decref(scenarios);
}

static void list_print(const struct list_args *args, const struct cell_list *list)
{
	if (!strcmp(args->format, "json"))
		list_json(args, list);
	else if (args->dimensions)
		list_dimensions(list);
	else if (args->cells)
		list_cells(list);
	else
		list_scenarios(list);
}

static int cmd_list(void *ctx, const struct texts *paths)
{
	const struct list_args *args = ctx;
	_cleanup_suite_ struct suite suite = {0};
	_cleanup_cell_list_ struct cell_list list = {0};
	int code = suite_load(paths, &suite);
	struct err err;

	if (code)
		return code;
	if (select_cells(&suite, &args->select, &list, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	list_print(args, &list);
	return cmd_flush();
}

static const struct list_args list_presets = {.format = "text"};

const struct command command_list = {
	.name = "list",
	.operands = "[FILE|DIR...]",
	.operands_max = SIZE_MAX,
	.what = "list the scenarios, or every cell",
	.options = list_options,
	COMMAND_ARGS(list_presets),
	.run = cmd_list,
};
