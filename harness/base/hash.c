// SPDX-License-Identifier: GPL-2.0-or-later
/* hash: owns FNV-1a. */
#include "base/hash.h"

#include <inttypes.h>
#include <stdio.h>

#define FNV_PRIME 0x100000001b3ULL

uint64_t hash_bytes(const void *bytes, size_t len, uint64_t hash)
{
	const uint8_t *byte = bytes;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ byte[i]) * FNV_PRIME;
	return hash;
}

void hash_format(uint64_t hash, char ret[17])
{
	snprintf(ret, 17, "%016" PRIx64, hash);
}
