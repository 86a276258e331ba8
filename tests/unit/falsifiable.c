// SPDX-License-Identifier: GPL-2.0-or-later
/* falsifiable: which facts of one scenario's records could have been otherwise. */
#include "base/mem.h"
#include "record/falsifiable.h"
#include "record/judge.h"
#include "scenario/rules.h"

#include <criterion/criterion.h>
#include <string.h>

static struct scenario *scenario;
static struct cell *cells;
static size_t n_cells;
static struct falsifiable falsifiable;
static char *counters[] = {"OutRsts"};
static const struct features features = {.hz = 250, .counters = counters, .n_counters = 1};
static const struct features without_counters = {.hz = 250};
static const struct features *kernel_features = &features;

static void set_up(void)
{
	struct err err = {0};

	cr_assert_eq(scenario_load(TESTS_DIR "/data/judge/judged.yaml", &scenario, &err), 0, "%s",
		     err.msg);
	n_cells = matrix_cells(scenario, &cells);
	cr_assert_eq(n_cells, 3);
	cr_assert_not_null(cells[2].control);
}

static void tear_down(void)
{
	falsifiable_free(&falsifiable);
	matrix_free(cells, n_cells);
	scenario_free(scenario);
}

TestSuite(falsifiable, .init = set_up, .fini = tear_down);

static void add(size_t cell, const char *kernel, const char *connect, int connect_ms,
		const char *time_wait)
{
	json_t *record = record_new(&cells[cell], kernel, "host");
	struct err err = {0};

	json_object_set_new(record, "canonical",
			    json_pack("{s{ss s{sI} ss} s{s{} s{}} s[]}", "facts", "old.connect",
				      connect, "old.connect_time", "ns",
				      (json_int_t)connect_ms * 1000000, "old.time_wait", time_wait,
				      "counters", "client", "server", "missed"));
	cr_assert_eq(falsifiable_add(&falsifiable, &cells[cell], record, kernel_features, &err), 0,
		     "%s", err.msg);
	json_decref(record);
}

static void tell(void *ctx, const struct falsified_fact *fact)
{
	static const char *const names[] = {"another", "never", "unmet"};

	text_add(ctx, "%s %s %zu%s%s; ", fact->fact, names[fact->how], fact->n_cells,
		 fact->expected ? " " : "", fact->expected ?: "");
}

static void expect(const char *want)
{
	_cleanup_text_ struct text got = {0};

	falsifiable_tell(&falsifiable, tell, &got);
	cr_expect_str_eq(text_str(&got), want);
}

/* Another duration is not another value where both are what is expected. */
Test(falsifiable, what_is_rejected_elsewhere)
{
	add(0, "k", "ok", 3, "server");
	add(1, "k", "ok", 4, "client");
	expect("old.connect never 2 ok; old.connect_time never 2 <= 10ms; "
	       "old.time_wait another 2; server OutRsts never 2 0; ");
}

/* A control shows what its scenario's cells do not. What it is judged by is not its own. */
Test(falsifiable, a_control_counts)
{
	add(0, "k", "ok", 3, "server");
	add(2, "k", "ECONNREFUSED", 11, "server");
	expect("old.connect another 1; old.connect_time another 1; "
	       "old.time_wait never 1 server; server OutRsts never 1 0; ");
}

Test(falsifiable, another_kernel_proves_nothing)
{
	add(0, "k", "ok", 3, "server");
	add(1, "other", "ok", 4, "client");
	expect("old.connect never 2 ok; old.connect_time never 2 <= 10ms; "
	       "old.time_wait never 2 server; server OutRsts never 2 0; ");
}

Test(falsifiable, a_counter_that_the_kernel_lacks)
{
	kernel_features = &without_counters;
	add(0, "k", "ok", 3, "server");
	expect("old.connect never 1 ok; old.connect_time never 1 <= 10ms; "
	       "old.time_wait never 1 server; server OutRsts unmet 0; ");
}

Test(falsifiable, nothing_expected)
{
	add(2, "k", "ok", 3, "client");
	expect("old.connect unmet 0; old.connect_time unmet 0; old.time_wait unmet 0; "
	       "server OutRsts unmet 0; ");
}
