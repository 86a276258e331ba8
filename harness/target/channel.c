// SPDX-License-Identifier: GPL-2.0-or-later
/* channel: owns how messages between the runner and a worker are cut out of a stream. */
#include "target/channel.h"

#include "base/mem.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define READ_SIZE (64 * 1024)

struct head {
	uint32_t kind;
	uint32_t len;
};

int channel_send(int fd, enum message_kind kind, const void *bytes, size_t len)
{
	struct head head = {kind, len};
	struct iovec parts[] = {{&head, sizeof(head)}, {(void *)bytes, len}};
	struct msghdr msg = {.msg_iov = parts, .msg_iovlen = ARRAY_SIZE(parts)};

	if (len > CHANNEL_MESSAGE_MAX)
		return -EMSGSIZE;
	while (parts[0].iov_len || parts[1].iov_len) {
		ssize_t sent = sendmsg(fd, &msg, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return -errno;
		for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
			size_t part =
				(size_t)sent < parts[i].iov_len ? (size_t)sent : parts[i].iov_len;

			if (!part)
				continue; /* an empty one has no address to move */
			parts[i].iov_base = (char *)parts[i].iov_base + part;
			parts[i].iov_len -= part;
			sent -= part;
		}
	}
	return 0;
}

static void channel_make_room(struct channel *channel)
{
	if (channel->start) {
		memmove(channel->data, channel->data + channel->start,
			channel->len - channel->start);
		channel->len -= channel->start;
		channel->start = 0;
	}
	if (channel->size - channel->len >= READ_SIZE)
		return;
	channel->size = 2 * channel->size + READ_SIZE;
	channel->data = mem_resize(channel->data, channel->size, 1);
}

long channel_fill(struct channel *channel, bool wait)
{
	ssize_t got;

	channel_make_room(channel);
	do {
		got = recv(channel->fd, channel->data + channel->len, channel->size - channel->len,
			   wait ? 0 : MSG_DONTWAIT);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == ECONNRESET ? 0 : -errno;
	channel->len += got;
	return got;
}

int channel_next(struct channel *channel, struct message *ret)
{
	size_t unread = channel->len - channel->start;
	struct head head;

	if (unread < sizeof(head))
		return 0;
	memcpy(&head, channel->data + channel->start, sizeof(head));
	if (head.kind > MESSAGE_RECORD || head.len > CHANNEL_MESSAGE_MAX)
		return -EPROTO;
	if (unread < sizeof(head) + head.len)
		return 0;
	*ret = (struct message){head.kind, channel->data + channel->start + sizeof(head), head.len};
	channel->start += sizeof(head) + head.len;
	return 1;
}

void channel_close(struct channel *channel)
{
	if (channel->fd >= 0)
		close(channel->fd);
	free(channel->data);
	*channel = (struct channel){.fd = -1};
}
