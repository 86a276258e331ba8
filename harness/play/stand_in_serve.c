// SPDX-License-Identifier: GPL-2.0-or-later
/* stand_in_serve: owns the built-in server: one loop over its connections, and an answer to each
 * head of a request. */
#include "play/stand_in.h"
#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

#define REQUEST_MAX 4096
#define BACKLOG	    511

struct visitor {
	int64_t idle_ns; /* since when */
	size_t len;
	size_t body; /* bytes of a request's body that are still to come, and are passed over */
	char request[REQUEST_MAX + 1];
};

/* fds[0] tells of signals, fds[1] is the listener; visitors[i] is whom fds[i + FIXED] serves. */
enum { SIGNALS, LISTENER, FIXED };

struct server {
	const struct stand_in *as;
	struct pollfd *fds;
	struct visitor **visitors;
	size_t n;
	bool drains;
	char *body;
};

static void visitor_add(struct server *server, int fd)
{
	size_t n = server->n++;

	server->fds = mem_resize(server->fds, FIXED + server->n, sizeof(*server->fds));
	server->visitors = mem_resize(server->visitors, server->n, sizeof(*server->visitors));
	server->fds[FIXED + n] = (struct pollfd){.fd = fd, .events = POLLIN};
	server->visitors[n] = mem_zalloc(sizeof(**server->visitors));
	server->visitors[n]->idle_ns = clock_now_ns();
}

/* The last one takes its place. */
static void visitor_remove(struct server *server, size_t i)
{
	close(server->fds[FIXED + i].fd);
	free(server->visitors[i]);
	server->n--;
	server->visitors[i] = server->visitors[server->n];
	server->fds[FIXED + i] = server->fds[FIXED + server->n];
	server->fds[LISTENER].events = POLLIN;
}

/* False: the connection is to be closed. */
static bool answer(struct server *server, int fd, const char *head)
{
	bool closes = server->drains || http_says(head, "connection:", "close");
	_cleanup_free_ char *top =
		mem_printf("HTTP/1.1 200 OK\r\nContent-Length: %u\r\nConnection: %s\r\n\r\n",
			   server->as->size, closes ? "close" : "keep-alive");
	struct iovec parts[] = {{top, strlen(top)}, {server->body, server->as->size}};
	struct msghdr msg = {.msg_iov = parts, .msg_iovlen = ARRAY_SIZE(parts)};

	return sendmsg(fd, &msg, MSG_NOSIGNAL) == (ssize_t)(parts[0].iov_len + parts[1].iov_len) &&
	       !closes;
}

static void visitor_drop(struct visitor *visitor, size_t n)
{
	visitor->len -= n;
	memmove(visitor->request, visitor->request + n, visitor->len + 1);
}

/* True: it is over, and the next request begins here. */
static bool body_pass(struct visitor *visitor)
{
	size_t n = visitor->body < visitor->len ? visitor->body : visitor->len;

	visitor->body -= n;
	visitor_drop(visitor, n);
	return !visitor->body;
}

/* Read, and answer each request that is whole. False: it has ended, or is to. */
static bool visitor_serve(struct server *server, size_t i)
{
	struct visitor *visitor = server->visitors[i];
	int fd = server->fds[FIXED + i].fd;
	ssize_t n = recv(fd, visitor->request + visitor->len, REQUEST_MAX - visitor->len, 0);
	size_t head;

	if (n <= 0)
		return false;
	visitor->len += n;
	visitor->request[visitor->len] = '\0';
	while (body_pass(visitor) && (head = http_head_end(visitor->request, visitor->len))) {
		visitor->request[head - 2] = '\0';
		visitor->body = http_body_len(visitor->request);
		if (!answer(server, fd, visitor->request))
			return false;
		visitor_drop(visitor, head);
		visitor->idle_ns = clock_now_ns();
	}
	return visitor->len < REQUEST_MAX;
}

