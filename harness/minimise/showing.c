// SPDX-License-Identifier: GPL-2.0-or-later
/* showing: owns the question whether two records show the same. */
#include "minimise/showing.h"
#include "base/mem.h"
#include "record/judge.h"

#include <errno.h>
#include <string.h>

/* A step that was not reached is called by its number, which a smaller play changes. */
static bool row_is_step(const json_t *row)
{
	return !strncmp(record_text(row, "fact", ""), "step ", 5);
}

static bool fact_is_duration(const json_t *record, const json_t *row)
{
	const json_t *facts = json_object_get(json_object_get(record, "canonical"), "facts");

	return json_is_object(json_object_get(facts, record_text(row, "fact", "")));
}

static bool same_text(const json_t *a, const json_t *b, const char *key)
{
	return !strcmp(record_text(a, key, ""), record_text(b, key, ""));
}

static bool rows_alike(const json_t *a, const json_t *b, const json_t *record)
{
	if (row_is_step(a) || row_is_step(b))
		return row_is_step(a) && row_is_step(b) && same_text(a, b, "expected");
	return same_text(a, b, "fact") && same_text(a, b, "verdict") &&
	       (fact_is_duration(record, b) || same_text(a, b, "observed"));
}

/* An error's text with each number, hexadecimal ones too, as one '#': addresses, lines and times
 * differ from run to run. The caller frees. */
static char *without_numbers(const char *error)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	_cleanup_text_ struct text out = {0};

	while (*error) {
		size_t other = strcspn(error, digits), len = strspn(error + other, digits);
		bool number = strcspn(error + other, "0123456789") < len;

		text_addn(&out, error, number ? other : other + len);
		text_add(&out, "%s", number ? "#" : "");
		error += other + len;
	}
	return mem_strdup(text_str(&out));
}

static int row_take(const json_t *record, const char *fact, json_t *rows, struct err *err)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(record, "judged"), i, row)
	{
		if (strcmp(record_text(row, "fact", ""), fact) != 0)
			continue;
		json_array_append(rows, row);
		return 0;
	}
	return err_set(err, ENOENT, "%s: no rule says anything of `%s`; afterclose show lists them",
		       record_text(record, "cell", "?"), fact);
}

static void failed_take(const json_t *record, json_t *rows)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(record, "judged"), i, row)
	{
		if (!strcmp(record_text(row, "verdict", ""), verdict_names[VERDICT_FAIL]))
			json_array_append(rows, row);
	}
}

int showing_take(const json_t *record, const char *const *facts, size_t n_facts,
		 struct showing *ret, struct err *err)
{
	enum verdict verdict = record_verdict(record);
	int status = 0;

	*ret = (struct showing){.rows = json_array(), .is_error = verdict == VERDICT_ERROR};
	ret->error = without_numbers(record_text(record, "error", ""));
	if (ret->is_error)
		return 0;
	if (!verdict_conclusive(verdict))
		return err_set(err, EINVAL, "%s: %s: there is no outcome to keep",
			       record_text(record, "cell", "?"), verdict_names[verdict]);
	for (size_t i = 0; !status && i < n_facts; i++)
		status = row_take(record, facts[i], ret->rows, err);
	if (!n_facts)
		failed_take(record, ret->rows);
	if (!status && !json_array_size(ret->rows))
		return err_set(err, EINVAL, "%s passed: say what of it is to be kept, by --fact",
			       record_text(record, "cell", "?"));
	return status;
}

void showing_free(struct showing *showing)
{
	json_decref(showing->rows);
	free(showing->error);
}

static bool row_in(const json_t *row, const json_t *record)
{
	const json_t *other;
	size_t i;

	json_array_foreach(json_object_get(record, "judged"), i, other)
	{
		if (rows_alike(row, other, record))
			return true;
	}
	return false;
}

bool showing_in(const struct showing *showing, const json_t *record)
{
	_cleanup_free_ char *error = without_numbers(record_text(record, "error", ""));
	const json_t *row;
	size_t i;

	if (showing->is_error)
		return record_verdict(record) == VERDICT_ERROR && !strcmp(error, showing->error);
	if (!verdict_conclusive(record_verdict(record)))
		return false;
	json_array_foreach(showing->rows, i, row)
	{
		if (!row_in(row, record))
			return false;
	}
	return true;
}

bool showing_has(const struct showing *showing, const char *fact)
{
	const json_t *row;
	size_t i;

	json_array_foreach(showing->rows, i, row)
	{
		if (!strcmp(record_text(row, "fact", ""), fact))
			return true;
	}
	return false;
}

void showing_words(const struct showing *showing, const char *before, struct text *out)
{
	const json_t *row;
	size_t i;

	if (showing->is_error)
		text_add(out, "%serror: %s\n", before, showing->error);
	json_array_foreach(showing->rows, i, row)
	{
		const char *expected = record_text(row, "expected", "?");
		const char *observed = record_text(row, "observed", "?");

		text_add(out, "%s%s: %s", before, record_text(row, "fact", "?"), observed);
		if (strcmp(expected, observed) != 0)
			text_add(out, ", expected %s", expected);
		text_add(out, "\n");
	}
}
