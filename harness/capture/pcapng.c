// SPDX-License-Identifier: GPL-2.0-or-later
/* pcapng: owns the bytes of a pcapng file's blocks. */
#include "capture/pcapng.h"
#include "base/mem.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define ORDER_MAGIC	    0x1a2b3c4d
#define ORDER_MAGIC_SWAPPED 0x4d3c2b1a
#define FRAMING_LEN	    12 /* a block's type, and its length before and behind */
#define US_PER_S	    1000000ULL

enum block {
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET_OLD = 2,
	BLOCK_PACKET_SIMPLE = 3,
	BLOCK_PACKET = 6,
};

enum option { OPTION_END = 0, OPTION_TIME_UNIT = 9, OPTION_TIME_OFFSET = 14 };

static uint32_t swap32(uint32_t n)
{
	return __builtin_bswap32(n);
}

static uint16_t get16(const struct pcapng *pcapng, size_t at)
{
	uint16_t n;

	memcpy(&n, pcapng->block + at, sizeof(n));
	return pcapng->swapped ? __builtin_bswap16(n) : n;
}

static uint32_t get32(const struct pcapng *pcapng, size_t at)
{
	uint32_t n;

	memcpy(&n, pcapng->block + at, sizeof(n));
	return pcapng->swapped ? swap32(n) : n;
}

static int damaged(const struct pcapng *pcapng, struct err *err, const char *what)
{
	return err_set(err, EINVAL, "%s: the block at offset %" PRId64 " %s", pcapng->path,
		       pcapng->offset, what);
}

/* 1 read; 0 the end of the file is before theirs. */
static int read_bytes(struct pcapng *pcapng, void *bytes, size_t len, struct err *err)
{
	if (fread(bytes, 1, len, pcapng->file) == len)
		return 1;
	if (ferror(pcapng->file))
		return err_sys(err, "read %s", pcapng->path);
	return 0;
}

/* A section's header says in which order all numbers are, its own length too. */
static int section_order(struct pcapng *pcapng, struct err *err)
{
	uint32_t magic;
	int r = read_bytes(pcapng, &magic, sizeof(magic), err);

	if (r <= 0)
		return r;
	if (magic != ORDER_MAGIC && magic != ORDER_MAGIC_SWAPPED)
		return damaged(pcapng, err, "is a section's header without a byte order");
	pcapng->swapped = magic == ORDER_MAGIC_SWAPPED;
	pcapng->n_before += pcapng->n_interfaces;
	pcapng->n_interfaces = 0;
	return 1;
}

/* The body of the next block, 1; its type goes to ret_type. 0: the end, or cut. */
static int block_read(struct pcapng *pcapng, uint32_t *ret_type, struct err *err)
{
	uint32_t head[2], tail, skip = 0;
	int r;

	pcapng->offset = ftell(pcapng->file);
	r = read_bytes(pcapng, head, sizeof(head), err);
	if (r <= 0) {
		pcapng->cut = !r && ftell(pcapng->file) != pcapng->offset;
		return r;
	}
	if (head[0] == PCAPNG_MAGIC) {
		r = section_order(pcapng, err);
		skip = sizeof(uint32_t);
	}
	if (pcapng->swapped) {
		head[0] = swap32(head[0]);
		head[1] = swap32(head[1]);
	}
	if (r > 0 && (head[1] < FRAMING_LEN + skip || head[1] & 3 || head[1] > PCAPNG_BLOCK_MAX))
		return damaged(pcapng, err, "has a length that none can have");
	pcapng->len = r > 0 ? head[1] - FRAMING_LEN - skip : 0;
	if (pcapng->len > pcapng->size) {
		pcapng->size = pcapng->len;
		pcapng->block = mem_resize(pcapng->block, pcapng->size, 1);
	}
	if (r > 0 && pcapng->len)
		r = read_bytes(pcapng, pcapng->block, pcapng->len, err);
	if (r > 0)
		r = read_bytes(pcapng, &tail, sizeof(tail), err);
	pcapng->cut = !r;
	if (r <= 0)
		return r;
	if ((pcapng->swapped ? swap32(tail) : tail) != head[1])
		return damaged(pcapng, err, "has another length at its end than at its beginning");
	*ret_type = head[0];
	return 1;
}

/* if_tsresol: a power of ten, or of two where the first bit is set. */
static uint64_t time_unit(uint8_t value)
{
	unsigned exponent = value & 0x7f;
	uint64_t units = 1;

	if (value & 0x80)
		return exponent < 63 ? 1ULL << exponent : 0;
	for (unsigned i = 0; i < exponent && i < 19; i++)
		units *= 10;
	return exponent < 19 ? units : 0;
}

