/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * inmate: the process side of a program in a host. The child that the worker clones is process 1
 * of a process namespace: it starts the program as its child, passes signals on, reaps, and tells
 * the worker over a channel what ends. It has PDEATHSIG, so that nothing below it outlives the
 * worker. A program has its own mounts: /proc of its namespace, and a tmpfs at WITH_TMP.
 */
#ifndef AFTERCLOSE_PLAY_INMATE_H
#define AFTERCLOSE_PLAY_INMATE_H

#include "play/stand_in.h"
#include "play/with.h"

#include <sys/types.h>

enum { INMATE_IN, INMATE_OUT, INMATE_ERR, INMATE_CHANNEL, N_INMATE_FDS };

enum inmate_what { INMATE_FIRST_ENDED, INMATE_ALL_ENDED };

/* What the worker is told. To the worker's side a byte is a signal for all processes. */
struct inmate_news {
	enum inmate_what what;
	int status; /* of the first process, as wait() has it */
	int others; /* FIRST_ENDED: are any left? */
};

struct inmate {
	int fds[N_INMATE_FDS];
	int netns_fd;
	char *const *words; /* of the program, its braces filled; NULL: the stand-in */
	const struct with *with;
	const struct stand_in *stand_in;
	const char *host, *cell; /* for its environment */
};

/* Clone it. Returns its process id, or -errno. Errors: EPERM no process namespace may be made. */
pid_t inmate_start(const struct inmate *inmate, struct err *err);

#endif
