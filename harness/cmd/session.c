// SPDX-License-Identifier: GPL-2.0-or-later
/* session: owns the start of every command that plays cells. */
#include "cmd/session.h"

#include "base/mem.h"
#include "cmd/cmd.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static uint64_t seed_draw(void)
{
	uint32_t seed = 0;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed))
		seed = getpid();
	return seed;
}

static int netem_choose(const char *name, enum netem_by *ret, struct err *err)
{
	for (enum netem_by by = 0; by < N_NETEM_BY; by++) {
		*ret = by;
		if (!name || !strcmp(name, netem_by_names[by]))
			return 0;
	}
	return err_set(err, EINVAL, "--netem takes wire or kernel, not \"%s\"", name);
}

static int session_target_code(const struct err *err, bool has_baseline)
{
	switch (err->code) {
	case EDOM:
		return EXIT_USAGE;
	case EINTR:
		return EXIT_INTERRUPTED;
	case EINVAL:
		return has_baseline ? EXIT_USAGE : cmd_nothing_ran();
	default:
		return cmd_nothing_ran();
	}
}

/* With its baseline, or without those of its lines that the kernel refuses and that may be. */
static int session_open_target(const struct session_options *options, struct session *session,
			       const char *spec, struct err *err)
{
	struct target *target = &session->targets[session->n_targets];
	int ret = target_open(spec, &session->run, target, err);
	struct err refused;
	bool marked = false;

	if (ret != -EINVAL)
		return ret;
	refused = *err;
	ret = baseline_refuse(&session->baseline, spec, &session->run, options->spares_refused,
			      &marked, err);
	if (ret)
		return ret;
	if (marked)
		return target_open(spec, &session->run, target, err);
	*err = refused;
	return -EINVAL;
}

static int session_open_targets(const struct session_options *options, struct session *session,
				struct err *err)
{
	static const char *const preset[] = {"host"};
	const char *const *specs = options->targets.n ? options->targets.of : preset;
	size_t n = options->targets.n ? options->targets.n : ARRAY_SIZE(preset);

	session->targets = mem_zalloc(n * sizeof(*session->targets));
	for (size_t i = 0; i < n; i++) {
		int ret = session_open_target(options, session, specs[i], err);

		if (ret < 0)
			return ret;
		session->n_targets++;
	}
	return 0;
}

/* A guest of uml sees this machine's files; one of qemu has none. */
static int session_check_with(const struct session_options *options, struct err *err)
{
	for (size_t i = 0; i < options->targets.n && with_ends_any(options->with); i++) {
		if (!strncmp(options->targets.of[i], "qemu", strlen("qemu")))
			return err_set(err, EINVAL,
				       "--with: the target %s has no file but afterclose; programs "
				       "run on host and on uml",
				       options->targets.of[i]);
	}
	return 0;
}

/* Late twice in a row is what the judge still takes for a quiet machine, where it is no guest. */
#define LATE_NS_MAX (JUDGE_NOISE_NS_MAX / 2)

static int check_late(const struct session_options *options, struct err *err)
{
	if (options->late_ns <= LATE_NS_MAX)
		return 0;
	return err_set(err, EINVAL,
		       "--late takes 5ms at most: a cell that is later still is inconclusive");
}

int session_open(const struct session_options *options, struct session *ret)
{
	struct err err;

	*ret = (struct session){
		.run = {
			.jobs = options->jobs,
			.seed = options->seed < 0 ? seed_draw() : (uint64_t)options->seed,
			.fail_fast = options->fail_fast,
			.timeout_ns = options->timeout_ns,
			.late_ns = options->late_ns,
			.coverage = options->coverage,
		}};
	if (check_late(options, &err) < 0 ||
	    netem_choose(options->netem, &ret->run.netem, &err) < 0 ||
	    baseline_load(&options->sysctl, &ret->baseline, &err) < 0 ||
	    session_check_with(options, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	memcpy(ret->run.baseline, ret->baseline.of, sizeof(ret->run.baseline));
	if (options->with)
		memcpy(ret->run.with, options->with->of, sizeof(ret->run.with));
	if (session_open_targets(options, ret, &err) < 0)
		return cmd_fail(&err, session_target_code(&err, options->sysctl.n));
	baseline_settle(&ret->baseline, ret->targets, ret->n_targets);
	return 0;
}

int session_open_one(const struct session_options *options, const char *what, struct session *ret)
{
	struct err err;
	int code = session_open(options, ret);

	if (code || ret->n_targets == 1)
		return code;
	err_set(&err, EINVAL, "%s on one target", what);
	return cmd_fail(&err, EXIT_USAGE);
}

void session_close(struct session *session)
{
	/* The last one first: each gave back the signals that the one before had taken. */
	while (session->n_targets)
		target_close(&session->targets[--session->n_targets]);
	free(session->targets);
	baseline_free(&session->baseline);
}
