// SPDX-License-Identifier: GPL-2.0-or-later
/* nlerr: owns the table from libnl's codes, which are not errno, to errno, and reading answers. */
#include "lab/nlerr.h"
#include "base/mem.h"

#include <errno.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* The kernel makes the parts of a dump no longer than this (NLMSG_GOODSIZE and netlink_dump()). */
#define MESSAGE_SIZE_MAX (32 * 1024)

static const int errnos[] = {
	[NLE_INTR] = EINTR,
	[NLE_BAD_SOCK] = EBADF,
	[NLE_AGAIN] = EAGAIN,
	[NLE_NOMEM] = ENOMEM,
	[NLE_EXIST] = EEXIST,
	[NLE_INVAL] = EINVAL,
	[NLE_RANGE] = ERANGE,
	[NLE_MSGSIZE] = EMSGSIZE,
	[NLE_OPNOTSUPP] = EOPNOTSUPP,
	[NLE_AF_NOSUPPORT] = EAFNOSUPPORT,
	[NLE_OBJ_NOTFOUND] = ENOENT,
	[NLE_NOATTR] = ENOENT,
	[NLE_MISSING_ATTR] = EINVAL,
	[NLE_SEQ_MISMATCH] = EPROTO,
	[NLE_MSG_OVERFLOW] = ENOBUFS,
	[NLE_MSG_TRUNC] = EMSGSIZE,
	[NLE_NOADDR] = EADDRNOTAVAIL,
	[NLE_MSG_TOOSHORT] = EPROTO,
	[NLE_MSGTYPE_NOSUPPORT] = EOPNOTSUPP,
	[NLE_BUSY] = EBUSY,
	[NLE_PROTO_MISMATCH] = EPROTONOSUPPORT,
	[NLE_NOACCESS] = EACCES,
	[NLE_PERM] = EPERM,
	[NLE_PARSE_ERR] = EPROTO,
	[NLE_NODEV] = ENODEV,
	[NLE_DUMP_INTR] = EINTR,
	[NLE_ATTRSIZE] = EINVAL,
};

int nlerr_errno(int nle)
{
	size_t code = nle < 0 ? -nle : nle;

	return code < ARRAY_SIZE(errnos) && errnos[code] ? errnos[code] : EIO;
}

int nlerr_set(struct err *err, int nle, const char *fmt, ...)
{
	va_list ap;
	int len;

	err->code = nlerr_errno(nle);
	va_start(ap, fmt);
	len = vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	if (len >= 0 && (size_t)len < sizeof(err->msg))
		snprintf(err->msg + len, sizeof(err->msg) - len, ": %s", nl_geterror(nle));
	return -err->code;
}

int nlerr_open(int protocol, const char *what, struct nl_sock **ret, struct err *err)
{
	struct nl_sock *sock = nl_socket_alloc();
	int nle, rc;

	*ret = NULL;
	if (!sock)
		return err_set(err, ENOMEM, "%s", what);
	errno = 0;
	/* Else each message is received twice, the first time for its length. */
	nl_socket_disable_msg_peek(sock);
	nl_socket_set_msg_buf_size(sock, MESSAGE_SIZE_MAX);
	nle = nl_connect(sock, protocol);
	if (!nle) {
		*ret = sock;
		return 0;
	}
	rc = nle == -NLE_FAILURE && errno ? err_sys(err, "%s", what)
					  : nlerr_set(err, nle, "%s", what);
	nl_socket_free(sock);
	return rc;
}

ssize_t nlerr_receive(int fd, void *buf, size_t size, const char *what, struct err *err)
{
	ssize_t len;

	do {
		len = recv(fd, buf, size, 0);
	} while (len < 0 && errno == EINTR);
	return len < 0 ? err_sys(err, "%s", what) : len;
}

int nlerr_answer(const struct nlmsghdr *header)
{
	const struct nlmsgerr *error = NLMSG_DATA(header);

	return header->nlmsg_type == NLMSG_ERROR ? -error->error : -1;
}
