// SPDX-License-Identifier: GPL-2.0-or-later
/* tuples: owns the hash table of four-tuples. */
#include "capture/tuples.h"
#include "base/mem.h"
#include "base/random.h"

#include <string.h>

#define SYN_DATA_MAX   65535 /* what a SYN may bring along, and its answer acknowledges */
#define TABLE_SIZE_MIN 1024  /* a power of two; at most half of it is used */

/* Both directions of a connection are one four-tuple: the smaller address and port come first.
 * Returns which of the two the sender is. */
static int key_of(const struct segment *seg, struct tuple_use *ret)
{
	int order = memcmp(seg->src.bytes, seg->dst.bytes, sizeof(seg->src.bytes));
	int from = order ? order > 0 : seg->sport > seg->dport;

	ret->addr[from] = seg->src;
	ret->addr[!from] = seg->dst;
	ret->port[from] = seg->sport;
	ret->port[!from] = seg->dport;
	return from;
}

static bool key_equal(const struct tuple_use *a, const struct tuple_use *b)
{
	return a->port[0] == b->port[0] && a->port[1] == b->port[1] &&
	       addr_equal(&a->addr[0], &b->addr[0]) && addr_equal(&a->addr[1], &b->addr[1]);
}

static size_t key_hash(const struct tuple_use *key)
{
	struct random random = {(uint64_t)key->port[0] << 16 | key->port[1]};
	uint64_t words[2];

	for (int i = 0; i < 2; i++) {
		memcpy(words, key->addr[i].bytes, sizeof(words));
		for (int half = 0; half < 2; half++)
			random.state = random_next(&random) ^ words[half];
	}
	return random_next(&random);
}

/* Where it is, or would be. */
static uint32_t *slot_of(struct tuples *tuples, const struct tuple_use *key)
{
	size_t at = key_hash(key) & (tuples->table_size - 1);

	while (tuples->table[at] && !key_equal(&tuples->of[tuples->table[at] - 1], key))
		at = (at + 1) & (tuples->table_size - 1);
	return &tuples->table[at];
}

static void table_grow(struct tuples *tuples)
{
	free(tuples->table);
	tuples->table_size = tuples->table_size ? 2 * tuples->table_size : TABLE_SIZE_MIN;
	tuples->table = mem_zalloc(tuples->table_size * sizeof(*tuples->table));
	for (size_t i = 0; i < tuples->n; i++)
		*slot_of(tuples, &tuples->of[i]) = i + 1;
}

static struct tuple_use *tuple_add(struct tuples *tuples, const struct tuple_use *key)
{
	if (2 * (tuples->n + 1) > tuples->table_size)
		table_grow(tuples);
	if (tuples->n == tuples->size) {
		tuples->size = tuples->size ? tuples->size + tuples->size / 2 : 64;
		tuples->of = mem_resize(tuples->of, tuples->size, sizeof(*tuples->of));
	}
	*slot_of(tuples, key) = tuples->n + 1;
	tuples->of[tuples->n] = *key;
	tuples->of[tuples->n].trail = UINT32_MAX;
	return &tuples->of[tuples->n++];
}

struct tuple_use *tuples_find(struct tuples *tuples, const struct segment *seg)
{
	struct tuple_use key = {0};
	uint32_t *slot;

	key_of(seg, &key);
	slot = tuples->table_size ? slot_of(tuples, &key) : NULL;
	return slot && *slot ? &tuples->of[*slot - 1] : NULL;
}

/* A SYN with the number of the one before is that one's retransmission, unless there was an end
 * in between; a RST to a challenge is none (RFC 9293 3.10.7.3). A SYN-ACK tells of its SYN, where
 * the capture lacks that. */
static void use_count(struct tuple_use *use, const struct segment *seg, int from)
{
	bool opens = seg->flags & TCP_SYN && !(seg->flags & TCP_RST);
	bool answers = opens && seg->flags & TCP_ACK;
	uint32_t syn = answers ? seg->ack - 1 : seg->seq;
	int syn_from = answers ? !from : from;
	bool same = use->syn_known && use->syn_from == syn_from &&
		    syn - use->syn <= (answers ? SYN_DATA_MAX : 0);

	if (opens && !(same && (answers || !use->ended))) {
		use->uses++;
		use->ended = false;
		use->syn = syn;
		use->syn_from = syn_from;
		use->syn_known = true;
		use->answered = false;
	}
	use->answered |= answers;
	use->uses += !use->uses; /* it began before the capture */
	use->ended |= seg->flags & TCP_FIN ||
		      (seg->flags & TCP_RST &&
		       (use->answered || !use->syn_known || use->syn_from != from));
	use->n_segments++;
}

void tuples_count(struct tuples *tuples, const struct segment *seg)
{
	struct tuple_use key = {0}, *use;
	int from = key_of(seg, &key);
	uint32_t *slot = tuples->table_size ? slot_of(tuples, &key) : NULL;

	if (slot && *slot) {
		use = &tuples->of[*slot - 1];
	} else if (tuples->n < TUPLES_MAX) {
		use = tuple_add(tuples, &key);
	} else {
		tuples->left_out++;
		return;
	}
	use_count(use, seg, from);
}

void tuples_free(struct tuples *tuples)
{
	free(tuples->of);
	free(tuples->table);
	*tuples = (struct tuples){0};
}
