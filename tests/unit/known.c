// SPDX-License-Identifier: GPL-2.0-or-later
/* known: how the file is read, its errors, and what it makes of a verdict. */
#include "record/known.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Load a text by a path that its messages show as K. */
static int load(const char *text, struct known *ret, char message[600])
{
	char path[64], *at;
	struct err err = {0};
	int fd = memfd_create("known", MFD_CLOEXEC), status;

	cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	status = known_load(path, ret, &err);
	close(fd);
	strcpy(message, err.msg);
	at = strstr(message, path);
	if (at) {
		*at = 'K';
		memmove(at + 1, at + strlen(path), strlen(at + strlen(path)) + 1);
	}
	return status;
}

Test(known, errors_have_their_place)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"cell: a", "K:1:1: a list of at most 10000 entries is needed"},
		{"- a", "K:1:3: an entry is a mapping of cell or scenario, why, until, ..."},
		{"- {cell: a, whyy: b, until: fixed}",
		 "K:1:13: an entry has no key `whyy`; there are cell, scenario, with, fact, "
		 "observed, why and until"},
		{"- {cell: a, why: b}", "K:1:3: this entry lacks `until`"},
		{"- {cell: a, until: fixed}", "K:1:3: this entry lacks `why`"},
		{"- {why: b, until: fixed}",
		 "K:1:3: an entry names either a `cell` or a `scenario`"},
		{"- {cell: a, scenario: b, why: b, until: fixed}",
		 "K:1:3: an entry names either a `cell` or a `scenario`"},
		{"- {cell: a, with: {b: c}, why: b, until: fixed}",
		 "K:1:3: `with` goes with `scenario`; a `cell` is one already"},
		{"- {cell: a, observed: c, why: b, until: fixed}",
		 "K:1:3: `observed` needs a `fact`"},
		{"- {scenario: a, with: b, why: b, until: fixed}",
		 "K:1:23: `with` takes dimensions and their values, as in {timestamps: 0, link: "
		 "[clean, wan]}"},
		{"- {scenario: a, with: {b: []}, why: b, until: fixed}",
		 "K:1:27: `b` takes a value, or a list of values"},
		{"- {scenario: a, with: {b: [[c]]}, why: b, until: fixed}",
		 "K:1:28: `b` takes a text that is not empty"},
		{"- {cell: a, why: '', until: fixed}",
		 "K:1:18: `why` takes a text that is not empty"},
		{"- {cell: a, why: b, until: soon}",
		 "K:1:28: `until` takes a date such as 2027-03-31, or the word fixed; not "
		 "\"soon\""},
		{"- {cell: a, why: b, until: 2027-02-3}",
		 "K:1:28: `until` takes a date such as 2027-03-31, or the word fixed; not "
		 "\"2027-02-3\""},
		{"- {cell: a, why: b, until: 2027-13-01}",
		 "K:1:28: `until` takes a date such as 2027-03-31, or the word fixed; not "
		 "\"2027-13-01\""},
		{"- [", "K:2:1: not YAML: did not find expected node content while parsing a flow "
			"node"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct known known;
		char message[600];

		cr_expect_eq(load(cases[i].text, &known, message), -EINVAL, "%s", cases[i].text);
		cr_expect_str_eq(message, cases[i].message);
	}
}

/* third-segment with timestamps=0: new.connect passed, new.stream and third failed. */
static json_t *record_failed(void)
{
	return json_pack("{ss ss s{ss ss} ss s[{ss ss ss ss si si} {ss ss ss ss si} {ss ss ss ss "
			 "si}]}",
			 "scenario", "s", "cell", "s/timestamps=0", "dimensions", "timestamps", "0",
			 "family", "ipv4", "verdict", "fail", "judged", "fact", "new.connect",
			 "expected", "ok", "observed", "ok", "verdict", "pass", "line", 5, "column",
			 9, "fact", "new.stream", "expected", "intact", "observed", "corrupt",
			 "verdict", "fail", "line", 6, "fact", "third", "expected", "dropped",
			 "observed", "delivered", "verdict", "fail", "line", 7);
}

static json_t *record_passed(void)
{
	return json_pack("{ss ss s{ss} ss s[{ss ss ss ss si si}]}", "scenario", "s", "cell", "s",
			 "dimensions", "timestamps", "1", "verdict", "pass", "judged", "fact",
			 "new.connect", "expected", "ok", "observed", "ok", "verdict", "pass",
			 "line", 5, "column", 9);
}

/* The verdict that a file gives a record, and the remarks on its entries. */
static void expect(json_t *record, const char *text, const char *verdict, const char *remarks)
{
	struct text got = {0};
	struct known known;
	char message[600];

	cr_assert_eq(load(text, &known, message), 0, "%s", message);
	known_apply(&known, record);
	cr_expect_str_eq(record_text(record, "verdict", ""), verdict, "%s", text);
	for (size_t i = 0; i < known.n; i++) {
		struct text remark = {0};

		if (known_remark(&known, i, &remark))
			text_add(&got, "%s\n", strchr(text_str(&remark), ':') + 1);
		text_free(&remark);
	}
	cr_expect_str_eq(text_str(&got), remarks, "%s", text);
	text_free(&got);
	known_free(&known);
	json_decref(record);
}

