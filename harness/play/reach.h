/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reach: which way a socket goes, and what may reach it from there. */
#ifndef AFTERCLOSE_PLAY_REACH_H
#define AFTERCLOSE_PLAY_REACH_H

#include "play/stage.h"

#include <sys/socket.h>

/* The options that listen and connect share, from a step's arguments at their DEVICE. */
struct reach reach_asked(const struct argval *args);

/* The device that a connection of this lab runs by; and the one that an option names. */
int reach_device(const struct stage *stage);
int reach_ifindex(int device); /* DEVICE_* */

/* Set them on a socket of this family, before bind(). */
int reach_set(int fd, int family, const struct reach *reach, struct err *err);

/* Put in the place of an address one that this word (DESTINATION_*) is for, of the lab's own link;
 * `named` leaves it. */
void reach_address(int word, struct addr *addr);

/* Have connect() go to the address that the options say in place of `to`'s, with their scope, and
 * ask for their flow label. */
int reach_destine(int fd, const struct conn_options *options, struct sockaddr_storage *to,
		  struct err *err);

#endif
