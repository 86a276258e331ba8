/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tracefile: counts of lines in the form that lcov and genhtml read (geninfo(1)). */
#ifndef AFTERCLOSE_COVERAGE_TRACEFILE_H
#define AFTERCLOSE_COVERAGE_TRACEFILE_H

#include "coverage/source.h"

/* test: its name, TN. Sources are called by their paths in the kernel's tree. */
void tracefile_add(const char *test, const struct source *sources, size_t n, struct text *out);

#endif
