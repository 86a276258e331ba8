/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * feature: what the kernel at hand can do, probed once and never guessed from its version, since
 * stable kernels carry backports. Rules ask for features by name: the last part of every sysctl in
 * the knob table that exists ("tcp_tw_reuse_delay"), and the probed ones in feature.c's table.
 */
#ifndef AFTERCLOSE_LAB_FEATURE_H
#define AFTERCLOSE_LAB_FEATURE_H

#include "base/err.h"
#include "lab/wheel.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51 /* 6.3; newer than the C library's headers */
#endif

struct features {
	char **has; /* sorted */
	size_t n_has;
	char **counters; /* sorted: names in /proc/net/snmp (Tcp) and netstat (TcpExt) */
	size_t n_counters;
	unsigned hz;
	char *release; /* uname -r */
	char *version; /* uname -v */
};

/* Probe the kernel from inside a namespace of our own, which bench_open() made. */
struct bench;
int features_probe(const struct bench *bench, struct features *ret, struct err *err);
void features_free(struct features *features);

bool features_has(const struct features *features, const char *name);
bool features_has_counter(const struct features *features, const char *name);

/* Could this name be a feature on some kernel? A knob's last part, or a row of the table. */
bool feature_known(const char *name);

#endif
