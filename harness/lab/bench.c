// SPDX-License-Identifier: GPL-2.0-or-later
/* bench: owns the wire's namespace, in which a worker lives from its first cell to its last. */
#include "lab/bench.h"
#include "lab/host.h"
#include "lab/knob.h"
#include "lab/link.h"
#include "lab/netns.h"
#include "lab/packet.h"
#include "lab/sysctl.h"
#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <netlink/netlink.h>
#include <stdlib.h>
#include <string.h>

static bool rootless_wanted(void)
{
	const char *value = getenv("AFTERCLOSE_ROOTLESS");

	return geteuid() != 0 || (value && !strcmp(value, "1"));
}

/* Root of a container may lack CAP_SYS_ADMIN: then it is treated as anybody else. */
static int namespace_create(struct bench *bench, struct err *err)
{
	int rc;

	if (!rootless_wanted()) {
		rc = netns_current(&bench->home_fd, err);
		if (!rc)
			rc = netns_create(&bench->wire_fd, err);
		if (rc != -EPERM)
			return rc;
	}
	if (bench->home_fd >= 0)
		close(bench->home_fd);
	bench->home_fd = -1;
	rc = userns_enter(err);
	if (rc)
		return rc;
	bench->rootless = true;
	return netns_current(&bench->wire_fd, err);
}

/* The wire only carries: it has no addresses, and says nothing by itself. */
static int wire_silence(struct bench *bench, struct err *err)
{
	static const char *const knobs_off[] = {
		"net.ipv6.conf.all.disable_ipv6",
		"net.ipv6.conf.default.disable_ipv6",
	};

	bench->ipv6 = sysctl_exists(knobs_off[0]);
	for (size_t i = 0; bench->ipv6 && i < ARRAY_SIZE(knobs_off); i++) {
		int rc = sysctl_write(knobs_off[i], "1", err);

		if (rc)
			return rc;
	}
	return 0;
}

int bench_open(struct bench *ret, struct err *err)
{
	struct bench bench = {.home_fd = -1,
			      .wire_fd = -1,
			      .packet_fd = -1,
			      .direct_fd = -1,
			      .jiffies = {.error_ns = JIFFIES_UNKNOWN_NS}};
	int rc = namespace_create(&bench, err);

	if (!rc)
		rc = wire_silence(&bench, err);
	if (!rc)
		rc = link_learn_offloads(&bench.offloads, err);
	if (!rc)
		rc = link_open(&bench.wire, err);
	if (!rc)
		rc = link_open_events(&bench.events, err);
	if (!rc)
		rc = packet_open(0, &bench.packet_fd, err);
	if (!rc)
		rc = packet_open_direct(&bench.direct_fd, err);
	if (rc)
		bench_close(&bench);
	*ret = bench;
	return rc;
}

/* Without the map, a minisock's end is looked for at the wrong moments and its life is not known
 * exactly; everything else still is. */
void bench_learn_clock(struct bench *bench)
{
	struct err ignored;

	if (jiffies_calibrate(clock_hz(), &bench->jiffies, &ignored))
		bench->jiffies = (struct jiffies_map){.error_ns = JIFFIES_UNKNOWN_NS};
}

/* The tables of neighbours are swept by these times of the first namespace, which no multiple of a
 * cell's start is one of: what falls on a cell's tick takes its time. Neighbours of a lab are
 * permanent, and no sweep is for them. */
static const char *const sweeps[] = {
	"net.ipv4.neigh.default.base_reachable_time_ms",
	"net.ipv4.neigh.default.interval_probe_time_ms", /* since 5.19 */
	"net.ipv6.neigh.default.base_reachable_time_ms",
	"net.ipv6.neigh.default.interval_probe_time_ms",
};

void bench_set_machine(void)
{
	struct err ignored;

	for (size_t i = 0; i < ARRAY_SIZE(sweeps); i++)
		sysctl_write(sweeps[i], "2000000000", &ignored);	  /* 23 days */
	sysctl_write("net.core.devconf_inherit_init_net", "1", &ignored); /* since 5.1 */
	for (size_t i = 0; i < n_quiet_knobs; i++)
		sysctl_write(quiet_knobs[i].name, quiet_knobs[i].value, &ignored);
	for (size_t i = 0; i < n_knobs; i++) {
		if (knobs[i].scope == KNOB_NETNS && knobs[i].baseline)
			sysctl_write(knobs[i].name, knobs[i].baseline, &ignored);
	}
}

static int look_for_sysctl(void *ctx, struct err *err)
{
	return sysctl_exists(ctx) ? 0 : err_set(err, ENOENT, "no such sysctl");
}

bool bench_has_once(const struct bench *bench, const char *name)
{
	struct err ignored;

	return bench->home_fd >= 0 && !sysctl_exists(name) &&
	       !netns_visit(bench->home_fd, look_for_sysctl, (void *)name, &ignored);
}

void bench_close(struct bench *bench)
{
	struct err ignored;

	if (bench->direct_fd >= 0)
		close(bench->direct_fd);
	if (bench->packet_fd >= 0)
		close(bench->packet_fd);
	nl_socket_free(bench->events);
	nl_socket_free(bench->wire);
	if (bench->wire_fd >= 0)
		close(bench->wire_fd);
	if (bench->home_fd >= 0) {
		netns_enter(bench->home_fd, &ignored);
		close(bench->home_fd);
	}
	*bench = (struct bench){.home_fd = -1, .wire_fd = -1, .packet_fd = -1, .direct_fd = -1};
}
