/* SPDX-License-Identifier: GPL-2.0-or-later */
/* limits: how many workers this machine bears. */
#ifndef AFTERCLOSE_TARGET_LIMITS_H
#define AFTERCLOSE_TARGET_LIMITS_H

struct err;

/* Raise the soft limit of open files to the hard one. Errors: EMFILE that is too few for a lab. */
int limits_raise(struct err *err);

/* Worker processes at most, by open files and memory; at least 1. */
unsigned limits_workers(void);

/* How many processors we may use. */
unsigned limits_processors(void);

/*
 * Keep this process on the nth of the processors that it may use, counted round. A segment that one
 * end sends from a softirq waits in the backlog of the processor it ran on; were the worker moved
 * to another one, the next segment would overtake it. Where that is refused, all stays as it was.
 */
void limits_stay(unsigned nth);

#endif
