/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd: the command line. Commands and options are tables; usage texts are printed from them.
 * One file a subcommand (cmd_run.c, cmd_list.c, ...), each with its row and its function, which
 * returns the exit code.
 */
#ifndef AFTERCLOSE_CMD_CMD_H
#define AFTERCLOSE_CMD_CMD_H

#include "base/err.h"
#include "base/exit.h"
#include "cmd/options.h"
#include "record/known.h"

#include <jansson.h>
#include <stdbool.h>

extern const struct command command_run, command_list, command_check, command_show, command_explain,
	command_minimise, command_why, command_import, command_judge, command_report, command_merge,
	command_compare, command_advise, command_enter, command_doctor, command_netem,
	command_kernel, command_schema, command_complete;

/* The table of commands, row by row; NULL past the last. */
const struct command *cmd_nth(size_t i);

int cmd_main(int argc, char **argv);

/* What a command does by its first operand, with at most one more; NULL: there is none. */
struct action {
	const char *name;
	size_t n_operands;
	int (*run)(const void *args, const char *operand);
};
int cmd_act(const struct command *command, const struct action *actions, size_t n, const void *args,
	    const struct texts *operands);

/* Was standard output closed by who reads it, before all was written? */
bool cmd_is_unread(void);

/* "afterclose: MESSAGE" on stderr, or nothing where it is that nobody reads standard output any
 * more; returns code. */
int cmd_fail(const struct err *err, int code);

/* Indented, with an end of line, to standard output. */
void cmd_print_json(const json_t *value);

/* Standard output, flushed: 0, or EXIT_HARNESS with its error said. cmd_main() makes that
 * EXIT_UNREAD where nobody reads it any more. */
int cmd_flush(void);

/* Each entry of --known or --accept that met nothing, or is past its date, on stderr. */
void cmd_tell_known(const struct known *known);

/* The exit code where cells cannot run here: 4, or 99 if AFTERCLOSE_MUST_WORK=1 says that they
 * must. */
int cmd_nothing_ran(void);

#endif
