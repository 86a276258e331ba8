// SPDX-License-Identifier: GPL-2.0-or-later
/* end: owns the socket calls of an established connection. */
#include "play/end.h"
#include "base/clock.h"
#include "base/mem.h"
#include "play/agent.h"
#include "play/loop.h"
#include "play/raw.h"
#include "play/watch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#define END_READ_MAX (64u << 20) /* no play writes as much */

void end_init(struct end *end, struct conn *conn)
{
	end->conn = conn;
	end->fd = -1;
}

void end_fini(struct end *end)
{
	if (end->fd >= 0)
		close(end->fd);
	free(end->chunks);
	text_free(&end->written);
	text_free(&end->read);
	text_free(&end->watch.path);
}

socklen_t end_address(const struct stage *stage, const struct endpoint *endpoint, int family,
		      struct sockaddr_storage *ret)
{
	static const struct addr wildcard;
	int of = family == AF_INET ? AF_INET : cell_family(stage->cell);
	const struct addr *addr =
		endpoint->address ? lab_address(&stage->lab, endpoint->host, of, endpoint->address)
				  : &wildcard;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ret;
	struct sockaddr_in *in = (struct sockaddr_in *)ret;

	memset(ret, 0, sizeof(*ret));
	ret->ss_family = family;
	if (family == AF_INET) {
		in->sin_port = htons(endpoint->port);
		memcpy(&in->sin_addr, addr->bytes, 4);
		return sizeof(*in);
	}
	in6->sin6_port = htons(endpoint->port);
	if (of == AF_INET && endpoint->address) {
		in6->sin6_addr.s6_addr[10] = in6->sin6_addr.s6_addr[11] = 0xff;
		memcpy(&in6->sin6_addr.s6_addr[12], addr->bytes, 4);
	} else {
		memcpy(&in6->sin6_addr, addr->bytes, 16);
	}
	return sizeof(*in6);
}

int end_set_tos(int fd, int family, int tos, struct err *err)
{
	if (!tos)
		return 0;
	if (setsockopt(fd, IPPROTO_IP, IP_TOS, &tos, sizeof(tos)) < 0)
		return err_sys(err, "IP_TOS");
	if (family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &tos, sizeof(tos)) < 0)
		return err_sys(err, "IPV6_TCLASS");
	return 0;
}

int end_set_user_timeout(int fd, int timeout_ms, struct err *err)
{
	if (timeout_ms &&
	    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof(timeout_ms)) < 0)
		return err_sys(err, "TCP_USER_TIMEOUT");
	return 0;
}

int socket_disconnect(int fd)
{
	const struct sockaddr nobody = {.sa_family = AF_UNSPEC};

	return connect(fd, &nobody, sizeof(nobody));
}

void end_shut(struct end *end, int how)
{
	static const int hows[] = {
		[HOW_WRITE] = SHUT_WR, [HOW_READ] = SHUT_RD, [HOW_BOTH] = SHUT_RDWR};
	int r = how == HOW_DISCONNECT ? socket_disconnect(end->fd) : shutdown(end->fd, hows[how]);

	if (r < 0 && !end->error)
		end->error = errno;
}

/* What an IPv6 socket has of IPv4 is IPv4 here: that is what its segments are. */
void end_read_sockaddr(const struct sockaddr_storage *from, struct addr *addr, uint16_t *port)
{
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)from;
	const struct sockaddr_in *in = (const struct sockaddr_in *)from;

	if (from->ss_family == AF_INET) {
		addr->family = AF_INET;
		*port = ntohs(in->sin_port);
		memcpy(addr->bytes, &in->sin_addr, 4);
		return;
	}
	*port = ntohs(in6->sin6_port);
	if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr)) {
		addr->family = AF_INET;
		memcpy(addr->bytes, &in6->sin6_addr.s6_addr[12], 4);
	} else {
		addr->family = AF_INET6;
		memcpy(addr->bytes, &in6->sin6_addr, 16);
	}
}

int end_read_local(struct end *end)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);

	if (getsockname(end->fd, (struct sockaddr *)&address, &len) < 0)
		return -errno;
	end_read_sockaddr(&address, &end->tuple.local, &end->tuple.local_port);
	return 0;
}

static void note_error(struct end *end, int error)
{
	if (!end->error)
		end->error = error;
}

static void connect_result(struct end *end, bool failed)
{
	struct conn *conn = end->conn;
	int error = 0;
	socklen_t len = sizeof(error);

	if (conn->connect_result != CALL_PENDING || end != &conn->ends[SIDE_CLIENT])
		return;
	if (failed)
		getsockopt(end->fd, SOL_SOCKET, SO_ERROR, &error, &len);
	conn->connect_result = error;
	conn->connect_ended_ns = clock_now_ns();
}

