// SPDX-License-Identifier: GPL-2.0-or-later
/* steps_socket: owns the steps that make a connection's socket calls: connect, send, close. */
#include "base/clock.h"
#include "base/mem.h"
#include "play/agent.h"
#include "play/end.h"
#include "play/loop.h"
#include "play/reach.h"
#include "play/sockopt.h"
#include "play/stage.h"
#include "play/sticky.h"

#include <errno.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

static int64_t deadline(const struct argval *within)
{
	return clock_now_ns() + within->number;
}

/* Is there a listener there that accepts nobody, or not before there is data? */
static bool nobody_accepts(const struct stage *stage, const struct endpoint *to)
{
	const struct addr *addr =
		lab_address(&stage->lab, to->host, cell_family(stage->cell), to->address);

	for (size_t i = 0; i < stage->n_listeners; i++) {
		const struct listener *listener = stage->listeners[i];

		if (listener->source.fd >= 0 && !listener->killed && listener->host == to->host &&
		    (listener->wildcard || addr_equal(&listener->tuple.local, addr)) &&
		    listener->tuple.local_port == to->port &&
		    (!listener->accepts || listener->defers))
			return true;
	}
	return false;
}

/* The sequence number that the client's end of the connection before began with. */
static void isn_of_previous(const struct stage *stage, struct conn_options *options)
{
	for (size_t i = stage->n_conns; i-- > 0;) {
		const struct flow *flow = &stage->conns[i]->ends[SIDE_CLIENT].flow;

		if (flow->has_isn) {
			options->has_isn = true;
			options->isn = flow->isn;
			return;
		}
	}
}

/* Its socket is there, and not connected. */
static bool may_connect_again(const struct conn *failed)
{
	return failed && failed->connect_result > 0 && failed->ends[SIDE_CLIENT].fd >= 0;
}

/* Whose TIME-WAIT may its connect() have taken? NULL: nobody was there before it. */
static struct conn *last_before(const struct stage *stage, const struct conn *failed)
{
	struct conn *last = NULL;

	for (size_t i = 0; stage->conns[i] != failed; i++) {
		if (stage->conns[i]->ends[SIDE_CLIENT].flow.has_isn)
			last = stage->conns[i];
	}
	return last;
}

int step_connect(struct stage *stage, const struct step *step, const struct argval *args,
		 struct err *err)
{
	const struct argval *isn = &args[CONNECT_ISN];
	struct conn_options options = {
		.from = args[CONNECT_FROM].endpoint,
		.to = args[CONNECT_TO].endpoint,
		.reuseaddr = args[CONNECT_REUSEADDR].number,
		.reuseport = args[CONNECT_REUSEPORT].number,
		.no_port = args[CONNECT_NO_PORT].number,
		.port_range = args[CONNECT_PORT_RANGE].set ? args[CONNECT_PORT_RANGE].number : 0,
		.md5 = args[CONNECT_MD5].number,
		.ao = args[CONNECT_AO].number,
		.other_key = args[CONNECT_OTHER_KEY].number,
		.mapped = args[CONNECT_SOCKET].number == CONNECT_SOCKET_MAPPED,
		.repair = args[CONNECT_REPAIR].number,
		.has_isn = !isn->is_word,
		.isn = isn->is_word ? 0 : (uint32_t)isn->number,
		.handshake = args[CONNECT_HANDSHAKE].number,
		.timestamps = args[CONNECT_TIMESTAMPS].number,
		.tsval = args[CONNECT_TSVAL].number,
		.label = args[CONNECT_LABEL].number,
		.tos = args[CONNECT_TOS].number,
		.reach = reach_asked(&args[CONNECT_DEVICE]),
		.sticky = sticky_asked(&args[CONNECT_EXTENSIONS]),
		.destination = args[CONNECT_DESTINATION].number,
		.scope = args[CONNECT_SCOPE].number,
		.fast_open_deferred = args[CONNECT_FAST_OPEN_BY].number == FAST_OPEN_CONNECT,
		.has_fast_open = args[CONNECT_FAST_OPEN].set,
		.fast_open = args[CONNECT_FAST_OPEN].set ? args[CONNECT_FAST_OPEN].number : 0,
		.ip_options = args[CONNECT_IP_OPTIONS].number,
		.no_quickack = !args[CONNECT_QUICKACK].number,
		.defer_accept_s =
			args[CONNECT_DEFER].set ? args[CONNECT_DEFER].number / NS_PER_S : 0,
		.deadline_ns = deadline(&args[CONNECT_WITHIN]),
	};
	struct conn *conn;
	int r;

