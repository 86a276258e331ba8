/* SPDX-License-Identifier: GPL-2.0-or-later */
/* packet: the socket through which the wire sees frames and sends them. */
#ifndef AFTERCLOSE_LAB_PACKET_H
#define AFTERCLOSE_LAB_PACKET_H

#include "base/err.h"

/*
 * A raw packet socket for all protocols in the current namespace, not blocking: of one interface,
 * or of all (ifindex 0). Frames that leave this way are not shown where the kernel can hide them
 * (PACKET_IGNORE_OUTGOING, 4.20); a reader skips PACKET_OUTGOING in any case.
 */
int packet_open(int ifindex, int *ret_fd, struct err *err);

/* A packet socket of the current namespace that only sends, and past the qdisc of the link. */
int packet_open_direct(int *ret_fd, struct err *err);

#endif
