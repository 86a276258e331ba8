/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trial_show: what a trial of two settings files found, line by line. */
#ifndef AFTERCLOSE_CMD_TRIAL_SHOW_H
#define AFTERCLOSE_CMD_TRIAL_SHOW_H

#include "base/text.h"
#include "lab/settings.h"

#include <jansson.h>

/* One changed line: its name, values, and why it cannot be tried if so. New reference. */
json_t *trial_line(const struct setting *setting, const struct setting *was,
		   const struct setting *now);

/* result: {"old", "new", "lines": [trial_line() with its "comparison"...], "together"}. */
void trial_show_text(const json_t *result, bool all, struct text *out);
void trial_show_markdown(const json_t *result, bool all, struct text *out);
void trial_show_html(const json_t *result, bool all, struct text *out);

#endif
