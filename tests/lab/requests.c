// SPDX-License-Identifier: GPL-2.0-or-later
/* Several requests in one message, and which of them the kernel refused. */
#include "lab/host.h"
#include "lab/lab.h"
#include "child.h"

#include <errno.h>
#include <net/if.h>

#define LO_IFINDEX 1
#define NO_IFINDEX 9999

static bool lo_has(const struct bench *bench, const struct addr *addr)
{
	struct requests requests = {.sock = bench->wire};
	struct err err;
	int rc = link_add_address(&requests, LO_IFINDEX, addr, 32, false, &err);

	check(!rc, "%s", err.msg);
	return requests_send(&requests, &err) == -EEXIST;
}

static void three_requests(void)
{
	const struct addr first = host_address_ipv4(HOST_CLIENT, 1);
	const struct addr second = host_address_ipv4(HOST_CLIENT, 2);
	struct requests requests = {0};
	struct bench bench;
	struct err err;

	if (bench_open(&bench, &err))
		skip("no bench here: %s", err.msg);
	requests.sock = bench.wire;
	check(!link_add_address(&requests, LO_IFINDEX, &first, 32, false, &err), "%s", err.msg);
	check(!link_add_address(&requests, NO_IFINDEX, &second, 32, false, &err), "%s", err.msg);
	check(!link_add_address(&requests, LO_IFINDEX, &second, 32, false, &err), "%s", err.msg);
	check(requests_send(&requests, &err) == -ENODEV, "%s", err.msg);
	check(!strcmp(err.msg, "add the address 192.0.2.12: No such device"), "%s", err.msg);
	check(lo_has(&bench, &first), "the request before it was carried out");
	check(lo_has(&bench, &second), "the request behind it was carried out");
	check(!requests_send(&requests, &err), "nothing to send");
	check(!link_set_up(bench.wire, LO_IFINDEX, LINK_MTU, &err), "%s", err.msg);
	bench_close(&bench);
}

Test(requests, names_the_one_that_the_kernel_refuses)
{
	child_run(three_requests);
}
