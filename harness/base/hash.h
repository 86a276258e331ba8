/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hash: 64-bit FNV-1a, to tell whether two pieces of data are the same; not against an enemy. */
#ifndef AFTERCLOSE_BASE_HASH_H
#define AFTERCLOSE_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_START 0xcbf29ce484222325ULL /* FNV-1a's offset basis */

/* Go on from hash (HASH_START at first) over len more bytes. */
uint64_t hash_bytes(const void *bytes, size_t len, uint64_t hash);

/* Sixteen hexadecimal digits. */
void hash_format(uint64_t hash, char ret[17]);

#endif
