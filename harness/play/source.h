/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source: a descriptor in the loop, and who is told when it is ready. */
#ifndef AFTERCLOSE_PLAY_SOURCE_H
#define AFTERCLOSE_PLAY_SOURCE_H

#include <stdint.h>

struct stage;

struct source {
	void (*ready)(struct stage *stage, struct source *source, uint32_t events);
	void *owner;
	int fd;
};

#endif
