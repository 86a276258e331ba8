/* SPDX-License-Identifier: GPL-2.0-or-later */
/* netns: network namespaces held by descriptors only, and the user namespace for a caller without
 * privilege. All of it concerns the calling thread. */
#ifndef AFTERCLOSE_LAB_NETNS_H
#define AFTERCLOSE_LAB_NETNS_H

#include "base/err.h"

int netns_current(int *ret_fd, struct err *err); /* a descriptor of the one the caller is in */
int netns_create(int *ret_fd, struct err *err);	 /* and the caller is in it then */
int netns_enter(int fd, struct err *err);

/* Do something in another one, and be back whatever came of it. Returns what visit() did, or the
 * error of getting there. */
int netns_visit(int fd, int (*visit)(void *ctx, struct err *err), void *ctx, struct err *err);

/*
 * Enter a user namespace in which the caller is root, with a network namespace that belongs to it.
 * There is no way back. The calling process must have one thread.
 * Errors: EPERM with what forbids it and the remedy.
 */
int userns_enter(struct err *err);

/* In a process that was made in a user namespace of its own: be there who it was outside. */
int userns_map(unsigned uid, unsigned gid, struct err *err);

/* The error where the kernel gave `code` for namespaces of these kinds (CLONE_NEWUSER and so on),
 * most often a user namespace and what is to be in it. */
int userns_refused(struct err *err, const char *what, int flags, int code);

#endif
