/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * jiffies: the kernel's tick counter against CLOCK_MONOTONIC, learnt without privilege, so that the
 * end of a TIME_WAIT can be looked at just before and just after the one tick that may bring it.
 */
#ifndef AFTERCLOSE_LAB_JIFFIES_H
#define AFTERCLOSE_LAB_JIFFIES_H

#include "base/err.h"

#include <stdint.h>

#define JIFFIES_UNKNOWN_NS 1000000000LL

/*
 * One map serves all processes of a kernel, for as long as it runs: jiffies count the ticks of
 * CLOCK_MONOTONIC itself (tick_do_update_jiffies64), and so follow it when it is slewed.
 */
struct jiffies_map {
	int64_t epoch_ns; /* when jiffies, counted on evenly, held INITIAL_JIFFIES */
	int64_t error_ns; /* epoch_ns is known to within this, more or less */
};

/*
 * Learn the map in the current namespace, whose lo gets an address for a moment; takes some tens of
 * milliseconds asleep. It is learnt twice: a tick that comes late once shifts one of the two.
 * Errors: ENOTSUP the kernel's answers make no sense, those of rtnetlink.
 */
int jiffies_calibrate(unsigned hz, struct jiffies_map *ret, struct err *err);

/*
 * When the timer wheel ends a timer that was armed for armed_for_ns and nominally expires at
 * expires_ns (CLOCK_MONOTONIC): the next multiple of its level's granule (calc_wheel_index and
 * calc_index, kernel/time/timer.c). A nominal expiry known to a jiffy only may lie on either side
 * of a multiple: ask for both.
 */
int64_t jiffies_wheel_end_ns(const struct jiffies_map *map, unsigned hz, int64_t expires_ns,
			     int64_t armed_for_ns);

/* The first instant after now_ns at which the kernel's jiffies are a multiple of a period. */
int64_t jiffies_next_ns(const struct jiffies_map *map, unsigned hz, int64_t period_ns,
			int64_t now_ns);

#endif
