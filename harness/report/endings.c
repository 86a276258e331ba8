// SPDX-License-Identifier: GPL-2.0-or-later
/* endings: owns the sentences about the facts of a cell that remain when it has ended. */
#include "report/endings.h"
#include "base/clock.h"
#include "base/mem.h"
#include "record/record.h"
#include "report/wrap.h"

#include <string.h>

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

static void lives_add(const json_t *facts, const char *conn, struct text *words)
{
	_cleanup_free_ char *restarts = mem_printf("%s.time_wait_restarts", conn);
	int64_t n = record_number(facts, restarts, 0), last_ns = 0;
	char life[32];

	for (size_t i = 0; i < ARRAY_SIZE(lives); i++) {
		_cleanup_free_ char *name = mem_printf("%s.%s", conn, lives[i].fact);
		int64_t ns = record_number(json_object_get(facts, name), "ns", 0);

		if (ns > 0 && ns != last_ns)
			text_add(words, "%s%s%s", lives[i].before,
				 duration_format(ns, life, sizeof(life)), lives[i].after);
		last_ns = ns;
	}
	if (n > 0)
		text_add(words, "; a segment started its timer again %lld time%s", (long long)n,
			 n == 1 ? "" : "s");
}

/* Where nobody held it: of a connection that nobody closed there is nothing to hold. */
static void fins_add(const json_t *facts, const char *conn, struct text *words)
{
	_cleanup_free_ char *first = mem_printf("%s.first_fin", conn);

	if (!strcmp(record_text(facts, first, ""), "none"))
		text_add(words, ": neither end sent a FIN");
}

static void ending_tell(const json_t *facts, const char *name, const char *word, struct text *out)
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
		if (!strcmp(endings[i].fact, "time_wait")) {
			if (strcmp(word, "none") != 0)
				lives_add(facts, owner, &words);
			else
				fins_add(facts, owner, &words);
		}
		text_add(&words, ".");
	}
	if (words.len)
		wrap_text(out, "  ", text_str(&words));
}

void endings_tell(const json_t *record, struct text *out)
{
	json_t *facts = json_object_get(json_object_get(record, "canonical"), "facts"), *fact;
	const char *name;

	json_object_foreach(facts, name, fact)
	{
		if (json_is_string(fact))
			ending_tell(facts, name, json_string_value(fact), out);
	}
}
