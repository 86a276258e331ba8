/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sign: sockets that sign what they send to whom it may be, and take only what is signed: by
 * TCP_MD5SIG (RFC 2385) or TCP-AO (RFC 5925). All sockets of a play have the same key.
 */
#ifndef AFTERCLOSE_PLAY_SIGN_H
#define AFTERCLOSE_PLAY_SIGN_H

#include "netem/signature.h"
#include "play/stage.h"

/* Of a socket of this family. -ECANCELED: the kernel cannot, and the cell is a skip. */
int sign_socket(struct stage *stage, int fd, int family, bool md5, bool ao, struct err *err);

/* Of a client's socket: where it has a key for another peer, too, its own is for its server only.
 */
int sign_client(struct stage *stage, int fd, int family, const struct conn_options *options,
		struct err *err);

/* How a raw end signs, of SIGN_*. */
int sign_way(bool md5, bool ao);

#define SIGN_OPTIONS_MAX (2 * SIGNATURE_MD5_LEN)

/* The options that a segment of this end needs to be signed as SIGN_* says, without their digests.
 * Returns their length. */
size_t sign_options(const struct end *from, int how, uint8_t ret[SIGN_OPTIONS_MAX]);

/* And the digests, in the frame that was built with them, and parsed. */
void sign_frame(const struct end *from, int how, struct wire_frame *frame);

/* A fact's word for how a frame is signed. */
const char *sign_word(const struct wire_frame *frame);

#endif
