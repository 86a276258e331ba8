/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file: a whole file: read as a text, with a bound on its size, or written. */
#ifndef AFTERCLOSE_BASE_FILE_H
#define AFTERCLOSE_BASE_FILE_H

#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

/* Errors: those of opening and reading; E2BIG more than max bytes; EINVAL a zero byte. */
int file_read(const char *path, size_t max, struct text *ret, struct err *err);

/* Are both of the same file, by whatever name? */
bool file_is_same(const struct stat *a, const struct stat *b);

/* In the place of what was there. Errors: those of opening and writing. */
int file_write(const char *path, const void *bytes, size_t len, struct err *err);

/* Open for writing and held until it is closed, so that two runs do not mix what they write; what
 * was there stays until file_empty(). Errors: those of opening; EBUSY somebody else holds it. */
int file_take(const char *path, FILE **ret, struct err *err);
int file_empty(FILE *file, const char *path, struct err *err);

#endif
