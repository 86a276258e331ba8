/* SPDX-License-Identifier: GPL-2.0-or-later */
/* err: one error, filled in where it happens and printed once, by a command. */
#ifndef AFTERCLOSE_BASE_ERR_H
#define AFTERCLOSE_BASE_ERR_H

struct err {
	int code; /* a positive errno; 0 while nothing went wrong */
	char msg[1000];
};

/* Fill err with a message; returns -code, so that a caller can `return err_set(...)`. */
int err_set(struct err *err, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The same with errno as the code and its text behind the message. */
int err_sys(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Put "WHAT: " before an error's message; returns -err->code. */
int err_prefix(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
