/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcapng: the packets of a pcapng file, block by block (draft-ietf-opsawg-pcapng). libpcap gives up
 * where two interfaces are of different kinds, as with dumpcap -i eth0 -i any, and up to 1.10 also
 * where both are raw IP: it compares the first's DLT with the second's LINKTYPE.
 */
#ifndef AFTERCLOSE_CAPTURE_PCAPNG_H
#define AFTERCLOSE_CAPTURE_PCAPNG_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define PCAPNG_MAGIC	      0x0a0d0d0a /* the same in either byte order */
#define PCAPNG_BLOCK_MAX      (16 * 1024 * 1024)
#define PCAPNG_INTERFACES_MAX 4096

struct pcapng {
	FILE *file;	  /* borrowed */
	const char *path; /* borrowed */
	int64_t offset;	  /* of the block that is read */
	bool swapped;
	uint8_t *block; /* its body */
	size_t size, len;
	struct pcapng_interface {
		uint16_t link;
		uint32_t snap_len;
		uint64_t units_per_s;
		int64_t offset_s;
	} * interfaces;		       /* of this section */
	size_t n_interfaces, n_before; /* in this section; in those before it */
	bool cut;
};

struct pcapng_packet {
	const uint8_t *bytes; /* until the next call */
	uint32_t len, wire_len;
	uint16_t link;	    /* LINKTYPE_... */
	uint32_t interface; /* its number in the file: each section describes its own */
	int64_t us;	    /* since 1970; 0 where the block has none */
};

/* Seconds and microseconds as one number; what no clock says is bounded, so that differences are
 * numbers, too. */
int64_t capture_us(int64_t s, int64_t us);

/* 1: a packet; 0: the end, and `cut` where that is in the middle of a block. Errors: EINVAL, with
 * the block's offset; E2BIG. */
int pcapng_next(struct pcapng *pcapng, struct pcapng_packet *ret, struct err *err);
void pcapng_free(struct pcapng *pcapng);

#endif
