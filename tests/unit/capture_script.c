// SPDX-License-Identifier: GPL-2.0-or-later
/* script: what is known is set, what is not is varied, and the loader takes what was written. */
#include "capture/script.h"
#include "base/mem.h"
#include "lab/knob.h"
#include "scenario/rules.h"
#include "segments.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The script of the last incarnation; the caller frees. Every script must load. */
static char *script_of(struct trail *trail, const struct script_known *known)
{
	struct scenario *scenario = NULL;
	struct plot plot = {0};
	struct text text = {0};
	struct err err;

	trail_trace(trail);
	cr_assert_eq(plot_make(trail, trail->n_incarnations - 1, NULL, &plot, &err), 0, "%s",
		     err.msg);
	script_write(&plot, known, "imported", "x.pcap", &text);
	cr_assert_eq(scenario_parse("imported.yaml", text_str(&text), text.len, &scenario, &err), 0,
		     "%s\n%s", err.msg, text_str(&text));
	cr_assert_eq(scenario_prove(scenario, &err), 0, "%s\n%s", err.msg, text_str(&text));
	scenario_free(scenario);
	plot_free(&plot);
	trail_free(trail);
	return text_take(&text);
}

static void has(const char *script, const char *words)
{
	cr_expect(strstr(script, words), "no \"%s\" in:\n%s", words, script);
}

static void lacks(const char *script, const char *words)
{
	cr_expect(!strstr(script, words), "\"%s\" in:\n%s", words, script);
}

static const char *is_set(const char *script, const struct knob *knob)
{
	char words[200];

	snprintf(words, sizeof(words), "%s: \"", knob->name);
	return strstr(script, words);
}

/* `sysctl -a` of both machines has every sysctl that there is: set is what a lab sets otherwise. */
Test(script, all_sysctls_of_both)
{
	struct setting all[n_knobs];
	struct settings settings = {.of = all, .n = n_knobs};
	const struct script_known known = {.sysctl = {&settings, &settings}};
	struct trail trail = empty;
	char *script;
	size_t n_set = 0;

	for (size_t i = 0; i < n_knobs; i++)
		all[i] = (struct setting){.name = (char *)knobs[i].name, .value = (char *)"1"};
	open_at(&trail, 0, 1000, 5000);
	close_at(&trail, 10, 1001, 5001);
	script = script_of(&trail, &known);
	for (size_t i = 0; i < n_knobs; i++) {
		const struct knob *knob = &knobs[i];
		bool wanted = knob->baseline && strcmp(knob->baseline, "1") != 0;

		if (!strcmp(knob->name, "net.ipv4.tcp_congestion_control"))
			wanted = false;
		if (!strcmp(knob->name, "net.ipv4.tcp_tw_recycle"))
			wanted = true;
		cr_expect_eq(!!is_set(script, knob), wanted, "%s", knob->name);
		n_set += wanted;
	}
	cr_expect_gt(n_set, 10u);
	free(script);
}

/* A RST that denies a challenge: tcp_rfc1337 of either end could matter. */
static void denied(struct trail *trail)
{
	*trail = empty;
	open_at(trail, 0, 1000, 5000);
	add(trail, 0, 20, TCP_SYN, 800000, 0, "");
	add(trail, 1, 21, TCP_ACK, 5001, 1001, "");
	add(trail, 0, 22, TCP_RST, 1001, 0, "");
	add(trail, 0, 30, TCP_SYN, 800000, 0, "");
	add(trail, 1, 31, TCP_SYN | TCP_ACK, 70000, 800001, "");
	add(trail, 0, 32, TCP_ACK, 800001, 70001, "");
}

/* Known of one end: it is the other's that is varied. */
Test(script, sysctl_of_one_end)
{
	static const char *const of[] = {"both", "server", "client", NULL};
	struct setting one = {.name = (char *)"net.ipv4.tcp_rfc1337", .value = (char *)"1"};
	struct settings settings = {.of = &one, .n = 1};

	for (int ends = 0; ends < 4; ends++) {
		const struct script_known known = {
			.sysctl = {ends & 1 ? &settings : NULL, ends & 2 ? &settings : NULL}};
		struct trail trail;
		char *script, words[100];

		denied(&trail);
		script = script_of(&trail, &known);
		snprintf(words, sizeof(words), "rfc1337: {sysctl: net.ipv4.tcp_rfc1337, of: %s,",
			 of[ends]);
		(of[ends] ? has : lacks)(script, of[ends] ? words : "rfc1337: {");
		free(script);
	}
}

