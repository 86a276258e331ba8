// SPDX-License-Identifier: GPL-2.0-or-later
/* extension: owns the bytes of IPv6's extension headers (RFC 8200 4, RFC 4302 2). */
#include "netem/extension.h"
#include "netem/octets.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#define EXTENSIONS_MAX	    16
#define OPTION_EXPERIMENTAL 0x1e /* RFC 4727 3.1; its first two bits: skip it */

/* Its length; negative: no header that TCP may come behind. */
static ssize_t extension_len(const uint8_t *at, uint8_t kind)
{
	switch (kind) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_DSTOPTS:
		return (at[1] + 1) * 8;
	case IPPROTO_AH:
		return (at[1] + 2) * 4;
	case IPPROTO_FRAGMENT:
		return get16(at + 2) & 0xfff9 ? -EPROTO : 8;
	default:
		return -EPROTO;
	}
}

static enum extension extension_kind(uint8_t kind)
{
	switch (kind) {
	case IPPROTO_HOPOPTS:
		return EXTENSION_HOP_BY_HOP;
	case IPPROTO_DSTOPTS:
		return EXTENSION_DESTINATION;
	default:
		return EXTENSION_OTHER;
	}
}

ssize_t extensions_find(const uint8_t *at, size_t len, uint8_t next, unsigned *ret_set)
{
	size_t behind = 0;

	*ret_set = 0;
	for (int i = 0; i < EXTENSIONS_MAX && next != IPPROTO_TCP; i++) {
		ssize_t step;

		if (behind > len || len - behind < 8)
			return -EBADMSG;
		step = extension_len(at + behind, next);
		if (step < 0)
			return step;
		*ret_set |= extension_kind(next);
		next = at[behind];
		behind += step;
	}
	return next == IPPROTO_TCP ? (ssize_t)behind : -EPROTO;
}

void extension_write(uint8_t at[EXTENSION_LEN], uint8_t next)
{
	memset(at, 0, EXTENSION_LEN);
	at[0] = next;
	at[1] = EXTENSION_LEN / 8 - 1;
	at[2] = OPTION_EXPERIMENTAL;
	at[3] = EXTENSION_LEN - 4;
}

size_t extensions_write(uint8_t *at, unsigned set, uint8_t *ret_next)
{
	size_t len = 0;

	*ret_next = IPPROTO_TCP;
	if (set & EXTENSION_HOP_BY_HOP) {
		*ret_next = IPPROTO_HOPOPTS;
		extension_write(at, set & EXTENSION_DESTINATION ? IPPROTO_DSTOPTS : IPPROTO_TCP);
		len += EXTENSION_LEN;
	}
	if (set & EXTENSION_DESTINATION) {
		if (!len)
			*ret_next = IPPROTO_DSTOPTS;
		extension_write(at + len, IPPROTO_TCP);
		len += EXTENSION_LEN;
	}
	return len;
}

size_t extensions_len(unsigned set)
{
	return (!!(set & EXTENSION_HOP_BY_HOP) + !!(set & EXTENSION_DESTINATION)) * EXTENSION_LEN;
}
