/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wheel: when the kernel's timer wheel really ends a timer. A timer goes into a level by how far
 * away it is, each level is 8 times as coarse as the one below, and a timer ends at the next
 * multiple of its level's granule after its expiry (calc_wheel_index, kernel/time/timer.c).
 */
#ifndef AFTERCLOSE_LAB_WHEEL_H
#define AFTERCLOSE_LAB_WHEEL_H

#include <stdint.h>

int64_t wheel_granule_jiffies(int64_t jiffies, unsigned hz); /* of a timer armed for so many */

/* A timer of t ends in (t, t + what this returns]. */
long long wheel_slack_ns(long long t_ns, unsigned hz);

#endif
