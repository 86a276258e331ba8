// SPDX-License-Identifier: GPL-2.0-or-later
/* half: owns how a record becomes the short form of its cell, and how repeats are joined. */
#include "compare/half.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>

#define NOISE_US_MAX (24 * 3600 * 1000000LL)

void half_init(struct half *half, const char *name)
{
	*half = (struct half){
		.name = mem_strdup(name),
		.index = json_object(),
		.kernels = json_object(),
		.places = json_object(),
	};
}

static void cell_clear(struct half_cell *cell)
{
	free(cell->dimensions);
	free(cell->values);
	free(cell->facts);
}

void half_free(struct half *half)
{
	for (size_t i = 0; i < half->n_cells; i++)
		cell_clear(&half->cells[i]);
	free(half->cells);
	free(half->name);
	json_decref(half->index);
	json_decref(half->kernels);
	json_decref(half->places);
	intern_free(&half->strings);
	*half = (struct half){0};
}

const struct half_cell *half_find(const struct half *half, const char *id)
{
	const json_t *at = json_object_get(half->index, id);

	return at ? &half->cells[json_integer_value(at)] : NULL;
}

static int fact_order(const void *a, const void *b)
{
	const struct half_fact *left = a, *right = b;

	return strcmp(left->name, right->name);
}

const struct half_fact *half_fact(const struct half_cell *cell, const char *name)
{
	const struct half_fact wanted = {.name = name};

	return cell->n_facts
		       ? bsearch(&wanted, cell->facts, cell->n_facts, sizeof(wanted), fact_order)
		       : NULL;
}

bool half_cell_conclusive(const struct half_cell *cell)
{
	return verdict_conclusive(cell->verdict);
}

static struct half_fact *fact_append(struct half *half, struct half_cell *cell, const char *name,
				     enum half_kind kind)
{
	struct half_fact *fact;

	cell->facts = mem_grow(cell->facts, cell->n_facts, sizeof(*cell->facts));
	fact = &cell->facts[cell->n_facts++];
	*fact = (struct half_fact){.name = intern_text(&half->strings, name), .kind = kind};
	return fact;
}

static void fact_set_number(struct half *half, struct half_fact *fact, int64_t number)
{
	_cleanup_free_ char *text = mem_printf("%lld", (long long)number);

	fact->value = intern_text(&half->strings, text);
	fact->min = fact->max = number;
}

static void take_facts(struct half *half, struct half_cell *cell, const json_t *canonical)
{
	json_t *facts = json_object_get(canonical, "facts"), *value;
	const char *name;

	json_object_foreach(facts, name, value)
	{
		enum half_kind kind = json_is_object(value) ? HALF_TIME : HALF_PLAIN;
		struct half_fact *fact = fact_append(half, cell, name, kind);

		if (json_is_string(value))
			fact->value = intern_text(&half->strings, json_string_value(value));
		else
			fact_set_number(half, fact,
					kind == HALF_TIME ? record_number(value, "ns", 0)
							  : json_integer_value(value));
	}
}

static void take_counters(struct half *half, struct half_cell *cell, const json_t *canonical)
{
	json_t *hosts = json_object_get(canonical, "counters"), *counters, *delta;
	const char *host, *name;

	json_object_foreach(hosts, host, counters)
	{
		json_object_foreach(counters, name, delta)
		{
			_cleanup_free_ char *full = mem_printf("%s %s", host, name);

			fact_set_number(half, fact_append(half, cell, full, HALF_COUNTER),
					json_integer_value(delta));
		}
	}
}

static bool has_fact(const struct half_cell *cell, const char *name)
{
	for (size_t i = 0; i < cell->n_facts; i++) {
		if (!strcmp(cell->facts[i].name, name))
			return true;
	}
	return false;
}

/* A counter that a rule names and that did not move is not in the record: it moved by 0. */
static void take_still_counters(struct half *half, struct half_cell *cell, const json_t *record)
{
	json_t *rows = json_object_get(record, "judged"), *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		const char *name = record_text(row, "fact", "");

		if (strchr(name, ' ') && !strcmp(record_text(row, "observed", ""), "0") &&
		    !has_fact(cell, name))
			fact_set_number(half, fact_append(half, cell, name, HALF_COUNTER), 0);
	}
}

/* An await that was not reached; that it was reached elsewhere is told by its not being there. */
static void take_missed(struct half *half, struct half_cell *cell, const json_t *canonical)
{
	json_t *missed = json_object_get(canonical, "missed"), *await;
	size_t i;

	json_array_foreach(missed, i, await)
	{
		_cleanup_free_ char *name =
			mem_printf("step %lld (await)", (long long)record_number(await, "step", 0));
		struct half_fact *fact = fact_append(half, cell, name, HALF_PLAIN);

		fact->value = intern_text(&half->strings, JUDGE_NOT_REACHED);
		fact->expected = intern_text(&half->strings, "reached");
		fact->missed = true;
	}
}

