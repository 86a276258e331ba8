// SPDX-License-Identifier: GPL-2.0-or-later
/* expand: owns the `$` notation. */
#include "scenario/expand.h"
#include "scenario/cell.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>

/* A dimension's name begins here: how long is it? 0: none. */
static size_t name_length(const char *s)
{
	size_t len = 0;

	if (*s < 'a' || *s > 'z')
		return 0;
	while ((s[len] >= 'a' && s[len] <= 'z') || (s[len] >= '0' && s[len] <= '9') ||
	       s[len] == '-')
		len++;
	return len;
}

static const struct dimension *dimension_at(const struct scenario *scenario, const char *s,
					    size_t len)
{
	for (size_t i = 0; i < scenario->n_dimensions; i++) {
		const char *name = scenario->dimensions[i].name;

		if (strlen(name) == len && !strncmp(name, s, len))
			return &scenario->dimensions[i];
	}
	return NULL;
}

static const char *nth_dimension(size_t i, const void *ctx)
{
	const struct scenario *scenario = ctx;

	return scenario->dimensions[i].name;
}

static int refuse(const struct scenario *scenario, const char *s, size_t len, struct err *err)
{
	_cleanup_free_ char *name = mem_strndup(s, len);

	if (!len)
		return err_set(err, EINVAL,
			       "a `$` with no dimension's name behind it; `$$` is a dollar sign");
	if (!scenario->n_dimensions)
		return err_set(err, EINVAL,
			       "`$%.60s`: no such dimension; this scenario varies nothing", name);
	return err_set(err, EINVAL, "`$%.60s`: no such dimension; the nearest is `$%s`", name,
		       nearest(name, nth_dimension, scenario->n_dimensions, scenario));
}

int expand_uses(const struct scenario *scenario, const char *text, uint32_t *ret, struct err *err)
{
	while ((text = strchr(text, '$'))) {
		const struct dimension *dimension;
		size_t len;

		text++;
		if (*text == '$') {
			text++;
			continue;
		}
		len = name_length(text);
		dimension = dimension_at(scenario, text, len);
		if (!dimension)
			return refuse(scenario, text, len, err);
		*ret |= 1U << (dimension - scenario->dimensions);
		text += len;
	}
	return 0;
}

char *cell_expand(const struct scenario *scenario, const size_t *choice, const char *text)
{
	struct text out = {0};
	const char *dollar;

	for (; (dollar = strchr(text, '$')); text = dollar) {
		const struct dimension *dimension;
		size_t len;

		text_addn(&out, text, dollar - text);
		dollar++;
		if (*dollar == '$') {
			text_addn(&out, dollar++, 1);
			continue;
		}
		len = name_length(dollar);
		dimension = dimension_at(scenario, dollar, len);
		if (dimension)
			text_add(&out, "%s",
				 dimension->values[choice[dimension - scenario->dimensions]]);
		dollar += len;
	}
	text_add(&out, "%s", text);
	return text_take(&out);
}

bool expand_next(const struct scenario *scenario, uint32_t uses, size_t *choice)
{
	for (size_t d = scenario->n_dimensions; d--;) {
		if (!(uses & (1U << d)))
			continue;
		if (++choice[d] < scenario->dimensions[d].n_values)
			return true;
		choice[d] = 0;
	}
	return false;
}

static void prefix_values(const struct scenario *scenario, uint32_t uses, const size_t *choice,
			  struct err *err)
{
	_cleanup_text_ struct text with = {0};

	for (size_t d = 0; d < scenario->n_dimensions; d++) {
		const struct dimension *dimension = &scenario->dimensions[d];

		if (uses & (1U << d))
			text_add(&with, "%s%s=%s", with.len ? "," : "", dimension->name,
				 dimension->values[choice[d]]);
	}
	if (with.len)
		err_prefix(err, "with %.200s", text_str(&with));
}

int expand_each(const struct scenario *scenario, uint32_t uses, size_t *budget, expand_fn fn,
		void *ctx, struct err *err)
{
	size_t choice[SCENARIO_DIMENSIONS_MAX] = {0};
	size_t n = 0;

	do {
		int ret;

		if (++n > EXPAND_MAX || !*budget)
			return err_set(err, E2BIG,
				       "too many values: at most %d of one text, and %d of all "
				       "texts of a file",
				       EXPAND_MAX, EXPAND_BUDGET_MAX);
		(*budget)--;
		ret = fn(ctx, choice, err);
		if (ret) {
			prefix_values(scenario, uses, choice, err);
			return ret;
		}
	} while (expand_next(scenario, uses, choice));
	return 0;
}
