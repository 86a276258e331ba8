// SPDX-License-Identifier: GPL-2.0-or-later
/* explain: owns the account of one cell in prose; show draws the same record. */
#include "report/explain.h"
#include "base/clock.h"
#include "base/mem.h"
#include "record/judge.h"
#include "report/format.h"
#include "report/narrate.h"
#include "report/wrap.h"

#include <string.h>

#define NEAREST_MAX 5
#define FACTS_MAX   12

struct account {
	const json_t *kernel, *outline, *record, *facts;
	struct text *out;
};

/* What is said of a connection or a segment at the end, by a fact of it; "%s" is its name. */
static const struct {
	const char *fact; /* behind the name and its dot; "" is the name itself */
	const char *word; /* NULL: any that is not among `but` */
	const char *but;
	const char *before, *after; /* the name */
	bool told;		    /* the fact's own word goes behind that */
} endings[] = {
	{"bind", NULL, "ok none", "bind() of ", " failed with ", true},
	{"connect", NULL, "ok none", "connect() of ", " came back with ", true},
	{"client_error", NULL, "none", "The client's socket calls of ", " met ", true},
	{"server_error", NULL, "none", "The server's socket calls of ", " met ", true},
	{"stream", "short", NULL, "The stream of ", " arrived short"},
	{"stream", "corrupt", NULL, "The stream of ", " arrived corrupt"},
	{"time_wait", "none", NULL, "Nobody held TIME-WAIT of ", ""},
	{"time_wait", "client", NULL, "The client held TIME-WAIT of ", ""},
	{"time_wait", "server", NULL, "The server held TIME-WAIT of ", ""},
	{"time_wait", "both", NULL, "Both ends held TIME-WAIT of ", ""},
	{"", "held", NULL, "The wire kept ", " and never released it"},
	{"", "absent", NULL, "No segment was sent that could have been ", ""},
	{"answer", "none", NULL, "Nothing answered ", ""},
	{"answer", NULL, "none", "The answer to ", " was of the kind ", true},
};

/* What is added to "... held TIME-WAIT of old", by the connection's other facts. */
static const struct {
	const char *fact, *before, *after;
} lives[] = {
	{"time_wait_timer", ", with ", " on the kernel's timer at first"},
	{"time_wait_life", "; from the timer's last start it took ", " to its end"},
	{"time_wait_total", ", and in all ", ""},
};

static void sentence_flush(const struct account *account, struct text *words)
{
	if (words->len)
		wrap_text(account->out, "  ", text_str(words));
	text_free(words);
	*words = (struct text){0};
}

/* A chapter that says nothing has no heading either. */
static void chapter_tell(const struct account *account, const char *words,
			 void (*tell)(const struct account *account))
{
	_cleanup_text_ struct text body = {0};
	struct account inner = *account;

	inner.out = &body;
	tell(&inner);
	if (body.len)
		text_add(account->out, "\n%s\n%s", words, text_str(&body));
}

static void explain_title(const struct account *account)
{
	const char *reason = record_reason(account->record);

	text_add(account->out, "%s: %s%s%s\n", record_text(account->record, "cell", "?"),
		 record_text(account->record, "verdict", "not judged"), *reason ? ": " : "",
		 reason);
	if (account->outline)
		text_add(account->out, "%s\n", record_text(account->outline, "title", "?"));
	text_add(account->out, "Played on %s", record_text(account->record, "target", "?"));
	if (account->kernel)
		text_add(account->out, ", kernel %s, HZ %lld",
			 record_text(account->kernel, "release", "?"),
			 (long long)record_number(account->kernel, "hz", 0));
	text_add(account->out, ".\n");
}

static const json_t *dimension_of(const struct account *account, const char *name)
{
	const json_t *dimensions = json_object_get(account->outline, "dimensions");

	for (size_t i = 0; i < json_array_size(dimensions); i++) {
		const json_t *dimension = json_array_get(dimensions, i);

		if (!strcmp(record_text(dimension, "name", ""), name))
			return dimension;
	}
	return NULL;
}

