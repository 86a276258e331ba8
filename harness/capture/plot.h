/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plot: the play that leads to what a trail shows: which calls both ends made, what the wire lost,
 * kept and delivered late, and how much time went by in between. Kernels do the rest by themselves:
 * a retransmission, an ACK, a RST that answers is no step of a play.
 */
#ifndef AFTERCLOSE_CAPTURE_PLOT_H
#define AFTERCLOSE_CAPTURE_PLOT_H

#include "base/err.h"
#include "base/text.h"
#include "capture/trail.h"

#define PLOT_INCARNATIONS_MAX 8
#define PLOT_CHUNKS_MAX	      40   /* of one end in one incarnation */
#define PLOT_CHUNK_LEN_MAX    1400 /* what `send` writes at once */
#define PLOT_STRAYS_MAX	      16
#define PLOT_ISN_FIRST	      1000000U	  /* of the first connection, where numbers matter */
#define PLOT_WAIT_US_MAX      600000000LL /* what a step may wait */

/* What one end wrote into one incarnation, cut where segments begin and end. */
struct plot_flow {
	uint32_t ends[PLOT_CHUNKS_MAX]; /* the offset behind each chunk */
	size_t n, sent;			/* sent: by steps so far */
	unsigned seen[PLOT_CHUNKS_MAX]; /* transmissions so far */
	bool cut;			/* there was more, which is not played */
	bool closed, reset, half;	/* by a step; half: by shutdown */
	const struct seen *fin_out;	/* its FIN was played, and nothing has waited for it */
};

struct plot_incarnation {
	char name[24];
	const struct incarnation *in;
	struct plot_flow flows[2];
	bool opened; /* its step was written */
};

struct plot_stray {
	size_t i; /* of the segment */
	char name[28];
	bool kept, held;    /* by a verb of the wire; else it is crafted */
	bool played;	    /* by a step */
	const char *fate;   /* delivered, dropped, as the receiver's ACKs say; NULL: they do not */
	const char *answer; /* as the fact has it; NULL: not to be said */
};

/* What one end has of the incarnation that came last, as the bench counts it where `inject` names
 * numbers. */
struct plot_view {
	const struct plot_incarnation *pi; /* NULL: none yet */
	uint32_t rcv_nxt, snd_nxt, ts_recent, ts_sent;
	bool received, sent;
};

struct plot {
	struct trail *trail;
	size_t first; /* index of its first incarnation */
	struct plot_incarnation of[PLOT_INCARNATIONS_MAX];
	size_t n;
	struct plot_stray strays[PLOT_STRAYS_MAX];
	size_t n_strays;
	struct plot_view views[2]; /* of both ends, behind the segment that was looked at last */
	int64_t rtt_us;
	int64_t past_us;  /* when the last segment that was looked at came */
	int64_t loose_us; /* the last step's, where it does not wait for what it leads to; or 0 */
	struct text steps;
	int raw; /* the end whose segments are played as they were sent; -1: none */
	unsigned listeners;
	bool listening, listener_unknown; /* unknown: was it there for the last SYN? */
	bool cut; /* not everything is played: positions in the streams differ */
};

/*
 * last: the incarnation to play; those before it that it may depend on are played as well.
 * raw: "client" or "server" is no Linux, so that its segments are steps; NULL: both ends are.
 * Errors: EINVAL there is nothing to play.
 */
int plot_make(struct trail *trail, size_t last, const char *raw, struct plot *ret, struct err *err);
void plot_free(struct plot *plot);
#define _cleanup_plot_ __attribute__((cleanup(plot_free)))

struct plot_incarnation *plot_of(struct plot *plot, const struct seen *seen); /* NULL: none */
const char *plot_host(const struct plot *plot, int end);		      /* client, server */

/* plot_chunk.c: what was written, and cut how. */
void plot_cut(struct plot *plot);
/* The chunk that holds the offset; n where none does. */
size_t plot_chunk_at(const struct plot_flow *flow, uint32_t offset);

/* plot_wire.c: the steps that have the wire lose or keep segments of one incarnation. */
void plot_losses(struct plot *plot, struct plot_incarnation *pi);
struct plot_stray *plot_stray_of(struct plot *plot, size_t i);
/* Which strays there are, and what became of them. */
void plot_find_strays(struct plot *plot);
void plot_stray_step(struct plot *plot, struct plot_stray *stray);

/* plot_view.c: take a segment into what both ends have. */
void plot_view_take(struct plot *plot, const struct seen *seen);
/* 0: no handshake says. */
int64_t plot_rtt_us(const struct plot *plot);

/* plot_open.c: the steps up to an incarnation's `connect`. */
void plot_open(struct plot *plot, struct plot_incarnation *pi);

/* plot_raw.c: an end that is no kernel. isn: of a kernel's SYN; NULL: any. */
void plot_raw_connect(struct plot *plot, const struct plot_incarnation *pi, const char *isn);
void plot_raw_segment(struct plot *plot, size_t i);
/* Is the handshake all of `connect`'s? */
bool plot_raw_whole(const struct plot *plot, const struct plot_incarnation *pi);
bool plot_raw_is(const struct plot *plot, const char *host);

/* A step's line. */
void plot_step(struct plot *plot, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *plot_within(int64_t us, char buf[32]); /* a step's bound */
/* When the incarnation after this one begins, or the trail ends. */
int64_t plot_next_us(const struct plot *plot, const struct plot_incarnation *pi);
/* Let the time pass that went by until this segment. */
void plot_wait(struct plot *plot, int64_t us);

#endif