	if (isn->is_word && isn->number == ISN_SAME)
		isn_of_previous(stage, &options);
	conn = conn_new(stage, args[CONNECT_AS].name->name, args[CONNECT_AS].name);
	conn->no_accept = options.repair || nobody_accepts(stage, &options.to) ||
			  sockopt_acks_late(&options) ||
			  (options.fast_open_deferred && !options.fast_open);
	if (args[CONNECT_AGAIN].set) {
		options.again = stage_conn(stage, args[CONNECT_AGAIN].name);
		if (!may_connect_again(options.again))
			return 0;
		conn->took = last_before(stage, options.again);
	}
	r = conn_open(stage, conn, &options, err);
	if (!r && conn_is_open(conn) && !conn->ends[SIDE_SERVER].opened && !conn->no_accept)
		stage_missed(stage, step, "%s was not accepted", conn->name);
	return r;
}

struct send_wait {
	struct end *end;
	int64_t until;
};

static bool send_over(struct stage *stage, void *arg)
{
	const struct send_wait *wait = arg;
	const struct end *end = wait->end, *peer = conn_peer(end);
	int queued = 0;

	(void)stage;
	if (end->error || peer->error || (end->fd < 0 && !end->raw))
		return true;
	if (wait->until == UNTIL_DELIVERED && (peer->fd >= 0 || peer->raw))
		return peer->read.len >= end->written.len || peer->eof;
	if (end->raw)
		return peer->flow.ack_last - end->flow.isn - 1 >= end->written.len;
	return ioctl(end->fd, SIOCOUTQ, &queued) < 0 || !queued;
}

static const char *const until_words[] = {
	[UNTIL_SENT] = "sent", [UNTIL_ACKED] = "acknowledged", [UNTIL_DELIVERED] = "read"};

int step_send(struct stage *stage, const struct step *step, const struct argval *args,
	      struct err *err)
{
	struct conn *conn = stage_conn(stage, args[SEND_VIA].name);
	int64_t until_ns = deadline(&args[SEND_WITHIN]);
	struct send_wait wait = {.until = args[SEND_UNTIL].number};
	int r = 1;

	if (!conn || !conn_is_open(conn))
		return 0;
	wait.end = &conn->ends[args[SEND_FROM].number];
	for (int64_t n = 0; r > 0 && n < args[SEND_SEGMENTS].number; n++)
		r = end_write(stage, wait.end, args[SEND_SIZE].number, until_ns, err);
	if (r > 0 && wait.until != UNTIL_SENT)
		r = loop_wait(stage, send_over, &wait, until_ns, err);
	if (!r)
		stage_missed(stage, step, "what %s wrote was not %s", conn->name,
			     until_words[wait.until]);
	return r < 0 ? r : 0;
}

/* Also one that is not open yet has sockets, or will. */
static bool may_use(const struct conn *conn)
{
	return conn_is_open(conn) || conn->connect_result == CALL_PENDING;
}

int step_reading(struct stage *stage, const struct step *step, const struct argval *args,
		 struct err *err)
{
	struct conn *conn = stage_conn(stage, args[READING_VIA].name);

