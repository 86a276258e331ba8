/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sign: sockets that sign what they send to whom it may be, and take only what is signed: by
 * TCP_MD5SIG (RFC 2385) or TCP-AO (RFC 5925). All sockets of a play have the same key.
 */
#ifndef AFTERCLOSE_PLAY_SIGN_H
#define AFTERCLOSE_PLAY_SIGN_H

#include "play/stage.h"

/* Of a socket of this family. -ECANCELED: the kernel cannot, and the cell is a skip. */
int sign_socket(struct stage *stage, int fd, int family, bool md5, bool ao, struct err *err);

#endif