/* What ss showed of both ends is looked at, and expected. */
Test(script, states_of_ss)
{
	struct ss_row rows[] = {
		{.tuple = {empty.addr[0], empty.addr[1], empty.port[0], empty.port[1]},
		 .state = STATE_TIME_WAIT,
		 .line = 2},
		{.tuple = {empty.addr[1], empty.addr[0], empty.port[1], empty.port[0]},
		 .state = STATE_LAST_ACK,
		 .line = 3},
	};
	struct ss ss = {.of = rows, .n = ARRAY_SIZE(rows)};
	const struct script_known known = {.ss = &ss};
	struct trail trail = empty;
	char *script;

	open_at(&trail, 0, 1000, 5000);
	close_at(&trail, 10, 1001, 5001);
	script = script_of(&trail, &known);
	has(script, "- look: {as: client-end, via: old, at: client}");
	has(script, "- then: {client-end.state: time-wait}   # line 2 of ss");
	has(script, "- then: {server-end.state: last-ack}   # line 3 of ss");
	free(script);
}

static void check_file(const char *content, const char *set, bool varied)
{
	char path[] = "/tmp/afterclose-script-XXXXXX";
	int fd = mkstemp(path);
	struct settings settings;
	const struct script_known known = {.sysctl = {&settings, &settings}};
	struct trail trail;
	struct err err;
	char *script;

	cr_assert(fd >= 0 && write(fd, content, strlen(content)) == (ssize_t)strlen(content));
	close(fd);
	cr_assert_eq(settings_load(path, &settings, &err), 0, "%s", err.msg);
	unlink(path);
	denied(&trail);
	script = script_of(&trail, &known);
	(set ? has : lacks)(script, set ?: "tcp_rfc1337: \"");
	(varied ? has : lacks)(script, "rfc1337: {");
	free(script);
	settings_free(&settings);
}

/* The line that holds is known, wherever it stands; one that cannot be set is not. */
Test(script, line_that_holds)
{
	check_file("net.ipv4.tcp_rfc1337 = 0\nnet.ipv4.tcp_rfc1337 = 1\n",
		   "net.ipv4.tcp_rfc1337: \"1\"", false);
	check_file("net.ipv4.tcp_rfc1337 = 1\nnet.ipv4.tcp_rfc13* = 0\n",
		   "net.ipv4.tcp_rfc1337: \"1\"", false);
	check_file("net.ipv4.tcp_rfc1337 = '1'\n", NULL, true);
	check_file("net.ipv4.tcp_rfc1337 = 1\nnet.ipv4.tcp_rfc1337 = \"\n", NULL, true);
}

/* One byte that was new is a write; one that was there before is a keepalive's probe. */
Test(script, writes_of_one_byte)
{
	const struct script_known known = {0};
	struct trail trail = empty;
	char *script;

	open_at(&trail, 0, 1000, 5000);
	add(&trail, 0, 10, TCP_ACK, 1001, 5001, "a");
	add(&trail, 1, 11, TCP_ACK, 5001, 1002, "b");
	add(&trail, 0, 12, TCP_ACK, 1002, 5002, "");
	add(&trail, 0, 500, TCP_ACK, 1001, 5002, "a");
	add(&trail, 1, 501, TCP_ACK, 5002, 1002, "");
	close_at(&trail, 510, 1002, 5002);
	script = script_of(&trail, &known);
	has(script, "send: {via: old, from: client, segments: 1, size: 1");
	has(script, "send: {via: old, from: server, segments: 1, size: 1}");
	lacks(script, "drop");
	free(script);
}

/* Lost before it was captured, it is what fills the hole; lost behind that, it comes again before
 * it was acknowledged. */
Test(script, lost_bytes)
{
	const struct script_known known = {0};
	struct trail trail = empty;
	char *script;

	open_at(&trail, 0, 1000, 5000);
	add(&trail, 0, 10, TCP_ACK, 1002, 5001, "b");
	add(&trail, 0, 11, TCP_ACK, 1003, 5001, "c");
	add(&trail, 0, 210, TCP_ACK, 1001, 5001, "a");
	add(&trail, 1, 212, TCP_ACK, 5001, 1004, "");
	close_at(&trail, 220, 1004, 5001);
	script = script_of(&trail, &known);
	has(script, "drop: {data: 1, of: old, from: client, transmission: 1}");
	has(script, "send: {via: old, from: client, segments: 3, size: 1");
	free(script);
	trail = empty;
	open_at(&trail, 0, 1000, 5000);
	add(&trail, 0, 10, TCP_ACK, 1001, 5001, "a");
	add(&trail, 0, 210, TCP_ACK, 1001, 5001, "a");
	add(&trail, 1, 212, TCP_ACK, 5001, 1002, "");
	close_at(&trail, 220, 1002, 5001);
	script = script_of(&trail, &known);
	has(script, "drop: {data: 1, of: old, from: client, transmission: 1}");
	free(script);
}

