/* SPDX-License-Identifier: GPL-2.0-or-later */
/* start: a new worker's process and its channel. */
#ifndef AFTERCLOSE_TARGET_START_H
#define AFTERCLOSE_TARGET_START_H

#include "target/pool.h"

/* The path of this program's own file. Errors: ESTALE it is no longer there. The caller frees. */
int start_own_program(char **ret, struct err *err);

/* Is this still the file of the program that runs? Guests are started from it all through a run.
 * Errors: ESTALE it was replaced or removed. */
int start_check_program(const char *path, struct err *err);

/* Each fills the worker's pid, channel and console; on an error there is none of them. */
int start_fork(struct pool *pool, struct worker *worker, struct err *err);
int start_guest(struct pool *pool, struct worker *worker, struct err *err);

#endif
