// SPDX-License-Identifier: GPL-2.0-or-later
/* main: hands the command line to the table of commands. */
#include "cmd/cmd.h"

int main(int argc, char **argv)
{
	return cmd_main(argc, argv);
}
