// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd: owns the table of commands, and what is the same for all of them. */
#include "cmd/cmd.h"

#include "base/mem.h"
#include "base/nearest.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct command *const commands[] = {
	&command_run,	   &command_list,   &command_check,  &command_show,	&command_explain,
	&command_judge,	   &command_report, &command_merge,  &command_compare,	&command_advise,
	&command_minimise, &command_why,    &command_import, &command_enter,	&command_doctor,
	&command_netem,	   &command_kernel, &command_schema, &command_complete,
};

static const char exit_codes[] =
	"exit codes: 0 all passed, 1 a cell failed, 2 usage or a bad file, 3 something was "
	"inconclusive,\n            4 nothing could run, 99 the harness failed,\n            125 "
	"run --bisect: neither passed nor failed, 130 interrupted,\n            141 "
	"nobody read the output to its end\n";

const struct command *cmd_nth(size_t i)
{
	return i < ARRAY_SIZE(commands) ? commands[i] : NULL;
}

bool cmd_is_unread(void)
{
	struct pollfd out = {.fd = STDOUT_FILENO};

	return ferror(stdout) && poll(&out, 1, 0) == 1 && (out.revents & POLLERR);
}

int cmd_fail(const struct err *err, int code)
{
	if (err->code == EPIPE && cmd_is_unread())
		return code;
	fprintf(stderr, "afterclose: %s\n", err->msg);
	return code;
}

void cmd_print_json(const json_t *value)
{
	json_dumpf(value, stdout, JSON_INDENT(2));
	putchar('\n');
}

int cmd_flush(void)
{
	struct err err;

	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	if (cmd_is_unread())
		return EXIT_HARNESS;
	err_sys(&err, "standard output");
	return cmd_fail(&err, EXIT_HARNESS);
}

void cmd_tell_known(const struct known *known)
{
	for (size_t i = 0; i < known->n; i++) {
		_cleanup_text_ struct text remark = {0};

		if (known_remark(known, i, &remark))
			fprintf(stderr, "%s\n", text_str(&remark));
	}
}

int cmd_nothing_ran(void)
{
	const char *must_work = getenv("AFTERCLOSE_MUST_WORK");

	return must_work && !strcmp(must_work, "1") ? EXIT_HARNESS : EXIT_NOTHING_RAN;
}

static const char *command_nth(size_t i, const void *ctx)
{
	(void)ctx;
	return commands[i]->name;
}

static const struct command *command_find(const char *name)
{
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	}
	err_set(&err, EINVAL, "no command %s; the nearest is %s (see afterclose --help)", name,
		nearest(name, command_nth, ARRAY_SIZE(commands), NULL));
	cmd_fail(&err, EXIT_USAGE);
	return NULL;
}

static void usage(FILE *file)
{
	fprintf(file, "usage: afterclose COMMAND [OPTION...] [OPERAND...]\n\n"
		      "Tests what Linux TCP does after close, on real kernels.\n\ncommands:\n");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(file, "  %-8s %s\n", commands[i]->name, commands[i]->what);
	fprintf(file, "  %-8s %s\n\n%s", "help", "this, or a command's options: help COMMAND",
		exit_codes);
}

static int help(const char *name)
{
	const struct command *command;

	if (!name) {
		usage(stdout);
		return cmd_flush();
	}
	command = command_find(name);
	if (!command)
		return EXIT_USAGE;
	options_help(command, stdout);
	return cmd_flush();
}

static bool wants_help(char **argv)
{
	for (; *argv && strcmp(*argv, "--"); argv++) {
		if (!strcmp(*argv, "--help") || !strcmp(*argv, "-h"))
			return true;
	}
	return false;
}

static int command_call(const struct command *command, char **argv)
{
	_cleanup_free_ void *args = NULL;
	_cleanup_texts_ struct texts operands = {0};
	struct err err;
	int code;

	if (command->presets)
		args = memcpy(mem_zalloc(command->args_size), command->presets, command->args_size);
	if (options_parse(command, argv, args, &operands, &err) < 0)
		code = cmd_fail(&err, EXIT_USAGE);
	else
		code = command->run(args, &operands);
	options_free(command, args);
	return command->exit_code ? command->exit_code(argv, code) : code;
}

static int main_code(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2) {
		usage(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--version")) {
		printf("afterclose %s\n", AFTERCLOSE_VERSION);
		return cmd_flush();
	}
	if (!strcmp(argv[1], "help") || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return help(argv[2]);
	command = command_find(argv[1]);
	if (!command)
		return EXIT_USAGE;
	if (command->words)
		return command->words(argv + 2);
	if (wants_help(argv + 2))
		return help(command->name);
	return command_call(command, argv + 2);
}

/* A reader who has seen enough is no failure of ours; but a run whose output he reads goes on, and
 * writes its files. */
int cmd_main(int argc, char **argv)
{
	int code;

	signal(SIGPIPE, SIG_IGN);
	code = main_code(argc, argv);
	return code == EXIT_HARNESS && cmd_is_unread() ? EXIT_UNREAD : code;
}

int cmd_act(const struct command *command, const struct action *actions, size_t n, const void *args,
	    const struct texts *operands)
{
	struct err err;

	for (size_t i = 0; i < n; i++) {
		if (!strcmp(actions[i].name, operands->of[0]) &&
		    operands->n == 1 + actions[i].n_operands)
			return actions[i].run(args, operands->n > 1 ? operands->of[1] : NULL);
	}
	err_set(&err, EINVAL, "%s takes %s", command->name, command->operands);
	return cmd_fail(&err, EXIT_USAGE);
}
