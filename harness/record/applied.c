// SPDX-License-Identifier: GPL-2.0-or-later
/* applied: owns the member `settings` of a record. */
#include "record/applied.h"
#include "lab/knob.h"

#include <string.h>

bool setting_changes(const struct setting *setting, const struct features *features)
{
	const struct knob *knob = setting->name ? knob_find(setting->name) : NULL;

	if (!knob || !setting->value || setting->by || knob->scope == KNOB_GLOBAL)
		return false;
	return setting->status != SETTING_UNPRINTABLE && setting->status != SETTING_REFUSED &&
	       features_has(features, knob_short(knob)) &&
	       (!knob->baseline || strcmp(knob->baseline, setting->value) != 0);
}

static json_t *applied_to_host(const struct settings *settings, const struct features *features)
{
	json_t *ret = json_object();

	for (size_t i = 0; i < settings->n; i++) {
		if (setting_changes(&settings->of[i], features))
			json_object_set_new(ret, settings->of[i].name,
					    json_string(settings->of[i].value));
	}
	return ret;
}

json_t *applied_settings(const struct settings *const baseline[HOSTS_MAX],
			 const struct features *features)
{
	json_t *ret = json_object();

	for (enum host_id host = 0; host < HOSTS_MAX; host++) {
		json_t *applied;

		if (!baseline[host])
			continue;
		applied = applied_to_host(baseline[host], features);
		if (json_object_size(applied))
			json_object_set(ret, host_names[host], applied);
		json_decref(applied);
	}
	if (json_object_size(ret))
		return ret;
	json_decref(ret);
	return NULL;
}
