/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kmsg: what a guest's kernel warned of while a cell ran. */
#ifndef AFTERCLOSE_TARGET_KMSG_H
#define AFTERCLOSE_TARGET_KMSG_H

#include "base/err.h"

#include <stddef.h>

/* From now on. Errors: this kernel has no /dev/kmsg. */
int kmsg_open(int *ret_fd, struct err *err);

/* The first warning since the last call, or NULL. Reads all that there is. The caller frees. */
char *kmsg_warning(int fd);

/* Is this text of a record of /dev/kmsg a warning that a kernel gives of itself? */
const char *kmsg_line_warning(const char *line);

#endif
