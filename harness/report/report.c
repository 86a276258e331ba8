// SPDX-License-Identifier: GPL-2.0-or-later
/* report: owns the table of formats, a report's file, and the counts that every format needs. */
#include "report/report.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "report/format.h"
#include "report/plain.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static void json_line(struct report *report, const json_t *line)
{
	struct err ignored; /* report_close() asks the stream whether all went well */

	record_write(report->out, "", line, &ignored);
}

static void json_cell(struct report *report, struct chapter *chapter, const json_t *record)
{
	(void)chapter;
	json_line(report, record);
}

static const struct report_format format_json = {
	.name = "json",
	.what = "JSON Lines: the records themselves",
	.kernel = json_line,
	.scenario = json_line,
	.cell = json_cell,
};

static const struct report_format *const formats[] = {
	&format_terminal, &format_ktap,	  &format_junit, &format_json,
	&format_markdown, &format_github, &format_html,	 &format_pcapng,
};

bool report_format_nth(size_t i, const char **ret_name, const char **ret_what)
{
	if (i >= ARRAY_SIZE(formats))
		return false;
	*ret_name = formats[i]->name;
	*ret_what = formats[i]->what;
	return true;
}

static const struct report_format *format_find(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		if (strlen(formats[i]->name) == len && !strncmp(formats[i]->name, name, len))
			return formats[i];
	}
	return NULL;
}

static int format_unknown(const char *name, struct err *err)
{
	_cleanup_text_ struct text known = {0};
	const char *names[ARRAY_SIZE(formats)];

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		names[i] = formats[i]->name;
		text_add(&known, "%s%s", i ? ", " : "", names[i]);
	}
	return err_set(err, EINVAL,
		       "no report format is called \"%s\" (did you mean %s?); known: %s", name,
		       nearest_of(name, names, ARRAY_SIZE(names)), text_str(&known));
}

void report_plan_add(struct report_plan *plan, const char *scenario, const char *title)
{
	size_t i;

	for (i = 0; i < plan->n; i++) {
		if (!strcmp(plan->of[i].scenario, scenario))
			break;
	}
	if (i == plan->n) {
		plan->of = mem_resize(plan->of, ++plan->n, sizeof(*plan->of));
		plan->of[i] = (struct planned){
			.scenario = mem_strdup(scenario),
			.title = title ? mem_strdup(title) : NULL,
		};
	}
	plan->of[i].n_cells++;
}

/* A scenario's name in a report of several targets. The caller frees. */
static char *chapter_name(const char *scenario, const char *target)
{
	return mem_printf("%s on %s", scenario, target);
}

void report_plan_add_at(struct report_plan *plan, const char *target, const char *scenario,
			const char *title)
{
	_cleanup_free_ char *name = chapter_name(scenario, target);

	report_plan_add(plan, plan->by_target ? name : scenario, title);
}

void report_plan_free(struct report_plan *plan)
{
	for (size_t i = 0; i < plan->n; i++) {
		free(plan->of[i].scenario);
		free(plan->of[i].title);
	}
	free(plan->of);
	*plan = (struct report_plan){0};
}

static char *name_new(const struct report *report, const char *name)
{
	struct text text = {0};

	text_add(&text, "%s", name);
	if (report->format->plain)
		text_plain(&text, 0);
	return text_take(&text);
}

static struct chapter *chapter_add(struct report *report, const char *scenario, const char *title)
{
	struct chapter *chapter;

	report->chapters =
		mem_resize(report->chapters, report->n_suites + 1, sizeof(*report->chapters));
	chapter = &report->chapters[report->n_suites++];
	*chapter = (struct chapter){
		.scenario = name_new(report, scenario),
		.title = title ? name_new(report, title) : NULL,
	};
	return chapter;
}

static struct chapter *chapter_of(struct report *report, const json_t *record)
{
	const char *scenario = record_text(record, "scenario", "?");
	_cleanup_free_ char *name = chapter_name(scenario, record_text(record, "target", "?"));

