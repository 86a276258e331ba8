/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reader: a capture's TCP segments, one after the other, in constant memory. libpcap reads pcap
 * files, and pcapng.h the others; each packet of those may be of another kind of link.
 */
#ifndef AFTERCLOSE_CAPTURE_READER_H
#define AFTERCLOSE_CAPTURE_READER_H

#include "base/err.h"
#include "capture/dissect.h"
#include "capture/pcapng.h"

struct reader {
	const char *path;  /* borrowed */
	FILE *file;	   /* of a pcapng; owned */
	struct pcap *pcap; /* NULL: it is a pcapng */
	struct pcapng pcapng;
	int link;		   /* of the last packet; so the next */
	bool several;		   /* one packet may be there twice: at several interfaces */
	uint64_t n_packets;	   /* read so far: the number of the last, as Wireshark counts */
	uint64_t n_segments;	   /* of these, TCP */
	uint64_t n_other;	   /* no TCP, or fragments */
	uint64_t n_malformed;	   /* cut too short, or lengths that contradict */
	uint64_t n_back;	   /* times that go back */
	int64_t first_us, last_us; /* the earliest and the latest */
	int64_t past_us;	   /* the last packet's */
	bool cut; /* the file ended in the middle of a packet, as one of a machine that crashed */
};

/* Errors: those of opening; EINVAL no capture, or a pcap of a link type that is not read (in a
 * pcapng such packets are counted among n_other). */
int reader_open(const char *path, struct reader *ret, struct err *err);
void reader_close(struct reader *reader);
#define _cleanup_reader_ __attribute__((cleanup(reader_close)))

/* 1: a segment, until the next call; 0: the end. Errors: EINVAL the file is damaged, with the
 * packet's number and the offset behind it. */
int reader_next(struct reader *reader, struct dissected *ret, int64_t *ret_us, struct err *err);

#endif
