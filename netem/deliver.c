// SPDX-License-Identifier: GPL-2.0-or-later
/* deliver: owns the relay's other half: the sending of frames that are due into the hosts' links.
 */
#include "base/clock.h"
#include "netem/wire.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>

/* Frames of which the hooks want to learn nothing one by one go into the kernel together: a write
 * of 64 KiB in full segments. */
#define TOGETHER_MAX 48

/* So many in one call at most: an exchange without delay that never ends must not keep the caller.
 */
#define DELIVER_MAX 4096

struct departure {
	struct wire_frame *frames[TOGETHER_MAX];
	size_t n;
};

static void frame_address(const struct wire *wire, const struct wire_frame *frame,
			  struct sockaddr_ll *ret)
{
	*ret = (struct sockaddr_ll){
		.sll_family = AF_PACKET,
		.sll_ifindex = wire->ports[frame->to].ifindex,
		.sll_halen = FRAME_MAC_LEN,
	};
	memcpy(ret->sll_addr, frame->bytes, FRAME_MAC_LEN);
}

static int frame_send(const struct wire *wire, int fd, const struct wire_frame *frame)
{
	struct sockaddr_ll to;
	ssize_t sent;

	frame_address(wire, frame, &to);
	do {
		sent = sendto(fd, frame->bytes, frame->len, 0, (struct sockaddr *)&to, sizeof(to));
	} while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

static int frames_send(const struct wire *wire, struct wire_frame *const *frames, size_t n)
{
	struct mmsghdr messages[TOGETHER_MAX];
	struct sockaddr_ll to[TOGETHER_MAX];
	struct iovec iov[TOGETHER_MAX];
	size_t sent = 0;
	int r;

	for (size_t i = 0; i < n; i++) {
		frame_address(wire, frames[i], &to[i]);
		iov[i] = (struct iovec){frames[i]->bytes, frames[i]->len};
		messages[i].msg_hdr = (struct msghdr){
			.msg_name = &to[i],
			.msg_namelen = sizeof(to[i]),
			.msg_iov = &iov[i],
			.msg_iovlen = 1,
		};
	}
	while (sent < n) {
		r = sendmmsg(wire->direct_fd, messages + sent, n - sent, 0);
		if (r < 0 && errno != EINTR)
			return -errno;
		sent += r > 0 ? r : 0;
	}
	return 0;
}

static int frame_unsent(int r, struct err *err)
{
	return err_set(err, -r, "sending a frame to a host: %s", strerror(-r));
}

/* Into the kernel's netem; what it brings to the host, the port's tap will see. */
static int frame_hand_over(struct wire *wire, struct wire_frame *frame, struct err *err)
{
	int r;

	tap_number(&wire->ports[frame->to].tap, frame, clock_now_ns());
	r = frame_send(wire, wire->fd, frame);
	/* A netem that is full loses the frame, as its limit says. */
	return r && r != -ENOBUFS ? frame_unsent(r, err) : 0;
}

/* To the hosts at once. */
static int depart(struct wire *wire, struct departure *departure, struct err *err)
{
	size_t n = departure->n;
	int r = 0;

	departure->n = 0;
	if (n == 1) /* a call that costs less */
		r = frame_send(wire, wire->direct_fd, departure->frames[0]);
	else if (n)
		r = frames_send(wire, departure->frames, n);
	for (size_t i = 0; i < n; i++) {
		if (!r)
			wire->hooks.delivered(wire->ctx, departure->frames[i]);
		queue_give_back(&wire->queue, departure->frames[i]);
	}
	return r ? frame_unsent(r, err) : 0;
}

/* One that is due, after those that wait to depart. */
static int frame_pass(struct wire *wire, struct departure *departure, struct wire_frame *frame,
		      struct err *err)
{
	const struct wire_port *port = &wire->ports[frame->to];
	bool to_host = !port->raw && !tap_is_open(&port->tap), plain;
	int r = 0;

	plain = to_host && wire->hooks.is_plain && wire->hooks.is_plain(wire->ctx, frame);
	if (!plain || departure->n == TOGETHER_MAX)
		r = depart(wire, departure, err);
	if (to_host) {
		departure->frames[departure->n++] = frame;
		return r || plain ? r : depart(wire, departure, err);
	}
	if (!r && port->raw)
		wire->hooks.delivered(wire->ctx, frame);
	else if (!r)
		r = frame_hand_over(wire, frame, err);
	queue_give_back(&wire->queue, frame);
	return r;
}

/* What hosts answer meanwhile may be due too. */
static bool is_due(const struct wire *wire, int64_t *now_ns)
{
	int64_t due_ns = queue_due_ns(&wire->queue);

	if (due_ns > *now_ns && wire->queue.n)
		*now_ns = clock_now_ns();
	return due_ns <= *now_ns;
}

int wire_deliver(struct wire *wire, size_t *ret_n, struct err *err)
{
	struct departure departure = {.n = 0};
	int64_t now_ns = 0;
	int r = 0;

	for (*ret_n = 0; !r && *ret_n < DELIVER_MAX && is_due(wire, &now_ns); ++*ret_n) {
		struct wire_frame *frame = queue_pop(&wire->queue);

		wire->ports[frame->to].n_queued--;
		r = frame_pass(wire, &departure, frame, err);
	}
	return r ? r : depart(wire, &departure, err);
}

int wire_pump(struct wire *wire, bool waits, struct err *err)
{
	size_t n, total = 0;
	int r = 0;

	do {
		r = wire_watch(wire, err); /* what came to a host, before what it answered */
		if (!r && waits)
			r = wire_read(wire, err);
		if (!r)
			r = wire_deliver(wire, &n, err);
		waits = !r && n;
		total += waits ? n : 0;
	} while (waits && total < DELIVER_MAX);
	return r;
}

int wire_inject(struct wire *wire, const struct wire_frame *frame, struct err *err)
{
	int r = frame_send(wire, wire->direct_fd, frame);

	if (r < 0)
		return frame_unsent(r, err);
	wire->hooks.delivered(wire->ctx, frame);
	return 0;
}
