/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shadow: a directory of symbolic links that looks like a source tree, but for the files we edit.
 */
#ifndef AFTERCLOSE_KERNEL_SHADOW_H
#define AFTERCLOSE_KERNEL_SHADOW_H

#include "base/err.h"

/*
 * Make `shadow` show each source file of `tree` (absolute), by a link of its own; what a build has
 * left there, and what edit_is_ours(), is not linked; directories above that are directories, even
 * where the tree has a link. A second call follows what has changed: files that are new or gone.
 * The tree is only read.
 */
int shadow_link(const char *tree, const char *shadow, struct err *err);

#endif
