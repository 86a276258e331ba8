// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench-relay: what the wire costs, beside a plain veth pair between the same two hosts. Prints one
 * line a figure.
 *
 *     bench-relay [PART...]     frames latency delay (default: all)
 *
 * frames: TCP segments a second that one thread carries, both receivers' TCP included; what the
 * writer and the reader of the stream do is not. latency: from a write until the other end has read
 * it, in one thread.
 */
#include "bench/parts/ground.h"
#include "bench/parts/plain.h"
#include "base/clock.h"
#include "base/mem.h"
#include "play/loop.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define BURST_BYTES    65536
#define SLICES	       101
#define SLICE_BURSTS   100
#define LATENCY_ROUNDS 20000
#define DELAY_ROUNDS   2000

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void print_us(const char *name, int64_t *took_ns, size_t n)
{
	qsort(took_ns, n, sizeof(*took_ns), by_size);
	printf("%s median_us %.1f p99_us %.1f samples %zu\n", name,
	       took_ns[n / 2] / (double)NS_PER_US, took_ns[n * 99 / 100] / (double)NS_PER_US, n);
	fflush(stdout);
}

/* The least that any relay does: each frame read, and sent on the other link. */
static int bare_drain(struct wire *wire, struct err *err)
{
	uint8_t bytes[FRAME_SIZE_MAX];
	struct sockaddr_ll at;
	socklen_t len = sizeof(at);
	ssize_t n;

	while ((n = recvfrom(wire->fd, bytes, sizeof(bytes), MSG_DONTWAIT, (struct sockaddr *)&at,
			     &len)) > 0) {
		at.sll_ifindex = at.sll_ifindex == wire->ports[HOST_CLIENT].ifindex
					 ? wire->ports[HOST_SERVER].ifindex
					 : wire->ports[HOST_CLIENT].ifindex;
		memcpy(at.sll_addr, bytes, FRAME_MAC_LEN);
		if (sendto(wire->fd, bytes, n, 0, (struct sockaddr *)&at, sizeof(at)) < 0)
			return err_sys(err, "sending a frame");
		wire->frames_read++;
		len = sizeof(at);
	}
	return 0;
}

static int wire_drain(struct wire *wire, struct err *err)
{
	return wire_pump(wire, true, err);
}

typedef int drain_fn(struct wire *wire, struct err *err);

