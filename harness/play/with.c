// SPDX-License-Identifier: GPL-2.0-or-later
/* with: owns how the command line of a program is written. */
#include "play/with.h"
#include "base/mem.h"
#include "base/text.h"
#include "record/record.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a shell would not pass on as it stands. */
#define SHELL_ONLY "|&;<>()$`"

static const char *const names[] = {"server", "client", "port", "port2", "family", "tmp"};

static void word_add(struct with *with, struct text *word)
{
	with->words = mem_resize(with->words, with->n + 2, sizeof(*with->words));
	with->words[with->n++] = text_take(word);
	with->words[with->n] = NULL;
}

/* A backslash at a line's end: neither is there. */
static bool line_goes_on(const char *text)
{
	return text[0] == '\\' && text[1] == '\n';
}

/* From an opening quote to behind the closing one. NULL: there is none. */
static const char *quoted_read(const char *text, struct text *word)
{
	char quote = *text++;

	for (; *text && *text != quote; text++) {
		if (quote == '"' && line_goes_on(text)) {
			text++;
			continue;
		}
		if (quote == '"' && *text == '\\' && text[1] && strchr("\"\\$`", text[1]))
			text++;
		text_addn(word, text, 1);
	}
	return *text ? text + 1 : NULL;
}

/* One word, to the blank or the end behind it. NULL: an error. */
static const char *word_read(const char *text, struct text *word, struct err *err)
{
	while (*text && !isspace((unsigned char)*text)) {
		if (*text == '\'' || *text == '"') {
			text = quoted_read(text, word);
			if (text)
				continue;
			err_set(err, EINVAL, "a quote is not closed");
			return NULL;
		}
		if (strchr(SHELL_ONLY, *text)) {
			err_set(err, EINVAL,
				"no shell reads this, and `%c` is for one; quote it, or ask for a "
				"shell: sh -c '...'",
				*text);
			return NULL;
		}
		if (line_goes_on(text)) {
			text += 2;
			continue;
		}
		if (*text == '\\' && text[1])
			text++;
		text_addn(word, text++, 1);
	}
	return text;
}

static int split(const char *text, struct with *with, struct err *err)
{
	for (;;) {
		struct text word = {0};

		while (isspace((unsigned char)*text) || line_goes_on(text))
			text += line_goes_on(text) ? 2 : 1;
		if (!*text)
			break;
		if (with->n == WITH_WORDS_MAX)
			return err_set(err, E2BIG, "more than %d words", WITH_WORDS_MAX);
		text_addn(&word, "", 0);
		text = word_read(text, &word, err);
		word_add(with, &word);
		if (!text)
			return -err->code;
	}
	return with->n ? 0 : err_set(err, EINVAL, "no program is named");
}

/* The length of a name in braces at text, braces included; 0: a plain brace. */
static size_t brace_length(const char *text)
{
	size_t n = 0;

	if (*text != '{')
		return 0;
	while (islower((unsigned char)text[1 + n]) || (n && isdigit((unsigned char)text[1 + n])))
		n++;
	return n && text[1 + n] == '}' ? n + 2 : 0;
}

/* Which name stands in these braces; ARRAY_SIZE(names): none. */
static size_t brace_name(const char *text, size_t len)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(names) &&
	       (strlen(names[i]) != len - 2 || strncmp(text + 1, names[i], len - 2)))
		i++;
	return i;
}

static int check_braces(const char *word, struct err *err)
{
	for (; *word; word++) {
		size_t len = brace_length(word);

		if (word[0] == '{' && word[1] == '{') {
			word++;
			continue;
		}
		if (len && brace_name(word, len) == ARRAY_SIZE(names))
			return err_set(err, EINVAL,
				       "there is no %.*s; allowed: {server}, {client}, {port}, "
				       "{port2}, {family}, {tmp}; {{ is a plain brace",
				       (int)len, word);
	}
	return 0;
}

static char *absolute(const char *directory, const char *path)
{
	return *path == '/' ? mem_strdup(path) : mem_printf("%s/%s", directory, path);
}

static int check_file(const char *path, const char *as, struct err *err)
{
	struct stat about;

	if (stat(path, &about) < 0)
		return err_set(err, errno, "%s: %s", as, strerror(errno));
	if (!S_ISREG(about.st_mode) || access(path, X_OK) < 0)
		return err_set(err, EACCES, "%s is no program that may be run", as);
	return 0;
}

