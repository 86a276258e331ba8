/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gcov: gcc's program of that name, which knows how .gcno and .gcda make counts of lines. */
#ifndef AFTERCLOSE_COVERAGE_GCOV_H
#define AFTERCLOSE_COVERAGE_GCOV_H

#include "coverage/source.h"

/* Run it in dir, where NAME.gcda and NAME.gcno lie for each source NAME.c; adds to their counts. */
int gcov_run(const char *dir, struct source *sources, size_t n, struct err *err);

/* The same of what it printed: a JSON document a line. What belongs to other files, headers say, is
 * left out. EPROTO: not what gcov prints. */
int gcov_take(const char *printed, struct source *sources, size_t n, struct err *err);

#endif
