// SPDX-License-Identifier: GPL-2.0-or-later
/* unit-guest: when a guest's cells start, what its console and log say of it, what it is told. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "cmd/identity.h"
#include "target/align.h"
#include "target/channel.h"
#include "target/console.h"
#include "target/kmsg.h"
#include "target/start.h"
#include "target/tell.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

static const char yaml[] = "scenario: s\ntitle: t\nsource: x\nvary:\n  n: [1, 2]\nplay:\n"
			   "  - listen: {at: server:80}\n"
			   "  - connect: {as: c, from: client, to: server:80}\n"
			   "  - wait: {for: %s}\n%s"
			   "expect:\n  - then: {c.connect: ok}\n";

static struct scenario *scenario_with(const char *wait, const char *more, struct cell **ret)
{
	_cleanup_text_ struct text text = {0};
	struct scenario *scenario = NULL;
	struct err err;

	text_add(&text, yaml, wait, more);
	cr_assert_eq(scenario_parse("s.yaml", text_str(&text), text.len, &scenario, &err), 0, "%s",
		     err.msg);
	cr_assert_eq(matrix_cells(scenario, ret), 2);
	return scenario;
}

/* Jiffies at an instant, counted from -300 s. */
static int64_t jiffies_at(int64_t ns, unsigned hz)
{
	return (ns / NS_PER_MS - 300 * 1000) * (int64_t)hz / 1000;
}

Test(align, starts_on_the_wheel_and_on_the_second)
{
	static const struct {
		unsigned hz;
		const char *wait;
		int64_t granule;
	} rows[] = {
		{250, "61s", 512},
		{1000, "61s", 4096},
		{100, "61s", 512},
		{250, "500s", 4096},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cell *cells;
		struct scenario *scenario = scenario_with(rows[i].wait, "", &cells);
		int64_t now = 0;

		for (int n = 0; n < 20; n++) {
			int64_t at = align_start_ns(&cells[0], rows[i].hz, scenario->waits_ns, now);

			cr_assert_gt(at, now);
			cr_assert_geq(at, 421 * NS_PER_S);
			cr_assert_eq(at % NS_PER_S, 20 * NS_PER_MS + 250 * NS_PER_US);
			cr_assert_eq(jiffies_at(at - 20 * NS_PER_MS, rows[i].hz) % rows[i].granule,
				     0, "row %zu", i);
			now = at + n * NS_PER_S;
		}
		matrix_free(cells, 2);
		scenario_free(scenario);
	}
}

Test(align, a_play_begins_on_a_second_of_its_cell)
{
	int64_t start = 500 * NS_PER_S + 20 * NS_PER_MS;

	cr_expect_eq(align_play_ns(start, start), start + NS_PER_S);
	cr_expect_eq(align_play_ns(start, start + NS_PER_S - 1), start + NS_PER_S);
	cr_expect_eq(align_play_ns(start, start + NS_PER_S), start + 2 * NS_PER_S);
}

Test(align, a_phase_of_the_play_is_where_it_always_is)
{
	struct cell *cells;
	struct scenario *scenario =
		scenario_with("1s", "  - phase: {of: 60s, clear: 2s}\n", &cells);
	int64_t first = align_start_ns(&cells[0], 250, NS_PER_S, 0), at = first;

	for (int n = 0; n < 5; n++) {
		at = align_start_ns(&cells[0], 250, NS_PER_S, at);
		cr_assert_eq((at - first) % (60 * NS_PER_S), 0);
	}
	matrix_free(cells, 2);
	scenario_free(scenario);
}

Test(program, is_the_one_that_runs_or_none)
{
	_cleanup_free_ char *own = NULL;
	struct err err;

	cr_assert_eq(start_own_program(&own, &err), 0, "%s", err.msg);
	cr_expect_eq(start_check_program(own, &err), 0, "%s", err.msg);
	cr_expect_eq(start_check_program("/bin/sh", &err), -ESTALE);
	cr_expect_eq(start_check_program("/nowhere", &err), -ESTALE);
	cr_expect(strstr(err.msg, "/nowhere was replaced or removed"), "%s", err.msg);
}

