// SPDX-License-Identifier: GPL-2.0-or-later
/* script: owns the text of an imported scenario. */
#include "capture/script.h"
#include "base/mem.h"
#include "capture/known.h"
#include "capture/list.h"
#include "capture/incarnation.h"

#include <ctype.h>
#include <string.h>
#include <sys/socket.h>

#define LINK_US_MIN	  6000	   /* below that, the profile `clean` will do: 2 ms each way */
#define FIN_TIMEOUT_S	  60	   /* tcp_fin_timeout's preset */
#define FIN_WAITED_US_MIN 1200000  /* tcp_fin_timeout is of whole seconds */
#define WHEEL_US	  64000	   /* how far the wheel rounds a second up */
#define LINK_US_MAX	  20000000 /* a longer round trip is a clock's leap, or no link's */

/* What of the capture makes a setting matter. */
static unsigned any_strays(const struct plot *plot)
{
	return plot->n_strays;
}

/* The ends that held TIME-WAIT of the first incarnation that left one, as bits 1 << end. */
static unsigned time_wait_ends(const struct plot *plot)
{
	for (size_t k = 0; k < plot->n; k++) {
		unsigned ends = incarnation_time_wait(plot->of[k].in);

		if (plot->raw >= 0)
			ends &= ~(1U << plot->raw);
		if (ends)
			return ends;
	}
	return 0;
}

static bool time_wait_of(const struct plot *plot, const char *host)
{
	unsigned ends = plot->n > 1 ? time_wait_ends(plot) : 0;

	for (int end = 0; end < 2; end++) {
		if (ends & 1U << end && !strcmp(plot_host(plot, end), host))
			return true;
	}
	return false;
}

static bool tw_reuse_matters(const struct plot *plot)
{
	return time_wait_of(plot, "client");
}

static bool cookies_matter(const struct plot *plot)
{
	return any_strays(plot) && plot->n > 1;
}

static bool rfc1337_matters(const struct plot *plot)
{
	/* A RST that answers TIME-WAIT's ACK deletes it, or does not. */
	for (size_t k = 0; k < plot->n; k++) {
		if (plot->of[k].in->denials)
			return true;
	}
	for (size_t n = 0; n < plot->n_strays; n++) {
		if (plot->trail->of[plot->strays[n].i].flags & TCP_RST)
			return true;
	}
	return false;
}

/* Settings that the segments of a capture do not tell, and the values that lead elsewhere. The
 * first is the kernel's own. */
static const struct unknown {
	const char *dimension, *knob, *of, *values;
	bool (*matters)(const struct plot *plot);
	const char *counter; /* which, where it is 0, excludes all but the first value */
} unknowns[] = {
	{"tw-reuse", "net.ipv4.tcp_tw_reuse", "client", "[2, 1, 0]", tw_reuse_matters, NULL},
	{"cookies", "net.ipv4.tcp_syncookies", "server", "[1, 2]", cookies_matter,
	 "SyncookiesSent"},
	{"rfc1337", "net.ipv4.tcp_rfc1337", "both", "[0, 1]", rfc1337_matters, NULL},
};

static bool counter_excludes(const struct script_known *known, const char *of, const char *counter)
{
	const struct nstat *nstat = known->nstat[!strcmp(of, "server")];
	int64_t value;

	return counter && nstat && nstat_find(nstat, counter, &value) && !value;
}

/* How long an end was in FIN-WAIT-2 until its peer sent data or a FIN; 0: that did not happen. */
static int64_t fin_wait_us(const struct plot *plot, size_t k, uint8_t end)
{
	const struct incarnation *in = plot->of[k].in;
	int64_t since_us = 0;

	for (size_t i = 0; in->fin_acked[end] && i < plot->trail->n; i++) {
		const struct seen *seen = &plot->trail->of[i];
		bool sends = seen->len || seen->flags & TCP_FIN;

		if (seen->incarnation != plot->first + k || seen->from == end)
			continue;
		if (since_us && sends)
			return seen->us - since_us;
		if (!since_us && !sends && seen->flags & TCP_ACK && seen->ack == in->fin_end[end])
			since_us = seen->us;
	}
	return 0;
}

