// SPDX-License-Identifier: GPL-2.0-or-later
/* difference: what two plays of a scenario differ in, and the mixes of the two. */
#include "base/mem.h"
#include "why/difference.h"
#include "why/mixes.h"

#include <criterion/criterion.h>
#include <string.h>

static const char example[] =
	"scenario: example\n"
	"title: An example\n"
	"source: the tests\n"
	"vary:\n"
	"  closer: [client, server]\n"
	"  timestamps: {sysctl: net.ipv4.tcp_timestamps, of: both, values: [1, 0]}\n"
	"  family: [ipv4, ipv6]\n"
	"omit:\n"
	"  - {when: {closer: server, family: ipv6}, why: it would be the same}\n"
	"play:\n"
	"  - listen: server:8080\n"
	"  - connect: {as: old, from: client:40000, to: server:8080}\n"
	"  - close: {via: old, first: $closer}\n"
	"expect:\n"
	"  - then: {old.time_wait: $closer}\n"
	"control:\n"
	"  - {play: {closer: server}, judge: {closer: client}, fails: [old.time_wait]}\n";

struct opened {
	struct scenario *scenario;
	struct cell *cells;
	size_t n_cells;
	json_t *settings[2];
	struct differences differences;
	struct mixes mixes;
};

static const struct cell *cell_named(const struct opened *opened, const char *id)
{
	for (size_t i = 0; i < opened->n_cells; i++) {
		if (!strcmp(opened->cells[i].id, id))
			return &opened->cells[i];
	}
	cr_assert(false, "no cell %s", id);
	return NULL;
}

/* As a record has them. */
static json_t *settings_new(const char *json)
{
	json_t *record = json_pack("{so*}", "settings", json ? json_loads(json, 0, NULL) : NULL);
	json_t *ret = json ? settings_of_record(record) : NULL;

	cr_assert_not_null(record);
	json_decref(record);
	return ret;
}

static void example_open(const char *a, const char *b, const char *settings_a,
			 const char *settings_b, struct opened *ret)
{
	struct play_spec specs[2] = {{.target = "uml:x"}, {.target = "uml:y"}};
	struct err err = {0};

	*ret = (struct opened){0};
	cr_assert(!scenario_parse("example.yaml", example, strlen(example), &ret->scenario, &err),
		  "%s", err.msg);
	ret->n_cells = matrix_cells(ret->scenario, &ret->cells);
	ret->settings[0] = settings_new(settings_a);
	ret->settings[1] = settings_new(settings_b);
	specs[0].cell = cell_named(ret, a);
	specs[1].cell = cell_named(ret, b);
	specs[0].settings = ret->settings[0];
	specs[1].settings = ret->settings[1];
	differences_find(&specs[0], &specs[1], &ret->differences);
	ret->mixes = (struct mixes){
		.differences = &ret->differences, .cells = ret->cells, .n_cells = ret->n_cells};
}

static void example_close(struct opened *opened)
{
	mixes_free(&opened->mixes);
	differences_free(&opened->differences);
	json_decref(opened->settings[0]);
	json_decref(opened->settings[1]);
	matrix_free(opened->cells, opened->n_cells);
	scenario_free(opened->scenario);
}

static void expect_differences(const struct differences *differences, const char *want)
{
	_cleanup_text_ struct text got = {0};

	for (size_t i = 0; i < differences->n; i++) {
		difference_words(&differences->of[i], false, &got);
		text_add(&got, " | ");
		difference_words(&differences->of[i], true, &got);
		text_add(&got, " | ");
		difference_sets(differences, i, &got);
		text_add(&got, "\n");
	}
	cr_expect_str_eq(text_str(&got), want);
}

/* A line that both ends have is one difference; the same name at one end is another one. What is no
 * setting of ours, in a record of a stranger's, is none, and so is what neither lab has a host for.
 */
