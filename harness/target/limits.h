/* SPDX-License-Identifier: GPL-2.0-or-later */
/* limits: how many workers this machine bears. */
#ifndef AFTERCLOSE_TARGET_LIMITS_H
#define AFTERCLOSE_TARGET_LIMITS_H

struct err;

/* Raise the soft limit of open files to the hard one. Errors: EMFILE that is too few for a lab. */
int limits_raise(struct err *err);

/* Worker processes at most, by open files and memory; at least 1. */
unsigned limits_workers(void);

/* Cells at work at once where nobody says: 2 for each processor that we may use. */
unsigned limits_jobs(void);

#endif
