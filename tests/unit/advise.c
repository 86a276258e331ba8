// SPDX-License-Identifier: GPL-2.0-or-later
/* advise: constructed records with and without a line: what is said of it, and what is not. */
#include "advise/advice.h"
#include "advise/claims.h"
#include "advise/evidence.h"
#include "advise/harm.h"
#include "advise/history.h"
#include "base/mem.h"
#include "lab/knob.h"

#include <criterion/criterion.h>
#include <string.h>

static struct half without, with;

static void open_halves(void)
{
	half_init(&without, "without");
	half_init(&with, "with");
}

static void close_halves(void)
{
	half_free(&without);
	half_free(&with);
}

TestSuite(advise, .init = open_halves, .fini = close_halves);

/* A cell of SCENARIO with x, whose rule is met by the fact's value. */
static void add(struct half *half, const char *scenario, int x, const char *fact, const char *value)
{
	char *id = x ? mem_printf("%s/x=%d", scenario, x) : mem_strdup(scenario);
	char *xs = mem_printf("%d", x);
	json_t *record = json_pack(
		"{ss ss ss ss ss s{ss} ss s{s{ss} s{}} s[{ss ss ss ss}] s{}}", "type", "cell",
		"kernel", "k", "scenario", scenario, "hash", "h", "cell", id, "dimensions", "x", xs,
		"verdict", "pass", "canonical", "facts", fact, value, "counters", "judged", "fact",
		fact, "expected", value, "observed", value, "verdict", "pass", "volatile");

	cr_assert_not_null(record);
	half_add(half, record);
	json_decref(record);
	free(id);
	free(xs);
}

static long long number(const json_t *object, const char *key)
{
	return record_number(object, key, -1);
}

/* Two of three cells change; the nearest is the one whose id says least, and beside it stands the
 * nearest that does not change. */
Test(advise, evidence_counts_and_chooses)
{
	json_t *evidence, *nearest;

	add(&without, "s", 2, "new.stream", "intact");
	add(&with, "s", 2, "new.stream", "corrupt");
	add(&without, "s", 0, "new.stream", "intact");
	add(&with, "s", 0, "new.stream", "corrupt");
	add(&without, "s", 1, "new.stream", "intact");
	add(&with, "s", 1, "new.stream", "intact");
	evidence = evidence_new(&without, &with, &(struct compare_options){0});
	nearest = json_object_get(evidence, "nearest");
	cr_expect_eq(number(evidence, "cells"), 3);
	cr_expect_eq(number(evidence, "changed"), 2);
	cr_expect_str_eq(record_text(nearest, "cell", ""), "s");
	cr_expect_str_eq(record_text(nearest, "unchanged", ""), "s/x=1");
	cr_expect_str_eq(
		record_text(json_array_get(json_object_get(evidence, "findings"), 0), "harm", ""),
		"old bytes are read as data of a new connection");
	json_decref(evidence);
}

/* A cell without a record says nothing, and is not counted as unchanged. */
Test(advise, what_was_not_run_is_not_counted)
{
	json_t *evidence;

	add(&without, "s", 0, "new.connect", "ok");
	add(&without, "s", 1, "new.connect", "ok");
	add(&with, "s", 1, "new.connect", "ok");
	evidence = evidence_new(&without, &with, &(struct compare_options){0});
	cr_expect_eq(number(evidence, "cells"), 1);
	cr_expect_eq(number(evidence, "changed"), 0);
	cr_expect_null(json_object_get(evidence, "nearest"));
	json_decref(evidence);
}

static void check_effect(const char *fact, const char *was, const char *now, const char *harm,
			 const char *relief)
{
	json_t *finding = json_pack("{ss ss ss}", "fact", fact, "was", was, "now", now);

	cr_expect_str_eq(harm_of(finding) ?: "", harm, "%s: %s -> %s", fact, was, now);
	cr_expect_str_eq(relief_of(finding) ?: "", relief, "%s: %s -> %s", fact, was, now);
	json_decref(finding);
}

Test(advise, harm_and_relief)
{
	static const char no_port[] = "a connect fails, since no port or four-tuple is free";

	check_effect("new.connect", "ok", "EADDRNOTAVAIL", no_port, "");
	check_effect("new.connect", "EADDRNOTAVAIL", "ok", "", no_port);
	check_effect("new.connect", "EADDRNOTAVAIL", "EADDRNOTAVAIL", "", "");
	check_effect("third", "dropped", "delivered",
		     "a segment of an old connection reaches the application", "");
	check_effect("fill.failed", "9", "10", "more connects fail", "");
	check_effect("fill.ok", "9", "10", "", "fewer connects succeed");
	check_effect("fill.ok", "9..10", "10", "", "");
	check_effect("new.syns", "1", "2", "more SYNs are needed to connect", "");
	check_effect("new.syns", "0", "1", "", "");
	check_effect("client TW", "1", "0", "", "");
	check_effect("old.state", "delivered", "closed", "", "");
}

