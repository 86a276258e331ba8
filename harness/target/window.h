/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * window: a piece of a QEMU guest's memory through which it and its keeper talk.
 *
 * The guest writes what it wants into the window and then one byte to the port of the machine's
 * panic device, on which QEMU stops the machine at that very instruction. The keeper, who has the
 * same memory mapped, does what is wanted and lets the machine go on. So no time passes in the
 * guest while it talks or waits for an order, no device sends it an interrupt, and it needs no
 * driver, only /dev/mem and ioperm(2), which every kernel has. The kernel is told on its command
 * line that this memory is reserved.
 */
#ifndef AFTERCLOSE_TARGET_WINDOW_H
#define AFTERCLOSE_TARGET_WINDOW_H

#include <stddef.h>
#include <stdint.h>

#define WINDOW_ADDRESS	 0x10000000 /* 256 MiB */
#define WINDOW_SIZE	 (1024u * 1024)
#define WINDOW_PARAMETER "memmap=1M$0x10000000"
#define WINDOW_PORT	 0x505 /* the pvpanic device */
#define WINDOW_STOP	 1     /* "panicked" */

#define WINDOW_FD	 (-2) /* stands for the window where a channel has its descriptor */

enum window_want {
	WINDOW_NOTHING,
	WINDOW_READS = 0x72656164, /* up to len bytes; the keeper sets len to those it has put */
	WINDOW_WRITES = 0x77726974 /* the len bytes that are there */
};

struct window {
	uint32_t want;
	uint32_t len;
	char bytes[WINDOW_SIZE - 2 * sizeof(uint32_t)];
};

/* In the guest, once its link is open: like read(2) and write(2), but they never fail. */
long window_read(void *bytes, size_t len);
long window_write(const void *bytes, size_t len);

#endif