static void interface_options(const struct pcapng *pcapng, size_t at, struct pcapng_interface *in)
{
	while (at + 4 <= pcapng->len) {
		uint16_t option = get16(pcapng, at), len = get16(pcapng, at + 2);

		at += 4;
		if (option == OPTION_END || len > pcapng->len - at)
			return;
		if (option == OPTION_TIME_UNIT && len == 1)
			in->units_per_s = time_unit(pcapng->block[at]);
		if (option == OPTION_TIME_OFFSET && len == 8)
			in->offset_s =
				(int64_t)((uint64_t)get32(pcapng, at + (pcapng->swapped ? 0 : 4))
						  << 32 |
					  get32(pcapng, at + (pcapng->swapped ? 4 : 0)));
		at += (len + 3) & ~3U;
	}
}

static int interface_add(struct pcapng *pcapng, struct err *err)
{
	struct pcapng_interface in = {.units_per_s = US_PER_S};

	if (pcapng->len < 8)
		return damaged(pcapng, err, "is too short for an interface");
	if (pcapng->n_interfaces == PCAPNG_INTERFACES_MAX)
		return damaged(pcapng, err, "is one interface more than 4096");
	in.link = get16(pcapng, 0);
	in.snap_len = get32(pcapng, 4);
	interface_options(pcapng, 8, &in);
	if (!in.units_per_s)
		return damaged(pcapng, err, "counts time in units that 64 bits cannot hold");
	pcapng->interfaces = mem_resize(pcapng->interfaces, pcapng->n_interfaces + 1,
					sizeof(*pcapng->interfaces));
	pcapng->interfaces[pcapng->n_interfaces++] = in;
	return 0;
}

int64_t capture_us(int64_t s, int64_t us)
{
	const int64_t max = 1LL << 33; /* the year 2242: also in ns it is a number of 64 bits */

	s = s < 0 ? 0 : s;
	return (s > max ? max : s) * (int64_t)US_PER_S + us % (int64_t)US_PER_S;
}

static int64_t packet_us(const struct pcapng_interface *in, uint64_t units)
{
	uint64_t s = units / in->units_per_s, rest = units % in->units_per_s;
	/* Finer than a microsecond is rounded down; rest * 10^6 must not overflow. */
	uint64_t us = in->units_per_s > UINT64_MAX / US_PER_S ? rest / (in->units_per_s / US_PER_S)
							      : rest * US_PER_S / in->units_per_s;

	return capture_us((int64_t)(s + (uint64_t)in->offset_s), us);
}

static int packet_fill(struct pcapng *pcapng, uint32_t interface, size_t at, uint64_t units,
		       uint32_t len, uint32_t wire_len, struct pcapng_packet *ret, struct err *err)
{
	if (interface >= pcapng->n_interfaces)
		return damaged(pcapng, err, "has a packet of an interface that is not described");
	if (len > pcapng->len - at)
		return damaged(pcapng, err, "is shorter than its packet");
	*ret = (struct pcapng_packet){
		.bytes = pcapng->block + at,
		.len = len,
		.wire_len = wire_len > len ? wire_len : len,
		.link = pcapng->interfaces[interface].link,
		.interface = pcapng->n_before + interface,
		.us = packet_us(&pcapng->interfaces[interface], units),
	};
	return 1;
}

/* An old packet block has a 16 bit interface, and drops behind it. */
static int packet_read(struct pcapng *pcapng, bool old, struct pcapng_packet *ret, struct err *err)
{
	if (pcapng->len < 20)
		return damaged(pcapng, err, "is too short for a packet");
	return packet_fill(pcapng, old ? get16(pcapng, 0) : get32(pcapng, 0), 20,
			   (uint64_t)get32(pcapng, 4) << 32 | get32(pcapng, 8), get32(pcapng, 12),
			   get32(pcapng, 16), ret, err);
}

/* Only its length on the wire is told: as much of it is there as the snap length lets. */
static int simple_read(struct pcapng *pcapng, struct pcapng_packet *ret, struct err *err)
{
	uint32_t wire_len, len, snap_len;

	if (pcapng->len < 4)
		return damaged(pcapng, err, "is too short for a packet");
	wire_len = len = get32(pcapng, 0);
	snap_len = pcapng->n_interfaces ? pcapng->interfaces[0].snap_len : 0;
	if (snap_len && len > snap_len)
		len = snap_len;
	return packet_fill(pcapng, 0, 4, 0, len, wire_len, ret, err);
}

int pcapng_next(struct pcapng *pcapng, struct pcapng_packet *ret, struct err *err)
{
	uint32_t type = 0;
	int r;

	while ((r = block_read(pcapng, &type, err)) > 0) {
		switch (type) {
		case BLOCK_INTERFACE:
			r = interface_add(pcapng, err);
			if (r)
				return r;
			break;
		case BLOCK_PACKET_OLD:
		case BLOCK_PACKET:
			return packet_read(pcapng, type == BLOCK_PACKET_OLD, ret, err);
		case BLOCK_PACKET_SIMPLE:
			return simple_read(pcapng, ret, err);
		default:
			break; /* comments, names, statistics */
		}
	}
	return r;
}

void pcapng_free(struct pcapng *pcapng)
{
	free(pcapng->block);
	free(pcapng->interfaces);
	*pcapng = (struct pcapng){0};
}
