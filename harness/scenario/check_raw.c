// SPDX-License-Identifier: GPL-2.0-or-later
/* check_raw: owns what a play may ask of a host that is a raw peer: nothing that a kernel does. */
#include "scenario/arg.h"
#include "scenario/condition.h"
#include "scenario/load.h"
#include "base/mem.h"

#include <errno.h>
#include <string.h>

/* An argument of a step, in the cells in which a host is raw. */
struct raw_trial {
	const struct scenario *scenario;
	const struct step *raw, *step;
	size_t index; /* of the argument */
};

static uint32_t when_uses(const struct step *step)
{
	uint32_t uses = 0;

	for (size_t i = 0; i < step->n_when; i++)
		uses |= 1U << step->when[i].dimension;
	return uses;
}

static int arg_value(const struct scenario *scenario, const struct step *step, size_t index,
		     const size_t *choice, struct argval *ret, struct err *err)
{
	_cleanup_free_ char *text = cell_expand(scenario, choice, step->args[index].text);
	int r = arg_parse(scenario, &step->spec->args[index], text, ret, err);

	free(ret->text);
	return r;
}

/* Is this host what the argument names? */
static bool names_host(const struct step *step, size_t index, const struct argval *value,
		       enum host_id raw)
{
	switch (step->spec->args[index].type) {
	case ARG_SIDE: /* an orderly close of one end waits for the other's */
		return (enum host_id)value->number == raw || value->number == SIDE_BOTH ||
		       (step->spec->kind == STEP_CLOSE && index == CLOSE_FIRST);
	case ARG_HOST:
		return (enum host_id)value->number == raw;
	case ARG_ENDPOINT:
		return value->endpoint.host == raw;
	default:
		return false;
	}
}

/* What a raw peer does, or has done to it. */
static bool raw_may(const struct step *step)
{
	return step->spec->kind == STEP_CONNECT || step->spec->kind == STEP_SEND;
}

static int try_raw(void *ctx, const size_t *choice, struct err *err)
{
	const struct raw_trial *trial = ctx;
	const struct scenario *scenario = trial->scenario;
	const struct step *step = trial->step;
	struct argval raw, value;
	int r;

	if (!when_meets_choice(scenario, trial->raw->when, trial->raw->n_when, choice) ||
	    !when_meets_choice(scenario, step->when, step->n_when, choice) ||
	    choice_omission(scenario, choice))
		return 0;
	r = arg_value(scenario, trial->raw, RAW_HOST, choice, &raw, err);
	if (!r)
		r = arg_value(scenario, step, trial->index, choice, &value, err);
	if (r || !names_host(step, trial->index, &value, raw.number) || raw_may(step))
		return r;
	return err_set(err, EINVAL,
		       "the %s is a raw peer, which has no kernel: `%s` cannot be asked of it; "
		       "allowed: connect, send, and inject to the other end",
		       host_names[raw.number], step->spec->name);
}

static int check_arg_raw(struct load *load, const struct step *raw, const struct step *step,
			 size_t i)
{
	struct raw_trial trial = {load->scenario, raw, step, i};
	uint32_t of_arg = 0, of_raw = 0;

	if (!step->args[i].text)
		return 0;
	if (expand_uses(load->scenario, step->args[i].text, &of_arg, load->err) ||
	    expand_uses(load->scenario, raw->args[RAW_HOST].text, &of_raw, load->err) ||
	    expand_each(load->scenario, of_arg | of_raw | when_uses(raw) | when_uses(step),
			&load->budget, try_raw, &trial, load->err))
		return load_err_at(load, step->args[i].at);
	return 0;
}

static int check_first(struct load *load, size_t index)
{
	const struct scenario *scenario = load->scenario;

	if (!index || scenario->steps[index - 1].spec->kind == STEP_RAW)
		return 0;
	return scenario_err(scenario, scenario->steps[index].at, load->err,
			    "`raw` says how the lab is built; allowed only before all other steps");
}

int check_raw(struct load *load)
{
	const struct scenario *scenario = load->scenario;
	int ret = 0;

	for (size_t i = 0; i < scenario->n_steps && !ret; i++) {
		const struct step *raw = &scenario->steps[i];

		if (raw->spec->kind != STEP_RAW)
			continue;
		ret = check_first(load, i);
		for (size_t j = i + 1; j < scenario->n_steps && !ret; j++) {
			const struct step *step = &scenario->steps[j];

			for (size_t k = 0; k < step_spec_n_args(step->spec) && !ret; k++) {
				if (step->spec->kind != STEP_RAW)
					ret = check_arg_raw(load, raw, step, k);
			}
		}
	}
	return ret;
}