/* How long tcp_fin_timeout keeps an orphan in FIN-WAIT-2, in s: what is beyond a minute is waited
 * twice (tcp_rcv_state_process(), tcp_keepalive_timer()). */
static int64_t fin_wait_s(int64_t fin_timeout_s)
{
	return fin_timeout_s > FIN_TIMEOUT_S ? 2 * (fin_timeout_s - FIN_TIMEOUT_S) : fin_timeout_s;
}

/* What tcp_fin_timeout may have been: its preset, of those that people set the one that keeps
 * FIN-WAIT-2 longest and had let an end go when its peer went on, and, where the preset had, too,
 * the one that keeps it shortest and had not. The timer wheel may make an eighth more of it. */
static void fin_timeout_values(int64_t waited_us, struct text *out)
{
	static const int64_t set_s[] = {1, 2, 5, 10, 15, 30, 60, 75, 90, 120, 180, 240, 600};
	int64_t gone_s = 0, there_s = 0;

	for (size_t i = 0; i < ARRAY_SIZE(set_s); i++) {
		int64_t kept_s = fin_wait_s(set_s[i]);

		if (kept_s * 1125000 + WHEEL_US < waited_us && kept_s > fin_wait_s(gone_s))
			gone_s = set_s[i];
		if (kept_s * 1000000 > waited_us && (!there_s || kept_s < fin_wait_s(there_s)))
			there_s = set_s[i];
	}
	text_add(out, "[%d", FIN_TIMEOUT_S);
	if (gone_s && gone_s != FIN_TIMEOUT_S)
		text_add(out, ", %lld", (long long)gone_s);
	if (there_s && waited_us >= FIN_TIMEOUT_S * 1000000LL)
		text_add(out, ", %lld", (long long)there_s);
	text_add(out, "]");
}

static void vary_fin_timeout(const struct plot *plot, const struct script_known *known,
			     struct text *out)
{
	static const char *const knob = "net.ipv4.tcp_fin_timeout";

	for (uint8_t end = 0; end < 2; end++) {
		const char *host = plot_host(plot, end);
		int64_t waited_us = 0;
		bool half = false;

		for (size_t k = 0; k < plot->n; k++) {
			const struct incarnation *in = plot->of[k].in;
			int64_t us = fin_wait_us(plot, k, end);

			waited_us = us > waited_us ? us : waited_us;
			half |= in->ending == ENDING_HALF && in->fin_acked[end];
		}
		if ((!half && waited_us < FIN_WAITED_US_MIN) || plot->raw == end ||
		    known_has(known, host, knob))
			continue;
		text_add(out, "  fin-timeout-%s: {sysctl: %s, of: %s, values: ", host, knob, host);
		if (half)
			text_add(out, "[%d, 15, 5]", FIN_TIMEOUT_S);
		else
			fin_timeout_values(waited_us, out);
		text_add(out, "}\n");
	}
}

/* Does the end hold a TIME-WAIT, and nothing says whether its table was full? */
static bool time_wait_unknown(const struct plot *plot, const struct script_known *known, int end)
{
	const char *host = plot_host(plot, end);

	return time_wait_ends(plot) & 1U << end &&
	       !known_has(known, host, "net.ipv4.tcp_max_tw_buckets") &&
	       !counter_excludes(known, host, "TCPTimeWaitOverflow");
}

/* The dimension of an end's TIME-WAIT: where both hold one, each has its own. */
static const char *time_wait_name(const struct plot *plot, int end, char buf[32])
{
	bool both = time_wait_ends(plot) == 3;

	snprintf(buf, 32, "time-wait%s%s", both ? "-" : "", both ? plot_host(plot, end) : "");
	return buf;
}

