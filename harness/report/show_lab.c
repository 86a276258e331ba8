// SPDX-License-Identifier: GPL-2.0-or-later
/* show_lab: owns what is added to a bare lab's commands, so that it is the lab of a cell. */
#include "report/show_lab.h"
#include "netem/profile.h"
#include "record/record.h"
#include "report/show_router.h"

#include <string.h>

struct by_hand {
	const struct cell *cell;
	struct text *out;
};

static void show_turned(const struct by_hand *lab, const char *name, const char *value,
			enum host_id host)
{
	bool loopback = cell_topology(lab->cell) == TOPOLOGY_LOOPBACK;

	text_add(lab->out, "ip netns exec %s sysctl -w %s='%s'\n",
		 loopback ? "loopback" : host_names[host], name, value);
}

static void show_sysctl(const struct by_hand *lab, const char *name, const char *value,
			enum side of, enum host_id host)
{
	if (side_has_host(of, host) && strcmp(value, "default"))
		show_turned(lab, name, value, host);
}

/* Is there a namespace of this host? A raw peer has none. */
static bool host_stands(const struct cell *cell, enum host_id host)
{
	const struct lab_spec spec = {.topology = cell_topology(cell),
				      .client2 = cell->scenario->client2};

	return lab_has_host(&spec, host) && !cell_host_is_raw(cell, host);
}

/* Of --sysctl: before what the cell has of its own, as in a run. */
static void show_settings(const struct by_hand *lab, enum host_id host, const json_t *of_host)
{
	const char *name;
	json_t *value;

	if (!host_stands(lab->cell, host))
		return;
	json_object_foreach((json_t *)of_host, name, value)
	{
		show_turned(lab, name, json_string_value(value) ?: "", host);
	}
}

/* In the order in which a play sets them: the hosts of a loopback lab share their sysctls. */
static void show_sysctls(const struct by_hand *lab, enum host_id host)
{
	const struct scenario *scenario = lab->cell->scenario;

	if (!host_stands(lab->cell, host))
		return;
	for (size_t i = 0; i < scenario->n_sysctls; i++) {
		const struct fixed_sysctl *sysctl = &scenario->sysctls[i];

		show_sysctl(lab, sysctl->name, sysctl->value, sysctl->of, host);
	}
	for (size_t i = 0; i < scenario->n_dimensions; i++) {
		const struct dimension *dimension = &scenario->dimensions[i];
		const char *value = dimension->values[lab->cell->choice[i]];

		if (dimension->sysctl)
			show_sysctl(lab, dimension->sysctl, value, dimension->of, host);
	}
}

/* At the wire's end of a host's link, which carries what goes to that host. */
static void show_qdisc(const struct by_hand *lab, enum host_id host, const struct netem_rule *rule)
{
	_cleanup_text_ struct text words = {0};

	if (!host_stands(lab->cell, host) || (cell_topology(lab->cell) == TOPOLOGY_NAT &&
					      host != HOST_SERVER && host != HOST_ROUTER))
		return;
	netem_rule_format(rule, &words);
	if (strcmp(text_str(&words), "none") != 0)
		text_add(lab->out, "tc -n wire qdisc replace dev %s root netem %s\n",
			 host_names[host], text_str(&words));
	else
		text_add(lab->out, "tc -n wire qdisc del dev %s root 2>/dev/null || true\n",
			 host_names[host]);
}

static void show_link(const struct by_hand *lab, const char *text)
{
	struct netem_link link;
	struct err ignored;

	if (netem_link_parse(text, &link, &ignored))
		return; /* a file's that was checked does */
	show_qdisc(lab, HOST_SERVER, &link.up);
	show_qdisc(lab, HOST_CLIENT, &link.down);
	show_qdisc(lab, HOST_CLIENT2, &link.down);
	show_qdisc(lab, HOST_ROUTER, &link.down);
}

/* The link at the play's start, and those that it sets later. */
static void show_links(const struct by_hand *lab)
{
	const struct cell *cell = lab->cell;
	const struct scenario *scenario = cell->scenario;

	show_link(lab, cell_link(cell));
	for (size_t i = 0; i < scenario->n_steps; i++) {
		const struct step *step = &scenario->steps[i];
		struct argval args[STEP_ARGS_MAX];

		if (step->spec->kind != STEP_LINK || !cell_plays(cell, step))
			continue;
		cell_args(cell, step, args);
		text_add(lab->out, "# at step %zu, link (line %u):\n", i + 1, step->at.line);
		show_link(lab, args[LINK_RULE].text);
		args_free(args);
	}
}

static void show_bare(const struct by_hand *lab)
{
	struct lab_spec spec = {.topology = cell_topology(lab->cell),
				.family = cell_family(lab->cell),
				.client2 = lab->cell->scenario->client2};

	for (enum host_id host = 0; host < HOSTS_MAX; host++)
		spec.raw[host] = cell_host_is_raw(lab->cell, host);
	lab_commands(&spec, lab->out);
}

void show_commands(const struct cell *cell, const json_t *settings, struct text *out)
{
	const struct by_hand lab = {.cell = cell, .out = out};

	show_bare(&lab);
	for (enum host_id host = 0; host < HOSTS_MAX; host++)
		show_settings(&lab, host, json_object_get(settings, host_names[host]));
	show_sysctls(&lab, HOST_CLIENT);
	show_sysctls(&lab, HOST_CLIENT2);
	show_sysctls(&lab, HOST_SERVER);
	show_sysctls(&lab, HOST_ROUTER);
	if (cell_topology(cell) != TOPOLOGY_LOOPBACK)
		show_links(&lab);
	if (cell_topology(cell) == TOPOLOGY_NAT)
		show_router(cell, out);
}
