// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * jiffies: owns the calibration of the kernel's tick counter.
 *
 * rtnetlink tells when an address was last changed (IFA_CACHEINFO, tstamp) in hundredths of a
 * second of jiffies. One such stamp, taken between two readings of the monotonic clock, bounds the
 * counter's epoch to a hundredth and a jiffy. Each further one is taken at the instant at which the
 * stamp would step if the epoch lay in the middle of its bounds, and so halves them.
 */
#include "lab/jiffies.h"
#include "lab/link.h"
#include "lab/nlerr.h"
#include "lab/wheel.h"
#include "base/clock.h"

#include <errno.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>

#define SAMPLES_MAX	  24
#define NS_PER_STAMP	  (NS_PER_S / 100)
#define STAMP_WRAP	  (1LL << 32)

#define CONFIRMATIONS_MAX 5

struct sample {
	int64_t before_ns, after_ns;
	int64_t stamp;
	bool stamped, acknowledged;
};

struct bounds {
	int64_t min_ns, max_ns;
};

static int64_t div_floor(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t div_ceil(int64_t a, int64_t b)
{
	return -div_floor(-a, b);
}

static int on_address(struct nl_msg *msg, void *arg)
{
	const struct ifa_cacheinfo *info;
	struct sample *sample = arg;
	struct nlattr *attr =
		nlmsg_find_attr(nlmsg_hdr(msg), sizeof(struct ifaddrmsg), IFA_CACHEINFO);

	if (attr && nla_len(attr) >= (int)sizeof(*info)) {
		info = nla_data(attr);
		sample->stamp = info->tstamp;
		sample->stamped = true;
	}
	return NL_OK;
}

static int on_acknowledged(struct nl_msg *msg, void *arg)
{
	struct sample *sample = arg;

	(void)msg;
	sample->acknowledged = true;
	return NL_STOP;
}

/* Add or replace the address, and have the kernel echo it. */
static int sample_take(struct nl_sock *route, struct nl_cb *cb, struct rtnl_addr *address,
		       struct sample *ret)
{
	struct nl_msg *msg;
	int rc = rtnl_addr_build_add_request(address, NLM_F_REPLACE | NLM_F_ECHO, &msg);

	*ret = (struct sample){0};
	if (rc)
		return rc;
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_address, ret);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_acknowledged, ret);
	ret->before_ns = clock_now_ns();
	rc = nl_send_auto(route, msg);
	nlmsg_free(msg);
	while (rc >= 0 && !ret->acknowledged)
		rc = nl_recvmsgs(route, cb);
	ret->after_ns = clock_now_ns();
	/* 32 bits of hundredths last for 497 days. */
	ret->stamp +=
		STAMP_WRAP *
		div_floor(ret->before_ns / NS_PER_STAMP - ret->stamp + STAMP_WRAP / 2, STAMP_WRAP);
	return rc < 0 ? rc : 0;
}

/* The stamp is jiffies * 100 / HZ rounded down: it steps to `stamp` in this jiffy. */
static int64_t stamp_first_jiffy(int64_t stamp, unsigned hz)
{
	return div_ceil(stamp * hz, 100);
}

static void bounds_narrow(struct bounds *bounds, const struct sample *sample, unsigned hz)
{
	int64_t tick_ns = NS_PER_S / hz;
	int64_t first = stamp_first_jiffy(sample->stamp, hz);
	int64_t end = stamp_first_jiffy(sample->stamp + 1, hz);
	int64_t min_ns = sample->before_ns - end * tick_ns;
	int64_t max_ns = sample->after_ns - first * tick_ns;

	if (bounds->min_ns < min_ns)
		bounds->min_ns = min_ns;
	if (bounds->max_ns > max_ns)
		bounds->max_ns = max_ns;
}

static void sleep_until_telling(const struct bounds *bounds, unsigned hz)
{
	int64_t tick_ns = NS_PER_S / hz;
	int64_t middle_ns = bounds->min_ns + (bounds->max_ns - bounds->min_ns) / 2;
	int64_t jiffy = div_floor(clock_now_ns() - middle_ns, tick_ns) + 1;
	int64_t stamp = div_floor(jiffy * 100, hz) + 1;

	clock_sleep_until(middle_ns + stamp_first_jiffy(stamp, hz) * tick_ns);
}

