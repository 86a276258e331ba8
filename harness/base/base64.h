/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base64: bytes as text that JSON can hold, and back (RFC 4648 4). */
#ifndef AFTERCLOSE_BASE_BASE64_H
#define AFTERCLOSE_BASE_BASE64_H

#include <stddef.h>
#include <stdint.h>

/* The caller frees. */
char *base64_encode(const uint8_t *bytes, size_t len);

/* How many bytes it was; -1: no base64, or more than size. */
long base64_decode(const char *text, uint8_t *ret, size_t size);

#endif
