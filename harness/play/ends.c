// SPDX-License-Identifier: GPL-2.0-or-later
/* ends: owns the hash table from a four-tuple to the ends that have it. */
#include "play/ends.h"
#include "base/hash.h"
#include "base/mem.h"
#include "play/conn.h"

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

static void bucket_push(struct ends *ends, struct end *end)
{
	struct end **bucket = &ends->buckets[bucket_of(ends, &end->tuple)];

	end->older_in_bucket = *bucket;
	*bucket = end;
}

/* Put a list into the new buckets, its oldest first, so that the newest stays before the others. */
static void bucket_move(struct ends *ends, struct end *newest)
{
	struct end *reversed = NULL;

	while (newest) {
		struct end *older = newest->older_in_bucket;

		newest->older_in_bucket = reversed;
		reversed = newest;
		newest = older;
	}
	while (reversed) {
		struct end *newer = reversed->older_in_bucket;

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

void ends_add(struct ends *ends, struct end *end)
{
	if (ends->n++ == ends->n_buckets)
		ends_grow(ends);
	bucket_push(ends, end);
}

void ends_free(struct ends *ends)
{
	free(ends->buckets);
	*ends = (struct ends){0};
}

static struct end *list_find(struct end *end, const struct tuple *tuple)
{
	while (end && !tuple_equal(&end->tuple, tuple))
		end = end->older_in_bucket;
	return end;
}

struct end *ends_find(const struct ends *ends, const struct tuple *tuple)
{
	return ends->n ? list_find(ends->buckets[bucket_of(ends, tuple)], tuple) : NULL;
}

struct end *ends_older(const struct end *end)
{
	return list_find(end->older_in_bucket, &end->tuple);
}
