/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * capture: a pcapng file, block by block (draft-ietf-opsawg-pcapng): a section, its interfaces,
 * then packets. libpcap writes neither comments nor the names of interfaces.
 */
#ifndef AFTERCLOSE_REPORT_CAPTURE_H
#define AFTERCLOSE_REPORT_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Whether the stream took the bytes is asked of it at the end (ferror). */
void capture_section(FILE *file, const char *system, const char *program, const char *comment);

/* The first is number 0. Packets begin with their IP header (LINKTYPE_RAW), of which at most
 * snap_len bytes are there. */
void capture_interface(FILE *file, const char *name, const char *what, uint32_t snap_len);

struct capture_packet {
	uint32_t interface;
	bool outbound;
	uint64_t us; /* since 1970 */
	const uint8_t *bytes;
	uint32_t len, whole_len;
	const char *comment; /* "": none */
};

void capture_packet(FILE *file, const struct capture_packet *packet);

#endif
