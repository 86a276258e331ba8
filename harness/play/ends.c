// SPDX-License-Identifier: GPL-2.0-or-later
/* ends: owns the hash table from a four-tuple to the ends that have it. */
#include "play/ends.h"
#include "base/hash.h"
#include "base/mem.h"

#include <stdlib.h>
#include <sys/socket.h>

#define BUCKETS_MIN 64

static bool tuple_equal(const struct tuple *a, const struct tuple *b)
{
	return a->local_port == b->local_port && a->remote_port == b->remote_port &&
	       addr_equal(&a->local, &b->local) && addr_equal(&a->remote, &b->remote);
}

/* Only the bytes that addr_equal() compares. */
static size_t bucket_of(const struct ends *ends, const struct tuple *tuple)
{
	uint16_t ports[] = {tuple->local_port, tuple->remote_port};
	size_t len = tuple->local.family == AF_INET ? 4 : 16;
	uint64_t hash = hash_bytes(ports, sizeof(ports), HASH_START);

	hash = hash_bytes(tuple->local.bytes, len, hash);
	hash = hash_bytes(tuple->remote.bytes, len, hash);
	return (hash ^ hash >> 32) & (ends->n_buckets - 1);
}

static void bucket_push(struct ends *ends, struct ends_entry *entry)
{
	struct ends_entry **bucket = &ends->buckets[bucket_of(ends, &entry->tuple)];

	entry->older_in_bucket = *bucket;
	*bucket = entry;
}

/* Put a list into the new buckets, its oldest first, so that the newest stays before the others. */
static void bucket_move(struct ends *ends, struct ends_entry *newest)
{
	struct ends_entry *reversed = NULL;

	while (newest) {
		struct ends_entry *older = newest->older_in_bucket;

		newest->older_in_bucket = reversed;
		reversed = newest;
		newest = older;
	}
	while (reversed) {
		struct ends_entry *newer = reversed->older_in_bucket;

		bucket_push(ends, reversed);
		reversed = newer;
	}
}

static void ends_grow(struct ends *ends)
{
	struct ends old = *ends;

	ends->n_buckets = old.n_buckets ? old.n_buckets * 2 : BUCKETS_MIN;
	ends->buckets = mem_zalloc(ends->n_buckets * sizeof(*ends->buckets));
	for (size_t i = 0; i < old.n_buckets; i++)
		bucket_move(ends, old.buckets[i]);
	free(old.buckets);
}

void ends_add(struct ends *ends, struct end *end, const struct tuple *tuple)
{
	struct ends_entry *entry = mem_zalloc(sizeof(*entry));

	*entry = (struct ends_entry){.tuple = *tuple, .end = end};
	if (ends->n++ == ends->n_buckets)
		ends_grow(ends);
	bucket_push(ends, entry);
}

void ends_free(struct ends *ends)
{
	for (size_t i = 0; i < ends->n_buckets; i++) {
		struct ends_entry *next;

		for (struct ends_entry *entry = ends->buckets[i]; entry; entry = next) {
			next = entry->older_in_bucket;
			free(entry);
		}
	}
	free(ends->buckets);
	*ends = (struct ends){0};
}

static const struct ends_entry *list_find(const struct ends_entry *entry, const struct tuple *tuple)
{
	while (entry && !tuple_equal(&entry->tuple, tuple))
		entry = entry->older_in_bucket;
	return entry;
}

const struct ends_entry *ends_find(const struct ends *ends, const struct tuple *tuple)
{
	return ends->n ? list_find(ends->buckets[bucket_of(ends, tuple)], tuple) : NULL;
}

const struct ends_entry *ends_older(const struct ends_entry *entry)
{
	return list_find(entry->older_in_bucket, &entry->tuple);
}
