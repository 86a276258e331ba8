// SPDX-License-Identifier: GPL-2.0-or-later
/* venue: owns the target that is open, and the settings of its hosts. */
#include "cmd/venue.h"

#include "base/mem.h"
#include "why/difference.h"

#include <string.h>

static void settings_take(struct venue *venue, json_t *settings)
{
	venue->settings = json_incref(settings);
	for (enum host_id host = 0; host < HOSTS_MAX; host++) {
		venue->baseline[host] = settings_of_host(settings, host_names[host]);
		venue->run.baseline[host] = venue->baseline[host].n ? &venue->baseline[host] : NULL;
	}
}

int venue_open(struct venue *venue, const char *spec, json_t *settings, struct err *err)
{
	int ret;

	if (venue->spec && !strcmp(venue->spec, spec) && json_equal(venue->settings, settings))
		return 0;
	venue_close(venue);
	settings_take(venue, settings);
	ret = target_open(spec, &venue->run, &venue->target, err);
	if (ret < 0)
		venue_close(venue);
	else
		venue->spec = mem_strdup(spec);
	return ret;
}

void venue_close(struct venue *venue)
{
	if (venue->spec)
		target_close(&venue->target);
	free(venue->spec);
	venue->spec = NULL;
	for (enum host_id host = 0; host < HOSTS_MAX; host++) {
		free(venue->baseline[host].of);
		venue->baseline[host] = (struct settings){0};
	}
	json_decref(venue->settings);
	venue->settings = NULL;
}
