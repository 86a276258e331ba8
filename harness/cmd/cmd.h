/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd: the command line. Commands and options are tables; usage texts are printed from them.
 * One file a subcommand (cmd_run.c, cmd_list.c, ...); each is `int cmd_NAME(argc, argv)` and
 * returns the exit code.
 */
#ifndef AFTERCLOSE_CMD_CMD_H
#define AFTERCLOSE_CMD_CMD_H

/* Exit codes (design section 8). */
enum exit_code {
	EXIT_PASS = 0,
	EXIT_FAIL = 1,
	EXIT_USAGE = 2,
	EXIT_INCONCLUSIVE = 3,
	EXIT_NOTHING_RAN = 4,
	EXIT_HARNESS = 99,
	EXIT_UNTESTABLE = 125, /* --bisect: all but 0 and 1 */
	EXIT_INTERRUPTED = 130,
};

int cmd_main(int argc, char **argv);

#endif
