/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stand_in: what plays an end where no program is given: a small HTTP/1.1 server or client, made of
 * nothing but sockets, so that a program can take either end's place and talk to the other's.
 */
#ifndef AFTERCLOSE_PLAY_STAND_IN_H
#define AFTERCLOSE_PLAY_STAND_IN_H

#include "scenario/grammar.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/* What a client's requests came to: in memory that all of its processes share with the worker. */
struct stand_in_tally {
	int64_t ok, failed;
	int error; /* the first */
};

struct stand_in {
	bool serves;
	struct sockaddr_storage at, other; /* to listen at, or to connect to; other: of `or` */
	socklen_t len;
	bool has_other;
	int64_t idle_ns; /* 0: never */
	unsigned size;
	unsigned requests, at_once;
	int64_t every_ns;
	bool keep_alive, check;
	enum side closer;
	struct stand_in_tally *tally;
};

/* In a process of its own, with one thread. Returns its exit status: 0, or 1 where anything failed.
 * A server ends by a signal; SIGQUIT has it finish what is open. */
int stand_in_run(const struct stand_in *stand_in);

int stand_in_serve(const struct stand_in *stand_in); /* serve.c's part of it */

/* Where the head of a request or an answer ends in these bytes; 0: not yet. */
size_t http_head_end(const char *bytes, size_t len);
/* Does a line of the head begin so, whatever its letters' case? Returns what follows; NULL: none.
 */
const char *http_field(const char *head, const char *begins);
/* Does that line have this word? */
bool http_says(const char *head, const char *begins, const char *word);
/* Content-Length; 0: none. */
size_t http_body_len(const char *head);

#endif
