// SPDX-License-Identifier: GPL-2.0-or-later
/* feature_nat: owns the probes of what a router needs. */
#include "lab/feature_nat.h"
#include "lab/conntrack.h"
#include "lab/pair.h"
#include "lab/ruleset.h"
#include "base/mem.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#define REPAIR_SEND_QUEUE 2
#define PROBE_ISN	  1000000
#define PROBE_ISN_BEYOND  2000000
#define PROBE_PORT	  41000 /* inside; and the next */
#define PROBE_PATIENCE_MS 100	/* for a SYN over lo */

bool has_conntrack(void)
{
	struct conntrack *conntrack = NULL;
	struct err ignored;
	bool has = !conntrack_open(&conntrack, &ignored) && conntrack;

	conntrack_close(conntrack);
	return has;
}

bool has_nat(void)
{
	const struct ruleset ruleset = {
		.masquerade = MASQUERADE_FULLY_RANDOM, .pool = 1U << 16 | 1, .drop_invalid = true};
	struct err ignored;

	return has_conntrack() && !ruleset_apply(&ruleset, &ignored);
}

static bool option_set(int fd, int option, int value)
{
	return !setsockopt(fd, IPPROTO_TCP, option, &value, sizeof(value));
}

/* A socket of this port, whose SYN will have this number. -1: not on this kernel. */
static int client_open(uint16_t port, uint32_t isn)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_port = htons(port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	_cleanup_fd_ int fd = pair_socket();
	int ret;

	if (fd < 0 || !option_set(fd, TCP_REPAIR, 1) ||
	    !option_set(fd, TCP_REPAIR_QUEUE, REPAIR_SEND_QUEUE) ||
	    !option_set(fd, TCP_QUEUE_SEQ, (int)isn) ||
	    (!option_set(fd, TCP_REPAIR, -1) && !option_set(fd, TCP_REPAIR, 0)) ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)))
		return -1;
	ret = fd;
	fd = -1;
	return ret;
}

/* Opens and closes; afterwards conntrack has it in TIME-WAIT. */
static bool comes_and_goes(int listener, const struct sockaddr_in *to)
{
	_cleanup_fd_ int client = client_open(PROBE_PORT, PROBE_ISN), server = -1;

	if (client < 0 || connect(client, (const struct sockaddr *)to, sizeof(*to)))
		return false;
	server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	return server >= 0 && !shutdown(client, SHUT_WR) && !shutdown(server, SHUT_WR);
}

static bool gets_through(const struct sockaddr_in *to)
{
	_cleanup_fd_ int client = client_open(PROBE_PORT + 1, PROBE_ISN_BEYOND);
	struct pollfd ready = {.fd = client, .events = POLLOUT};
	int error = 0;
	socklen_t len = sizeof(error);

	if (client < 0 || fcntl(client, F_SETFL, O_NONBLOCK))
		return false;
	if (!connect(client, (const struct sockaddr *)to, sizeof(*to)))
		return true;
	return errno == EINPROGRESS && poll(&ready, 1, PROBE_PATIENCE_MS) == 1 &&
	       !getsockopt(client, SOL_SOCKET, SO_ERROR, &error, &len) && !error;
}

bool has_nat_evicts_time_wait(void)
{
	_cleanup_fd_ int listener = -1;
	_cleanup_text_ struct text commands = {0};
	struct sockaddr_in to;
	struct err ignored;
	bool evicts;

	listener = listener_open(&to);
	if (listener < 0 || !has_conntrack())
		return false;
	text_add(&commands,
		 "table ip probe {\n\tchain out {\n"
		 "\t\ttype nat hook postrouting priority srcnat\n"
		 "\t\toifname \"lo\" tcp dport %u snat to 127.0.0.1:%u\n\t}\n}\n",
		 ntohs(to.sin_port), PROBE_PORT + 2);
	if (ruleset_run(text_str(&commands), &ignored))
		return false;
	evicts = comes_and_goes(listener, &to) && gets_through(&to);
	ruleset_run("delete table ip probe\n", &ignored);
	return evicts;
}
