/* SPDX-License-Identifier: GPL-2.0-or-later */
/* enter: a person's shell in a host of the lab. */
#ifndef AFTERCLOSE_PLAY_ENTER_H
#define AFTERCLOSE_PLAY_ENTER_H

#include "play/stage.h"

/* The wire is pumped meanwhile. Errors: those of fork(), and of the wire. */
int enter_shell(struct stage *stage, enum host_id host, struct err *err);

#endif
