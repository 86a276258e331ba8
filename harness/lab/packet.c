// SPDX-License-Identifier: GPL-2.0-or-later
/* packet: owns opening a packet socket. */
#include "lab/packet.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

/* Room for frames while the worker is busy elsewhere; without privilege rmem_max may cut it. */
#define RECEIVE_BUFFER (8 * 1024 * 1024)

int packet_open(int ifindex, int *ret_fd, struct err *err)
{
	struct sockaddr_ll bound = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = ifindex};
	const int room = RECEIVE_BUFFER, on = 1;
	/* Protocol 0 keeps it deaf until its options are set. */
	_cleanup_fd_ int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 && errno == EAFNOSUPPORT)
		return err_set(err, EAFNOSUPPORT,
			       "this kernel has no packet sockets (CONFIG_PACKET); load them: "
			       "modprobe af_packet");
	if (fd < 0)
		return err_sys(err, "open a packet socket");
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) &&
	    errno != ENOPROTOOPT)
		return err_sys(err, "set PACKET_IGNORE_OUTGOING");
	if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)))
		return err_sys(err, "set SO_TIMESTAMPNS");
	if (bind(fd, (struct sockaddr *)&bound, sizeof(bound)))
		return err_sys(err, "bind a packet socket to interface %d", ifindex);
	*ret_fd = fd;
	fd = -1;
	return 0;
}

int packet_open_direct(int *ret_fd, struct err *err)
{
	const int on = 1;
	_cleanup_fd_ int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return err_sys(err, "open a packet socket that only sends");
	if (setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)))
		return err_sys(err, "set PACKET_QDISC_BYPASS");
	*ret_fd = fd;
	fd = -1;
	return 0;
}
