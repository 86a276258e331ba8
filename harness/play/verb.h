/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb: what a play asked the wire to do to exactly chosen segments, and the segments it kept. */
#ifndef AFTERCLOSE_PLAY_VERB_H
#define AFTERCLOSE_PLAY_VERB_H

#include "netem/wire.h"
#include "play/flow.h"
#include "play/standing.h"

#include <pcap/pcap.h>

struct verb {
	enum step_kind kind;
	const struct name *conn; /* NULL: any */
	bool has_from;
	enum side from;
	enum segment_kind segment;
	size_t data;	       /* 0: any */
	unsigned transmission; /* 0: any */
	unsigned left;	       /* how many more it may take */
	unsigned taken;
	bool has_filter;
	struct bpf_program filter;
	const struct name *name; /* what it keeps or counts under; NULL */
	int64_t delay_ns;
};

/* A segment that was kept, or crafted. */
struct kept {
	const struct name *name;
	struct wire_frame *frame; /* NULL: none matched yet */
	struct note note;
	uint32_t n; /* its number in the log */
	bool released;
	struct conn *into;  /* the incarnation that lived when it was released */
	size_t read_before; /* bytes that its receiver had read by then */
	uint32_t released_n;
	bool crafted;
	bool counts;	    /* a step waits for all its answers, not for the first */
	struct standing at; /* where its receiver stood */
	unsigned answers;
	const char *answer;	    /* what kind the first one was; NULL: none yet */
	struct text numbers, tsecr; /* and its numbers (standing.h) */
	uint8_t tos, ip_options, extensions;
	const char *label, *signature;
};

/* Add a verb to the stage. Errors: EINVAL a filter that does not compile. */
int verb_add(struct stage *stage, const struct step *step, const struct argval *args,
	     struct err *err);

/* The first verb that this segment is for, counted as taken; NULL: none. */
struct verb *verb_match(struct stage *stage, const struct wire_frame *frame,
			const struct note *note);
void verbs_free(struct stage *stage);

struct kept *kept_find(struct stage *stage, const struct name *name);
struct kept *kept_add(struct stage *stage, const struct name *name);

/* Put a copy of the frame into its keeping. */
void kept_fill(struct kept *kept, const struct wire_frame *frame, const struct note *note,
	       uint32_t n);

/* A segment came from the receiver of the kept segment that a step waits on. */
void kept_answered(struct kept *kept, const struct wire_frame *answer);

#endif
