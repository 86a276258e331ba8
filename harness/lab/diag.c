// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * diag: owns sock_diag. Requests and answers are plain structs on libnl's socket: a look happens
 * after every frame of every connection, and costs a microsecond this way.
 */
#include "lab/diag.h"
#include "lab/nlerr.h"
#include "base/clock.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netlink/netlink.h>
#include <string.h>
#include <sys/socket.h>

#define DIAG_TIMER_TIMEWAIT 3 /* inet_twsk_diag_fill() */
#define ANSWER_SIZE	    32768

/* Sockets asked for by one message: what so many answers take fits any receive buffer. */
#define DIAG_LOOKS_MAX	 32
#define LOOK_ANSWER_SIZE 1024

static const char *const state_names[N_STATES] = {
	[STATE_NONE] = "closed",
	[STATE_ESTABLISHED] = "established",
	[STATE_SYN_SENT] = "syn-sent",
	[STATE_SYN_RECV] = "syn-recv",
	[STATE_FIN_WAIT_1] = "fin-wait-1",
	[STATE_FIN_WAIT_2] = "fin-wait-2",
	[STATE_TIME_WAIT] = "time-wait",
	[STATE_CLOSED] = "closed",
	[STATE_CLOSE_WAIT] = "close-wait",
	[STATE_LAST_ACK] = "last-ack",
	[STATE_LISTEN] = "listen",
	[STATE_CLOSING] = "closing",
	[STATE_NEW_SYN_RECV] = "new-syn-recv",
};

const char *state_name(enum tcp_state state)
{
	return state_names[state];
}

bool state_parse(const char *name, enum tcp_state *ret)
{
	for (size_t i = 0; i < N_STATES; i++) {
		if (strcmp(state_names[i], name))
			continue;
		*ret = i;
		return true;
	}
	return false;
}

struct diag_request {
	struct nlmsghdr header;
	struct inet_diag_req_v2 body;
};

int diag_open(struct nl_sock **ret, struct err *err)
{
	return nlerr_open(NETLINK_SOCK_DIAG, "open a sock_diag socket", ret, err);
}

static struct diag_request request_build(int type, int flags, const struct tuple *tuple)
{
	struct diag_request request = {
		.header = {.nlmsg_len = sizeof(request),
			   .nlmsg_type = type,
			   .nlmsg_flags = NLM_F_REQUEST | flags},
		.body = {.sdiag_family = tuple->local.family,
			 .sdiag_protocol = IPPROTO_TCP,
			 .idiag_states = ~0U,
			 .id = {.idiag_sport = htons(tuple->local_port),
				.idiag_dport = htons(tuple->remote_port),
				.idiag_if = tuple->device,
				.idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE}}},
	};

	memcpy(request.body.id.idiag_src, tuple->local.bytes, sizeof(tuple->local.bytes));
	memcpy(request.body.id.idiag_dst, tuple->remote.bytes, sizeof(tuple->remote.bytes));
	return request;
}

static int questions_send(int fd, const struct diag_request *requests, size_t n, struct err *err)
{
	size_t len = n * sizeof(*requests);

	return send(fd, requests, len, 0) == (ssize_t)len ? 0 : err_sys(err, "ask sock_diag");
}

static void seen_fill(struct sock_seen *ret, const struct inet_diag_msg *msg)
{
	ret->state = msg->idiag_state < N_STATES ? (enum tcp_state)msg->idiag_state : STATE_NONE;
	ret->minisock = msg->idiag_timer == DIAG_TIMER_TIMEWAIT;
	ret->timer = msg->idiag_timer;
	ret->timer_ns = msg->idiag_timer ? msg->idiag_expires * NS_PER_MS : -1;
	ret->retransmits = msg->idiag_retrans;
	ret->cookie = (uint64_t)msg->id.idiag_cookie[1] << 32 | msg->id.idiag_cookie[0];
}

static int answer_read(const char *buf, size_t len, struct sock_seen *ret, struct err *err)
{
	const struct nlmsghdr *header = (const struct nlmsghdr *)buf;
	int rc;

	*ret = (struct sock_seen){.timer_ns = -1};
	if (!NLMSG_OK(header, len))
		return err_set(err, EPROTO, "sock_diag answered with a message cut short");
	rc = nlerr_answer(header);
	if (rc == ENOENT)
		return 0;
	if (rc >= 0)
		return err_set(err, rc ? rc : EPROTO, "sock_diag: %s", strerror(rc ? rc : EPROTO));
	/* Where no connection matches, the kernel looks for a listener. */
	if (((struct inet_diag_msg *)NLMSG_DATA(header))->idiag_state != STATE_LISTEN)
		seen_fill(ret, NLMSG_DATA(header));
	return 0;
}

