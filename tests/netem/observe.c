// SPDX-License-Identifier: GPL-2.0-or-later
/* observe: owns the two ways a frame goes through a rule. */
#include "observe.h"
#include "base/clock.h"
#include "base/mem.h"
#include "lab/link.h"
#include "lab/netns.h"
#include "lab/packet.h"
#include "lab/qdisc.h"
#include "lab/sysctl.h"
#include "netem/impair.h"

#include <errno.h>
#include <netlink/netlink.h>
#include <string.h>
#include <time.h>

#define NEAR_IFINDEX 10
#define FAR_IFINDEX  11
#define HEADER_BYTES 14
#define ETHERTYPE    0x88b5 /* for experiments (IEEE 802); no bit off it is a VLAN's */
#define INDEX_COPIES 3
#define SPREAD_MAX   5 /* jitters; the tables are cut at four */

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* How long a batch may take. */
static int64_t pause_ns(const struct plan *plan)
{
	const struct netem_rule *rule = plan->rule;
	const struct netem_slot *slot = &rule->slot;
	int64_t slot_ns = larger(slot->max_delay_ns, slot->delay_ns + SPREAD_MAX * slot->jitter_ns);
	int64_t frame_ns = 0;

	if (rule->rate.bytes_per_s) /* overheads are at most three times a frame in what we try */
		frame_ns = 4 * (int64_t)plan->len * NS_PER_S / rule->rate.bytes_per_s;
	return rule->delay_ns + SPREAD_MAX * rule->jitter_ns + 2 * slot_ns +
	       (int64_t)plan->batch *
		       (frame_ns + (slot->packets_max || slot->bytes_max ? slot_ns : 0)) +
	       NS_PER_MS;
}

static void wire_batch(struct impair *impair, const struct plan *plan, int64_t now_ns,
		       struct observed *ret)
{
	struct impair_fate fate;
	size_t n_queued = 0;

	for (size_t i = 0; i < plan->batch; i++) {
		impair_frame(impair, plan->len, now_ns, n_queued, &fate);
		ret[i] = (struct observed){.n_copies = fate.n_copies, .delay_ns = INT64_MAX};
		for (size_t j = 0; j < fate.n_copies; j++) {
			int64_t delay_ns = larger(fate.copies[j].due_ns - now_ns, 0);

			ret[i].corrupt |= fate.copies[j].corrupt_bit >= 0;
			if (delay_ns < ret[i].delay_ns)
				ret[i].delay_ns = delay_ns;
			n_queued += delay_ns > 0;
		}
	}
}

void observe_wire(const struct plan *plan, struct observed *ret)
{
	int64_t now_ns = NS_PER_S;
	struct impair impair;

	impair_open(&impair, plan->rule, plan->seed, 0);
	for (size_t i = 0; i < plan->n; i += plan->batch) {
		wire_batch(&impair, plan, now_ns, ret + i);
		now_ns += pause_ns(plan);
	}
}

/* A frame that tells which it is, whatever single bit of it is wrong. */
static void frame_write(uint8_t *frame, const struct plan *plan, uint32_t index)
{
	static const uint8_t head[HEADER_BYTES] = {
		2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, ETHERTYPE >> 8, ETHERTYPE & 0xff};

	memset(frame, 0, plan->len);
	memcpy(frame, head, sizeof(head));
	for (size_t i = 0; i < INDEX_COPIES; i++)
		memcpy(frame + HEADER_BYTES + i * sizeof(index), &index, sizeof(index));
}

static uint32_t frame_index(const uint8_t *frame)
{
	uint32_t at[INDEX_COPIES];

	memcpy(at, frame + HEADER_BYTES, sizeof(at));
	return at[0] == at[1] || at[0] == at[2] ? at[0] : at[1];
}

/* sendmmsg() stops at a frame that netem's limit loses; the next one goes on behind it. */
static int batch_send(struct site *site, const struct plan *plan, uint32_t first, struct err *err)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->batch; i++) {
		frame_write(site->frames[i], plan, first + i);
		site->iovs[i] = (struct iovec){site->frames[i], plan->len};
		site->msgs[i].msg_hdr = (struct msghdr){
			.msg_name = &site->near,
			.msg_namelen = sizeof(site->near),
			.msg_iov = &site->iovs[i],
			.msg_iovlen = 1,
		};
	}
	while (n < plan->batch) {
		int sent = sendmmsg(site->send_fd, site->msgs + n, plan->batch - n, 0);

		if (sent < 0 && errno != ENOBUFS)
			return err_sys(err, "send frames");
		n += sent < 0 ? 1 : sent;
	}
	return 0;
}

