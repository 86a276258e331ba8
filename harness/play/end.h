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

/* TCP_USER_TIMEOUT. 0 leaves it alone. */
int end_set_user_timeout(int fd, int timeout_ms, struct err *err);

/* connect() to AF_UNSPEC: it is no longer connected, or listens no more. As connect(2) returns. */
int socket_disconnect(int fd);

/* shutdown(2) or socket_disconnect(), as `how` says (HOW_*); a failure is the end's error. */
void end_shut(struct end *end, int how);

/* What an end writes next: "old client 3." again and again, so that the bytes of two incarnations
 * differ. And it has: they are its next chunk. */
void end_compose(const struct end *end, size_t size, struct text *out);
void end_wrote(struct end *end, const char *data, size_t size);

/* connect() with so many bytes for the SYN (RFC 7413), by sendto(), or deferred to the first write.
 * Returns as connect(2) does; without a cookie nothing is written. */
int end_fast_open(struct end *end, size_t size, bool deferred, const struct sockaddr *to,
		  socklen_t len);

/* A socket call's address and port. */
void end_read_sockaddr(const struct sockaddr_storage *from, struct addr *addr, uint16_t *port);

/* Fill the local half of the end's four-tuple from its socket. */
int end_read_local(struct end *end);

/* Have the loop read from the socket as data comes. */
int end_watch(struct stage *stage, struct end *end, struct err *err);

/* Read what comes from now on, and what is there; or leave it. */
void end_read(struct end *end, bool on);

#endif
