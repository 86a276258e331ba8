/* SPDX-License-Identifier: GPL-2.0-or-later */
/* console: the last lines that a guest's kernel said, for the obituary of a cell. */
#ifndef AFTERCLOSE_TARGET_CONSOLE_H
#define AFTERCLOSE_TARGET_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

#define CONSOLE_SIZE 8192

struct console {
	int fd; /* -1: none */
	size_t len;
	char *bytes; /* the newest ones, len of them, CONSOLE_SIZE at most; NULL: none came */
};

/* Read what is there, without waiting. False at the end. */
bool console_read(struct console *console);

/* From the kernel's panic, or its first warning, on; else its last lines. At most a handful, joined
 * by " | ". Nothing is added where nothing was said. */
struct text;
void console_tell(const struct console *console, struct text *out);

void console_close(struct console *console);

#endif
