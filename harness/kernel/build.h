/* SPDX-License-Identifier: GPL-2.0-or-later */
/* build: from a kernel's source, a tree or a tarball, to a User-Mode Linux kernel in the cache. */
#ifndef AFTERCLOSE_KERNEL_BUILD_H
#define AFTERCLOSE_KERNEL_BUILD_H

#include "base/err.h"
#include "kernel/program.h"

#include <stdbool.h>
#include <stdint.h>

#define BUILD_HZ_USUAL 250

struct build_options {
	const char *source; /* a directory or a tarball */
	const char *name;   /* NULL: after the source */
	int64_t hz;	    /* 100, 250 or 1000 */
	int64_t jobs;	    /* 0: one a core */
	bool gcov, debug;
	struct progress progress;
};

/*
 * Build it and add it to the cache. The source is only read. What was built of a directory stays in
 * the cache, so that the next build of it is short; of a tarball nothing stays but the kernel.
 */
int build_uml(const struct build_options *options, char **ret_name, struct err *err);

/* "~/linux-source-6.12.tar.xz" -> "linux-6.12", and "-hz100", "-gcov", "-debug" for what is
 * unusual. */
char *build_name(const struct build_options *options);

#endif
