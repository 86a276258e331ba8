/* SPDX-License-Identifier: GPL-2.0-or-later */
/* entry: one kernel's directory in the cache: kernel.json, its hash, and the names that name it. */
#ifndef AFTERCLOSE_KERNEL_ENTRY_H
#define AFTERCLOSE_KERNEL_ENTRY_H

#include "kernel/cache.h"

#include <stdbool.h>

const char *kernel_file_name(enum kernel_kind kind); /* "linux", "vmlinuz" */

/* Where it keeps what its lines are told by, if they are counted: DIR/net/ipv4/tcp.gcno, .c. */
char *entry_gcov(const char *path);

/* Whoever a guest runs as may read its kernel, and execute it where that is a program. */
int entry_permit(const char *path, enum kernel_kind kind, struct err *err);

/* Write kernel.json into an entry in the making; ret_id is the hash of what it holds. */
int entry_seal(const char *path, const struct cache_entry *what, char ret_id[17], struct err *err);

/* What it holds is what it was, as far as the names and sizes of its modules tell. EBADMSG: not. */
int entry_check(const char *path, const struct cache_entry *entry, struct err *err);

/* The same with the bytes of its modules, and of the entry with this id. */
bool entry_is_whole(const char *path, const char *id);

/* The same kernel.json once more, from an entry in the making that holds what this one does, where
 * this one's is damaged or tells another kind of kernel. */
int entry_mend(const char *path, const char *from, struct err *err);

/* Its lib/modules/RELEASE; NULL if it has none. */
int entry_modules(const char *path, char **ret, struct err *err);

/* Every name in the cache with what its kernel.json says, by kind and name. */
int entries_read(const char *cache_dir, struct cache_entry **ret, size_t *ret_n, struct err *err);

#endif