/* As execvp() looks, but once, and before anything is built. */
static int find_program(struct with *with, struct err *err)
{
	const char *name = with->words[0];
	const char *path = getenv("PATH");
	size_t n;

	if (strchr(name, '/')) {
		with->path = absolute(with->directory, name);
		return check_file(with->path, name, err);
	}
	for (path = path ? path : "/usr/bin:/bin"; *path; path += n + (path[n] == ':')) {
		struct err ignored;
		_cleanup_free_ char *directory = NULL, *tried = NULL;

		n = strcspn(path, ":");
		directory = mem_strndup(n ? path : ".", n ? n : 1);
		tried = mem_printf("%s/%s", directory, name);
		if (check_file(tried, name, &ignored))
			continue;
		with->path = absolute(with->directory, tried);
		return 0;
	}
	return err_set(err, ENOENT, "there is no program `%s` in PATH", name);
}

/* They go to guests and into records, which cannot hold another. */
static int check_utf8(const struct with *with, struct err *err)
{
	for (size_t i = 0; i < with->n; i++) {
		if (!text_is_utf8(with->words[i]))
			return err_set(err, EINVAL, "`%s` is not UTF-8", with->words[i]);
	}
	if (!text_is_utf8(with->path))
		return err_set(err, EINVAL, "%s: its name is not UTF-8", with->path);
	if (!text_is_utf8(with->directory))
		return err_set(err, EINVAL, "the working directory's name is not UTF-8");
	return 0;
}

int with_parse(const char *text, struct with *ret, struct err *err)
{
	char directory[PATH_MAX];
	int r;

	*ret = (struct with){.drain = SIGTERM};
	if (!getcwd(directory, sizeof(directory)))
		return err_sys(err, "ask for the working directory");
	ret->directory = mem_strdup(directory);
	r = split(text, ret, err);
	for (size_t i = 0; i < ret->n && !r; i++)
		r = check_braces(ret->words[i], err);
	if (!r)
		r = find_program(ret, err);
	return r ? r : check_utf8(ret, err);
}

void with_free(struct with *with)
{
	for (size_t i = 0; i < with->n; i++)
		free(with->words[i]);
	free(with->words);
	free(with->path);
	free(with->directory);
	*with = (struct with){0};
}

static void address_add(struct text *out, const char *address, bool port_follows)
{
	bool bracket = port_follows && strchr(address, ':');

	text_add(out, bracket ? "[%s]" : "%s", address);
}

static void brace_add(struct text *out, const char *name, bool port_follows,
		      const struct with_values *values)
{
	if (!strncmp(name, "{server}", 8))
		address_add(out, values->server, port_follows);
	else if (!strncmp(name, "{client}", 8))
		address_add(out, values->client, port_follows);
	else if (!strncmp(name, "{port}", 6))
		text_add(out, "%u", values->port);
	else if (!strncmp(name, "{port2}", 7))
		text_add(out, "%u", values->port2);
	else if (!strncmp(name, "{family}", 8))
		text_add(out, "%s", values->family);
	else
		text_add(out, "%s", WITH_TMP);
}

char *with_expand(const char *word, const struct with_values *values)
{
	struct text out = {0};

	text_addn(&out, "", 0);
	while (*word) {
		size_t len = brace_length(word);

		if (word[0] == '{' && word[1] == '{') {
			text_addn(&out, word, 1);
			word += 2;
		} else if (len) {
			brace_add(&out, word, word[len] == ':', values);
			word += len;
		} else {
			text_addn(&out, word++, 1);
		}
	}
	return text_take(&out);
}

json_t *with_encode(const struct with *with)
{
	json_t *words = json_array();

	for (size_t i = 0; i < with->n; i++) {
		if (!json_array_append_new(words, json_string(with->words[i])))
			continue;
		json_decref(words);
		return NULL;
	}
	return json_pack("{s:o, s:s, s:s, s:i}", "words", words, "path", with->path, "directory",
			 with->directory, "drain", with->drain);
}

void with_decode(const json_t *object, struct with *ret)
{
	const json_t *words = json_object_get(object, "words");
	const json_t *word;
	size_t i;

	*ret = (struct with){.path = mem_strdup(record_text(object, "path", "")),
			     .directory = mem_strdup(record_text(object, "directory", "/")),
			     .drain = record_number(object, "drain", SIGTERM)};
	ret->words = mem_zalloc((json_array_size(words) + 1) * sizeof(*ret->words));
	json_array_foreach(words, i, word)
	{
		ret->words[ret->n++] = mem_strdup(json_string_value(word));
	}
}
