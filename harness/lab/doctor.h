/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor: what labs need of this machine, what of it is there, and what to do about the rest. */
#ifndef AFTERCLOSE_LAB_DOCTOR_H
#define AFTERCLOSE_LAB_DOCTOR_H

#include <stddef.h>

enum doctor_state {
	DOCTOR_OK,
	DOCTOR_LIMITED, /* labs work; something named in the finding does not */
	DOCTOR_MISSING, /* no lab can be built, or a whole kind of cell is skipped */
};

struct doctor_item {
	char *name; /* "network namespaces", "net.ipv4.tcp_tw_reuse_delay" */
	enum doctor_state state;
	char *finding; /* "root", "absent from this kernel (since 6.14)" */
	char *remedy;  /* what to do; NULL where there is nothing to be done */
};

const char *doctor_state_name(enum doctor_state state); /* "ok", "limited", "missing" */

/*
 * Probe the machine. It always succeeds: what cannot be probed is itself a finding. Needs no
 * privilege; where the caller has none, it is in a user namespace of its own afterwards.
 */
size_t doctor_probe(struct doctor_item **ret);
void doctor_free(struct doctor_item *items, size_t n);

#endif
