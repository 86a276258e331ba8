/* SPDX-License-Identifier: GPL-2.0-or-later */
/* counter: the Tcp and TcpExt counters, and one of IPv6's, of one network namespace, from its
 * /proc/net. */
#ifndef AFTERCLOSE_LAB_COUNTER_H
#define AFTERCLOSE_LAB_COUNTER_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COUNTER_MAX 256

/* Names as nstat prints them without the group ("PAWSEstab", "OutRsts"); Tcp's and TcpExt's do not
 * collide, and IPv6's keep theirs ("Ip6InHdrErrors"). The table knows the names of every kernel
 * from 4.9 on that a scenario may ask for. */
bool counter_known(const char *name);
const char *counter_nearest(const char *name); /* for an error's remedy; never NULL */

/* Descriptors opened while inside the namespace; they keep reading it from anywhere. */
struct counter_files {
	int snmp;    /* /proc/net/snmp */
	int netstat; /* /proc/net/netstat */
	int snmp6;   /* /proc/net/snmp6; -1: this kernel has no IPv6 */
};

struct counter_set {
	size_t n;
	struct counter {
		char name[32];
		int64_t value;
	} of[COUNTER_MAX];
};

#define COUNTER_FILES_NONE                                                                         \
	(struct counter_files)                                                                     \
	{                                                                                          \
		-1, -1, -1                                                                         \
	}

int counter_open(struct counter_files *ret, struct err *err); /* of the current namespace */
void counter_close(struct counter_files *files);
/* RtoMin and the like stand among Tcp's counters, and count nothing. */
bool counter_is_setting(const char *name);

int counter_read(const struct counter_files *files, struct counter_set *ret, struct err *err);

#endif
