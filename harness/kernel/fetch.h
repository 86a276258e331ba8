/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fetch: stock kernels out of a distribution's archive, by apt and with its signature check. */
#ifndef AFTERCLOSE_KERNEL_FETCH_H
#define AFTERCLOSE_KERNEL_FETCH_H

#include "base/err.h"
#include "kernel/program.h"

struct fetch_options {
	const char *what;    /* "debian:6.1" */
	const char *name;    /* NULL: "debian-6.1" */
	const char *mirror;  /* "http://deb.debian.org/debian bookworm main"; NULL: apt's sources */
	const char *keyring; /* that it is signed with; with a mirror only */
	struct progress progress;
};

/* Download the newest kernel of that series and put it into the cache; nothing is installed. */
int fetch_kernel(const struct fetch_options *options, char **ret_name, struct err *err);

/* The newest of `apt-cache search` lines whose name begins and ends as said; NULL: none. For tests.
 */
char *fetch_newest(const char *lines, const char *prefix, const char *suffix);

#endif