	if (report->by_target)
		scenario = name;
	for (size_t i = 0; i < report->n_suites; i++) {
		if (!strcmp(report->chapters[i].scenario, scenario))
			return &report->chapters[i];
	}
	return chapter_add(report, scenario, NULL);
}

static void chapter_clear(struct chapter *chapter)
{
	for (size_t i = 0; i < chapter->n_columns; i++) {
		free(chapter->columns[i].dimension);
		free(chapter->columns[i].value);
	}
	free(chapter->columns);
	free((char *)chapter->scenario);
	free((char *)chapter->title);
	tally_free(&chapter->skips);
	tally_free(&chapter->known);
	tally_free(&chapter->deviations);
	text_free(&chapter->body);
}

static void note_clear(struct note *note)
{
	free(note->file);
	free(note->words);
	free(note->cell);
}

static void report_free(struct report *report)
{
	for (size_t i = 0; i < report->n_suites; i++)
		chapter_clear(&report->chapters[i]);
	free(report->chapters);
	for (size_t i = 0; i < report->n_notes; i++)
		note_clear(&report->notes[i]);
	free(report->notes);
	text_free(&report->failures);
	text_free(&report->commands);
	text_free(&report->kernels);
	if (report->path && report->out)
		fclose(report->out);
	free(report->path);
	free(report);
}

static void report_planned(struct report *report, const struct report_plan *plan)
{
	for (size_t i = 0; i < plan->n; i++) {
		struct chapter *chapter =
			chapter_add(report, plan->of[i].scenario, plan->of[i].title);

		chapter->n_planned = plan->of[i].n_cells;
		report->n_planned += chapter->n_planned;
	}
}

static bool terminal_has_colours(void)
{
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");

	return !(no_colour && *no_colour) && term && strcmp(term, "dumb");
}

/* A directory that is there is used, and files of other names in it are left alone. */
static int open_path(struct report *report, const char *path, struct err *err)
{
	int r;

	report->path = mem_strdup(path);
	report->out = NULL;
	if (report->format->directory) {
		if (mkdir(path, 0777) < 0 && errno != EEXIST)
			return err_sys(err, "cannot make the report's directory %s", path);
		return 0;
	}
	r = file_take(path, &report->out, err);
	return r ? r : file_empty(report->out, path, err);
}

/* Results are seen as they come, and the first error that the stream has is kept. It may have met
 * that before, when its buffer was full: errno was cleared before anything was written. */
static void report_flush(struct report *report)
{
	const char *path = report->path ? report->path : "standard output";
	int code;

	if (!report->out || (!fflush(report->out) && !ferror(report->out)) || report->failure.code)
		return;
	code = errno ? errno : EIO;
	err_set(&report->failure, code, "cannot write the report to %s: %s", path, strerror(code));
}

int report_open(const char *spec, const struct report_plan *plan, FILE *console,
		struct report **ret, struct err *err)
{
	const char *colon = strchr(spec, ':');
	const struct report_format *format = format_find(spec, strcspn(spec, ":"));
	struct report *report;
	int r;

	if (!format) {
		_cleanup_free_ char *name = mem_strndup(spec, strcspn(spec, ":"));

		return format_unknown(name, err);
	}
	if (colon ? !colon[1] : format->directory)
		return err_set(err, EINVAL, "--report %s: a %s's name is missing", spec,
			       format->directory ? "directory" : "file");
	report = mem_zalloc(sizeof(*report));
	report->format = format;
	report->out = console;
	r = colon ? open_path(report, colon + 1, err) : 0;
	if (r < 0) {
		report_free(report);
		return r;
	}
	report->by_target = plan->by_target;
	report->tty = report->out && isatty(fileno(report->out));
	report->colour = report->tty && terminal_has_colours();
	report_planned(report, plan);
	errno = 0;
	if (format->begin)
		format->begin(report);
	report_flush(report);
	*ret = report;
	return 0;
}

/* What the format is given of a line. New reference. */
static json_t *line_given(const struct report *report, const json_t *line)
{
	return report->format->plain ? record_plain(line) : json_incref((json_t *)line);
}

