// SPDX-License-Identifier: GPL-2.0-or-later
/* stand_in: owns the built-in client: so many processes, each with one connection, one request at
 * a time. */
#include "play/stand_in.h"
#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_S   10 /* of a connect, a write, a read */
#define ANSWER_BLOCK 16384

struct client {
	const struct stand_in *as;
	int fd; /* -1: no connection */
	bool at_other;
};

size_t http_head_end(const char *bytes, size_t len)
{
	const char *end = memmem(bytes, len, "\r\n\r\n", 4);

	return end ? (size_t)(end - bytes) + 4 : 0;
}

const char *http_field(const char *head, const char *begins)
{
	size_t len = strlen(begins);
	const char *line = head;

	while ((line = strstr(line, "\r\n"))) {
		line += 2;
		if (!strncasecmp(line, begins, len))
			return line + len;
	}
	return NULL;
}

bool http_says(const char *head, const char *begins, const char *word)
{
	const char *field = http_field(head, begins);
	_cleanup_free_ char *line = field ? mem_strndup(field, strcspn(field, "\r")) : NULL;

	return line && strcasestr(line, word);
}

size_t http_body_len(const char *head)
{
	const char *length = http_field(head, "content-length:");
	long long len = length ? strtoll(length, NULL, 10) : 0;

	return len > 0 ? (size_t)len : 0;
}

static void client_close(struct client *client)
{
	if (client->fd >= 0)
		close(client->fd);
	client->fd = -1;
}

static int connect_to(struct client *client, const struct sockaddr_storage *at)
{
	const struct timeval patience = {.tv_sec = PATIENCE_S};

	client->fd = socket(at->ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client->fd < 0)
		return errno;
	setsockopt(client->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	setsockopt(client->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (!connect(client->fd, (const struct sockaddr *)at, client->as->len))
		return 0;
	return errno == EINPROGRESS ? ETIMEDOUT : errno;
}

/* What is refused was not asked yet, so it may try the other server. One that is reset before
 * connect() returns was open, as it is where connect() was a little faster. */
static int client_connect(struct client *client)
{
	const struct stand_in *as = client->as;
	int error = connect_to(client, client->at_other ? &as->other : &as->at);

	if (error != ECONNREFUSED || !as->has_other)
		return error;
	client_close(client);
	client->at_other = !client->at_other;
	return connect_to(client, client->at_other ? &as->other : &as->at);
}

static int read_error(ssize_t n)
{
	if (!n)
		return ECONNABORTED; /* the end of the stream in place of an answer */
	return errno == EAGAIN ? ETIMEDOUT : errno;
}

/* The head, and what came of the body with it: *ret_body bytes. */
static int read_head(int fd, char *buf, size_t size, size_t *ret_body)
{
	size_t len = 0, head = 0;

	while (!head) {
		ssize_t n = recv(fd, buf + len, size - 1 - len, 0);

		if (n <= 0)
			return read_error(n);
		len += n;
		buf[len] = '\0';
		head = http_head_end(buf, len);
		if (!head && len == size - 1)
			return EMSGSIZE;
	}
	buf[head - 2] = '\0';
	*ret_body = len - head;
	return 0;
}

/* left < 0: to the end of the stream. */
static int read_rest(int fd, char *buf, size_t size, long left)
{
	while (left) {
		ssize_t n = recv(fd, buf, left < 0 || (size_t)left > size ? size : (size_t)left, 0);

		if (!n && left < 0)
			return 0;
		if (n <= 0)
			return read_error(n);
		left -= left < 0 ? 0 : n;
	}
	return 0;
}

/* What is to come of a body of which so much came; negative: it ends with the stream. */
static long body_left(const char *head, size_t came)
{
	size_t len = http_body_len(head);

	if (!http_field(head, "content-length:"))
		return -1;
	return came < len ? (long)(len - came) : 0;
}

/* The connection is closed when the answer, or the client's ways, say so. */
static int read_answer(struct client *client, bool last)
{
	char buf[ANSWER_BLOCK];
	size_t came = 0;
	int error = read_head(client->fd, buf, sizeof(buf), &came);
	long left;
	bool closes;

	if (error)
		return error;
	/* Of one in chunks it is not known where it ends: a client that asks once more would wait.
	 */
	if (http_field(buf, "transfer-encoding:"))
		return EPROTONOSUPPORT;
	left = body_left(buf, came);
	closes = left < 0 || http_says(buf, "connection:", "close");
	error = read_rest(client->fd, buf, sizeof(buf), left);
	if (!error && last && client->as->closer == SIDE_SERVER)
		error = read_rest(client->fd, buf, sizeof(buf), -1);
	if (error || last || closes)
		client_close(client);
	return error;
}

static int ask(struct client *client, bool last)
{
	char request[128];
	int len = snprintf(request, sizeof(request),
			   "GET / HTTP/1.1\r\nHost: server\r\nConnection: %s\r\n\r\n",
			   last && client->as->closer == SIDE_SERVER ? "close" : "keep-alive");

	if (send(client->fd, request, len, MSG_NOSIGNAL) != len)
		return errno == EAGAIN ? ETIMEDOUT : errno;
	return read_answer(client, last);
}

/* A pool's look before it uses a connection: whatever is there to read is no answer. */
static bool was_closed(int fd)
{
	struct pollfd look = {.fd = fd, .events = POLLIN | POLLRDHUP};

	return poll(&look, 1, 0) > 0;
}

static int client_request(struct client *client)
{
	int error = 0;

	if (client->fd >= 0 && client->as->check && was_closed(client->fd))
		client_close(client);
	if (client->fd < 0)
		error = client_connect(client);
	if (!error)
		error = ask(client, !client->as->keep_alive);
	if (error)
		client_close(client);
	return error;
}

static void client_count(const struct client *client, int error)
{
	struct stand_in_tally *tally = client->as->tally;
	int none = 0;

	__atomic_add_fetch(error ? &tally->failed : &tally->ok, 1, __ATOMIC_RELAXED);
	if (!error)
		return;
	__atomic_compare_exchange_n(&tally->error, &none, error, false, __ATOMIC_RELAXED,
				    __ATOMIC_RELAXED);
	fprintf(stderr, "%s\n", strerrorname_np(error));
}

static void pause_for(int64_t ns)
{
	const struct timespec span = {ns / NS_PER_S, ns % NS_PER_S};

	if (ns)
		nanosleep(&span, NULL);
}

/* Clients begin apart, so that a pause is no beat of all. */
static void client_run(const struct stand_in *as, unsigned number)
{
	struct client client = {.as = as, .fd = -1};

	pause_for(as->every_ns * number / as->at_once);
	for (unsigned i = number; i < as->requests; i += as->at_once) {
		if (i != number)
			pause_for(as->every_ns);
		client_count(&client, client_request(&client));
	}
	client_close(&client);
	fflush(stderr);
	_exit(EXIT_SUCCESS);
}

static int clients_run(const struct stand_in *as)
{
	for (unsigned i = 0; i < as->at_once; i++) {
		pid_t pid = fork();

		if (!pid)
			client_run(as, i);
		if (pid < 0)
			return EXIT_FAILURE;
	}
	while (wait(NULL) > 0 || errno == EINTR)
		;
	return as->tally->failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

int stand_in_run(const struct stand_in *stand_in)
{
	return stand_in->serves ? stand_in_serve(stand_in) : clients_run(stand_in);
}
