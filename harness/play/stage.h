/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stage: everything of one play while it runs: the lab, the wire, the connections, what was kept
 * and seen. One thread, one epoll loop: while a step waits, the wire is pumped. What would block
 * (a lingering close, the exit of a process) is done by an agent, a child of this process.
 */
#ifndef AFTERCLOSE_PLAY_STAGE_H
#define AFTERCLOSE_PLAY_STAGE_H

#include "base/random.h"
#include "lab/counter.h"
#include "lab/lab.h"
#include "netem/wire.h"
#include "play/conn.h"
#include "play/ends.h"
#include "play/identity.h"
#include "play/log.h"
#include "play/play.h"
#include "play/source.h"
#include "play/story.h"
#include "play/verb.h"

#include <jansson.h>
#include <sys/resource.h>

struct agent;
struct drops;
struct turned;

struct listener {
	const struct name *name; /* NULL: not named */
	enum host_id host;
	struct tuple tuple; /* only its local half */
	bool wildcard;	    /* and of that only the port */
	int error, told; /* errno of bind() or listen(), and of its end where it is killed; or 0 */
	bool accepts, defers, killed;
	unsigned accepted; /* how many connections */
	struct source source;
};

struct stage {
	const struct cell *cell;
	const struct play_options *options;
	json_t *record;
	json_t *times;	      /* the part of it that times go to */
	struct lab_spec spec; /* what it was built by */
	struct lab lab;
	struct wire wire;
	struct log log;
	struct drops *drops; /* the kernel's drop monitor; NULL: no rule asks for it */
	int epoll_fd, timer_fd;
	int64_t start_ns;
	struct random luck;  /* of when it is late, as options->late_ns wants it */
	int64_t noise_ns;    /* the longest that this process was late, or did not come to run */
	int64_t woken_ns;    /* when the loop last came back from a sleep */
	int64_t timer_ns;    /* what the loop's timer is set to */
	bool waits;	     /* options->watch was told so */
	bool on_grid;	     /* sleeps end on a grid (loop.c) */
	bool wire_ready;     /* frames may wait to be read */
	struct err failure;  /* of the wire or the kernel's tables, inside a hook */
	struct note arrived; /* what the frame is that arrived last */
	struct identities identities; /* of frames on links that draw */
	uint32_t cause;		      /* the segment whose delivery is being answered; LOG_NONE */
	int cause_to;		      /* the port it was delivered to */
	struct conn **conns;
	size_t n_conns;
	struct ends ends; /* of the connections that have a four-tuple */
	struct listener **listeners;
	size_t n_listeners;
	struct agent **agents;
	size_t n_agents;
	struct verb *verbs;
	size_t n_verbs;
	struct kept *kept;
	size_t n_kept;
	struct kept *awaiting; /* the kept segment whose answer a step waits for */
	struct rlimit nofile;  /* before `ulimit` changed it; rlim_cur 0: it did not */
	struct turned *turned; /* sysctls of the whole kernel (turn.h) */
	size_t n_turned;
	unsigned anonymous;	   /* connections of `repeat` and of programs, which have no name */
	struct program **programs; /* of `serve` and `load`, in their order */
	size_t n_programs;
	struct stories stories;
};

/* The cell's lab, its sysctls set, and its wire, with nobody on it. Errors: ECANCELED where `skip`
 * in the record says what this kernel lacks. stage_close() is due in either case. */
int stage_open(struct bench *bench, const struct cell *cell, const struct play_options *options,
	       json_t *record, struct stage *ret, struct err *err);
void stage_close(struct stage *stage);

/* Facts that a step yields at once. */
void stage_fact_word(struct stage *stage, const char *name, const char *suffix, const char *word);
void stage_fact_number(struct stage *stage, const char *name, const char *suffix, int64_t number);
void stage_fact_duration(struct stage *stage, const char *name, const char *suffix, int64_t ns);

/* What this kernel or machine lacks, so that the cell cannot be played: -ECANCELED. */
int stage_skip(struct stage *stage, const char *why);

/* A wait that was not reached: it fails the cell, and the play goes on. */
void stage_missed(struct stage *stage, const struct step *step, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

uint64_t stage_seed(const struct stage *stage); /* a cell has its own luck, the same in each run */
struct conn *stage_conn(struct stage *stage, const struct name *name); /* NULL: not opened */

/* The table of steps: one function each, in the order of enum step_kind. */
typedef int step_fn(struct stage *stage, const struct step *step, const struct argval *args,
		    struct err *err);
extern step_fn *const step_fns[N_STEP_KINDS];

step_fn step_raw, step_listen, step_unlisten, step_connect, step_repeat, step_send, step_reading,
	step_shutdown, step_settle, step_close, step_await, step_hear, step_wait, step_phase,
	step_look, step_count, step_sockstat, step_verb, step_release, step_inject, step_kill,
	step_sysctl, step_knob, step_ulimit, step_link, step_nat, step_conntrack, step_forget,
	step_balance, step_serve, step_load, step_stop, step_start, step_finish, step_replace,
	step_route, step_icmp, step_accept, step_steer;

#endif
