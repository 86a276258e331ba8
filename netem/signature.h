/* SPDX-License-Identifier: GPL-2.0-or-later */
/* signature: the options by which a TCP segment is signed, written and verified: MD5's (RFC 2385),
 * and TCP-AO's with KDF_HMAC_SHA1 and HMAC-SHA-1-96 (RFC 5925, 5926). */
#ifndef AFTERCLOSE_NETEM_SIGNATURE_H
#define AFTERCLOSE_NETEM_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>

#define SIGNATURE_MD5_LEN 20 /* its option, with what pads it to whole words */
#define SIGNATURE_AO_LEN  16

struct signature_key {
	const char *bytes;
	size_t len;
};

/* What TCP-AO signs of a segment that is not in it: the initial sequence numbers of its sender and
 * receiver (RFC 5925 5.2; 0 for one that is not known yet), and how often its own have wrapped
 * (6.2). */
struct signature_scope {
	uint32_t sisn, disn, sne;
};

enum signature {
	SIGNATURE_NONE,
	SIGNATURE_MD5,
	SIGNATURE_MD5_WRONG, /* there is one, and it is not this key's */
	SIGNATURE_AO,
	SIGNATURE_AO_WRONG,
};

/* An option that has its place, and no digest yet: for frame_build(). */
void signature_place_md5(uint8_t option[SIGNATURE_MD5_LEN]);
void signature_place_ao(uint8_t option[SIGNATURE_AO_LEN], uint8_t key_id, uint8_t next_id);

/* Fill in the digest of each such option of a frame, and its checksum. */
void signature_write(uint8_t *frame, size_t len, const struct signature_key *key,
		     const struct signature_scope *scope);

/* What the first such option of a frame is, whatever its KeyID. */
enum signature signature_verify(const uint8_t *frame, size_t len, const struct signature_key *key,
				const struct signature_scope *scope);

#endif
