// SPDX-License-Identifier: GPL-2.0-or-later
/* identity: owns what makes two segments the same one, sent again. */
#include "play/identity.h"
#include "base/hash.h"
#include "base/mem.h"

#include <string.h>

#define SLOTS_MIN 64

/* What does not hang on time: not the window, not the timestamps, and the acknowledgement only
 * where a segment is nothing but that. */
static uint64_t segment_hash(const struct segment *seg, const struct note *note)
{
	const char *name = note->conn ? note->conn->name : "";
	const struct flow *flow = note->conn ? &note->conn->ends[note->from].flow : NULL;
	bool only_acks = seg->flags & TCP_ACK && !segment_space(seg);
	const struct flow *peer = flow ? &conn_peer(&note->conn->ends[note->from])->flow : NULL;
	uint32_t what[] = {
		note->from,
		seg->flags & (TCP_SYN | TCP_FIN | TCP_RST),
		seg->payload_len,
		flow && flow->has_isn ? seg->seq - flow->isn : 0,
		peer && peer->has_isn && only_acks ? seg->ack - peer->isn : 0,
	};
	uint64_t hash = hash_bytes(name, strlen(name) + 1, HASH_START);

	hash = hash_bytes(what, sizeof(what), hash);
	return hash ? hash : 1;
}

static struct identity *slot_find(const struct identities *identities, uint64_t segment)
{
	size_t i = segment & (identities->size - 1);

	while (identities->slots[i].segment && identities->slots[i].segment != segment)
		i = (i + 1) & (identities->size - 1);
	return &identities->slots[i];
}

/* At most half of the slots are taken. */
static void make_room(struct identities *identities)
{
	struct identities grown = {.n = identities->n};

	if (identities->n * 2 < identities->size)
		return;
	grown.size = identities->size ? identities->size * 2 : SLOTS_MIN;
	grown.slots = mem_zalloc(grown.size * sizeof(*grown.slots));
	for (size_t i = 0; i < identities->size; i++) {
		const struct identity *old = &identities->slots[i];

		if (old->segment)
			*slot_find(&grown, old->segment) = *old;
	}
	free(identities->slots);
	*identities = grown;
}

uint64_t identity_of(struct identities *identities, const struct segment *seg,
		     const struct note *note)
{
	uint64_t segment = segment_hash(seg, note);
	struct identity *slot;

	make_room(identities);
	slot = slot_find(identities, segment);
	if (!slot->segment) {
		slot->segment = segment;
		identities->n++;
	}
	slot->times++;
	return hash_bytes(&slot->times, sizeof(slot->times), segment);
}

void identities_free(struct identities *identities)
{
	free(identities->slots);
	*identities = (struct identities){0};
}
