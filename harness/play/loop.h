/* SPDX-License-Identifier: GPL-2.0-or-later */
/* loop: waits, on descriptors and blocking timers only, with the wire pumped. */
#ifndef AFTERCLOSE_PLAY_LOOP_H
#define AFTERCLOSE_PLAY_LOOP_H

#include "play/stage.h"

#define LOOP_FOREVER INT64_MAX

/* Where work takes time, though time is virtual (qemu), how much it takes differs a little from run
 * to run, and what follows a sleep would come to be on this or that side of a tick, of a
 * millisecond of timestamps, of another end's timer: a FIN takes an ACK along, or is a moment too
 * late for it. Sleeps end on a grid there, a quarter of a millisecond away from where ticks are. */
#define LOOP_GRID_NS (NS_PER_MS / 2)

int loop_open(struct stage *stage, struct err *err);
void loop_close(struct stage *stage);

/* The wire's port got its tap when the loop was open already. */
int loop_watch_tap(struct stage *stage, size_t port, struct err *err);

int loop_add(struct stage *stage, struct source *source, uint32_t events, struct err *err);
void loop_remove(struct stage *stage, struct source *source);

/* Let the wire and every socket read what is there for them, without waiting for more. */
int loop_catch_up(struct stage *stage, struct err *err);

/* What the cell did since the loop's last sleep was a change of its lab, or a program's start or
 * end, for which the kernel takes its time (an RCU grace period, a sanitizer's page tables; more of
 * it on a busy machine): none of that is noise. How late frames are read that came meanwhile still
 * is. */
void loop_worked(struct stage *stage);

/* Looked at after every turn of the loop. */
typedef bool condition_fn(struct stage *stage, void *arg);

/* Wait until the condition holds (1) or the deadline has come (0). cond NULL: only the deadline.
 * Errors: a frame could not be carried, the kernel's tables could not be read. */
int loop_wait(struct stage *stage, condition_fn *cond, void *arg, int64_t deadline_ns,
	      struct err *err);

/* Now and then sleep by up to options->late_ns, as if the machine had not let this process run. */
void loop_be_late(struct stage *stage);

#endif
