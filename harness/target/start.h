/* SPDX-License-Identifier: GPL-2.0-or-later */
/* start: a new worker's process and its channel. */
#ifndef AFTERCLOSE_TARGET_START_H
#define AFTERCLOSE_TARGET_START_H

#include "target/pool.h"

/* Each fills the worker's pid, channel and console; on an error there is none of them. */
int start_fork(struct pool *pool, struct worker *worker, struct err *err);
int start_guest(struct pool *pool, struct worker *worker, struct err *err);

#endif
