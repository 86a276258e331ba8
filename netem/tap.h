/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tap: what became of the frames that the kernel's netem carries to one host.
 *
 * Nobody is told what a qdisc does with a frame. So each frame goes into it with a number of its
 * own, where its source's MAC address was, and the host's ingress is watched: which numbers come,
 * how often, in which order, when, and whether anything else about the frame has changed. A number
 * carries a checksum, so that it can be read even where the one bit that netem corrupts is in it.
 *
 * A frame that has not come is lost only once the qdisc is empty and every frame that left it was
 * seen; until then it is not known what becomes of it.
 */
#ifndef AFTERCLOSE_NETEM_TAP_H
#define AFTERCLOSE_NETEM_TAP_H

#include "netem/impair.h"

#include <stdbool.h>
#include <stdint.h>

#define TAP_FLIGHTS 65536 /* frames that may be unsettled at once */

struct wire_frame;

/* One frame between the wire and its host. */
struct tap_flight {
	int64_t late_ns; /* when it has been delayed beyond its rule's delay */
	uint64_t hash;
	uint32_t n;   /* the hook's number for the frame */
	void *sender; /* and whose it is */
	struct impair_fate fate;
};

struct tap {
	int fd; /* a packet socket at the host's ingress, borrowed; -1: none, the wire impairs */
	struct netem_rule rule;	    /* for the next frame; its distributions: tables that stay */
	uint32_t sent;		    /* frames put into the qdisc; the last one's number */
	uint32_t settled;	    /* up to this number nothing can change any more */
	uint32_t last;		    /* the highest number that came */
	uint64_t came;		    /* frames that came, copies and all */
	struct tap_flight *flights; /* a ring by number */
};

/* Called with what is newly known of a frame. */
typedef void tap_fn(void *ctx, uint32_t n, const struct impair_fate *fate);

void tap_open(struct tap *tap, int fd, const struct netem_rule *rule);
void tap_close(struct tap *tap);

/* From the next frame on the qdisc has another rule; those under way keep theirs. */
void tap_change(struct tap *tap, const struct netem_rule *rule);
bool tap_is_open(const struct tap *tap);

/* Number a frame that is about to be sent. */
void tap_number(struct tap *tap, struct wire_frame *frame, int64_t now_ns);

/* A frame of the host's ingress, that came at a time. False: it is none of those numbered here, or
 * one of so long ago that it is forgotten. */
bool tap_came(struct tap *tap, struct wire_frame *frame, int64_t came_ns, tap_fn *fn, void *ctx);

/* The qdisc was empty, and n_sent frames had left it: settle those that did not come. */
void tap_settle(struct tap *tap, uint64_t n_sent, tap_fn *fn, void *ctx);

#endif