/* " (tcp_timestamps of the server)", or without sysctl's name whose it is. */
static void of_add(struct text *words, const json_t *setting, const char *sysctl)
{
	const char *of = record_text(setting, "of", "");
	bool both = !strcmp(of, "both");

	text_add(words, " (%s%s%s%s)", sysctl, *sysctl ? " of " : "", both ? "" : "the ",
		 both ? "both ends" : of);
}

static void sysctl_add(struct text *words, const json_t *dimension)
{
	const char *sysctl = record_text(dimension, "sysctl", NULL);

	if (sysctl)
		of_add(words, dimension, sysctl);
}

/* Of --sysctl: "At the server, --sysctl set a to 1, b to 2." */
static void settings_add(struct text *words, const json_t *record)
{
	json_t *settings = json_object_get(record, "settings"), *of_host, *value;
	const char *host, *name;

	json_object_foreach(settings, host, of_host)
	{
		const char *before = "set ";

		text_add(words, "%sAt the %s, --sysctl ", words->len ? " " : "", host);
		json_object_foreach(of_host, name, value)
		{
			text_add(words, "%s%s to %s", before, name,
				 json_string_value(value) ?: "?");
			before = ", ";
		}
		text_add(words, ".");
	}
}

/* Off the dimension's first value, told alone; the others are counted. */
static void explain_set(const struct account *account)
{
	json_t *values = json_object_get(account->record, "dimensions"), *value;
	json_t *always = json_object_get(account->outline, "sysctls");
	_cleanup_text_ struct text words = {0}, first = {0};
	const char *name;

	json_object_foreach(values, name, value)
	{
		const json_t *dimension = dimension_of(account, name);
		const json_t *preset = json_array_get(json_object_get(dimension, "values"), 0);
		const char *is = json_string_value(value) ?: "?";
		bool at_first = preset && json_equal(preset, value);
		struct text *to = at_first ? &first : &words;

		text_add(to, "%s%s is %s", to->len ? ", " : "", name, is);
		sysctl_add(to, dimension);
		if (preset && !at_first)
			text_add(to, " instead of %s", json_string_value(preset) ?: "?");
	}
	if (words.len)
		text_add(&words, ".");
	if (first.len)
		text_add(&words, "%s%s: %s.", words.len ? " " : "",
			 words.len ? "The rest is as the scenario has it first"
				   : "All is as the scenario has it first",
			 text_str(&first));
	for (size_t i = 0; i < json_array_size(always); i++) {
		const json_t *sysctl = json_array_get(always, i);

		text_add(&words, " Every cell has %s = %s", record_text(sysctl, "name", "?"),
			 record_text(sysctl, "value", "?"));
		of_add(&words, sysctl, "");
		text_add(&words, ".");
	}
	settings_add(&words, account->record);
	sentence_flush(account, &words);
}

static bool word_among(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = words; at && *at; at += strspn(at, " ")) {
		size_t n = strcspn(at, " ");

		if (n == len && !strncmp(at, word, len))
			return true;
		at += n;
	}
	return false;
}

static void lives_add(const struct account *account, const char *conn, struct text *words)
{
	_cleanup_free_ char *restarts = mem_printf("%s.time_wait_restarts", conn);
	int64_t n = record_number(account->facts, restarts, 0), last_ns = 0;
	char life[32];

	for (size_t i = 0; i < ARRAY_SIZE(lives); i++) {
		_cleanup_free_ char *name = mem_printf("%s.%s", conn, lives[i].fact);
		int64_t ns = record_number(json_object_get(account->facts, name), "ns", 0);

		if (ns > 0 && ns != last_ns)
			text_add(words, "%s%s%s", lives[i].before,
				 duration_format(ns, life, sizeof(life)), lives[i].after);
		last_ns = ns;
	}
	if (n > 0)
		text_add(words, "; a segment started its timer again %lld time%s", (long long)n,
			 n == 1 ? "" : "s");
}

