// SPDX-License-Identifier: GPL-2.0-or-later
/* wording: owns what an answer is told with. */
#include "why/wording.h"
#include "record/record.h"

#include <string.h>

void trial_flips(const json_t *answer, const json_t *trial, struct text *out)
{
	size_t n = json_array_size(json_object_get(answer, "facts"));
	size_t flips = record_number(trial, "flips", 0);
	const char *untold = record_text(trial, "untold", NULL);

	if (untold)
		text_add(out, "%s", untold);
	else if (!flips || flips == n)
		text_add(out, "%s", flips ? "yes" : "no");
	else
		text_add(out, "%zu of %zu", flips, n);
}

void trial_now(const json_t *fact, struct text *out)
{
	text_add(out, "%s", record_text(fact, "now", "?"));
	if (!strcmp(record_text(fact, "as", ""), "other"))
		text_add(out, " (neither A's nor B's)");
}

void change_words(const json_t *change, struct text *out)
{
	size_t n = json_array_size(change);

	for (size_t i = 0; i < n; i++)
		text_add(out, "%s%s",
			 !i	      ? ""
			 : i + 1 == n ? " and "
				      : ", ",
			 json_string_value(json_array_get(change, i)));
}

void flip_words(const json_t *flip, struct text *out)
{
	const json_t *changes = json_object_get(flip, "changes");
	size_t n = json_array_size(changes), size = record_number(flip, "size", 0);
	size_t n_untold = record_number(flip, "untold", 0);

	if (!n)
		text_add(out, "nothing was found");
	for (size_t i = 0; i < n; i++) {
		text_add(out, "%s", i ? "; or " : "");
		change_words(json_array_get(changes, i), out);
		text_add(out, size > 1 ? " together" : " alone");
	}
	if (size > 1)
		text_add(out, json_is_true(json_object_get(flip, "smallest"))
				      ? " (fewer do not)"
				      : " (whether fewer do was not tried to the end)");
	if (n_untold)
		text_add(out, " (%zu other%s could not be tried)", n_untold,
			 n_untold == 1 ? "" : "s");
}

const char *difference_value(const json_t *difference, const char *end)
{
	return record_text(difference, end, "(not set)");
}

void names_words(const json_t *names, struct text *out)
{
	const json_t *name;
	size_t i;

	json_array_foreach(names, i, name)
	{
		text_add(out, "%s%s", i ? ", " : "", json_string_value(name));
	}
}

void same_words(const json_t *answer, struct text *out)
{
	long long n = record_number(answer, "other", 0);

	text_add(out, "A and B come to the same outcome");
	if (n)
		text_add(out, "; %lld fact%s that no rule tells apart differ%s (--fact names one)",
			 n, n == 1 ? "" : "s", n == 1 ? "s" : "");
}
