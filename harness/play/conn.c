// SPDX-License-Identifier: GPL-2.0-or-later
/* conn: owns the opening of an incarnation: its sockets, options, bind, connect and accept. */
#include "play/conn.h"
#include "base/clock.h"
#include "base/mem.h"
#include "play/end.h"
#include "play/loop.h"
#include "play/raw.h"
#include "play/reach.h"
#include "play/sign.h"
#include "play/sockopt.h"
#include "play/watch.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

struct conn *conn_new(struct stage *stage, const char *name, const struct name *named)
{
	struct conn *conn = mem_zalloc(sizeof(*conn));

	conn->name = mem_strdup(name);
	conn->named = named;
	conn->bind_result = conn->connect_result = CALL_NONE;
	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++)
		end_init(&conn->ends[side], conn);
	stage->conns = mem_grow(stage->conns, stage->n_conns, sizeof(*stage->conns));
	stage->conns[stage->n_conns++] = conn;
	return conn;
}

void conn_free(struct conn *conn)
{
	if (!conn)
		return;
	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++)
		end_fini(&conn->ends[side]);
	free((char *)conn->name);
	free(conn);
}

bool conn_is_open(const struct conn *conn)
{
	return conn->connect_result == 0;
}

struct end *conn_peer(const struct end *end)
{
	struct end *ends = end->conn->ends;

	return &ends[end == &ends[SIDE_CLIENT] ? SIDE_SERVER : SIDE_CLIENT];
}

/* An endpoint of connect() that is not the first address, or that says so, is bound; without a
 * port of its own the kernel is asked to choose it as late as connect(). */
static int client_bind(struct stage *stage, struct conn *conn, const struct conn_options *options,
		       struct err *err)
{
	const struct endpoint *from = &options->from;
	struct end *end = &conn->ends[SIDE_CLIENT];
	bool no_port = options->no_port || (!from->has_port && from->address != 1);
	struct sockaddr_storage address;
	socklen_t len = end_address(stage, from, sockopt_family(stage, options), &address);
	int r = sockopt_client(stage, end->fd, options, no_port, err);

	if (r || (!from->has_port && !no_port))
		return r;
	conn->bind_result = bind(end->fd, (struct sockaddr *)&address, len) < 0 ? errno : 0;
	if (from->has_port)
		end_read_sockaddr(&address, &end->tuple.local, &end->tuple.local_port);
	return 0;
}

static bool is_client(const struct end *end)
{
	return end == &end->conn->ends[SIDE_CLIENT];
}

struct conn *conn_previous(const struct conn *conn)
{
	const struct end *older = conn->ends[SIDE_SERVER].previous;

	return older ? older->conn : NULL;
}

/* The states of a named connection's ends are looked up after every frame; to tell them from what
 * the incarnations before it have left there, theirs are too. */
static void watch_line(struct end *end)
{
	for (; end; end = end->previous)
		end->conn->watched = true;
}

/* The end that its four-tuple had before, on the same side. */
static void link_previous(struct stage *stage, struct end *end)
{
	const struct ends_entry *older = ends_find(&stage->ends, &end->tuple);

	while (older && is_client(older->end) != is_client(end))
		older = ends_older(older);
	if (older && older->end != end) {
		end->previous = older->end;
		older->end->next = end;
	}
	if (end->conn->named || (older && older->end->conn->watched))
		watch_line(end);
}

static struct tuple tuple_turned(const struct tuple *tuple)
{
	return (struct tuple){.local = tuple->remote,
			      .local_port = tuple->remote_port,
			      .remote = tuple->local,
			      .remote_port = tuple->local_port};
}

/* What the incarnation before has left behind at the server is looked at now, so that it is not
 * taken for the new one's; but not on loopback, where the new one's SYN has reached the server
 * before connect() returned. */
static int server_join(struct stage *stage, struct conn *conn, const struct tuple *tuple,
		       struct err *err)
{
	struct end *server = &conn->ends[SIDE_SERVER];

	server->tuple = *tuple;
	server->tuple.device = reach_device(stage);
	link_previous(stage, server);
	ends_add(&stage->ends, server, tuple);
	return server->previous && !stage->wire.tap
		       ? watch_left_behind(stage, server->previous, err)
		       : 0;
}

