// SPDX-License-Identifier: GPL-2.0-or-later
/* requests: owns sending several rtnetlink requests at once, and telling their answers apart. */
#include "lab/requests.h"
#include "lab/nlerr.h"

#include <errno.h>
#include <linux/netlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define ANSWER_SIZE 8192

int requests_add(struct requests *requests, int nle, struct nl_msg *msg, struct err *err,
		 const char *fmt, ...)
{
	char what[REQUESTS_WHAT_SIZE];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	if (nle)
		return nlerr_set(err, nle, "%s", what);
	if (requests->n == REQUESTS_MAX) {
		nlmsg_free(msg);
		return err_set(err, ENOBUFS, "%s: more than %d requests at once", what,
			       REQUESTS_MAX);
	}
	memcpy(requests->what[requests->n], what, sizeof(what));
	requests->of[requests->n++] = msg;
	return 0;
}

/* Numbered; only the last asks for an acknowledgement. Returns the first one's number. */
static uint32_t requests_number(struct requests *requests)
{
	for (size_t i = 0; i < requests->n; i++) {
		nl_complete_msg(requests->sock, requests->of[i]);
		if (i + 1 < requests->n)
			nlmsg_hdr(requests->of[i])->nlmsg_flags &= ~NLM_F_ACK;
	}
	return nlmsg_hdr(requests->of[0])->nlmsg_seq;
}

static int requests_write(const struct requests *requests, struct err *err)
{
	struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	struct iovec parts[REQUESTS_MAX];
	struct msghdr message = {.msg_name = &kernel,
				 .msg_namelen = sizeof(kernel),
				 .msg_iov = parts,
				 .msg_iovlen = requests->n};

	for (size_t i = 0; i < requests->n; i++) {
		struct nlmsghdr *header = nlmsg_hdr(requests->of[i]);

		parts[i] = (struct iovec){header, NLMSG_ALIGN(header->nlmsg_len)};
	}
	if (sendmsg(nl_socket_get_fd(requests->sock), &message, 0) < 0)
		return err_sys(err, "%s", requests->what[0]);
	return 0;
}

/* One datagram of answers. Returns whether the last request's was among them. */
static bool answers_take(const struct requests *requests, uint32_t first,
			 const struct nlmsghdr *header, int len, struct err *err)
{
	bool last = false;

	for (; NLMSG_OK(header, (unsigned)len); header = NLMSG_NEXT(header, len)) {
		int refused = nlerr_answer(header);
		size_t i = header->nlmsg_seq - first;

		if (refused < 0 || i >= requests->n)
			continue;
		if (refused && !err->code)
			err_set(err, refused, "%s: %s", requests->what[i], strerror(refused));
		last |= i == requests->n - 1;
	}
	return last;
}

static int requests_read(const struct requests *requests, uint32_t first, struct err *err)
{
	_Alignas(struct nlmsghdr) char buf[ANSWER_SIZE];
	struct err refused = {0};
	ssize_t len;

	do {
		len = nlerr_receive(nl_socket_get_fd(requests->sock), buf, sizeof(buf),
				    requests->what[0], err);
		if (len < 0)
			return len;
	} while (!answers_take(requests, first, (const struct nlmsghdr *)buf, len, &refused));
	if (refused.code)
		*err = refused;
	return -refused.code;
}

int requests_send(struct requests *requests, struct err *err)
{
	uint32_t first;
	int rc;

	if (!requests->n)
		return 0;
	first = requests_number(requests);
	rc = requests_write(requests, err);
	if (!rc)
		rc = requests_read(requests, first, err);
	requests_free(requests);
	return rc;
}

void requests_free(struct requests *requests)
{
	while (requests->n)
		nlmsg_free(requests->of[--requests->n]);
}
