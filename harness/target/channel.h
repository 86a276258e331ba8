/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * channel: the messages between the runner and one worker, over a stream: a socketpair, or what a
 * guest has in its place. A message is its kind, its length and its bytes.
 */
#ifndef AFTERCLOSE_TARGET_CHANNEL_H
#define AFTERCLOSE_TARGET_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHANNEL_MESSAGE_MAX (256u * 1024 * 1024)

enum message_kind {
	/* runner to worker */
	MESSAGE_PLAY,	  /* a struct order */
	MESSAGE_TASK,	  /* to a guest: a struct worker_task as JSON */
	MESSAGE_SCENARIO, /* to a guest: its path with the 0, its text; numbered as they come */
	MESSAGE_BASELINE, /* to a guest: from now on its hosts' settings, as JSON */
	MESSAGE_CELL,	  /* to a guest: what the next order means: the scenario's number, the id */
	/* worker to runner */
	MESSAGE_BOOTED, /* a guest waits for its task; or boots, in a way that is worth a line: that
			 */
	MESSAGE_OPENED, /* the bench stands: its struct jiffies_map; a guest's kernel line as JSON
			 */
	MESSAGE_UNABLE, /* it does not, and the worker leaves: a struct err */
	MESSAGE_WAITS,	/* the cell begins to wait for long */
	MESSAGE_GOES_ON, /* and goes on */
	MESSAGE_COUNTS, /* before the record: a file of debugfs with the 0, what it holds (.gcda) */
	MESSAGE_RECORD, /* the cell is over: its record as JSON */
};

struct order {
	uint32_t cell; /* its index in the run's list */
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

/* Send all of it. Returns -errno; EPIPE: the other side is gone (SIGPIPE is ignored). */
int channel_send(int fd, enum message_kind kind, const void *bytes, size_t len);

/* Messages that are sent together: a guest reads them at once. */
struct text;
void channel_put(struct text *out, enum message_kind kind, const void *bytes, size_t len);
int channel_write(int fd, const void *bytes, size_t len);

/* Read once; waits only if `wait`. Returns the bytes read, 0 at the end, or -errno (-EAGAIN).
 * What is no socket is always waited for. */
long channel_fill(struct channel *channel, bool wait);

/* The next whole message. Returns 1, 0 if more must be filled in, -EPROTO if it is none of ours. */
int channel_next(struct channel *channel, struct message *ret);

/* The next whole message, waited for. Returns 1, 0 at the end, -errno. */
int channel_receive(struct channel *channel, struct message *ret);

void channel_close(struct channel *channel);

#endif
