// SPDX-License-Identifier: GPL-2.0-or-later
/* show_router: owns the spelling of a router's steps as commands. */
#include "report/show_router.h"
#include "base/text.h"
#include "lab/host.h"
#include "lab/ruleset.h"

#include <sys/socket.h>

static void show_nat(const struct cell *cell, const struct argval *args, struct text *out)
{
	const struct ruleset ruleset = {
		.masquerade = args[NAT_MASQUERADE].number,
		.pool = args[NAT_POOL].set ? args[NAT_POOL].number : 0,
		.drop_invalid = args[NAT_INVALID].number == INVALID_DROP,
	};

	(void)cell;
	text_add(out, "ip netns exec router nft -f - <<'RULESET'\n");
	ruleset_text(&ruleset, out);
	text_add(out, "RULESET\n");
}

/* "192.0.2.41:80", "[2001:db8::41]:80". */
static void endpoint_show(const struct cell *cell, const struct endpoint *endpoint,
			  struct text *out)
{
	bool ipv4 = cell_family(cell) == AF_INET;
	struct host host = {0};
	char text[64];

	host_describe(&host, TOPOLOGY_NAT, endpoint->host);
	addr_format(ipv4 ? &host.ipv4[endpoint->address - 1] : &host.ipv6[endpoint->address - 1],
		    text, sizeof(text));
	text_add(out, ipv4 ? "%s:%u" : "[%s]:%u", text, endpoint->port);
}

static void service_show(const struct cell *cell, const struct argval *args, struct text *out)
{
	text_add(out, "ip netns exec router ipvsadm -A -t ");
	endpoint_show(cell, &args[BALANCE_SERVICE].endpoint, out);
	text_add(out, " -s rr 2>/dev/null || true\n");
}

static void server_show(const struct cell *cell, const struct argval *args, const char *command,
			struct text *out)
{
	text_add(out, "ip netns exec router ipvsadm %s -t ", command);
	endpoint_show(cell, &args[BALANCE_SERVICE].endpoint, out);
	text_add(out, " -r ");
	endpoint_show(cell, &args[BALANCE_TO].endpoint, out);
	text_add(out, " -m -w %d", (int)args[BALANCE_WEIGHT].number);
}

static void show_balance(const struct cell *cell, const struct argval *args, struct text *out)
{
	service_show(cell, args, out);
	server_show(cell, args, "-a", out);
	text_add(out, " 2>/dev/null ||\n\t");
	server_show(cell, args, "-e", out);
	text_add(out, "\n");
}

static void show_forget(const struct cell *cell, const struct argval *args, struct text *out)
{
	(void)cell;
	text_add(out, "# conntrack -D of %s\n", args[FORGET_OF].text);
}

void show_router(const struct cell *cell, struct text *out)
{
	static void (*const shows[N_STEP_KINDS])(const struct cell *, const struct argval *,
						 struct text *) = {
		[STEP_NAT] = show_nat,
		[STEP_BALANCE] = show_balance,
		[STEP_FORGET] = show_forget,
	};

	for (size_t i = 0; i < cell->scenario->n_steps; i++) {
		const struct step *step = &cell->scenario->steps[i];
		struct argval args[STEP_ARGS_MAX];

		if (!shows[step->spec->kind] || !cell_plays(cell, step))
			continue;
		cell_args(cell, step, args);
		text_add(out, "# at step %zu, %s (line %u):\n", i + 1, step->spec->name,
			 step->at.line);
		shows[step->spec->kind](cell, args, out);
		args_free(args);
	}
}
