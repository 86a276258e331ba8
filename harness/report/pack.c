// SPDX-License-Identifier: GPL-2.0-or-later
/* pack: owns how data is carried inside a page: deflated by zlib, written in base64. */
#include "report/pack.h"
#include "base/mem.h"

#include <stdint.h>
#include <zlib.h>

#define LEVEL 5 /* 6 takes half as long again, and saves 7 % */

void base64_add(struct text *out, const void *bytes, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	_cleanup_free_ char *encoded = mem_zalloc((len + 2) / 3 * 4 + 1);
	const uint8_t *in = bytes;
	size_t n = 0;

	for (size_t i = 0; i < len; i += 3) {
		size_t left = len - i;
		uint32_t three = (uint32_t)in[i] << 16 | (left > 1 ? in[i + 1] << 8 : 0) |
				 (left > 2 ? in[i + 2] : 0);

		encoded[n++] = digits[three >> 18];
		encoded[n++] = digits[three >> 12 & 63];
		encoded[n++] = left > 1 ? digits[three >> 6 & 63] : '=';
		encoded[n++] = left > 2 ? digits[three & 63] : '=';
	}
	text_addn(out, encoded, n);
}

void pack_add(struct text *out, const void *bytes, size_t len)
{
	uLongf n = compressBound(len);
	_cleanup_free_ uint8_t *deflated = mem_zalloc(n);

	if (compress2(deflated, &n, bytes, len, LEVEL) != Z_OK)
		abort(); /* there is room for the worst case, so only memory can be short */
	base64_add(out, deflated, n);
}
