// SPDX-License-Identifier: GPL-2.0-or-later
/* sockopt: owns what a socket is asked for before bind(). */
#include "play/sockopt.h"
#include "play/end.h"
#include "play/reach.h"
#include "play/sign.h"
#include "play/sticky.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif
#define REPAIR_SEND_QUEUE 2
#define REPAIR_OFF_NO_WP  (-1) /* since 5.0; 0 before it */

bool sockopt_acks_late(const struct conn_options *options)
{
	return options->no_quickack || options->defer_accept_s;
}

static int set_option(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
}

static int late_ack(int fd, const struct conn_options *options, struct err *err)
{
	if (options->no_quickack && set_option(fd, IPPROTO_TCP, TCP_QUICKACK, 0) < 0)
		return err_sys(err, "TCP_QUICKACK");
	if (options->defer_accept_s &&
	    set_option(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, options->defer_accept_s) < 0)
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

static int repair_on(int fd, struct err *err)
{
	if (set_option(fd, IPPROTO_TCP, TCP_REPAIR, 1) < 0 ||
	    set_option(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, REPAIR_SEND_QUEUE) < 0)
		return err_sys(err, "TCP_REPAIR (needs CAP_NET_ADMIN)");
	return 0;
}

int sockopt_repair_off(int fd, struct err *err)
{
	if (set_option(fd, IPPROTO_TCP, TCP_REPAIR, REPAIR_OFF_NO_WP) < 0 &&
	    set_option(fd, IPPROTO_TCP, TCP_REPAIR, 0) < 0)
		return err_sys(err, "switching TCP_REPAIR off");
	return 0;
}

/* The SYN's sequence number, as checkpoint/restore would set it (tcp_repair in net/ipv4/tcp.c). */
static int set_isn(int fd, const struct conn_options *options, struct err *err)
{
	int r = repair_on(fd, err);

	if (r)
		return r;
	if (options->has_isn && set_option(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, (int)options->isn) < 0)
		return err_sys(err, "TCP_QUEUE_SEQ, for a chosen isn");
	return options->repair ? 0 : sockopt_repair_off(fd, err);
}

int sockopt_family(const struct stage *stage, const struct conn_options *options)
{
	return options->mapped ? AF_INET6 : cell_family(stage->cell);
}

/* REPAIR sets SO_REUSEADDR when it is switched on, and resets it when it is switched off: so it
 * comes first, and where it stays on SO_REUSEADDR is its own. */
int sockopt_client(struct stage *stage, int fd, const struct conn_options *options,
		   bool bind_no_port, struct err *err)
{
	int r = options->has_isn || options->repair ? set_isn(fd, options, err) : 0;

	if (r)
		return r;
	if ((options->reuseaddr && !options->repair &&
	     set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1) < 0) ||
	    (options->reuseport && set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1) < 0) ||
	    (!options->no_data && set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1) < 0))
		return err_sys(err, "setting a socket's options");
	if (options->port_range &&
	    set_option(fd, IPPROTO_IP, IP_LOCAL_PORT_RANGE, (int)options->port_range) < 0) {
		if (errno != ENOPROTOOPT)
			return err_sys(err, "IP_LOCAL_PORT_RANGE");
		return stage_skip(stage, "this kernel has no IP_LOCAL_PORT_RANGE");
	}
	r = sign_client(stage, fd, sockopt_family(stage, options), options, err);
	if (!r)
		r = end_set_tos(fd, sockopt_family(stage, options), options->tos, err);
	if (!r)
		r = reach_set(fd, sockopt_family(stage, options), &options->reach, err);
	if (!r)
		r = late_ack(fd, options, err);
	if (!r)
		r = sockopt_ip_options(stage, fd, options->ip_options, err);
	if (!r)
		r = sticky_set(fd, sockopt_family(stage, options), &options->sticky, err);
	if (r)
		return r;
	if (bind_no_port && set_option(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1) < 0)
		return err_sys(err, "IP_BIND_ADDRESS_NO_PORT");
	return 0;
}

const char *sockopt_ip_options_word(unsigned seen)
{
	static const char *const words[] = {
		[0] = "none",
		[IP_OPTION_RECORD] = "record-route",
		[IP_OPTION_SOURCE] = "source-route",
		[IP_OPTION_RECORD | IP_OPTION_SOURCE] = "both",
	};

	if (seen & (seen - 1))
		return "some";
	return words[seen ? __builtin_ctz(seen) : 0];
}
