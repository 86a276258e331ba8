/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pool: the workers as the runner sees them: started, ordered, heard, killed and reaped. */
#ifndef AFTERCLOSE_TARGET_POOL_H
#define AFTERCLOSE_TARGET_POOL_H

#include "target/channel.h"
#include "target/console.h"
#include "target/guest.h"
#include "target/tell.h"
#include "target/worker.h"

#include <signal.h>

enum worker_state {
	WORKER_NONE,	/* no process */
	WORKER_IDLE,	/* its bench stands, it has no cell */
	WORKER_OPENING, /* it opens its bench, and then plays the cell that it has, if any */
	WORKER_WORKING,
	WORKER_WAITING, /* its cell waits for long */
	WORKER_LEAVING, /* told to go or killed; its process is not yet reaped */
	N_WORKER_STATES,
};

struct worker {
	enum worker_state state;
	pid_t pid;
	struct channel channel;
	struct order order;
	bool ordered;	  /* it has an order */
	int64_t limit_ns; /* of its cell, in real time */
	int64_t started_ns;
	unsigned played;
	bool late; /* killed because its cell ran past its limit */
	bool dead; /* reaped; what it had sent is still being read */
	int status;
	struct guest_process guest; /* where it is one; its channel and console are these */
	struct console console;
	struct told told;
};

struct pool {
	const struct worker_task *task;
	const struct guest_kind *kind; /* NULL: workers are forks of the runner */
	struct guest_boot boot;
	struct worker *workers;
	unsigned n_max;
	unsigned n_of[N_WORKER_STATES];
	struct worker *heard; /* the one whose messages are being taken */
	int epoll_fd, signal_fd;
	sigset_t old_mask;
};

enum pool_event_kind {
	POOL_OPENED,
	POOL_UNABLE,
	POOL_RECORD,
	POOL_COUNTS,  /* which lines the cell's kernel executed in one file */
	POOL_DIED,    /* in the middle of a cell */
	POOL_CHANGED, /* a worker's state; nothing to do but to start cells */
	POOL_INTERRUPTED,
};

struct pool_event {
	enum pool_event_kind kind;
	struct worker *worker; /* with the order it had */
	struct message message;
};

/*
 * Takes SIGINT, SIGTERM and SIGCHLD over. n_max workers at most. kind: what boots the guests, each
 * of them a worker; NULL: workers are forks. The task must stay as long as the pool.
 */
int pool_open(struct pool *ret, const struct worker_task *task, unsigned n_max,
	      const struct guest_kind *kind, const struct guest_boot *boot, struct err *err);

/* Start a worker that has no cell yet, and tell it its task. */
int pool_start(struct pool *pool, int64_t limit_ns, struct err *err);

/* Kill and reap every worker, and give the signals back. */
void pool_close(struct pool *pool);

/* A worker for this order, idle or new; limit_ns of it ends in SIGKILL. place: the one of the
 * pool's that it is to be, or POOL_ANY. Errors: EAGAIN no process can be had now, but some are at
 * work or on their way out. */
#define POOL_ANY UINT32_MAX
int pool_order(struct pool *pool, uint32_t place, struct order order, int64_t limit_ns,
	       struct err *err);

/* Wait for the next thing that happens. */
int pool_next(struct pool *pool, struct pool_event *ret, struct err *err);

/* Tell idle workers to go until no more than `keep` are left. */
void pool_retire(struct pool *pool, unsigned keep);

/* Workers that have a cell. */
unsigned pool_busy(const struct pool *pool);

/* Is there any worker that pool_next() will hear of: with a cell, or on its way out? */
bool pool_lives(const struct pool *pool);

/* Why a worker died, for a person. */
struct text;
void pool_obituary(const struct worker *worker, struct text *out);

#endif