	(void)step;
	(void)err;
	if (conn && may_use(conn))
		end_read(&conn->ends[args[READING_AT].number], args[READING_ON].number);
	return 0;
}

int step_shutdown(struct stage *stage, const struct step *step, const struct argval *args,
		  struct err *err)
{
	struct conn *conn = stage_conn(stage, args[SHUTDOWN_VIA].name);
	const struct argval *user_timeout = &args[SHUTDOWN_USER_TIMEOUT];
	struct end *end;
	int r;

	(void)step;
	if (!conn || !may_use(conn))
		return 0;
	end = &conn->ends[args[SHUTDOWN_AT].number];
	if (end->fd < 0)
		return 0;
	r = end_set_user_timeout(end->fd, user_timeout->set ? user_timeout->number / NS_PER_MS : 0,
				 err);
	if (!r)
		end_shut(end, args[SHUTDOWN_HOW].number);
	return r;
}

static int settle(struct stage *stage, const struct step *step, struct conn *conn, int64_t until_ns,
		  struct err *err)
{
	int r = conn_settle(stage, conn, until_ns, err);

	if (!r)
		stage_missed(stage, step, "%s did not come to TIME-WAIT or closed on both ends",
			     conn->name);
	return r < 0 ? r : 0;
}

int step_settle(struct stage *stage, const struct step *step, const struct argval *args,
		struct err *err)
{
	struct conn *conn = stage_conn(stage, args[SETTLE_VIA].name);

	if (!conn || !conn_is_open(conn))
		return 0;
	return settle(stage, step, conn, deadline(&args[SETTLE_WITHIN]), err);
}

static int close_in_order(struct stage *stage, const struct step *step, struct conn *conn,
			  const struct argval *args, const struct close_options *options,
			  struct err *err)
{
	int64_t until_ns = deadline(&args[CLOSE_WITHIN]);
	int r = conn_close(stage, conn, args[CLOSE_FIRST].number, options, until_ns, err);

	if (r < 0 || (args[CLOSE_SETTLE].set && !args[CLOSE_SETTLE].number))
		return r;
	return settle(stage, step, conn, until_ns, err);
}

int step_close(struct stage *stage, const struct step *step, const struct argval *args,
	       struct err *err)
{
	struct conn *conn = stage_conn(stage, args[CLOSE_VIA].name);
	struct close_options options = {
		.abort = args[CLOSE_BY].number == BY_ABORT,
		.by_exit = args[CLOSE_BY].number == BY_EXIT,
		.repair = args[CLOSE_BY].number == BY_REPAIR,
		.has_linger = args[CLOSE_LINGER].set,
		.linger_s = args[CLOSE_LINGER].set ? args[CLOSE_LINGER].number / NS_PER_S : 0,
		.has_linger2 = args[CLOSE_LINGER2].set,
		.linger2_s = args[CLOSE_LINGER2].set ? args[CLOSE_LINGER2].number : 0,
		.user_timeout_ms = args[CLOSE_USER_TIMEOUT].set
					   ? args[CLOSE_USER_TIMEOUT].number / NS_PER_MS
					   : 0,
	};
	int r;

	if (!conn)
		return 0;
	if (!conn_is_open(conn)) /* refused, or no answer yet: it has a descriptor all the same */
		return args[CLOSE_AT].set && args[CLOSE_AT].number == SIDE_SERVER
			       ? 0
			       : end_close(stage, &conn->ends[SIDE_CLIENT], &options, err);
	if (args[CLOSE_AT].set)
		r = end_close(stage, &conn->ends[args[CLOSE_AT].number], &options, err);
	else
		r = close_in_order(stage, step, conn, args, &options, err);
	if (r < 0)
		return r;
	r = loop_wait(stage, agents_done, NULL, deadline(&args[CLOSE_WITHIN]), err);
	if (!r)
		stage_missed(stage, step, "the close of %s has not returned", conn->name);
	return r < 0 ? r : 0;
}