int conn_join(struct stage *stage, struct conn *conn, struct err *err)
{
	struct end *client = &conn->ends[SIDE_CLIENT];
	struct tuple server = tuple_turned(&client->tuple);
	int r = 0;

	link_previous(stage, client);
	if (stage->lab.topology != TOPOLOGY_NAT)
		r = server_join(stage, conn, &server, err);
	ends_add(&stage->ends, client, &client->tuple);
	return r;
}

/* A SYN that is sent again may come out of another port: the router had forgotten the first. */
static void server_leave(struct end *server)
{
	if (server->previous)
		server->previous->next = NULL;
	server->previous = NULL;
}

int conn_translated(struct stage *stage, struct conn *conn, const struct tuple *server,
		    struct err *err)
{
	struct end *client = &conn->ends[SIDE_CLIENT];
	struct tuple outside = tuple_turned(server);

	server_leave(&conn->ends[SIDE_SERVER]);
	ends_add(&stage->ends, client, &outside);
	return server_join(stage, conn, server, err);
}

static void connect_failed(struct conn *conn, int error)
{
	conn->connect_result = error;
	conn->connect_ended_ns = clock_now_ns();
}

/* A connection to itself has one socket, and it is the client's. */
static void note_self(struct conn *conn)
{
	const struct tuple *tuple = &conn->ends[SIDE_CLIENT].tuple;

	if (tuple->local_port != tuple->remote_port || !addr_equal(&tuple->local, &tuple->remote))
		return;
	conn->ends[SIDE_SERVER].raw = true;
	conn->no_accept = true;
}

/* No SYN told its number. */
static int note_repaired(struct end *client, struct err *err)
{
	uint32_t seq = 0;
	socklen_t len = sizeof(seq);

	if (getsockopt(client->fd, IPPROTO_TCP, TCP_QUEUE_SEQ, &seq, &len) < 0)
		return err_sys(err, "TCP_QUEUE_SEQ");
	client->flow.has_isn = true;
	client->flow.isn = seq;
	return sockopt_repair_off(client->fd, err);
}

static int client_connect(struct stage *stage, struct conn *conn,
			  const struct conn_options *options, struct err *err)
{
	struct end *client = &conn->ends[SIDE_CLIENT];
	struct sockaddr_storage address;
	socklen_t len = end_address(stage, &options->to, sockopt_family(stage, options), &address);
	int error = 0, r = reach_destine(client->fd, options, &address, err);

	if (r)
		return r;
	conn->connect_began_ns = clock_now_ns();
	conn->connect_result = CALL_PENDING;
	r = options->has_fast_open
		    ? end_fast_open(client, options->fast_open, options->fast_open_deferred,
				    (struct sockaddr *)&address, len)
		    : connect(client->fd, (struct sockaddr *)&address, len);
	if (r < 0)
		error = errno;
	if (error && error != EINPROGRESS) {
		connect_failed(conn, error);
		return 0;
	}
	if (!error) {
		conn->connect_result = 0;
		conn->connect_ended_ns = clock_now_ns();
	}
	if (!client->tuple.local_port && end_read_local(client) < 0)
		return err_sys(err, "asking a socket for its address");
	/* getpeername() has nothing before it is established. */
	client->tuple.remote = *lab_address(&stage->lab, options->to.host, cell_family(stage->cell),
					    options->to.address);
	client->tuple.remote_port = options->to.port;
	client->tuple.device =
		options->reach.device ? reach_ifindex(options->reach.device) : reach_device(stage);
	note_self(conn);
	r = conn_join(stage, conn, err);
	if (!r && options->repair)
		r = note_repaired(client, err);
	return r ? r : end_watch(stage, client, err);
}

/* The server's end that has this four-tuple and waits for its socket. */
static struct end *end_accepted(const struct stage *stage, const struct tuple *tuple)
{
	const struct ends_entry *entry = ends_find(&stage->ends, tuple);

	while (entry && (entry->end->opened || is_client(entry->end)))
		entry = ends_older(entry);
	return entry ? entry->end : NULL;
}

