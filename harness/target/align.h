/* SPDX-License-Identifier: GPL-2.0-or-later */
/* align: when a cell may start in a guest, so that its times do not depend on what ran before. */
#ifndef AFTERCLOSE_TARGET_ALIGN_H
#define AFTERCLOSE_TARGET_ALIGN_H

#include "base/clock.h"
#include "scenario/cell.h"

/*
 * A stamp of 0 means "never" in the kernel, but some of its rules take it for what it says. At 0 s
 * of uptime a TIME_WAIT believes that it has no timestamps (tw_ts_recent_stamp); while jiffies are
 * 0 to two minutes, from 299 s to 420 s of uptime, a new listener believes that its queue has just
 * overflowed, and tries ACKs as SYN cookies (tcp_synq_no_recent_overflow()). Cells begin after
 * that.
 */
#define ALIGN_UPTIME_MIN_NS (421 * NS_PER_S)

/*
 * The first instant after now_ns (CLOCK_MONOTONIC of the guest) at which a cell may start. Every
 * such instant is alike for whatever the cell sees of the kernel's clocks: jiffies are at a
 * multiple of the granule of a timer of timer_ns, CLOCK_MONOTONIC at a whole second, and the
 * periods that the play has a `phase` of are where they always are.
 */
int64_t align_start_ns(const struct cell *cell, unsigned hz, int64_t timer_ns, int64_t now_ns);

/*
 * When the play of a cell may begin that started at start_ns and whose lab is built at now_ns: a
 * whole second after its start, and as far from a tick. How long a lab takes to build differs
 * where a kernel's work takes virtual time.
 */
int64_t align_play_ns(int64_t start_ns, int64_t now_ns);

#endif
