/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * requests: rtnetlink requests that go to the kernel in one message, which carries them out in
 * their order. It answers those that fail, and the last one.
 */
#ifndef AFTERCLOSE_LAB_REQUESTS_H
#define AFTERCLOSE_LAB_REQUESTS_H

#include "base/err.h"

#include <stddef.h>

struct nl_msg;
struct nl_sock;

#define REQUESTS_MAX	   32
#define REQUESTS_WHAT_SIZE 96

struct requests {
	struct nl_sock *sock;
	size_t n;
	struct nl_msg *of[REQUESTS_MAX];
	char what[REQUESTS_MAX][REQUESTS_WHAT_SIZE];
};

/* Take a request in, which is theirs then. nle: what libnl returned when it was built.
 * The message says what it is for. Errors: libnl's; ENOBUFS if there are REQUESTS_MAX already. */
int requests_add(struct requests *requests, int nle, struct nl_msg *msg, struct err *err,
		 const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Have all of them carried out, and forget them. Errors: the first that the kernel refused, and
 * what it was; those behind it were carried out. */
int requests_send(struct requests *requests, struct err *err);

void requests_free(struct requests *requests);
#define _cleanup_requests_ __attribute__((cleanup(requests_free)))

#endif
