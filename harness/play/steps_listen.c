// SPDX-License-Identifier: GPL-2.0-or-later
/* steps_listen: owns the steps that open and close a listening socket. */
#include "base/clock.h"
#include "base/mem.h"
#include "lab/steer.h"
#include "play/end.h"
#include "play/listener.h"
#include "play/loop.h"
#include "play/reach.h"
#include "play/sign.h"
#include "play/sockopt.h"
#include "play/stage.h"
#include "play/sticky.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/fsuid.h>

static void listener_ready(struct stage *stage, struct source *source, uint32_t events)
{
	struct listener *listener = source->owner;
	struct sockaddr_storage from;
	socklen_t len = sizeof(from);
	int fd;

	(void)events;
	while ((fd = accept4(source->fd, (struct sockaddr *)&from, &len,
			     SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		listener->accepted++;
		conn_accepted(stage, fd, &from);
		len = sizeof(from);
	}
	if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED && !stage->failure.code)
		err_sys(&stage->failure, "accepting a connection");
}

static int listener_family(const struct stage *stage, const struct argval *args)
{
	switch (args[LISTEN_SOCKET].number) {
	case SOCKET_IPV4:
		return AF_INET;
	case SOCKET_DUAL:
	case SOCKET_IPV6_ONLY:
		return AF_INET6;
	}
	return cell_family(stage->cell);
}

/* A socket of the cell's own family leaves IPV6_V6ONLY to net.ipv6.bindv6only. What it accepts
 * inherits TCP_NODELAY. */
static int listener_set_options(int fd, const struct argval *args)
{
	int reuseaddr = args[LISTEN_REUSEADDR].number, reuseport = args[LISTEN_REUSEPORT].number;
	int kind = args[LISTEN_SOCKET].number, only = kind == SOCKET_IPV6_ONLY, on = 1;
	int keepalive = args[LISTEN_KEEPALIVE].number, rcvbuf = args[LISTEN_RCVBUF].number;
	int defer_s = args[LISTEN_DEFER].set ? args[LISTEN_DEFER].number / NS_PER_S : 0;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &reuseaddr, sizeof(reuseaddr)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &reuseport, sizeof(reuseport)) < 0 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0 ||
	    (keepalive &&
	     setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &keepalive, sizeof(keepalive)) < 0) ||
	    (args[LISTEN_RCVBUF].set &&
	     setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof(rcvbuf)) < 0) ||
	    (defer_s &&
	     setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &defer_s, sizeof(defer_s)) < 0) ||
	    ((only || kind == SOCKET_DUAL) &&
	     setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof(only)) < 0))
		return errno;
	return 0;
}

/* Bind and listen; returns 0 or the call's errno. */
static int listener_bind(const struct stage *stage, int fd, const struct argval *args)
{
	struct sockaddr_storage address;
	socklen_t len = end_address(stage, &args[LISTEN_AT].endpoint, listener_family(stage, args),
				    &address);
	int error = listener_set_options(fd, args);

	if (error)
		return error;
	if (bind(fd, (struct sockaddr *)&address, len) < 0 ||
	    listen(fd, args[LISTEN_BACKLOG].number) < 0)
		return errno;
	return 0;
}

/* A socket belongs to who made it: sk_uid is the maker's fsuid, and that is a thread's own. In a
 * user namespace that has no such user the cell is a skip. */
