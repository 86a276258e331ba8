// SPDX-License-Identifier: GPL-2.0-or-later
/* feature: owns the probes, each of which tries the thing itself in a namespace made for that. */
#include "lab/feature.h"
#include "lab/conntrack.h"
#include "lab/counter.h"
#include "lab/diag.h"
#include "lab/drops.h"
#include "lab/knob.h"
#include "lab/link.h"
#include "lab/feature_nat.h"
#include "lab/feature_syn.h"
#include "lab/ipvs.h"
#include "lab/netns.h"
#include "lab/pair.h"
#include "lab/qdisc.h"
#include "lab/sysctl.h"
#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netlink/netlink.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>

#define PROBE_PORT	 40000 /* the one that connect() may choose */
#define PROBE_PORT_RANGE "40000 40000"
#define LOOPBACK_2	 0x7f000002
#define TSVAL_NEAR_MAX	 1000
#ifndef TCP_AO_INFO
#define TCP_AO_INFO 40 /* include/uapi/linux/tcp.h since 6.7 */
#endif

static bool option_settable(int level, int name, const void *value, socklen_t len)
{
	_cleanup_fd_ int fd = pair_socket();

	return fd >= 0 && !setsockopt(fd, level, name, value, len);
}

static bool has_ipv6(void)
{
	_cleanup_fd_ int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);

	return fd >= 0 && sysctl_exists("net.ipv6.conf.all.disable_ipv6");
}

static bool has_tcp_repair(void)
{
	const int on = 1;

	return option_settable(IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on));
}

static bool has_local_port_range(void)
{
	const uint32_t range = 40000U << 16 | 30000;

	return option_settable(IPPROTO_IP, IP_LOCAL_PORT_RANGE, &range, sizeof(range));
}

/* A kernel that has the option refuses so short a value of it; another has no such option. */
static bool has_tcp_ao(void)
{
	const int too_short = 0;

	return !option_settable(IPPROTO_TCP, TCP_AO_INFO, &too_short, sizeof(too_short)) &&
	       errno == EINVAL;
}

static bool netem_settable(const struct netem_rule *rule)
{
	struct nl_sock *route = NULL;
	struct err ignored;
	bool settable = !link_open(&route, &ignored) && !qdisc_clear(route, LO_IFINDEX, &ignored) &&
			!qdisc_set_netem(route, LO_IFINDEX, rule, &ignored);

	nl_socket_free(route);
	return settable;
}

static bool has_sch_netem(void)
{
	return netem_settable(&(struct netem_rule){0});
}

static bool has_sch_netem_seed(void)
{
	return netem_settable(&(struct netem_rule){.seed = 1});
}

static bool has_sch_netem_slot(void)
{
	return netem_settable(&(struct netem_rule){.slot.max_delay_ns = 1});
}

static bool has_inet_diag(void)
{
	_cleanup_fd_ int listener = -1;
	struct sockaddr_in addr;
	struct nl_sock *diag = NULL;
	struct err ignored;
	size_t n = 0;

	listener = listener_open(&addr);
	if (listener >= 0 && !diag_open(&diag, &ignored))
		diag_count(diag, &(struct diag_filter){AF_INET, STATE_LISTEN}, &n, &ignored);
	nl_socket_free(diag);
	return n == 1;
}

static bool has_inet_diag_destroy(void)
{
	_cleanup_fd_ int listener = -1;
	struct sockaddr_in to, from;
	socklen_t len = sizeof(from);
	struct nl_sock *diag = NULL;
	int fds[2] = {-1, -1};
	bool destroyed = false;
	struct err ignored;

	listener = listener_open(&to);
	if (listener >= 0 && connection_open(listener, &to, fds) &&
	    !getsockname(fds[0], (struct sockaddr *)&from, &len) && !diag_open(&diag, &ignored)) {
		struct tuple tuple = tuple_between(&from, &to);

		destroyed = !diag_destroy(diag, &tuple, &ignored);
	}
	nl_socket_free(diag);
	connection_close(fds);
	return destroyed;
}

/* When whoever bound a port explicitly has gone, does the port become one again that connect() may
 * choose for another destination? */
static bool has_bind_bucket_recalculated(void)
{
	_cleanup_fd_ int first = -1, second = -1, visitor = -1;
	struct sockaddr_in to_first, to_second,
		at = {.sin_family = AF_INET,
		      .sin_port = htons(PROBE_PORT),
		      .sin_addr.s_addr = htonl(LOOPBACK_2)};
	int a[2] = {-1, -1}, b[2] = {-1, -1};
	struct err ignored;
	bool again = false;

	first = listener_open(&to_first);
	second = listener_open(&to_second);
	visitor = pair_socket();
	if (first >= 0 && second >= 0 && visitor >= 0 &&
	    !sysctl_write("net.ipv4.ip_local_port_range", PROBE_PORT_RANGE, &ignored)) {
		bool taken = connection_open(first, &to_first, a) &&
			     !bind(visitor, (struct sockaddr *)&at, sizeof(at));

		mem_cleanup_close(&visitor);
		visitor = -1;
		again = taken && connection_open(second, &to_second, b);
		sysctl_write("net.ipv4.ip_local_port_range", "32768 60999", &ignored);
	}
	connection_close(a);
	connection_close(b);
	return again;
}

