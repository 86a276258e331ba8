// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_check: owns `afterclose check`: are these scenarios right? Nothing is built. */
#include "cmd/cmd.h"
#include "cmd/suite.h"

static int cmd_check(const struct command *command, char **argv)
{
	_cleanup_texts_ struct texts paths = {0};
	_cleanup_suite_ struct suite suite = {0};
	struct err err;
	int code;

	if (options_parse(command, argv, NULL, &paths, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	code = suite_load(&paths, &suite);
	for (size_t i = 0; i < suite.n_files; i++)
		printf("%s: ok, cells: %zu\n", suite.files[i].path, suite.files[i].n_cells);
	printf("%zu good, %zu bad\n", suite.n_files, suite.n_bad);
	return cmd_flush() ? EXIT_HARNESS : code;
}

const struct command command_check = {
	.name = "check",
	.operands = "[FILE|DIR...]",
	.operands_max = SIZE_MAX,
	.what = "check scenario files: every fact of every cell is settled by exactly one rule",
	.run = cmd_check,
};
