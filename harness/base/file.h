/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file: a whole file: read as a text, with a bound on its size, or written. */
#ifndef AFTERCLOSE_BASE_FILE_H
#define AFTERCLOSE_BASE_FILE_H

#include "base/err.h"
#include "base/text.h"

/* Errors: those of opening and reading; E2BIG more than max bytes; EINVAL a zero byte. */
int file_read(const char *path, size_t max, struct text *ret, struct err *err);

/* In the place of what was there. Errors: those of opening and writing. */
int file_write(const char *path, const void *bytes, size_t len, struct err *err);

#endif