/* What the rules expected of the facts that there are. */
static void take_judged(struct half *half, struct half_cell *cell, const json_t *record)
{
	json_t *rows = json_object_get(record, "judged"), *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		struct half_fact *fact =
			(struct half_fact *)half_fact(cell, record_text(row, "fact", ""));

		if (!fact)
			continue;
		fact->expected = intern_text(&half->strings, record_text(row, "expected", ""));
		fact->missed = !strcmp(record_text(row, "verdict", ""), "fail");
		fact->line = record_number(row, "line", 0);
		fact->column = record_number(row, "column", 0);
	}
}

static void cell_take_facts(struct half *half, struct half_cell *cell, const json_t *record)
{
	const json_t *canonical = json_object_get(record, "canonical");

	cell->n_facts = 0;
	free(cell->facts);
	cell->facts = NULL;
	take_facts(half, cell, canonical);
	take_counters(half, cell, canonical);
	take_missed(half, cell, canonical);
	take_still_counters(half, cell, record);
	if (cell->n_facts)
		qsort(cell->facts, cell->n_facts, sizeof(*cell->facts), fact_order);
	take_judged(half, cell, record);
}

static bool fact_is_await(const struct half_fact *fact)
{
	return !strncmp(fact->name, "step ", strlen("step "));
}

/* Is value one of "a or b"? */
static bool values_have(const char *values, const char *value)
{
	size_t len = strlen(value);

	for (const char *at = values; at; at = strstr(at, " or ")) {
		at += at == values ? 0 : strlen(" or ");
		if (!strncmp(at, value, len) && (!at[len] || !strncmp(at + len, " or ", 4)))
			return true;
	}
	return false;
}

/* Sorted, so that the order of the repeats does not matter. */
static const char *values_join(struct half *half, const char *values, const char *value)
{
	_cleanup_text_ struct text joined = {0};
	const char *at = values;
	bool placed = false;

	if (values_have(values, value))
		return values;
	while (at) {
		const char *next = strstr(at, " or ");
		_cleanup_free_ char *one = mem_strndup(at, next ? (size_t)(next - at) : strlen(at));

		if (!placed && strcmp(value, one) < 0) {
			text_add(&joined, "%s%s", joined.len ? " or " : "", value);
			placed = true;
		}
		text_add(&joined, "%s%s", joined.len ? " or " : "", one);
		at = next ? next + strlen(" or ") : NULL;
	}
	if (!placed)
		text_add(&joined, " or %s", value);
	return intern_text(&half->strings, text_str(&joined));
}

const char *half_absent(const struct half_fact *fact)
{
	if (fact->kind == HALF_COUNTER)
		return "0";
	return fact_is_await(fact) ? "reached" : "nothing";
}

/* A repeat that lacks the fact has missed what was expected of it, but for an await, and a counter
 * that did not move. */
static bool lacking_missed(const struct half_fact *fact)
{
	return fact->expected && fact->kind != HALF_COUNTER && !fact_is_await(fact);
}

static void fact_join(struct half *half, struct half_fact *fact, const struct half_fact *more)
{
	const char *value = more ? more->value : intern_text(&half->strings, half_absent(fact));
	int64_t min = more ? more->min : 0, max = more ? more->max : 0;

	fact->value = values_join(half, fact->value, value);
	fact->min = min < fact->min ? min : fact->min;
	fact->max = max > fact->max ? max : fact->max;
	fact->missed |= more ? more->missed : lacking_missed(fact);
	if (fact->expected || !more)
		return;
	fact->expected = more->expected;
	fact->line = more->line;
	fact->column = more->column;
}

static void cell_join(struct half *half, struct half_cell *cell, const struct half_cell *more)
{
	size_t n = cell->n_facts;

	for (size_t i = 0; i < n; i++)
		fact_join(half, &cell->facts[i], half_fact(more, cell->facts[i].name));
	for (size_t i = 0; i < more->n_facts; i++) {
		const struct half_fact *fact = &more->facts[i];
		struct half_fact *added;
		bool known = false;

		for (size_t j = 0; j < n && !known; j++)
			known = cell->facts[j].name == fact->name;
		if (known)
			continue;
		added = fact_append(half, cell, fact->name, fact->kind);
		*added = *fact;
		fact_join(half, added, NULL);
	}
	if (cell->n_facts)
		qsort(cell->facts, cell->n_facts, sizeof(*cell->facts), fact_order);
}

static void take_dimensions(struct half *half, struct half_cell *cell, const json_t *record)
{
	json_t *dimensions = json_object_get(record, "dimensions"), *value;
	const char *name;
	size_t n = json_object_size(dimensions);

	cell->dimensions = mem_zalloc((n + 1) * sizeof(*cell->dimensions));
	cell->values = mem_zalloc((n + 1) * sizeof(*cell->values));
	json_object_foreach(dimensions, name, value)
	{
		cell->dimensions[cell->n_dimensions] = intern_text(&half->strings, name);
		cell->values[cell->n_dimensions++] =
			intern_text(&half->strings, json_string_value(value) ?: "?");
	}
}

