// SPDX-License-Identifier: GPL-2.0-or-later
/* matrix: the cells of a scenario, their ids, and what their steps' arguments are. */
#include "scenario/cell.h"
#include "scenario/cover.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const char small[] =
	"scenario: small\ntitle: t\nsource: s\n"
	"vary:\n"
	"  closer: [server, client]\n"
	"  address: [1, 2, 3]\n"
	"  family: [ipv4, ipv6]\n"
	"omit:\n"
	"  - {when: {address: not 1, family: ipv6}, why: one is enough}\n"
	"play:\n"
	"  - listen: {at: server.2:8080, as: door, reuseaddr: yes}\n"
	"  - connect: {as: old, from: client.$address:0, to: server.2:8080, isn: same}\n"
	"  - drop: {of: new, segment: fin}\n"
	"    when: {closer: client}\n"
	"  - connect: {as: new, from: client2, to: server.2:8080, isn: 7}\n"
	"  - inject: {as: stray, of: old, to: $closer, flags: SF, tsval: none, seq: -$address}\n"
	"  - close: {via: old, first: $closer, linger: 1s}\n"
	"expect:\n"
	"  - then: {old.connect: ok, $closer OutRsts: 0}\n"
	"control:\n"
	"  - {play: {closer: client}, judge: {closer: server}, fails: $closer OutRsts}\n";

static struct scenario *load(const char *text)
{
	struct scenario *scenario = NULL;
	struct err err = {0};

	cr_assert_eq(scenario_parse("small.yaml", text, strlen(text), &scenario, &err), 0, "%s",
		     err.msg);
	return scenario;
}

Test(matrix, cells_and_ids)
{
	static const char *const want[] = {
		"small",
		"small/family=ipv6",
		"small/address=2",
		"small/address=3",
		"small/closer=client",
		"small/closer=client,family=ipv6",
		"small/address=2,closer=client",
		"small/address=3,closer=client",
		"small/closer=client/control=1",
	};
	struct scenario *scenario = load(small);
	struct cell *cells;
	size_t n = matrix_cells(scenario, &cells);

	cr_assert_eq(n, sizeof(want) / sizeof(want[0]));
	for (size_t i = 0; i < n; i++)
		cr_expect_str_eq(cells[i].id, want[i]);
	cr_expect_null(cells[0].control);
	cr_expect_eq(cells[8].control, &scenario->controls[0]);
	cr_expect_eq(cells[8].choice[0], 1, "played by the client");
	cr_expect_eq(cells[8].judged[0], 0, "judged as the server's");
	cr_expect_str_eq(scenario->controls[0].fails[0], "server OutRsts");
	cr_expect_eq(cell_family(&cells[0]), AF_INET);
	cr_expect_eq(cell_family(&cells[1]), AF_INET6);
	cr_expect_eq(cell_topology(&cells[0]), TOPOLOGY_LINK);
	cr_expect_str_eq(cell_link(&cells[0]), "clean");
	cr_expect_str_eq(cell_value(&cells[2], "address", "-"), "2");
	cr_expect_str_eq(cell_value(&cells[2], "window", "-"), "-");
	cr_expect(scenario->client2);
	matrix_free(cells, n);
	scenario_free(scenario);
}

/* A cell keeps its id when a dimension is added whose first value is how it was before. */
Test(matrix, id_survives_a_new_dimension)
{
	struct scenario *scenario = load(small);
	const size_t choice[] = {1, 2, 0};
	char *id = cell_id(scenario, choice);

	cr_expect_str_eq(id, "small/address=3,closer=client");
	free(id);
	scenario_free(scenario);
}

Test(matrix, arguments)
{
	struct scenario *scenario = load(small);
	struct argval args[STEP_ARGS_MAX];
	struct cell *cells;
	size_t n = matrix_cells(scenario, &cells);
	const struct cell *cell = &cells[7]; /* address=3,closer=client */

	cell_args(cell, &scenario->steps[0], args);
	cr_expect_eq(args[LISTEN_AT].endpoint.host, HOST_SERVER);
	cr_expect_eq(args[LISTEN_AT].endpoint.address, 2);
	cr_expect_eq(args[LISTEN_AT].endpoint.port, 8080);
	cr_expect_eq(args[LISTEN_REUSEADDR].number, 1);
	cr_expect_eq(args[LISTEN_BACKLOG].number, 128, "the preset");
	cr_expect_str_eq(args[LISTEN_AS].name->name, "door");
	args_free(args);

	cell_args(cell, &scenario->steps[1], args);
	cr_expect_eq(args[CONNECT_FROM].endpoint.address, 3);
	cr_expect(args[CONNECT_FROM].endpoint.has_port);
	cr_expect_eq(args[CONNECT_FROM].endpoint.port, 0);
	cr_expect(args[CONNECT_ISN].is_word);
	cr_expect_eq(args[CONNECT_ISN].number, ISN_SAME);
	args_free(args);

	cell_args(cell, &scenario->steps[2], args);
	cr_expect_str_eq(args[VERB_OF].name->name, "new", "defined by a later step");
	cr_expect_eq(args[VERB_SEGMENT].number, SEGMENT_FIN);
	cr_expect_not(args[VERB_DATA].set);
	args_free(args);

	cell_args(cell, &scenario->steps[3], args);
	cr_expect_not(args[CONNECT_FROM].endpoint.has_port);
	cr_expect_not(args[CONNECT_ISN].is_word);
	cr_expect_eq(args[CONNECT_ISN].number, 7);
	args_free(args);

	cell_args(cell, &scenario->steps[4], args);
	cr_expect_eq(args[INJECT_TO].number, SIDE_CLIENT);
	cr_expect_eq(args[INJECT_FLAGS].number, TCP_SYN | TCP_FIN);
	cr_expect(args[INJECT_TSVAL].is_word);
	cr_expect_eq(args[INJECT_SEQ].number, -3);
	args_free(args);
	matrix_free(cells, n);
	scenario_free(scenario);
}

