/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sockopt: options of TCP and IP that a step asks for and that no other file owns. */
#ifndef AFTERCLOSE_PLAY_SOCKOPT_H
#define AFTERCLOSE_PLAY_SOCKOPT_H

#include "play/stage.h"

/* Of a client's socket: IP_OPTIONS, and what keeps its ACK of a SYN-ACK back. */
int sockopt_client(const struct stage *stage, int fd, const struct conn_options *options,
		   struct err *err);

/* Does it keep it back, by TCP_QUICKACK off or by TCP_DEFER_ACCEPT? */
bool sockopt_acks_late(const struct conn_options *options);

/* IP_OPTIONS, as IP_OPTIONS_* say: a source route goes by the server's second address. */
int sockopt_ip_options(const struct stage *stage, int fd, int which, struct err *err);

#endif
