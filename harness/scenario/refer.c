// SPDX-License-Identifier: GPL-2.0-or-later
/* refer: owns the spelling of `fact(NAME)`. */
#include "scenario/refer.h"
#include "scenario/cell.h"
#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TERM_DIGITS_MAX 9

static const char opening[] = "fact(";

/* One term of a sum: a fact, or a plain number. */
struct term {
	char *fact; /* NULL: a number */
	int64_t number;
};

bool refers(const char *text)
{
	return strstr(text, opening) != NULL;
}

/* Read a term and step over it. False: none begins here. */
static bool term_read(const char **text, struct term *ret)
{
	const char *s = *text, *end;
	size_t digits = strspn(s, "0123456789");

	*ret = (struct term){0};
	if (digits && digits <= TERM_DIGITS_MAX) {
		ret->number = strtoll(s, NULL, 10);
		*text = s + digits;
		return true;
	}
	if (strncmp(s, opening, sizeof(opening) - 1))
		return false;
	s += sizeof(opening) - 1;
	end = strchr(s, ')');
	if (!end)
		return false;
	ret->fact = mem_strndup(s, end - s);
	*text = end + 1;
	return true;
}

/* A sum begins at text; each term goes to fn with its sign. Errors: EBADMSG it is none, or fn's. */
static int sum_walk(const char **text, int (*fn)(void *ctx, const struct term *term, int sign),
		    void *ctx)
{
	int sign = 1, ret;

	for (;;) {
		struct term term;

		if (!term_read(text, &term))
			return -EBADMSG;
		ret = fn(ctx, &term, sign);
		free(term.fact);
		if (ret || (**text != '+' && **text != '-'))
			return ret;
		sign = *(*text)++ == '+' ? 1 : -1;
	}
}

struct checking {
	const struct scenario *scenario;
	struct err *err;
};

static int check_term(void *ctx, const struct term *term, int sign)
{
	struct checking *checking = ctx;
	const struct fact_spec *spec;

	(void)sign;
	if (!term->fact)
		return 0;
	if (fact_resolve(checking->scenario, term->fact, &spec, checking->err))
		return -EINVAL;
	if (spec->type == FACT_NUMBER)
		return 0;
	return err_set(checking->err, EINVAL, "`%.60s` is no number; fact() is for numbers",
		       term->fact);
}

int refer_check(const struct scenario *scenario, const char *text, struct err *err)
{
	struct checking checking = {scenario, err};

	while ((text = strstr(text, opening))) {
		int ret = sum_walk(&text, check_term, &checking);

		if (ret == -EINVAL)
			return ret;
		if (ret)
			return err_set(err, EINVAL,
				       "`fact(` begins a sum such as fact(old.server_fins_lost)+1");
	}
	return 0;
}

struct summing {
	const struct scenario *scenario;
	const struct observed *observed;
	int64_t sum;
	char *missing;
};

static int sum_term(void *ctx, const struct term *term, int sign)
{
	struct summing *summing = ctx;
	struct value value = {.number = term->number};
	const struct fact_spec *spec;
	struct err err;

	if (term->fact &&
	    (fact_resolve(summing->scenario, term->fact, &spec, &err) ||
	     !summing->observed->fact(summing->observed->ctx, term->fact, spec, &value))) {
		summing->missing = mem_strdup(term->fact);
		return -ENODATA;
	}
	summing->sum += sign * value.number;
	return 0;
}

char *refer_resolve(const struct scenario *scenario, const char *text,
		    const struct observed *observed, struct text *out)
{
	const char *sum;

	for (; (sum = strstr(text, opening)); text = sum) {
		struct summing summing = {.scenario = scenario, .observed = observed};

		text_addn(out, text, sum - text);
		if (sum_walk(&sum, sum_term, &summing))
			return summing.missing;
		text_add(out, "%lld", (long long)summing.sum);
	}
	text_add(out, "%s", text);
	return NULL;
}
