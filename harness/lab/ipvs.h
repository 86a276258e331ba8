/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipvs: virtual services of a router and the real servers behind them, by generic netlink. */
#ifndef AFTERCLOSE_LAB_IPVS_H
#define AFTERCLOSE_LAB_IPVS_H

#include "base/err.h"
#include "netem/frame.h"

#include <stdbool.h>
#include <stdint.h>

struct ipvs_endpoint {
	struct addr addr;
	uint16_t port;
};

/*
 * In the namespace that the caller is in: this real server has a share of this service's new
 * connections (round robin, NAT), or, by weight 0, none. The service and the server are added where
 * they are not there yet. Errors: EOPNOTSUPP this kernel has no IPVS, or none for IPv6.
 */
int ipvs_balance(const struct ipvs_endpoint *service, const struct ipvs_endpoint *server,
		 uint32_t weight, struct err *err);

/* Has this kernel IPVS? */
bool ipvs_here(void);

#endif
