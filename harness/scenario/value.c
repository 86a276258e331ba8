// SPDX-License-Identifier: GPL-2.0-or-later
/* value: owns the spelling and the meaning of expected values. */
#include "scenario/value.h"
#include "base/clock.h"
#include "base/mem.h"
#include "lab/feature.h"

#include <errno.h>
#include <string.h>

#define ERRNO_MAX 134 /* one past EHWPOISON, the last of Linux */

/* "EADDRINUSE" and the like. */
static bool is_errno_name(const char *word)
{
	for (int code = 1; code < ERRNO_MAX; code++) {
		const char *name = strerrorname_np(code);

		if (name && !strcmp(name, word))
			return true;
	}
	return false;
}

static bool word_allowed(const struct fact_spec *spec, const char *word)
{
	if (!spec->words)
		return *word;
	for (size_t i = 0; spec->words[i]; i++) {
		if (!strcmp(spec->words[i], word))
			return true;
	}
	return spec->errnos && is_errno_name(word);
}

static int word_refuse(const struct fact_spec *spec, const char *word, struct err *err)
{
	_cleanup_text_ struct text allowed = {0};

	for (size_t i = 0; spec->words && spec->words[i]; i++)
		text_add(&allowed, "%s%s", i ? ", " : "", spec->words[i]);
	if (spec->errnos)
		text_add(&allowed, ", or an errno such as ECONNRESET");
	return err_set(err, EINVAL, "`%.60s` is no value of this fact; allowed: %s", word,
		       spec->words ? text_str(&allowed) : "a word");
}

/* A number or a duration, as the fact's type asks. */
static bool quantity_parse(enum fact_type type, const char *text, int64_t *ret)
{
	return type == FACT_DURATION ? duration_parse(text, ret) : number_parse(text, ret);
}

static int quantity_refuse(enum fact_type type, const char *text, struct err *err)
{
	if (type == FACT_DURATION)
		return err_set(err, EINVAL,
			       "`%.60s` is no duration; allowed: 20ms, \"< 2s\", 1s..2s, "
			       "wheel(60s)",
			       text);
	return err_set(err, EINVAL, "`%.60s` is no number; allowed: 3, \">= 1\", 2..5", text);
}

static bool bound_parse(const char *text, struct matcher *ret)
{
	static const struct bound {
		const char *sign;
		bool upper;
		int nudge; /* from a strict bound to one that is included */
	} bounds[] = {{">=", false, 0}, {"<=", true, 0}, {">", false, 1}, {"<", true, -1}};

	for (size_t i = 0; i < ARRAY_SIZE(bounds); i++) {
		size_t len = strlen(bounds[i].sign);
		int64_t quantity;

		if (strncmp(text, bounds[i].sign, len))
			continue;
		text += len;
		text += strspn(text, " ");
		if (!quantity_parse(ret->type, text, &quantity) || quantity == INT64_MIN ||
		    quantity == INT64_MAX)
			return false;
		ret->min = bounds[i].upper ? INT64_MIN : quantity + bounds[i].nudge;
		ret->max = bounds[i].upper ? quantity + bounds[i].nudge : INT64_MAX;
		ret->strict = bounds[i].nudge;
		return true;
	}
	return false;
}

static bool interval_parse(const char *text, struct matcher *ret)
{
	const char *dots = strstr(text, "..");
	_cleanup_free_ char *from = NULL;

	if (!dots)
		return false;
	from = mem_strndup(text, dots - text);
	return quantity_parse(ret->type, from, &ret->min) &&
	       quantity_parse(ret->type, dots + 2, &ret->max) && ret->min <= ret->max;
}

static bool wheel_parse(const char *text, int64_t *ret_ns)
{
	static const char open[] = "wheel(";
	size_t len = strlen(text);
	_cleanup_free_ char *inner = NULL;

	if (strncmp(text, open, sizeof(open) - 1) || text[len - 1] != ')')
		return false;
	inner = mem_strndup(text + sizeof(open) - 1, len - sizeof(open));
	return duration_parse(inner, ret_ns) && *ret_ns > 0;
}

static void add_number(struct matcher *matcher, enum matcher_kind kind, int64_t number)
{
	matcher->kind = kind;
	matcher->numbers = mem_resize(matcher->numbers, matcher->n + 1, sizeof(number));
	matcher->numbers[matcher->n++] = number;
}

/* Bounds, intervals and wheel() stand alone; plain numbers may stand in a list. */
static int quantity_item(const char *text, bool alone, struct matcher *ret, struct err *err)
{
	int64_t number;

	if (quantity_parse(ret->type, text, &number)) {
		add_number(ret, MATCH_NUMBERS, number);
		return 0;
	}
	if (!strncmp(text, "wheel(", 6)) {
		if (ret->type != FACT_DURATION)
			return err_set(err, EINVAL, "wheel() is for durations; this is a number");
		if (!alone || !wheel_parse(text, &number))
			return quantity_refuse(ret->type, text, err);
		add_number(ret, MATCH_WHEEL, number);
		return 0;
	}
	if (!bound_parse(text, ret) && !interval_parse(text, ret))
		return quantity_refuse(ret->type, text, err);
	if (!alone)
		return err_set(err, EINVAL,
			       "`%.60s` cannot stand in a list; a list is of plain "
			       "values",
			       text);
	ret->kind = MATCH_RANGE;
	return 0;
}

static int word_item(const struct fact_spec *spec, const char *text, struct matcher *ret,
		     struct err *err)
{
	if (!word_allowed(spec, text))
		return word_refuse(spec, text, err);
	ret->words = mem_resize(ret->words, ret->n + 1, sizeof(*ret->words));
	ret->words[ret->n++] = mem_strdup(text);
	return 0;
}

