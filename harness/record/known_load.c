// SPDX-License-Identifier: GPL-2.0-or-later
/* known_load: owns the reading of a file of known failures and changes. */
#include "record/known.h"
#include "base/file.h"
#include "base/mem.h"
#include "scenario/document.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#define ENTRIES_MAX 10000
#define UNTIL_FIXED "fixed"

struct reading {
	const struct known *known;
	struct err *err;
};

static int known_err(const struct reading *reading, struct place at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int known_err(const struct reading *reading, struct place at, const char *fmt, ...)
{
	char message[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	return err_set(reading->err, EINVAL, "%s:%d:%d: %s", reading->known->file, at.line,
		       at.column, message);
}

static int read_text(const struct reading *reading, const struct node *node, const char *what,
		     char **ret)
{
	if (node->kind != NODE_SCALAR || !*node->text)
		return known_err(reading, node->at, "`%s` takes a text that is not empty", what);
	*ret = mem_strdup(node->text);
	return 0;
}

/* One value, or a list of at least one. */
static int read_texts(const struct reading *reading, const struct node *node, const char *what,
		      char ***ret, size_t *ret_n)
{
	size_t n = node->kind == NODE_LIST ? node->n : 1;
	int status = 0;

	if (node->kind == NODE_MAP || !n)
		return known_err(reading, node->at, "`%s` takes a value, or a list of values",
				 what);
	*ret = mem_zalloc(n * sizeof(**ret));
	while (*ret_n < n && !status) {
		const struct node *item = node->kind == NODE_LIST ? node->items[*ret_n] : node;

		status = read_text(reading, item, what, &(*ret)[*ret_n]);
		*ret_n += !status;
	}
	return status;
}

static int read_cell(const struct reading *reading, const struct node *node,
		     struct known_entry *into)
{
	return read_text(reading, node, "cell", &into->cell);
}

static int read_scenario(const struct reading *reading, const struct node *node,
			 struct known_entry *into)
{
	return read_text(reading, node, "scenario", &into->scenario);
}

static int read_with(const struct reading *reading, const struct node *node,
		     struct known_entry *into)
{
	int status = 0;

	if (node->kind != NODE_MAP || !node->n)
		return known_err(reading, node->at,
				 "`with` takes dimensions and their values, as in "
				 "{timestamps: 0, link: [clean, wan]}");
	into->with = mem_zalloc(node->n * sizeof(*into->with));
	for (size_t i = 0; i < node->n && !status; i++) {
		struct known_with *with = &into->with[into->n_with++];

		with->dimension = mem_strdup(node->keys[i]->text);
		status = read_texts(reading, node->items[i], with->dimension, &with->values,
				    &with->n_values);
	}
	return status;
}

static int read_fact(const struct reading *reading, const struct node *node,
		     struct known_entry *into)
{
	return read_text(reading, node, "fact", &into->fact);
}

static int read_observed(const struct reading *reading, const struct node *node,
			 struct known_entry *into)
{
	return read_texts(reading, node, "observed", &into->observed, &into->n_observed);
}

static int read_why(const struct reading *reading, const struct node *node,
		    struct known_entry *into)
{
	return read_text(reading, node, "why", &into->why);
}

/* The day itself still counts. */
static bool date_past(const struct tm *date)
{
	time_t now = time(NULL);
	struct tm today;
	char then_text[16], today_text[16];

	localtime_r(&now, &today);
	strftime(then_text, sizeof(then_text), "%Y-%m-%d", date);
	strftime(today_text, sizeof(today_text), "%Y-%m-%d", &today);
	return strcmp(then_text, today_text) < 0;
}

static int read_until(const struct reading *reading, const struct node *node,
		      struct known_entry *into)
{
	struct tm date = {0};
	const char *end;
	int status = read_text(reading, node, "until", &into->until);

	if (status || !strcmp(into->until, UNTIL_FIXED))
		return status;
	end = strlen(into->until) == strlen("2027-03-31") ? strptime(into->until, "%Y-%m-%d", &date)
							  : NULL;
	if (!end || *end)
		return known_err(reading, node->at,
				 "`until` takes a date such as 2027-03-31, or the word fixed; not "
				 "\"%.60s\"",
				 into->until);
	into->expired = date_past(&date);
	return 0;
}

static const struct known_key {
	const char *name;
	int (*read)(const struct reading *reading, const struct node *node,
		    struct known_entry *into);
	bool required;
} known_keys[] = {
	{"cell", read_cell},	     {"scenario", read_scenario}, {"with", read_with},
	{"fact", read_fact},	     {"observed", read_observed}, {"why", read_why, true},
	{"until", read_until, true},
};

static bool key_known(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(known_keys); i++) {
		if (!strcmp(known_keys[i].name, name))
			return true;
	}
	return false;
}

static int entry_keys_check(const struct reading *reading, const struct node *node)
{
	for (size_t i = 0; i < node->n; i++) {
		const char *name = node->keys[i]->text;

		if (!key_known(name))
			return known_err(reading, node->keys[i]->at,
					 "an entry has no key `%.40s`; there are cell, scenario, "
					 "with, fact, observed, why and until",
					 name);
	}
	for (size_t i = 0; i < ARRAY_SIZE(known_keys); i++) {
		if (known_keys[i].required && !node_get(node, known_keys[i].name))
			return known_err(reading, node->at, "this entry lacks `%s`",
					 known_keys[i].name);
	}
	return 0;
}

static int entry_check(const struct reading *reading, const struct known_entry *entry)
{
	if (!entry->cell == !entry->scenario)
		return known_err(reading, entry->at,
				 "an entry names either a `cell` or a `scenario`");
	if (entry->n_with && entry->cell)
		return known_err(reading, entry->at,
				 "`with` goes with `scenario`; a `cell` is one already");
	if (entry->n_observed && !entry->fact)
		return known_err(reading, entry->at, "`observed` needs a `fact`");
	return 0;
}

static int read_entry(const struct reading *reading, const struct node *node,
		      struct known_entry *into)
{
	int status;

	into->at = node->at;
	if (node->kind != NODE_MAP)
		return known_err(reading, node->at,
				 "an entry is a mapping of cell or scenario, why, until, ...");
	status = entry_keys_check(reading, node);
	for (size_t i = 0; i < ARRAY_SIZE(known_keys) && !status; i++) {
		const struct node *value = node_get(node, known_keys[i].name);

		if (value)
			status = known_keys[i].read(reading, value, into);
	}
	return status ? status : entry_check(reading, into);
}

static int read_entries(struct known *known, const struct node *root, struct err *err)
{
	const struct reading reading = {known, err};
	int status = 0;

	if (!root)
		return 0;
	if (root->kind != NODE_LIST || root->n > ENTRIES_MAX)
		return known_err(&reading, root->at, "a list of at most %d entries is needed",
				 ENTRIES_MAX);
	known->of = mem_zalloc((root->n + 1) * sizeof(*known->of));
	while (known->n < root->n && !status) {
		status = read_entry(&reading, root->items[known->n], &known->of[known->n]);
		known->n++;
	}
	return status;
}

int known_load(const char *path, struct known *ret, struct err *err)
{
	_cleanup_text_ struct text text = {0};
	struct document document = {0};
	int status = file_read(path, KNOWN_SIZE_MAX, &text, err);

	*ret = (struct known){0};
	if (status)
		return status;
	ret->file = mem_strdup(path);
	status = document_parse(path, text_str(&text), text.len, &document, err);
	if (!status)
		status = read_entries(ret, document.root, err);
	document_free(&document);
	if (status)
		known_free(ret);
	return status;
}

static void texts_clear(char **texts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
	free(texts);
}

static void entry_clear(struct known_entry *entry)
{
	for (size_t i = 0; i < entry->n_with; i++) {
		texts_clear(entry->with[i].values, entry->with[i].n_values);
		free(entry->with[i].dimension);
	}
	free(entry->with);
	texts_clear(entry->observed, entry->n_observed);
	free(entry->cell);
	free(entry->scenario);
	free(entry->fact);
	free(entry->why);
	free(entry->until);
}

void known_free(struct known *known)
{
	for (size_t i = 0; i < known->n; i++)
		entry_clear(&known->of[i]);
	free(known->of);
	free(known->file);
	*known = (struct known){0};
}
