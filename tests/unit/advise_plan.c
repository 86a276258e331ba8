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
	static char range[] = "ip_local_port_range", timestamps[] = "tcp_timestamps",
		    reuse[] = "tcp_tw_reuse";
	static char *has[] = {range, timestamps, reuse};
	static char timestamps_name[] = "net.ipv4.tcp_timestamps", off[] = "0";
	static char reuse_name[] = "net.ipv4.tcp_tw_reuse", seven[] = "7", file[] = "f";
	static struct setting of[] = {{.name = timestamps_name, .value = off},
				      {.name = reuse_name, .value = seven}};
	static const struct settings settings = {.file = file, .of = of, .n = 2};
	static const struct features features = {.has = has, .n_has = 3};
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
	cr_expect(under == expected_under, "%s: under %llx", id, (unsigned long long)under);
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

/* Every knob may have a line: sysctl -a has most of them. */
Test(advise_plan, as_many_lines_as_knobs)
{
	cr_expect_leq(n_knobs, PLAN_LINES_MAX);
	cr_expect_eq(lines_count(line_bit(0) | line_bit(63) | line_bit(127)), 3);
	cr_expect_eq(lines_first(line_bit(127)), 127);
	cr_expect_eq(lines_first(line_bit(127) | line_bit(63)), 63);
}

/* What varies a sysctl that the kernel lacks is not chosen: no two values would meet there. */
Test(advise_plan, chosen_are_what_the_kernel_can_play)
{
	_cleanup_cell_list_ struct cell_list selected = {0};
	struct err err;

	cr_assert_eq(select_cells(&suite, &(struct selection){0}, &selected, &err), 0);
	plan_choose(&plan, &selected, 2);
	cr_expect_gt(plan.cells.n, 0);
	for (size_t i = 0; i < plan.cells.n; i++)
		cr_expect_str_eq(cell_value(plan.cells.of[i], "delay", ""), "default");
}

/* A refusal is kept with the records, and is about that value only. */
Test(advise_plan, a_refusal_is_kept)
{
	json_t *kept, *other = json_pack("[{ssssss}]", "name", "net.ipv4.tcp_timestamps", "value",
					 "9", "why", "no");

	plan.lines[1].refused = strdup("f:2: no");
	kept = plan_refused(&plan);
	free(plan.lines[1].refused);
	plan.lines[1].refused = NULL;
	plan_refuse(&plan, NULL);
	plan_refuse(&plan, other);
	cr_expect(plan_all(&plan) == 3);
	plan_refuse(&plan, kept);
	cr_expect(plan_all(&plan) == 1);
	cr_expect_str_eq(plan.lines[1].refused, "f:2: no");
	json_decref(kept);
	json_decref(other);
}