static int item_parse(const struct fact_spec *spec, const char *text, bool alone,
		      struct matcher *ret, struct err *err)
{
	static const char not [] = "not ";

	if (!strncmp(text, not, sizeof(not ) - 1)) {
		if (!alone)
			return err_set(err, EINVAL,
				       "`%.60s`: `not` goes before a single value; list the "
				       "values that are allowed",
				       text);
		ret->negate = true;
		text += sizeof(not ) - 1;
		text += strspn(text, " ");
	}
	if (spec->type == FACT_WORD)
		return word_item(spec, text, ret, err);
	return quantity_item(text, alone, ret, err);
}

int matcher_parse(const struct fact_spec *spec, const char *const *items, size_t n_items,
		  struct matcher *ret, struct err *err)
{
	*ret = (struct matcher){.kind = spec->type == FACT_WORD ? MATCH_WORDS : MATCH_NUMBERS,
				.type = spec->type};
	for (size_t i = 0; i < n_items; i++) {
		int status = item_parse(spec, items[i], n_items == 1, ret, err);

		if (status) {
			matcher_free(ret);
			return status;
		}
	}
	return 0;
}

void matcher_free(struct matcher *matcher)
{
	for (size_t i = 0; matcher->words && i < matcher->n; i++)
		free(matcher->words[i]);
	free(matcher->words);
	free(matcher->numbers);
	*matcher = (struct matcher){0};
}

static bool any_word(const struct matcher *matcher, const char *word)
{
	for (size_t i = 0; i < matcher->n; i++) {
		if (!strcmp(matcher->words[i], word))
			return true;
	}
	return false;
}

/* The n-th interval, ends included, that the matcher (negation aside) accepts. What a tick ends is
 * seen to be gone a while after it: where the clock runs while a kernel works, up to the next one.
 */
static void matcher_interval(const struct matcher *matcher, size_t n, unsigned hz, int64_t *ret_min,
			     int64_t *ret_max)
{
	bool range = matcher->kind == MATCH_RANGE;

	*ret_min = range ? matcher->min : matcher->numbers[n];
	*ret_max = range ? matcher->max : matcher->numbers[n];
	if (matcher->kind == MATCH_WHEEL && hz)
		*ret_max += wheel_slack_ns(*ret_min, hz) + NS_PER_S / hz;
}

static int64_t add_clamped(int64_t a, int64_t b)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum))
		return b < 0 ? INT64_MIN : INT64_MAX;
	return sum;
}

/* Could a number at most slack away be one that the matcher, negated or not, accepts? */
static bool number_matches(const struct matcher *matcher, int64_t number, unsigned hz,
			   int64_t slack)
{
	size_t n = matcher->kind == MATCH_RANGE ? 1 : matcher->n;
	int64_t low = add_clamped(number, -slack), high = add_clamped(number, slack);
	bool touched = false, covered = false;

	for (size_t i = 0; i < n; i++) {
		int64_t min, max;

		matcher_interval(matcher, i, hz, &min, &max);
		touched |= low <= max && high >= min;
		covered |= low >= min && high <= max;
	}
	return matcher->negate ? !covered : touched;
}

bool matcher_matches(const struct matcher *matcher, const struct value *value, unsigned hz,
		     int64_t slack_ns)
{
	if (value->type != matcher->type)
		return false;
	if (matcher->kind == MATCH_WORDS)
		return any_word(matcher, value->word) != matcher->negate;
	return number_matches(matcher, value->number, hz,
			      matcher->type == FACT_DURATION ? value->error_ns + slack_ns : 0);
}

static void quantity_format(enum fact_type type, int64_t quantity, struct text *out)
{
	char buf[32];

	if (type == FACT_DURATION)
		text_add(out, "%s", duration_format(quantity, buf, sizeof(buf)));
	else
		text_add(out, "%lld", (long long)quantity);
}

static void range_format(const struct matcher *matcher, int64_t min, int64_t max, struct text *out)
{
	if (max == INT64_MAX) {
		text_add(out, matcher->strict ? "> " : ">= ");
		quantity_format(matcher->type, min - matcher->strict, out);
	} else if (min == INT64_MIN) {
		text_add(out, matcher->strict ? "< " : "<= ");
		quantity_format(matcher->type, max + matcher->strict, out);
	} else {
		quantity_format(matcher->type, min, out);
		text_add(out, "..");
		quantity_format(matcher->type, max, out);
	}
}

static void item_format(const struct matcher *matcher, size_t i, unsigned hz, struct text *out)
{
	int64_t min, max;

	if (matcher->kind == MATCH_WORDS) {
		text_add(out, "%s", matcher->words[i]);
		return;
	}
	matcher_interval(matcher, i, hz, &min, &max);
	if (matcher->kind == MATCH_WHEEL) {
		text_add(out, "wheel(");
		quantity_format(matcher->type, min, out);
		text_add(out, "), ");
	}
	if (min == max)
		quantity_format(matcher->type, min, out);
	else
		range_format(matcher, min, max, out);
}

void matcher_format(const struct matcher *matcher, unsigned hz, struct text *out)
{
	size_t n = matcher->kind == MATCH_RANGE ? 1 : matcher->n;

	text_add(out, "%s", matcher->negate ? "not " : "");
	for (size_t i = 0; i < n; i++) {
		text_add(out, "%s", i ? " or " : "");
		item_format(matcher, i, hz, out);
	}
}

void value_format(const struct value *value, struct text *out)
{
	if (value->type == FACT_WORD)
		text_add(out, "%s", value->word);
	else
		quantity_format(value->type, value->number, out);
}
