// SPDX-License-Identifier: GPL-2.0-or-later
/* base64: owns the alphabet and the padding of RFC 4648 4. */
#include "base/base64.h"
#include "base/mem.h"

#include <stdbool.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *base64_encode(const uint8_t *bytes, size_t len)
{
	char *text = mem_zalloc((len + 2) / 3 * 4 + 1), *to = text;

	for (size_t i = 0; i < len; i += 3) {
		size_t left = len - i;
		uint32_t group = (uint32_t)bytes[i] << 16;

		if (left > 1)
			group |= (uint32_t)bytes[i + 1] << 8;
		if (left > 2)
			group |= bytes[i + 2];
		*to++ = alphabet[group >> 18];
		*to++ = alphabet[group >> 12 & 63];
		*to++ = left > 1 ? alphabet[group >> 6 & 63] : '=';
		*to++ = left > 2 ? alphabet[group & 63] : '=';
	}
	return text;
}

/* Four characters, of which the last n_padding are '='. False: one is none of the alphabet. */
static bool group_read(const char *text, size_t n_padding, uint32_t *ret)
{
	*ret = 0;
	for (size_t i = 0; i < 4; i++) {
		const char *at = i < 4 - n_padding ? strchr(alphabet, text[i]) : alphabet;

		if (!at || !*at)
			return false;
		*ret = *ret << 6 | (uint32_t)(at - alphabet);
	}
	return true;
}

long base64_decode(const char *text, uint8_t *ret, size_t size)
{
	size_t len = strlen(text), n_padding = 0, n = 0;

	if (len % 4)
		return -1;
	while (n_padding < 2 && len && text[len - 1 - n_padding] == '=')
		n_padding++;
	for (size_t i = 0; i < len; i += 4) {
		size_t padding = i + 4 == len ? n_padding : 0;
		uint32_t group;

		if (!group_read(text + i, padding, &group) || n + 3 - padding > size)
			return -1;
		for (size_t j = 0; j < 3 - padding; j++)
			ret[n++] = group >> (16 - 8 * j);
	}
	return (long)n;
}
