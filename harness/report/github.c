// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * github: owns the annotations of GitHub Actions, lines such as
 * "::error file=scenarios/a.yaml,line=31,col=7,title=...::...". GitHub shows ten of a kind for each
 * step, so there is one for each rule that failed, not for each cell; and one says what was
 * skipped.
 */
#include "base/mem.h"
#include "report/format.h"

#include <string.h>

#define PATH_DEPTH_MAX 64

/* Workflow commands escape with percent signs; a property also its two delimiters. */
static void escape_add(struct text *out, const char *s, const char *also)
{
	for (; *s; s++) {
		if (strchr("%\r\n", *s) || strchr(also, *s))
			text_add(out, "%%%02X", *s);
		else
			text_addn(out, s, 1);
	}
}

/* Where the repository begins that this absolute path is in: its length; 0: in none. */
static size_t repository_len(const char *path)
{
	const char *workspace = getenv("GITHUB_WORKSPACE");
	size_t len = strlen(path);

	for (int depth = 0; len && depth < PATH_DEPTH_MAX; depth++) {
		_cleanup_free_ char *git = NULL;

		while (len && path[len - 1] != '/')
			len--;
		git = mem_printf("%.*s.git", (int)len, path);
		if (!access(git, F_OK))
			return len;
		len -= len > 0;
	}
	len = workspace ? strlen(workspace) : 0;
	while (len && workspace[len - 1] == '/')
		len--;
	return len && !strncmp(path, workspace, len) && path[len] == '/' ? len + 1 : 0;
}

/* Annotations name files from the repository's root. The caller frees. */
static char *repository_path(const char *file)
{
	_cleanup_free_ char *path = realpath(file, NULL);

	return mem_strdup(path ? path + repository_len(path) : file);
}

static struct note *note_find(struct report *report, const char *level, const char *file,
			      int64_t line, int64_t column)
{
	for (size_t i = 0; i < report->n_notes; i++) {
		struct note *note = &report->notes[i];

		if (note->line == line && note->column == column && !strcmp(note->file, file) &&
		    !strcmp(note->level, level))
			return note;
	}
	return NULL;
}

static void note_add(struct report *report, const char *level, const json_t *record, int64_t line,
		     int64_t column, const char *words)
{
	const char *file = record_text(record, "file", "?");
	struct note *note = note_find(report, level, file, line, column);

	if (!note) {
		report->notes =
			mem_resize(report->notes, report->n_notes + 1, sizeof(*report->notes));
		note = &report->notes[report->n_notes++];
		*note = (struct note){
			.level = level,
			.file = mem_strdup(file),
			.line = line,
			.column = column,
			.words = mem_strdup(words),
			.cell = mem_strdup(record_text(record, "cell", "?")),
		};
	}
	note->n_cells++;
}

static void rows_note(struct report *report, const char *level, const json_t *record)
{
	json_t *rows = json_object_get(record, "judged"), *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		_cleanup_text_ struct text words = {0};

		if (!row_missed(row))
			continue;
		miss_words(row, &words);
		note_add(report, level, record, record_number(row, "line", 1),
			 record_number(row, "column", 1), text_str(&words));
	}
}

static void github_cell(struct report *report, struct chapter *chapter, const json_t *record)
{
	_cleanup_free_ char *words = NULL;

	(void)chapter;
	switch (record_verdict(record)) {
	case VERDICT_FAIL:
		rows_note(report, "error", record);
		break;
	case VERDICT_INCONCLUSIVE:
		rows_note(report, "warning", record);
		break;
	case VERDICT_ERROR:
		words = mem_printf("the harness failed: %s", record_reason(record));
		note_add(report, "error", record, 1, 1, words);
		break;
	case VERDICT_PASS:
	case VERDICT_SKIP:
	case VERDICT_KNOWN:
	case N_VERDICTS:
		break;
	}
}

static void note_print(struct report *report, const struct note *note)
{
	bool error = !strcmp(note->level, "error");
	_cleanup_free_ char *path = repository_path(note->file);
	_cleanup_free_ char *title =
		mem_printf("%zu cell%s %s", note->n_cells, note->n_cells == 1 ? "" : "s",
			   error ? "failed" : "inconclusive: this machine was too noisy");
	_cleanup_text_ struct text line = {0};

	text_add(&line, "::%s file=", note->level);
	escape_add(&line, path, ":,");
	text_add(&line, ",line=%lld,col=%lld,title=", (long long)note->line,
		 (long long)note->column);
	escape_add(&line, title, ":,");
	text_add(&line, "::");
	escape_add(&line, note->words, "");
	text_add(&line, " in ");
	escape_add(&line, note->cell, "");
	if (note->n_cells > 1)
		text_add(&line, " and %zu more", note->n_cells - 1);
	fprintf(report->out, "%s\n", text_str(&line));
}

static void notices_print(struct report *report, const struct chapter *chapter,
			  const struct tally *tally, const char *what)
{
	for (size_t i = 0; i < tally->n; i++) {
		_cleanup_text_ struct text line = {0};

		text_add(&line, "::notice title=%zu cell%s of ", tally->of[i].n,
			 tally->of[i].n == 1 ? "" : "s");
		escape_add(&line, chapter->scenario, ":,");
		text_add(&line, " %s::", what);
		escape_add(&line, tally->of[i].what, "");
		fprintf(report->out, "%s\n", text_str(&line));
	}
}

/* Only the first ten of a kind are shown: errors are among them whatever came before. */
static void github_end(struct report *report)
{
	static const char *const levels[] = {"error", "warning"};

	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		for (size_t j = 0; j < report->n_notes; j++) {
			if (!strcmp(report->notes[j].level, levels[i]))
				note_print(report, &report->notes[j]);
		}
	}
	if (report->interrupted)
		fprintf(report->out, "::error title=stopped early::%zu of %zu cells did not run\n",
			report->n_planned - report->n_done, report->n_planned);
	for (size_t i = 0; i < report->n_suites; i++)
		notices_print(report, &report->chapters[i], &report->chapters[i].skips, "skipped");
	for (size_t i = 0; i < report->n_suites; i++)
		notices_print(report, &report->chapters[i], &report->chapters[i].known,
			      "known to fail");
}

const struct report_format format_github = {
	.name = "github",
	.what = "annotations for GitHub Actions, at the rules that failed",
	.cell = github_cell,
	.end = github_end,
};
