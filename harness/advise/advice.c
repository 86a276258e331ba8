// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * advice: owns the wording of advice. A line's chapter is a heading and items, whatever the format;
 * a format says how these two look.
 */
#include "advise/advice.h"
#include "advise/claims.h"
#include "advise/history.h"
#include "base/mem.h"
#include "compare/show.h"
#include "record/record.h"
#include "report/markup.h"
#include "report/wrap.h"

#include <string.h>

#define FINDINGS_MAX  6 /* of a line, unless all are asked for */
#define SCENARIOS_MAX 6

/* How a format looks. Words are plain text of one paragraph. */
struct look {
	void (*heading)(struct text *out, const char *words);
	void (*para)(struct text *out, const char *words);
	void (*item)(struct text *out, const char *words);
	void (*code)(struct text *out, const char *line); /* of a block, a line at a time */
	void (*code_end)(struct text *out);
	bool all;
};

static long long number(const json_t *object, const char *key)
{
	return record_number(object, key, 0);
}

__attribute__((format(printf, 4, 5))) static void say(const struct look *look, struct text *out,
						      bool item, const char *fmt, ...)
{
	va_list args;
	char *words;

	va_start(args, fmt);
	if (vasprintf(&words, fmt, args) < 0)
		abort();
	va_end(args);
	(item ? look->item : look->para)(out, words);
	free(words);
}

/* "net.ipv4.tcp_tw_reuse = 1", or what of it there is. The caller frees. */
static char *line_words(const json_t *line)
{
	const char *name = record_text(line, "name", NULL),
		   *value = record_text(line, "value", NULL);

	if (!name)
		return mem_strdup("");
	return value ? mem_printf("%s = %s", name, value) : mem_strdup(name);
}

static void knob_show(const struct look *look, const json_t *line, struct text *out)
{
	_cleanup_free_ char *history = history_words(json_object_get(line, "history"));
	bool present = json_is_true(json_object_get(line, "present"));
	const char *scope = json_is_true(json_object_get(line, "namespace"))
				    ? "one value a network namespace"
				    : "one value for the whole kernel";

	say(look, out, false, "%s this kernel, %s%s%s.", present ? "On" : "Not on", scope,
	    *history ? ". Mainline: " : "", history);
}

static void scenarios_show(const struct look *look, const json_t *alone, struct text *out)
{
	json_t *scenarios = json_object_get(alone, "scenarios"), *entry;
	_cleanup_text_ struct text words = {0};
	size_t i;

	json_array_foreach(scenarios, i, entry)
	{
		if (i == SCENARIOS_MAX && !look->all)
			break;
		text_add(&words, "%s%s %lld of %lld", i ? ", " : "",
			 record_text(entry, "scenario", "?"), number(entry, "changed"),
			 number(entry, "cells"));
	}
	if (i < json_array_size(scenarios))
		text_add(&words, " and %zu more scenarios", json_array_size(scenarios) - i);
	if (words.len)
		say(look, out, false, "Cells with another outcome: %s.", text_str(&words));
}

static void findings_list(const struct look *look, const json_t *findings, struct text *out)
{
	size_t n = json_array_size(findings);
	size_t n_shown = look->all || n <= FINDINGS_MAX ? n : FINDINGS_MAX;

	for (size_t i = 0; i < n_shown; i++) {
		const json_t *finding = json_array_get(findings, i);
		_cleanup_text_ struct text where = {0};

		finding_where(finding, &where);
		say(look, out, true, "%s: %s: %s -> %s, %s", record_text(finding, "scenario", "?"),
		    record_text(finding, "fact", "?"), record_text(finding, "was", "?"),
		    record_text(finding, "now", "?"), text_str(&where));
	}
	if (n > n_shown)
		say(look, out, true, "%zu more (--all shows them)", n - n_shown);
}

/* The two nearest cells: the one that changes most simply, without and with the line; and where it
 * changes nothing. */
static void nearest_show(const struct look *look, const json_t *nearest, struct text *out)
{
	json_t *facts = json_object_get(nearest, "facts"), *fact, *value;
	json_t *differs = json_object_get(nearest, "differs");
	_cleanup_text_ struct text words = {0};
	const char *name;
	size_t i;

	if (!nearest)
		return;
	say(look, out, false, "The nearest cell, side by side: %s",
	    record_text(nearest, "cell", "?"));
	text_add(&words, "%-28s %-24s %s", "", "without", "with");
	look->code(out, text_str(&words));
	json_array_foreach(facts, i, fact)
	{
		text_free(&words);
		text_add(&words, "%-28s %-24s %s", record_text(fact, "fact", "?"),
			 record_text(fact, "without", "?"), record_text(fact, "with", "?"));
		look->code(out, text_str(&words));
	}
	look->code_end(out);
	text_free(&words);
	json_object_foreach(differs, name, value)
	{
		text_add(&words, "%s%s=%s", words.len ? ", " : "", name, json_string_value(value));
	}
	if (differs)
		say(look, out, false, "It changes no outcome with %s: %s", text_str(&words),
		    record_text(nearest, "unchanged", "?"));
}