Test(known, a_failure_that_is_covered)
{
	json_t *record = record_failed();

	expect(json_incref(record), "- {cell: s/timestamps=0, why: bug 7, until: fixed}", "known",
	       "");
	cr_expect(strstr(record_text(record, "known", ""), "bug 7 (until fixed; /proc/self/fd/"));
	json_decref(record);
	expect(record_failed(),
	       "- {scenario: s, with: {timestamps: [0, 2], family: ipv4}, why: w, until: "
	       "2999-12-31}",
	       "known", "");
}

Test(known, each_failed_fact_has_to_be_covered)
{
	static const char stream[] = "- {scenario: s, fact: new.stream, why: w, until: fixed}\n";
	static const char both[] = "- {scenario: s, fact: new.stream, why: w, until: fixed}\n"
				   "- {scenario: s, fact: third, observed: [held, delivered], "
				   "why: w, until: fixed}\n";
	static const char other[] = "- {scenario: s, fact: new.stream, why: w, until: fixed}\n"
				    "- {scenario: s, fact: third, observed: held, why: w, until: "
				    "fixed}\n";

	expect(record_failed(), stream, "fail", "");
	expect(record_failed(), both, "known", "");
	expect(record_failed(), other, "fail", "2:3: this entry met nothing\n");
}

Test(known, what_is_not_named_is_not_covered)
{
	expect(record_failed(), "- {cell: s, why: w, until: fixed}", "fail",
	       "1:3: this entry met nothing\n");
	expect(record_failed(), "- {scenario: s, with: {timestamps: 1}, why: w, until: fixed}",
	       "fail", "1:3: this entry met nothing\n");
	expect(record_failed(), "- {scenario: s, with: {none: 1}, why: w, until: fixed}", "fail",
	       "1:3: this entry met nothing\n");
	expect(record_failed(), "", "fail", "");
}

Test(known, past_its_date_it_counts_again)
{
	expect(record_failed(), "- {scenario: s, why: w, until: 2001-02-03}", "fail",
	       "1:3: known until 2001-02-03: that is past, and it counts again\n");
	expect(record_passed(), "- {scenario: s, why: w, until: 2001-02-03}", "pass",
	       "1:3: known until 2001-02-03: that is past, and it counts again\n");
}

Test(known, an_unexpected_pass_fails)
{
	json_t *record = record_passed();
	const json_t *row;

	expect(json_incref(record), "- {scenario: s, why: bug 7, until: fixed}", "fail", "");
	row = json_array_get(json_object_get(record, "judged"), 1);
	cr_expect_str_eq(record_text(row, "expected", ""), "a failure: bug 7");
	cr_expect_str_eq(record_text(row, "observed", ""), "a pass");
	cr_expect_eq(record_number(row, "line", 0), 5);
	json_decref(record);
	/* Its fact passed, though others failed as is known. */
	expect(record_failed(),
	       "- {scenario: s, why: w, until: fixed}\n"
	       "- {scenario: s, fact: new.connect, why: w, until: fixed}\n",
	       "fail", "");
}

/* Records that were judged with --known are as they would be without, before a file is applied. */
Test(known, applied_again)
{
	static const char covers[] = "- {scenario: s, why: bug 7, until: fixed}";
	static const char past[] = "- {scenario: s, why: w, until: 2001-02-03}";
	static const char counts[] =
		"1:3: known until 2001-02-03: that is past, and it counts again\n";
	json_t *failed = record_failed(), *passed = record_passed();

	expect(json_incref(failed), covers, "known", "");
	expect(json_incref(failed), covers, "known", "");
	expect(json_incref(failed), past, "fail", counts);
	cr_expect_null(json_object_get(failed, "known"));
	json_decref(failed);

	expect(json_incref(passed), covers, "fail", "");
	expect(json_incref(passed), covers, "fail", "");
	cr_expect_eq(json_array_size(json_object_get(passed, "judged")), 2);
	expect(json_incref(passed), past, "pass", counts);
	json_decref(passed);
}

/* A control fails on purpose: only its own id can mean it. */
Test(known, a_control_is_met_by_its_id_only)
{
	json_t *record = record_failed(), *again = record_failed();

	json_object_set_new(record, "judged_as", json_object());
	json_object_set_new(again, "judged_as", json_object());
	expect(record, "- {scenario: s, why: w, until: fixed}", "fail",
	       "1:3: this entry met nothing\n");
	expect(again, "- {cell: s/timestamps=0, why: w, until: fixed}", "known", "");
}

Test(known, noise_decides_nothing)
{
	json_t *record = record_passed();

	json_object_set_new(record, "verdict", json_string("inconclusive"));
	expect(record, "- {scenario: s, why: w, until: fixed}", "inconclusive",
	       "1:3: this entry met nothing\n");
}
