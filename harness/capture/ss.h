/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ss: the sockets that `ss -tan` (or -tano, -tani) showed on somebody's machine. */
#ifndef AFTERCLOSE_CAPTURE_SS_H
#define AFTERCLOSE_CAPTURE_SS_H

#include "base/err.h"
#include "lab/diag.h"

#include <stddef.h>

#define SS_SIZE_MAX (64 * 1024 * 1024)
#define SS_ROWS_MAX 500000

struct ss_row {
	struct tuple tuple; /* remote is zero, with port 0, where ss writes "*" */
	enum tcp_state state;
	int line; /* of the file, from 1 */
};

struct ss {
	struct ss_row *of;
	size_t n;
};

/* Errors: those of reading, E2BIG; EINVAL a line that is none of ss, as FILE:LINE. What -i and -e
 * put on lines of their own is passed over. */
int ss_load(const char *path, struct ss *ret, struct err *err);
void ss_free(struct ss *ss);

/* The row of one end's socket; NULL: there was none. */
const struct ss_row *ss_find(const struct ss *ss, const struct tuple *tuple);

size_t ss_count(const struct ss *ss, enum tcp_state state);

#endif
