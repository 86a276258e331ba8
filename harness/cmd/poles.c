// SPDX-License-Identifier: GPL-2.0-or-later
/* poles: owns how A and B are found, where each is played, and under which settings. */
#include "cmd/poles.h"

#include "base/mem.h"
#include "cmd/cmd.h"
#include "record/applied.h"
#include "report/programs.h"

#include <errno.h>
#include <string.h>

/* A's or B's: of two texts one each, of one both have it; NULL: there is none. */
static const char *text_of(const struct texts *texts, size_t pole)
{
	return texts->n ? texts->of[texts->n == 2 ? pole : 0] : NULL;
}

static int args_check(const struct why_args *args, struct err *err)
{
	const struct {
		const char *name;
		const struct texts *texts;
	} options[] = {{"target", &args->session.targets},
		       {"sysctl", &args->session.sysctl},
		       {"records", &args->records}};

	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if (options[i].texts->n > 2)
			return err_set(err, EINVAL,
				       "--%s is given once, for A and B, or twice: A's and B's",
				       options[i].name);
	}
	if (args->records.n && args->session.sysctl.n)
		return err_set(err, EINVAL,
			       "--sysctl does not go with --records: each record says what its "
			       "hosts were set to");
	return 0;
}

static int pole_find(const struct why_args *args, const struct suite *suite, const char *id,
		     size_t which, struct pole *ret, struct err *err)
{
	const char *records = text_of(&args->records, which);

	if (records && recorded_find(records, id, &ret->found, err) < 0)
		return -err->code;
	if (records && programs_played(ret->found.record))
		return err_set(err, EINVAL,
			       "%s was played with programs of --with, and why plays none", id);
	ret->spec.cell = records ? recorded_cell(suite, ret->found.record, err)
				 : suite_find_judged(suite, id, err);
	return ret->spec.cell ? 0 : -err->code;
}

static const char *pole_release(const struct pole *pole)
{
	return record_text(pole->found.kernel, "release", "?");
}

static const char *recorded_text(const struct pole *pole, const char *key)
{
	return record_text(pole->found.record, key, "");
}

/* Two records of `host` may be of two machines. */
static int kernels_check(const struct why_args *args, const struct pole *a, const struct pole *b,
			 struct err *err)
{
	if (!args->records.n || args->session.targets.n ||
	    strcmp(recorded_text(a, "target"), recorded_text(b, "target")) != 0 ||
	    !strcmp(recorded_text(a, "kernel"), recorded_text(b, "kernel")))
		return 0;
	return err_set(err, EINVAL,
		       "A was recorded on %s, Linux %s, and B on %s, Linux %s: one target cannot "
		       "be both; give --target twice",
		       recorded_text(a, "target"), pole_release(a), recorded_text(b, "target"),
		       pole_release(b));
}

static int poles_check(const struct why_args *args, const struct poles *poles, struct err *err)
{
	const struct pole *a = &poles->of[0], *b = &poles->of[1];

	if (a->spec.cell->scenario != b->spec.cell->scenario)
		return err_set(err, EINVAL,
			       "A is a cell of %s, B one of %s: there is nothing between cells of "
			       "two scenarios (afterclose list --cells --only scenario=%s has "
			       "those of A's)",
			       a->spec.cell->scenario->name, b->spec.cell->scenario->name,
			       a->spec.cell->scenario->name);
	return kernels_check(args, a, b, err);
}

/* What was said when it was recorded, where the command line does not. targets, sysctl: for one
 * text each. */
static struct session_options pole_options(const struct why_args *args, const struct pole *pole,
					   size_t which, const char **targets, const char **sysctl)
{
	struct session_options ret = args->session;
	const json_t *record = pole->found.record;

	*targets = text_of(&args->session.targets, which);
	*sysctl = text_of(&args->session.sysctl, which);
	if (!*targets)
		*targets = record_text(record, "target", NULL);
	ret.targets = (struct texts){targets, *targets != NULL};
	ret.sysctl = (struct texts){sysctl, *sysctl != NULL};
	if (ret.seed < 0)
		ret.seed = record_number(json_object_get(record, "volatile"), "seed", -1);
	if (!ret.netem)
		ret.netem = record_text(json_object_get(record, "canonical"), "netem", NULL);
	return ret;
}

static void pole_take(struct pole *pole, const struct session *session)
{
	const struct target *target = session->targets;

	pole->target = mem_strdup(target->name);
	pole->place = mem_printf("%s, Linux %s", target->name, target->features.release);
	pole->settings = pole->found.record
				 ? settings_of_record(pole->found.record)
				 : applied_settings(session->run.baseline, &target->features);
	pole->spec.target = pole->target;
	pole->spec.settings = pole->settings;
}

static int pole_open(const struct why_args *args, size_t which, struct poles *poles)
{
	struct pole *pole = &poles->of[which];
	const char *target, *sysctl;
	struct session_options options = pole_options(args, pole, which, &target, &sysctl);
	_cleanup_session_ struct session session = {0};
	int code;

	/* One seed and one carrier for both. */
	if (which) {
		options.seed = (int64_t)poles->run.seed;
		options.netem = netem_by_names[poles->run.netem];
	}
	code = session_open_one(&options, "why plays A, and B,", &session);
	if (!code) {
		pole_take(pole, &session);
		poles->run = session.run;
		memset(poles->run.baseline, 0, sizeof(poles->run.baseline));
	}
	return code;
}

/* Is B played where A is, by the command line alone? */
static bool pole_is_as_a(const struct why_args *args)
{
	return !args->records.n && args->session.targets.n < 2 && args->session.sysctl.n < 2;
}

static void pole_copy(const struct pole *a, struct pole *b)
{
	b->target = mem_strdup(a->target);
	b->place = mem_strdup(a->place);
	b->settings = json_incref(a->settings);
	b->spec.target = b->target;
	b->spec.settings = b->settings;
}

int poles_open(const struct why_args *args, const struct suite *suite, const char *const ids[2],
	       struct poles *ret)
{
	struct err err;
	int code;

	*ret = (struct poles){0};
	if (args_check(args, &err) < 0 ||
	    pole_find(args, suite, ids[0], 0, &ret->of[0], &err) < 0 ||
	    pole_find(args, suite, ids[1], 1, &ret->of[1], &err) < 0 ||
	    poles_check(args, ret, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	code = pole_open(args, 0, ret);
	if (code)
		return code;
	if (!pole_is_as_a(args))
		return pole_open(args, 1, ret);
	pole_copy(&ret->of[0], &ret->of[1]);
	return 0;
}

void poles_close(struct poles *poles)
{
	for (size_t i = 0; i < 2; i++) {
		recorded_free(&poles->of[i].found);
		free(poles->of[i].target);
		free(poles->of[i].place);
		json_decref(poles->of[i].settings);
	}
}
