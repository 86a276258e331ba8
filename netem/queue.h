/* SPDX-License-Identifier: GPL-2.0-or-later */
/* queue: the frames under way on a wire, in the order in which they are due, and the memory of
 * those that were delivered, which is used again. */
#ifndef AFTERCLOSE_NETEM_QUEUE_H
#define AFTERCLOSE_NETEM_QUEUE_H

#include "netem/frame.h"

/* A frame on the wire. The hooks may read it; whoever wants to keep it copies it. */
struct wire_frame {
	struct wire_frame *next; /* among unused ones */
	int64_t due_ns;
	uint64_t order;	 /* among frames due at once */
	int from, to;	 /* ports; from is WIRE_PORT_NONE for a tap */
	uint32_t n;	 /* the hook's own number for it */
	void *sender;	 /* and whose it is; the wire does not look at it */
	int64_t at_ns;	 /* when it was read */
	int64_t late_ns; /* from its arrival at the wire until then */
	bool damaged;	 /* the link corrupted it, so that its receiver will discard it */
	bool together;	 /* it was not the only one that had come to its host */
	size_t len;
	struct segment seg; /* its payload points into bytes */
	uint8_t bytes[FRAME_SIZE_MAX];
};

struct queue {
	struct wire_frame **heap;
	size_t n, size;
	uint64_t order;
	struct wire_frame *unused; /* a list */
};

/* A frame to fill; what it held before may still be there. The caller's, until it is pushed. */
struct wire_frame *queue_take(struct queue *queue);
void queue_give_back(struct queue *queue, struct wire_frame *frame);

void queue_push(struct queue *queue, struct wire_frame *frame);

/* The one that is due first; of those due at once the one that was pushed first. NULL: none. */
struct wire_frame *queue_pop(struct queue *queue);
int64_t queue_due_ns(const struct queue *queue); /* INT64_MAX: none */
void queue_free(struct queue *queue);

#endif
