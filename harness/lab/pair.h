/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pair: two connected sockets over lo, on which a probe tries what the kernel does. */
#ifndef AFTERCLOSE_LAB_PAIR_H
#define AFTERCLOSE_LAB_PAIR_H

#include "lab/diag.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

int pair_socket(void);

/* A listener on 127.0.0.1 and a port that the kernel chose; -1: the kernel would not. */
int listener_open(struct sockaddr_in *ret_addr);

/* A pair of connected sockets over lo, the client's first; false if the kernel would not. */
bool connection_open(int listener, const struct sockaddr_in *to, int ret[2]);
void connection_close(int fds[2]);

/* What the connection would put into its next segment's TSval. */
bool tsval_read(int fd, uint32_t *ret);

struct tuple tuple_between(const struct sockaddr_in *local, const struct sockaddr_in *remote);

#endif