/* TIME-WAIT answers the last SYN, which it would take if somebody listened. */
Test(script, a_listener_that_may_be_gone)
{
	const struct script_known known = {0};
	struct trail trail = empty;
	char *script;

	open_at(&trail, 0, 1000, 5000);
	close_at(&trail, 10, 1001, 5001);
	add(&trail, 0, 400, TCP_SYN, 90000, 0, "");
	add(&trail, 1, 401, TCP_ACK, 5002, 1002, "");
	script = script_of(&trail, &known);
	has(script, "listener: [there, gone]");
	has(script, "unlisten: listener1\n    when: {listener: gone}");
	free(script);
	trail = empty;
	open_at(&trail, 0, 1000, 5000);
	close_at(&trail, 10, 1001, 5001);
	open_at(&trail, 400, 90000, 900000);
	script = script_of(&trail, &known);
	lacks(script, "unlisten");
	free(script);
}

/* The server closes; one byte answers, which was written when its FIN was there, or when it was
 * not; what a closed end says to that is waited for. */
static char *answered_close(uint32_t ack)
{
	const struct script_known known = {0};
	struct trail trail = empty;

	open_at(&trail, 0, 1000, 5000);
	add(&trail, 1, 50, TCP_FIN | TCP_ACK, 5001, 1001, "");
	add(&trail, 0, 51, TCP_ACK, 1001, ack, "a");
	add(&trail, 1, 52, TCP_RST, 5002, 0, "");
	return script_of(&trail, &known);
}

Test(script, data_for_who_has_closed)
{
	char *script = answered_close(5002);

	has(script,
	    "settle: no}\n  - await: {via: old, at: client, state: close-wait}\n  - send: ");
	has(script, "size: 1, until: sent}\n  - wait: ");
	free(script);
	script = answered_close(5001);
	lacks(script, "await");
	has(script, "size: 1, until: sent}\n  - wait: ");
	free(script);
}

/* Both closed at once: each end may have had its TIME-WAIT, or no room for it. */
Test(script, time_wait_of_both)
{
	const struct script_known known = {0};
	struct trail trail = empty;
	char *script;

	open_at(&trail, 0, 1000, 5000);
	add(&trail, 0, 10, TCP_FIN | TCP_ACK, 1001, 5001, "");
	add(&trail, 1, 10, TCP_FIN | TCP_ACK, 5001, 1001, "");
	add(&trail, 0, 11, TCP_ACK, 1002, 5002, "");
	add(&trail, 1, 11, TCP_ACK, 5002, 1002, "");
	open_at(&trail, 400, 900000, 700000);
	script = script_of(&trail, &known);
	has(script, "time-wait-client: [held, gone]");
	has(script, "time-wait-server: [held, gone]");
	has(script, "value: 0}\n    when: {time-wait-server: gone}");
	has(script, "tw-reuse: ");
	free(script);
}

/* The bytes of a SYN are the connect step's. */
Test(script, data_in_a_syn)
{
	const struct script_known known = {0};
	struct trail trail = empty;
	char *script;

	add(&trail, 0, 0, TCP_SYN, 1000, 0, "data");
	add(&trail, 1, 1, TCP_SYN | TCP_ACK, 5000, 1005, "");
	add(&trail, 0, 2, TCP_ACK, 1005, 5001, "more");
	close_at(&trail, 10, 1009, 5001);
	script = script_of(&trail, &known);
	has(script, "fast-open: 4");
	has(script, "net.ipv4.tcp_fastopen: 1543");
	has(script, "send: {via: old, from: client, segments: 1, size: 4");
	free(script);
}

/* What the capture lacks is written where it was acknowledged. */
Test(script, lacking_bytes)
{
	const struct script_known known = {0};
	struct trail trail = empty;
	char *script;

	open_at(&trail, 0, 1000, 5000);
	close_at(&trail, 10, 1301, 5001);
	script = script_of(&trail, &known);
	has(script, "send: {via: old, from: client, segments: 1, size: 300");
	free(script);
}

/* tcp_fin_timeout beyond a minute keeps FIN-WAIT-2 twice as long as what is beyond it. */
Test(script, fin_timeouts)
{
	static const struct {
		int64_t waited_ms;
		const char *values;
	} cases[] = {{8000, "[60, 5]"},
		     {70000, "[60, 120]"},
		     {50000, "[60, 30]"},
		     {140000, "[60, 120, 180]"}};
	const struct script_known known = {0};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct trail trail = empty;
		char words[64], *script;

		open_at(&trail, 0, 1000, 5000);
		add(&trail, 1, 10, TCP_FIN | TCP_ACK, 5001, 1001, "");
		add(&trail, 0, 11, TCP_ACK, 1001, 5002, "");
		add(&trail, 0, 11 + cases[i].waited_ms, TCP_ACK, 1001, 5002, "late");
		add(&trail, 1, 12 + cases[i].waited_ms, TCP_RST, 5002, 0, "");
		script = script_of(&trail, &known);
		snprintf(words, sizeof(words), "of: server, values: %s", cases[i].values);
		has(script, words);
		free(script);
	}
}
