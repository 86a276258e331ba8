/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * program: what plays an end in place of steps: a program of the command line (with.h), or a
 * built-in stand-in, which is a function (stand_in.h). Both live alike (inmate.h): in the host's
 * network namespace and a process namespace of their own, whose first process is ours. That one
 * dies with the worker, and whatever was started below it dies with that one, forked away or not.
 */
#ifndef AFTERCLOSE_PLAY_PROGRAM_H
#define AFTERCLOSE_PLAY_PROGRAM_H

#include "play/inmate.h"
#include "play/stage.h"
#include "play/stand_in.h"

#define PROGRAM_OUTPUT_MAX (256 * 1024) /* what is kept of each of its outputs: the last of it */

enum program_state { PROGRAM_STARTING, PROGRAM_SERVING, PROGRAM_STOPPING, PROGRAM_STOPPED };

/* The end of what a program wrote. */
struct program_output {
	struct source source;
	struct text text;
	size_t left_out; /* bytes before it */
};

struct program {
	const struct name *name;
	const struct step *step;
	struct endpoint at; /* where it serves, or what it uses; so the next: of `or` */
	struct endpoint other;
	bool serves, has_other, log;
	const struct with *with; /* NULL: a stand-in */
	char **words;		 /* of its command line, its braces filled */
	size_t n_words;
	struct stand_in stand_in;
	pid_t pid; /* of its namespace's first process; 0: not running */
	struct source channel;
	struct program_output outputs[2]; /* stdout, stderr */
	enum program_state state;
	bool ended;	/* its own first process has, since its last start */
	bool has_ended; /* it has at all; status is as wait() has it */
	bool daemon;
	int status;
	int64_t started_ns, stop_ns, ended_ns, ready_ns, outage_ns; /* ready, outage: how long */
};

/* One of `serve` or `load`, not started. */
struct program *program_new(struct stage *stage, const struct step *step, const struct name *name,
			    bool serves);

/* Errors: it cannot be started. What it then does is its own affair. */
int program_start(struct stage *stage, struct program *program, struct err *err);

/* Wait until it listens. Errors: ESRCH it has ended before, ETIME it does not by the deadline; with
 * the end of what it said. */
int program_await_listening(struct stage *stage, struct program *program, int64_t deadline_ns,
			    struct err *err);

/* Signal all of it and wait for all its ends; 1 it is gone, 0 not by the deadline. */
int program_stop(struct stage *stage, struct program *program, int signal, int64_t deadline_ns,
		 struct err *err);

/* Kill it, and read to the end what it had written. */
void program_end(struct stage *stage, struct program *program);

struct program *program_find(const struct stage *stage, const struct name *name);
const struct program *program_load(const struct stage *stage); /* the one started last; NULL */
const struct program *program_serving(const struct stage *stage, uint16_t port); /* NULL: none */
/* "SIGTERM", "SIGRTMIN+3"; returns ret. */
#define SIGNAL_WORD_LEN 24
const char *signal_word(int number, char *ret, size_t size);
const char *program_phase(const struct program *program); /* "starting", "serving", ... */

/* How many sockets of a host there are, of either family where that may serve the cell's: a socket
 * of IPv6 may serve IPv4 (RFC 3493 3.7). filter's family is not looked at. */
int sockets_count(const struct stage *stage, enum host_id host, const struct diag_filter *filter,
		  size_t *ret, struct err *err);

/* The facts of all, while they still hold what they hold. */
int programs_yield(struct stage *stage, struct err *err);

/* End all, and have the record tell of those that are no stand-ins. */
void programs_end(struct stage *stage);
void programs_free(struct stage *stage);

#endif
