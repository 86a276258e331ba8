// SPDX-License-Identifier: GPL-2.0-or-later
/* pair: owns the socket calls of probes. */
#include "lab/pair.h"
#include "base/mem.h"

#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

int pair_socket(void)
{
	return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
}

bool connection_open(int listener, const struct sockaddr_in *to, int ret[2])
{
	ret[1] = -1;
	ret[0] = pair_socket();
	if (ret[0] < 0 || connect(ret[0], (const struct sockaddr *)to, sizeof(*to)))
		return false;
	ret[1] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	return ret[1] >= 0;
}

void connection_close(int fds[2])
{
	for (int i = 0; i < 2; i++)
		mem_cleanup_close(&fds[i]);
}

int listener_open(struct sockaddr_in *ret_addr)
{
	socklen_t len = sizeof(*ret_addr);
	int fd = pair_socket();

	*ret_addr = (struct sockaddr_in){.sin_family = AF_INET,
					 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (fd >= 0 && !bind(fd, (struct sockaddr *)ret_addr, len) && !listen(fd, 8) &&
	    !getsockname(fd, (struct sockaddr *)ret_addr, &len))
		return fd;
	mem_cleanup_close(&fd);
	return -1;
}

struct tuple tuple_between(const struct sockaddr_in *local, const struct sockaddr_in *remote)
{
	struct tuple tuple = {.local.family = AF_INET,
			      .remote.family = AF_INET,
			      .local_port = ntohs(local->sin_port),
			      .remote_port = ntohs(remote->sin_port)};

	memcpy(tuple.local.bytes, &local->sin_addr, sizeof(local->sin_addr));
	memcpy(tuple.remote.bytes, &remote->sin_addr, sizeof(remote->sin_addr));
	return tuple;
}

bool tsval_read(int fd, uint32_t *ret)
{
	socklen_t len = sizeof(*ret);

	return !getsockopt(fd, IPPROTO_TCP, TCP_TIMESTAMP, ret, &len);
}
