/* SPDX-License-Identifier: GPL-2.0-or-later */
/* close_path: what is told of the functions in ci/kernels/close-path.txt. */
#ifndef AFTERCLOSE_COVERAGE_CLOSE_PATH_H
#define AFTERCLOSE_COVERAGE_CLOSE_PATH_H

#include "coverage/source.h"

/* A row a function, a row a file: how many of its lines were executed. */
void close_path_summary(const struct source *sources, size_t n, struct text *out);

/* Each line that was not: "FILE:LINE FUNCTION: TEXT", its words by one blank each. */
void close_path_unexecuted(const struct source *sources, size_t n, struct text *out);

/* Of all of it. */
struct share close_path_share(const struct source *sources, size_t n);

#endif
