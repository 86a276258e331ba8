/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sockopt: what a step asks of a socket before bind(), of SOL_SOCKET, TCP and IP. */
#ifndef AFTERCLOSE_PLAY_SOCKOPT_H
#define AFTERCLOSE_PLAY_SOCKOPT_H

#include "play/stage.h"

/* All that a client's socket is asked for before bind(); bind_no_port: IP_BIND_ADDRESS_NO_PORT. */
int sockopt_client(struct stage *stage, int fd, const struct conn_options *options,
		   bool bind_no_port, struct err *err);
int sockopt_family(const struct stage *stage, const struct conn_options *options);
int sockopt_repair_off(int fd, struct err *err);

/* Does it keep its ACK of a SYN-ACK back, by TCP_QUICKACK off or by TCP_DEFER_ACCEPT? */
bool sockopt_acks_late(const struct conn_options *options);

/* IP_OPTIONS, as IP_OPTIONS_* say: a source route goes by the server's second address. */
int sockopt_ip_options(const struct stage *stage, int fd, int which, struct err *err);
const char *sockopt_ip_options_word(unsigned seen); /* a set of 1 << IP_OPTIONS_*; several: some */

#endif