static char *console_of(const char *said)
{
	struct console console = {.fd = -1};
	struct text out = {0};
	int ends[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	console.fd = ends[0];
	cr_assert_eq(write(ends[1], said, strlen(said)), (ssize_t)strlen(said));
	close(ends[1]);
	cr_assert_not(console_read(&console));
	console_tell(&console, &out);
	console_close(&console);
	return text_take(&out);
}

Test(console, tells_the_panic_and_what_follows)
{
	char *told =
		console_of("Checking...OK\nsomething\nKernel panic - not syncing: boom\n  at x\n");

	cr_assert_str_eq(told, "Kernel panic - not syncing: boom | at x");
	free(told);
}

Test(console, tells_what_the_guest_said_before_the_panic)
{
	char *told = console_of("afterclose guest: first\nWARNING: x\n"
				"no afterclose guest: here\n"
				"afterclose guest: load it: No such file\n"
				"Kernel panic - not syncing: Attempted to kill init!\n");

	cr_assert_str_eq(told, "afterclose guest: load it: No such file | "
			       "Kernel panic - not syncing: Attempted to kill init!");
	free(told);
}

Test(console, tells_its_last_lines_where_nothing_stands_out)
{
	char *told = console_of("1\n2\n3\n4\n5\n6\n7\n\x1b[1m8\n");

	cr_assert_str_eq(told, "3 | 4 | 5 | 6 | 7 | ?[1m8");
	free(told);
}

Test(console, keeps_no_more_than_it_may)
{
	_cleanup_text_ struct text said = {0};
	char *told;

	for (int i = 0; i < 3000; i++)
		text_add(&said, "line %d\n", i);
	told = console_of(text_str(&said));
	cr_assert_str_eq(told, "line 2994 | line 2995 | line 2996 | line 2997 | line 2998 | "
			       "line 2999");
	free(told);
}

Test(kmsg, knows_a_kernel_in_trouble)
{
	cr_assert_str_eq(kmsg_line_warning("4,1,2,-;WARNING: CPU: 0 PID: 1 at net/x.c:3"),
			 "WARNING: CPU: 0 PID: 1 at net/x.c:3");
	cr_assert_not_null(kmsg_line_warning("1,1,2,-;BUG: kernel NULL pointer dereference"));
	cr_assert_null(kmsg_line_warning("6,1,2,-;TCP: Possible SYN flooding on port 80"));
	cr_assert_null(kmsg_line_warning("6,1,2,-;this is no WARNING: of ours"));
	cr_assert_null(kmsg_line_warning("nonsense"));
}

Test(tell, tells_a_scenario_once_another_baseline_and_each_cell)
{
	struct cell *cells;
	struct scenario *scenario = scenario_with("1s", "", &cells);
	static const enum message_kind expected[] = {MESSAGE_TASK, MESSAGE_SCENARIO,
						     MESSAGE_CELL, MESSAGE_BASELINE,
						     MESSAGE_CELL, MESSAGE_CELL};
	const struct settings other = {.file = "a.conf"};
	const struct settings *const others[HOSTS_MAX] = {[HOST_SERVER] = &other};
	const struct run_options options = {.seed = 7};
	const struct worker_task task = {.target = "uml:x", .options = &options};
	const struct job jobs[] = {
		{&cells[0], options.baseline}, {&cells[0], others}, {&cells[1], others}};
	_cleanup_text_ struct text out = {0};
	struct told told = {0};
	struct channel channel = {.fd = -1};
	struct message message;

	tell_task(&told, &task, &out);
	for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
		tell_task(&told, &task, &out);
		tell_job(&told, &jobs[i], &out);
	}
	channel.data = out.data;
	channel.len = channel.size = out.len;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		cr_assert_eq(channel_next(&channel, &message), 1);
		cr_assert_eq(message.kind, expected[i]);
	}
	cr_assert_eq(channel_next(&channel, &message), 0);
	cr_assert_eq(memcmp(message.bytes + sizeof(uint32_t), cells[1].id, strlen(cells[1].id)), 0);
	told_free(&told);
	matrix_free(cells, 2);
	scenario_free(scenario);
}

