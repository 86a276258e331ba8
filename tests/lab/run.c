// SPDX-License-Identifier: GPL-2.0-or-later
/* Cells beside one another on real workers: which of them run alone, and what one that cannot be
 * built costs the others. */
#include "base/clock.h"
#include "base/descriptor.h"
#include "base/mem.h"
#include "record/record.h"
#include "scenario/rules.h"
#include "target/target.h"
#include "child.h"

#include <errno.h>
#include <sys/resource.h>

#define CELLS_MAX 16

/* When a cell was at work, as the runner can bound it: it began no earlier, it ended no later. */
struct span {
	bool heavy;
	int64_t from_ns, to_ns;
};

struct played {
	struct span spans[CELLS_MAX];
	json_t *records[CELLS_MAX];
	size_t n;
};

static struct scenario *load(const char *file, const char *yaml)
{
	struct scenario *scenario = NULL;
	struct err err;

	check(!scenario_parse(file, yaml, strlen(yaml), &scenario, &err) &&
		      !scenario_prove(scenario, &err),
	      "%s", err.msg);
	return scenario;
}

static size_t add_cells(const struct cell **cells, size_t n, const char *file, const char *yaml)
{
	struct cell *of;
	size_t n_of = matrix_cells(load(file, yaml), &of);

	for (size_t i = 0; i < n_of; i++)
		cells[n + i] = &of[i];
	return n + n_of;
}

static bool take(void *ctx, const struct cell *cell, json_t *record)
{
	struct played *played = ctx;
	struct span *span = &played->spans[played->n];
	const json_t *measured = json_object_get(record, "volatile");

	span->heavy = cell->scenario->heavy;
	span->to_ns = clock_now_ns();
	span->from_ns = span->to_ns - record_number(measured, "wall_us", 0) * NS_PER_US;
	played->records[played->n++] = json_incref(record);
	return true;
}

static void run(const struct cell *const *cells, size_t n, struct played *ret)
{
	struct run_options options = {.jobs = 4, .seed = 1};
	struct target target = {
		.name = "host", .features = {.hz = clock_hz()}, .options = &options};
	struct err err;
	int status;

	*ret = (struct played){0};
	status = target_run(&target, cells, n, take, ret, &err);
	if (status == -EPERM)
		skip("%s", err.msg);
	check(!status, "%s", err.msg);
	check(ret->n == n, "%zu of %zu cells", ret->n, n);
}

/* Each shorter than what makes a cell one that waits. */
#define WAITS                                                                                      \
	"  - wait: 20ms\n  - wait: 20ms\n  - wait: 20ms\n"                                         \
	"  - wait: 20ms\n  - wait: 20ms\n  - wait: 20ms\n"
static const char light[] =
	"scenario: light\ntitle: t\nsource: s\n"
	"vary:\n  port: [1, 2, 3, 4, 5, 6]\n"
	"play:\n"
	"  - listen: {at: server:$port, as: l}\n" WAITS "expect:\n  - then: {l.listen: ok}\n";
static const char heavy[] =
	"scenario: heavy\ntitle: t\nsource: s\nheavy: yes\n"
	"vary:\n  port: [1, 2, 3]\n"
	"play:\n"
	"  - listen: {at: server:$port, as: l}\n" WAITS "expect:\n  - then: {l.listen: ok}\n";

static bool overlap(const struct span *a, const struct span *b)
{
	return a->from_ns < b->to_ns && b->from_ns < a->to_ns;
}

static void heavy_alone(void)
{
	const struct cell *cells[CELLS_MAX];
	size_t n = add_cells(cells, 0, "heavy.yaml", heavy);
	struct played played;
	unsigned beside = 0;

	n = add_cells(cells, n, "light.yaml", light);
	run(cells, n, &played);
	for (size_t i = 0; i < n; i++) {
		const struct span *one = &played.spans[i];

		check(!strcmp(record_text(played.records[i], "verdict", ""), "pass"), "%s",
		      record_text(played.records[i], "cell", "?"));
		for (size_t j = i + 1; j < n; j++) {
			const struct span *other = &played.spans[j];

			if (!overlap(one, other))
				continue;
			check(!one->heavy && !other->heavy, "a heavy cell beside another");
			beside++;
		}
	}
	check(beside, "no cell ran beside another");
}

Test(run, a_heavy_cell_runs_alone)
{
	child_run(heavy_alone);
}

static const char two_hosts[] = "scenario: two-hosts\ntitle: t\nsource: s\n"
				"vary:\n  port: [1, 2, 3]\n"
				"play:\n  - listen: {at: server:$port, as: l}\n"
				"expect:\n  - then: {l.listen: ok}\n";
static const char three_hosts[] = "scenario: three-hosts\ntitle: t\nsource: s\nlimit: 60s\n"
				  "vary:\n  port: [1, 2]\n"
				  "play:\n"
				  "  - listen: {at: server:$port, as: l}\n"
				  "  - repeat: {as: r, times: 1, from: client2, to: server:$port}\n"
				  "expect:\n  - then: {l.listen: ok}\n";

/* The fewest descriptors that a worker needs for a lab of three hosts. */
static unsigned descriptors_needed(void)
{
	struct lab_spec spec = {.topology = TOPOLOGY_LINK, .client2 = true};
	struct bench bench;
	struct lab lab;
	struct err err;

	for (unsigned n = 1; n < 100; n++) {
		if (descriptor_allow(n, &err) < 0)
			skip("%s", err.msg);
		if (bench_open(&bench, &err) < 0)
			continue;
		if (!lab_open(&bench, &spec, &lab, &err)) {
			lab_close(&lab);
			bench_close(&bench);
			return n;
		}
		bench_close(&bench);
	}
	check(false, "100 descriptors are too few");
	return 0;
}

/* The runner raises the soft limit to the hard one. */
static void limit_for_good(unsigned more)
{
	struct rlimit limit;
	struct err err;

	check(!descriptor_allow(more, &err), "%s", err.msg);
	check(!getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
	limit.rlim_max = limit.rlim_cur;
	check(!setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

static void unbuildable(void)
{
	const struct cell *cells[CELLS_MAX];
	size_t n = add_cells(cells, 0, "two-hosts.yaml", two_hosts);
	struct played played;

	n = add_cells(cells, n, "three-hosts.yaml", three_hosts);
	/* Whatever a run asks for at least, and what a lab of three hosts lacks. */
	for (int fd = 20; fd < 84; fd++)
		check(dup2(child_pipe, fd) == fd, "dup2");
	limit_for_good(descriptors_needed() - 1);
	run(cells, n, &played);
	for (size_t i = 0; i < n; i++) {
		const char *scenario = record_text(played.records[i], "scenario", "?");
		const char *error = record_text(played.records[i], "error", "");
		const char *verdict = record_text(played.records[i], "verdict", "");
		bool three = !strcmp(scenario, "three-hosts");

		check(!strcmp(verdict, three ? "error" : "pass"), "%s: %s: %s", scenario, verdict,
		      error);
		check(!three || (strstr(error, "host client2") && strstr(error, "open files")),
		      "%s", error);
	}
}

Test(run, a_lab_that_cannot_be_built_is_one_error)
{
	child_run(unbuildable);
}
