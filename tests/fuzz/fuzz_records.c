// SPDX-License-Identifier: GPL-2.0-or-later
/* fuzz_records: a file of records that a stranger sent, read, each cell explained, and the even
 * ones compared with the odd ones.
 */
#include "from_memory.h"
#include "base/text.h"
#include "compare/compare.h"
#include "compare/neighbour.h"
#include "compare/show.h"
#include "minimise/showing.h"
#include "report/explain.h"
#include "report/show.h"

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
				    NULL, "", &text);
			if (i < EXPLAINED_MAX)
				explain(&records, records.cells[i]);
			showing(records.cells[i]);
		}
		compare(&records);
	}
	records_free(&records);
	close(fd);
	return 0;
}
