/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * knob: the table of every sysctl that a scenario may vary: its baseline value, whose it is, and
 * where its history matters. A lab writes the baseline of each knob that the kernel has, and reads
 * it back, so that no cell depends on what the machine happened to have.
 */
#ifndef AFTERCLOSE_LAB_KNOB_H
#define AFTERCLOSE_LAB_KNOB_H

#include <stdbool.h>
#include <stddef.h>

enum knob_scope {
	KNOB_NETNS,  /* one value per network namespace */
	KNOB_GLOBAL, /* one value for the whole kernel: never written on `host` */
};

struct knob {
	const char *name;     /* "net.ipv4.tcp_tw_reuse" */
	const char *baseline; /* what a lab sets; NULL: left alone (removed, global, without use) */
	enum knob_scope scope;
	const char *history; /* "since 6.14", "removed in 4.12"; NULL where every kernel has it */
};

extern const struct knob knobs[];
extern const size_t n_knobs;

const struct knob *knob_find(const char *name); /* NULL: not a knob of ours */

/* "tcp_tw_reuse" of "net.ipv4.tcp_tw_reuse", and the first knob whose short name that is. */
const char *knob_short(const struct knob *knob);
const struct knob *knob_find_short(const char *name);

/* The nearest known name (full, also where only a short one was given), for an error's remedy;
 * never NULL. */
const char *knob_nearest(const char *name);

#endif
