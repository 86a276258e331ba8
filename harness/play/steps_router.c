// SPDX-License-Identifier: GPL-2.0-or-later
/* steps_router: owns the steps about a router: what it translates, tracks, forgets and balances. */
#include "base/clock.h"
#include "lab/conntrack.h"
#include "lab/ipvs.h"
#include "lab/ruleset.h"
#include "play/loop.h"
#include "play/stage.h"

#include <errno.h>

int step_nat(struct stage *stage, const struct step *step, const struct argval *args,
	     struct err *err)
{
	const struct ruleset ruleset = {
		.masquerade = args[NAT_MASQUERADE].number,
		.pool = args[NAT_POOL].set ? args[NAT_POOL].number : 0,
		.drop_invalid = args[NAT_INVALID].number == INVALID_DROP,
	};
	int r = lab_enter(&stage->lab, HOST_ROUTER, err);

	(void)step;
	if (r)
		return r;
	r = ruleset_apply(&ruleset, err);
	lab_leave(&stage->lab);
	loop_worked(stage);
	return r;
}

static bool has_opened(const struct conn *conn)
{
	return conn && conn->ends[SIDE_CLIENT].tuple.local_port;
}

int step_conntrack(struct stage *stage, const struct step *step, const struct argval *args,
		   struct err *err)
{
	const char *name = args[CONNTRACK_AS].name->name;
	struct conn *conn = stage_conn(stage, args[CONNTRACK_OF].name);
	struct conntrack_seen seen = {.state = "none"};
	int r = 0;

	(void)step;
	if (has_opened(conn))
		r = conntrack_look(stage->lab.hosts[HOST_ROUTER].conntrack,
				   &conn->ends[SIDE_CLIENT].tuple, &seen, err);
	stage_fact_word(stage, name, "entry", seen.state);
	stage_fact_duration(stage, name, "timeout", seen.timeout_s * NS_PER_S);
	return r;
}

int step_forget(struct stage *stage, const struct step *step, const struct argval *args,
		struct err *err)
{
	struct conn *conn = stage_conn(stage, args[FORGET_OF].name);
	int r;

	if (!has_opened(conn))
		return 0;
	r = conntrack_delete(stage->lab.hosts[HOST_ROUTER].conntrack,
			     &conn->ends[SIDE_CLIENT].tuple, err);
	if (r != -ENOENT)
		return r;
	stage_missed(stage, step, "the router has no entry of %s to forget", conn->name);
	return 0;
}

static struct ipvs_endpoint endpoint_of(const struct stage *stage, const struct endpoint *endpoint)
{
	return (struct ipvs_endpoint){
		*lab_address(&stage->lab, endpoint->host, cell_family(stage->cell),
			     endpoint->address),
		endpoint->port,
	};
}

int step_balance(struct stage *stage, const struct step *step, const struct argval *args,
		 struct err *err)
{
	struct ipvs_endpoint service = endpoint_of(stage, &args[BALANCE_SERVICE].endpoint);
	struct ipvs_endpoint server = endpoint_of(stage, &args[BALANCE_TO].endpoint);
	int r;

	(void)step;
	if (!features_has(stage->options->features, "ipvs"))
		return stage_skip(stage, "this kernel has no IPVS (IP_VS)");
	r = lab_enter(&stage->lab, HOST_ROUTER, err);
	if (r)
		return r;
	r = ipvs_balance(&service, &server, args[BALANCE_WEIGHT].number, err);
	lab_leave(&stage->lab);
	loop_worked(stage);
	if (r == -EAFNOSUPPORT)
		return stage_skip(stage, "this kernel's IPVS speaks no IPv6 (IP_VS_IPV6)");
	return r;
}
