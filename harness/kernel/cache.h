/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cache: the kernels that are there, under XDG_CACHE_HOME/afterclose (or ~/.cache/afterclose).
 *
 *   kernels/ID/           an entry: kernel.json, `linux` or `vmlinuz`, lib/modules/RELEASE,
 *                         gcov/ with the .gcno and the source of each file that counts its lines
 *   kernels/names/KIND:NAME -> ../ID     replaced by rename, so a name always names a whole entry
 *   kernels/new.XXXXXX/   an entry in the making; its maker holds it by flock
 *   kernels/lock          held (flock) while names and entries change
 *   trees/KEY/            what `kernel build` keeps to build a tree again quickly
 *
 * An entry is made beside the others and renamed: it is complete or absent. ID is a hash of what it
 * holds. Whoever uses an entry holds its directory by a shared flock; an entry that no name names
 * and nobody holds, or one in the making whose maker died, goes when the next one is made.
 */
#ifndef AFTERCLOSE_KERNEL_CACHE_H
#define AFTERCLOSE_KERNEL_CACHE_H

#include "base/err.h"
#include "kernel/kernel.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cache {
	char *dir; /* .../afterclose */
	int lock_fd;
};

/* Opens the cache, which is made if need be. One that is read-only can be looked into. */
int cache_open(struct cache *ret, struct err *err);
void cache_close(struct cache *cache);
#define _cleanup_cache_ __attribute__((cleanup(cache_close)))

/* An entry in the making: put `linux` or `vmlinuz`, and lib/modules/RELEASE, into its path. */
struct cache_new {
	char *path;
	int fd; /* holds it */
};

int cache_new(struct cache *cache, struct cache_new *ret, struct err *err);
/* Removes what was not added. */
void cache_new_drop(struct cache_new *new);
#define _cleanup_new_ __attribute__((cleanup(cache_new_drop)))

/* What `kernel list` says of an entry. */
struct cache_entry {
	enum kernel_kind kind;
	char *name;
	char *id;
	char *release; /* "6.12.117", with "HZ 250" behind it for uml, and how it is instrumented */
	char *from;    /* where it came from */
	bool instrumented; /* it counts its lines or checks itself: taken by its name only */
	int64_t added_ns;
	uint64_t bytes;
};

/* Give it its name, which another entry may have had. `release` and `from` are for people. */
int cache_add(struct cache *cache, struct cache_new *new, const struct cache_entry *what,
	      struct err *err);

/* All of them, by kind and name. */
int cache_list(struct cache *cache, struct cache_entry **ret, size_t *ret_n, struct err *err);
void cache_entries_free(struct cache_entry *entries, size_t n);

/* The name goes, and the entry with it if nobody uses it. ENOENT says the nearest name. */
int cache_remove(struct cache *cache, enum kernel_kind kind, const char *name, struct err *err);

/* The entry of that id, held, with its files checked. */
int cache_hold(struct cache *cache, const struct cache_entry *entry, struct kernel *ret,
	       struct err *err);

#endif
