// SPDX-License-Identifier: GPL-2.0-or-later
/* wire: owns the relay: the packet socket's frames, the queue of those under way, their delivery.
 */
#include "netem/wire.h"
#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

/* Frames that found no room in the socket since this was asked last. */
static unsigned frames_missed(int fd)
{
	struct tpacket_stats stats = {0};
	socklen_t len = sizeof(stats);

	getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len);
	return stats.tp_drops;
}

void wire_open(struct wire *wire, int fd, bool tap, const struct wire_hooks *hooks, void *ctx)
{
	*wire = (struct wire){.fd = fd, .tap = tap, .hooks = *hooks, .ctx = ctx};
	frames_missed(fd); /* those of labs that are gone */
}

int wire_check(const struct wire *wire, struct err *err)
{
	unsigned missed = frames_missed(wire->fd);

	if (!missed)
		return 0;
	return err_set(err, ENOBUFS,
		       "%u frames were lost before the wire could read them; run fewer cells at "
		       "once (--jobs), or raise net.core.rmem_max",
		       missed);
}

void wire_close(struct wire *wire)
{
	for (size_t i = 0; i < wire->n_queue; i++)
		free(wire->queue[i]);
	free(wire->queue);
	free(wire->spare);
	wire->queue = NULL;
	wire->spare = NULL;
	wire->n_queue = 0;
	wire->n_ports = 0;
}

static bool frame_before(const struct wire_frame *a, const struct wire_frame *b)
{
	return a->due_ns < b->due_ns || (a->due_ns == b->due_ns && a->order < b->order);
}

static void queue_push(struct wire *wire, struct wire_frame *frame)
{
	size_t i = wire->n_queue++;

	if (wire->n_queue > wire->size_queue) {
		wire->size_queue = wire->size_queue ? wire->size_queue * 2 : 64;
		wire->queue = mem_resize(wire->queue, wire->size_queue, sizeof(*wire->queue));
	}
	frame->order = wire->order++;
	for (; i && frame_before(frame, wire->queue[(i - 1) / 2]); i = (i - 1) / 2)
		wire->queue[i] = wire->queue[(i - 1) / 2];
	wire->queue[i] = frame;
}

static struct wire_frame *queue_pop(struct wire *wire)
{
	struct wire_frame *first = wire->queue[0], *last = wire->queue[--wire->n_queue];
	size_t i = 0;

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= wire->n_queue)
			break;
		if (child + 1 < wire->n_queue &&
		    frame_before(wire->queue[child + 1], wire->queue[child]))
			child++;
		if (!frame_before(wire->queue[child], last))
			break;
		wire->queue[i] = wire->queue[child];
		i = child;
	}
	wire->queue[i] = last;
	return first;
}

int64_t wire_due_ns(const struct wire *wire)
{
	return wire->n_queue ? wire->queue[0]->due_ns : INT64_MAX;
}

static int port_by_ifindex(const struct wire *wire, int ifindex)
{
	for (size_t i = 0; i < wire->n_ports; i++) {
		if (wire->ports[i].ifindex == ifindex && ifindex)
			return i;
	}
	return WIRE_PORT_NONE;
}

static int port_by_mac(const struct wire *wire, const uint8_t *mac)
{
	for (size_t i = 0; i < wire->n_ports; i++) {
		if (wire->ports[i].ifindex && !memcmp(wire->ports[i].mac, mac, FRAME_MAC_LEN))
			return i;
	}
	return WIRE_PORT_NONE;
}

/* How long a frame has lain in the socket, by the kernel's stamp of its arrival. */
static int64_t late_ns(struct msghdr *msg)
{
	struct timespec arrived, now;

	for (struct cmsghdr *cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR(msg, cmsg)) {
		if (cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		memcpy(&arrived, CMSG_DATA(cmsg), sizeof(arrived));
		clock_gettime(CLOCK_REALTIME, &now);
		return (now.tv_sec - arrived.tv_sec) * NS_PER_S + now.tv_nsec - arrived.tv_nsec;
	}
	return 0;
}

/* Read one frame into wire->spare. 1: read; 0: nothing waits. */
static int frame_read(struct wire *wire, struct sockaddr_ll *from, struct err *err)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct timespec))];
	struct iovec iov;
	struct msghdr msg = {.msg_name = from,
			     .msg_namelen = sizeof(*from),
			     .msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control,
			     .msg_controllen = sizeof(control)};
	ssize_t len;

	if (!wire->spare)
		wire->spare = mem_zalloc(sizeof(*wire->spare));
	iov = (struct iovec){wire->spare->bytes, sizeof(wire->spare->bytes)};
	do {
		len = recvmsg(wire->fd, &msg, MSG_DONTWAIT);
	} while (len < 0 && errno == EINTR);
	if (len < 0)
		return errno == EAGAIN ? 0 : err_sys(err, "reading a frame from the wire");
	if (msg.msg_flags & MSG_TRUNC)
		return err_set(err, EMSGSIZE, "a frame on the wire is longer than %d bytes",
			       FRAME_SIZE_MAX);
	wire->spare->len = len;
	wire->spare->late_ns = late_ns(&msg);
	return 1;
}

