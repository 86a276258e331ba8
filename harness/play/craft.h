/* SPDX-License-Identifier: GPL-2.0-or-later */
/* craft: segments of a connection that no kernel sent. */
#ifndef AFTERCLOSE_PLAY_CRAFT_H
#define AFTERCLOSE_PLAY_CRAFT_H

#include "play/stage.h"

/* A bare segment of the connection as the other end would send it to this one, which is at a place.
 */
void craft_segment(const struct end *to, const struct standing *at, uint8_t flags,
		   struct segment *ret);

/* Give it the option that a step asks for by this index of OPTION_WORDS. */
void craft_option(int option, struct segment *seg);

/* Its frame, from the peer's host to this end's, signed as SIGN_* says. Errors: EINVAL it does not
 * fit a frame, or its options a header. */
int craft_frame(const struct stage *stage, const struct end *to, const struct segment *seg,
		int signature, struct wire_frame *ret, struct err *err);

#endif
