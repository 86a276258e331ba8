/* SPDX-License-Identifier: GPL-2.0-or-later */
/* feature_syn: probes that send a crafted SYN to a connection's server. */
#ifndef AFTERCLOSE_LAB_FEATURE_SYN_H
#define AFTERCLOSE_LAB_FEATURE_SYN_H

#include <stdbool.h>

/* Is a SYN challenged (RFC 5961 4.2) before its timestamp is looked at (PAWS)? */
bool has_old_syn_challenged(void);

/* Does a SYN that TIME-WAIT takes get TIME-WAIT's initial sequence number, and so never a cookie?
 * In 4.15 to 6.9 tcp_v4_fill_cb() forgets it on the SYN's second way in. */
bool has_time_wait_isn(void);

#endif
