// SPDX-License-Identifier: GPL-2.0-or-later
/* known: owns which entry covers what, and what becomes of a record's verdict. */
#include "record/known.h"
#include "base/mem.h"

#include <string.h>

#define KNOWN_MARK " (known)" /* of a row that says: it passed, and should not */

static bool texts_have(char *const *texts, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(texts[i], text))
			return true;
	}
	return false;
}

static bool with_meets(const struct known_with *with, const struct known_cell *cell)
{
	for (size_t i = 0; i < cell->n_dimensions; i++) {
		if (!strcmp(cell->dimensions[i], with->dimension))
			return texts_have(with->values, with->n_values, cell->values[i]);
	}
	return false;
}

static bool entry_meets_cell(const struct known_entry *entry, const struct known_cell *cell)
{
	if (entry->cell)
		return !strcmp(entry->cell, cell->id);
	if (cell->control || strcmp(entry->scenario, cell->scenario))
		return false;
	for (size_t i = 0; i < entry->n_with; i++) {
		if (!with_meets(&entry->with[i], cell))
			return false;
	}
	return true;
}

static bool entry_names_fact(const struct known_entry *entry, const char *fact)
{
	return !entry->fact || !strcmp(entry->fact, fact);
}

static bool entry_covers(const struct known_entry *entry, const char *fact, const char *value)
{
	return entry_names_fact(entry, fact) &&
	       (!entry->n_observed || texts_have(entry->observed, entry->n_observed, value));
}

const struct known_entry *known_find(struct known *known, const struct known_cell *cell,
				     const char *fact, const char *value)
{
	const struct known_entry *found = NULL;

	for (size_t i = 0; i < known->n; i++) {
		struct known_entry *entry = &known->of[i];

		if (!entry_meets_cell(entry, cell) || !entry_covers(entry, fact, value))
			continue;
		entry->n_met++;
		if (!found && !entry->expired)
			found = entry;
	}
	return found;
}

static bool row_has(const json_t *row, enum verdict verdict)
{
	return !strcmp(record_text(row, "verdict", ""), verdict_names[verdict]);
}

/* The entry that covers each failed row, the first one's; NULL: some row is covered by none. */
static const struct known_entry *cover_all(struct known *known, const struct known_cell *cell,
					   const json_t *rows)
{
	const struct known_entry *first = NULL;
	bool all = true;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const struct known_entry *entry;

		if (!row_has(row, VERDICT_FAIL))
			continue;
		entry = known_find(known, cell, record_text(row, "fact", ""),
				   record_text(row, "observed", ""));
		all &= entry != NULL;
		first = first ? first : entry;
	}
	return all ? first : NULL;
}

/* The row of an entry's fact; of an entry without one, the first row. */
static const json_t *row_of(const struct known_entry *entry, const json_t *rows)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		if (entry_names_fact(entry, record_text(row, "fact", "")))
			return row;
	}
	return NULL;
}

/* Did what the entry knows to fail pass? Where noise leaves the cell undecided it did neither. */
static bool entry_passed(const struct known_entry *entry, const json_t *row, enum verdict verdict)
{
	if (!entry->fact)
		return verdict == VERDICT_PASS;
	return row && row_has(row, VERDICT_PASS) && verdict != VERDICT_INCONCLUSIVE;
}

static void add_pass(const struct known *known, const struct known_entry *entry, const json_t *row,
		     json_t *rows)
{
	_cleanup_free_ char *fact =
		mem_printf("%s:%d:%d" KNOWN_MARK, known->file, entry->at.line, entry->at.column);
	_cleanup_free_ char *expected = mem_printf("a failure: %s", entry->why);

	json_array_append_new(rows,
			      json_pack("{ss ss ss ss sI sI}", "fact", fact, "expected", expected,
					"observed",
					entry->fact ? record_text(row, "observed", "?") : "a pass",
					"verdict", verdict_names[VERDICT_FAIL], "line",
					(json_int_t)record_number(row, "line", 1), "column",
					(json_int_t)record_number(row, "column", 1)));
}

