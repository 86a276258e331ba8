// SPDX-License-Identifier: GPL-2.0-or-later
/* mem: owns what happens when memory runs out: one line, and abort. */
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

static void *mem_check(void *p)
{
	static const char said[] = "afterclose: out of memory\n";

	if (p)
		return p;
	if (write(STDERR_FILENO, said, sizeof(said) - 1) < 0)
		abort();
	abort();
}

void *mem_zalloc(size_t size)
{
	return mem_check(calloc(1, size ? size : 1));
}

void *mem_resize(void *old, size_t count, size_t size)
{
	return mem_check(reallocarray(old, count ? count : 1, size ? size : 1));
}

void *mem_grow(void *old, size_t n, size_t size)
{
	return n & (n - 1) ? old : mem_resize(old, n ? n * 2 : 1, size);
}

char *mem_strdup(const char *s)
{
	return mem_check(strdup(s));
}

/* Not strndup(): a strict AddressSanitizer has that read on to the end of the string. */
char *mem_strndup(const char *s, size_t len)
{
	size_t n = strnlen(s, len);
	char *copy = mem_zalloc(n + 1);

	memcpy(copy, s, n);
	return copy;
}

char *mem_printf(const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	va_end(ap);
	return mem_check(s);
}
