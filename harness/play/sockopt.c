// SPDX-License-Identifier: GPL-2.0-or-later
/* sockopt: owns the options of TCP and IP that no other file owns. */
#include "play/sockopt.h"

#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

bool sockopt_acks_late(const struct conn_options *options)
{
	return options->no_quickack || options->defer_accept_s;
}

static int late_ack(int fd, const struct conn_options *options, struct err *err)
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

/* RFC 791 3.1: the kind, the length, and where the next address lies. */
int sockopt_ip_options(const struct stage *stage, int fd, int which, struct err *err)
{
	static const uint8_t kinds[] = {[IP_OPTIONS_RECORD] = IPOPT_RR,
					[IP_OPTIONS_LOOSE] = IPOPT_LSRR,
					[IP_OPTIONS_STRICT] = IPOPT_SSRR};
	const struct addr *hop = lab_address(&stage->lab, HOST_SERVER, AF_INET, 2);
	uint8_t option[MAX_IPOPTLEN] = {kinds[which], 7, IPOPT_MINOFF};

	if (which == IP_OPTIONS_NONE)
		return 0;
	if (which == IP_OPTIONS_RECORD)
		option[1] = 3 + 9 * 4;
	else
		memcpy(option + 3, hop->bytes, 4);
	if (setsockopt(fd, IPPROTO_IP, IP_OPTIONS, option, option[1]) < 0)
		return err_sys(err, "IP_OPTIONS");
	return 0;
}

int sockopt_client(const struct stage *stage, int fd, const struct conn_options *options,
		   struct err *err)
{
	int r = late_ack(fd, options, err);

	return r ? r : sockopt_ip_options(stage, fd, options->ip_options, err);
}
