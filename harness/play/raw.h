/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * raw: an end that is no kernel's. It sends nothing by itself: `connect` has it do its half of the
 * handshake, `send` its data, and `inject` anything at all. What is sent to it is written down.
 */
#ifndef AFTERCLOSE_PLAY_RAW_H
#define AFTERCLOSE_PLAY_RAW_H

#include "play/conn.h"

#define RAW_ISN 1000000 /* what its SYN, or SYN-ACK, begins with */

/* Open a connection whose client is raw; as conn_open(). */
int raw_connect(struct stage *stage, struct conn *conn, const struct conn_options *options,
		struct err *err);

/* Do a raw server's part, and wait for what the kernel's connect() gives. */
int raw_accept(struct stage *stage, struct conn *conn, const struct conn_options *options,
	       struct err *err);

/* The kernel's server has accepted a raw client's connection. */
void raw_accepted(struct conn *conn);

/* Send a segment to the other end at once; payload may be NULL. */
int raw_send(struct stage *stage, struct end *raw, uint8_t flags, const char *payload, size_t len,
	     struct err *err);

/* A segment has reached a raw end: its bytes are read where they continue the stream. */
void raw_receive(struct end *raw, const struct segment *seg);

#endif