static void read_all(struct end *end)
{
	char buf[16384];
	ssize_t len;

	while (!end->eof && !end->deaf && end->read.len < END_READ_MAX) {
		len = recv(end->fd, buf, sizeof(buf), MSG_DONTWAIT);
		if (len > 0) {
			text_addn(&end->read, buf, len);
		} else if (len == 0) {
			end->eof = true;
		} else if (errno != EINTR) {
			if (errno != EAGAIN)
				note_error(end, errno);
			return;
		}
	}
}

/* An end that has read the other's FIN reads no more, and would not learn of a RST. */
static void note_pending_error(struct end *end)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (!getsockopt(end->fd, SOL_SOCKET, SO_ERROR, &error, &len) && error)
		note_error(end, error);
}

static void end_ready(struct stage *stage, struct source *source, uint32_t events)
{
	struct end *end = source->owner;

	(void)stage;
	if (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) {
		connect_result(end, events & (EPOLLERR | EPOLLHUP));
		end->writable = true;
	}
	if (end->conn->connect_result == 0 && events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
		read_all(end);
	if (end->conn->connect_result == 0 && events & EPOLLERR)
		note_pending_error(end);
}

int end_watch(struct stage *stage, struct end *end, struct err *err)
{
	end->source = (struct source){.ready = end_ready, .owner = end, .fd = end->fd};
	return loop_add(stage, &end->source, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, err);
}

void end_read(struct end *end, bool on)
{
	end->deaf = !on;
	if (end->fd >= 0 && conn_is_open(end->conn))
		read_all(end);
}

static bool is_writable(struct stage *stage, void *arg)
{
	const struct end *end = arg;

	(void)stage;
	return end->writable || end->error;
}

void end_compose(const struct end *end, size_t size, struct text *out)
{
	bool client = end == &end->conn->ends[SIDE_CLIENT];
	char label[96];
	int len = snprintf(label, sizeof(label), "%s %s %zu. ", end->conn->name,
			   client ? "client" : "server", end->n_chunks + 1);

	if ((size_t)len >= sizeof(label))
		len = sizeof(label) - 1;
	while (out->len < size)
		text_addn(out, label,
			  size - out->len < (size_t)len ? size - out->len : (size_t)len);
}

void end_wrote(struct end *end, const char *data, size_t size)
{
	end->chunks = mem_resize(end->chunks, end->n_chunks + 1, sizeof(*end->chunks));
	end->chunks[end->n_chunks++] =
		(struct chunk){.offset = (uint32_t)end->written.len, .len = (uint32_t)size};
	text_addn(&end->written, data, size);
}

int end_fast_open(struct end *end, size_t size, bool deferred, const struct sockaddr *to,
		  socklen_t len)
{
	_cleanup_text_ struct text chunk = {0};
	const int on = 1;
	ssize_t sent;

	end_compose(end, size, &chunk);
	if (deferred) {
		if (setsockopt(end->fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof(on)) < 0 ||
		    connect(end->fd, to, len) < 0)
			return -1;
		if (!size)
			return 0;
		sent = send(end->fd, chunk.data, size, MSG_NOSIGNAL);
	} else {
		sent = sendto(end->fd, chunk.data, size, MSG_FASTOPEN | MSG_NOSIGNAL, to, len);
	}
	if (sent <= 0)
		return (int)sent;
	end_wrote(end, chunk.data, sent);
	errno = EINPROGRESS;
	return -1;
}

int end_write(struct stage *stage, struct end *end, size_t size, int64_t deadline_ns,
	      struct err *err)
{
	_cleanup_text_ struct text chunk = {0};
	size_t sent = 0;
	int r;

	if (end->fd < 0 && !end->raw)
		return 1;
	end_compose(end, size, &chunk);
	end_wrote(end, chunk.data, size);
	if (end->raw) {
		r = raw_send(stage, end, TCP_PSH | TCP_ACK, chunk.data, size, err);
		return r < 0 ? r : 1;
	}
	while (sent < size && !end->error) {
		ssize_t len = send(end->fd, chunk.data + sent, size - sent, MSG_NOSIGNAL);

		if (len >= 0) {
			sent += len;
		} else if (errno == EAGAIN) {
			end->writable = false;
			r = loop_wait(stage, is_writable, end, deadline_ns, err);
			if (r <= 0)
				return r;
		} else if (errno != EINTR) {
			note_error(end, errno);
		}
	}
	return 1;
}

int end_close(struct stage *stage, struct end *end, const struct close_options *options,
	      struct err *err)
{
	struct linger linger = {.l_onoff = options->abort || options->has_linger,
				.l_linger = options->abort ? 0 : options->linger_s};
	int64_t began_ns;
	int on = 1, r;

	if (end->fd < 0)
		return 0;
	if (linger.l_onoff &&
	    setsockopt(end->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)) < 0)
		return err_sys(err, "SO_LINGER");
	if (options->has_linger2 &&
	    setsockopt(end->fd, IPPROTO_TCP, TCP_LINGER2, &options->linger2_s, sizeof(int)) < 0)
		return err_sys(err, "TCP_LINGER2");
	if (options->repair && setsockopt(end->fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on)) < 0)
		return err_sys(err, "TCP_REPAIR (needs CAP_NET_ADMIN)");
	r = end_set_user_timeout(end->fd, options->user_timeout_ms, err);
	if (r)
		return r;
	end->watch.closed_ns = clock_now_ns();
	if (options->by_exit || linger.l_linger > 0)
		return agent_close(stage, end, options->by_exit, err);
	if (stage->n_agents) /* an agent's copy would keep it in the loop */
		loop_remove(stage, &end->source);
	began_ns = clock_now_ns();
	close(end->fd);
	end->close_ns = clock_now_ns() - began_ns;
	end->fd = -1;
	return 0;
}

