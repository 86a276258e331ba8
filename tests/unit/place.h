/* SPDX-License-Identifier: GPL-2.0-or-later */
/* place: a directory for one test's files, which is the cache's as well. */
#ifndef AFTERCLOSE_UNIT_PLACE_H
#define AFTERCLOSE_UNIT_PLACE_H

#include "base/mem.h"
#include "kernel/files.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char place[64];

static inline void place_make(void)
{
	snprintf(place, sizeof(place), "/tmp/afterclose-kernel-XXXXXX");
	cr_assert(mkdtemp(place));
	setenv("XDG_CACHE_HOME", place, 1);
}

static inline void place_remove(void)
{
	struct err err;

	cr_expect_eq(files_remove(place, &err), 0, "%s", err.msg);
}

/* A file below the place, with the directories that lead to it. */
static inline char *file_make(const char *name, const char *bytes, size_t len)
{
	char *path = mem_printf("%s/%s", place, name);
	_cleanup_free_ char *dir = mem_strndup(path, strrchr(path, '/') - path);
	struct err err;

	cr_assert_eq(files_mkdir(dir, &err), 0, "%s", err.msg);
	cr_assert_eq(files_write(path, bytes, len, &err), 0, "%s", err.msg);
	return path;
}

static inline void text_file_make(const char *name, const char *text)
{
	free(file_make(name, text, strlen(text)));
}

#endif
