// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cmd_complete: owns `afterclose complete`: what the last word of a command line could become, one
 * candidate a line; what completion/ asks for bash and zsh. The tables of commands and options say
 * it, and the scenarios that are found. Where a file's name is wanted nothing is printed: shells
 * complete those themselves.
 */
#include "cmd/cmd.h"
#include "cmd/select.h"
#include "report/report.h"

#include "base/mem.h"
#include "kernel/cache.h"

#include <string.h>

/* The word that is being written, and what it is part of. */
struct completion {
	const char *word;
	const struct command *command;
};

static void offer(const struct completion *completion, const char *candidate)
{
	if (!strncmp(candidate, completion->word, strlen(completion->word)))
		printf("%s\n", candidate);
}

/* Each word of a list. */
static void offer_each(const struct completion *completion, const char *list, const char *between)
{
	_cleanup_free_ char *words = mem_strdup(list);
	char *rest = words, *word;

	while ((word = strsep(&rest, between)))
		offer(completion, word);
}

static void offer_commands(const struct completion *completion)
{
	for (size_t i = 0; cmd_nth(i); i++)
		offer(completion, cmd_nth(i)->name);
	offer_each(completion, "help|--help|--version", "|");
}

static void offer_options(const struct completion *completion)
{
	const struct option_row *row = completion->command->options;

	for (; row && row->name; row++) {
		_cleanup_free_ char *name = mem_printf("--%s", row->name);

		offer(completion, name);
	}
	offer(completion, "--help");
}

/* The suite that the command would take without an operand; no word of what is wrong with it. */
static bool cells_of_suite(struct suite *suite, struct cell_list *ret)
{
	static const struct selection all;
	const struct texts none = {0};
	struct err err;

	return !suite_load_found(&none, suite) && !select_cells(suite, &all, ret, &err);
}

static void offer_cells(const struct completion *completion)
{
	_cleanup_suite_ struct suite suite = {0};
	_cleanup_cell_list_ struct cell_list cells = {0};
	bool loaded = cells_of_suite(&suite, &cells);

	for (size_t i = 0; loaded && i < cells.n; i++)
		offer(completion, cells.of[i]->id);
}

static void offer_value(const struct completion *completion, json_t *seen, const char *name,
			const char *value)
{
	_cleanup_free_ char *word = mem_printf("%s=%s", name, value);

	if (!json_object_get(seen, word))
		offer(completion, word);
	json_object_set_new(seen, word, json_true());
}

static void offer_dimensions(const struct completion *completion)
{
	_cleanup_suite_ struct suite suite = {0};
	_cleanup_cell_list_ struct cell_list cells = {0};
	json_t *seen = json_object();
	bool loaded = cells_of_suite(&suite, &cells);

	for (size_t i = 0; loaded && i < cells.n; i++) {
		const struct cell *cell = cells.of[i];
		const struct scenario *scenario = cell->scenario;

		offer_value(completion, seen, "scenario", scenario->name);
		for (size_t j = 0; j < scenario->n_dimensions; j++)
			offer_value(completion, seen, scenario->dimensions[j].name,
				    scenario->dimensions[j].values[cell->choice[j]]);
	}
	json_decref(seen);
}

static void offer_targets(const struct completion *completion)
{
	_cleanup_cache_ struct cache cache = {.lock_fd = -1};
	struct cache_entry *entries;
	struct err err;
	size_t n;

	offer_each(completion, "host|uml|qemu", "|");
	if (cache_open(&cache, &err) < 0 || cache_list(&cache, &entries, &n, &err) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *name =
			mem_printf("%s:%s", kernel_kind_name(entries[i].kind), entries[i].name);

		offer(completion, name);
	}
	cache_entries_free(entries, n);
}

static void offer_formats(const struct completion *completion)
{
	const char *name, *what;

	for (size_t i = 0; report_format_nth(i, &name, &what); i++)
		offer(completion, name);
}

/* What stands for a value in the help is what can be offered for it. */
static const struct source {
	const char *value;
	void (*offer)(const struct completion *completion);
} sources[] = {
	{"DIM=VALUE[,VALUE...]", offer_dimensions},
	{"TARGET", offer_targets},
	{"FORMAT[:FILE]", offer_formats},
	{"FORMAT", offer_formats},
	{"CELL", offer_cells},
};

static void offer_value_of(const struct completion *completion, const struct option_row *row)
{
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		if (!strcmp(sources[i].value, row->value))
			sources[i].offer(completion);
	}
	if (row->kind == OPTION_WORD)
		offer_each(completion, row->value, "|");
}

/* "list | show PROFILE": the first operand is the name of an action. */
static void offer_actions(const struct completion *completion)
{
	_cleanup_free_ char *operands = mem_strdup(completion->command->operands);
	char *at = operands, *next;

	for (; at; at = next) {
		next = strstr(at, " | ");
		if (next)
			*next = '\0';
		next = next ? next + strlen(" | ") : NULL;
		at[strcspn(at, " ")] = '\0';
		offer(completion, at);
	}
}

/* "CELL", "RECORDS CELL", "CELL_A CELL_B": is this operand a cell? */
static bool operand_is_cell(const char *operands, size_t n_before)
{
	for (; operands && n_before; n_before--) {
		operands = strchr(operands, ' ');
		operands += operands != NULL;
	}
	return operands && !strncmp(operands, "CELL", strlen("CELL"));
}

static void offer_operand(const struct completion *completion, size_t n_before)
{
	const char *operands = completion->command->operands;

	if (operands && strstr(operands, " | ")) {
		if (!n_before)
			offer_actions(completion);
	} else if (operand_is_cell(operands, n_before)) {
		offer_cells(completion);
	}
}

/* The option whose value this word would begin with; NULL: it is none, or none with a value. */
static const struct option_row *option_before(const struct command *command, const char *word)
{
	const struct option_row *row = command->options;

	for (; row && row->name && !strncmp(word, "--", 2); row++) {
		if (!strcmp(row->name, word + 2))
			return row->kind == OPTION_FLAG ? NULL : row;
	}
	return NULL;
}

/* Words between a command's name and the one that is written. */
static void offer_argument(const struct completion *completion, const char *const *words, size_t n)
{
	const struct option_row *row = NULL;
	size_t n_operands = 0;

	for (size_t i = 0; i < n; i++) {
		const struct option_row *before = row;

		row = before ? NULL : option_before(completion->command, words[i]);
		n_operands += !before && words[i][0] != '-';
	}
	if (row)
		offer_value_of(completion, row);
	else if (completion->word[0] == '-')
		offer_options(completion);
	else
		offer_operand(completion, n_operands);
}

static const struct command *command_named(const char *name)
{
	for (size_t i = 0; cmd_nth(i); i++) {
		if (!strcmp(cmd_nth(i)->name, name))
			return cmd_nth(i);
	}
	return NULL;
}

/* argv: the words behind "afterclose", the last one perhaps empty. Nothing here is an option. */
static int cmd_complete(char **argv)
{
	struct completion completion = {.word = ""};
	size_t n = 0;

	while (argv[n])
		n++;
	if (n)
		completion.word = argv[n - 1];
	if (n > 1)
		completion.command = command_named(argv[0]);
	if (n < 2 || (n == 2 && !strcmp(argv[0], "help")))
		offer_commands(&completion);
	else if (completion.command)
		offer_argument(&completion, (const char *const *)argv + 1, n - 2);
	return cmd_flush();
}

const struct command command_complete = {
	.name = "complete",
	.operands = "[WORD...]",
	.operands_max = SIZE_MAX,
	.what = "print what the last word could become; for the shells' completion",
	.words = cmd_complete,
};
