// SPDX-License-Identifier: GPL-2.0-or-later
/* wire: owns the relay's one half: the packet socket's frames, and what becomes of each. */
#include "netem/wire.h"
#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

/* Frames that one call reads: as a rule what a receiver sent in answer to one frame, and the word
 * that there is no more; at most a write of 64 KiB in full segments, and the ACKs of one. */
#define BATCH_MAX 64

struct wire_batch {
	struct mmsghdr messages[BATCH_MAX];
	struct iovec iov[BATCH_MAX];
	struct sockaddr_ll from[BATCH_MAX];
	struct wire_frame *frames[BATCH_MAX]; /* NULL: it is on its way */
	size_t used;			      /* of them, by the last call */
	_Alignas(struct cmsghdr) char control[BATCH_MAX][CMSG_SPACE(sizeof(struct timespec))];
};

unsigned wire_missed(int fd)
{
	struct tpacket_stats stats = {0};
	socklen_t len = sizeof(stats);

	getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len);
	return stats.tp_drops;
}

void wire_open(struct wire *wire, int fd, int direct_fd, bool tap, const struct wire_hooks *hooks,
	       void *ctx)
{
	*wire = (struct wire){
		.fd = fd, .direct_fd = direct_fd, .tap = tap, .hooks = *hooks, .ctx = ctx};
	wire->batch = mem_zalloc(sizeof(*wire->batch));
	wire->batch->used = BATCH_MAX;
	wire_missed(fd); /* those of labs that are gone */
}

int wire_check(const struct wire *wire, struct err *err)
{
	unsigned missed = wire_missed(wire->fd);

	for (size_t i = 0; i < wire->n_ports; i++) {
		if (tap_is_open(&wire->ports[i].tap))
			missed += wire_missed(wire->ports[i].tap.fd);
	}
	if (!missed)
		return 0;
	return err_set(err, ENOBUFS,
		       "%u frames were lost before the wire could read them; run fewer cells at "
		       "once (--jobs), or raise net.core.rmem_max",
		       missed);
}

void wire_close(struct wire *wire)
{
	for (size_t i = 0; wire->batch && i < BATCH_MAX; i++)
		free(wire->batch->frames[i]);
	free(wire->batch);
	for (size_t i = 0; i < wire->n_ports; i++)
		tap_close(&wire->ports[i].tap);
	queue_free(&wire->queue);
	wire->batch = NULL;
	wire->n_ports = 0;
}

int64_t wire_due_ns(const struct wire *wire)
{
	return queue_due_ns(&wire->queue);
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
		if ((wire->ports[i].ifindex || wire->ports[i].raw) &&
		    !memcmp(wire->ports[i].mac, mac, FRAME_MAC_LEN))
			return i;
	}
	return WIRE_PORT_NONE;
}

/* A frame to all is a raw peer's, too: it hears whatever is sent on its link. */
static int port_to(const struct wire *wire, const uint8_t *mac)
{
	for (size_t i = 0; mac[0] & 1 && i < wire->n_ports; i++) {
		if (wire->ports[i].raw)
			return i;
	}
	return port_by_mac(wire, mac);
}

