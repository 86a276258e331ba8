/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * translate: which connection a segment belongs to whose four-tuple a router has changed. The wire
 * is outside; a client's socket has the four-tuple of inside. The router's own conntrack is asked
 * for each SYN, since only there it is written which of them belong together, and from then on the
 * client's end is found by either.
 */
#ifndef AFTERCLOSE_PLAY_TRANSLATE_H
#define AFTERCLOSE_PLAY_TRANSLATE_H

#include "play/stage.h"

/* A segment has come out of the router: before it is counted to a connection. Errors: the router or
 * the kernel's tables could not be asked. */
int translate_arrived(struct stage *stage, const struct segment *seg, struct err *err);

#endif
