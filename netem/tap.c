// SPDX-License-Identifier: GPL-2.0-or-later
/* tap: owns the numbers of frames under way in the kernel's netem, and what is known of each. */
#include "netem/tap.h"
#include "base/hash.h"
#include "base/mem.h"
#include "netem/wire.h"

#include <string.h>

#define MAC_OFFSET FRAME_MAC_LEN /* the source's, behind the receiver's */
#define MAC_BITS   (8 * FRAME_MAC_LEN)
#define MARK	   0xfe /* the first byte of no host's MAC, nor one bit off it */

/* CRC-8: two numbers and their sums differ in four bits at least. */
static uint8_t checksum(uint32_t number)
{
	uint8_t crc = 0;

	for (int bit = 31; bit >= 0; bit--) {
		bool out = (crc >> 7 ^ number >> bit) & 1;

		crc = crc << 1 ^ (out ? 0x07 : 0);
	}
	return crc;
}

static void mac_write(uint8_t mac[FRAME_MAC_LEN], uint32_t number)
{
	mac[0] = MARK;
	for (int i = 0; i < 4; i++)
		mac[1 + i] = number >> (24 - 8 * i);
	mac[5] = checksum(number);
}

/* 0: it is no number. */
static uint32_t mac_read_exact(const uint8_t mac[FRAME_MAC_LEN])
{
	uint32_t number = 0;

	for (int i = 0; i < 4; i++)
		number = number << 8 | mac[1 + i];
	return mac[0] == MARK && checksum(number) == mac[5] ? number : 0;
}

/* As it stands, or with one bit put right. */
static uint32_t mac_read(const uint8_t mac[FRAME_MAC_LEN], bool *ret_wrong)
{
	uint8_t tried[FRAME_MAC_LEN];
	uint32_t number = mac_read_exact(mac);

	*ret_wrong = false;
	for (int bit = 0; !number && bit < MAC_BITS; bit++) {
		memcpy(tried, mac, sizeof(tried));
		tried[bit / 8] ^= 1 << bit % 8;
		number = mac_read_exact(tried);
		*ret_wrong = number;
	}
	return number;
}

/* Of all but the number. */
static uint64_t frame_hash(const struct wire_frame *frame)
{
	const size_t rest = MAC_OFFSET + FRAME_MAC_LEN;

	return hash_bytes(frame->bytes + rest, frame->len - rest,
			  hash_bytes(frame->bytes, MAC_OFFSET, HASH_START));
}

static struct tap_flight *flight_of(struct tap *tap, uint32_t number)
{
	return &tap->flights[number % TAP_FLIGHTS];
}

void tap_open(struct tap *tap, int fd, const struct netem_rule *rule)
{
	*tap = (struct tap){
		.fd = fd,
		.flights = mem_zalloc(TAP_FLIGHTS * sizeof(*tap->flights)),
		.rule = *rule,
	};
}

void tap_change(struct tap *tap, const struct netem_rule *rule)
{
	struct netem_rule before = tap->rule;

	tap->rule = *rule;
	if (rule->distribution == NETEM_UNIFORM)
		tap->rule.distribution = before.distribution;
	if (rule->slot.distribution == NETEM_UNIFORM)
		tap->rule.slot.distribution = before.slot.distribution;
}

void tap_close(struct tap *tap)
{
	free(tap->flights);
	tap->flights = NULL;
}

bool tap_is_open(const struct tap *tap)
{
	return tap->flights;
}

static int64_t late_ns(const struct netem_rule *rule, int64_t sent_ns)
{
	return rule->jitter_ns ? sent_ns + rule->delay_ns : INT64_MAX;
}

void tap_number(struct tap *tap, struct wire_frame *frame, int64_t now_ns)
{
	uint32_t number = ++tap->sent;

	if (tap->sent - tap->settled > TAP_FLIGHTS)
		tap->settled = tap->sent - TAP_FLIGHTS; /* what these became stays unknown */
	mac_write(frame->bytes + MAC_OFFSET, number);
	*flight_of(tap, number) = (struct tap_flight){.late_ns = late_ns(&tap->rule, now_ns),
						      .hash = frame_hash(frame),
						      .n = frame->n,
						      .sender = frame->sender};
}

/* The frames that were sent after this one and came before it overtook it. */
static void note_overtaken(struct tap *tap, uint32_t number, tap_fn *fn, void *ctx)
{
	for (uint32_t later = number + 1; later <= tap->last; later++) {
		struct tap_flight *flight = flight_of(tap, later);

		if (!flight->fate.n_copies || flight->fate.copies[0].overtook)
			continue;
		flight->fate.copies[0].overtook = true;
		fn(ctx, flight->n, &flight->fate);
	}
	if (tap->last < number)
		tap->last = number;
}

bool tap_came(struct tap *tap, struct wire_frame *frame, int64_t came_ns, tap_fn *fn, void *ctx)
{
	bool wrong;
	uint32_t number = mac_read(frame->bytes + MAC_OFFSET, &wrong);
	struct tap_flight *flight;

	if (!number || number > tap->sent)
		return false;
	tap->came++;
	if (tap->sent - number >= TAP_FLIGHTS)
		return false;
	flight = flight_of(tap, number);
	if (flight->fate.n_copies < ARRAY_SIZE(flight->fate.copies))
		flight->fate.copies[flight->fate.n_copies++] = (struct impair_copy){
			.due_ns = came_ns,
			.damaged = frame->damaged,
			.corrupt_bit = wrong || frame_hash(frame) != flight->hash ? 0 : -1,
			.late = came_ns > flight->late_ns,
		};
	if (flight->fate.n_copies == 1)
		note_overtaken(tap, number, fn, ctx);
	frame->n = flight->n;
	frame->sender = flight->sender;
	fn(ctx, flight->n, &flight->fate);
	return true;
}

/* Of a frame that a verb sent twice, one that came is enough. */
static bool twin_came(struct tap *tap, uint32_t number)
{
	const struct tap_flight *flight = flight_of(tap, number);

	for (uint32_t beside = number - 1; beside <= number + 1; beside += 2) {
		const struct tap_flight *twin = flight_of(tap, beside);

		if (beside > tap->settled && beside <= tap->sent && twin->n == flight->n &&
		    twin->fate.n_copies)
			return true;
	}
	return false;
}

void tap_settle(struct tap *tap, uint64_t n_sent, tap_fn *fn, void *ctx)
{
	if (n_sent != tap->came)
		return;
	for (uint32_t number = tap->settled + 1; number <= tap->sent; number++) {
		const struct tap_flight *flight = flight_of(tap, number);

		if (!flight->fate.n_copies && !twin_came(tap, number))
			fn(ctx, flight->n, &flight->fate);
	}
	tap->settled = tap->sent;
}
