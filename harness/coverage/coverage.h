/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * coverage: which lines of a kernel's close path each scenario executed.
 *
 * A guest whose kernel was built with --gcov sends its counts after each cell (target/counts.h).
 * They are summed by scenario, and at the end gcc's gcov makes counts of lines of them, by the
 * notes that the build left in the cache. What is written:
 *
 *   DIR/SCENARIO.info    lcov's format, of every file that counts
 *   DIR/all.info         the same of all scenarios together
 *   DIR/summary.txt      the close path, function by function
 *   DIR/unexecuted.txt   each line of it that no scenario executed
 */
#ifndef AFTERCLOSE_COVERAGE_COVERAGE_H
#define AFTERCLOSE_COVERAGE_COVERAGE_H

#include "base/err.h"
#include "kernel/kernel.h"

#include <stddef.h>

struct coverage;

/* Makes the directory. The caller frees what is returned. */
int coverage_open(const char *dir, struct coverage **ret, struct err *err);
void coverage_close(struct coverage *coverage);

static inline void coverage_cleanup(struct coverage **coverage)
{
	coverage_close(*coverage);
}
#define _cleanup_coverage_ __attribute__((cleanup(coverage_cleanup)))

/* Whose counts they will be. Errors: EDOM it does not count, or they are another's already; ENOENT
 * gcov is missing. */
int coverage_of(struct coverage *coverage, const struct kernel *kernel, struct err *err);

/* A guest's message: the path of a file of its debugfs with the 0, what it holds. */
int coverage_add(struct coverage *coverage, const char *scenario, const char *bytes, size_t len,
		 struct err *err);

/* Write it all; ret_told is a line for a person, which the caller frees. */
int coverage_write(struct coverage *coverage, char **ret_told, struct err *err);

#endif