Test(task, a_guest_reads_what_the_runner_wrote)
{
	struct setting of[] = {
		{.line = 3,
		 .name = "net.ipv4.tcp_fin_timeout",
		 .value = "7",
		 .status = SETTING_APPLIES},
		{.line = 4, .name = "vm.swappiness", .value = "1", .status = SETTING_UNRELATED},
	};
	const struct settings settings = {"a.conf", of, 2};
	const struct run_options options = {.seed = INT64_MAX,
					    .netem = NETEM_BY_KERNEL,
					    .timeout_ns = 5,
					    .baseline[HOST_SERVER] = &settings};
	const struct worker_task task = {.target = "uml:x", .exact = true, .options = &options};
	const struct settings *const others[HOSTS_MAX] = {[HOST_CLIENT] = &settings};
	char *text = task_encode(&task), *other = baseline_encode(others);
	struct guest_task got;
	struct err err;

	cr_assert_eq(task_decode(text, strlen(text), &got, &err), 0, "%s", err.msg);
	cr_assert_eq(got.options.seed, (uint64_t)INT64_MAX);
	cr_assert_eq(got.options.netem, NETEM_BY_KERNEL);
	cr_assert_eq(got.options.timeout_ns, 5);
	cr_assert(got.task.exact);
	cr_assert_not(got.task.counts);
	cr_assert_str_eq(got.task.target, "uml:x");
	cr_assert_null(got.options.baseline[HOST_CLIENT]);
	cr_assert_eq(got.options.baseline[HOST_SERVER]->n, 1);
	cr_assert_str_eq(got.options.baseline[HOST_SERVER]->of[0].value, "7");
	cr_assert_eq(baseline_decode(other, strlen(other), &got, &err), 0, "%s", err.msg);
	cr_assert_eq(got.options.baseline[HOST_CLIENT]->n, 1);
	cr_assert_null(got.options.baseline[HOST_SERVER]);
	cr_assert_eq(baseline_decode("[]", 2, &got, &err), -EPROTO);
	for (size_t host = 0; host < HOSTS_MAX; host++)
		settings_free(&got.baseline[host]);
	free(got.target);
	cr_assert_eq(task_decode("[]", 2, &got, &err), -EPROTO);
	free(other);
	free(text);
}

/* What is refused where it is read cannot come here; a guest without it would say nothing. */
static void encode(const char *file, const char *word)
{
	const struct settings settings = {.file = (char *)file};
	const struct with with = {.words = (char *[]){(char *)word, NULL},
				  .n = 1,
				  .path = "/bin/sh",
				  .directory = "/"};
	const struct run_options options = {.baseline[HOST_SERVER] = &settings,
					    .with[HOST_CLIENT] = &with};
	const struct worker_task task = {.target = "uml:x", .options = &options};

	free(task_encode(&task));
}

Test(task, names_that_json_takes)
{
	encode("\xc3\xa4.conf", "\xc3\xa4");
}

Test(task, no_settings_are_left_out, .signal = SIGABRT)
{
	encode("\xff.conf", "sh");
}

Test(task, no_program_is_left_out, .signal = SIGABRT)
{
	encode("a.conf", "\xff");
}

static void add(struct identity *identity, const char *fate, int ns, bool exact)
{
	json_t *record =
		json_pack("{ss ss s{s[{ss}] s{s{si}}}}", "cell", "c", "target", "t", "canonical",
			  "segments", "fate", fate, "facts", "life", "ns", ns);

	identity_add(identity, record, exact);
	json_decref(record);
}

Test(identity, counts_what_differs)
{
	struct identity loose = {0}, exact = {0};

	for (int i = 0; i < 3; i++) {
		add(&loose, "carried", i, false);
		add(&exact, "carried", i, true);
	}
	cr_assert_eq(identity_sum(&loose).n_several, 0);
	cr_assert_eq(identity_sum(&loose).n_cells, 1);
	cr_assert_eq(identity_sum(&exact).n_most, 3);
	add(&loose, "dropped", 0, false);
	cr_assert_eq(identity_sum(&loose).n_most, 2);
	cr_assert_str_eq(identity_sum(&loose).worst, "c on t");
	identity_free(&loose);
	identity_free(&exact);
}
