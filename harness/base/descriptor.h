/* SPDX-License-Identifier: GPL-2.0-or-later */
/* descriptor: what this process has open, by its own /proc. */
#ifndef AFTERCLOSE_BASE_DESCRIPTOR_H
#define AFTERCLOSE_BASE_DESCRIPTOR_H

#include <stddef.h>

struct err;

/* Set RLIMIT_NOFILE so that exactly `more` further descriptors can be opened: it bounds numbers,
 * and those that are free among the open ones count. Errors: EPERM it may not be raised so far. */
int descriptor_allow(unsigned more, struct err *err);

/* In a child that has one thread: close every descriptor but these (n of them, ascending). */
void descriptor_close_others(const int *keep, size_t n);

#endif
