// SPDX-License-Identifier: GPL-2.0-or-later
/* options: owns how a command line is read by the rows of a table, and how they are shown. */
#include "cmd/options.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/nearest.h"

#include <errno.h>
#include <string.h>

void texts_add(struct texts *texts, const char *text)
{
	texts->of = mem_resize(texts->of, texts->n + 1, sizeof(*texts->of));
	texts->of[texts->n++] = text;
}

void texts_add_all(struct texts *texts, const struct texts *more)
{
	for (size_t i = 0; i < more->n; i++)
		texts_add(texts, more->of[i]);
}

void texts_free(struct texts *texts)
{
	free(texts->of);
	*texts = (struct texts){0};
}

static size_t options_count(const struct command *command)
{
	size_t n = 0;

	while (command->options && command->options[n].name)
		n++;
	return n;
}

static const char *option_nth(size_t i, const void *options)
{
	return ((const struct option_row *)options)[i].name;
}

static const struct option_row *option_find(const struct command *command, const char *name,
					    size_t len, struct err *err)
{
	size_t n = options_count(command);
	_cleanup_free_ char *asked = mem_strndup(name, len);

	for (size_t i = 0; i < n; i++) {
		if (!strcmp(command->options[i].name, asked))
			return &command->options[i];
	}
	if (n)
		err_set(err, EINVAL,
			"%s has no option --%s; the nearest is --%s (see afterclose help %s)",
			command->name, asked, nearest(asked, option_nth, n, command->options),
			command->name);
	else
		err_set(err, EINVAL, "%s has no options, and so no --%s", command->name, asked);
	return NULL;
}

static int option_set_number(const struct option_row *row, const char *value, int64_t *ret,
			     struct err *err)
{
	if (number_parse(value, ret) && *ret >= row->min && *ret <= row->max)
		return 0;
	return err_set(err, EINVAL, "--%s takes a whole number from %lld to %lld, not \"%s\"",
		       row->name, (long long)row->min, (long long)row->max, value);
}

bool word_is_one_of(const char *word, const char *words)
{
	size_t len = strlen(word), n;

	for (; *words; words += n + (words[n] == '|')) {
		n = strcspn(words, "|");
		if (n == len && !strncmp(words, word, n))
			return true;
	}
	return false;
}

static int option_set(const struct option_row *row, const char *value, void *member,
		      struct err *err)
{
	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)member = true;
		return 0;
	case OPTION_NUMBER:
		return option_set_number(row, value, member, err);
	case OPTION_DURATION:
		if (duration_parse(value, member) && *(int64_t *)member > 0)
			return 0;
		return err_set(err, EINVAL,
			       "--%s takes a duration such as 30s or 500ms, not \"%s\"", row->name,
			       value);
	case OPTION_TEXT:
		*(const char **)member = value;
		return 0;
	case OPTION_WORD:
		if (!word_is_one_of(value, row->value))
			return err_set(err, EINVAL, "--%s takes %s, not \"%s\"", row->name,
				       row->value, value);
		*(const char **)member = value;
		return 0;
	case OPTION_TEXTS:
		texts_add(member, value);
		return 0;
	}
	return 0;
}

/* "-o VALUE". Returns as option_parse(). */
static int option_parse_letter(const struct command *command, char **argv, void *args,
			       struct err *err)
{
	for (size_t i = 0; i < options_count(command); i++) {
		const struct option_row *row = &command->options[i];
		int ret;

		if (row->letter != argv[0][1] || argv[0][2])
			continue;
		if (row->kind != OPTION_FLAG && !argv[1])
			return err_set(err, EINVAL, "-%c needs a value: -%c %s", row->letter,
				       row->letter, row->value);
		ret = option_set(row, argv[1], (char *)args + row->offset, err);
		if (ret < 0)
			return ret;
		return row->kind == OPTION_FLAG ? 1 : 2;
	}
	return err_set(err, EINVAL, "unknown option %s (see afterclose help %s)", argv[0],
		       command->name);
}

/* One option and perhaps the next word. Returns how many words it took, or an error. */
static int option_parse(const struct command *command, char **argv, void *args, struct err *err)
{
	const char *name = argv[0] + 2;
	const char *equals = strchr(name, '=');
	size_t len = equals ? (size_t)(equals - name) : strlen(name);
	const struct option_row *row = option_find(command, name, len, err);
	const char *value = equals ? equals + 1 : argv[1];
	int ret;

	if (!row)
		return -err->code;
	if (row->kind == OPTION_FLAG && equals)
		return err_set(err, EINVAL, "--%s takes no value", row->name);
	if (row->kind != OPTION_FLAG && !value)
		return err_set(err, EINVAL, "--%s needs a value: --%s %s", row->name, row->name,
			       row->value);
	ret = option_set(row, value, (char *)args + row->offset, err);
	if (ret < 0)
		return ret;
	return row->kind == OPTION_FLAG || equals ? 1 : 2;
}

int options_parse(const struct command *command, char **argv, void *ret_args,
		  struct texts *ret_operands, struct err *err)
{
	bool ended = false;

	while (*argv) {
		int taken = 1;

		if (ended || argv[0][0] != '-' || !argv[0][1])
			texts_add(ret_operands, argv[0]);
		else if (!strcmp(argv[0], "--"))
			ended = true;
		else if (argv[0][1] != '-')
			taken = option_parse_letter(command, argv, ret_args, err);
		else
			taken = option_parse(command, argv, ret_args, err);
		if (taken < 0)
			return taken;
		argv += taken;
	}
	if (ret_operands->n < command->operands_min)
		return err_set(err, EINVAL, "%s needs %s", command->name, command->operands);
	if (ret_operands->n > command->operands_max)
		return err_set(err, EINVAL, "%s takes no \"%s\"", command->name,
			       ret_operands->of[command->operands_max]);
	return 0;
}

void options_free(const struct command *command, void *args)
{
	size_t n = options_count(command);

	for (size_t i = 0; i < n; i++) {
		if (command->options[i].kind == OPTION_TEXTS)
			texts_free((struct texts *)((char *)args + command->options[i].offset));
	}
}

void options_help(const struct command *command, FILE *file)
{
	size_t n = options_count(command);

	fprintf(file, "usage: afterclose %s%s%s%s\n\n%s\n", command->name, n ? " [OPTION...]" : "",
		command->operands ? " " : "", command->operands ? command->operands : "",
		command->what);
	if (n)
		fprintf(file, "\noptions:\n");
	for (size_t i = 0; i < n; i++) {
		const struct option_row *row = &command->options[i];
		char letter[] = {'-', row->letter, ',', ' ', '\0'};
		_cleanup_free_ char *left =
			mem_printf("%s--%s%s%s", row->letter ? letter : "", row->name,
				   row->value ? " " : "", row->value ? row->value : "");

		fprintf(file, "  %-28s %s\n", left, row->what);
	}
}
