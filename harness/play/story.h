/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * story: what became of each connection that a program made. No step named it: it begins with a SYN
 * that the wire sees, and all that is known of it is what the wire saw. Of each load there is a
 * sum, and of each connection that did not go well a line.
 */
#ifndef AFTERCLOSE_PLAY_STORY_H
#define AFTERCLOSE_PLAY_STORY_H

#include "play/flow.h"

#include <jansson.h>

#define STORIES_MAX 250000 /* connections of one play: 300 MiB */

struct program;

enum story_end { STORY_SYN, STORY_OPEN, STORY_CLOSED, STORY_REFUSED, STORY_RESET, N_STORY_ENDS };

struct story {
	struct conn *conn;
	struct story *next;		    /* of the same play, in the order of their SYNs */
	const struct program *load, *serve; /* whose it is; serve NULL: nothing serves that port */
	enum story_end end;
	int64_t syn_ns, opened_ns, ended_ns;
	int64_t asked_ns; /* the client's first data since the server's last arrived; 0: none */
	int64_t answer_ns_max;
	uint32_t seen[2];    /* SND.NXT of each end, as far as its bytes are counted */
	uint64_t bytes[2];   /* of each end's stream */
	bool client_last;    /* the last data was the client's */
	enum side reset_by;  /* STORY_RESET */
	bool met_closed;     /* reset by the server behind its own FIN */
	const char *serving; /* what was up with the server's program when it ended; NULL: none */
};

/* All of one play. */
struct stories {
	struct story *first, **last;
	const struct story *newest;
	size_t n, n_living; /* living: neither refused, reset nor closed */
	int64_t moved_ns;   /* when a segment of one came last */
};

/* A SYN of a four-tuple or an incarnation that nobody knows, while a load is at work, begins one.
 */
void story_begin(struct stage *stage, const struct segment *seg, int64_t at_ns);

/* A segment of a connection that has a story left its end, or reached the other. */
void story_sent(struct stage *stage, const struct note *note, const struct segment *seg,
		int64_t at_ns);
void story_reached(struct stage *stage, const struct end *sender, const struct segment *seg);

/* The facts of one load, and in the record's volatile part the lines of what did not go well. */
void stories_yield(struct stage *stage, const struct program *load);
json_t *stories_failed(const struct stage *stage);

void stories_free(struct stories *stories);

#endif
