// SPDX-License-Identifier: GPL-2.0-or-later
/* again: owns what such a command looks like. */
#include "report/again.h"

#include "base/mem.h"
#include "lab/lab.h"
#include "netem/rule.h"
#include "record/record.h"

#include <string.h>

/* {"net.ipv4.tcp_sack": "0"} as a file that a shell makes. */
static void settings_command(const char *host, const json_t *of_host, struct text *out)
{
	const char *name;
	json_t *value;

	text_add(out, " --sysctl %s%s<(printf '%%s\\n'", host ?: "", host ? "=" : "");
	json_object_foreach((json_t *)of_host, name, value)
	{
		_cleanup_free_ char *line = mem_printf("%s=%s", name, json_string_value(value));

		text_add(out, " ");
		text_add_word(out, line);
	}
	text_add(out, ")");
}

/* All hosts alike, or each of its own. */
static void baseline_command(const json_t *settings, struct text *out)
{
	const json_t *first = json_object_get(settings, host_names[0]);
	bool alike = first != NULL;

	for (size_t i = 1; i < HOSTS_MAX; i++)
		alike &= json_equal(json_object_get(settings, host_names[i]), first);
	if (alike) {
		settings_command(NULL, first, out);
		return;
	}
	for (size_t i = 0; i < HOSTS_MAX; i++) {
		const json_t *of_host = json_object_get(settings, host_names[i]);

		if (of_host)
			settings_command(host_names[i], of_host, out);
	}
}

void again_command(const struct again *again, struct text *out)
{
	size_t from = out->len;

	text_add(out, "afterclose show ");
	text_add_word(out, again->cell);
	for (size_t i = 0; i < again->n_paths; i++) {
		text_add(out, " ");
		text_add_word(out, again->paths[i]);
	}
	if (again->target) {
		text_add(out, " --target ");
		text_add_word(out, again->target);
	}
	if (again->seed >= 0)
		text_add(out, " --seed %lld", (long long)again->seed);
	if (again->netem && strcmp(again->netem, netem_by_names[NETEM_BY_WIRE]) != 0)
		text_add(out, " --netem %s", again->netem);
	baseline_command(again->settings, out);
	text_one_line(out, from);
}

void again_of_record(const json_t *record, struct text *out)
{
	const char *file = record_text(record, "file", NULL);
	const struct again again = {
		.cell = record_text(record, "cell", "?"),
		.paths = &file,
		.n_paths = file != NULL,
		.target = record_text(record, "target", NULL),
		.seed = record_number(json_object_get(record, "volatile"), "seed", -1),
		.netem = record_text(json_object_get(record, "canonical"), "netem", NULL),
		.settings = json_object_get(record, "settings"),
	};

	again_command(&again, out);
}
