/* SPDX-License-Identifier: GPL-2.0-or-later */
/* worker: the process that plays cells, one at a time, and keeps its bench from cell to cell. */
#ifndef AFTERCLOSE_TARGET_WORKER_H
#define AFTERCLOSE_TARGET_WORKER_H

#include "play/play.h"
#include "target/channel.h"
#include "target/task.h"

#include <sys/types.h>

/* Die with the runner from now on. A change of credentials forgets this: call it again after one.
 */
void worker_die_with(pid_t runner);

/* Play a job as the task says. New reference to its record. */
json_t *worker_play(struct bench *bench, const struct job *job, const struct worker_task *task,
		    const struct play_watch *watch);
int worker_send(int fd, enum message_kind kind, const json_t *object); /* as JSON; -errno */

/* Open a bench and play what is ordered over fd until the other side shuts it. Never returns. */
void worker_main(int fd, pid_t runner, const struct worker_task *task) __attribute__((noreturn));

#endif