/* One burst of the client's: carry it, its acknowledgements, and what they let out. */
static int burst_carry(struct stage *stage, drain_fn *drain, int64_t *spent_ns,
		       int64_t *cpu_spent_ns, struct err *err)
{
	static char bytes[BURST_BYTES];
	const struct conn *conn = stage->conns[0];
	int64_t began_ns, cpu_began_ns;

	if (send(conn->ends[SIDE_CLIENT].fd, bytes, sizeof(bytes), MSG_DONTWAIT) < 0 &&
	    errno != EAGAIN)
		return err_sys(err, "writing into the stream");
	cpu_began_ns = cpu_ns();
	began_ns = clock_now_ns();
	if (drain(&stage->wire, err))
		return -err->code;
	*spent_ns += clock_now_ns() - began_ns;
	*cpu_spent_ns += cpu_ns() - cpu_began_ns;
	while (recv(conn->ends[SIDE_SERVER].fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
	*err = stage->failure;
	return -err->code;
}

/* Frames a second, of the clock and of this thread's time. */
struct rates {
	int64_t by_clock[SLICES], by_cpu[SLICES];
};

static int slice_measure(struct stage *stage, drain_fn *drain, struct rates *rates, size_t slice,
			 struct err *err)
{
	uint64_t before = stage->wire.frames_read;
	int64_t spent_ns = 0, cpu_spent_ns = 0, frames;

	for (unsigned i = 0; i < SLICE_BURSTS; i++) {
		if (burst_carry(stage, drain, &spent_ns, &cpu_spent_ns, err))
			return -err->code;
	}
	frames = stage->wire.frames_read - before;
	rates->by_clock[slice] = frames * NS_PER_S / spent_ns;
	rates->by_cpu[slice] = frames * NS_PER_S / cpu_spent_ns;
	return 0;
}

static void print_rates(const char *name, struct rates *rates)
{
	qsort(rates->by_clock, SLICES, sizeof(int64_t), by_size);
	qsort(rates->by_cpu, SLICES, sizeof(int64_t), by_size);
	printf("%s median_per_s %lld median_per_cpu_s %lld best_per_s %lld slices %d\n", name,
	       (long long)rates->by_clock[SLICES / 2], (long long)rates->by_cpu[SLICES / 2],
	       (long long)rates->by_clock[SLICES - 1], SLICES);
	fflush(stdout);
}

/* In turns, so that whatever else the machine does falls on both. */
static int measure_frames(struct stage *stage, struct err *err)
{
	struct rates wire, bare;

	if (stage_connect(stage, err))
		return -err->code;
	for (size_t i = 0; i < SLICES; i++) {
		if (slice_measure(stage, wire_drain, &wire, i, err) ||
		    slice_measure(stage, bare_drain, &bare, i, err))
			return -err->code;
	}
	print_rates("frames-wire", &wire);
	print_rates("frames-bare", &bare);
	return wire_check(&stage->wire, err);
}

static bool has_read(struct stage *stage, void *arg)
{
	const struct end *end = arg;

	(void)stage;
	return end->read.len >= conn_peer(end)->written.len;
}

/* To and fro, so that no acknowledgement is late. */
static int ping_once(struct stage *stage, enum side from, int64_t *ret_ns, struct err *err)
{
	struct end *end = &stage->conns[0]->ends[from];
	int64_t began_ns = clock_now_ns();
	int r;

	if (send(end->fd, "x", 1, 0) != 1)
		return err_sys(err, "writing into the stream");
	text_addn(&end->written, "x", 1);
	r = loop_wait(stage, has_read, conn_peer(end), began_ns + NS_PER_S, err);
	*ret_ns = clock_now_ns() - began_ns;
	if (!r)
		return err_set(err, ETIMEDOUT, "a byte did not arrive within a second");
	return r < 0 ? r : 0;
}

static int measure_pings(struct stage *stage, const char *name, unsigned rounds, int64_t but_ns,
			 struct err *err)
{
	_cleanup_free_ int64_t *took_ns = mem_zalloc(rounds * sizeof(*took_ns));

	for (unsigned i = 0; i < rounds; i++) {
		if (ping_once(stage, i & 1 ? SIDE_SERVER : SIDE_CLIENT, &took_ns[i], err))
			return -err->code;
		took_ns[i] -= but_ns;
	}
	print_us(name, took_ns, rounds);
	return 0;
}

static int measure_latency(struct stage *stage, struct err *err)
{
	int r = stage_connect(stage, err);

	return r ? r : measure_pings(stage, "latency-wire", LATENCY_ROUNDS, 0, err);
}

static int measure_delay(struct stage *stage, struct err *err)
{
	int r = stage_connect(stage, err);

	return r ? r : measure_pings(stage, "delay-2ms", DELAY_ROUNDS, 2 * NS_PER_MS, err);
}

static int part_frames(struct ground *ground, struct err *err)
{
	return on_stage(ground, SCENARIO("none", CONNECT), measure_frames, err);
}

static int plain_latency(struct ground *ground, struct err *err)
{
	_cleanup_free_ int64_t *took_ns = mem_zalloc(LATENCY_ROUNDS * sizeof(*took_ns));
	struct plain plain;
	int r = plain_open(&ground->bench, &plain, err);

	if (!r)
		r = plain_pings(&plain, took_ns, LATENCY_ROUNDS, err);
	if (!r)
		print_us("latency-plain", took_ns, LATENCY_ROUNDS);
	plain_close(&plain);
	return r;
}

static int part_latency(struct ground *ground, struct err *err)
{
	int r = on_stage(ground, SCENARIO("none", CONNECT), measure_latency, err);

	return r ? r : plain_latency(ground, err);
}

static int part_delay(struct ground *ground, struct err *err)
{
	return on_stage(ground, SCENARIO("clean", CONNECT), measure_delay, err);
}

int main(int argc, char **argv)
{
	static const struct part parts[] = {
		{"frames", part_frames},
		{"latency", part_latency},
		{"delay", part_delay},
	};

	return ground_main(parts, ARRAY_SIZE(parts), argc, argv);
}