/* By the kernel's stamp of its arrival. */
int64_t wire_late_ns(struct msghdr *msg, const struct timespec *at)
{
	struct timespec arrived;

	for (struct cmsghdr *cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR(msg, cmsg)) {
		if (cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		memcpy(&arrived, CMSG_DATA(cmsg), sizeof(arrived));
		return (at->tv_sec - arrived.tv_sec) * NS_PER_S + at->tv_nsec - arrived.tv_nsec;
	}
	return 0;
}

/* Room for the batch's n-th frame. */
static void batch_prepare(struct wire *wire, size_t n)
{
	struct wire_batch *batch = wire->batch;

	if (!batch->frames[n])
		batch->frames[n] = queue_take(&wire->queue);
	batch->iov[n] = (struct iovec){batch->frames[n]->bytes, FRAME_SIZE_MAX};
	batch->messages[n].msg_hdr = (struct msghdr){
		.msg_name = &batch->from[n],
		.msg_namelen = sizeof(batch->from[n]),
		.msg_iov = &batch->iov[n],
		.msg_iovlen = 1,
		.msg_control = batch->control[n],
		.msg_controllen = sizeof(batch->control[n]),
	};
}

/* Read some of the frames that wait. Returns how many; fewer than BATCH_MAX: no more waits. */
static int batch_read(struct wire *wire, struct err *err)
{
	struct wire_batch *batch = wire->batch;
	struct timespec stamp;
	int64_t now_ns;
	int n;

	while (batch->used)
		batch_prepare(wire, --batch->used);
	do {
		n = recvmmsg(wire->fd, batch->messages, BATCH_MAX, MSG_DONTWAIT, NULL);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? 0 : err_sys(err, "reading a frame from the wire");
	batch->used = n;
	now_ns = clock_now_ns();
	clock_gettime(CLOCK_REALTIME, &stamp); /* the clock of the kernel's stamps */
	for (int i = 0; i < n; i++) {
		struct wire_frame *frame = batch->frames[i];

		if (batch->messages[i].msg_hdr.msg_flags & MSG_TRUNC)
			return err_set(err, EMSGSIZE, "a frame on the wire is longer than %d bytes",
				       FRAME_SIZE_MAX);
		frame->len = batch->messages[i].msg_len;
		frame->at_ns = now_ns;
		frame->late_ns = wire_late_ns(&batch->messages[i].msg_hdr, &stamp);
		frame->damaged = false;
		frame->together = false;
	}
	return n;
}

/* The checksum is left as it was, and does not fit any more. */
static void frame_corrupt(struct wire_frame *frame, int32_t bit)
{
	frame->bytes[IMPAIR_HEADER_BYTES + bit / 8] ^= 1 << bit % 8;
}

/* A bit of an IPv6 header that no checksum covers does no harm. */
static void copies_settle(struct wire_frame *frame, struct impair_fate *fate)
{
	for (size_t i = 0; i < fate->n_copies; i++) {
		struct impair_copy *copy = &fate->copies[i];

		if (copy->corrupt_bit < 0)
			continue;
		frame_corrupt(frame, copy->corrupt_bit);
		copy->damaged = !frame_checksums_valid(frame->bytes, frame->len);
		frame_corrupt(frame, copy->corrupt_bit);
	}
}

void wire_spoil(struct wire_frame *frame)
{
	frame_spoil(frame->bytes, frame->len);
	frame->damaged = true;
}

static struct wire_frame *frame_twin(struct wire *wire, const struct wire_frame *frame)
{
	struct wire_frame *twin = queue_take(&wire->queue);

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
	frame->damaged |= copy->damaged;
	frame->due_ns = copy->due_ns + hold_ns;
	wire->ports[frame->to].n_queued++;
	queue_push(&wire->queue, frame);
}

/* A frame of a host that another host is to get: decide on it, and queue it: then *frame is NULL.
 */
static int frame_settle(struct wire *wire, struct wire_frame **ret, struct err *err)
{
	struct wire_frame *frame = *ret;
	struct wire_port *port = &wire->ports[frame->to];
	int64_t delay_ns = 0;
	enum wire_action action = wire->hooks.arrived(wire->ctx, frame, &delay_ns);
	size_t times = action == WIRE_DUPLICATE ? 2 : 1;
	struct impair_fate fate;
	size_t n;

	if (action == WIRE_TAKE)
		return 0;
	if (wire->hooks.identity && impair_draws(&port->impair))
		impair_identify(&port->impair, wire->hooks.identity(wire->ctx, frame));
	impair_frame(&port->impair, frame->len, frame->at_ns, port->n_queued, &fate);
	copies_settle(frame, &fate);
	wire->hooks.impaired(wire->ctx, frame, tap_is_open(&port->tap) ? NULL : &fate);
	n = times * fate.n_copies;
	if (wire->queue.n + n > WIRE_QUEUE_MAX)
		return err_set(err, ENOBUFS, "more than %d frames are under way on the wire",
			       WIRE_QUEUE_MAX);
	for (size_t i = 0; i + 1 < n; i++)
		copy_push(wire, frame_twin(wire, frame), &fate.copies[i / times], delay_ns);
	if (n) {
		*ret = NULL;
		copy_push(wire, frame, &fate.copies[fate.n_copies - 1], delay_ns);
	}
	return 0;
}

/* One frame of the batch. */
static int frame_came(struct wire *wire, const struct sockaddr_ll *from, struct wire_frame **ret,
		      struct err *err)
{
	struct wire_frame *frame = *ret;
	int64_t delay_ns = 0;

	if (from->sll_pkttype == PACKET_OUTGOING)
		return 0;
	frame->from = wire->tap ? WIRE_PORT_NONE : port_by_ifindex(wire, from->sll_ifindex);
	frame->to = wire->tap ? WIRE_PORT_NONE : port_to(wire, frame->bytes);
	if (!wire->tap && (frame->from == WIRE_PORT_NONE || frame->to == WIRE_PORT_NONE))
		return 0;
	if (frame_parse(frame->bytes, frame->len, &frame->seg) < 0)
		return 0;
	wire->frames_read++;
	if (frame->late_ns > wire->late_ns)
		wire->late_ns = frame->late_ns;
	if (!wire->tap)
		return frame_settle(wire, ret, err);
	wire->hooks.arrived(wire->ctx, frame, &delay_ns);
	return 0;
}

int wire_read(struct wire *wire, struct err *err)
{
	struct wire_batch *batch = wire->batch;
	int n, r = 0;

	do {
		n = batch_read(wire, err);
		for (int i = 0; !r && i < n; i++)
			r = frame_came(wire, &batch->from[i], &batch->frames[i], err);
	} while (!r && n == BATCH_MAX);
	return n < 0 ? n : r;
}