Test(difference, what_two_plays_differ_in)
{
	struct opened opened;

	example_open("example", "example/closer=server,timestamps=0",
		     "{\"client\": {\"net.ipv4.tcp_sack\": \"0\", \"net.ipv4.tcp_rfc1337\": \"1\"},"
		     " \"server\": {\"net.ipv4.tcp_sack\": \"0\", \"kernel.core_pattern\": \"|x\","
		     "              \"net.ipv4.tcp_mem\": \"1 2 3\", \"net.ipv4.tcp_ecn\": 1,"
		     "              \"net.ipv4.tcp_fin_timeout\": \"3\\n\","
		     "              \"net.no.such\": \"1\"}, \"stranger\": {\"net.ipv4.tcp_ecn\": "
		     "\"1\"}}",
		     "{\"server\": {\"net.ipv4.tcp_rfc1337\": \"1\"},"
		     " \"router\": {\"net.ipv4.tcp_sack\": \"1\"}}",
		     &opened);
	expect_differences(
		&opened.differences,
		"closer=client | closer=server | the play\n"
		"timestamps=1 | timestamps=0 | net.ipv4.tcp_timestamps of both\n"
		"net.ipv4.tcp_sack=0 | net.ipv4.tcp_sack not set | the baseline of client, server\n"
		"client net.ipv4.tcp_rfc1337=1 | client net.ipv4.tcp_rfc1337 not set | "
		"the baseline of client\n"
		"server net.ipv4.tcp_rfc1337 not set | server net.ipv4.tcp_rfc1337=1 | "
		"the baseline of server\n"
		"target=uml:x | target=uml:y | the kernel\n");
	example_close(&opened);
}

static void expect_settings(const json_t *settings, const char *want)
{
	json_t *wanted = json_loads(want, 0, NULL);
	char *got = json_dumps(settings, JSON_COMPACT);

	cr_assert_not_null(wanted);
	cr_expect(json_equal(settings, wanted), "%s", got);
	free(got);
	json_decref(wanted);
}

Test(difference, a_mix_has_each_as_a_or_as_b_has_it)
{
	/* closer, timestamps, sack, rfc1337, target */
	const bool a[] = {false, false, false, false, false}, b[] = {true, true, true, true, true};
	const bool some[] = {false, true, true, false, true};
	struct opened opened;
	struct mix *mix;

	example_open("example", "example/closer=server,timestamps=0",
		     "{\"client\": {\"net.ipv4.tcp_sack\": \"0\"}}",
		     "{\"server\": {\"net.ipv4.tcp_rfc1337\": \"1\"}}", &opened);
	cr_assert_eq(opened.differences.n, 5);
	mix = mix_get(&opened.mixes, some);
	cr_expect_str_eq(mix->cell->id, "example/timestamps=0");
	cr_expect_str_eq(mix->target, "uml:y");
	expect_settings(mix->settings, "{}");
	mix = mix_get(&opened.mixes, a);
	cr_expect_str_eq(mix->cell->id, "example");
	cr_expect_str_eq(mix->target, "uml:x");
	expect_settings(mix->settings, "{\"client\": {\"net.ipv4.tcp_sack\": \"0\"}}");
	mix = mix_get(&opened.mixes, b);
	cr_expect_str_eq(mix->cell->id, "example/closer=server,timestamps=0");
	expect_settings(mix->settings, "{\"server\": {\"net.ipv4.tcp_rfc1337\": \"1\"}}");
	cr_expect_eq(mix_get(&opened.mixes, b), mix);
	cr_expect_eq(opened.mixes.n, 3);
	example_close(&opened);
}

/* The scenario's own reason is told; nothing of it is played. */
Test(difference, a_mix_that_the_scenario_omits)
{
	const bool b[] = {true, false, false};
	struct opened opened;
	struct mix *mix;

	example_open("example/family=ipv6", "example/closer=server", NULL, NULL, &opened);
	mix = mix_get(&opened.mixes, b);
	cr_expect_null(mix->cell);
	cr_expect_str_eq(mix->untold ?: "", "no such cell: it would be the same");
	cr_expect(!mix_waits(mix));
	example_close(&opened);
}
