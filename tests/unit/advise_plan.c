// SPDX-License-Identifier: GPL-2.0-or-later
/* advise_plan: by which record a line is told in a cell. */
#include "cmd/advise_plan.h"

#include <criterion/criterion.h>
#include <string.h>

static struct suite suite;
static struct plan plan;

/* Two lines on a kernel that has both sysctls. */
static void open_plan(void)
{
	static const char *path = SOURCE_DIR "/scenarios/reuse/tw-reuse.yaml";
	static char timestamps[] = "tcp_timestamps", reuse[] = "tcp_tw_reuse";
	static char *has[] = {timestamps, reuse};
	static char timestamps_name[] = "net.ipv4.tcp_timestamps", off[] = "0";
	static char reuse_name[] = "net.ipv4.tcp_tw_reuse", seven[] = "7", file[] = "f";
	static struct setting of[] = {{.name = timestamps_name, .value = off},
				      {.name = reuse_name, .value = seven}};
	static const struct settings settings = {.file = file, .of = of, .n = 2};
	static const struct features features = {.has = has, .n_has = 2};
	struct err err;

	cr_assert_eq(suite_load(&(struct texts){&path, 1}, &suite), 0);
	cr_assert_eq(plan_open(&suite, &settings, &features, &plan, &err), 0, "%s", err.msg);
	cr_assert_eq(plan.n_lines, 2);
}

static void close_plan(void)
{
	plan_close(&plan);
	suite_free(&suite);
}

TestSuite(advise_plan, .init = open_plan, .fini = close_plan);

static void check_record(const char *id, line_set lines, const char *expected,
			 line_set expected_under)
{
	struct err err;
	const struct cell *cell = suite_find(&suite, id, &err), *played;
	line_set under;

	cr_assert_not_null(cell, "%s", err.msg);
	played = plan_record(&plan, cell, lines, &under);
	cr_expect_str_eq(played ? played->id : "none", expected);
	cr_expect_eq(under, expected_under, "%s: under %lx", id, under);
}

/* Of a sysctl that is varied for the client and for the server, both move. */
Test(advise_plan, a_line_moves_each_of_its_dimensions)
{
	check_record("tw-reuse", 1, "tw-reuse/ts-client=0,ts-server=0", 0);
	check_record("tw-reuse/topology=loopback", 1,
		     "tw-reuse/topology=loopback,ts-client=0,ts-server=0", 0);
}

/* No cell has it: it stands in place of the baseline's. */
Test(advise_plan, a_value_that_no_cell_has)
{
	check_record("tw-reuse", 2, "tw-reuse", 2);
	check_record("tw-reuse", 3, "tw-reuse/ts-client=0,ts-server=0", 2);
}

/* A cell in which one host has another value already is no place to move from. */
Test(advise_plan, only_the_baseline_moves)
{
	struct err err;
	const struct cell *cell = suite_find(&suite, "tw-reuse/ts-server=0", &err);

	cr_assert_not_null(cell);
	cr_expect_not(plan_reaches(&plan, cell, 1));
	cr_expect(plan_reaches(&plan, cell, 2));
}