/* The checksum is left as it was, and does not fit any more. */
static void frame_corrupt(struct wire_frame *frame, int32_t bit)
{
	frame->bytes[IMPAIR_HEADER_BYTES + bit / 8] ^= 1 << bit % 8;
	/* A bit of an IPv6 header that no checksum covers does no harm. */
	frame->damaged = !frame_checksums_valid(frame->bytes, frame->len);
}

static struct wire_frame *frame_twin(const struct wire_frame *frame)
{
	struct wire_frame *twin = mem_zalloc(sizeof(*twin));

	*twin = *frame;
	twin->seg.payload = twin->bytes + (frame->seg.payload - frame->bytes);
	return twin;
}

/* Queue what came out of the link, and hold_ns later than the link would. */
static void copy_push(struct wire *wire, struct wire_frame *frame, const struct impair_copy *copy,
		      int64_t hold_ns)
{
	if (copy->corrupt_bit >= 0)
		frame_corrupt(frame, copy->corrupt_bit);
	frame->due_ns = copy->due_ns + hold_ns;
	wire->ports[frame->to].n_queued++;
	queue_push(wire, frame);
}

/* A frame of a host that another host is to get: decide on it, and queue it. */
static int frame_settle(struct wire *wire, struct wire_frame *frame, struct err *err)
{
	struct wire_port *port = &wire->ports[frame->to];
	int64_t delay_ns = 0;
	enum wire_action action = wire->hooks.arrived(wire->ctx, frame, &delay_ns);
	size_t times = action == WIRE_DUPLICATE ? 2 : 1;
	struct impair_fate fate;
	size_t n;

	if (action == WIRE_TAKE)
		return 0;
	impair_frame(&port->impair, frame->len, clock_now_ns(), port->n_queued, &fate);
	wire->hooks.impaired(wire->ctx, frame, &fate);
	n = times * fate.n_copies;
	if (wire->n_queue + n > WIRE_QUEUE_MAX)
		return err_set(err, ENOBUFS, "more than %d frames are under way on the wire",
			       WIRE_QUEUE_MAX);
	for (size_t i = 0; i + 1 < n; i++)
		copy_push(wire, frame_twin(frame), &fate.copies[i / times], delay_ns);
	if (n) {
		wire->spare = NULL;
		copy_push(wire, frame, &fate.copies[fate.n_copies - 1], delay_ns);
	}
	return 0;
}

int wire_read(struct wire *wire, struct err *err)
{
	struct sockaddr_ll from;
	struct wire_frame *frame;
	int64_t delay_ns = 0;
	int r;

	while ((r = frame_read(wire, &from, err)) > 0) {
		frame = wire->spare;
		if (from.sll_pkttype == PACKET_OUTGOING)
			continue;
		frame->from = wire->tap ? WIRE_PORT_NONE : port_by_ifindex(wire, from.sll_ifindex);
		frame->to = wire->tap ? WIRE_PORT_NONE : port_by_mac(wire, frame->bytes);
		if (!wire->tap && (frame->from == WIRE_PORT_NONE || frame->to == WIRE_PORT_NONE))
			continue;
		if (frame_parse(frame->bytes, frame->len, &frame->seg) < 0)
			continue;
		wire->frames_read++;
		if (frame->late_ns > wire->late_ns)
			wire->late_ns = frame->late_ns;
		if (wire->tap) {
			wire->hooks.arrived(wire->ctx, frame, &delay_ns);
			continue;
		}
		r = frame_settle(wire, frame, err);
		if (r < 0)
			return r;
	}
	return r;
}

static int frame_send(struct wire *wire, const struct wire_frame *frame, struct err *err)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = wire->ports[frame->to].ifindex,
		.sll_halen = FRAME_MAC_LEN,
	};
	ssize_t sent;

	memcpy(to.sll_addr, frame->bytes, FRAME_MAC_LEN);
	do {
		sent = sendto(wire->fd, frame->bytes, frame->len, 0, (struct sockaddr *)&to,
			      sizeof(to));
	} while (sent < 0 && errno == EINTR);
	if (sent < 0)
		return err_sys(err, "sending a frame to a host");
	wire->hooks.delivered(wire->ctx, frame);
	return 0;
}

int wire_deliver(struct wire *wire, int64_t now_ns, struct err *err)
{
	int r = 0;

	while (!r && wire->n_queue && wire->queue[0]->due_ns <= now_ns) {
		_cleanup_free_ struct wire_frame *frame = queue_pop(wire);

		wire->ports[frame->to].n_queued--;
		r = frame_send(wire, frame, err);
	}
	return r;
}

int wire_inject(struct wire *wire, const struct wire_frame *frame, struct err *err)
{
	return frame_send(wire, frame, err);
}
