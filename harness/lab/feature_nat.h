/* SPDX-License-Identifier: GPL-2.0-or-later */
/* feature_nat: probes of conntrack and NAT, in the namespace that the caller is in. */
#ifndef AFTERCLOSE_LAB_FEATURE_NAT_H
#define AFTERCLOSE_LAB_FEATURE_NAT_H

#include <stdbool.h>

bool has_conntrack(void);
bool has_nat(void); /* of both families, with all that a lab's router may be told */

/* Does a NAT without a free port take one from an entry in TIME-WAIT (nf_nat_used_tuple_harder)? */
bool has_nat_evicts_time_wait(void);

#endif
