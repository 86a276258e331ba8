// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * manual: prints a manual page as scdoc, from the tables of commands and options: `manual NAME
 * FILE...` that command's, `manual afterclose FILE...` the program's. What the tables do not say is
 * in the files, which are put before the last sections as they are. Runs while the program is
 * built.
 */
#include "cmd/cmd.h"

#include "base/file.h"
#include "base/mem.h"
#include "report/report.h"

#include <string.h>

#define PROSE_MAX (1 << 16)

/* scdoc takes these for markup. */
static void escaped(const char *words)
{
	for (; *words; words++) {
		if (strchr("_*\\#~`", *words))
			putchar('\\');
		putchar(*words);
	}
}

static void options_section(const struct command *command)
{
	const struct option_row *row = command->options;

	printf("# OPTIONS\n\n");
	for (; row && row->name; row++) {
		if (row->letter)
			printf("*-%c*, ", row->letter);
		printf("*--%s*", row->name);
		if (row->value) {
			printf(" ");
			escaped(row->value);
		}
		printf("\n\t");
		escaped(row->what);
		printf("\n\n");
	}
	printf("*--help*\n\tThis list.\n\n");
}

/* Every command whose table has --report may be asked for these. */
static void formats_section(const struct command *command)
{
	const struct option_row *row = command->options;
	const char *name, *what;

	while (row && row->name && strcmp(row->name, "report"))
		row++;
	if (!row || !row->name)
		return;
	printf("# REPORT FORMATS\n\n");
	for (size_t i = 0; report_format_nth(i, &name, &what); i++) {
		printf("*%s*\n\t", name);
		escaped(what);
		printf("\n\n");
	}
}

static void commands_section(void)
{
	printf("# COMMANDS\n\n");
	for (size_t i = 0; cmd_nth(i); i++) {
		printf("*afterclose-%s*(1)\n\t", cmd_nth(i)->name);
		escaped(cmd_nth(i)->what);
		printf("\n\n");
	}
}

static void synopsis(const struct command *command)
{
	printf("# SYNOPSIS\n\n*afterclose %s*", command->name);
	if (command->options)
		printf(" [OPTION...]");
	if (command->operands) {
		printf(" ");
		escaped(command->operands);
	}
	printf("\n\n");
}

static int prose(char **paths)
{
	for (; *paths; paths++) {
		_cleanup_text_ struct text text = {0};
		struct err err;

		if (file_read(*paths, PROSE_MAX, &text, &err) < 0) {
			fprintf(stderr, "manual: %s\n", err.msg);
			return EXIT_USAGE;
		}
		printf("%s\n", text_str(&text));
	}
	return 0;
}

static int page(const struct command *command, char **paths)
{
	int code;

	printf("afterclose-%s(1)\n\n# NAME\n\nafterclose-%s - ", command->name, command->name);
	escaped(command->what);
	printf("\n\n");
	synopsis(command);
	options_section(command);
	formats_section(command);
	code = prose(paths);
	printf("# SEE ALSO\n\n*afterclose*(1)\n");
	return code;
}

static int main_page(char **paths)
{
	int code;

	printf("afterclose(1)\n\n# NAME\n\nafterclose - tests what Linux TCP does after close, on "
	       "real "
	       "kernels\n\n# SYNOPSIS\n\n*afterclose* COMMAND [OPTION...] [OPERAND...]\n\n");
	commands_section();
	code = prose(paths);
	printf("# SEE ALSO\n\n");
	for (size_t i = 0; cmd_nth(i); i++)
		printf("%s*afterclose-%s*(1)", i ? ", " : "", cmd_nth(i)->name);
	printf("\n");
	return code;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return EXIT_USAGE;
	if (!strcmp(argv[1], "afterclose"))
		return main_page(argv + 2);
	for (size_t i = 0; cmd_nth(i); i++) {
		if (!strcmp(cmd_nth(i)->name, argv[1]))
			return page(cmd_nth(i), argv + 2);
	}
	fprintf(stderr, "manual: no command %s\n", argv[1]);
	return EXIT_USAGE;
}
