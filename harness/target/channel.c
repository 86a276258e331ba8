// SPDX-License-Identifier: GPL-2.0-or-later
/* channel: owns how messages between the runner and a worker are cut out of a stream. */
#include "target/channel.h"

#include "base/mem.h"
#include "base/text.h"
#include "target/window.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define READ_SIZE (64 * 1024)

struct head {
	uint32_t kind;
	uint32_t len;
};

int channel_write(int fd, const void *bytes, size_t len)
{
	const char *next = bytes;

	while (len) {
		ssize_t sent = fd == WINDOW_FD ? window_write(next, len) : write(fd, next, len);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return -errno;
		next += sent;
		len -= sent;
	}
	return 0;
}

void channel_put(struct text *out, enum message_kind kind, const void *bytes, size_t len)
{
	struct head head = {kind, len};

	text_addn(out, (const char *)&head, sizeof(head));
	if (len)
		text_addn(out, bytes, len);
}

/* In one piece: to a guest, a write costs as much as copying what is in it. */
int channel_send(int fd, enum message_kind kind, const void *bytes, size_t len)
{
	_cleanup_text_ struct text whole = {0};

	if (len > CHANNEL_MESSAGE_MAX)
		return -EMSGSIZE;
	channel_put(&whole, kind, bytes, len);
	return channel_write(fd, whole.data, whole.len);
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
		char *end = channel->data + channel->len;
		size_t room = channel->size - channel->len;

		got = channel->fd == WINDOW_FD ? window_read(end, room)
		      : wait		       ? read(channel->fd, end, room)
					       : recv(channel->fd, end, room, MSG_DONTWAIT);
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

int channel_receive(struct channel *channel, struct message *ret)
{
	int whole;

	while (!(whole = channel_next(channel, ret))) {
		long got = channel_fill(channel, true);

		if (got <= 0)
			return got;
	}
	return whole;
}

void channel_close(struct channel *channel)
{
	if (channel->fd >= 0)
		close(channel->fd);
	free(channel->data);
	*channel = (struct channel){.fd = -1};
}