void report_reference(struct report *report, const json_t *line)
{
	const struct report_format *format = report->format;
	json_t *given = line_given(report, line);

	errno = 0;
	if (record_is_kernel(line) && format->kernel)
		format->kernel(report, given);
	if (!record_is_kernel(line) && format->scenario)
		format->scenario(report, given);
	report_flush(report);
	json_decref(given);
}

static struct column *column_of(struct chapter *chapter, const char *dimension, const char *value)
{
	struct column *column;

	for (size_t i = 0; i < chapter->n_columns; i++) {
		column = &chapter->columns[i];
		if (!strcmp(column->dimension, dimension) && !strcmp(column->value, value))
			return column;
	}
	chapter->columns =
		mem_resize(chapter->columns, chapter->n_columns + 1, sizeof(*chapter->columns));
	column = &chapter->columns[chapter->n_columns++];
	*column = (struct column){.dimension = mem_strdup(dimension), .value = mem_strdup(value)};
	return column;
}

/* A control is judged as something else than it is: it has no place under a dimension's value. */
static void chapter_count_dimensions(struct chapter *chapter, const json_t *record)
{
	json_t *dimensions = json_object_get(record, "dimensions");
	const char *dimension;
	json_t *value;

	json_object_foreach(dimensions, dimension, value)
	{
		if (json_is_string(value))
			column_of(chapter, dimension, json_string_value(value))
				->counts[record_verdict(record)]++;
	}
}

static void chapter_count_deviations(struct chapter *chapter, const json_t *record)
{
	json_t *rows = json_object_get(record, "rfc"), *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		_cleanup_free_ char *what = NULL;

		if (!json_is_true(json_object_get(row, "deviates")))
			continue;
		what = mem_printf("%s asks for %s %s", record_text(row, "source", "the standard"),
				  record_text(row, "fact", "?"), record_text(row, "expected", "?"));
		tally_add(&chapter->deviations, what);
	}
}

static void chapter_count(struct chapter *chapter, const json_t *record)
{
	enum verdict verdict = record_verdict(record);
	const json_t *measured = json_object_get(record, "volatile");

	chapter->n_done++;
	chapter->counts[verdict]++;
	chapter->wall_us += record_number(measured, "wall_us", 0);
	if (json_object_get(record, "judged_as"))
		chapter->n_controls++;
	else
		chapter_count_dimensions(chapter, record);
	if (verdict == VERDICT_SKIP)
		tally_add(&chapter->skips, record_reason(record));
	if (verdict == VERDICT_KNOWN)
		tally_add(&chapter->known, record_reason(record));
	chapter_count_deviations(chapter, record);
}

static void chapter_write(struct report *report, struct chapter *chapter, bool unplayed)
{
	if (chapter->written || !(unplayed ? chapter_left(chapter) : chapter->n_done))
		return;
	chapter->written = true;
	if (report->format->chapter)
		report->format->chapter(report, chapter);
}

void report_cell(struct report *report, const json_t *record)
{
	json_t *given = line_given(report, record);
	struct chapter *chapter = chapter_of(report, given);

	errno = 0;
	chapter_count(chapter, given);
	report->n_done++;
	report->counts[record_verdict(given)]++;
	report->format->cell(report, chapter, given);
	if (chapter->n_done == chapter->n_planned)
		chapter_write(report, chapter, false);
	if (report->format->progress && report->tty)
		report->format->progress(report);
	report_flush(report);
	json_decref(given);
}

void report_progress(struct report *report, size_t waiting)
{
	report->waiting = waiting;
	if (report->format->progress && report->tty)
		report->format->progress(report);
}

int report_close(struct report *report, int64_t elapsed_ns, struct err *err)
{
	int r;

	report->elapsed_ns = elapsed_ns;
	errno = 0;
	report->interrupted = report->n_done < report->n_planned;
	for (size_t i = 0; i < report->n_suites; i++)
		chapter_write(report, &report->chapters[i], false);
	for (size_t i = 0; report->format->unplayed && i < report->n_suites; i++)
		chapter_write(report, &report->chapters[i], true);
	if (report->format->end)
		report->format->end(report);
	report_flush(report);
	*err = report->failure;
	r = -report->failure.code;
	report_free(report);
	return r;
}
