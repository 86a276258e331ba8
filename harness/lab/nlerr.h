/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nlerr: libnl's error codes as errno. */
#ifndef AFTERCLOSE_LAB_NLERR_H
#define AFTERCLOSE_LAB_NLERR_H

#include "base/err.h"

#include <stddef.h>
#include <sys/types.h>

/* nle: what a libnl function returned, negative or not. Returns a positive errno, EIO if unknown.
 */
int nlerr_errno(int nle);

/* Fill err with a message, libnl's reason behind it, and nle as errno; returns -err->code. */
int nlerr_set(struct err *err, int nle, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* A connected socket, owned by the caller (nl_socket_free()); NULL on an error. nl_connect()'s own
 * code hides why there is none ("what" it was). */
struct nl_sock;
int nlerr_open(int protocol, const char *what, struct nl_sock **ret, struct err *err);

/* One datagram of answers, whatever signal comes. Returns its length. Errors: recv()'s, of what. */
ssize_t nlerr_receive(int fd, void *buf, size_t size, const char *what, struct err *err);

/* The errno of an NLMSG_ERROR (0: an acknowledgement), -1 for any other message. */
struct nlmsghdr;
int nlerr_answer(const struct nlmsghdr *header);

#endif
