// SPDX-License-Identifier: GPL-2.0-or-later
/* session: owns the start of every command that plays cells. */
#include "cmd/session.h"

#include "cmd/cmd.h"
#include "record/record.h"

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

int session_open(const struct session_options *options, struct session *ret)
{
	struct err err;

	*ret = (struct session){
		.run = {
			.jobs = options->jobs,
			.seed = options->seed < 0 ? seed_draw() : (uint64_t)options->seed,
			.fail_fast = options->fail_fast,
			.timeout_ns = options->timeout_ns,
		}};
	if (netem_choose(options->netem, &ret->run.netem, &err) < 0 ||
	    baseline_load(&options->sysctl, &ret->baseline, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	memcpy(ret->run.baseline, ret->baseline.of, sizeof(ret->run.baseline));
	if (host_probe(&ret->run, &ret->features, &err) < 0)
		return cmd_fail(&err, err.code == EINVAL && options->sysctl.n ? EXIT_USAGE
									      : cmd_nothing_ran());
	ret->kernel = record_kernel(&ret->features);
	return 0;
}

void session_close(struct session *session)
{
	features_free(&session->features);
	baseline_free(&session->baseline);
	json_decref(session->kernel);
}

int session_run(const struct session *session, const struct cell_list *cells, record_fn fn,
		void *ctx, struct err *err)
{
	return host_run(cells->of, cells->n, &session->features,
			record_text(session->kernel, "id", ""), &session->run, fn, ctx, err);
}
