/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * snapshot: a machine that waits for its first order, as a file in the cache. What made it decides
 * its name, so a file of that name is the right one; it gets its name when it is complete.
 */
#ifndef AFTERCLOSE_TARGET_SNAPSHOT_H
#define AFTERCLOSE_TARGET_SNAPSHOT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first page of the file. Behind it comes QEMU's state of the devices, and behind that, at the
 * next page, the machine's memory with holes where it was never touched. */
struct snapshot_head {
	char magic[8];
	uint64_t state_len;
	uint64_t memory_len;
	uint32_t machine; /* which one made it */
};

#define SNAPSHOT_STATE 4096

/* Open the snapshot of this key, its head read, and its offset at the state. Errors: ENOENT, there
 * is none. */
int snapshot_open(uint64_t key, struct snapshot_head *ret, int *ret_fd, struct err *err);

/* It is of no use: the next one takes its place. */
void snapshot_drop(uint64_t key);

/* Copy the memory into a descriptor of the machine's memory. */
int snapshot_restore(int fd, const struct snapshot_head *head, int memory_fd, struct err *err);

/* A file without a name, its offset where the state belongs. */
int snapshot_create(int *ret_fd, struct err *err);

/* Add the memory behind the state, and the head; then the file gets its name. */
int snapshot_save(int fd, uint64_t key, uint32_t machine, int memory_fd, struct err *err);

#endif
