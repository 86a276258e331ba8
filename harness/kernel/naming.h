/* SPDX-License-Identifier: GPL-2.0-or-later */
/* naming: what kernels are called, and the spellings KIND:WHAT of the command line. */
#ifndef AFTERCLOSE_KERNEL_NAMING_H
#define AFTERCLOSE_KERNEL_NAMING_H

#include "base/err.h"

#include <stdbool.h>

#define NAMING_LEN_MAX 64

/* Letters, digits and . _ + -, of which only the first two begin a name. */
int naming_check(const char *name, struct err *err);

/* The name that a source or an image gets by itself: "/usr/src/linux-source-6.12.tar.xz" is
 * "linux-6.12", "~/net-next/" is "net-next". The caller frees. */
char *naming_of_source(const char *path);

/* What follows "KIND:", or NULL if spec does not begin so. */
const char *naming_after(const char *spec, const char *kind);

/* A path as a shell would have it, which leaves the ~ of "uml:~/linux" alone. The caller frees. */
char *naming_path(const char *path);

#endif
