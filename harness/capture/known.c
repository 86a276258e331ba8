// SPDX-License-Identifier: GPL-2.0-or-later
/* known: owns which settings of a capture's machines are known, and which of these a lab needs. */
#include "capture/known.h"

#include "base/mem.h"
#include "lab/knob.h"

#include <string.h>

/* Values go between quotes: what a stranger's file has there must not end them. */
static bool is_plain(const char *value)
{
	size_t len = strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789_-. \t");

	return *value && !value[len];
}

/* The line that holds, if a scenario can set what it says: then it is known. */
static const struct setting *setting_of(const struct settings *settings, const char *name)
{
	const struct setting *setting = settings ? settings_find(settings, name) : NULL;

	return setting && setting->status == SETTING_APPLIES && is_plain(setting->value) ? setting
											 : NULL;
}

const char *known_lacks(const struct script_known *known, const char *of, const char *name)
{
	bool client = strcmp(of, "server") && !setting_of(known->sysctl[0], name);
	bool server = strcmp(of, "client") && !setting_of(known->sysctl[1], name);

	if (client && server)
		return "both";
	return client ? "client" : server ? "server" : NULL;
}

bool known_has(const struct script_known *known, const char *of, const char *name)
{
	return !known_lacks(known, of, name);
}

/* Known from the options of the SYNs: 1 or 0 for each end, -1 where neither sent one. */
static int timestamps_of(const struct plot *plot, bool client)
{
	for (size_t k = 0; k < plot->n; k++) {
		const struct incarnation *in = plot->of[k].in;
		int end = client ? in->client : !in->client;

		/* A server answers with the option only where the client offers it. */
		if (in->has_isn[end] && in->opening == OPENING_OPENED &&
		    (client || in->has_ts[in->client]))
			return in->has_ts[end];
	}
	return -1;
}

/* What a lab sets otherwise; and tcp_tw_recycle, without which an old kernel's capture may be past
 * explaining. Which congestion control there was decides what is sent when, and that is played as
 * it was; few kernels at hand have it. */
static bool setting_matters(const struct setting *setting)
{
	const struct knob *knob = knob_find(setting->name);

	if (!strcmp(setting->name, "net.ipv4.tcp_tw_recycle"))
		return strcmp(setting->value, "0") != 0;
	return knob && knob->baseline && strcmp(knob->baseline, setting->value) != 0 &&
	       strcmp(setting->name, "net.ipv4.tcp_congestion_control") != 0;
}

static void set_side(const struct plot *plot, const struct script_known *known, int side,
		     struct text *out)
{
	static const char *const hosts[] = {"client", "server"};
	const struct settings *settings = known->sysctl[side];
	int timestamps = timestamps_of(plot, !side);
	const char *before = "";

	if ((timestamps < 0 && !settings) || plot_raw_is(plot, hosts[side]))
		return;
	text_add(out, "  %s: {", hosts[side]);
	if (timestamps >= 0) {
		text_add(out, "net.ipv4.tcp_timestamps: %d", timestamps);
		before = ", ";
	}
	for (size_t i = 0; settings && i < settings->n; i++) {
		const struct setting *setting = &settings->of[i];

		if (!setting->name || setting_of(settings, setting->name) != setting ||
		    !setting_matters(setting) ||
		    (timestamps >= 0 && !strcmp(setting->name, "net.ipv4.tcp_timestamps")))
			continue;
		text_add(out, "%s%s: \"%s\"", before, setting->name, setting->value);
		before = ", ";
	}
	text_add(out, "}\n");
}

void known_write(const struct plot *plot, const struct script_known *known, struct text *out)
{
	_cleanup_text_ struct text sides = {0};

	set_side(plot, known, 0, &sides);
	set_side(plot, known, 1, &sides);
	if (sides.len)
		text_add(out, "set:   # timestamps: as the options in the capture say\n%s",
			 text_str(&sides));
}
