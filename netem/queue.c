// SPDX-License-Identifier: GPL-2.0-or-later
/* queue: owns the heap of frames by when they are due. */
#include "netem/queue.h"
#include "base/mem.h"

struct wire_frame *queue_take(struct queue *queue)
{
	struct wire_frame *frame = queue->unused;

	if (!frame)
		return mem_zalloc(sizeof(*frame));
	queue->unused = frame->next;
	return frame;
}

void queue_give_back(struct queue *queue, struct wire_frame *frame)
{
	frame->next = queue->unused;
	queue->unused = frame;
}

static bool frame_before(const struct wire_frame *a, const struct wire_frame *b)
{
	return a->due_ns < b->due_ns || (a->due_ns == b->due_ns && a->order < b->order);
}

void queue_push(struct queue *queue, struct wire_frame *frame)
{
	size_t i = queue->n++;

	if (queue->n > queue->size) {
		queue->size = queue->size ? queue->size * 2 : 64;
		queue->heap = mem_resize(queue->heap, queue->size, sizeof(*queue->heap));
	}
	frame->order = queue->order++;
	for (; i && frame_before(frame, queue->heap[(i - 1) / 2]); i = (i - 1) / 2)
		queue->heap[i] = queue->heap[(i - 1) / 2];
	queue->heap[i] = frame;
}

struct wire_frame *queue_pop(struct queue *queue)
{
	struct wire_frame *first, *last;
	size_t i = 0;

	if (!queue->n)
		return NULL;
	first = queue->heap[0];
	last = queue->heap[--queue->n];
	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= queue->n)
			break;
		if (child + 1 < queue->n &&
		    frame_before(queue->heap[child + 1], queue->heap[child]))
			child++;
		if (!frame_before(queue->heap[child], last))
			break;
		queue->heap[i] = queue->heap[child];
		i = child;
	}
	queue->heap[i] = last;
	return first;
}

int64_t queue_due_ns(const struct queue *queue)
{
	return queue->n ? queue->heap[0]->due_ns : INT64_MAX;
}

void queue_free(struct queue *queue)
{
	for (size_t i = 0; i < queue->n; i++)
		free(queue->heap[i]);
	while (queue->unused)
		free(queue_take(queue));
	free(queue->heap);
	*queue = (struct queue){0};
}
