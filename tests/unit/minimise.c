// SPDX-License-Identifier: GPL-2.0-or-later
/* minimise: the search for a smallest set of parts, the file of what is left, and what is kept. */
#include "base/mem.h"
#include "base/yaml.h"
#include "minimise/draft.h"
#include "minimise/reduce.h"
#include "minimise/showing.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

/* What the search is about here: parts 0 to 15, of which `needed` must all be there, or else all of
 * `instead` (none: 0). */
struct needle {
	unsigned needed, instead;
	size_t n_tried, n_tried_max;
};

#define N_PARTS 16

static size_t needle_class(void *ctx, size_t part)
{
	(void)ctx;
	return part / 6;
}

/* Part 5 cannot be without part 4. */
static void needle_leave_out(void *ctx, size_t part, bool *out)
{
	(void)ctx;
	out[part] = true;
	if (part == 4)
		out[5] = true;
}

static int needle_try(void *ctx, bool *const *out, size_t n, bool *ret_shows, struct err *err)
{
	struct needle *needle = ctx;

	needle->n_tried += n;
	if (needle->n_tried_max && needle->n_tried > needle->n_tried_max)
		return err_set(err, ECANCELED, "enough");
	for (size_t i = 0; i < n; i++) {
		unsigned there = 0;

		for (size_t part = 0; part < N_PARTS; part++)
			there |= !out[i][part] << part;
		ret_shows[i] = (there & needle->needed) == needle->needed ||
			       (needle->instead && (there & needle->instead) == needle->instead);
	}
	return 0;
}

static unsigned search(struct needle *needle, int *ret_status)
{
	const struct reduce_ops ops = {N_PARTS, needle_class, needle_leave_out, needle_try};
	bool out[N_PARTS] = {false};
	unsigned left = 0;
	struct err err;

	*ret_status = reduce(&ops, needle, out, &err);
	for (size_t part = 0; part < N_PARTS; part++)
		left |= !out[part] << part;
	return left;
}

Test(minimise, finds_what_is_needed_and_nothing_else)
{
	static const unsigned sets[] = {0x0,  0x1,    0x8000, 0x8001, 0x30,
					0x10, 0x4242, 0xffff, 0x7fff};

	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		struct needle needle = {.needed = sets[i]};
		int status;
		unsigned left = search(&needle, &status);

		cr_expect(!status && left == sets[i], "of %x, %x is left", sets[i], left);
		cr_expect(needle.n_tried <= 60, "%x: %zu tries", sets[i], needle.n_tried);
	}
}

/* Part 5 alone is needed, and holds part 4. */
Test(minimise, what_hangs_on_a_part_keeps_it)
{
	struct needle needle = {.needed = 0x20};
	int status;

	cr_expect_eq(search(&needle, &status), 0x30);
}

/* Either of two sets does: one of them is found, and not both. */
Test(minimise, one_of_two_ways)
{
	struct needle needle = {.needed = 0x0101, .instead = 0x8080};
	int status;
	unsigned left = search(&needle, &status);

	cr_expect(left == 0x0101 || left == 0x8080, "%x is left", left);
}

Test(minimise, stopped_early_it_keeps_what_it_has)
{
	struct needle needle = {.needed = 0x1, .n_tried_max = 8};
	int status;
	unsigned left = search(&needle, &status);

	cr_expect_eq(status, -ECANCELED);
	cr_expect(left & 0x1 && left != 0xffff, "%x is left", left);
}

