// SPDX-License-Identifier: GPL-2.0-or-later
/* qmp: owns QEMU's control protocol: one JSON object a line, answers in order, events in between.
 */
#include "target/qmp.h"

#include "base/mem.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define READ_SIZE 4096
#define LINE_MAX  (1024 * 1024)

static int qmp_ended(struct err *err)
{
	return err_set(err, EPIPE, "QEMU has ended");
}

static int qmp_fill(struct qmp *qmp, struct err *err)
{
	ssize_t got;

	if (qmp->size - qmp->len < READ_SIZE) {
		if (qmp->size > LINE_MAX)
			return err_set(err, EPROTO, "QEMU says more than can be read");
		qmp->size = 2 * qmp->size + READ_SIZE;
		qmp->data = mem_resize(qmp->data, qmp->size, 1);
	}
	do {
		got = recv(qmp->fd, qmp->data + qmp->len, qmp->size - qmp->len, 0);
	} while (got < 0 && errno == EINTR);
	if (got <= 0)
		return qmp_ended(err);
	qmp->len += got;
	return 0;
}

/* The next object that QEMU says, a new reference; NULL with the error. */
static json_t *qmp_read(struct qmp *qmp, struct err *err)
{
	char *end;
	json_t *said;

	while (!(end = qmp->len ? memchr(qmp->data, '\n', qmp->len) : NULL)) {
		if (qmp_fill(qmp, err) < 0)
			return NULL;
	}
	said = json_loadb(qmp->data, end - qmp->data, 0, NULL);
	qmp->len -= end + 1 - qmp->data;
	memmove(qmp->data, end + 1, qmp->len);
	if (!said)
		err_set(err, EPROTO, "what QEMU says is not JSON");
	return said;
}

static void qmp_note_event(struct qmp *qmp, const json_t *said)
{
	const char *event = json_string_value(json_object_get(said, "event"));
	const char *status =
		json_string_value(json_object_get(json_object_get(said, "data"), "status"));

	if (!event)
		return;
	if (!strcmp(event, "STOP"))
		qmp->stopped = true;
	if (strcmp(event, "MIGRATION") || !status)
		return;
	if (!strcmp(status, "completed"))
		qmp->migration = MIGRATION_COMPLETED;
	else if (!strcmp(status, "failed"))
		qmp->migration = MIGRATION_FAILED;
}

/* Read what comes next; an event is noted. Returns 1 if it answers a command, 0 if not. */
static int qmp_take(struct qmp *qmp, const char *command, struct err *err)
{
	json_t *said = qmp_read(qmp, err);
	const json_t *error = json_object_get(said, "error");
	int ret = 0;

	if (!said)
		return -err->code;
	qmp_note_event(qmp, said);
	if (error)
		ret = err_set(err, EIO, "QEMU refuses %s: %s", command,
			      json_string_value(json_object_get(error, "desc")));
	else if (json_object_get(said, "return"))
		ret = 1;
	json_decref(said);
	return ret;
}

static int qmp_send(struct qmp *qmp, const char *line, int fd, struct err *err)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(fd))];
	} control = {0};
	struct iovec part = {(char *)line, strlen(line)};
	struct msghdr msg = {.msg_iov = &part, .msg_iovlen = 1};

	if (fd >= 0) {
		msg.msg_control = control.bytes;
		msg.msg_controllen = sizeof(control.bytes);
		control.header = (struct cmsghdr){CMSG_LEN(sizeof(fd)), SOL_SOCKET, SCM_RIGHTS};
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	}
	/* A line is far shorter than a socket's buffer: it is sent whole or not at all. */
	return sendmsg(qmp->fd, &msg, MSG_NOSIGNAL) < 0 ? qmp_ended(err) : 0;
}

int qmp_do(struct qmp *qmp, const char *command, json_t *arguments, int fd, struct err *err)
{
	json_t *object = json_pack("{s:s, s:o*}", "execute", command, "arguments", arguments);
	_cleanup_free_ char *line = json_dumps(object, JSON_COMPACT);
	int ret;

	json_decref(object);
	ret = qmp_send(qmp, line, fd, err);
	while (!ret)
		ret = qmp_take(qmp, command, err);
	return ret < 0 ? ret : 0;
}

int qmp_open(int fd, struct qmp *ret, struct err *err)
{
	json_t *greeting;

	*ret = (struct qmp){.fd = fd};
	greeting = qmp_read(ret, err);
	json_decref(greeting);
	return greeting ? qmp_do(ret, "qmp_capabilities", NULL, -1, err) : -err->code;
}

void qmp_close(struct qmp *qmp)
{
	if (qmp->size) /* it was opened */
		close(qmp->fd);
	free(qmp->data);
}

int qmp_wait_stopped(struct qmp *qmp, struct err *err)
{
	while (!qmp->stopped) {
		if (qmp_take(qmp, "nothing", err) < 0)
			return -err->code;
	}
	return 0;
}

int qmp_wait_migrated(struct qmp *qmp, struct err *err)
{
	while (qmp->migration == MIGRATION_NONE) {
		if (qmp_take(qmp, "nothing", err) < 0)
			return -err->code;
	}
	if (qmp->migration == MIGRATION_FAILED)
		return err_set(err, EIO, "QEMU's migration failed");
	return 0;
}

int qmp_continue(struct qmp *qmp, struct err *err)
{
	qmp->stopped = false;
	return qmp_do(qmp, "cont", NULL, -1, err);
}
