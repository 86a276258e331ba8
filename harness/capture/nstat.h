/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nstat: the counters that `nstat -az`, or `netstat -s`, showed on somebody's machine. */
#ifndef AFTERCLOSE_CAPTURE_NSTAT_H
#define AFTERCLOSE_CAPTURE_NSTAT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NSTAT_SIZE_MAX (1024 * 1024)
#define NSTAT_ROWS_MAX 4096

struct nstat_row {
	char *name; /* as a scenario calls it: PAWSEstab, OutRsts */
	int64_t value;
	int line;
};

struct nstat {
	struct nstat_row *of;
	size_t n;
};

/* Counters of other protocols are passed over. Errors: those of reading, E2BIG; EINVAL a line that
 * is none of either program, as FILE:LINE. */
int nstat_load(const char *path, struct nstat *ret, struct err *err);
void nstat_free(struct nstat *nstat);

/* False: it was not told. */
bool nstat_find(const struct nstat *nstat, const char *name, int64_t *ret);

#endif