Test(minimise, values_are_quoted_where_they_must_be)
{
	static const struct {
		const char *value, *yaml;
	} rows[] = {
		{"server:8080", "server:8080"},
		{"-1", "-1"},
		{"RFC 9293 3.6", "RFC 9293 3.6"},
		{"2..5", "2..5"},
		{"", "\"\""},
		{"a: b", "\"a: b\""},
		{"a:", "\"a:\""},
		{"a #b", "\"a #b\""},
		{"< 100ms", "\"< 100ms\""},
		{"say \"x\\\"", "\"say \\\"x\\\\\\\"\""},
		{"a, b", "\"a, b\""},
		{"tcp[13] & 1", "\"tcp[13] & 1\""},
		{"- a", "\"- a\""},
		{"a ", "\"a \""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_text_ struct text out = {0};

		yaml_value(rows[i].value, &out);
		cr_expect_str_eq(text_str(&out), rows[i].yaml);
	}
}

static const char example[] =
	"scenario: example\n"
	"title: 'A title: with a colon'\n"
	"source: the tests\n"
	"vary:\n"
	"  closer: [client, server]\n"
	"  held: [no, yes]\n"
	"  timestamps: {sysctl: net.ipv4.tcp_timestamps, of: both, values: [1, 0]}\n"
	"  family: [ipv4, ipv6]\n"
	"set:\n"
	"  server: {net.ipv4.tcp_fin_timeout: 30}\n"
	"play:\n"
	"  - listen: {at: server:8080, reuseaddr: yes}\n"
	"  - connect: {as: old, from: client:40000, to: server:8080, within: 10s}\n"
	"  - hold: {data: 1, of: old, keep: first}\n"
	"  - close: {via: old, first: $closer}\n"
	"  - release: first\n"
	"    when: {held: yes}\n"
	"  - wait: 2s\n"
	"expect:\n"
	"  - then: {old.time_wait: [$closer, both]}\n"
	"  - then: {first: [dropped, delivered, absent]}\n";

struct opened {
	struct scenario *scenario;
	struct cell *cells;
	size_t n_cells;
	struct draft draft;
};

static void example_open(const char *id, const struct settings *const *baseline, struct opened *ret)
{
	struct err err = {0};
	size_t i = 0;

	cr_assert(!scenario_parse("example.yaml", example, strlen(example), &ret->scenario, &err),
		  "%s", err.msg);
	ret->n_cells = matrix_cells(ret->scenario, &ret->cells);
	while (i < ret->n_cells && strcmp(ret->cells[i].id, id) != 0)
		i++;
	cr_assert(i < ret->n_cells, "no cell %s", id);
	draft_init(&ret->cells[i], "small", baseline, &ret->draft);
	draft_add_rule(&ret->draft, "old.time_wait", &ret->scenario->expect[0].then[0], false);
}

static void example_close(struct opened *opened)
{
	draft_free(&opened->draft);
	matrix_free(opened->cells, opened->n_cells);
	scenario_free(opened->scenario);
}

static void expect_file(const struct draft *draft, const bool *out, const char *want)
{
	_cleanup_text_ struct text file = {0};
	struct scenario *scenario;
	struct err err = {0};

	draft_write(draft, out, &file);
	cr_expect_str_eq(text_str(&file), want);
	cr_assert(!draft_load(draft, out, &scenario, &err), "%s", err.msg);
	scenario_free(scenario);
}

static const struct settings *const no_baseline[HOSTS_MAX];

Test(minimise, a_cell_as_a_scenario_of_its_own)
{
	struct opened opened;
	bool out[64] = {false};

	example_open("example/closer=server,family=ipv6,held=yes,timestamps=0", no_baseline,
		     &opened);
	expect_file(&opened.draft, out,
		    "scenario: small\n"
		    "title: \"A title: with a colon\"\n"
		    "source: \"example/closer=server,family=ipv6,held=yes,timestamps=0\"\n"
		    "draws-as: \"example/closer=server,family=ipv6,held=yes,timestamps=0\"\n"
		    "vary:\n  family: [ipv6]\n"
		    "set:\n  server:\n"
		    "    net.ipv4.tcp_fin_timeout: 30\n"
		    "  both:\n"
		    "    net.ipv4.tcp_timestamps: 0\n"
		    "play:\n"
		    "  - listen: {at: server:8080, reuseaddr: yes}\n"
		    "  - connect: {as: old, from: client:40000, to: server:8080}\n"
		    "  - hold: {of: old, data: 1, keep: first}\n"
		    "  - close: {via: old, first: server}\n"
		    "  - release: first\n"
		    "  - wait: 2s\n"
		    "expect:\n"
		    "  - then: {old.time_wait: [server, both]}\n");
	example_close(&opened);
}

static size_t part_of(const struct draft *draft, enum part_kind kind, size_t index)
{
	size_t i = 0;

	while (i < draft->n_parts &&
	       (draft->parts[i].kind != kind || draft->parts[i].index != index))
		i++;
	cr_assert(i < draft->n_parts);
	return i;
}

/* Without what is held nothing can be released. */
Test(minimise, steps_go_with_those_that_they_need)
{
	struct opened opened;
	bool out[64] = {false};
	size_t n_out;

	example_open("example/held=yes", no_baseline, &opened);
	draft_leave_out(&opened.draft, part_of(&opened.draft, PART_DRAWS, 0), out);
	draft_leave_out(&opened.draft, part_of(&opened.draft, PART_STEP, 2), out);
	draft_leave_out(&opened.draft, part_of(&opened.draft, PART_SETTING, 0), out);
	draft_leave_out(&opened.draft, part_of(&opened.draft, PART_SETTING, 1), out);
	cr_expect_eq(draft_count(&opened.draft, PART_STEP, out, &n_out), 6);
	cr_expect_eq(n_out, 2);
	expect_file(&opened.draft, out,
		    "scenario: small\n"
		    "title: \"A title: with a colon\"\n"
		    "source: \"example/held=yes\"\n"
		    "play:\n"
		    "  - listen: {at: server:8080, reuseaddr: yes}\n"
		    "  - connect: {as: old, from: client:40000, to: server:8080}\n"
		    "  - close: {via: old, first: client}\n"
		    "  - wait: 2s\n"
		    "expect:\n"
		    "  - then: {old.time_wait: [client, both]}\n");
	example_close(&opened);
}

/* The connection is what the rule is about. */
Test(minimise, what_is_no_scenario_is_not_played)
{
	struct opened opened;
	bool out[64] = {false};
	struct scenario *scenario;
	struct err err = {0};

	example_open("example", no_baseline, &opened);
	draft_leave_out(&opened.draft, part_of(&opened.draft, PART_STEP, 1), out);
	cr_expect_eq(draft_load(&opened.draft, out, &scenario, &err), -EINVAL);
	cr_expect(strstr(err.msg, "old"), "%s", err.msg);
	example_close(&opened);
}

/* The cell's own settings stand before a baseline's, later lines before earlier ones, and what both
 * hosts have is one. */
Test(minimise, a_baseline_is_settings_too)
{
	struct setting client[] = {
		{1, "net.ipv4.tcp_timestamps", "1", SETTING_APPLIES},
		{2, "net.ipv4.tcp_tw_reuse", "0", SETTING_APPLIES},
		{3, "net.ipv4.tcp_tw_reuse", "1", SETTING_APPLIES},
		{4, "net.ipv4.tcp_rfc1337", "1", SETTING_ABSENT},
		{5, "net.ipv4.tcp_sack", "0", SETTING_APPLIES},
	};
	struct setting server[] = {
		{1, "net.ipv4.tcp_sack", "0", SETTING_APPLIES},
		{2, "net.ipv4.tcp_tw_reuse", "0", SETTING_APPLIES},
	};
	const struct settings files[] = {{"c", client, 5}, {"s", server, 2}};
	const struct settings *baseline[HOSTS_MAX] = {
		[HOST_CLIENT] = &files[0], [HOST_SERVER] = &files[1]};
	_cleanup_text_ struct text file = {0};
	bool out[64] = {false};
	struct opened opened;

	example_open("example", baseline, &opened);
	draft_write(&opened.draft, out, &file);
	cr_expect(strstr(text_str(&file), "set:\n"
					  "  client:\n"
					  "    net.ipv4.tcp_tw_reuse: 1\n"
					  "  server:\n"
					  "    net.ipv4.tcp_fin_timeout: 30\n"
					  "    net.ipv4.tcp_tw_reuse: 0\n"
					  "  both:\n"
					  "    net.ipv4.tcp_timestamps: 1\n"
					  "    net.ipv4.tcp_sack: 0\n"
					  "play:\n"),
		  "%s", text_str(&file));
	example_close(&opened);
}

static const char routed[] = "scenario: routed\n"
			     "title: A router\n"
			     "source: the tests\n"
			     "vary:\n"
			     "  topology: [link, nat]\n"
			     "play:\n"
			     "  - {nat: preserving, when: {topology: nat}}\n"
			     "  - listen: server:8080\n"
			     "  - connect: {as: old, from: client:40000, to: server:8080}\n"
			     "expect:\n"
			     "  - then: {old.connect: ok}\n";

/* What a file sets at the router is a setting of the router, where there is one. */
Test(minimise, a_router_has_a_baseline_too)
{
	struct setting router = {1, "net.netfilter.nf_conntrack_tcp_loose", "0", SETTING_APPLIES};
	const struct settings file = {"r", &router, 1};
	const struct settings *baseline[HOSTS_MAX] = {[HOST_ROUTER] = &file};
	struct scenario *scenario;
	struct cell *cells;
	size_t n_cells;
	struct err err;

	cr_assert(!scenario_parse("routed.yaml", routed, strlen(routed), &scenario, &err));
	n_cells = matrix_cells(scenario, &cells);
	cr_assert_eq(n_cells, 2);
	for (size_t i = 0; i < n_cells; i++) {
		_cleanup_text_ struct text text = {0};
		bool out[64] = {false};
		struct draft draft;

		draft_init(&cells[i], "small", baseline, &draft);
		draft_add_rule(&draft, "old.connect", &scenario->expect[0].then[0], false);
		draft_write(&draft, out, &text);
		cr_expect_eq(strstr(text_str(&text), "  router:\n    net.netfilter.nf_conn") !=
				     NULL,
			     cell_topology(&cells[i]) == TOPOLOGY_NAT, "%s", text_str(&text));
		draft_free(&draft);
	}
	matrix_free(cells, n_cells);
	scenario_free(scenario);
}

static json_t *record_of(const char *json)
{
	json_t *ret = json_loads(json, 0, NULL);

	cr_assert_not_null(ret);
	return ret;
}

static bool shows(const char *kept, const char *other, const char *fact)
{
	json_t *a = record_of(kept), *b = record_of(other);
	_cleanup_showing_ struct showing showing;
	struct err err = {0};
	bool ret;

	cr_assert(!showing_take(a, &fact, fact ? 1 : 0, &showing, &err), "%s", err.msg);
	ret = showing_in(&showing, b);
	json_decref(a);
	json_decref(b);
	return ret;
}

#define ROW(fact, observed, verdict)                                                               \
	"{\"fact\": \"" fact "\", \"expected\": \"x\", \"observed\": \"" observed                  \
	"\", \"verdict\": \"" verdict "\"}"
#define RECORD(verdict, rows)                                                                      \
	"{\"cell\": \"c\", \"verdict\": \"" verdict "\", \"canonical\": {\"facts\": {\"life\": "   \
	"{\"ns\": 5}}}, \"judged\": [" rows "]}"

Test(minimise, the_same_is_shown_by_the_same_words)
{
	const char *kept = RECORD("fail", ROW("a", "1", "fail") "," ROW("b", "2", "pass"));

	cr_expect(shows(kept, RECORD("fail", ROW("a", "1", "fail")), NULL));
	cr_expect(!shows(kept, RECORD("fail", ROW("a", "3", "fail")), NULL));
	cr_expect(!shows(kept, RECORD("pass", ROW("a", "1", "pass")), NULL));
	cr_expect(!shows(kept, RECORD("inconclusive", ROW("a", "1", "fail")), NULL));
	cr_expect(shows(kept, RECORD("pass", ROW("b", "2", "pass")), "b"));
	cr_expect(!shows(kept, RECORD("pass", ROW("a", "1", "fail")), "b"));
}

/* No two runs take equally long; a step has another number in a smaller play. */
Test(minimise, durations_and_steps_are_judged_alike)
{
	cr_expect(shows(RECORD("fail", ROW("life", "5ns", "fail")),
			RECORD("fail", ROW("life", "6ns", "fail")), NULL));
	cr_expect(shows(RECORD("fail", ROW("step 3 (await)", "not reached", "fail")),
			RECORD("fail", ROW("step 2 (await)", "not reached", "fail")), NULL));
	cr_expect(!shows(RECORD("fail", ROW("step 3 (await)", "not reached", "fail")),
			 RECORD("fail", ROW("a", "not reached", "fail")), NULL));
}

Test(minimise, errors_are_the_same_but_for_their_numbers)
{
	const char *panic =
		"{\"verdict\": \"error\", \"error\": \"panic at ffffffff81 in line 31\"}";

	cr_expect(shows(panic, "{\"verdict\": \"error\", \"error\": \"panic at 0a in line 7\"}",
			NULL));
	cr_expect(!shows(panic, "{\"verdict\": \"error\", \"error\": \"no lab\"}", NULL));
	cr_expect(!shows(panic, RECORD("fail", ROW("a", "1", "fail")), NULL));
}

static int refusal(const char *kept, const char *fact)
{
	json_t *record = record_of(kept);
	_cleanup_showing_ struct showing showing;
	struct err err = {0};
	int ret = showing_take(record, &fact, fact ? 1 : 0, &showing, &err);

	json_decref(record);
	return ret;
}

Test(minimise, there_must_be_something_to_keep)
{
	cr_expect_eq(refusal(RECORD("pass", ROW("a", "1", "pass")), NULL), -EINVAL);
	cr_expect_eq(refusal(RECORD("skip", ""), NULL), -EINVAL);
	cr_expect_eq(refusal(RECORD("fail", ROW("a", "1", "fail")), "b"), -ENOENT);
}
