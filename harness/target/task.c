// SPDX-License-Identifier: GPL-2.0-or-later
/* task: owns the form in which a task travels into a guest. */
#include "target/task.h"

#include "base/mem.h"
#include "lab/knob.h"
#include "record/record.h"
#include "lab/sysctl.h"

#include <errno.h>
#include <string.h>

/* Which knobs there are is the guest's kernel to say; the runner's decides only that they are some.
 */
static bool setting_travels(const struct setting *setting)
{
	return !setting->by &&
	       (setting->status == SETTING_APPLIES || setting->status == SETTING_ABSENT);
}

/* Names and values were read as text: nothing in them that JSON refuses. A part that is left out
 * would be a guest that plays without what was asked for. */
static json_t *part(json_t *json)
{
	if (!json)
		abort();
	return json;
}

static json_t *setting_encode(const struct setting *setting)
{
	return part(json_pack("{s:i, s:s, s:s}", "line", setting->line, "name", setting->name,
			      "value", setting->value));
}

static json_t *settings_encode(const struct settings *settings)
{
	json_t *list = json_array();

	for (size_t i = 0; i < settings->n; i++) {
		const struct setting *setting = &settings->of[i];

		if (setting_travels(setting))
			json_array_append_new(list, setting_encode(setting));
	}
	return part(json_pack("{s:s, s:o}", "file", settings->file, "settings", list));
}

char *task_encode(const struct worker_task *task)
{
	json_t *baseline = json_object(), *with = json_object();
	json_t *whole =
		part(json_pack("{s:s, s:b, s:b, s:I, s:I, s:i, s:o, s:o}", "target", task->target,
			       "exact", task->exact, "counts", task->options->coverage != NULL,
			       "seed", (json_int_t)task->options->seed, "timeout_ns",
			       (json_int_t)task->options->timeout_ns, "netem",
			       (int)task->options->netem, "baseline", baseline, "with", with));
	char *text;

	for (enum host_id host = 0; host < HOSTS_MAX; host++) {
		if (task->options->baseline[host])
			json_object_set_new(baseline, host_names[host],
					    settings_encode(task->options->baseline[host]));
		if (task->options->with[host])
			json_object_set_new(with, host_names[host],
					    part(with_encode(task->options->with[host])));
	}
	text = json_dumps(whole, JSON_COMPACT);
	json_decref(whole);
	if (!text)
		abort();
	return text;
}

static void settings_decode(const json_t *object, struct settings *ret)
{
	const json_t *list = json_object_get(object, "settings");
	const json_t *row;
	size_t i;

	ret->file = mem_strdup(record_text(object, "file", "?"));
	ret->of = mem_zalloc(json_array_size(list) * sizeof(*ret->of));
	json_array_foreach(list, i, row)
	{
		const char *name = record_text(row, "name", "");

		ret->of[ret->n++] = (struct setting){
			.line = record_number(row, "line", 0),
			.name = mem_strdup(name),
			.value = mem_strdup(record_text(row, "value", "")),
			.status = sysctl_exists(name) ? SETTING_APPLIES : SETTING_ABSENT,
		};
	}
}

int task_decode(const char *bytes, size_t len, struct guest_task *ret, struct err *err)
{
	json_t *whole = json_loadb(bytes, len, 0, NULL);
	const json_t *baseline = json_object_get(whole, "baseline");

	if (!baseline) {
		json_decref(whole);
		return err_set(err, EPROTO, "the guest was sent a task that it cannot read");
	}
	*ret = (struct guest_task){
		.options = {.seed = record_number(whole, "seed", 0),
			    .timeout_ns = record_number(whole, "timeout_ns", 0),
			    .netem = record_number(whole, "netem", NETEM_BY_WIRE)},
		.target = mem_strdup(record_text(whole, "target", "?")),
	};
	for (enum host_id host = 0; host < HOSTS_MAX; host++) {
		const json_t *settings = json_object_get(baseline, host_names[host]);
		const json_t *with =
			json_object_get(json_object_get(whole, "with"), host_names[host]);

		if (with) {
			with_decode(with, &ret->with[host]);
			ret->options.with[host] = &ret->with[host];
		}
		if (!settings)
			continue;
		settings_decode(settings, &ret->baseline[host]);
		ret->options.baseline[host] = &ret->baseline[host];
	}
	ret->task.target = ret->target;
	ret->task.exact = json_is_true(json_object_get(whole, "exact"));
	ret->task.counts = json_is_true(json_object_get(whole, "counts"));
	ret->task.options = &ret->options;
	json_decref(whole);
	return 0;
}
