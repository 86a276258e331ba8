// SPDX-License-Identifier: GPL-2.0-or-later
/* claims: owns the table of what is said of sysctls, each tied to the fact that would show it. */
#include "advise/claims.h"
#include "base/mem.h"
#include "compare/change.h"

#include <string.h>

static const struct claim {
	const char *name;
	const char *value; /* what those who say so set */
	const char *words;
	const char *scenario, *fact; /* were it true, this fact would change there */
} claims[] = {
	{"net.ipv4.tcp_fin_timeout", "30", "it shortens TIME-WAIT", "how-long",
	 "old.time_wait_life"},
	{"net.ipv4.tcp_fin_timeout", "30", "it frees ports that TIME-WAIT holds", "port-exhaustion",
	 "again.ok"},
	{"net.ipv4.tcp_fin_timeout", "30", "it lets connects succeed sooner after a burst",
	 "connect-fails-for-a-minute", "next.connect"},
	{"net.ipv4.tcp_syncookies", "0", "it has a say in who holds TIME-WAIT",
	 "who-holds-time-wait", "old.time_wait"},
	{"net.ipv4.tcp_syncookies", "0", "it decides whether a SYN is taken in TIME-WAIT",
	 "syn-into-time-wait", "syn.answer"},
	{"net.ipv4.tcp_tw_reuse", "1", "it shortens TIME-WAIT", "how-long", "old.time_wait_life"},
	{"net.ipv4.tcp_tw_reuse", "1", "it helps a server whose clients come back",
	 "syn-into-time-wait", "syn.answer"},
	{"net.ipv4.tcp_tw_reuse", "1", "it lets a server restart over TIME-WAIT",
	 "server-cannot-restart", "restarted.listen"},
	{"net.ipv4.tcp_tw_reuse", "1", "it helps where the program binds its port itself",
	 "dns-proxy-eaddrnotavail", "again.bind"},
	{"net.ipv4.tcp_tw_recycle", "1", "it shortens TIME-WAIT", "how-long", "old.time_wait_life"},
	{"net.ipv4.tcp_max_tw_buckets", "5000", "it shortens TIME-WAIT", "how-long",
	 "old.time_wait_life"},
	{"net.ipv4.tcp_max_tw_buckets", "5000", "it gives a client more ports", "port-exhaustion",
	 "fill.ok"},
	{"net.ipv4.tcp_rfc1337", "1", "it makes TIME-WAIT longer", "how-long",
	 "old.time_wait_life"},
	{"net.ipv4.tcp_rfc1337", "1", "it keeps old segments out of a new connection",
	 "third-segment", "new.stream"},
	{"net.ipv4.tcp_timestamps", "0", "it shortens TIME-WAIT", "how-long", "old.time_wait_life"},
	{"net.ipv4.tcp_orphan_retries", "1", "it shortens TIME-WAIT", "how-long",
	 "old.time_wait_life"},
	{"net.ipv4.ip_local_port_range", "1024 65535", "it shortens TIME-WAIT", "how-long",
	 "old.time_wait_life"},
	{"net.core.somaxconn", "65535", "it helps when connects fail for want of ports",
	 "port-exhaustion", "again.ok"},
	{"net.ipv4.tcp_max_syn_backlog", "65535", "it helps when connects fail for want of ports",
	 "port-exhaustion", "again.ok"},
	{"net.ipv4.tcp_keepalive_time", "600", "it ends TIME-WAIT or CLOSE-WAIT sooner",
	 "close-wait-leak", "leaked.state"},
	{"net.ipv4.tcp_retries2", "5", "it ends a closed connection sooner", "unacknowledged",
	 "after.state"},
	{"net.ipv4.tcp_synack_retries", "1", "it has a say in who holds TIME-WAIT",
	 "who-holds-time-wait", "old.time_wait"},
};

bool claims_trial(size_t n, struct claim_trial *ret)
{
	if (n >= ARRAY_SIZE(claims))
		return false;
	*ret = (struct claim_trial){claims[n].name, claims[n].value, claims[n].scenario};
	return true;
}

/* One fact, held against its other half. */
struct asked {
	const char *fact;
	bool changed;
};

static void fact_ask(void *ctx, const struct change *change)
{
	struct asked *asked = ctx;

	asked->changed |= !strcmp(change->fact, asked->fact);
}

static json_t *claim_settle(const struct claim *claim, const struct half *without,
			    const struct half *with)
{
	size_t same = 0, changed = 0;

	for (size_t i = 0; i < without->n_cells; i++) {
		const struct half_cell *here = &without->cells[i];
		const struct half_cell *there = half_find(with, here->id);
		struct asked asked = {.fact = claim->fact};

		if (strcmp(here->scenario, claim->scenario) != 0 ||
		    !change_comparable(here, there) || !half_fact(here, claim->fact))
			continue;
		change_each(here, there, fact_ask, &asked);
		same += !asked.changed;
		changed += asked.changed;
	}
	if (!same && !changed)
		return NULL;
	return json_pack("{ss ss ss sI sI}", "claim", claim->words, "scenario", claim->scenario,
			 "fact", claim->fact, "same", (json_int_t)same, "changed",
			 (json_int_t)changed);
}

json_t *claims_settle(const char *name, const struct half *without, const struct half *with)
{
	json_t *ret = json_array();

	for (size_t i = 0; i < ARRAY_SIZE(claims); i++) {
		json_t *settled = strcmp(claims[i].name, name)
					  ? NULL
					  : claim_settle(&claims[i], without, with);

		if (settled)
			json_array_append_new(ret, settled);
	}
	return ret;
}

char *claim_words(const json_t *claim)
{
	long long same = record_number(claim, "same", 0);
	long long changed = record_number(claim, "changed", 0);
	const char *words = record_text(claim, "claim", "?"),
		   *fact = record_text(claim, "fact", "?");
	const char *scenario = record_text(claim, "scenario", "?");

	if (!changed)
		return mem_printf("\"%s\": no. %s of %s is the same in all %lld cells.", words,
				  fact, scenario, same);
	return mem_printf("\"%s\": %s of %s changes in %lld of %lld cells.", words, fact, scenario,
			  changed, same + changed);
}
