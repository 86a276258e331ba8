// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * check_play: owns the proof that every argument of every step has a meaning with every value that
 * its dimensions can take, so that a cell never fails on its scenario's spelling.
 */
#include "scenario/load.h"
#include "scenario/arg.h"
#include "scenario/cell.h"
#include "scenario/condition.h"
#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <string.h>

/* Handshake and close of one of a repetition's connections, on a busy machine. */
#define REPEATED_NS (20 * NS_PER_MS)

/* One argument under trial. */
struct trial {
	struct load *load;
	const struct step *step;
	size_t index;	    /* of the argument */
	int64_t longest_ns; /* how much longer this can make a cell */
};

/* Connections have a client's and a server's end: who opens them is never the server. */
static int check_ends(const struct trial *trial, const struct argval *value, struct err *err)
{
	enum host_id host = value->endpoint.host;
	const char *name = trial->step->spec->args[trial->index].name;
	enum step_kind kind = trial->step->spec->kind;
	bool connects = kind == STEP_CONNECT || kind == STEP_REPEAT;

	if (connects && !strcmp(name, "from") && (host == HOST_SERVER || host == HOST_ROUTER))
		return err_set(err, EINVAL, "`%s` opens a connection; allowed: client, client2",
			       value->text);
	if (!strcmp(name, "to") && host != HOST_SERVER && !(connects && host == HOST_ROUTER))
		return err_set(err, EINVAL, "`%s` is connected to; allowed: server%s", value->text,
			       connects ? ", router" : "");
	if (!strcmp(name, "service") && host != HOST_ROUTER)
		return err_set(err, EINVAL, "`%s` cannot balance; allowed: router", value->text);
	if (kind == STEP_LISTEN && host == HOST_ROUTER)
		return err_set(err, EINVAL,
			       "`%s`: nobody listens at a router; allowed: client, "
			       "server, client2",
			       value->text);
	if ((kind == STEP_SERVE || !strcmp(name, "or")) && host != HOST_SERVER)
		return err_set(err, EINVAL, "`%s` cannot serve; allowed: server", value->text);
	return 0;
}

static int check_order(const struct trial *trial, const struct argval *value, struct err *err)
{
	const struct scenario *scenario = trial->load->scenario;
	size_t here = trial->step - scenario->steps;
	const struct name *name = value->name;

	if (name->step < here || (trial->step->spec->args[trial->index].forward))
		return 0;
	return err_set(err, EINVAL,
		       "`%s` is defined only later, in line %d; allowed: what an earlier step "
		       "defined",
		       name->name, scenario->steps[name->step].at.line);
}

/* Is a step played in any lab of this topology? */
static bool plays_in(const struct scenario *scenario, const struct step *step, enum topology of)
{
	const struct dimension *topology = scenario_dimension(scenario, "topology");
	uint64_t played = UINT64_MAX;

	if (!topology)
		return of == TOPOLOGY_LINK;
	for (size_t i = 0; i < step->n_when; i++) {
		if (step->when[i].dimension == (size_t)(topology - scenario->dimensions))
			played = condition_values(scenario, &step->when[i]);
	}
	for (size_t v = 0; v < topology->n_values; v++) {
		if (played >> v & 1 && !strcmp(topology->values[v], topology_names[of]))
			return true;
	}
	return false;
}

static bool lacks_router(const struct scenario *scenario, const struct step *step)
{
	return plays_in(scenario, step, TOPOLOGY_LINK) ||
	       plays_in(scenario, step, TOPOLOGY_LOOPBACK);
}

static int check_lab(struct trial *trial, enum host_id host, struct err *err)
{
	struct scenario *scenario = trial->load->scenario;

	if (host == HOST_ROUTER && lacks_router(scenario, trial->step))
		return err_set(err, EINVAL,
			       "only a lab of `topology: nat` has a router; allowed beside it: "
			       "`when: {topology: nat}`");
	if (host != HOST_CLIENT2)
		return 0;
	scenario->client2 = true;
	if (!plays_in(scenario, trial->step, TOPOLOGY_LOOPBACK))
		return 0;
	return err_set(err, EINVAL,
		       "client2 is not part of a loopback lab, which `topology` asks for");
}

