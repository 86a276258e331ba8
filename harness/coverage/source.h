/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source: a C file of the kernel: its lines, its functions, how often each line was executed. */
#ifndef AFTERCLOSE_COVERAGE_SOURCE_H
#define AFTERCLOSE_COVERAGE_SOURCE_H

#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/* Lines are counted from 1. */
struct function {
	char *name;
	size_t first, last; /* the line of its name, or of what stands before; that of its } */
};

struct source {
	char *name; /* "net/ipv4/tcp.c" */
	char *text;
	size_t n_lines;
	struct line {
		const char *text; /* of len bytes, without its newline */
		size_t len;
		bool code;	/* it has some that gcov counts */
		uint64_t count; /* how often it was executed */
	} * lines;		/* n_lines + 1, the first unused */
	struct function *functions;
	size_t n_functions;
};

/* Takes the text of the file. Functions are found by the kernel's style: a definition begins in the
 * first column, and so do its braces. */
void source_read(const char *name, char *text, struct source *ret);
void source_free(struct source *source);

/* All counts are 0 again, and no line has code. */
void source_clear(struct source *source);

/* NULL: it has none of this name. */
const struct function *source_function(const struct source *source, const char *name);

/* Lines with code from first to last, and how many of them were executed. */
struct share {
	size_t executed, all;
};
struct share source_share(const struct source *source, size_t first, size_t last);

#endif