static void vary_write(const struct plot *plot, const struct script_known *known, struct text *out)
{
	bool v6 = plot->trail->addr[0].family == AF_INET6;
	char buf[32];

	text_add(out, "vary:\n");
	text_add(out, "  family: [%s]\n", v6 ? "ipv6" : "ipv4");
	if (plot->rtt_us >= LINK_US_MIN && plot->rtt_us <= LINK_US_MAX)
		text_add(out, "  link: [delay %lldus]   # half of the capture's round trip\n",
			 (long long)plot->rtt_us / 2);
	for (int end = 0; end < 2; end++) {
		if (time_wait_unknown(plot, known, end))
			text_add(out,
				 "  %s: [held, gone]   # gone: the %s had "
				 "tcp_max_tw_buckets of them already\n",
				 time_wait_name(plot, end, buf), plot_host(plot, end));
	}
	if (plot->listener_unknown)
		text_add(out, "  listener: [there, gone]   # by the last SYN\n");
	for (size_t i = 0; i < ARRAY_SIZE(unknowns); i++) {
		const struct unknown *row = &unknowns[i];
		const char *of = known_lacks(known, row->of, row->knob);

		if (of && row->matters(plot) && !plot_raw_is(plot, of) &&
		    !counter_excludes(known, row->of, row->counter))
			text_add(out, "  %s: {sysctl: %s, of: %s, values: %s}\n", row->dimension,
				 row->knob, of, row->values);
	}
	vary_fin_timeout(plot, known, out);
}

static void play_write(const struct plot *plot, const struct script_known *known, struct text *out)
{
	char buf[32];

	text_add(out, "play:");
	if (plot->raw >= 0)
		text_add(out, "\n  - raw: %s", plot_host(plot, plot->raw));
	if (cookies_matter(plot))
		text_add(out, "\n  - phase: {of: 60s, clear: 5s}   # a cookie's minute");
	for (int end = 0; end < 2; end++) {
		if (time_wait_unknown(plot, known, end))
			text_add(out,
				 "\n  - sysctl: {at: %s, name: net.ipv4.tcp_max_tw_buckets, value: "
				 "0}\n    when: {%s: gone}",
				 plot_host(plot, end), time_wait_name(plot, end, buf));
	}
	text_add(out, "%s\n", text_str(&plot->steps));
}

static const char *connect_word(const struct incarnation *in)
{
	switch (in->opening) {
	case OPENING_REFUSED:
		return "ECONNREFUSED";
	case OPENING_UNANSWERED:
		return "pending";
	default:
		return "ok";
	}
}

/* Of an incarnation with a raw end: what the other one did. */
static void expect_kernel(const struct plot *plot, const struct plot_incarnation *pi,
			  struct text *out)
{
	const struct incarnation *in = pi->in;
	bool client = plot->raw != in->client;

	text_add(out, "  - then: {%s.%s_rsts: %u", pi->name, client ? "client" : "server",
		 in->rsts[!plot->raw] + (client ? in->denials : 0));
	if (plot_raw_whole(plot, pi))
		text_add(out, ", %s.connect: ok", pi->name);
	text_add(out, "}   # from #%u on\n", in->first_packet);
}

static void expect_incarnation(const struct plot *plot, const struct plot_incarnation *pi,
			       struct text *out)
{
	const struct incarnation *in = pi->in;
	int client = in->client;

	if (!pi->opened)
		return;
	if (plot->raw >= 0) {
		expect_kernel(plot, pi, out);
		return;
	}
	text_add(out, "  - then: {%s.connect: %s", pi->name, connect_word(in));
	if (in->opening != OPENING_UNSEEN && in->opening != OPENING_UNANSWERED)
		text_add(out, ", %s.syns: %u", pi->name, in->syns);
	if (!plot->cut && (in->fins[0] || in->fins[1]) && in->closer < 2)
		text_add(out, ", %s.first_fin: %s", pi->name, plot_host(plot, in->closer));
	if (in->opening == OPENING_OPENED)
		text_add(out, ", %s.client_rsts: %u, %s.server_rsts: %u", pi->name,
			 in->rsts[client] + in->denials, pi->name, in->rsts[!client]);
	text_add(out, "}   # from #%u on\n", in->first_packet);
}

