/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * channel: the messages between the runner and one worker, over a stream socketpair. A message is
 * its kind, its length and its bytes.
 */
#ifndef AFTERCLOSE_TARGET_CHANNEL_H
#define AFTERCLOSE_TARGET_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHANNEL_MESSAGE_MAX (256u * 1024 * 1024)

enum message_kind {
	MESSAGE_PLAY,	 /* runner to worker: a struct order */
	MESSAGE_OPENED,	 /* the bench stands: its struct jiffies_map */
	MESSAGE_UNABLE,	 /* it does not, and the worker leaves: a struct err */
	MESSAGE_WAITS,	 /* the cell begins to wait for long */
	MESSAGE_GOES_ON, /* and goes on */
	MESSAGE_RECORD,	 /* the cell is over: its record as JSON */
};

struct order {
	uint32_t cell; /* its index in the list that the worker was forked with */
	uint32_t attempt;
};

struct message {
	enum message_kind kind;
	const char *bytes; /* valid until the channel is filled again */
	size_t len;
};

struct channel {
	int fd;
	char *data;
	size_t start, len, size; /* data[start..len) is unread */
};

/* Send all of it. Returns -errno; EPIPE: the other side is gone. */
int channel_send(int fd, enum message_kind kind, const void *bytes, size_t len);

/* Read once; waits only if `wait`. Returns the bytes read, 0 at the end, or -errno (-EAGAIN). */
long channel_fill(struct channel *channel, bool wait);

/* The next whole message. Returns 1, 0 if more must be filled in, -EPROTO if it is none of ours. */
int channel_next(struct channel *channel, struct message *ret);

void channel_close(struct channel *channel);

#endif
