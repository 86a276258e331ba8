// SPDX-License-Identifier: GPL-2.0-or-later
/* resolve: owns the way from a fact's full name to what it is and who yields it. */
#include "scenario/arg.h"
#include "scenario/cell.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>

#define FACTS_MAX 64 /* of one class of names */

const struct fact_spec counter_fact = {
	.owner = NAME_HOST,
	.suffix = "",
	.type = FACT_NUMBER,
	.what = "by how much one of the host's Tcp or TcpExt counters, or a router's of conntrack "
		"(Ct...), "
		"moved during the play",
};

bool scenario_has_router(const struct scenario *scenario)
{
	const struct dimension *topology = scenario_dimension(scenario, "topology");

	for (size_t i = 0; topology && i < topology->n_values; i++) {
		if (!strcmp(topology->values[i], topology_names[TOPOLOGY_NAT]))
			return true;
	}
	return false;
}

static int resolve_counter(const struct scenario *scenario, const char *fact, const char *blank,
			   const struct fact_spec **ret, struct err *err)
{
	_cleanup_free_ char *host = mem_strndup(fact, blank - fact);
	size_t i = 0;

	while (i < HOSTS_MAX && strcmp(host, host_names[i]))
		i++;
	if (i == HOSTS_MAX || (i == HOST_CLIENT2 && !scenario->client2) ||
	    (i == HOST_ROUTER && !scenario_has_router(scenario)))
		return err_set(err, EINVAL,
			       "`%.60s` is no fact: before a counter stands a host of this lab: "
			       "client, server%s%s",
			       fact, scenario->client2 ? ", client2" : "",
			       scenario_has_router(scenario) ? ", router" : "");
	if (!counter_known(blank + 1))
		return err_set(err, EINVAL, "`%.60s` is no counter; the nearest is %s", blank + 1,
			       counter_nearest(blank + 1));
	*ret = &counter_fact;
	return 0;
}

static int refuse_suffix(const char *fact, const char *name, enum name_class class, struct err *err)
{
	_cleanup_text_ struct text allowed = {0};
	const char *facts[FACTS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < n_fact_specs && n < FACTS_MAX; i++) {
		if (fact_specs[i].owner == class)
			facts[n++] = *fact_specs[i].suffix ? fact_specs[i].suffix : name;
	}
	for (size_t i = 0; i < n; i++)
		text_add(&allowed, "%s%s", i ? ", " : "", facts[i]);
	return err_set(err, EINVAL,
		       "`%.60s` is no fact; `%s` is %s, whose nearest fact is %s; allowed: %s",
		       fact, name, class_names[class],
		       nearest_of(strchr(fact, '.') ? strchr(fact, '.') + 1 : fact, facts, n),
		       text_str(&allowed));
}

static const char *nth_name(size_t i, const void *ctx)
{
	const struct scenario *scenario = ctx;

	return scenario->names[i].name;
}

static int refuse_name(const struct scenario *scenario, const char *name, struct err *err)
{
	if (!scenario->n_names)
		return err_set(err, EINVAL, "no step defines `%.60s`; this play defines no name",
			       name);
	return err_set(err, EINVAL, "no step defines `%.60s`; the nearest name is `%s`", name,
		       nearest(name, nth_name, scenario->n_names, scenario));
}

int fact_resolve(const struct scenario *scenario, const char *fact, const struct fact_spec **ret,
		 struct err *err)
{
	const char *blank = strchr(fact, ' '), *dot = strchr(fact, '.');
	_cleanup_free_ char *owner = NULL;
	const struct name *name;

	if (blank)
		return resolve_counter(scenario, fact, blank, ret, err);
	owner = dot ? mem_strndup(fact, dot - fact) : mem_strdup(fact);
	name = scenario_name(scenario, owner);
	if (!name)
		return refuse_name(scenario, owner, err);
	*ret = fact_spec_find(name->class, dot ? dot + 1 : "");
	if (!*ret)
		return refuse_suffix(fact, owner, name->class, err);
	return 0;
}