void conn_accepted(struct stage *stage, int fd, const struct sockaddr_storage *from)
{
	struct end accepted = {.fd = fd}, *server = NULL;

	end_read_sockaddr(from, &accepted.tuple.remote, &accepted.tuple.remote_port);
	if (end_read_local(&accepted) == 0)
		server = end_accepted(stage, &accepted.tuple);
	if (!server) { /* its client was reset before it was accepted */
		close(fd);
		return;
	}
	server->fd = fd;
	server->opened = true;
	if (conn_peer(server)->raw)
		raw_accepted(server->conn);
	end_watch(stage, server, &stage->failure);
}

/* Established and accepted, or refused. */
bool conn_connect_over(struct stage *stage, void *arg)
{
	struct conn *conn = arg;
	const struct end *server = &conn->ends[SIDE_SERVER];

	(void)stage;
	if (conn->connect_result == CALL_PENDING)
		return false;
	return conn->connect_result || server->opened || conn->no_accept;
}

static void open_end(const struct stage *stage, struct end *end, enum host_id host,
		     const struct conn_options *options)
{
	end->host = host;
	end->raw = stage->lab.hosts[host].raw;
	end->raw_timestamps = options->timestamps;
	end->raw_signs = sign_way(options->md5, options->ao);
	end->raw_tsval = options->tsval;
	end->raw_isn = options->has_isn ? options->isn : RAW_ISN;
}

/* A new socket; or the one of a connection that failed, with its options and its port. */
static int client_socket(struct stage *stage, struct end *client,
			 const struct conn_options *options, struct err *err)
{
	struct end *failed = options->again ? &options->again->ends[SIDE_CLIENT] : NULL;
	int r = failed ? 0 : lab_enter(&stage->lab, client->host, err);

	if (r)
		return r;
	if (failed) {
		loop_remove(stage, &failed->source);
		client->fd = failed->fd;
		client->tuple = failed->tuple;
		failed->fd = -1;
		return 0;
	}
	client->fd = socket(sockopt_family(stage, options),
			    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	lab_leave(&stage->lab);
	return 0;
}

int conn_begin(struct stage *stage, struct conn *conn, const struct conn_options *options,
	       struct err *err)
{
	struct end *client = &conn->ends[SIDE_CLIENT], *server = &conn->ends[SIDE_SERVER];
	int r;

	open_end(stage, client, options->from.host, options);
	open_end(stage, server, HOST_SERVER, options); /* also where a router's service is called */
	client->raw_label = options->label;
	client->raw_tos = options->tos;
	if (cell_family(stage->cell) == AF_INET6)
		client->raw_extensions = options->sticky.extensions;
	if (client->raw)
		return raw_connect(stage, conn, options, err);
	r = client_socket(stage, client, options, err);
	if (r)
		return r;
	if (client->fd < 0) {
		connect_failed(conn, errno);
		return 0;
	}
	client->opened = true;
	conn->isn_chosen = options->has_isn;
	r = options->again ? sign_socket(stage, client->fd, sockopt_family(stage, options),
					 options->md5, options->ao, err)
			   : client_bind(stage, conn, options, err);
	if (r || conn->bind_result > 0)
		return r;
	r = client_connect(stage, conn, options, err);
	if (!r && stage->lab.hosts[server->host].raw && !options->repair)
		return raw_accept(stage, conn, options, err);
	return r;
}

bool conn_awaited(const struct stage *stage, const struct conn *conn,
		  const struct conn_options *options)
{
	const struct end *client = &conn->ends[SIDE_CLIENT], *server = &conn->ends[SIDE_SERVER];

	return !client->raw && client->opened && conn->connect_result != CALL_NONE &&
	       (!stage->lab.hosts[server->host].raw || options->repair);
}

int conn_await(struct stage *stage, struct conn *conn, const struct conn_options *options,
	       struct err *err)
{
	int r;

	if (!conn_awaited(stage, conn, options))
		return 0;
	r = loop_wait(stage, conn_connect_over, conn, options->deadline_ns, err);
	return r < 0 ? r : 0;
}

int conn_open(struct stage *stage, struct conn *conn, const struct conn_options *options,
	      struct err *err)
{
	int r = conn_begin(stage, conn, options, err);

	return r ? r : conn_await(stage, conn, options, err);
}
