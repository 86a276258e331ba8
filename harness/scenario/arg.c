// SPDX-License-Identifier: GPL-2.0-or-later
/* arg: owns the spelling of arguments, one function a type. */
#include "scenario/arg.h"
#include "base/clock.h"
#include "base/mem.h"
#include "netem/profile.h"
#include "base/nearest.h"
#include "base/text.h"
#include "lab/knob.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define NAME_LEN_MAX 40

const char *const class_names[] = {
	[NAME_CONN] = "a connection",
	[NAME_LISTENER] = "a listener",
	[NAME_SEGMENT] = "a segment",
	[NAME_VERB] = "a verb of the wire",
	[NAME_REPEAT] = "a repetition",
	[NAME_LOOK] = "a look",
	[NAME_COUNT] = "a count",
	[NAME_SOCKSTAT] = "a sockstat",
	[NAME_KNOB] = "a knob",
	[NAME_ENTRY] = "an entry of conntrack's",
	[NAME_WRITE] = "a write of a sysctl",
	[NAME_SERVE] = "what serves",
	[NAME_LOAD] = "a load",
	[NAME_HOST] = "a host",
};

static const char *const side_names[] = {
	[SIDE_CLIENT] = "client",
	[SIDE_SERVER] = "server",
	[SIDE_BOTH] = "both",
};

/* Index of text in n words; n if it is none of them. */
static size_t word_index(const char *text, const char *const *words, size_t n)
{
	size_t i = 0;

	while (i < n && strcmp(text, words[i]))
		i++;
	return i;
}

static size_t words_count(const char *const *words)
{
	size_t n = 0;

	while (words[n])
		n++;
	return n;
}

static int word_refuse(const char *text, const char *const *words, size_t n, const char *or_else,
		       struct err *err)
{
	_cleanup_text_ struct text allowed = {0};

	for (size_t i = 0; i < n; i++)
		text_add(&allowed, "%s%s", i ? ", " : "", words[i]);
	return err_set(err, EINVAL, "`%.60s` is not allowed; allowed: %s%s", text,
		       text_str(&allowed), or_else);
}

static int word_parse(const char *text, const char *const *words, size_t n, struct argval *ret,
		      struct err *err)
{
	ret->number = word_index(text, words, n);
	if ((size_t)ret->number == n)
		return word_refuse(text, words, n, "", err);
	return 0;
}

bool yes_or_no(const char *text, bool *ret)
{
	static const char *const words[] = {"no", "yes", "false", "true"};
	size_t i = word_index(text, words, ARRAY_SIZE(words));

	*ret = i % 2;
	return i < ARRAY_SIZE(words);
}

int name_check(const char *name, struct err *err)
{
	static const char *const taken[] = {"client", "server", "client2", "router",
					    "wire",   "both",	"none"};
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	if (!*name || name[len] || *name < 'a' || *name > 'z' || len > NAME_LEN_MAX)
		return err_set(err, EINVAL,
			       "`%.60s` is no name; a name is a small letter, then small letters, "
			       "digits and -, at most %d",
			       name, NAME_LEN_MAX);
	if (word_index(name, taken, ARRAY_SIZE(taken)) < ARRAY_SIZE(taken))
		return err_set(err, EINVAL, "`%s` cannot be a name: hosts and sides are called so",
			       name);
	return 0;
}

int knob_check(const char *name, struct err *err)
{
	const struct knob *knob = knob_find(name);

	if (!knob)
		return err_set(err, EINVAL,
			       "`%.80s` is no known sysctl; the "
			       "nearest is %s",
			       name, knob_nearest(name));
	return 0;
}

static int parse_define(const struct scenario *scenario, const struct arg_spec *spec,
			const char *text, struct argval *ret, struct err *err)
{
	(void)spec;
	ret->name = scenario_name(scenario, text);
	return name_check(text, err);
}

struct class_of_names {
	const struct scenario *scenario;
	enum name_class class;
};

/* The n-th name of a class. */
static const char *nth_name(size_t i, const void *ctx)
{
	const struct class_of_names *of = ctx;

	for (size_t j = 0; j < of->scenario->n_names; j++) {
		const struct name *name = &of->scenario->names[j];

		if (name->class == of->class && !i--)
			return name->name;
	}
	return "";
}

static int parse_ref(const struct scenario *scenario, const struct arg_spec *spec, const char *text,
		     struct argval *ret, struct err *err)
{
	struct class_of_names of = {scenario, spec->class};
	size_t n = 0;

