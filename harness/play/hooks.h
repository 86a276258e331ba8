/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hooks: what the play does with each frame that the wire shows it. */
#ifndef AFTERCLOSE_PLAY_HOOKS_H
#define AFTERCLOSE_PLAY_HOOKS_H

#include "play/stage.h"

extern const struct wire_hooks stage_hooks;

/* Deliver a kept or crafted segment now, log it, and wait for its answer until the deadline. */
int stage_deliver(struct stage *stage, struct kept *kept, enum fate fate, int64_t deadline_ns,
		  struct err *err);

/* A raw end's own segment: counted as one of its end's, logged, and delivered now. */
int stage_send_raw(struct stage *stage, struct wire_frame *frame, struct err *err);

#endif