/* A claim is settled by the facts of its scenario alone; one that no cell asks is left out. */
Test(advise, claims)
{
	static const char name[] = "net.ipv4.tcp_fin_timeout";
	json_t *claims;

	add(&without, "how-long", 0, "old.time_wait_life", "60s");
	add(&with, "how-long", 0, "old.time_wait_life", "60s");
	add(&without, "how-long", 1, "old.time_wait_life", "60s");
	add(&with, "how-long", 1, "old.time_wait_life", "30s");
	add(&without, "elsewhere", 0, "old.time_wait_life", "60s");
	add(&with, "elsewhere", 0, "old.time_wait_life", "1s");
	claims = claims_settle(name, &without, &with);
	cr_assert_eq(json_array_size(claims), 1);
	cr_expect_eq(number(json_array_get(claims, 0), "same"), 1);
	cr_expect_eq(number(json_array_get(claims, 0), "changed"), 1);
	json_decref(claims);
	claims = claims_settle("net.ipv4.tcp_sack", &without, &with);
	cr_expect_eq(json_array_size(claims), 0);
	json_decref(claims);
}

static void check_history(const char *name, const char *expected)
{
	json_t *history = history_json(name);
	char *words = history_words(history);

	cr_expect_str_eq(words, expected);
	free(words);
	json_decref(history);
}

Test(advise, history)
{
	check_history("net.ipv4.tcp_rfc1337",
		      "since before 2.6.12; per network namespace since 4.15");
	check_history("net.ipv4.tcp_tw_reuse_delay",
		      "since 6.14; per network namespace as long as it has been there; before it, "
		      "a whole second of the kernel's clock had to begin");
	check_history("net.ipv4.tcp_rto_min_us", "since 6.11");
	check_history("net.ipv4.tcp_sack", "");
}

/* No version is told without whose word it is, and what was seen of it. */
Test(advise, history_has_sources)
{
	size_t n = 0;

	for (size_t i = 0; i < n_knobs; i++) {
		const struct history *history = history_find(knobs[i].name);
		json_t *told = history_json(knobs[i].name);

		cr_expect_eq(!history, !json_object_get(told, "source"), "%s", knobs[i].name);
		cr_expect_eq(!history, !json_object_get(told, "seen"), "%s", knobs[i].name);
		n += history != NULL;
		json_decref(told);
	}
	cr_expect_eq(n, 17);
}

static const char advice_json[] =
	"{\"place\": \"uml:x, Linux 6.12, HZ 250\", \"files\": [{\"path\": \"a/1.conf\"},"
	" {\"path\": \"b/1.conf\", \"hidden_by\": \"a/1.conf\"}], \"lines\": ["
	"{\"file\": \"a/1.conf\", \"line\": 1, \"untried\": \"malformed\"},"
	"{\"file\": \"a/1.conf\", \"line\": 2, \"name\": \"net.ipv4.tcp_sack\", \"value\": \"0\","
	" \"history\": {}, \"present\": true, \"namespace\": true, \"alone\": {\"cells\": 0}}],"
	"\"others\": {\"n\": 2, \"first\": {\"file\": \"a/1.conf\", \"line\": 9, \"name\": "
	"\"vm.swappiness\", \"value\": \"1\"}}, \"together\": {\"cells\": 0}, \"shortest\": "
	"{\"lines\": [], \"cells\": 0, \"differ\": 0, \"untold\": 1}}";

/* Without records there is no advice, and a shortest file that was not run is not claimed. */
Test(advise, says_what_was_not_run)
{
	json_t *advice = json_loads(advice_json, 0, NULL);
	struct text out = {0};

	cr_assert_not_null(advice);
	advice_text(advice, false, &out);
	cr_expect_str_eq(text_str(&out),
			 "    uml:x, Linux 6.12, HZ 250\n"
			 "    b/1.conf: not read, a/1.conf has its name.\n"
			 "\na/1.conf:1\n"
			 "    Not run: malformed.\n"
			 "\na/1.conf:2: net.ipv4.tcp_sack = 0\n"
			 "    On this kernel, one value a network namespace.\n"
			 "    Alone: no record says what it does; no advice.\n"
			 "\na/1.conf:9: vm.swappiness = 1\n"
			 "    Not run: it and 1 other line set nothing that a lab sets.\n"
			 "\nThe shortest file with the same effects\n"
			 "    An empty one.\n"
			 "    Not shown: of 0 cells 0 have another outcome, and of 1 more no "
			 "record says.\n");
	text_free(&out);
	json_object_set_new(json_object_get(advice, "shortest"), "cells", json_integer(3));
	advice_text(advice, false, &out);
	cr_expect(strstr(text_str(&out), "the whole in all 3 cells.") &&
			  strstr(text_str(&out), "\n    Of 1 more cells no record says.\n"),
		  "%s", text_str(&out));
	text_free(&out);
	advice_markdown(advice, false, &out);
	cr_expect(strstr(text_str(&out), "\n## `a/1.conf:2: net.ipv4.tcp_sack = 0`\n"), "%s",
		  text_str(&out));
	text_free(&out);
	json_decref(advice);
}