static int listener_socket(struct stage *stage, const struct argval *args, struct err *err)
{
	const struct argval *uid = &args[LISTEN_UID];
	int before = uid->set ? setfsuid(uid->number) : -1;
	int fd = -1, error;

	if (uid->set && setfsuid(-1) != uid->number) {
		setfsuid(before);
		return stage_skip(stage, "this user namespace has no other user");
	}
	fd = socket(listener_family(stage, args), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	error = errno;
	if (uid->set)
		setfsuid(before);
	errno = error;
	return fd < 0 ? err_sys(err, "a socket to listen on") : fd;
}

int step_listen(struct stage *stage, const struct step *step, const struct argval *args,
		struct err *err)
{
	const struct endpoint *at = &args[LISTEN_AT].endpoint;
	const struct reach reach = reach_asked(&args[LISTEN_DEVICE]);
	const struct sticky sticky = sticky_asked(&args[LISTEN_EXTENSIONS]);
	struct listener *listener = mem_zalloc(sizeof(*listener));
	int r;

	stage->listeners =
		mem_resize(stage->listeners, stage->n_listeners + 1, sizeof(*stage->listeners));
	stage->listeners[stage->n_listeners++] = listener;
	listener->name = args[LISTEN_AS].set ? args[LISTEN_AS].name : NULL;
	listener->host = at->host;
	listener->accepts = args[LISTEN_ACCEPT].number;
	listener->defers = args[LISTEN_DEFER].set && args[LISTEN_DEFER].number;
	listener->wildcard = !at->address;
	if (!listener->wildcard)
		listener->tuple.local =
			*lab_address(&stage->lab, at->host, cell_family(stage->cell), at->address);
	listener->tuple.local_port = at->port;
	listener->source = (struct source){.ready = listener_ready, .owner = listener, .fd = -1};
	r = lab_enter(&stage->lab, at->host, err);
	if (r)
		return r;
	r = listener_socket(stage, args, err);
	lab_leave(&stage->lab);
	if (r < 0)
		return r == -ECANCELED ? r : err_prefix(err, "line %d", step->at.line);
	listener->source.fd = r;
	r = sign_socket(stage, listener->source.fd, listener_family(stage, args),
			args[LISTEN_MD5].number, args[LISTEN_AO].number, err);
	if (!r)
		r = end_set_tos(listener->source.fd, listener_family(stage, args),
				args[LISTEN_TOS].number, err);
	if (!r)
		r = reach_set(listener->source.fd, listener_family(stage, args), &reach, err);
	if (!r)
		r = sockopt_ip_options(stage, listener->source.fd, args[LISTEN_IP_OPTIONS].number,
				       err);
	if (!r)
		r = sticky_set(listener->source.fd, listener_family(stage, args), &sticky, err);
	if (r)
		return r;
	listener->error = listener_bind(stage, listener->source.fd, args);
	if (listener->error) {
		close(listener->source.fd);
		listener->source.fd = -1;
		if (listener->name)
			return 0;
		errno = listener->error;
		return err_sys(err, "line %d: listen (name it with `as` to expect this)",
			       step->at.line);
	}
	return listener->accepts ? loop_add(stage, &listener->source, EPOLLIN, err) : 0;
}

/* No loop waits on it any more. */
static void listener_ignore(struct stage *stage, struct listener *listener)
{
	if (listener->accepts)
		loop_remove(stage, &listener->source);
	listener->accepts = false;
}

/* Delete it in the kernel's tables. Its process still has the descriptor, which tells of that. */
static int listener_kill(struct stage *stage, struct listener *listener, struct err *err)
{
	struct tuple tuple = listener->tuple;
	socklen_t len = sizeof(listener->told);
	int r;

	tuple.local.family = cell_family(stage->cell);
	r = diag_destroy_listener(stage->lab.hosts[listener->host].diag, &tuple, err);
	if (r == -EOPNOTSUPP)
		return stage_skip(stage, err->msg);
	if (r)
		return r;
	listener_ignore(stage, listener);
	listener->killed = true;
	if (getsockopt(listener->source.fd, SOL_SOCKET, SO_ERROR, &listener->told, &len) < 0)
		return err_sys(err, "SO_ERROR of a listener");
	return 0;
}

void listener_close(struct stage *stage, struct listener *listener)
{
	listener_ignore(stage, listener);
	close(listener->source.fd);
	listener->source.fd = -1;
	if (stage->lab.hosts[listener->host].steer)
		loop_worked(stage); /* a map had it: the kernel may wait for a grace period */
}

/* It listens no more, and keeps its descriptor. */
static int listener_stop(struct stage *stage, struct listener *listener, int by, struct err *err)
{
	int fd = listener->source.fd;

	listener_ignore(stage, listener);
	if (by == UNLISTEN_SHUTDOWN && shutdown(fd, SHUT_RD) < 0)
		return err_sys(err, "shutdown() of a listener");
	if (by == UNLISTEN_DISCONNECT && socket_disconnect(fd) < 0)
		return err_sys(err, "connect() of a listener to AF_UNSPEC");
	return 0;
}

/* NULL: it does not listen, or not any more. */
static struct listener *listener_find(const struct stage *stage, const struct name *name)
{
	for (size_t i = 0; i < stage->n_listeners; i++) {
		struct listener *listener = stage->listeners[i];

		if (listener->name == name && listener->source.fd >= 0)
			return listener;
	}
	return NULL;
}

int step_unlisten(struct stage *stage, const struct step *step, const struct argval *args,
		  struct err *err)
{
	struct listener *listener = listener_find(stage, args[UNLISTEN_AT].name);
	int r;

	if (!listener)
		return 0;
	if (args[UNLISTEN_BY].number == UNLISTEN_CLOSE || listener->killed) {
		listener_close(stage, listener);
		return 0;
	}
	if (args[UNLISTEN_BY].number == UNLISTEN_KILL)
		r = listener_kill(stage, listener, err);
	else
		r = listener_stop(stage, listener, args[UNLISTEN_BY].number, err);
	return r && r != -ECANCELED ? err_prefix(err, "line %d", step->at.line) : r;
}

int step_accept(struct stage *stage, const struct step *step, const struct argval *args,
		struct err *err)
{
	struct listener *listener = listener_find(stage, args[ACCEPT_AT].name);
	int r;

	(void)step;
	if (!listener || listener->accepts || listener->killed)
		return 0;
	listener->accepts = true;
	r = loop_add(stage, &listener->source, EPOLLIN, err);
	if (!r)
		listener_ready(stage, &listener->source, EPOLLIN);
	return r;
}

int step_steer(struct stage *stage, const struct step *step, const struct argval *args,
	       struct err *err)
{
	struct listener *listener = listener_find(stage, args[STEER_TO].name);
	struct host *host;
	int r;

	(void)step;
	if (!listener)
		return 0;
	host = &stage->lab.hosts[listener->host];
	r = lab_enter(&stage->lab, listener->host, err);
	if (r)
		return r;
	steer_close(host->steer);
	host->steer = NULL;
	r = steer_open(args[STEER_PORT].number, listener->source.fd, &host->steer, err);
	lab_leave(&stage->lab);
	loop_worked(stage); /* the kernel waits for grace periods */
	return r == -EOPNOTSUPP ? stage_skip(stage, err->msg) : r;
}
