// SPDX-License-Identifier: GPL-2.0-or-later
/* watch: owns the wire's look at what the kernel's netem brought to the hosts. */
#include "base/clock.h"
#include "netem/wire.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

/* Read one frame of a host's ingress. 1: read; 0: nothing waits. */
static int frame_read(struct wire *wire, int fd, struct wire_frame *frame, struct err *err)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct timespec))];
	struct iovec iov = {frame->bytes, FRAME_SIZE_MAX};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control,
			     .msg_controllen = sizeof(control)};
	struct timespec now;
	ssize_t len;

	do {
		len = recvmsg(fd, &msg, MSG_DONTWAIT);
	} while (len < 0 && errno == EINTR);
	if (len < 0)
		return errno == EAGAIN ? 0 : err_sys(err, "reading a frame that came to a host");
	clock_gettime(CLOCK_REALTIME, &now);
	frame->len = len;
	frame->at_ns = clock_now_ns();
	frame->late_ns = wire_late_ns(&msg, &now);
	if (frame->late_ns > wire->late_ns)
		wire->late_ns = frame->late_ns;
	return 1;
}

static bool more_waits(const struct wire *wire)
{
	struct pollfd waiting[WIRE_PORTS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < wire->n_ports; i++) {
		if (tap_is_open(&wire->ports[i].tap))
			waiting[n++] = (struct pollfd){wire->ports[i].tap.fd, POLLIN, 0};
	}
	return poll(waiting, n, 0) > 0;
}

static void frame_came(struct wire *wire, int to, struct wire_frame *frame, bool *together)
{
	struct wire_port *port = &wire->ports[to];

	frame->damaged = memcmp(frame->bytes, port->mac, FRAME_MAC_LEN) != 0 ||
			 !frame_checksums_valid(frame->bytes, frame->len);
	if (!tap_came(&port->tap, frame, frame->at_ns - frame->late_ns, wire->hooks.settled,
		      wire->ctx))
		return;
	frame->from = WIRE_PORT_NONE;
	frame->to = to;
	if (frame_parse(frame->bytes, frame->len, &frame->seg) < 0)
		frame->seg = (struct segment){0};
	*together = *together || more_waits(wire);
	frame->together = *together;
	wire->hooks.delivered(wire->ctx, frame);
}

int wire_watch(struct wire *wire, struct err *err)
{
	bool together = false;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < wire->n_ports; i++) {
		struct wire_frame *frame;

		if (!tap_is_open(&wire->ports[i].tap))
			continue;
		frame = queue_take(&wire->queue); /* the hook reads others meanwhile */
		while ((r = frame_read(wire, wire->ports[i].tap.fd, frame, err)) > 0)
			frame_came(wire, i, frame, &together);
		queue_give_back(&wire->queue, frame);
	}
	return r;
}
