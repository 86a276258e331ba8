/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tools: the programs that kernels are built, fetched and run with, and the packages they are in.
 */
#ifndef AFTERCLOSE_KERNEL_TOOLS_H
#define AFTERCLOSE_KERNEL_TOOLS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum tool_use { TOOL_BUILD, TOOL_UNPACK_XZ, TOOL_UNPACK_ZST, TOOL_FETCH, TOOL_QEMU, TOOL_GCOV };

struct tool {
	enum tool_use use;
	const char *program;
	const char *package; /* of Debian and Ubuntu */
	const char *what;    /* what it is for */
};

extern const struct tool tools[];
extern const size_t n_tools;

/* All that this use needs is there; ENOENT names the packages in one line. */
int tools_check(enum tool_use use, struct err *err);

#endif
