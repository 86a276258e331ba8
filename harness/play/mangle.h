/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mangle: what is wrong with a crafted segment in the layers below its numbers. */
#ifndef AFTERCLOSE_PLAY_MANGLE_H
#define AFTERCLOSE_PLAY_MANGLE_H

#include "play/stage.h"

/* Before it is built: its addresses, by the arguments of `inject`. */
void mangle_segment(const struct argval *args, struct segment *seg);

/* Behind that: whom the frame is for, how long the segment is and says that it is, and its
 * checksum, which is otherwise put right again. */
void mangle_frame(const struct argval *args, struct wire_frame *frame);

#endif
