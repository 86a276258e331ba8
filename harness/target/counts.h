/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * counts: how often a guest's kernel executed each of its arcs, by /sys/kernel/debug/gcov. Only a
 * kernel with CONFIG_GCOV_KERNEL has that, and only the files that were built for it are in there.
 */
#ifndef AFTERCLOSE_TARGET_COUNTS_H
#define AFTERCLOSE_TARGET_COUNTS_H

#include "base/err.h"

/* Mount debugfs. ENOTSUP: this kernel does not count. */
int counts_open(struct err *err);

/* Every count begins at 0 again. */
int counts_reset(struct err *err);

/* Send each file to the runner, a MESSAGE_COUNTS each. */
int counts_send(int fd, struct err *err);

#endif
