// SPDX-License-Identifier: GPL-2.0-or-later
/* The wheel's tick that ends a minisock, foretold and then met. */
#include "base/clock.h"
#include "lab/diag.h"
#include "lab/lab.h"
#include "lab/wheel.h"
#include "child.h"
#include "lab/sysctl.h"

#include <netinet/in.h>
#include <sys/socket.h>

#define FIN_ACKED_NS (200 * NS_PER_MS) /* the ACK of a FIN is delayed by up to 40 ms */

/* An orphan FIN_WAIT2: its minisock lives for tcp_fin_timeout, a second here. */
static void orphan_open(struct tuple *ret)
{
	struct sockaddr_in server = {.sin_family = AF_INET,
				     .sin_port = htons(8080),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listener = socket(AF_INET, SOCK_STREAM, 0), fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in client;
	socklen_t len = sizeof(client);

	check(!bind(listener, (struct sockaddr *)&server, sizeof(server)), "bind");
	check(!listen(listener, 1), "listen");
	check(!connect(fd, (struct sockaddr *)&server, sizeof(server)), "connect");
	check(accept(listener, NULL, NULL) >= 0, "accept");
	check(!getsockname(fd, (struct sockaddr *)&client, &len), "getsockname");
	close(fd);
	*ret = (struct tuple){.local.family = AF_INET,
			      .remote.family = AF_INET,
			      .local_port = ntohs(client.sin_port),
			      .remote_port = 8080};
	memcpy(ret->local.bytes, &client.sin_addr, 4);
	memcpy(ret->remote.bytes, &server.sin_addr, 4);
}

static void foretold(void)
{
	struct lab_spec spec = {.topology = TOPOLOGY_LOOPBACK};
	struct jiffies_map map;
	unsigned hz = clock_hz();
	int64_t tick_ns = NS_PER_S / hz, first_ns, end_ns, before_ns;
	struct sock_seen seen;
	struct tuple tuple;
	struct bench bench;
	struct lab lab;
	struct err err;

	if (bench_open(&bench, &err))
		skip("%s", err.msg);
	check(!jiffies_calibrate(hz, &map, &err), "%s", err.msg);
	check(map.error_ns <= tick_ns, "%lld ns", (long long)map.error_ns);
	check(!lab_open(&bench, &spec, &lab, &err) && !lab_enter(&lab, HOST_CLIENT, &err), "%s",
	      err.msg);
	check(!sysctl_write("net.ipv4.tcp_fin_timeout", "1", &err), "%s", err.msg);
	orphan_open(&tuple);
	lab_leave(&lab);
	clock_sleep_until(clock_now_ns() + FIN_ACKED_NS);
	check(!diag_look(lab.hosts[HOST_CLIENT].diag, &tuple, 1, &seen, &err), "%s", err.msg);
	check(seen.state == STATE_FIN_WAIT_2 && seen.minisock, "%s", state_name(seen.state));
	/* The nominal expiry was read to a jiffy: near a multiple of the granule it is either. */
	before_ns = clock_now_ns();
	first_ns = jiffies_wheel_end_ns(&map, hz, before_ns + seen.timer_ns - tick_ns, NS_PER_S);
	end_ns = jiffies_wheel_end_ns(&map, hz, before_ns + seen.timer_ns, NS_PER_S);
	clock_sleep_until(first_ns - 3 * tick_ns);
	check(!diag_look(lab.hosts[HOST_CLIENT].diag, &tuple, 1, &seen, &err), "%s", err.msg);
	before_ns = clock_now_ns();
	check(seen.minisock || before_ns > first_ns - tick_ns, "gone before its tick");
	clock_sleep_until(end_ns + wheel_slack_ns(NS_PER_S, hz) + 3 * tick_ns);
	check(!diag_look(lab.hosts[HOST_CLIENT].diag, &tuple, 1, &seen, &err), "%s", err.msg);
	check(seen.state == STATE_NONE, "still %s", state_name(seen.state));
	lab_close(&lab);
	bench_close(&bench);
}

Test(jiffies, the_tick_is_foretold)
{
	child_run(foretold);
}
