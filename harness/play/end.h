/* SPDX-License-Identifier: GPL-2.0-or-later */
/* end: one socket of a connection: its descriptor, what it reads and writes, how it is closed. */
#ifndef AFTERCLOSE_PLAY_END_H
#define AFTERCLOSE_PLAY_END_H

#include "play/stage.h"

#include <sys/socket.h>

void end_init(struct end *end, struct conn *conn);
void end_fini(struct end *end);

/* The address of an endpoint for a socket of this family; returns its length. An IPv6 socket in an
 * IPv4 lab has addresses of IPv4 (RFC 4291 2.5.5.2). */
socklen_t end_address(const struct stage *stage, const struct endpoint *endpoint, int family,
		      struct sockaddr_storage *ret);

/* What its segments are marked with: IP_TOS, IPV6_TCLASS. 0 leaves it alone. */
int end_set_tos(int fd, int family, int tos, struct err *err);

/* A socket call's address and port. */
void end_read_sockaddr(const struct sockaddr_storage *from, struct addr *addr, uint16_t *port);

/* Fill the local half of the end's four-tuple from its socket. */
int end_read_local(struct end *end);

/* Have the loop read from the socket as data comes. */
int end_watch(struct stage *stage, struct end *end, struct err *err);

/* Read what comes from now on, and what is there; or leave it. */
void end_read(struct end *end, bool on);

#endif
