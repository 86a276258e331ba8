// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * history: owns the table of versions. They are mainline's: a distribution's kernel may carry a
 * sysctl back, which is why whether a kernel has it is always probed, and never looked up here.
 *
 * `seen` is what was read in the tables of net/ipv4/sysctl_net_ipv4.c and
 * net/core/sysctl_net_core.c of 6.1 and 6.12, and of vendors' trees of 4.9 and 4.14, in November
 * 2026. It bounds a version, and does not prove it: between two of them it is the source's word.
 */
#include "advise/history.h"
#include "base/mem.h"
#include "base/text.h"
#include "lab/knob.h"

#include <string.h>

#define BORN		"as long as it has been there"

#define SEEN_4_9	"one a namespace in 4.9"
#define SEEN_4_9_4_14	"one for the whole kernel in 4.9, one a namespace in 4.14"
#define SEEN_4_14_6_1	"one for the whole kernel in 4.14, one a namespace in 6.1"
#define SEEN_NEW_IN_6_1 "not in 4.14, one a namespace in 6.1"

static const struct history histories[] = {
	{"net.core.somaxconn", NULL, NULL, "2.6.25", "128 before 5.4, 4096 since",
	 "Documentation/networking/ip-sysctl.rst", "one a namespace in 6.1, 4096"},
	{"net.ipv4.ip_autobind_reuse", "5.7", NULL, BORN, NULL,
	 "net-next, March 2020 (\"tcp: bind(0) remove the SO_REUSEADDR restriction when "
	 "ephemeral ports are exhausted\")",
	 SEEN_NEW_IN_6_1},
	{"net.ipv4.ip_local_port_range", NULL, NULL, "3.13",
	 "32768 61000 before 4.2, 32768 60999 since", "Documentation/networking/ip-sysctl.rst",
	 SEEN_4_9},
	{"net.ipv4.tcp_abort_on_overflow", NULL, NULL, "4.15", NULL,
	 "net-next, October 2017 (\"tcp: Namespace-ify sysctl_tcp_abort_on_overflow\")",
	 SEEN_4_14_6_1},
	{"net.ipv4.tcp_challenge_ack_limit", "3.6", NULL, "4.15",
	 "100 a second before 4.7, then 1000; without a limit in 6.1 and later",
	 "282f23c6ee34 (\"tcp: implement RFC 5961 3.2\"); net-next, October 2017 (\"tcp: "
	 "Namespace-ify sysctl_tcp_challenge_ack_limit\")",
	 SEEN_4_14_6_1 ", without a limit"},
	{"net.ipv4.tcp_fin_timeout", NULL, NULL, "4.6", NULL,
	 "1e579caa18b9 (\"ipv4: Namespaceify tcp_fin_timeout sysctl knob\")", SEEN_4_9},
	{"net.ipv4.tcp_invalid_ratelimit", "4.0", NULL, "4.15", NULL,
	 "net-next, October 2017 (\"tcp: Namespace-ify sysctl_tcp_invalid_ratelimit\")",
	 SEEN_4_14_6_1},
	{"net.ipv4.tcp_keepalive_time", NULL, NULL, "4.5", NULL,
	 "13b287e8d1ca (\"ipv4: Namespaceify tcp_keepalive_time sysctl knob\")", SEEN_4_9},
	{"net.ipv4.tcp_max_tw_buckets", NULL, NULL, "4.11",
	 "a new namespace begins with half of what its hash table has room for",
	 "net-next, 28 December 2016 (\"ipv4: Namespaceify tcp_tw_recycle and tcp_max_tw_buckets "
	 "knob\")",
	 SEEN_4_9_4_14},
	{"net.ipv4.tcp_migrate_req", "5.14", NULL, BORN, NULL,
	 "Documentation/networking/ip-sysctl.rst", SEEN_NEW_IN_6_1},
	{"net.ipv4.tcp_orphan_retries", NULL, NULL, "4.6", "0 stands for 8",
	 "net-next, February 2016 (\"ipv4: Namespaceify tcp_orphan_retries sysctl knob\")",
	 SEEN_4_9},
	{"net.ipv4.tcp_rfc1337", NULL, NULL, "4.15", NULL,
	 "625357aa175c (\"tcp: Namespace-ify sysctl_tcp_rfc1337\")", SEEN_4_14_6_1},
	{"net.ipv4.tcp_syncookies", NULL, NULL, "4.6", NULL,
	 "net-next, February 2016 (\"ipv4: Namespaceify tcp_syncookies sysctl knob\")", SEEN_4_9},
	{"net.ipv4.tcp_timestamps", NULL, NULL, "4.13",
	 "1 adds an offset to each connection's clock since 4.10, 2 does not",
	 "net-next, June 2017 (\"tcp: Namespaceify sysctl_tcp_timestamps\")", SEEN_4_9_4_14},
	{"net.ipv4.tcp_tw_recycle", NULL, "4.12", "4.11",
	 "without use since 4.10, whose timestamps begin anew in each connection",
	 "4396e46187ca (\"tcp: remove tcp_tw_recycle\")",
	 "one for the whole kernel in 4.9, not in 4.14"},
	{"net.ipv4.tcp_tw_reuse", NULL, NULL, "4.11", "0 before 4.19, 2 (on loopback only) since",
	 "79e9fed46038 (\"net-tcp: extend tcp_tw_reuse sysctl to enable loopback only "
	 "optimization\")",
	 SEEN_4_9_4_14 "; 2 in 6.1"},
	{"net.ipv4.tcp_tw_reuse_delay", "6.14", NULL, BORN,
	 "before it, a whole second of the kernel's clock had to begin",
	 "net-next, December 2024 (\"tcp: Add sysctl to configure TIME-WAIT reuse delay\")",
	 "not in 6.12"},
};

const struct history *history_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(histories); i++) {
		if (!strcmp(histories[i].name, name))
			return &histories[i];
	}
	return NULL;
}

static void member_set(json_t *object, const char *key, const char *value)
{
	if (value)
		json_object_set_new(object, key, json_string(value));
}

json_t *history_json(const char *name)
{
	const struct history *history = history_find(name);
	const struct knob *knob = knob_find(name);
	json_t *ret = json_object();

	if (!history) {
		member_set(ret, "remark", knob ? knob->history : NULL);
		return ret;
	}
	json_object_set_new(ret, "since", json_string(history->since ?: "before 2.6.12"));
	member_set(ret, "until", history->until);
	member_set(ret, "namespaced", history->namespaced);
	member_set(ret, "defaults", history->defaults);
	member_set(ret, "source", history->source);
	member_set(ret, "seen", history->seen);
	return ret;
}

static const char *member(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

char *history_words(const json_t *history)
{
	_cleanup_text_ struct text words = {0};
	const char *since = member(history, "since"), *namespaced = member(history, "namespaced");

	if (member(history, "remark"))
		text_add(&words, "%s", member(history, "remark"));
	if (since)
		text_add(&words, "since %s", since);
	if (member(history, "until"))
		text_add(&words, ", gone since %s", member(history, "until"));
	if (namespaced)
		text_add(&words, "; per network namespace %s%s",
			 strcmp(namespaced, BORN) ? "since " : "", namespaced);
	if (member(history, "defaults"))
		text_add(&words, "; %s", member(history, "defaults"));
	return text_take(&words);
}
