// SPDX-License-Identifier: GPL-2.0-or-later
/* A scenario can have stand-ins play its ends, and never a program: only the command line can. */
#include "base/clock.h"
#include "play/with.h"
#include "record/record.h"
#include "scenario/rules.h"
#include "target/target.h"
#include "child.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* Each text that a stranger can write here names a program. */
static const char strangers[] =
	"scenario: strangers\ntitle: sh -c 'exit 1'\nsource: $(/bin/sh)\n"
	"play:\n"
	"  - serve: {as: sh, at: server:8080, idle: 1s}\n"
	"  - load: {as: true, to: server:8080, requests: 4, at-once: 2, keep-alive: yes}\n"
	"  - finish: true\n"
	"  - stop: {of: sh, how: drain}\n"
	"  - start: sh\n"
	"  - load: {as: exec, to: server:8080, requests: 2}\n"
	"  - finish: exec\n"
	"expect:\n"
	"  - then: {true.ok: 4, exec.ok: 2, sh.exit: '0'}\n";

/* From here on exec ends a process; so for all that it forks. */
static void forbid_exec(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execve, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execveat, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = sizeof(code) / sizeof(*code), .filter = code};

	check(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
		      !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program),
	      "seccomp: %s", strerror(errno));
}

struct seen {
	unsigned n, passed, errors;
	char why[400];
};

static bool take(void *ctx, const struct cell *cell, json_t *record)
{
	struct seen *seen = ctx;
	enum verdict verdict = record_verdict(record);

	(void)cell;
	seen->n++;
	seen->passed += verdict == VERDICT_PASS || verdict == VERDICT_INCONCLUSIVE;
	seen->errors += verdict == VERDICT_ERROR;
	snprintf(seen->why, sizeof(seen->why), "%s", record_text(record, "error", "none"));
	return true;
}

static void play(const struct with *server, struct seen *ret)
{
	struct run_options options = {.jobs = 1, .seed = 1, .with[HOST_SERVER] = server};
	struct target target = {
		.name = "host", .features = {.hz = clock_hz()}, .options = &options};
	const struct cell *cells[8];
	struct scenario *scenario = NULL;
	struct cell *of;
	struct err err;
	size_t n;
	int status;

	check(!scenario_parse("strangers.yaml", strangers, strlen(strangers), &scenario, &err) &&
		      !scenario_prove(scenario, &err),
	      "%s", err.msg);
	n = matrix_cells(scenario, &of);
	for (size_t i = 0; i < n; i++)
		cells[i] = &of[i];
	*ret = (struct seen){0};
	status = target_run(&target, cells, n, take, ret, &err);
	if (status == -EPERM)
		skip("%s", err.msg);
	check(!status, "%s", err.msg);
	check(ret->n == n && n == 1, "%u of %zu cells", ret->n, n);
}

static void no_exec(void)
{
	struct seen seen;

	forbid_exec();
	play(NULL, &seen);
	check(seen.passed == seen.n, "%u of %u passed; %s", seen.passed, seen.n, seen.why);
}

Test(programs, a_scenario_runs_none)
{
	child_run(no_exec);
}

/* The test above can fail: where the command line names one, the filter ends it. */
static void exec_is_seen(void)
{
	struct with with;
	struct seen seen;
	struct err err;

	check(!with_parse("sleep 60", &with, &err), "%s", err.msg);
	forbid_exec();
	play(&with, &seen);
	check(seen.errors == seen.n, "%u of %u were errors", seen.errors, seen.n);
	check(strstr(seen.why, "was ended by SIGSYS before it listened"), "%s", seen.why);
}

Test(programs, exec_would_be_seen)
{
	child_run(exec_is_seen);
}
