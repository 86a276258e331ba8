/* SPDX-License-Identifier: GPL-2.0-or-later */
/* extension: the headers that IPv6 may have between its own and TCP's (RFC 8200 4). */
#ifndef AFTERCLOSE_NETEM_EXTENSION_H
#define AFTERCLOSE_NETEM_EXTENSION_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The kinds that a lab's sockets may have asked for; a set of them is their sum. */
enum extension {
	EXTENSION_HOP_BY_HOP = 1,
	EXTENSION_DESTINATION = 2,
	EXTENSION_OTHER = 4, /* routing, authentication, a fragment that is the whole packet */
};

/* What one is long that extension_write() makes. */
#define EXTENSION_LEN 32

/* From the header of this kind (IPPROTO_*) to TCP's. Returns how many bytes that are, which may be
 * more than len; -EPROTO: something else comes than TCP; -EBADMSG: they are cut short. */
ssize_t extensions_find(const uint8_t *at, size_t len, uint8_t next, unsigned *ret_set);

/* A header with an option that nobody knows, and that who does not know it skips. */
void extension_write(uint8_t at[EXTENSION_LEN], uint8_t next);

/* Write a set of them, with TCP behind. Returns their length; *ret_next: the first one's kind. */
size_t extensions_write(uint8_t *at, unsigned set, uint8_t *ret_next);
size_t extensions_len(unsigned set);

#endif
