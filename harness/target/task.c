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
	return part(json_pack("{s:i, s:s, s:s, s:b}", "line", setting->line, "name", setting->name,
			      "value", setting->value, "over", setting->over));
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

static json_t *baseline_pack(const struct settings *const baseline[HOSTS_MAX])
{
	json_t *hosts = json_object();

	for (enum host_id host = 0; host < HOSTS_MAX; host++) {
		if (baseline[host])
			json_object_set_new(hosts, host_names[host],
					    settings_encode(baseline[host]));
	}
	return hosts;
}

/* Takes the object. The caller frees. */
static char *encoded(json_t *whole)
{
	char *text = json_dumps(whole, JSON_COMPACT);

	json_decref(whole);
	if (!text)
		abort();
	return text;
}

char *baseline_encode(const struct settings *const baseline[HOSTS_MAX])
{
	return encoded(baseline_pack(baseline));
}

char *task_encode(const struct worker_task *task)
{
	json_t *with = json_object();
	json_t *whole = part(
		json_pack("{s:s, s:b, s:b, s:I, s:I, s:I, s:i, s:o, s:o}", "target", task->target,
			  "exact", task->exact, "counts", task->options->coverage != NULL, "seed",
			  (json_int_t)task->options->seed, "timeout_ns",
			  (json_int_t)task->options->timeout_ns, "late_ns",
			  (json_int_t)task->options->late_ns, "netem", (int)task->options->netem,
			  "baseline", baseline_pack(task->options->baseline), "with", with));

	for (enum host_id host = 0; host < HOSTS_MAX; host++) {
		if (task->options->with[host])
			json_object_set_new(with, host_names[host],
					    part(with_encode(task->options->with[host])));
	}
	return encoded(whole);
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
			.status = setting_exists(name) ? SETTING_APPLIES : SETTING_ABSENT,
			.over = json_is_true(json_object_get(row, "over")),
		};
	}
}

static void hosts_decode(const json_t *hosts, struct guest_task *task)
{
	for (enum host_id host = 0; host < HOSTS_MAX; host++) {
		const json_t *settings = json_object_get(hosts, host_names[host]);

		settings_free(&task->baseline[host]);
		task->options.baseline[host] = NULL;
		if (!settings)
			continue;
		settings_decode(settings, &task->baseline[host]);
		task->options.baseline[host] = &task->baseline[host];
	}
}

int baseline_decode(const char *bytes, size_t len, struct guest_task *task, struct err *err)
{
	json_t *hosts = json_loadb(bytes, len, 0, NULL);

	if (!json_is_object(hosts)) {
		json_decref(hosts);
		return err_set(err, EPROTO, "the guest was sent a baseline that it cannot read");
	}
	hosts_decode(hosts, task);
	json_decref(hosts);
	return 0;
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
			    .late_ns = record_number(whole, "late_ns", 0),
			    .netem = record_number(whole, "netem", NETEM_BY_WIRE)},
		.target = mem_strdup(record_text(whole, "target", "?")),
	};
	for (enum host_id host = 0; host < HOSTS_MAX; host++) {
		const json_t *with =
			json_object_get(json_object_get(whole, "with"), host_names[host]);

		if (with) {
			with_decode(with, &ret->with[host]);
			ret->options.with[host] = &ret->with[host];
		}
	}
	hosts_decode(baseline, ret);
	ret->task.target = ret->target;
	ret->task.exact = json_is_true(json_object_get(whole, "exact"));
	ret->task.counts = json_is_true(json_object_get(whole, "counts"));
	ret->task.options = &ret->options;
	json_decref(whole);
	return 0;
}