static void ending_tell(const struct account *account, const char *name, const char *word)
{
	const char *dot = strchrnul(name, '.');
	_cleanup_free_ char *owner = mem_strndup(name, dot - name);
	_cleanup_text_ struct text words = {0};

	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		if (strcmp(endings[i].fact, *dot ? dot + 1 : "") != 0 ||
		    (endings[i].word ? strcmp(endings[i].word, word) != 0
				     : word_among(endings[i].but, word)))
			continue;
		text_add(&words, "%s%s%s%s", endings[i].before, owner, endings[i].after,
			 endings[i].told ? word : "");
		if (!strcmp(endings[i].fact, "time_wait") && strcmp(word, "none") != 0)
			lives_add(account, owner, &words);
		text_add(&words, ".");
	}
	sentence_flush(account, &words);
}

static void explain_endings(const struct account *account)
{
	json_t *fact;
	const char *name;

	json_object_foreach((json_t *)account->facts, name, fact)
	{
		if (json_is_string(fact))
			ending_tell(account, name, json_string_value(fact));
	}
}

/* "old.time_wait is client (line 42)", one after the other: those missed, or those met. */
static void rows_tell(const struct account *account, bool missed, const char *lead)
{
	json_t *rows = json_object_get(account->record, "judged"), *row;
	_cleanup_text_ struct text words = {0};
	size_t i;

	json_array_foreach(rows, i, row)
	{
		const char *seen = record_text(row, "observed", "?");
		const char *expected = record_text(row, "expected", "?");

		if (row_missed(row) != missed)
			continue;
		text_add(&words, "%s%s is %s (line %lld", words.len ? ", " : lead,
			 record_text(row, "fact", "?"), seen,
			 (long long)record_number(row, "line", 0));
		if (strcmp(seen, expected) != 0)
			text_add(&words, " expects %s", expected);
		text_add(&words, ")");
	}
	if (words.len)
		text_add(&words, ".");
	sentence_flush(account, &words);
}

static void explain_decided(const struct account *account)
{
	json_t *sources = json_object_get(account->outline, "sources"), *source;
	json_t *rfc = json_object_get(account->record, "rfc"), *row;
	_cleanup_text_ struct text words = {0}, lead = {0};
	size_t i;

	json_array_foreach(sources, i, source)
	{
		text_add(&words, "%s%s", i ? "; " : "The scenario's rules rest on ",
			 json_string_value(source) ?: "?");
	}
	if (words.len)
		text_add(&words, ".");
	sentence_flush(account, &words);
	text_add(&lead, "As the rules of %s have it: ",
		 record_text(account->record, "file", "the scenario"));
	rows_tell(account, false, text_str(&lead));
	rows_tell(account, true, "Against the rules: ");
	json_array_foreach(rfc, i, row)
	{
		text_add(&words, "%s%s asks for %s %s; this kernel: %s%s.", i ? " " : "",
			 record_text(row, "source", "?"), record_text(row, "fact", "?"),
			 record_text(row, "expected", "?"), record_text(row, "observed", "?"),
			 json_is_true(json_object_get(row, "deviates")) ? ", a deviation" : "");
	}
	sentence_flush(account, &words);
}

static void values_add(struct text *words, const json_t *values)
{
	for (size_t i = 0; i < json_array_size(values); i++)
		text_add(words, "%s%s", i ? " or " : "",
			 json_string_value(json_array_get(values, i)) ?: "?");
}