static void claims_show(const struct look *look, const json_t *line, struct text *out)
{
	json_t *claims = json_object_get(line, "claims"), *claim;
	size_t i;

	json_array_foreach(claims, i, claim)
	{
		_cleanup_free_ char *words = claim_words(claim);

		if (!i)
			say(look, out, false, "What is said of it:");
		say(look, out, true, "%s", words);
	}
}

/* Each sort of harm or relief once, with its cells and where it is met first. */
static void effects_show(const struct look *look, const json_t *findings, const char *key,
			 const char *heading, struct text *out)
{
	json_t *told = json_object(), *finding, *entry;
	const char *what;
	size_t i;

	json_array_foreach((json_t *)findings, i, finding)
	{
		what = record_text(finding, key, NULL);
		entry = what ? json_object_get(told, what) : NULL;
		if (what && !entry)
			json_object_set_new(told, what,
					    json_pack("{sI ss ss ss ss}", "cells",
						      (json_int_t)number(finding, "cells"),
						      "scenario",
						      record_text(finding, "scenario", "?"), "fact",
						      record_text(finding, "fact", "?"), "was",
						      record_text(finding, "was", "?"), "now",
						      record_text(finding, "now", "?")));
		else if (entry)
			json_object_set_new(
				entry, "cells",
				json_integer(number(entry, "cells") + number(finding, "cells")));
	}
	if (json_object_size(told))
		say(look, out, false, "%s", heading);
	json_object_foreach(told, what, entry)
	{
		say(look, out, true, "%s, in %lld cells (%s: %s: %s -> %s)", what,
		    number(entry, "cells"), record_text(entry, "scenario", "?"),
		    record_text(entry, "fact", "?"), record_text(entry, "was", "?"),
		    record_text(entry, "now", "?"));
	}
	json_decref(told);
}

static void alone_show(const struct look *look, const json_t *alone, struct text *out)
{
	long long changed = number(alone, "changed"), cells = number(alone, "cells");

	if (!cells)
		say(look, out, false, "Alone: no record says what it does; no advice.");
	else if (!changed)
		say(look, out, false, "Alone it changes no outcome, in %lld cells.", cells);
	else
		say(look, out, false, "Alone it changes outcomes in %lld of %lld cells.", changed,
		    cells);
	if (number(alone, "besides"))
		say(look, out, false,
		    "In %lld cells it changes only times, counters or facts that no rule is about.",
		    number(alone, "besides"));
	if (number(alone, "untold"))
		say(look, out, false, "Of %lld more cells no record says.",
		    number(alone, "untold"));
	scenarios_show(look, alone, out);
	findings_list(look, json_object_get(alone, "findings"), out);
	nearest_show(look, json_object_get(alone, "nearest"), out);
}

static void rest_show(const struct look *look, const json_t *line, struct text *out)
{
	const json_t *rest = json_object_get(line, "rest");
	long long kept = number(rest, "kept"), undone = number(rest, "undone");

	if (undone)
		say(look, out, false,
		    "Together with the rest: %lld of these changes are there, %lld are not.", kept,
		    undone);
	else if (kept)
		say(look, out, false, "Together with the rest: the same changes, all %lld.", kept);
}

static void line_show(const struct look *look, const json_t *line, struct text *out)
{
	_cleanup_free_ char *words = line_words(line);
	_cleanup_free_ char *heading =
		mem_printf("%s:%lld%s%s%s", record_text(line, "file", "?"), number(line, "line"),
			   *words ? ": " : "", json_object_get(line, "optional") ? "-" : "", words);
	const json_t *by = json_object_get(line, "by"), *alone = json_object_get(line, "alone");
	const char *untried = record_text(line, "untried", NULL);

	look->heading(out, heading);
	if (json_object_get(line, "present"))
		knob_show(look, line, out);
	if (record_text(line, "read", NULL))
		say(look, out, false,
		    "The kernel reads that as %s: a number that begins with 0 is octal, with 0x "
		    "hexadecimal.",
		    record_text(line, "read", ""));
	if (by)
		say(look, out, false, "Overridden by %s:%lld.", record_text(by, "file", "?"),
		    number(by, "line"));
	if (untried)
		say(look, out, false, "Not run: %s.", untried);
	if (record_text(line, "nearest", NULL))
		say(look, out, false, "The nearest name that a lab knows is %s.",
		    record_text(line, "nearest", ""));
	if (!alone)
		return;
	alone_show(look, alone, out);
	if (json_object_get(line, "but_router"))
		say(look, out, false,
		    "Not tried on the router, which forwards whatever the line says.");
	rest_show(look, line, out);
	claims_show(look, line, out);
	effects_show(look, json_object_get(alone, "findings"), "relief",
		     "What no longer happens with it:", out);
	effects_show(look, json_object_get(alone, "findings"), "harm", "It endangers:", out);
}

static void together_show(const struct look *look, const json_t *together, struct text *out)
{
	const json_t *more = json_object_get(together, "more");

	look->heading(out, "All lines together");
	say(look, out, false, "They change outcomes in %lld of %lld cells.",
	    number(together, "changed"), number(together, "cells"));
	if (json_array_size(more))
		say(look, out, false, "What no line changes alone:");
	findings_list(look, more, out);
}

