/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exit: the program's exit codes (design section 8). */
#ifndef AFTERCLOSE_BASE_EXIT_H
#define AFTERCLOSE_BASE_EXIT_H

enum exit_code {
	EXIT_PASS = 0,
	EXIT_FAIL = 1,
	EXIT_USAGE = 2,
	EXIT_INCONCLUSIVE = 3,
	EXIT_NOTHING_RAN = 4,
	EXIT_HARNESS = 99,
	EXIT_UNTESTABLE = 125, /* --bisect: all but 0 and 1 */
	EXIT_INTERRUPTED = 130,
	EXIT_UNREAD = 141, /* as a shell says that SIGPIPE ended it: nobody reads standard output */
};

#endif
