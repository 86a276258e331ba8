/* SPDX-License-Identifier: GPL-2.0-or-later */
/* listener: the end of a listening socket that a step, or its host's, closes. */
#ifndef AFTERCLOSE_PLAY_LISTENER_H
#define AFTERCLOSE_PLAY_LISTENER_H

#include "play/stage.h"

void listener_close(struct stage *stage, struct listener *listener);

#endif
