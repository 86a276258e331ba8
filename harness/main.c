// SPDX-License-Identifier: GPL-2.0-or-later
/* main: hands the command line to the table of commands; inside a guest, this program is all there
 * is. */
#include "cmd/cmd.h"
#include "target/guest.h"

#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	/* User-Mode Linux puts more words of its own behind it. */
	if (getpid() == 1 && argc > 1 && !strcmp(argv[1], "guest"))
		guest_main();
	return cmd_main(argc, argv);
}
