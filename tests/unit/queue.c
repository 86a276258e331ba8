// SPDX-License-Identifier: GPL-2.0-or-later
/* queue: frames come out when they are due, those due at once in the order they went in. */
#include "netem/queue.h"
#include "base/mem.h"
#include "base/random.h"

#include <criterion/criterion.h>

#define FRAMES 5000

static void push(struct queue *queue, int64_t due_ns, uint32_t n)
{
	struct wire_frame *frame = queue_take(queue);

	frame->due_ns = due_ns;
	frame->n = n;
	queue_push(queue, frame);
}

static uint32_t pop(struct queue *queue)
{
	struct wire_frame *frame = queue_pop(queue);
	uint32_t n = frame->n;

	queue_give_back(queue, frame);
	return n;
}

Test(queue, an_empty_one_has_nothing)
{
	struct queue queue = {0};

	cr_assert_null(queue_pop(&queue));
	cr_assert_eq(queue_due_ns(&queue), INT64_MAX);
	push(&queue, 7, 1);
	cr_assert_eq(queue_due_ns(&queue), 7);
	cr_assert_eq(pop(&queue), 1);
	cr_assert_eq(queue_due_ns(&queue), INT64_MAX);
	queue_free(&queue);
}

Test(queue, those_due_at_once_keep_their_order)
{
	struct queue queue = {0};

	for (uint32_t i = 0; i < FRAMES; i++)
		push(&queue, 100, i);
	for (uint32_t i = 0; i < FRAMES; i++)
		cr_assert_eq(pop(&queue), i);
	queue_free(&queue);
}

/* Pushes and pops mixed, as on a wire: what comes out is never due before what came out last,
 * unless it went in after that. */
Test(queue, the_first_due_comes_out_first)
{
	struct random random = {.state = 5};
	struct queue queue = {0};
	uint32_t pushed = 0, popped = 0;
	int64_t last_due_ns = 0;
	uint64_t last_order = 0;

	while (popped < FRAMES) {
		bool more = pushed < FRAMES && (!queue.n || random_next(&random) % 3);
		struct wire_frame *frame;

		if (more) {
			push(&queue, last_due_ns + (int64_t)(random_next(&random) % 50), pushed++);
			continue;
		}
		frame = queue_pop(&queue);
		cr_assert(frame->due_ns > last_due_ns || (frame->due_ns == last_due_ns &&
							  (frame->order > last_order || !popped)),
			  "frame %u of seed 5", frame->n);
		last_due_ns = frame->due_ns;
		last_order = frame->order;
		popped++;
		queue_give_back(&queue, frame);
	}
	cr_assert_eq(queue.n, 0);
	queue_free(&queue);
}

Test(queue, memory_is_used_again)
{
	struct queue queue = {0};
	struct wire_frame *one = queue_take(&queue), *other = queue_take(&queue);

	cr_assert_neq(one, other);
	queue_give_back(&queue, one);
	cr_assert_eq(queue_take(&queue), one);
	queue_give_back(&queue, one);
	queue_give_back(&queue, other);
	queue_free(&queue);
}