	ret->name = scenario_name(scenario, text);
	if (ret->name && ret->name->class == spec->class)
		return 0;
	if (ret->name)
		return err_set(err, EINVAL, "`%s` is %s; %s is needed here", text,
			       class_names[ret->name->class], class_names[spec->class]);
	for (size_t i = 0; i < scenario->n_names; i++)
		n += scenario->names[i].class == spec->class;
	if (!n)
		return err_set(err, EINVAL, "`%.60s` is never defined; no step names %s", text,
			       class_names[spec->class]);
	return err_set(err, EINVAL, "`%.60s` is never defined; the nearest name of %s is `%s`",
		       text, class_names[spec->class], nearest(text, nth_name, n, &of));
}

static int parse_host(const struct scenario *scenario, const struct arg_spec *spec,
		      const char *text, struct argval *ret, struct err *err)
{
	(void)scenario;
	(void)spec;
	return word_parse(text, host_names, HOSTS_MAX, ret, err);
}

static int parse_side(const struct scenario *scenario, const struct arg_spec *spec,
		      const char *text, struct argval *ret, struct err *err)
{
	(void)scenario;
	return word_parse(text, side_names, spec->both ? 3 : 2, ret, err);
}

static int endpoint_refuse(const struct arg_spec *spec, const char *text, struct err *err)
{
	return err_set(err, EINVAL,
		       "`%.60s` is no endpoint; allowed: HOST[.ADDRESS]%s, HOST client, server, "
		       "client2 or router, ADDRESS 1 to %d, own%s, PORT %d to 65535",
		       text, spec->port ? ":PORT" : "[:PORT]", HOST_ADDRESSES_MAX,
		       spec->any ? " or any" : "", spec->port);
}

/* 0, the wildcard, is written `any`. */
static bool parse_address(const struct arg_spec *spec, const char *text, int64_t *ret)
{
	*ret = 0;
	if (spec->any && !strcmp(text, "any"))
		return true;
	if (!strcmp(text, "own")) {
		*ret = HOST_ADDRESS_OWN;
		return true;
	}
	return number_parse(text, ret) && *ret >= 1 && *ret <= HOST_ADDRESSES_MAX;
}

static int parse_endpoint(const struct scenario *scenario, const struct arg_spec *spec,
			  const char *text, struct argval *ret, struct err *err)
{
	const char *colon = strchr(text, ':');
	size_t len = colon ? (size_t)(colon - text) : strlen(text);
	_cleanup_free_ char *host = mem_strndup(text, len);
	char *dot = strchr(host, '.');
	int64_t address = 1, port = 0;

	(void)scenario;
	if (dot)
		*dot++ = '\0';
	ret->endpoint.host = word_index(host, host_names, HOSTS_MAX);
	if (ret->endpoint.host == HOSTS_MAX || (dot && !parse_address(spec, dot, &address)) ||
	    (colon && !number_parse(colon + 1, &port)) || (spec->port && !colon) ||
	    port < (colon ? spec->port : 0) || port > UINT16_MAX)
		return endpoint_refuse(spec, text, err);
	ret->endpoint.address = address;
	ret->endpoint.has_port = colon;
	ret->endpoint.port = port;
	return 0;
}

static int parse_bool(const struct scenario *scenario, const struct arg_spec *spec,
		      const char *text, struct argval *ret, struct err *err)
{
	bool yes;

	(void)scenario;
	(void)spec;
	if (!yes_or_no(text, &yes))
		return err_set(err, EINVAL, "`%.60s` is not allowed; allowed: yes, no", text);
	ret->number = yes;
	return 0;
}

static int parse_number(const struct scenario *scenario, const struct arg_spec *spec,
			const char *text, struct argval *ret, struct err *err)
{
	(void)scenario;
	if (!number_parse(text, &ret->number) || ret->number < spec->min || ret->number > spec->max)
		return err_set(err, EINVAL,
			       "`%.60s` is not allowed; allowed: a number, %lld to %lld", text,
			       (long long)spec->min, (long long)spec->max);
	return 0;
}

static int parse_duration(const struct scenario *scenario, const struct arg_spec *spec,
			  const char *text, struct argval *ret, struct err *err)
{
	char min[32], max[32];

	(void)scenario;
	if (duration_parse(text, &ret->number) && ret->number >= spec->min &&
	    ret->number <= spec->max && !(spec->seconds && ret->number % NS_PER_S))
		return 0;
	return err_set(err, EINVAL,
		       "`%.60s` is not allowed; allowed: a duration with its unit (m, s, ms, us, "
		       "ns), %s to %s%s",
		       text, duration_format(spec->min, min, sizeof(min)),
		       duration_format(spec->max, max, sizeof(max)),
		       spec->seconds ? ", in whole seconds" : "");
}