static bool link_drew(const json_t *record)
{
	static const char chance[] = "lost delayed reordered duplicated corrupted";
	const json_t *segment;
	size_t i;

	json_array_foreach(json_object_get(json_object_get(record, "canonical"), "segments"), i,
			   segment)
	{
		if (strstr(chance, record_text(segment, "fate", "?")))
			return true;
	}
	return false;
}

static void cell_head(struct half *half, struct half_cell *cell, const json_t *record)
{
	struct intern *strings = &half->strings;
	const json_t *kernel = json_object_get(half->kernels, record_text(record, "kernel", ""));
	int64_t hz = record_number(kernel, "hz", 0);

	*cell = (struct half_cell){
		.id = intern_text(strings, record_text(record, "cell", "?")),
		.scenario = intern_text(strings, record_text(record, "scenario", "?")),
		.hash = intern_text(strings, record_text(record, "hash", "")),
		.kernel = intern_text(strings, record_text(record, "kernel", "")),
		.hz = hz > 0 && hz <= 100000 ? hz : 0,
		.seed = record_number(json_object_get(record, "volatile"), "seed", 0),
		.verdict = record_verdict(record),
	};
	take_dimensions(half, cell, record);
}

/* Room for one that is not there yet; nothing is written into it. */
static struct half_cell *cell_new(struct half *half, const char *id)
{
	half->cells = mem_grow(half->cells, half->n_cells, sizeof(*half->cells));
	json_object_set_new(half->index, id, json_integer(half->n_cells));
	return &half->cells[half->n_cells++];
}

static struct half_cell *cell_of(struct half *half, const json_t *record)
{
	const char *id = record_text(record, "cell", "?");
	const json_t *at = json_object_get(half->index, id);
	struct half_cell *cell;

	if (at)
		return &half->cells[json_integer_value(at)];
	cell = cell_new(half, id);
	cell_head(half, cell, record);
	return cell;
}

/* Files of strangers may hold any number: a day is as good as forever. */
static int64_t record_noise_ns(const json_t *record)
{
	int64_t noise_us = record_number(json_object_get(record, "volatile"), "noise_us", 0);

	return noise_us < 0 ? 0 : noise_us > NOISE_US_MAX ? NOISE_US_MAX * 1000 : noise_us * 1000;
}

static void cell_add(struct half *half, const json_t *record)
{
	struct half_cell *cell = cell_of(half, record);
	enum verdict verdict = record_verdict(record);
	int64_t noise_ns = record_noise_ns(record);
	bool first = !cell->n_records++;

	if (!verdict_conclusive(verdict)) {
		if (first)
			cell->reason = intern_text(
				&half->strings,
				record_text(record, "error", record_text(record, "skip", "")));
		return;
	}
	cell->noise_ns = noise_ns > cell->noise_ns ? noise_ns : cell->noise_ns;
	cell->random |= json_object_get(json_object_get(record, "canonical"), "random") != NULL;
	cell->link_drew |= link_drew(record);
	if (first || !half_cell_conclusive(cell)) {
		cell_take_facts(half, cell, record);
		cell->verdict = verdict;
	} else {
		struct half_cell more = {0};

		cell_take_facts(half, &more, record);
		cell_join(half, cell, &more);
		cell_clear(&more);
		cell->mixed |= verdict != cell->verdict;
	}
}

static const char *interned(struct half *half, const char *text)
{
	return text ? intern_text(&half->strings, text) : NULL;
}

static const char **interned_all(struct half *half, const char *const *texts, size_t n)
{
	const char **ret = mem_zalloc((n + 1) * sizeof(*ret));

	for (size_t i = 0; i < n; i++)
		ret[i] = interned(half, texts[i]);
	return ret;
}

void half_add_as(struct half *half, const struct half_cell *like, const struct half_cell *as)
{
	struct half_cell *cell = cell_new(half, as->id);

	*cell = *like;
	cell->id = interned(half, as->id);
	cell->scenario = interned(half, as->scenario);
	cell->hash = interned(half, as->hash);
	cell->kernel = interned(half, like->kernel);
	cell->reason = interned(half, like->reason);
	cell->n_dimensions = as->n_dimensions;
	cell->dimensions = interned_all(half, as->dimensions, as->n_dimensions);
	cell->values = interned_all(half, as->values, as->n_dimensions);
	cell->facts = mem_zalloc((like->n_facts + 1) * sizeof(*cell->facts));
	for (size_t i = 0; i < like->n_facts; i++) {
		cell->facts[i] = like->facts[i];
		cell->facts[i].name = interned(half, like->facts[i].name);
		cell->facts[i].value = interned(half, like->facts[i].value);
		cell->facts[i].expected = interned(half, like->facts[i].expected);
	}
}

void half_add(struct half *half, const json_t *line)
{
	if (record_is_cell(line) && !json_object_get(line, "judged_as"))
		cell_add(half, line);
	else if (record_is_kernel(line))
		json_object_set(half->kernels, record_text(line, "id", ""), (json_t *)line);
}
