/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * edit: what becomes of a kernel's source before it is built as a guest: edits by text and not by
 * line, so that they hold from 5.10 to today. The files of ci/kernels are part of the program.
 */
#ifndef AFTERCLOSE_KERNEL_EDIT_H
#define AFTERCLOSE_KERNEL_EDIT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct kernel_file {
	const char *name; /* in ci/kernels */
	const char *text;
};

extern const struct kernel_file kernel_files[];
extern const size_t n_kernel_files;

const char *kernel_file_text(const char *name); /* of one that is known to be there */

/* Whether `path` (in the tree) is a file that an edit changes or adds. */
bool edit_is_ours(const char *path);

/* Whether such a file lies below the directory `dir` (in the tree). */
bool edit_is_below(const char *dir);

/*
 * Read the tree's files, edit them, write what came out into the shadow; what has not changed keeps
 * its time. Errors: EINVAL says which file of the tree is not as expected; ENOTDIR that the shadow
 * has a link where a file would be written through it.
 */
int edit_apply(const char *tree, const char *shadow, int hz, struct err *err);

#endif
