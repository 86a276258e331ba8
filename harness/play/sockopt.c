// SPDX-License-Identifier: GPL-2.0-or-later
/* sockopt: owns the options of TCP and IP that no other file owns. */
#include "play/sockopt.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

bool sockopt_acks_late(const struct conn_options *options)
{
	return options->no_quickack || options->defer_accept_s;
}

int sockopt_late_ack(int fd, const struct conn_options *options, struct err *err)
{
	int off = 0;

	if (options->no_quickack &&
	    setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &off, sizeof(off)) < 0)
		return err_sys(err, "TCP_QUICKACK");
	if (options->defer_accept_s &&
	    setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &options->defer_accept_s,
		       sizeof(options->defer_accept_s)) < 0)
		return err_sys(err, "TCP_DEFER_ACCEPT");
	return 0;
}
