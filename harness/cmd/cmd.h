/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd: the command line. Commands and options are tables; usage texts are printed from them.
 * One file a subcommand (cmd_run.c, cmd_list.c, ...); each is `int cmd_NAME(argc, argv)` and
 * returns the exit code.
 */
#ifndef AFTERCLOSE_CMD_CMD_H
#define AFTERCLOSE_CMD_CMD_H

#include "base/exit.h"

int cmd_main(int argc, char **argv);

#endif
