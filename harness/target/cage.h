/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cage: a process that runs a machine for us: in process and mount namespaces of its own, without
 * privilege, with a tmpfs to write to that no path leads to. It and all that it starts end with the
 * first of its processes, and that one with the runner.
 */
#ifndef AFTERCLOSE_TARGET_CAGE_H
#define AFTERCLOSE_TARGET_CAGE_H

#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>

/*
 * fork() into the cage: 0 in the child, which is process 1 there. Without privilege it is in a user
 * namespace of its own, too. Returns the child's pid or -errno; EPERM says what forbids it.
 */
pid_t cage_fork(struct err *err);

/* In the child, before cage_lock(): a tmpfs as the working directory. */
int cage_enter_tmpfs(struct err *err);

/* In the child: nobody where it was root; what it runs next has no privilege. From here on it dies
 * with the runner. */
int cage_lock(struct err *err);

/* In the child: files become the descriptors 0, 1, 2, ... in their order, of which those from
 * n_kept on are closed on exec; all others are closed. */
int cage_arrange_files(const int *files, unsigned n_files, unsigned n_kept, struct err *err);

#endif
