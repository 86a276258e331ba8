// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_list: owns `afterclose list`: the scenarios and their cells. */
#include "cmd/cmd.h"
#include "cmd/select.h"

#include "base/mem.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

struct list_args {
	struct selection select;
	bool cells;
	const char *format;
};

static const struct option_row list_options[] = {
	{"cells", OPTION_FLAG, offsetof(struct list_args, cells), NULL, "the id of every cell"},
	{"format", OPTION_TEXT, offsetof(struct list_args, format), "text|json",
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

static void list_json(const struct cell_list *list)
{
	json_t *scenarios = json_array();
	size_t n;

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
	json_dumpf(scenarios, stdout, JSON_INDENT(2));
	printf("\n");
	json_decref(scenarios);
}

static int list_print(const struct list_args *args, const struct cell_list *list, struct err *err)
{
	bool json = args->format && !strcmp(args->format, "json");

	if (args->format && !json && strcmp(args->format, "text"))
		return err_set(err, EINVAL, "--format takes text or json, not \"%s\"",
			       args->format);
	if (json)
		list_json(list);
	else if (args->cells)
		list_cells(list);
	else
		list_scenarios(list);
	return 0;
}

static int list_selected(const struct list_args *args, const struct texts *paths, struct err *err)
{
	_cleanup_suite_ struct suite suite = {0};
	_cleanup_cell_list_ struct cell_list list = {0};
	int code = suite_load(paths, &suite);

	if (code)
		return code;
	if (select_cells(&suite, &args->select, &list, err) < 0 || list_print(args, &list, err) < 0)
		return cmd_fail(err, EXIT_USAGE);
	return cmd_flush();
}

static int cmd_list(const struct command *command, char **argv)
{
	_cleanup_texts_ struct texts paths = {0};
	struct list_args args = {0};
	struct err err;
	int code;

	if (options_parse(command, argv, &args, &paths, &err) < 0)
		code = cmd_fail(&err, EXIT_USAGE);
	else
		code = list_selected(&args, &paths, &err);
	texts_free(&args.select.only);
	return code;
}

const struct command command_list = {
	.name = "list",
	.operands = "[FILE|DIR...]",
	.operands_max = SIZE_MAX,
	.what = "list the scenarios, or every cell",
	.options = list_options,
	.run = cmd_list,
};