static void make_longer(struct trial *trial, int64_t ns)
{
	if (ns > trial->longest_ns)
		trial->longest_ns = ns;
}

static int check_value(struct trial *trial, const struct argval *value, struct err *err)
{
	int ret = 0;

	switch (trial->step->spec->args[trial->index].type) {
	case ARG_REF:
		return check_order(trial, value, err);
	case ARG_HOST:
		return check_lab(trial, value->number, err);
	case ARG_ENDPOINT:
		ret = check_ends(trial, value, err);
		return ret ? ret : check_lab(trial, value->endpoint.host, err);
	case ARG_DURATION:
		make_longer(trial, value->number);
		return 0;
	case ARG_NUMBER:
		if (trial->step->spec->kind == STEP_REPEAT && trial->index == REPEAT_TIMES)
			make_longer(trial, value->number * REPEATED_NS);
		return 0;
	case ARG_DEFINE:
	case ARG_SIDE:
	case ARG_BOOL:
	case ARG_WORD:
	case ARG_WORD_OR_NUMBER:
	case ARG_SYSCTL:
	case ARG_RANGE:
	case ARG_FLAGS:
	case ARG_FILTER:
	case ARG_LINK:
	case ARG_TEXT:
		return 0;
	}
	return 0;
}

static int try_choice(void *ctx, const size_t *choice, struct err *err)
{
	struct trial *trial = ctx;
	const struct scenario *scenario = trial->load->scenario;
	_cleanup_free_ char *text =
		cell_expand(scenario, choice, trial->step->args[trial->index].text);
	struct argval value;
	int ret = arg_parse(scenario, &trial->step->spec->args[trial->index], text, &value, err);

	if (!ret)
		ret = check_value(trial, &value, err);
	free(value.text);
	if (ret)
		err_prefix(err, "`%s`", trial->step->spec->args[trial->index].name);
	return ret;
}

static int check_arg(struct load *load, const struct step *step, size_t i)
{
	struct trial trial = {load, step, i};
	uint32_t uses = 0;

	if (!step->args[i].text)
		return 0;
	if (expand_uses(load->scenario, step->args[i].text, &uses, load->err) ||
	    expand_each(load->scenario, uses, &load->budget, try_choice, &trial, load->err))
		return load_err_at(load, step->args[i].at);
	load->scenario->limit_ns += trial.longest_ns;
	load->scenario->waits_ns += trial.longest_ns;
	return 0;
}

static int check_wire(struct load *load, const struct step *step)
{
	bool program = step->spec->kind == STEP_SERVE || step->spec->kind == STEP_LOAD;

	if (program && plays_in(load->scenario, step, TOPOLOGY_NAT))
		return scenario_err(load->scenario, step->at, load->err,
				    "`%s`: a program's connections are not followed through a "
				    "router; allowed: `topology: link`",
				    step->spec->name);
	if (step->spec->router && lacks_router(load->scenario, step))
		return scenario_err(
			load->scenario, step->at, load->err,
			"`%s` needs a router, and only a lab of `topology: nat` has one; "
			"allowed beside it: `when: {topology: nat}`",
			step->spec->name);
	if (step->spec->plain && plays_in(load->scenario, step, TOPOLOGY_NAT))
		return scenario_err(load->scenario, step->at, load->err,
				    "`%s` is for hosts on one link, and here a router is between "
				    "them; allowed beside it: `when: {topology: link}`",
				    step->spec->name);
	if (!step->spec->wire || !plays_in(load->scenario, step, TOPOLOGY_LOOPBACK))
		return 0;
	return scenario_err(load->scenario, step->at, load->err,
			    "`%s` needs a wire, and a loopback lab has none; allowed beside it: "
			    "`when: {topology: link}`",
			    step->spec->name);
}