Test(matrix, steps_played)
{
	struct scenario *scenario = load(small);
	struct cell *cells;
	size_t n = matrix_cells(scenario, &cells);

	cr_expect_not(cell_plays(&cells[0], &scenario->steps[2]), "closer=server");
	cr_expect(cell_plays(&cells[7], &scenario->steps[2]), "closer=client");
	cr_expect(cell_plays(&cells[0], &scenario->steps[0]), "no when");
	matrix_free(cells, n);
	scenario_free(scenario);
}

Test(matrix, expansion)
{
	struct scenario *scenario = load(small);
	const size_t choice[] = {1, 2, 0};
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"", ""},
		{"plain", "plain"},
		{"$closer OutRsts", "client OutRsts"},
		{"a$address$closer", "a3client"},
		{"$closer.stream", "client.stream"},
		{"$$closer", "$closer"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *got = cell_expand(scenario, choice, rows[i].text);

		cr_expect_str_eq(got, rows[i].want);
		free(got);
	}
	scenario_free(scenario);
}

Test(matrix, facts)
{
	struct scenario *scenario = load(small);
	const struct fact_spec *spec;
	struct err err = {0};

	cr_assert_eq(fact_resolve(scenario, "old.time_wait", &spec, &err), 0);
	cr_expect_eq(spec->owner, NAME_CONN);
	cr_assert_eq(fact_resolve(scenario, "stray", &spec, &err), 0);
	cr_expect_eq(spec->owner, NAME_SEGMENT);
	cr_assert_eq(fact_resolve(scenario, "client2 PAWSEstab", &spec, &err), 0);
	cr_expect_eq(spec, &counter_fact);
	cr_expect_eq(fact_resolve(scenario, "router PAWSEstab", &spec, &err), -EINVAL);
	cr_expect_eq(fact_resolve(scenario, "old", &spec, &err), -EINVAL);
	scenario_free(scenario);
}

static const char wide[] = "scenario: small\ntitle: t\nsource: s\n"
			   "vary:\n"
			   "  a: [1, 2, 3]\n"
			   "  b: [1, 2]\n"
			   "  c: [1, 2, 3]\n"
			   "  d: [1, 2]\n"
			   "omit:\n"
			   "  - {when: {a: 2, c: 3}, why: there is none}\n"
			   "play:\n"
			   "  - listen: {at: server:8080, as: door}\n"
			   "expect:\n"
			   "  - then: {door.listen: ok}\n"
			   "control:\n"
			   "  - {play: {a: 1}, judge: {a: 2}, fails: door.listen}\n";

/* Has any of them these values of the dimensions x, y and z? */
static bool occurs(const struct cell *const *cells, size_t n, const bool *chosen,
		   const struct cell *like, const size_t dimensions[3])
{
	for (size_t i = 0; i < n; i++) {
		bool same = chosen[i];

		for (size_t j = 0; j < 3; j++)
			same &= cells[i]->choice[dimensions[j]] == like->choice[dimensions[j]];
		if (same)
			return true;
	}
	return false;
}

/* Of the 32 cells; no fewer can do than the two widest dimensions have combinations. */
Test(matrix, cover_has_each_combination)
{
	static const size_t most[] = {0, 3, 11, 23}, least[] = {0, 3, 8, 16};
	struct scenario *scenario = load(wide);
	const struct cell *borrowed[64];
	struct cell *cells;
	size_t n = matrix_cells(scenario, &cells);
	bool chosen[64];

	cr_assert_eq(n, 33);
	for (size_t i = 0; i < n; i++)
		borrowed[i] = &cells[i];
	for (size_t strength = 1; strength <= COVER_STRENGTH_MAX; strength++) {
		size_t n_chosen = 0;

		cover_choose(borrowed, n, strength, chosen);
		for (size_t i = 0; i < n; i++)
			n_chosen += chosen[i];
		cr_expect(n_chosen >= least[strength] && n_chosen <= most[strength],
			  "%zu cells at strength %zu", n_chosen, strength);
		cr_expect_not(chosen[32], "a control");
		cr_expect(chosen[0], "what is alike begins with the first");
		for (size_t i = 0; i < 32; i++) {
			for (size_t t = 0; t < 4 * 4 * 4; t++) {
				size_t of[3] = {t / 16, t / 4 % 4, t % 4};

				of[1] = strength > 1 ? of[1] : of[0];
				of[2] = strength > 2 ? of[2] : of[1];
				cr_expect(occurs(borrowed, n, chosen, &cells[i], of));
			}
		}
	}
	matrix_free(cells, n);
	scenario_free(scenario);
}

/* A scenario that varies nothing is played as it is. */
Test(matrix, cover_of_one_cell)
{
	struct cell cell = {0};
	const struct cell *borrowed[] = {&cell};
	struct scenario scenario = {.name = "one"};
	bool chosen = false;

	cell.scenario = &scenario;
	cover_choose(borrowed, 1, 2, &chosen);
	cr_expect(chosen);
}
