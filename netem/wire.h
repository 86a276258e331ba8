/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire: carries frames between the hosts of a lab, and does to each what it is told.
 *
 * A frame that a host sends is read from the packet socket, shown once to the `arrived` hook, which
 * decides its fate, then lost, copied, corrupted or queued by the rule of its link (impair.h), and
 * sent into the receiving host's veth when it is due. The kernel hands it to that host's TCP before
 * the send returns, so what the `delivered` hook sees of both ends is what this one frame made of
 * them. What is not unicast TCP between two ports is not carried, but TCP to all is to a raw one.
 *
 * Where the kernel's netem carries the rule out, the wire sends a frame at once, and the port's tap
 * (tap.h) sees what comes of it at the host's ingress: only then it is delivered.
 *
 * A wire that is itself a tap (loopback) only shows frames; the kernel delivered them already.
 */
#ifndef AFTERCLOSE_NETEM_WIRE_H
#define AFTERCLOSE_NETEM_WIRE_H

#include "base/err.h"
#include "netem/frame.h"
#include "netem/impair.h"
#include "netem/queue.h"
#include "netem/tap.h"

#include <stdbool.h>
#include <stdint.h>

#define WIRE_PORTS_MAX 4
#define WIRE_QUEUE_MAX 65536
#define WIRE_PORT_NONE (-1)

struct msghdr;
struct timespec;
struct wire_batch;

struct wire_port {
	int ifindex; /* the wire's end of the link */
	bool raw;    /* nobody is at its end: what comes there is delivered to the hooks only */
	uint8_t mac[FRAME_MAC_LEN]; /* the host's */
	struct impair impair;	    /* what becomes of frames towards this host */
	size_t n_queued;	    /* of them, under way */
	struct tap tap;		    /* not open: the wire impairs */
};

enum wire_action { WIRE_CARRY, WIRE_TAKE, WIRE_DUPLICATE };

struct wire_hooks {
	/* TAKE: the frame goes no further. *delay_ns is added to the link's. */
	enum wire_action (*arrived)(void *ctx, struct wire_frame *frame, int64_t *delay_ns);
	/* Asked where its link draws: which frame it is (impair_identify). NULL: they are numbered.
	 */
	uint64_t (*identity)(void *ctx, const struct wire_frame *frame);
	/* What its link made of a frame that goes further, before any of it is delivered; NULL
	 * where the kernel's netem has it. */
	void (*impaired)(void *ctx, const struct wire_frame *frame, const struct impair_fate *fate);
	/* What is known by now of one that the kernel's netem had, by the hook's number for it:
	 * again whenever more is known. */
	void (*settled)(void *ctx, uint32_t n, const struct impair_fate *fate);
	void (*delivered)(void *ctx, const struct wire_frame *frame);
	/* Is nothing to be learnt from what the host does with this one frame? Then it may be sent
	 * together with those that are due after it. NULL: each is sent alone. */
	bool (*is_plain)(void *ctx, const struct wire_frame *frame);
};

struct wire {
	int fd;
	int direct_fd; /* sends past every qdisc; fd sends through the kernel's netem */
	bool tap;
	struct wire_port ports[WIRE_PORTS_MAX];
	size_t n_ports;
	struct wire_hooks hooks;
	void *ctx;
	struct queue queue;
	struct wire_batch *batch; /* the next frames to read into */
	uint64_t frames_read;
	int64_t late_ns; /* the longest that a frame lay unread: what a busy machine added */
};

/* fd: the bench's packet socket, or a lab's tap; direct_fd: the bench's that only sends; both are
 * borrowed. Frames of labs that are gone, which may still wait in fd, are thrown away. */
void wire_open(struct wire *wire, int fd, int direct_fd, bool tap, const struct wire_hooks *hooks,
	       void *ctx);
void wire_close(struct wire *wire);

/* Read and settle every frame that waits. Errors: a frame that could not be read. */
int wire_read(struct wire *wire, struct err *err);

/* Deliver frames that are due (deliver.c). *ret_n: how many. Errors: a frame that could not be
 * sent.
 */
int wire_deliver(struct wire *wire, size_t *ret_n, struct err *err);

/* Watch, read and deliver, and what the hosts send in answer too, until no frame is due, or very
 * many were carried. waits: frames may wait to be read; else only those that are due are looked
 * for. */
int wire_pump(struct wire *wire, bool waits, struct err *err);

/* See what has come to the hosts that have taps (watch.c). Errors: a frame that could not be read.
 */
int wire_watch(struct wire *wire, struct err *err);

/* How long a frame had lain in its socket at a time of CLOCK_REALTIME. */
int64_t wire_late_ns(struct msghdr *msg, const struct timespec *at);

/* Frames that found no room in a packet socket since this was asked last. */
unsigned wire_missed(int fd);

/* ENOBUFS: the socket had no room for some frame, so that it was never read. */
int wire_check(const struct wire *wire, struct err *err);

/* Make the TCP checksum of a frame wrong, in the `arrived` hook. */
void wire_spoil(struct wire_frame *frame);

/* When the next frame is due; INT64_MAX: none waits. */
int64_t wire_due_ns(const struct wire *wire);

/* Deliver a frame now, without its link's rule: a released or a crafted one. */
int wire_inject(struct wire *wire, const struct wire_frame *frame, struct err *err);

#endif