static int parse_word(const struct scenario *scenario, const struct arg_spec *spec,
		      const char *text, struct argval *ret, struct err *err)
{
	(void)scenario;
	return word_parse(text, spec->words, words_count(spec->words), ret, err);
}

static int parse_word_or_number(const struct scenario *scenario, const struct arg_spec *spec,
				const char *text, struct argval *ret, struct err *err)
{
	size_t n = words_count(spec->words);
	char range[64];

	(void)scenario;
	if (number_parse(text, &ret->number) && ret->number >= spec->min &&
	    ret->number <= spec->max)
		return 0;
	ret->number = word_index(text, spec->words, n);
	ret->is_word = true;
	if ((size_t)ret->number < n)
		return 0;
	snprintf(range, sizeof(range), ", or a number, %lld to %lld", (long long)spec->min,
		 (long long)spec->max);
	return word_refuse(text, spec->words, n, range, err);
}

static int parse_sysctl(const struct scenario *scenario, const struct arg_spec *spec,
			const char *text, struct argval *ret, struct err *err)
{
	(void)scenario;
	(void)ret;
	(void)spec;
	return knob_check(text, err);
}

static int parse_range(const struct scenario *scenario, const struct arg_spec *spec,
		       const char *text, struct argval *ret, struct err *err)
{
	const char *dash = strchr(text, '-');
	_cleanup_free_ char *first = dash ? mem_strndup(text, dash - text) : NULL;
	int64_t low = 0, high = 0;

	(void)scenario;
	(void)spec;
	if (!dash || !number_parse(first, &low) || !number_parse(dash + 1, &high) || low < 1 ||
	    high > UINT16_MAX || low > high)
		return err_set(err, EINVAL,
			       "`%.60s` is not allowed; allowed: LOW-HIGH, two ports from 1 to "
			       "65535, the lower one first",
			       text);
	ret->number = high << 16 | low;
	return 0;
}

static int parse_flags(const struct scenario *scenario, const struct arg_spec *spec,
		       const char *text, struct argval *ret, struct err *err)
{
	static const char letters[] = "FSRPAU"; /* in the order of their bits */
	const char *letter, *found;

	(void)scenario;
	(void)spec;
	if (!strcmp(text, "."))
		return 0;
	for (letter = text; *letter; letter++) {
		found = strchr(letters, *letter);
		if (!found || ret->number & (1 << (found - letters)))
			break;
		ret->number |= 1 << (found - letters);
	}
	if (*letter || !*text)
		return err_set(err, EINVAL,
			       "`%.60s` is not allowed; allowed: the letters SFRPAU, each once at "
			       "most, or . for no flag",
			       text);
	return 0;
}

static int parse_filter(const struct scenario *scenario, const struct arg_spec *spec,
			const char *text, struct argval *ret, struct err *err)
{
	(void)scenario;
	(void)spec;
	(void)ret;
	return filter_check(text, err);
}

static int parse_link(const struct scenario *scenario, const struct arg_spec *spec,
		      const char *text, struct argval *ret, struct err *err)
{
	struct netem_link link;

	(void)scenario;
	(void)spec;
	(void)ret;
	return netem_link_parse(text, &link, err);
}

static int parse_text(const struct scenario *scenario, const struct arg_spec *spec,
		      const char *text, struct argval *ret, struct err *err)
{
	(void)scenario;
	(void)spec;
	(void)text;
	(void)ret;
	(void)err;
	return 0;
}

static int (*const parsers[])(const struct scenario *scenario, const struct arg_spec *spec,
			      const char *text, struct argval *ret, struct err *err) = {
	[ARG_DEFINE] = parse_define,	 [ARG_REF] = parse_ref,
	[ARG_HOST] = parse_host,	 [ARG_SIDE] = parse_side,
	[ARG_ENDPOINT] = parse_endpoint, [ARG_BOOL] = parse_bool,
	[ARG_NUMBER] = parse_number,	 [ARG_DURATION] = parse_duration,
	[ARG_WORD] = parse_word,	 [ARG_WORD_OR_NUMBER] = parse_word_or_number,
	[ARG_SYSCTL] = parse_sysctl,	 [ARG_FLAGS] = parse_flags,
	[ARG_FILTER] = parse_filter,	 [ARG_TEXT] = parse_text,
	[ARG_LINK] = parse_link,	 [ARG_RANGE] = parse_range,
};

int arg_parse(const struct scenario *scenario, const struct arg_spec *spec, const char *text,
	      struct argval *ret, struct err *err)
{
	*ret = (struct argval){.set = true, .text = mem_strdup(text)};
	return parsers[spec->type](scenario, spec, text, ret, err);
}
