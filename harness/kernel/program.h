/* SPDX-License-Identifier: GPL-2.0-or-later */
/* program: runs somebody else's program (make, apt-get, tar) to its end, from an argument vector.
 */
#ifndef AFTERCLOSE_KERNEL_PROGRAM_H
#define AFTERCLOSE_KERNEL_PROGRAM_H

#include "base/err.h"
#include "base/text.h"

/* How a long job tells what it is at; line is borrowed. */
struct progress {
	void (*say)(const char *line, void *ctx); /* NULL: nobody wants to know */
	void *ctx;
};

struct program {
	const char *const *argv; /* ends with NULL; found through PATH */
	const char *name;	 /* what an error calls it; NULL: argv[0] */
	const char *noise;	 /* how lines begin that no error quotes; NULL: none */
	const char *dir;	 /* to run it in; NULL: here */
	const char *log;	 /* a file that gets all it prints; NULL: none */
	struct text *ret_output; /* gets all it prints on standard output; NULL: nobody */
	const struct progress *progress;
};

/*
 * Run it and wait for its end. Its standard input is /dev/null; it is in a process group of its
 * own, which ends with us. Errors: EINTR when SIGINT, SIGTERM or SIGHUP came (the group was ended,
 * and killed where that took more than 2 s or another signal came);
 * ECHILD when it failed (with the last lines of what it printed).
 */
int program_run(const struct program *program, struct err *err);

/* Hold these signals back until the process ends, so that only program_run() sees them and whoever
 * holds something half-made can take it away. */
void program_hold_signals(void);

/* Whether the shell would find it. */
int program_is_there(const char *name);

#endif