static int check_close(struct load *load, const struct step *step)
{
	const struct arg *args = step->args;

	if (step->spec->kind != STEP_CLOSE)
		return 0;
	if (!args[CLOSE_FIRST].text == !args[CLOSE_AT].text)
		return scenario_err(load->scenario, step->at, load->err,
				    "`close` needs either `first` or `at`; it has %s",
				    args[CLOSE_AT].text ? "both" : "neither");
	if (args[CLOSE_AT].text && args[CLOSE_SETTLE].text && strcmp(args[CLOSE_SETTLE].text, "no"))
		return scenario_err(load->scenario, args[CLOSE_SETTLE].at, load->err,
				    "`close` of one end waits for no other; allowed: `first` "
				    "instead of `at`, or a step `settle` when both are closed");
	if (args[CLOSE_LINGER].text && !strcmp(args[CLOSE_BY].text, "abort"))
		return scenario_err(load->scenario, args[CLOSE_LINGER].at, load->err,
				    "`by: abort` is SO_LINGER {1, 0}; allowed beside `linger`: "
				    "`by: close`, `by: exit`");
	return 0;
}

/* A wait for a time so long without a multiple would not end. */
static int try_phase(void *ctx, const size_t *choice, struct err *err)
{
	const struct trial *trial = ctx;
	const struct scenario *scenario = trial->load->scenario;
	const struct arg *args = trial->step->args;
	_cleanup_free_ char *of = cell_expand(scenario, choice, args[PHASE_OF].text);
	_cleanup_free_ char *clear = cell_expand(scenario, choice, args[PHASE_CLEAR].text);
	int64_t of_ns = 0, clear_ns = 0;

	duration_parse(of, &of_ns);
	duration_parse(clear, &clear_ns);
	if (clear_ns <= of_ns)
		return 0;
	return err_set(err, EINVAL,
		       "`clear`: `%s` is more than the period; allowed: up to `of`, %s", clear, of);
}

typedef int try_fn(void *ctx, const size_t *choice, struct err *err);

/* Two arguments of a step together, in all their values; what is wrong is told of the second. */
static int check_pair(struct load *load, const struct step *step, size_t first, size_t second,
		      try_fn *try)
{
	struct trial trial = {load, step, second};
	uint32_t of_first = 0, of_second = 0;

	if (expand_uses(load->scenario, step->args[first].text, &of_first, load->err) ||
	    expand_uses(load->scenario, step->args[second].text, &of_second, load->err) ||
	    expand_each(load->scenario, of_first | of_second, &load->budget, try, &trial,
			load->err))
		return load_err_at(load, step->args[second].at);
	return 0;
}

/* A connection each has the next port. */
static int try_ports(void *ctx, const size_t *choice, struct err *err)
{
	const struct trial *trial = ctx;
	const struct scenario *scenario = trial->load->scenario;
	const struct step *step = trial->step;
	_cleanup_free_ char *from = cell_expand(scenario, choice, step->args[REPEAT_FROM].text);
	_cleanup_free_ char *times = cell_expand(scenario, choice, step->args[REPEAT_TIMES].text);
	struct argval value;
	long last;
	int ret = arg_parse(scenario, &step->spec->args[REPEAT_FROM], from, &value, err);

	if (ret)
		return ret;
	last = value.endpoint.port + strtol(times, NULL, 10) - 1;
	free(value.text);
	if (!value.endpoint.port || last <= UINT16_MAX)
		return 0;
	return err_set(err, EINVAL, "`times`: %s from %s on ends at port %ld; the last one is %d",
		       times, from, last, UINT16_MAX);
}