static void expect_strays(const struct plot *plot, struct text *out)
{
	for (size_t n = 0; n < plot->n_strays; n++) {
		const struct plot_stray *stray = &plot->strays[n];
		const struct seen *seen = &plot->trail->of[stray->i];

		if (!stray->played || (!stray->answer && !stray->fate))
			continue;
		text_add(out, "  - then: {");
		if (stray->answer)
			text_add(out, "%s.answer: %s%s", stray->name, stray->answer,
				 stray->fate ? ", " : "");
		if (stray->fate)
			text_add(out, "%s: %s", stray->name, stray->fate);
		text_add(out, "}   # #%u\n", seen->packet);
	}
}

/* What ss saw at the end, and counters that never moved. */
static void expect_known(const struct plot *plot, const struct script_known *known,
			 struct text *out)
{
	static const char *const hosts[] = {"client", "server"};
	static const char *const counters[] = {"PAWSEstab", "TCPTimeWaitOverflow", "SyncookiesSent",
					       "ListenOverflows", "TCPAbortOnData"};
	const struct plot_incarnation *last = &plot->of[plot->n - 1];
	const struct trail *trail = plot->trail;
	int64_t value;

	for (int side = 0; side < 2; side++) {
		int end = side ? !last->in->client : last->in->client;
		const struct tuple tuple = {trail->addr[end], trail->addr[!end], trail->port[end],
					    trail->port[!end]};
		const struct ss_row *row = known->ss ? ss_find(known->ss, &tuple) : NULL;

		if (row && last->opened)
			text_add(out, "  - then: {%s-end.state: %s}   # line %d of ss\n",
				 hosts[side], state_name(row->state), row->line);
		for (size_t i = 0; known->nstat[side] && i < ARRAY_SIZE(counters); i++) {
			if (nstat_find(known->nstat[side], counters[i], &value) && !value)
				text_add(out, "  - then: {%s %s: 0}   # it never moved there\n",
					 hosts[side], counters[i]);
		}
	}
}

static void look_write(const struct plot *plot, const struct script_known *known, struct text *out)
{
	static const char *const hosts[] = {"client", "server"};
	const struct plot_incarnation *last = &plot->of[plot->n - 1];
	const struct trail *trail = plot->trail;

	for (int side = 0; known->ss && side < 2; side++) {
		int end = side ? !last->in->client : last->in->client;
		const struct tuple tuple = {trail->addr[end], trail->addr[!end], trail->port[end],
					    trail->port[!end]};

		if (ss_find(known->ss, &tuple) && last->opened)
			text_add(out, "  - look: {as: %s-end, via: %s, at: %s}\n", hosts[side],
				 last->name, hosts[side]);
	}
}

/* Of a file's name what can stand in any scalar. */
static char *plain_name(const char *path)
{
	char *name = mem_strdup(path);

	for (char *at = name; *at; at++) {
		if (!strchr("=,._-+", *at) && !isalnum((unsigned char)*at))
			*at = '_';
	}
	return name;
}

void script_write(struct plot *plot, const struct script_known *known, const char *name,
		  const char *path, struct text *out)
{
	int client = plot->of[0].in->client;
	_cleanup_free_ char *capture = plain_name(path);
	_cleanup_free_ char *from = trail_address(plot->trail, client);
	_cleanup_free_ char *to = trail_address(plot->trail, !client);

	text_add(out, "scenario: %s\n", name);
	text_add(out, "title: Imported from a capture, %s to %s\n", from, to);
	text_add(out,
		 "why: |\n  Made by afterclose import of %s, four-tuple %u, packets %u to %u.\n",
		 capture, plot->trail->number, plot->of[0].in->first_packet,
		 plot->trail->of[plot->trail->n - 1].packet);
	text_add(out, "  A cell that passes reproduces it as far as facts go; afterclose import "
		      "--check RECORDS\n  compares segment by segment.\n");
	if (plot->cut)
		text_add(out, "  Of long streams only the beginning is played.\n");
	text_add(out, "source: [\"capture: %s\"]\n", capture);
	vary_write(plot, known, out);
	known_write(plot, known, out);
	play_write(plot, known, out);
	look_write(plot, known, out);
	text_add(out, "expect:\n");
	for (size_t k = 0; k < plot->n; k++)
		expect_incarnation(plot, &plot->of[k], out);
	expect_strays(plot, out);
	expect_known(plot, known, out);
}