/* Where there are no descriptors left, the others wait until somebody leaves. */
static void accept_all(struct server *server)
{
	int fd;

	while ((fd = accept4(server->fds[LISTENER].fd, NULL, NULL, SOCK_CLOEXEC)) >= 0)
		visitor_add(server, fd);
	if (errno == EMFILE || errno == ENFILE)
		server->fds[LISTENER].events = 0;
}

/* What waits in the accept queue is taken before the listener goes: else it would be reset. */
static void drain(struct server *server)
{
	struct signalfd_siginfo info;

	if (read(server->fds[SIGNALS].fd, &info, sizeof(info)) != sizeof(info))
		return;
	accept_all(server);
	close(server->fds[LISTENER].fd);
	server->fds[LISTENER].fd = -1;
	server->drains = true;
}

static bool is_idle(const struct server *server, const struct visitor *visitor, int64_t now_ns)
{
	if (visitor->len)
		return false;
	return server->drains ||
	       (server->as->idle_ns && now_ns - visitor->idle_ns >= server->as->idle_ns);
}

/* While it drains, one that has sent a request by now is not idle. */
static void close_idle(struct server *server)
{
	int64_t now_ns = clock_now_ns();

	for (size_t i = server->n; i-- > 0;) {
		char byte;

		if (is_idle(server, server->visitors[i], now_ns) &&
		    recv(server->fds[FIXED + i].fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0)
			visitor_remove(server, i);
	}
}

/* Until the next connection has been idle for too long. */
static struct timespec *idle_left(const struct server *server, struct timespec *ret)
{
	int64_t next_ns = INT64_MAX, now_ns = clock_now_ns();

	for (size_t i = 0; i < server->n && server->as->idle_ns; i++) {
		if (server->visitors[i]->idle_ns + server->as->idle_ns < next_ns)
			next_ns = server->visitors[i]->idle_ns + server->as->idle_ns;
	}
	if (next_ns == INT64_MAX)
		return NULL;
	next_ns = next_ns > now_ns ? next_ns - now_ns : 0;
	*ret = (struct timespec){next_ns / NS_PER_S, next_ns % NS_PER_S};
	return ret;
}

static int server_loop(struct server *server)
{
	struct timespec left;

	while (!server->drains || server->n) {
		if (ppoll(server->fds, FIXED + server->n, idle_left(server, &left), NULL) < 0)
			continue;
		for (size_t i = server->n; i-- > 0;) {
			if (server->fds[FIXED + i].revents && !visitor_serve(server, i))
				visitor_remove(server, i);
		}
		if (server->fds[LISTENER].revents)
			accept_all(server);
		if (server->fds[SIGNALS].revents)
			drain(server);
		close_idle(server);
	}
	return EXIT_SUCCESS;
}

static int server_listen(const struct stand_in *as)
{
	int fd = socket(as->at.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (fd < 0 || bind(fd, (const struct sockaddr *)&as->at, as->len) < 0 ||
	    listen(fd, BACKLOG) < 0)
		return -errno;
	return fd;
}

int stand_in_serve(const struct stand_in *stand_in)
{
	struct server server = {.as = stand_in};
	sigset_t quit;

	sigemptyset(&quit);
	sigaddset(&quit, SIGQUIT);
	sigprocmask(SIG_BLOCK, &quit, NULL);
	server.fds = mem_zalloc(FIXED * sizeof(*server.fds));
	server.fds[SIGNALS] = (struct pollfd){.events = POLLIN};
	server.fds[SIGNALS].fd = signalfd(-1, &quit, SFD_CLOEXEC);
	server.fds[LISTENER] = (struct pollfd){.fd = server_listen(stand_in), .events = POLLIN};
	if (server.fds[LISTENER].fd < 0) {
		fprintf(stderr, "listen: %s\n", strerrorname_np(-server.fds[LISTENER].fd));
		return EXIT_FAILURE;
	}
	server.body = mem_zalloc(stand_in->size);
	memset(server.body, 'a', stand_in->size);
	return server_loop(&server);
}