static void shortest_show(const struct look *look, const json_t *shortest, struct text *out)
{
	json_t *lines = json_object_get(shortest, "lines"), *line;
	long long cells = number(shortest, "cells"), differ = number(shortest, "differ");
	long long untold = number(shortest, "untold");
	size_t i;

	look->heading(out, "The shortest file with the same effects");
	json_array_foreach(lines, i, line)
	{
		_cleanup_free_ char *words = line_words(line);

		look->code(out, words);
	}
	if (i)
		look->code_end(out);
	else
		say(look, out, false, "An empty one.");
	if (differ || !cells)
		say(look, out, false,
		    "Not shown: of %lld cells %lld have another outcome, and of %lld more "
		    "no record says.",
		    cells, differ, untold);
	else
		say(look, out, false,
		    "Run: it has the same outcomes as the whole in all %lld cells. What else its "
		    "lines are for (memory, throughput), no cell asks.",
		    cells);
	if (!differ && cells && untold)
		say(look, out, false, "Of %lld more cells no record says.", untold);
}

static void others_show(const struct look *look, const json_t *others, struct text *out)
{
	const json_t *first = json_object_get(others, "first");
	_cleanup_free_ char *words = first ? line_words(first) : NULL;
	_cleanup_free_ char *heading = NULL;
	long long n = number(others, "n");

	if (!first)
		return;
	heading = mem_printf("%s:%lld: %s", record_text(first, "file", "?"), number(first, "line"),
			     words);
	look->heading(out, heading);
	if (n > 1)
		say(look, out, false,
		    "Not run: it and %lld other line%s set nothing that a lab sets.", n - 1,
		    n == 2 ? "" : "s");
	else
		say(look, out, false, "Not run: it sets nothing that a lab sets.");
}

static void chosen_show(const struct look *look, const json_t *advice, struct text *out)
{
	static const char *const counts[] = {"", "one value", "two values", "three values"};
	long long chosen = number(advice, "chosen"), reached = number(advice, "reached");

	if (chosen < reached)
		say(look, out, false,
		    "Of %lld cells that a line reaches %lld were chosen: any %s of a scenario's "
		    "dimensions that meet in a cell meet in one of these. --thorough plays all.",
		    reached, chosen, counts[number(advice, "cover")]);
}

static void advice_show(const struct look *look, const json_t *advice, struct text *out)
{
	json_t *files = json_object_get(advice, "files"), *file;
	json_t *lines = json_object_get(advice, "lines"), *line;
	const json_t *shortest = json_object_get(advice, "shortest");
	size_t i;

	say(look, out, false, "%s", record_text(advice, "place", "?"));
	chosen_show(look, advice, out);
	json_array_foreach(files, i, file)
	{
		if (record_text(file, "unread", NULL))
			say(look, out, false, "%s: passed over.", record_text(file, "unread", "?"));
		if (record_text(file, "hidden_by", NULL))
			say(look, out, false, "%s: not read, %s has its name.",
			    record_text(file, "path", "?"), record_text(file, "hidden_by", "?"));
	}
	json_array_foreach(lines, i, line)
	{
		line_show(look, line, out);
	}
	others_show(look, json_object_get(advice, "others"), out);
	if (number(json_object_get(advice, "together"), "cells"))
		together_show(look, json_object_get(advice, "together"), out);
	if (shortest)
		shortest_show(look, shortest, out);
}

static void text_heading(struct text *out, const char *words)
{
	text_add(out, "\n%s\n", words);
}

static void text_para(struct text *out, const char *words)
{
	wrap_text(out, "    ", words);
}

static void text_item(struct text *out, const char *words)
{
	size_t at = out->len;

	wrap_text(out, "      ", words);
	if (out->len > at + 4)
		out->data[at + 4] = '-';
}

static void text_code(struct text *out, const char *line)
{
	text_add(out, "        %s\n", line);
}

static void text_code_end(struct text *out)
{
	(void)out;
}

void advice_text(const json_t *advice, bool all, struct text *out)
{
	const struct look look = {text_heading, text_para,     text_item,
				  text_code,	text_code_end, all};

	advice_show(&look, advice, out);
}

static void markdown_heading(struct text *out, const char *words)
{
	text_add(out, "\n## ");
	markdown_code(out, words);
	text_add(out, "\n");
}

static void markdown_para(struct text *out, const char *words)
{
	text_add(out, "\n");
	markdown_text(out, words);
	text_add(out, "\n");
}

static void markdown_item(struct text *out, const char *words)
{
	text_add(out, "* ");
	markdown_text(out, words);
	text_add(out, "\n");
}

static void markdown_block(struct text *out, const char *line)
{
	text_add(out, "    %s\n", line);
}

static void markdown_block_end(struct text *out)
{
	(void)out;
}

void advice_markdown(const json_t *advice, bool all, struct text *out)
{
	const struct look look = {markdown_heading, markdown_para,	markdown_item,
				  markdown_block,   markdown_block_end, all};

	advice_show(&look, advice, out);
}
