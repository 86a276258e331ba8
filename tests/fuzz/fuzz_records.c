// SPDX-License-Identifier: GPL-2.0-or-later
/* fuzz_records: a file of records that a stranger sent, read, each cell explained, and the even
 * ones compared with the odd ones.
 */
#include "from_memory.h"
#include "base/text.h"
#include "compare/compare.h"
#include "compare/neighbour.h"
#include "compare/show.h"
#include "lab/knob.h"
#include "minimise/showing.h"
#include "report/explain.h"
#include "report/show.h"
#include "why/difference.h"
#include "why/question.h"

#include <stdlib.h>

#define EXPLAINED_MAX 4 /* each is held against all others */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compare(const struct records *records)
{
	const struct compare_options options = {0};
	_cleanup_text_ struct text text = {0};
	struct half halves[2];
	json_t *comparison;

	half_init(&halves[0], "even");
	half_init(&halves[1], "odd");
	for (size_t i = 0; i < 2 * records->n_kernels; i++)
		half_add(&halves[i % 2], records->kernels[i / 2]);
	for (size_t i = 0; i < records->n_cells; i++)
		half_add(&halves[i % 2], records->cells[i]);
	comparison = compare_halves(&halves[0], &halves[1], &options);
	compare_show_text(comparison, true, &text);
	json_decref(comparison);
	half_free(&halves[0]);
	half_free(&halves[1]);
}

/* Each record beside all others, told with the scenario's line that it names, if there is one. */
static void explain(const struct records *records, const json_t *record)
{
	_cleanup_half_ struct half half;
	_cleanup_text_ struct text text = {0};
	const json_t *outline = records->n_scenarios ? records->scenarios[0] : NULL;
	json_t *neighbours;

	half_init(&half, "");
	for (size_t i = 0; i < records->n_kernels; i++)
		half_add(&half, records->kernels[i]);
	for (size_t i = 0; i < records->n_cells; i++)
		half_add(&half, records->cells[i]);
	neighbours = neighbours_find(&half, record_text(record, "cell", ""));
	explain_record(records_kernel(records, record), outline, record, neighbours, &text);
	json_decref(neighbours);
}

/* What `minimise` keeps of it is in it. */
static void showing(const json_t *record)
{
	_cleanup_showing_ struct showing showing;
	_cleanup_text_ struct text text = {0};
	struct err err;

	if (showing_take(record, NULL, 0, &showing, &err) < 0)
		return;
	if (!showing_in(&showing, record))
		abort();
	showing_words(&showing, "", &text);
}

/* What `why` asks of two records: each stands at its own end. */
static void ask(const struct records *records, const json_t *a, const json_t *b)
{
	const json_t *const sides[] = {a, b};
	const struct half_cell *cells[2];
	struct half halves[2];

	for (size_t i = 0; i < 2; i++) {
		half_init(&halves[i], "");
		half_add(&halves[i], records_kernel(records, sides[i]));
		half_add(&halves[i], sides[i]);
		cells[i] = half_find(&halves[i], record_text(sides[i], "cell", "?"));
	}
	if (cells[0] && cells[1] && half_cell_conclusive(cells[0]) &&
	    half_cell_conclusive(cells[1])) {
		_cleanup_question_ struct question question;
		struct err err;

		question_ask(cells[0], cells[1], NULL, 0, &question, &err);
		for (size_t i = 0; i < question.n; i++) {
			if (question_stand(&question, i, cells[0]) != STAND_A ||
			    question_stand(&question, i, cells[1]) != STAND_B)
				abort();
		}
	}
	half_free(&halves[0]);
	half_free(&halves[1]);
}

/* Of their settings, only what a file of settings might set is a difference. */
static void differ(const json_t *a, const json_t *b)
{
	static const char text[] =
		"scenario: s\ntitle: t\nsource: s\nplay:\n  - listen: server:8080\n"
		"  - connect: {as: old, from: client:40000, to: server:8080}\n"
		"expect:\n  - then: {old.connect: ok}\n";
	json_t *settings[] = {settings_of_record(a), settings_of_record(b)};
	_cleanup_differences_ struct differences differences;
	struct scenario *scenario;
	struct cell *cells;
	struct err err;
	size_t n;

	if (scenario_parse("s.yaml", text, sizeof(text) - 1, &scenario, &err) < 0)
		abort();
	n = matrix_cells(scenario, &cells);
	differences_find(&(struct play_spec){cells, settings[0], "host"},
			 &(struct play_spec){cells, settings[1], "host"}, &differences);
	for (size_t i = 0; i < differences.n; i++) {
		if (!knob_find(differences.of[i].name))
			abort();
	}
	json_decref(settings[0]);
	json_decref(settings[1]);
	matrix_free(cells, n);
	scenario_free(scenario);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct records records = {0};
	struct err err;
	char path[32];
	int fd = file_from_memory(data, size, path);

	if (records_load(path, &records, &err) == 0) {
		for (size_t i = 0; i < records.n_cells; i++) {
			_cleanup_text_ struct text text = {0};

			show_record(records_kernel(&records, records.cells[i]), records.cells[i],
				    NULL, &text);
			if (i < EXPLAINED_MAX)
				explain(&records, records.cells[i]);
			showing(records.cells[i]);
			if (!i)
				continue;
			ask(&records, records.cells[i - 1], records.cells[i]);
			if (i < EXPLAINED_MAX)
				differ(records.cells[i - 1], records.cells[i]);
		}
		compare(&records);
	}
	records_free(&records);
	close(fd);
	return 0;
}
