/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sticky: what an IPv6 socket gives to all that it sends ("sticky options", RFC 3542 6), and is
 * told of what comes. */
#ifndef AFTERCLOSE_PLAY_STICKY_H
#define AFTERCLOSE_PLAY_STICKY_H

#include "play/stage.h"

/* The options that listen and connect share, from a step's arguments at their EXTENSIONS. */
struct sticky sticky_asked(const struct argval *args);

/* Set them on a socket of this family, before bind(); IPv4 has none of them. */
int sticky_set(int fd, int family, const struct sticky *sticky, struct err *err);

/* What a socket is told of the last segment that came in order; 0: nothing. */
struct told {
	int device; /* DEVICE_* */
	int hop_limit, traffic_class;
	uint32_t label;
};

/* fd: any, also -1 or one of IPv4, which are told nothing. */
void sticky_told(int fd, struct told *ret);

/* A fact's word for a set of EXTENSION_*. */
const char *sticky_extensions_word(unsigned set);

#endif