static size_t add_passes(struct known *known, const struct known_cell *cell, enum verdict verdict,
			 json_t *rows)
{
	size_t n_rows = json_array_size(rows);

	for (size_t i = 0; i < known->n; i++) {
		struct known_entry *entry = &known->of[i];
		const json_t *row = row_of(entry, rows);

		if (!entry_meets_cell(entry, cell) || !entry_passed(entry, row, verdict))
			continue;
		entry->n_met++;
		if (!entry->expired)
			add_pass(known, entry, row, rows);
	}
	return json_array_size(rows) - n_rows;
}

/* "known" is a text like "skip" and "error": why the verdict is what it is. */
static void record_set_known(json_t *record, const struct known *known,
			     const struct known_entry *entry)
{
	_cleanup_free_ char *words = mem_printf("%s (until %s; %s:%d)", entry->why, entry->until,
						known->file, entry->at.line);

	json_object_set_new(record, "known", json_string(words));
}

static void record_set_verdict(json_t *record, enum verdict verdict)
{
	json_object_set_new(record, "verdict", json_string(verdict_names[verdict]));
}

static bool has_failed(json_t *rows)
{
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (row_has(row, VERDICT_FAIL))
			return true;
	}
	return false;
}

/* What an earlier --known made of a record that is judged again: its day may be past. */
static void record_withdraw_known(json_t *record, json_t *rows)
{
	size_t n_rows = json_array_size(rows);

	for (size_t i = n_rows; i-- > 0;) {
		const char *fact = record_text(json_array_get(rows, i), "fact", "");
		size_t len = strlen(fact);

		if (len > strlen(KNOWN_MARK) &&
		    !strcmp(fact + len - strlen(KNOWN_MARK), KNOWN_MARK))
			json_array_remove(rows, i);
	}
	if (record_verdict(record) == VERDICT_KNOWN)
		record_set_verdict(record, VERDICT_FAIL);
	else if (json_array_size(rows) < n_rows && !has_failed(rows))
		record_set_verdict(record, VERDICT_PASS);
	json_object_del(record, "known");
}

static void apply_to(struct known *known, const struct known_cell *cell, json_t *record)
{
	json_t *rows = json_object_get(record, "judged");
	const struct known_entry *entry = NULL;
	enum verdict verdict;

	record_withdraw_known(record, rows);
	verdict = record_verdict(record);

	if (verdict != VERDICT_PASS && verdict != VERDICT_FAIL && verdict != VERDICT_INCONCLUSIVE)
		return;
	if (verdict == VERDICT_FAIL)
		entry = cover_all(known, cell, rows);
	if (add_passes(known, cell, verdict, rows)) {
		record_set_verdict(record, VERDICT_FAIL);
	} else if (entry) {
		record_set_verdict(record, VERDICT_KNOWN);
		record_set_known(record, known, entry);
	}
}

void known_apply(struct known *known, json_t *record)
{
	json_t *dimensions = json_object_get(record, "dimensions"), *value;
	size_t n = json_object_size(dimensions), i = 0;
	_cleanup_free_ const char **names = mem_zalloc((n + 1) * sizeof(*names));
	_cleanup_free_ const char **values = mem_zalloc((n + 1) * sizeof(*values));
	const struct known_cell cell = {
		.id = record_text(record, "cell", ""),
		.scenario = record_text(record, "scenario", ""),
		.dimensions = names,
		.values = values,
		.n_dimensions = n,
		.control = json_object_get(record, "judged_as"),
	};
	const char *name;

	if (!known->n)
		return;
	json_object_foreach(dimensions, name, value)
	{
		names[i] = name;
		values[i++] = json_string_value(value) ?: "";
	}
	apply_to(known, &cell, record);
}

bool known_remark(const struct known *known, size_t i, struct text *out)
{
	const struct known_entry *entry = &known->of[i];

	text_add(out, "%s:%d:%d: ", known->file, entry->at.line, entry->at.column);
	if (!entry->n_met)
		text_add(out, "this entry met nothing");
	else if (entry->expired)
		text_add(out, "known until %s: that is past, and it counts again", entry->until);
	return !entry->n_met || entry->expired;
}
