/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * agent: a child that holds one end's socket and closes it where that blocks (a lingering close),
 * or exits with it (the end of a process). Meanwhile the wire goes on. It dies with its parent.
 */
#ifndef AFTERCLOSE_PLAY_AGENT_H
#define AFTERCLOSE_PLAY_AGENT_H

#include "play/stage.h"

struct agent {
	struct source source; /* a channel to the child: its end says that the call returned */
	pid_t pid;
	struct end *end;
	int64_t began_ns;
};

/* The end's socket passes to the child; its close_ns is filled when the call has returned. */
int agent_close(struct stage *stage, struct end *end, bool by_exit, struct err *err);

/* Wait for the agents that exit, with the wire standing still: two ends that close at once have
 * both sent their FINs before either is carried. Errors: ETIME one does not come back. */
int agents_wait_still(struct stage *stage, struct err *err);

/* Are all agents back? */
bool agents_done(struct stage *stage, void *unused);

/* End those that are not, and forget all. */
void agents_free(struct stage *stage);

#endif