static int bounds_find(struct nl_sock *route, struct nl_cb *cb, struct rtnl_addr *address,
		       unsigned hz, struct bounds *ret, struct err *err)
{
	const struct bounds unknown = {INT64_MIN, INT64_MAX};

	*ret = unknown;
	for (int i = 0; i < SAMPLES_MAX; i++) {
		struct sample sample;
		int rc = sample_take(route, cb, address, &sample);

		if (rc)
			return nlerr_set(err, rc, "read the kernel's clock from an address");
		if (!sample.stamped)
			break;
		bounds_narrow(ret, &sample, hz);
		if (ret->min_ns > ret->max_ns)
			*ret = unknown; /* a tick came late: an interrupt held off, or a busy host
					 */
		else if (ret->max_ns - ret->min_ns <= NS_PER_S / hz)
			return 0;
		else
			sleep_until_telling(ret, hz);
	}
	return err_set(err, ENOTSUP, "cannot relate the kernel's jiffies to the monotonic clock");
}

static int bounds_confirm(struct nl_sock *route, struct nl_cb *cb, struct rtnl_addr *address,
			  unsigned hz, struct bounds *ret, struct err *err)
{
	struct bounds before;
	int rc = bounds_find(route, cb, address, hz, ret, err);

	for (int i = 0; !rc && i < CONFIRMATIONS_MAX; i++) {
		before = *ret;
		rc = bounds_find(route, cb, address, hz, ret, err);
		if (!rc && ret->min_ns <= before.max_ns && ret->max_ns >= before.min_ns)
			return 0;
	}
	return rc ? rc : err_set(err, ENOTSUP, "the kernel's ticks come too late to be counted");
}

int jiffies_calibrate(unsigned hz, struct jiffies_map *ret, struct err *err)
{
	const uint8_t localhost[4] = {127, 0, 0, 1};
	struct nl_addr *local = nl_addr_build(AF_INET, localhost, sizeof(localhost));
	struct rtnl_addr *address = rtnl_addr_alloc();
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	struct nl_sock *route = NULL;
	struct bounds bounds;
	int rc = link_open(&route, err);

	if (!rc) {
		rtnl_addr_set_ifindex(address, LO_IFINDEX);
		rtnl_addr_set_local(address, local);
		rc = bounds_confirm(route, cb, address, hz, &bounds, err);
		rtnl_addr_delete(route, address, 0);
	}
	if (!rc) {
		ret->error_ns = (bounds.max_ns - bounds.min_ns) / 2;
		ret->epoch_ns = bounds.min_ns + ret->error_ns;
	}
	nl_socket_free(route);
	nl_cb_put(cb);
	rtnl_addr_put(address);
	nl_addr_put(local);
	return rc;
}

/* INITIAL_JIFFIES, include/linux/jiffies.h: five minutes before the counter wraps. */
static int64_t initial_jiffies(unsigned hz)
{
	return (uint32_t)(-300 * (int32_t)hz);
}

int64_t jiffies_wheel_end_ns(const struct jiffies_map *map, unsigned hz, int64_t expires_ns,
			     int64_t armed_for_ns)
{
	int64_t tick_ns = NS_PER_S / hz;
	int64_t initial = initial_jiffies(hz);
	int64_t granule = wheel_granule_jiffies(armed_for_ns / tick_ns, hz);
	int64_t jiffies = initial + div_floor(expires_ns - map->epoch_ns, tick_ns);
	int64_t bucket = (div_floor(jiffies, granule) + 1) * granule;

	return map->epoch_ns + (bucket - initial) * tick_ns;
}

int64_t jiffies_next_ns(const struct jiffies_map *map, unsigned hz, int64_t period_ns,
			int64_t now_ns)
{
	int64_t initial = initial_jiffies(hz);
	int64_t period = period_ns * hz / NS_PER_S;
	int64_t now = initial + (now_ns - map->epoch_ns) / (NS_PER_S / hz);
	int64_t next = (now / period + 1) * period;

	return map->epoch_ns + (next - initial) * (NS_PER_S / hz);
}