static int check_pairs(struct load *load, const struct step *step)
{
	switch (step->spec->kind) {
	case STEP_PHASE:
		return check_pair(load, step, PHASE_OF, PHASE_CLEAR, try_phase);
	case STEP_REPEAT:
		return check_pair(load, step, REPEAT_FROM, REPEAT_TIMES, try_ports);
	default:
		return 0;
	}
}

/* How many segments the play sends into one direction of a connection; SIZE_MAX: it depends. */
static size_t segments_sent(const struct scenario *scenario, const char *conn, const char *side)
{
	size_t sent = 0;

	for (size_t i = 0; i < scenario->n_steps; i++) {
		const struct arg *args = scenario->steps[i].args;

		if (scenario->steps[i].spec->kind != STEP_SEND)
			continue;
		if (strchr(args[SEND_VIA].text, '$') || strchr(args[SEND_FROM].text, '$') ||
		    strchr(args[SEND_SEGMENTS].text, '$'))
			return SIZE_MAX;
		if (!strcmp(args[SEND_VIA].text, conn) && !strcmp(args[SEND_FROM].text, side))
			sent += strtoul(args[SEND_SEGMENTS].text, NULL, 10);
	}
	return sent;
}

/* Where a verb names a data segment: is it ever sent? */
static int check_data(struct load *load, const struct step *step)
{
	const struct arg *args = step->args;
	const char *data = step->spec->kind >= STEP_HOLD && step->spec->kind <= STEP_DELAY
				   ? args[VERB_DATA].text
				   : NULL;
	size_t sent;

	if (!data)
		return 0;
	if (strcmp(args[VERB_SEGMENT].text, "any") && strcmp(args[VERB_SEGMENT].text, "data") &&
	    !strchr(args[VERB_SEGMENT].text, '$'))
		return scenario_err(load->scenario, args[VERB_DATA].at, load->err,
				    "`data` names a data segment, `segment` asks for `%s`",
				    args[VERB_SEGMENT].text);
	if (!args[VERB_OF].text || !args[VERB_FROM].text || strchr(args[VERB_OF].text, '$') ||
	    strchr(args[VERB_FROM].text, '$') || strchr(data, '$'))
		return 0;
	sent = segments_sent(load->scenario, args[VERB_OF].text, args[VERB_FROM].text);
	if (strtoul(data, NULL, 10) <= sent)
		return 0;
	return scenario_err(load->scenario, args[VERB_DATA].at, load->err,
			    "the %s sends %zu segments into `%s`; data segment %s is never sent",
			    args[VERB_FROM].text, sent, args[VERB_OF].text, data);
}

/* Whose sysctls are set: a router's only where there is one. */
static int check_sysctls(struct load *load)
{
	const struct scenario *scenario = load->scenario;
	const struct place *at = NULL;

	for (size_t i = 0; i < scenario->n_dimensions; i++) {
		if (scenario->dimensions[i].sysctl && scenario->dimensions[i].of == SIDE_ROUTER)
			at = &scenario->dimensions[i].at;
	}
	for (size_t i = 0; i < scenario->n_sysctls; i++) {
		if (scenario->sysctls[i].of == SIDE_ROUTER)
			at = &scenario->sysctls[i].at;
	}
	if (!at || scenario_has_router(scenario))
		return 0;
	return scenario_err(scenario, *at, load->err,
			    "a sysctl of a router, and no lab of this scenario has one; allowed "
			    "with `topology: [nat]` under `vary`");
}

int check_play(struct load *load)
{
	const struct scenario *scenario = load->scenario;
	int ret = check_sysctls(load);

	for (size_t i = 0; i < scenario->n_steps && !ret; i++) {
		const struct step *step = &scenario->steps[i];

		for (size_t j = 0; j < step_spec_n_args(step->spec) && !ret; j++)
			ret = check_arg(load, step, j);
		if (!ret)
			ret = check_wire(load, step);
		if (!ret)
			ret = check_close(load, step);
		if (!ret)
			ret = check_pairs(load, step);
		if (!ret)
			ret = check_data(load, step);
	}
	return ret;
}
