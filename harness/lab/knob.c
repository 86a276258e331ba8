// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * knob: owns the table of sysctls. A baseline is the kernel's own default, but where a new
 * namespace would take over the machine's value or one sized by memory (buffers, congestion
 * control, TIME_WAIT buckets, SYN backlog): there it is a fixed value, the same on every machine.
 * Two differ from the default on purpose: metrics are not kept and Fast Open is off, so that one
 * incarnation teaches the next nothing. No baseline is given to what has been the same constant
 * in every new namespace of every kernel and has no part in what happens after close: each one
 * given costs a lab 8 us a host.
 */
#include "lab/knob.h"
#include "base/mem.h"
#include "base/nearest.h"

#include <string.h>

const struct knob knobs[] = {
	{"net.core.somaxconn", "4096", KNOB_NETNS, NULL},
	{"net.core.txrehash", NULL, KNOB_NETNS, "since 5.18"},
	{"net.ipv4.conf.all.accept_source_route", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.conf.all.rp_filter", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.conf.eth0.accept_source_route", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.ip_autobind_reuse", "0", KNOB_NETNS, "since 5.7"},
	{"net.ipv4.ip_default_ttl", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.ip_early_demux", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.ip_forward", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.ip_local_port_range", "32768 60999", KNOB_NETNS, NULL},
	{"net.ipv4.ip_local_reserved_ports", "", KNOB_NETNS, NULL},
	{"net.ipv4.ip_no_pmtu_disc", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.ip_nonlocal_bind", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.ip_unprivileged_port_start", NULL, KNOB_NETNS, "since 4.11"},
	{"net.ipv4.tcp_abort_on_overflow", "0", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_adv_win_scale", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.tcp_app_win", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.tcp_autocorking", "1", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_backlog_ack_defer", NULL, KNOB_NETNS, "since 6.7"},
	{"net.ipv4.tcp_base_mss", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.tcp_challenge_ack_limit", "2147483647", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_child_ehash_entries", NULL, KNOB_NETNS, "since 6.1"},
	{"net.ipv4.tcp_comp_sack_nr", NULL, KNOB_NETNS, "since 4.18"},
	{"net.ipv4.tcp_congestion_control", "reno", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_dsack", "1", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_early_demux", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.tcp_early_retrans", "3", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_ecn", "2", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_ecn_fallback", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.tcp_fack", NULL, KNOB_NETNS, "without effect since 4.15"},
	{"net.ipv4.tcp_fastopen", "0", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_fastopen_blackhole_timeout_sec", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.tcp_fin_timeout", "60", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_frto", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.tcp_invalid_ratelimit", "500", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_keepalive_intvl", "75", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_keepalive_probes", "9", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_keepalive_time", "7200", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_limit_output_bytes", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.tcp_low_latency", NULL, KNOB_GLOBAL, "without effect since 4.14"},
	{"net.ipv4.tcp_max_orphans", NULL, KNOB_GLOBAL, NULL},
	{"net.ipv4.tcp_max_reordering", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.tcp_max_syn_backlog", "1024", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_max_tw_buckets", "131072", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_mem", NULL, KNOB_GLOBAL, NULL},
	{"net.ipv4.tcp_migrate_req", "0", KNOB_NETNS, "since 5.14"},
	{"net.ipv4.tcp_min_rtt_wlen", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.tcp_min_snd_mss", NULL, KNOB_NETNS, "since 5.2"},
	{"net.ipv4.tcp_min_tso_segs", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.tcp_moderate_rcvbuf", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.tcp_mtu_probing", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.tcp_no_metrics_save", "1", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_notsent_lowat", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.tcp_orphan_retries", "0", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_pingpong_thresh", NULL, KNOB_NETNS, "since 6.7"},
	{"net.ipv4.tcp_plb_enabled", NULL, KNOB_NETNS, "since 6.2"},
	{"net.ipv4.tcp_recovery", "1", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_reflect_tos", NULL, KNOB_NETNS, "since 5.10"},
	{"net.ipv4.tcp_reordering", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.tcp_retrans_collapse", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.tcp_retries1", "3", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_retries2", "15", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_rfc1337", "0", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_rmem", "4096 131072 6291456", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_rto_max_ms", "120000", KNOB_NETNS, "since 6.15"},
	{"net.ipv4.tcp_rto_min_us", "200000", KNOB_NETNS, "since 6.11"},
	{"net.ipv4.tcp_sack", "1", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_shrink_window", NULL, KNOB_NETNS, "since 6.5"},
	{"net.ipv4.tcp_slow_start_after_idle", "1", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_stdurg", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.tcp_syn_linear_timeouts", "4", KNOB_NETNS, "since 6.5"},
	{"net.ipv4.tcp_syn_retries", "6", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_synack_retries", "5", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_syncookies", "1", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_thin_linear_timeouts", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.tcp_timestamps", "1", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_tso_win_divisor", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.tcp_tw_recycle", NULL, KNOB_NETNS, "removed in 4.12"},
	{"net.ipv4.tcp_tw_reuse", "2", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_tw_reuse_delay", "1000", KNOB_NETNS, "since 6.14"},
	{"net.ipv4.tcp_tw_timeout", NULL, KNOB_NETNS, "only in Alibaba Cloud Linux"},
	{"net.ipv4.tcp_window_scaling", "1", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_wmem", "4096 16384 4194304", KNOB_NETNS, NULL},
	{"net.ipv4.tcp_workaround_signed_windows", NULL, KNOB_NETNS, NULL},
	{"net.ipv4.vs.conn_reuse_mode", NULL, KNOB_NETNS, "with IPVS"},
	{"net.ipv4.vs.conntrack", NULL, KNOB_NETNS, "with IPVS"},
	{"net.ipv4.vs.expire_nodest_conn", NULL, KNOB_NETNS, "with IPVS"},
	{"net.ipv4.vs.expire_quiescent_template", NULL, KNOB_NETNS, "with IPVS"},
	{"net.ipv4.vs.drop_entry", NULL, KNOB_NETNS, "with IPVS"},
	{"net.ipv6.auto_flowlabels", "1", KNOB_NETNS, NULL},
	{"net.ipv6.bindv6only", "0", KNOB_NETNS, NULL},
	{"net.ipv6.flowlabel_consistency", NULL, KNOB_NETNS, NULL},
	{"net.ipv6.flowlabel_reflect", NULL, KNOB_NETNS, NULL},
	{"net.ipv6.flowlabel_state_ranges", NULL, KNOB_NETNS, NULL},
	{"net.netfilter.nf_conntrack_tcp_be_liberal", NULL, KNOB_NETNS, "with conntrack"},
	{"net.netfilter.nf_conntrack_tcp_ignore_invalid_rst", NULL, KNOB_NETNS, "since 5.14"},
	{"net.netfilter.nf_conntrack_tcp_loose", NULL, KNOB_NETNS, "with conntrack"},
	{"net.netfilter.nf_conntrack_tcp_max_retrans", NULL, KNOB_NETNS, "with conntrack"},
	{"net.netfilter.nf_conntrack_tcp_timeout_close", NULL, KNOB_NETNS, "with conntrack"},
	{"net.netfilter.nf_conntrack_tcp_timeout_close_wait", NULL, KNOB_NETNS, "with conntrack"},
	{"net.netfilter.nf_conntrack_tcp_timeout_established", NULL, KNOB_NETNS, "with conntrack"},
	{"net.netfilter.nf_conntrack_tcp_timeout_fin_wait", NULL, KNOB_NETNS, "with conntrack"},
	{"net.netfilter.nf_conntrack_tcp_timeout_last_ack", NULL, KNOB_NETNS, "with conntrack"},
	{"net.netfilter.nf_conntrack_tcp_timeout_max_retrans", NULL, KNOB_NETNS, "with conntrack"},
	{"net.netfilter.nf_conntrack_tcp_timeout_syn_recv", NULL, KNOB_NETNS, "with conntrack"},
	{"net.netfilter.nf_conntrack_tcp_timeout_syn_sent", NULL, KNOB_NETNS, "with conntrack"},
	{"net.netfilter.nf_conntrack_tcp_timeout_time_wait", NULL, KNOB_NETNS, "with conntrack"},
	{"net.netfilter.nf_conntrack_tcp_timeout_unacknowledged", NULL, KNOB_NETNS,
	 "with conntrack"},
};
const size_t n_knobs = ARRAY_SIZE(knobs);

const struct knob *knob_find(const char *name)
{
	for (size_t i = 0; i < n_knobs; i++) {
		if (!strcmp(knobs[i].name, name))
			return &knobs[i];
	}
	return NULL;
}

const char *knob_short(const struct knob *knob)
{
	return strrchr(knob->name, '.') + 1;
}

const struct knob *knob_find_short(const char *name)
{
	for (size_t i = 0; i < n_knobs; i++) {
		if (!strcmp(knob_short(&knobs[i]), name))
			return &knobs[i];
	}
	return NULL;
}

static const char *nth_name(size_t i, const void *ctx)
{
	(void)ctx;
	return knobs[i].name;
}

static const char *nth_short(size_t i, const void *ctx)
{
	(void)ctx;
	return knob_short(&knobs[i]);
}

const char *knob_nearest(const char *name)
{
	if (strchr(name, '.'))
		return nearest(name, nth_name, n_knobs, NULL);
	return knob_find_short(nearest(name, nth_short, n_knobs, NULL))->name;
}
