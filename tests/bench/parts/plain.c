// SPDX-License-Identifier: GPL-2.0-or-later
/* plain: owns the veth pair between two hosts of a lab, beside its wire, and what is done on it. */
#include "bench/parts/plain.h"
#include "base/clock.h"
#include "base/mem.h"
#include "lab/link.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <netlink/netlink.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define PLAIN_IFINDEX 20
#define PLAIN_PORT    8080

static const struct addr plain_addresses[] = {
	{AF_INET, {198, 51, 100, 1}},
	{AF_INET, {198, 51, 100, 2}},
};
static const uint8_t plain_macs[][FRAME_MAC_LEN] = {{2, 0, 0, 0, 1, 1}, {2, 0, 0, 0, 1, 2}};

static struct sockaddr_in plain_sockaddr(enum host_id host, uint16_t port)
{
	struct sockaddr_in ret = {.sin_family = AF_INET, .sin_port = htons(port)};

	memcpy(&ret.sin_addr, plain_addresses[host].bytes, 4);
	return ret;
}

static int plain_host_set_up(struct lab *lab, enum host_id id, struct err *err)
{
	_cleanup_requests_ struct requests requests = {.sock = lab->hosts[id].route};
	enum host_id other = id == HOST_CLIENT ? HOST_SERVER : HOST_CLIENT;
	int r = lab_enter(lab, id, err);

	if (!r)
		r = link_offloads_off(&lab->bench->offloads, "eth1", err);
	if (!r)
		r = link_set_up(requests.sock, PLAIN_IFINDEX, LINK_MTU, err);
	if (!r)
		r = link_add_address(&requests, PLAIN_IFINDEX, &plain_addresses[id], 24, false,
				     err);
	if (!r)
		r = link_add_neighbour(&requests, PLAIN_IFINDEX, &plain_addresses[other],
				       plain_macs[other], err);
	if (!r)
		r = requests_send(&requests, err);
	lab_leave(lab);
	return r;
}

static int plain_host_wait(struct lab *lab, enum host_id id, struct err *err)
{
	struct nl_sock *events = NULL;
	int r = lab_enter(lab, id, err);

	if (!r)
		r = link_open_events(&events, err);
	if (!r)
		r = link_wait_up(events, lab->hosts[id].route, PLAIN_IFINDEX,
				 clock_now_ns() + 5 * NS_PER_S, err);
	nl_socket_free(events);
	lab_leave(lab);
	return r;
}

static int plain_join(struct lab *lab, struct err *err)
{
	struct link_end near = {"eth1", PLAIN_IFINDEX, plain_macs[HOST_CLIENT]};
	struct link_end far = {"eth1", PLAIN_IFINDEX, plain_macs[HOST_SERVER]};
	int r = link_add_veth(lab->hosts[HOST_CLIENT].route, &near, &far,
			      lab->hosts[HOST_SERVER].ns_fd, err);

	for (enum host_id id = HOST_CLIENT; !r && id <= HOST_SERVER; id++)
		r = plain_host_set_up(lab, id, err);
	for (enum host_id id = HOST_CLIENT; !r && id <= HOST_SERVER; id++)
		r = plain_host_wait(lab, id, err);
	return r;
}

static int plain_socket(struct plain *plain, enum host_id host, struct err *err)
{
	const int on = 1;
	int fd, r = lab_enter(&plain->lab, host, err);

	if (r)
		return r;
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	lab_leave(&plain->lab);
	if (fd < 0)
		return err_sys(err, "a socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static int plain_listen(struct plain *plain, struct err *err)
{
	struct sockaddr_in at = plain_sockaddr(HOST_SERVER, PLAIN_PORT);

	plain->listen_fd = plain_socket(plain, HOST_SERVER, err);
	if (plain->listen_fd < 0)
		return plain->listen_fd;
	if (bind(plain->listen_fd, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    listen(plain->listen_fd, 128) < 0)
		return err_sys(err, "listen");
	return 0;
}

int plain_open(struct bench *bench, struct plain *ret, struct err *err)
{
	const struct lab_spec spec = {.topology = TOPOLOGY_LINK, .family = AF_INET};
	int r;

	*ret = (struct plain){.listen_fd = -1};
	r = lab_open(bench, &spec, &ret->lab, err);
	if (!r)
		r = plain_join(&ret->lab, err);
	return r ? r : plain_listen(ret, err);
}

void plain_close(struct plain *plain)
{
	if (plain->listen_fd >= 0)
		close(plain->listen_fd);
	lab_close(&plain->lab);
}

/* One connection, both ends. port 0: connect() chooses. */
static int plain_connect(struct plain *plain, uint16_t port, int ret_fds[2], struct err *err)
{
	struct sockaddr_in from = plain_sockaddr(HOST_CLIENT, port);
	struct sockaddr_in to = plain_sockaddr(HOST_SERVER, PLAIN_PORT);

	ret_fds[1] = -1;
	ret_fds[0] = plain_socket(plain, HOST_CLIENT, err);
	if (ret_fds[0] < 0)
		return ret_fds[0];
	if ((port && bind(ret_fds[0], (struct sockaddr *)&from, sizeof(from)) < 0) ||
	    connect(ret_fds[0], (struct sockaddr *)&to, sizeof(to)) < 0)
		return err_sys(err, "connect from port %u", port);
	ret_fds[1] = accept4(plain->listen_fd, NULL, NULL, SOCK_CLOEXEC);
	return ret_fds[1] < 0 ? err_sys(err, "accept") : 0;
}

static void plain_disconnect(int fds[2])
{
	for (int i = 0; i < 2; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
}

/* One port after the other, opened and closed, the client first. */
int plain_ports(struct plain *plain, uint16_t first_port, unsigned n, int64_t *ret_ns,
		struct err *err)
{
	int64_t began_ns = clock_now_ns();
	int r = 0;

	for (unsigned i = 0; !r && i < n; i++) {
		int fds[2];

		r = plain_connect(plain, first_port ? first_port + i : 0, fds, err);
		plain_disconnect(fds);
	}
	*ret_ns = clock_now_ns() - began_ns;
	return r;
}

static int plain_ping(int epoll_fd, int from, int to, int64_t *ret_ns, struct err *err)
{
	int64_t began_ns = clock_now_ns();
	struct epoll_event event;
	char byte;

	if (send(from, "x", 1, 0) != 1 || epoll_wait(epoll_fd, &event, 1, 1000) != 1 ||
	    recv(to, &byte, 1, 0) != 1)
		return err_sys(err, "a byte over the plain veth");
	*ret_ns = clock_now_ns() - began_ns;
	return 0;
}

/* To and fro, as over the wire. */
int plain_pings(struct plain *plain, int64_t *ret_ns, unsigned n, struct err *err)
{
	struct epoll_event event = {.events = EPOLLIN};
	_cleanup_fd_ int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	int fds[2];
	int r = plain_connect(plain, 0, fds, err);

	for (int i = 0; !r && i < 2; i++) {
		if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fds[i], &event) < 0)
			r = err_sys(err, "epoll");
	}
	for (unsigned i = 0; !r && i < n; i++)
		r = plain_ping(epoll_fd, fds[i & 1], fds[!(i & 1)], &ret_ns[i], err);
	plain_disconnect(fds);
	return r;
}