/* Do two connections between the same addresses have clocks of their own? */
static bool has_tsval_offset_per_port(void)
{
	_cleanup_fd_ int listener = -1;
	int a[2] = {-1, -1}, b[2] = {-1, -1};
	uint32_t a_tsval, b_tsval;
	struct sockaddr_in to;
	bool apart = false;

	listener = listener_open(&to);
	if (listener >= 0 && connection_open(listener, &to, a) &&
	    connection_open(listener, &to, b) && tsval_read(a[0], &a_tsval) &&
	    tsval_read(b[0], &b_tsval))
		apart = b_tsval - a_tsval > TSVAL_NEAR_MAX;
	connection_close(a);
	connection_close(b);
	return apart;
}

static const struct probe {
	const char *name;
	bool (*has)(void);
	bool (*has_alone)(const struct bench *bench); /* it needs a machine of our own */
} probes[] = {
	{"bind_bucket_recalculated", has_bind_bucket_recalculated},
	{"challenge_ack_limit_of_zero", has_challenge_ack_limit_of_zero},
	{"conntrack", has_conntrack},
	{"drop_reasons", .has_alone = drops_told},
	{"inet_diag", has_inet_diag},
	{"inet_diag_destroy", has_inet_diag_destroy},
	{"ip_local_port_range_option", has_local_port_range},
	{"ipv6", has_ipv6},
	{"ipvs", ipvs_here},
	{"nat", has_nat},
	{"nat_evicts_time_wait", has_nat_evicts_time_wait},
	{"old_syn_challenged", has_old_syn_challenged},
	{"sch_netem", has_sch_netem},
	{"sch_netem_seed", has_sch_netem_seed},
	{"sch_netem_slot", has_sch_netem_slot},
	{"tcp_ao", has_tcp_ao},
	{"tcp_repair", has_tcp_repair},
	{"time_wait_isn", has_time_wait_isn},
	{"tsval_offset_per_port", has_tsval_offset_per_port},
};

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A sysctl and a probe may have one name: net.ipv4.vs.conntrack is there only with conntrack. */
static void add_name(char ***names, size_t *n, const char *name)
{
	for (size_t i = 0; i < *n; i++) {
		if (!strcmp((*names)[i], name))
			return;
	}
	*names = mem_resize(*names, *n + 1, sizeof(**names));
	(*names)[(*n)++] = mem_strdup(name);
}

static int counters_add_conntrack(struct counter_set *set, struct err *err)
{
	struct conntrack *conntrack = NULL;
	int rc = conntrack_open(&conntrack, err);

	if (!rc && conntrack)
		rc = conntrack_count(conntrack, set, err);
	conntrack_close(conntrack);
	return rc;
}

static int counters_probe(struct features *ret, struct err *err)
{
	struct counter_files files;
	struct counter_set set = {0};
	int rc = counter_open(&files, err);

	if (!rc)
		rc = counter_read(&files, &set, err);
	counter_close(&files);
	if (!rc)
		rc = counters_add_conntrack(&set, err);
	for (size_t i = 0; !rc && i < set.n; i++)
		add_name(&ret->counters, &ret->n_counters, set.of[i].name);
	return rc;
}

/* In a namespace as fresh as a lab's. */
static int features_probe_inside(const struct bench *bench, struct features *ret, struct err *err)
{
	int rc = link_set_lo_up(err);

	if (rc)
		return rc;
	for (size_t i = 0; i < n_knobs; i++) {
		if (sysctl_exists(knobs[i].name))
			add_name(&ret->has, &ret->n_has, knob_short(&knobs[i]));
	}
	for (size_t i = 0; i < ARRAY_SIZE(probes); i++) {
		if (probes[i].has ? probes[i].has() : probes[i].has_alone(bench))
			add_name(&ret->has, &ret->n_has, probes[i].name);
	}
	return counters_probe(ret, err);
}

int features_probe(const struct bench *bench, struct features *ret, struct err *err)
{
	_cleanup_fd_ int home_fd = -1;
	_cleanup_fd_ int fresh_fd = -1;
	struct features features = {.hz = clock_hz()};
	struct utsname uts;
	struct err ignored;
	int rc = netns_current(&home_fd, err);

	if (!rc)
		rc = netns_create(&fresh_fd, err);
	if (rc)
		return rc;
	rc = features_probe_inside(bench, &features, err);
	if (netns_enter(home_fd, rc ? &ignored : err))
		abort();
	if (rc) {
		features_free(&features);
		return rc;
	}
	uname(&uts);
	features.release = mem_strdup(uts.release);
	features.version = mem_strdup(uts.version);
	qsort(features.has, features.n_has, sizeof(*features.has), compare_strings);
	qsort(features.counters, features.n_counters, sizeof(*features.counters), compare_strings);
	*ret = features;
	return 0;
}

static void names_free(char **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

void features_free(struct features *features)
{
	names_free(features->has, features->n_has);
	names_free(features->counters, features->n_counters);
	free(features->release);
	free(features->version);
	*features = (struct features){0};
}

static bool names_hold(char **names, size_t n, const char *name)
{
	return n && bsearch(&name, names, n, sizeof(*names), compare_strings);
}

bool features_has(const struct features *features, const char *name)
{
	return names_hold(features->has, features->n_has, name);
}

bool features_has_counter(const struct features *features, const char *name)
{
	return names_hold(features->counters, features->n_counters, name);
}

bool feature_known(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(probes); i++) {
		if (!strcmp(probes[i].name, name))
			return true;
	}
	return knob_find_short(name);
}
