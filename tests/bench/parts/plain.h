/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plain: the two hosts of a lab joined by one veth pair without a wire, and bare socket calls on
 * it: what the wire's figures are held against.
 */
#ifndef AFTERCLOSE_BENCH_PLAIN_H
#define AFTERCLOSE_BENCH_PLAIN_H

#include "lab/lab.h"

struct plain {
	struct lab lab;
	int listen_fd;
};

/* plain_close() is due in either case. */
int plain_open(struct bench *bench, struct plain *ret, struct err *err);
void plain_close(struct plain *plain);

/* n ports, one after the other, each opened and closed, the client first. first_port 0: connect()
 * chooses. */
int plain_ports(struct plain *plain, uint16_t first_port, unsigned n, int64_t *ret_ns,
		struct err *err);

/* n times a byte, to and fro: how long until it was read. */
int plain_pings(struct plain *plain, int64_t *ret_ns, unsigned n, struct err *err);

#endif
