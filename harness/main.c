// SPDX-License-Identifier: GPL-2.0-or-later
/* main: hands the command line to the table of commands; inside a guest, this program is all there
 * is. */
#include "cmd/cmd.h"
#include "target/guest.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* Kernels put words of their own command line before it, User-Mode Linux others behind it. */
static bool is_guest(char **argv)
{
	if (getpid() != 1)
		return false;
	while (*argv && strcmp(*argv, "guest"))
		argv++;
	return *argv;
}

int main(int argc, char **argv)
{
	if (is_guest(argv))
		guest_main();
	return cmd_main(argc, argv);
}
