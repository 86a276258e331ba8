/* SPDX-License-Identifier: GPL-2.0-or-later */
/* signature: the options by which a TCP segment is signed (RFC 2385), written and verified. */
#ifndef AFTERCLOSE_NETEM_SIGNATURE_H
#define AFTERCLOSE_NETEM_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>

#define SIGNATURE_MD5_LEN 20 /* its option, with what pads it to whole words */

struct signature_key {
	const char *bytes;
	size_t len;
};

enum signature {
	SIGNATURE_NONE,
	SIGNATURE_MD5,
	SIGNATURE_MD5_WRONG, /* there is one, and it is not this key's */
};

/* An option that has its place, and no digest yet: for frame_build(). */
void signature_place_md5(uint8_t option[SIGNATURE_MD5_LEN]);

/* Fill in the digest of each such option of a frame, and its checksum. */
void signature_write(uint8_t *frame, size_t len, const struct signature_key *key);

/* What the first such option of a frame is. */
enum signature signature_verify(const uint8_t *frame, size_t len, const struct signature_key *key);

#endif