/* Each answer is a datagram of its own, in the order of the questions (netlink_rcv_skb()). */
static int answers_read(int fd, struct sock_seen *ret, size_t n, struct err *err)
{
	_Alignas(struct nlmsghdr) char bufs[DIAG_LOOKS_MAX][LOOK_ANSWER_SIZE];
	struct mmsghdr messages[DIAG_LOOKS_MAX];
	struct iovec iov[DIAG_LOOKS_MAX];
	int got, rc = 0;

	for (size_t i = 0; i < n; i++) {
		iov[i] = (struct iovec){bufs[i], sizeof(bufs[i])};
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &iov[i], .msg_iovlen = 1};
	}
	for (size_t done = 0; done < n; done += got) {
		do {
			got = recvmmsg(fd, messages + done, n - done, 0, NULL);
		} while (got < 0 && errno == EINTR);
		if (got < 0)
			return err_sys(err, "read the answer of sock_diag");
	}
	for (size_t i = 0; !rc && i < n; i++)
		rc = answer_read(bufs[i], messages[i].msg_len, &ret[i], err);
	return rc;
}

int diag_look(struct nl_sock *diag, const struct tuple *tuples, size_t n, struct sock_seen *ret,
	      struct err *err)
{
	struct diag_request requests[DIAG_LOOKS_MAX];
	int fd = nl_socket_get_fd(diag);
	int rc = 0;

	for (size_t done = 0, now; !rc && done < n; done += now) {
		now = n - done < DIAG_LOOKS_MAX ? n - done : DIAG_LOOKS_MAX;
		for (size_t i = 0; i < now; i++)
			requests[i] = request_build(SOCK_DIAG_BY_FAMILY, 0, &tuples[done + i]);
		rc = questions_send(fd, requests, now, err);
		if (!rc)
			rc = answers_read(fd, ret + done, now, err);
	}
	return rc;
}

static int destroy_error(struct err *err, int code)
{
	switch (code) {
	case ENOENT:
		return err_set(err, ENOENT, "no such socket to destroy");
	case EOPNOTSUPP:
		return err_set(err, EOPNOTSUPP,
			       "this kernel cannot destroy sockets (CONFIG_INET_DIAG_DESTROY)");
	default:
		return err_set(err, code, "destroy a socket: %s", strerror(code));
	}
}

/* Whatever socket the kernel finds by it. */
static int destroy(struct nl_sock *diag, const struct tuple *tuple, struct err *err)
{
	struct diag_request request = request_build(SOCK_DESTROY, NLM_F_ACK, tuple);
	_Alignas(struct nlmsghdr) char buf[1024];
	const struct nlmsghdr *header = (const struct nlmsghdr *)buf;
	int fd = nl_socket_get_fd(diag);
	int rc = questions_send(fd, &request, 1, err);
	ssize_t len;

	if (rc)
		return rc;
	len = nlerr_receive(fd, buf, sizeof(buf), "read the answer of sock_diag", err);
	if (len < 0)
		return len;
	rc = NLMSG_OK(header, (size_t)len) ? nlerr_answer(header) : EPROTO;
	return rc ? destroy_error(err, rc < 0 ? EPROTO : rc) : 0;
}

int diag_destroy(struct nl_sock *diag, const struct tuple *tuple, struct err *err)
{
	struct sock_seen seen;
	int rc = diag_look(diag, tuple, 1, &seen, err);

	/* Without this, a listener would be destroyed in the place of a connection. */
	if (rc)
		return rc;
	if (seen.state == STATE_NONE)
		return destroy_error(err, ENOENT);
	return destroy(diag, tuple, err);
}

int diag_destroy_listener(struct nl_sock *diag, const struct tuple *local, struct err *err)
{
	struct tuple tuple = {.local = local->local,
			      .local_port = local->local_port,
			      .remote = {.family = local->local.family}};

	return destroy(diag, &tuple, err);
}

void diag_clear(struct nl_sock *diag, const struct tuple *tuple)
{
	struct diag_request request = request_build(SOCK_DESTROY, 0, tuple);
	struct err ignored;

	questions_send(nl_socket_get_fd(diag), &request, 1, &ignored);
}

/* Count the answers in one datagram of a dump; *ret_done after the last. */
static int answers_count(const char *buf, size_t len, size_t *count, bool *ret_done)
{
	const struct nlmsghdr *header = (const struct nlmsghdr *)buf;

	for (; NLMSG_OK(header, len); header = NLMSG_NEXT(header, len)) {
		if (header->nlmsg_type == NLMSG_DONE)
			*ret_done = true;
		else if (nlerr_answer(header) >= 0)
			return nlerr_answer(header);
		else
			++*count;
	}
	return 0;
}

int diag_count(struct nl_sock *diag, const struct diag_filter *filter, size_t *ret, struct err *err)
{
	struct tuple any = {.local = {.family = filter->family},
			    .local_port = filter->local_port,
			    .remote_port = filter->remote_port};
	struct diag_request request = request_build(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, &any);
	_cleanup_free_ char *buf = mem_zalloc(ANSWER_SIZE);
	int fd = nl_socket_get_fd(diag);
	bool done = false;
	int rc;

	*ret = 0;
	request.body.idiag_states = 1U << filter->state;
	rc = questions_send(fd, &request, 1, err);
	while (!rc && !done) {
		ssize_t len =
			nlerr_receive(fd, buf, ANSWER_SIZE, "read the answer of sock_diag", err);

		if (len < 0)
			return len;
		rc = answers_count(buf, len, ret, &done);
		if (rc)
			return err_set(err, rc, "sock_diag's dump: %s", strerror(rc));
	}
	return rc;
}