static int64_t stamp_ns(struct msghdr *msg)
{
	struct timespec ts = {0};

	for (struct cmsghdr *cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR(msg, cmsg)) {
		if (cmsg->cmsg_level == SOL_SOCKET && cmsg->cmsg_type == SCM_TIMESTAMPNS)
			memcpy(&ts, CMSG_DATA(cmsg), sizeof(ts));
	}
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static int frames_read(struct site *site)
{
	for (size_t i = 0; i < BATCH_MAX; i++) {
		site->iovs[i] = (struct iovec){site->frames[i], sizeof(site->frames[i])};
		site->msgs[i].msg_hdr = (struct msghdr){
			.msg_iov = &site->iovs[i],
			.msg_iovlen = 1,
			.msg_control = site->control[i],
			.msg_controllen = sizeof(site->control[i]),
		};
	}
	return recvmmsg(site->receive_fd, site->msgs, BATCH_MAX, MSG_DONTWAIT, NULL);
}

static void frame_take(const struct plan *plan, uint32_t first, const uint8_t *frame,
		       int64_t delay_ns, struct observed *ret)
{
	uint32_t index = frame_index(frame) - first;
	uint8_t sent[NETEM_FRAME_BYTES];

	if (index >= plan->batch)
		return;
	frame_write(sent, plan, first + index);
	ret[index].corrupt |= memcmp(sent, frame, plan->len) != 0;
	if (!ret[index].n_copies++)
		ret[index].delay_ns = delay_ns;
}

static int batch_receive(struct site *site, const struct plan *plan, uint32_t first,
			 int64_t sent_ns, struct observed *ret, struct err *err)
{
	int n;

	while ((n = frames_read(site)) > 0) {
		for (int i = 0; i < n; i++) {
			struct mmsghdr *msg = &site->msgs[i];

			if (msg->msg_len == plan->len)
				frame_take(plan, first, site->frames[i],
					   stamp_ns(&msg->msg_hdr) - sent_ns, ret);
		}
	}
	return n < 0 && errno != EAGAIN ? err_sys(err, "read frames") : 0;
}

static int missed(const struct site *site, struct err *err)
{
	struct tpacket_stats stats = {0};
	socklen_t len = sizeof(stats);

	getsockopt(site->receive_fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len);
	return stats.tp_drops ? err_set(err, ENOBUFS, "%u frames found no room", stats.tp_drops)
			      : 0;
}

/* Afresh, or over a rule that has everything, of which nothing may stay. */
static int rule_set(const struct site *site, const struct netem_rule *rule, struct err *err)
{
	struct netem_rule full;
	int r = qdisc_clear(site->route, NEAR_IFINDEX, err);

	if (!site->changes)
		return r ? r : qdisc_set_netem(site->route, NEAR_IFINDEX, rule, err);
	if (!r)
		r = netem_rule_parse(FULL_RULE, &full, err);
	if (!r)
		r = qdisc_set_netem(site->route, NEAR_IFINDEX, &full, err);
	if (!r)
		r = qdisc_change_netem(site->route, NEAR_IFINDEX, &full, rule, err);
	if (r != -EOPNOTSUPP)
		return r;
	/* Pareto's table would be in the way. */
	r = qdisc_clear(site->route, NEAR_IFINDEX, err);
	return r ? r : qdisc_set_netem(site->route, NEAR_IFINDEX, rule, err);
}

int observe_kernel(struct site *site, const struct plan *plan, struct observed *ret,
		   struct err *err)
{
	struct netem_rule rule = *plan->rule;
	struct timespec now;
	int r;

	if (site->seeds && !rule.seed)
		rule.seed = plan->seed;
	r = rule_set(site, &rule, err);
	memset(ret, 0, plan->n * sizeof(*ret));
	for (size_t i = 0; !r && i < plan->n; i += plan->batch) {
		clock_gettime(CLOCK_REALTIME, &now);
		r = batch_send(site, plan, i, err);
		clock_sleep_until(clock_now_ns() + pause_ns(plan));
		if (!r)
			r = batch_receive(site, plan, i, now.tv_sec * NS_PER_S + now.tv_nsec,
					  ret + i, err);
	}
	return r ? r : missed(site, err);
}

/* The first frames may come before the kernel stamps any. */
static int site_warm_up(struct site *site, struct err *err)
{
	const struct netem_rule rule = {.delay_ns = 100 * NS_PER_MS};
	const struct plan plan = {&rule, .n = 10, .batch = 1, .len = 100};
	struct observed ignored[10];

	return observe_kernel(site, &plan, ignored, err);
}

static int site_build(struct site *site, struct err *err)
{
	static const uint8_t macs[2][FRAME_MAC_LEN] = {{2, 0, 0, 0, 0, 1}, {2, 0, 0, 0, 0, 2}};
	const struct link_end near = {"near", NEAR_IFINDEX, macs[0]};
	const struct link_end far = {"far", FAR_IFINDEX, macs[1]};
	_cleanup_fd_ int ns_fd = -1;
	struct nl_sock *events = NULL;
	int64_t deadline_ns = clock_now_ns() + 5 * NS_PER_S;
	int r = netns_create(&ns_fd, err);

	if (!r)
		sysctl_write("net.ipv6.conf.default.disable_ipv6", "1", err);
	if (!r)
		r = link_open(&site->route, err);
	if (!r)
		r = link_open_events(&events, err);
	if (!r)
		r = link_add_veth(site->route, &near, &far, ns_fd, err);
	if (!r)
		r = link_set_up(site->route, FAR_IFINDEX, LINK_MTU, err);
	if (!r)
		r = link_wait_up(events, site->route, NEAR_IFINDEX, deadline_ns, err);
	if (!r)
		r = link_wait_up(events, site->route, FAR_IFINDEX, deadline_ns, err);
	nl_socket_free(events);
	if (!r)
		r = packet_open(NEAR_IFINDEX, &site->send_fd, err);
	return r ? r : packet_open(FAR_IFINDEX, &site->receive_fd, err);
}

int site_open(struct site *ret, struct err *err)
{
	const struct netem_rule seeded = {.seed = 1};
	struct err ignored;
	int r;

	*ret = (struct site){.send_fd = -1,
			     .receive_fd = -1,
			     .near = {.sll_family = AF_PACKET,
				      .sll_ifindex = NEAR_IFINDEX,
				      .sll_halen = FRAME_MAC_LEN}};
	r = site_build(ret, err);
	if (!r)
		r = site_warm_up(ret, err);
	if (!r)
		r = qdisc_clear(ret->route, NEAR_IFINDEX, err);
	if (!r)
		ret->seeds = !qdisc_set_netem(ret->route, NEAR_IFINDEX, &seeded, &ignored);
	return r;
}

void site_close(struct site *site)
{
	nl_socket_free(site->route);
	mem_cleanup_close(&site->send_fd);
	mem_cleanup_close(&site->receive_fd);
}
