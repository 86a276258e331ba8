// SPDX-License-Identifier: GPL-2.0-or-later
/* known: owns which settings of a capture's machines are known, and which of these a lab needs. */
#include "capture/known.h"

#include "base/mem.h"
#include "lab/knob.h"

#include <string.h>

#define FAST_OPEN_TAKEN	  "1543" /* both ends, without cookies, at any listener (ip-sysctl) */
#define FAST_OPEN_REFUSED "5"	 /* the client alone, without a cookie */

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

/* A SYN with bytes needs a cookie that the client has from before, or, here, none at either end;
 * and where the bytes were not taken, a server that does not take them. NULL: there is no such SYN.
 */
static const char *fast_open_of(const struct plot *plot)
{
	for (size_t k = 0; k < plot->n; k++) {
		if (plot->of[k].in->syn_len)
			return plot->of[k].in->syn_data_acked ? FAST_OPEN_TAKEN : FAST_OPEN_REFUSED;
	}
	return NULL;
}

static void set_side(const struct plot *plot, const struct script_known *known, int side,
		     struct text *out)
{
	static const char *const hosts[] = {"client", "server"};
	const struct settings *settings = known->sysctl[side];
	int timestamps = timestamps_of(plot, !side);
	const char *before = "", *fast_open = fast_open_of(plot);

	if ((timestamps < 0 && !settings && !fast_open) || plot_raw_is(plot, hosts[side]))
		return;
	text_add(out, "  %s: {", hosts[side]);
	if (timestamps >= 0) {
		text_add(out, "net.ipv4.tcp_timestamps: %d", timestamps);
		before = ", ";
	}
	if (fast_open) {
		text_add(out, "%snet.ipv4.tcp_fastopen: %s", before, fast_open);
		before = ", ";
	}
	for (size_t i = 0; settings && i < settings->n; i++) {
		const struct setting *setting = &settings->of[i];

		if (!setting->name || setting_of(settings, setting->name) != setting ||
		    !setting_matters(setting) ||
		    (timestamps >= 0 && !strcmp(setting->name, "net.ipv4.tcp_timestamps")) ||
		    (fast_open && !strcmp(setting->name, "net.ipv4.tcp_fastopen")))
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
		text_add(out, "set:   # as the options in the capture say\n%s", text_str(&sides));
}