/* "With timestamps 1 instead of 0:", and the facts that are otherwise there. */
static void nearest_tell(const struct account *account, const json_t *finding)
{
	json_t *differs = json_object_get(finding, "differs"), *values;
	json_t *facts = json_object_get(finding, "facts");
	const json_t *here = json_object_get(account->record, "dimensions");
	_cleanup_text_ struct text words = {0};
	const char *name;

	json_object_foreach(differs, name, values)
	{
		text_add(&words, "%s%s ", words.len ? " and " : "With ", name);
		values_add(&words, values);
		text_add(&words, " instead of %s", record_text(here, name, "?"));
		sysctl_add(&words, dimension_of(account, name));
	}
	text_add(&words, ":");
	sentence_flush(account, &words);
	for (size_t i = 0; i < json_array_size(facts) && i < FACTS_MAX; i++) {
		const json_t *fact = json_array_get(facts, i);

		text_add(&words, "%s: %s there, %s here", record_text(fact, "fact", "?"),
			 record_text(fact, "there", "?"), record_text(fact, "here", "?"));
		wrap_text(account->out, "    ", text_str(&words));
		text_free(&words);
		words = (struct text){0};
	}
	if (json_array_size(facts) > FACTS_MAX)
		text_add(account->out, "    and %zu more facts\n",
			 json_array_size(facts) - FACTS_MAX);
}

/* "Alone, these change no outcome: family ipv6, link lossy or bursty." */
static void alone_tell(const struct account *account, const json_t *alone, const char *list,
		       const char *lead)
{
	_cleanup_text_ struct text words = {0};

	for (size_t i = 0; i < json_array_size(alone); i++) {
		const json_t *entry = json_array_get(alone, i);
		const json_t *values = json_object_get(entry, list);

		if (!json_array_size(values))
			continue;
		text_add(&words, "%s%s ", words.len ? ", " : lead,
			 record_text(entry, "dimension", "?"));
		values_add(&words, values);
	}
	if (words.len)
		text_add(&words, ".");
	sentence_flush(account, &words);
}

static void explain_neighbours(const struct account *account, const json_t *neighbours)
{
	const json_t *nearest = json_object_get(neighbours, "nearest");
	const json_t *alone = json_object_get(neighbours, "alone");
	size_t n = json_array_size(nearest), apart = record_number(neighbours, "apart", 0);

	text_add(account->out, "\nWhat would change it, as the records show\n");
	if (!verdict_conclusive(record_verdict(account->record))) {
		text_add(account->out, "  Nothing can be said: this record neither passed nor "
				       "failed.\n");
		return;
	}
	if (!n)
		text_add(account->out,
			 "  No record of this scenario and kernel has another outcome.\n");
	else if (apart > 1)
		text_add(account->out,
			 "  The nearest cells with another outcome differ in %zu dimensions:\n",
			 apart);
	for (size_t i = 0; i < n && i < NEAREST_MAX; i++)
		nearest_tell(account, json_array_get(nearest, i));
	if (n > NEAREST_MAX)
		text_add(account->out, "  and %zu more settings as near as these\n",
			 n - NEAREST_MAX);
	alone_tell(account, alone, "same", "Alone, these change no outcome: ");
	alone_tell(account, alone, "untold",
		   "Not compared, since they neither passed nor failed: ");
}

static void explain_events(const struct account *account)
{
	narrate_events(account->record, account->outline, account->out);
}

void explain_record(const json_t *kernel, const json_t *outline, const json_t *record,
		    const json_t *neighbours, struct text *out)
{
	const struct account account = {
		.kernel = kernel,
		.outline = outline,
		.record = record,
		.facts = json_object_get(json_object_get(record, "canonical"), "facts"),
		.out = out,
	};

	size_t from = out->len;

	explain_title(&account);
	chapter_tell(&account, "What was set", explain_set);
	chapter_tell(&account, "What happened", explain_events);
	chapter_tell(&account, "What came of it", explain_endings);
	chapter_tell(&account, "What decided it", explain_decided);
	if (neighbours)
		explain_neighbours(&account, neighbours);
	text_plain(out, from);
}