bool end_read_over(struct stage *stage, void *arg)
{
	const struct end *end = arg;

	(void)stage;
	return end->eof || end->error || end->fd < 0;
}

static struct end *closes_first(struct conn *conn, enum side first)
{
	return &conn->ends[first == SIDE_BOTH ? SIDE_CLIENT : first];
}

int conn_close_first(struct stage *stage, struct conn *conn, enum side first,
		     const struct close_options *options, struct err *err)
{
	struct end *one = closes_first(conn, first);
	int r = end_close(stage, one, options, err);

	if (r || first != SIDE_BOTH)
		return r;
	r = end_close(stage, conn_peer(one), options, err);
	return !r && options->by_exit ? agents_wait_still(stage, err) : r;
}

int conn_close_second(struct stage *stage, struct conn *conn, enum side first, int64_t deadline_ns,
		      struct err *err)
{
	const struct close_options plain = {0};
	struct end *other = conn_peer(closes_first(conn, first));
	int r;

	if (first == SIDE_BOTH)
		return 0;
	r = loop_wait(stage, end_read_over, other, deadline_ns, err);
	return r < 0 ? r : end_close(stage, other, &plain, err);
}

int conn_close(struct stage *stage, struct conn *conn, enum side first,
	       const struct close_options *options, int64_t deadline_ns, struct err *err)
{
	int r = conn_close_first(stage, conn, first, options, err);

	return r ? r : conn_close_second(stage, conn, first, deadline_ns, err);
}

bool end_has_socket(const struct end *end)
{
	return end->tuple.local_port && !end->raw;
}

static bool end_settled(const struct end *end)
{
	enum tcp_state state = end->watch.seen.state;

	return end->raw || state == STATE_TIME_WAIT || state == STATE_CLOSED || state == STATE_NONE;
}

/* Of a connection whose states nobody looks up otherwise. */
bool conn_settled(struct stage *stage, void *arg)
{
	struct conn *conn = arg;

	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
		struct end *end = &conn->ends[side];

		if (end->watch.looked_ns && end_settled(end))
			continue;
		if (!stage->failure.code)
			watch_end(stage, end, LOG_NONE, &stage->failure);
		if (!end_settled(end))
			return false;
	}
	return true;
}

void ends_clear(struct stage *stage, enum host_id host)
{
	for (size_t i = 0; i < stage->n_conns; i++) {
		for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
			const struct end *end = &stage->conns[i]->ends[side];
			bool gone = end->watch.looked_ns && end->fd < 0 && end_settled(end);

			if (end->host == host && end_has_socket(end) && !gone)
				diag_clear(stage->lab.hosts[host].diag, &end->tuple);
		}
	}
}

int conn_settle(struct stage *stage, struct conn *conn, int64_t deadline_ns, struct err *err)
{
	const unsigned settled = 1U << STATE_TIME_WAIT | 1U << STATE_CLOSED;
	int r = 1;

	if (!conn->watched)
		return loop_wait(stage, conn_settled, conn, deadline_ns, err);
	for (enum side side = SIDE_CLIENT; r > 0 && side <= SIDE_SERVER; side++) {
		if (!conn->ends[side].raw)
			r = watch_until(stage, &conn->ends[side], settled, deadline_ns, err);
	}
	return r;
}
