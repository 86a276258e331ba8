// SPDX-License-Identifier: GPL-2.0-or-later
/* check_raw: owns what a play may ask of a host that is a raw peer: nothing that a kernel does. */
#include "scenario/arg.h"
#include "scenario/condition.h"
#include "scenario/load.h"
#include "base/mem.h"

#include <errno.h>
#include <string.h>

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
	if (step->spec->kind == STEP_ROUTE && index == ROUTE_TO) /* it is the other's */
		return false;
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
	return step->spec->kind == STEP_RAW || step->spec->kind == STEP_CONNECT ||
	       step->spec->kind == STEP_SEND;
}

static bool names_a_host(const struct arg_spec *spec)
{
	return spec->type == ARG_SIDE || spec->type == ARG_HOST || spec->type == ARG_ENDPOINT;
}

/* Say in which cell, and where. */
static int cell_err(struct load *load, const struct step *step, const size_t *choice)
{
	_cleanup_free_ char *id = cell_id(load->scenario, choice);

	err_prefix(load->err, "in the cell %s", id);
	return load_err_at(load, step->at);
}

/* Of one step, in one cell in which a host is raw. */
static int check_step(const struct scenario *scenario, const struct step *step,
		      const size_t *choice, enum host_id raw, struct err *err)
{
	struct argval value;
	int r = 0;

	for (size_t i = 0; i < step_spec_n_args(step->spec) && !r; i++) {
		if (!step->args[i].text || !names_a_host(&step->spec->args[i]))
			continue;
		r = arg_value(scenario, step, i, choice, &value, err);
		if (r || !names_host(step, i, &value, raw))
			continue;
		r = err_set(err, EINVAL,
			    "`%s`: the %s is a raw peer, which has no kernel: `%s` cannot be asked "
			    "of it; allowed: connect, send, and inject to the other end",
			    step->spec->args[i].name, host_names[raw], step->spec->name);
	}
	return r;
}

static bool is_nat(const struct scenario *scenario, const size_t *choice)
{
	struct cell cell = {.scenario = scenario};

	memcpy(cell.choice, choice, scenario->n_dimensions * sizeof(*choice));
	return cell_topology(&cell) == TOPOLOGY_NAT;
}

static int check_cell(struct load *load, const size_t *choice)
{
	const struct scenario *scenario = load->scenario;
	int r = 0;

	for (size_t i = 0; i < scenario->n_steps && !r; i++) {
		const struct step *raw = &scenario->steps[i];
		struct argval host;

		if (raw->spec->kind != STEP_RAW ||
		    !when_meets_choice(scenario, raw->when, raw->n_when, choice))
			continue;
		r = arg_value(scenario, raw, RAW_HOST, choice, &host, load->err);
		if (!r && host.number == HOST_CLIENT && is_nat(scenario, choice)) {
			err_set(load->err, EINVAL,
				"`host`: between the client and the wire is the router, which "
				"takes no crafted segments; allowed: server");
			return cell_err(load, raw, choice);
		}
		for (size_t j = 0; j < scenario->n_steps && !r; j++) {
			const struct step *step = &scenario->steps[j];

			if (raw_may(step) ||
			    !when_meets_choice(scenario, step->when, step->n_when, choice))
				continue;
			r = check_step(scenario, step, choice, host.number, load->err);
			if (r)
				r = cell_err(load, step, choice);
		}
	}
	return r;
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
	size_t choice[SCENARIO_DIMENSIONS_MAX] = {0};
	bool any = false;
	int ret = 0;

	for (size_t i = 0; i < scenario->n_steps && !ret; i++) {
		if (scenario->steps[i].spec->kind != STEP_RAW)
			continue;
		any = true;
		ret = check_first(load, i);
	}
	while (any && !ret) {
		if (!choice_omission(scenario, choice))
			ret = check_cell(load, choice);
		if (!expand_next(scenario, UINT32_MAX, choice))
			break;
	}
	return ret;
}
