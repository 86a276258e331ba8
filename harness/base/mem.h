/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mem: allocation that cannot fail (it aborts: nothing useful can be done without memory, and a
 * cell's worker dying is an `error` of that one cell), and the cleanup attributes.
 */
#ifndef AFTERCLOSE_BASE_MEM_H
#define AFTERCLOSE_BASE_MEM_H

#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

void *mem_zalloc(size_t size);
void *mem_resize(void *old, size_t count, size_t size); /* reallocarray, or abort */

/* old, an array of n, with room for one more behind them. Room doubles where n is a power of two,
 * so that n elements, each taken in so from none on, cost what n cost. */
void *mem_grow(void *old, size_t n, size_t size);
char *mem_strdup(const char *s);
char *mem_strndup(const char *s, size_t len);
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static inline void mem_cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void mem_cleanup_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define _cleanup_(f)   __attribute__((cleanup(f)))
#define _cleanup_free_ _cleanup_(mem_cleanup_free)
#define _cleanup_fd_   _cleanup_(mem_cleanup_close)

#define ARRAY_SIZE(a)  (sizeof(a) / sizeof((a)[0]))

#endif
