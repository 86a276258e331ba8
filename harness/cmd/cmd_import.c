// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_import: owns `afterclose import`: a capture's connections listed, made into a scenario, or
 * reproduced. */
#include "cmd/cmd.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "capture/list.h"
#include "capture/script.h"
#include "cmd/import.h"
#include "cmd/spare.h"
#include "scenario/arg.h"
#include "scenario/rules.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

static const struct option_row import_options[] = {
	{"connection", OPTION_TEXT, offsetof(struct import_args, connection), "N[.M]",
	 "the four-tuple number N, and of it incarnation M and the one before"},
	{"output", OPTION_TEXT, offsetof(struct import_args, output), "SCENARIO.yaml",
	 "write a scenario that plays it", .letter = 'o'},
	{"raw", OPTION_WORD, offsetof(struct import_args, raw), "client|server",
	 "that end is no Linux: play its segments as they were sent"},
	{"run", OPTION_FLAG, offsetof(struct import_args, run), NULL,
	 "play it, and tell under which settings the capture is reproduced"},
	{"check", OPTION_TEXT, offsetof(struct import_args, check), "RECORDS",
	 "the same of records of the written scenario, without playing"},
	{"ss", OPTION_TEXT, offsetof(struct import_args, ss), "FILE",
	 "output of ss -tan on either machine: the states at the end"},
	{"nstat", OPTION_TEXTS, offsetof(struct import_args, nstat), "[HOST=]FILE",
	 "output of nstat -az or netstat -s; HOST is client or server (server if left out)"},
	{"sysctl", OPTION_TEXTS, offsetof(struct import_args, session.sysctl), "[HOST=]FILE",
	 "a sysctl.conf, or output of sysctl -a: settings that are known"},
	{"all", OPTION_FLAG, offsetof(struct import_args, all), NULL,
	 "list also four-tuples that were used once"},
	{"format", OPTION_WORD, offsetof(struct import_args, format), "text|json",
	 "how the list or the diagnosis is told; text if left out"},
	{"out", OPTION_TEXT, offsetof(struct import_args, out), "FILE.jsonl",
	 "with --run: write the records there"},
	TARGET_OPTION(struct import_args),
	SEED_OPTION(struct import_args),
	{NULL},
};

/* What was given beside the capture. */
struct given {
	struct ss ss;
	struct nstat nstat[2];
	struct baseline baseline;
	struct script_known known;
};

static int nstat_read(const struct texts *specs, struct given *given, struct err *err)
{
	for (size_t i = 0; i < specs->n; i++) {
		const char *spec = specs->of[i];
		int side = strncmp(spec, "client=", 7) != 0;
		const char *file = !side || !strncmp(spec, "server=", 7) ? spec + 7 : spec;

		if (given->known.nstat[side])
			return err_set(err, EINVAL, "--nstat %s: the %s has its counters already",
				       spec, side ? "server" : "client");
		if (nstat_load(file, &given->nstat[side], err) < 0)
			return -err->code;
		given->known.nstat[side] = &given->nstat[side];
	}
	return 0;
}

static int given_read(const struct import_args *args, struct given *ret, struct err *err)
{
	*ret = (struct given){0};
	if (args->ss && ss_load(args->ss, &ret->ss, err) < 0)
		return -err->code;
	ret->known.ss = args->ss ? &ret->ss : NULL;
	if (baseline_load(&args->session.sysctl, &ret->baseline, err) < 0)
		return -err->code;
	baseline_say(&ret->baseline);
	ret->known.sysctl[0] = ret->baseline.of[HOST_CLIENT];
	ret->known.sysctl[1] = ret->baseline.of[HOST_SERVER];
	return nstat_read(&args->nstat, ret, err);
}

static void given_free(struct given *given)
{
	ss_free(&given->ss);
	nstat_free(&given->nstat[0]);
	nstat_free(&given->nstat[1]);
	baseline_free(&given->baseline);
}

/* As cmd_print_json() would print it as an element of a member's list. No string has a line's end.
 */
static void print_element(json_t *value)
{
	_cleanup_free_ char *lines = json_dumps(value, JSON_INDENT(2));

	for (const char *at = lines; *at; at++) {
		putchar(*at);
		if (*at == '\n')
			fputs("    ", stdout);
	}
	json_decref(value);
}

static void list_print_json(const struct survey *survey, const struct ss *ss)
{
	json_t *head = list_head(survey);
	_cleanup_free_ char *lines = json_dumps(head, JSON_INDENT(2));

	printf("%.*s,\n  \"connections\": [", (int)strlen(lines) - (int)strlen("\n}"), lines);
	for (size_t i = 0; i < survey->n_trails; i++) {
		fputs(i ? ",\n    " : "\n    ", stdout);
		print_element(list_connection(survey, i, ss));
	}
	fputs(survey->n_trails ? "\n  ]\n}\n" : "]\n}\n", stdout);
	json_decref(head);
}

static void list_print(const struct survey *survey, const struct ss *ss)
{
	json_t *head = list_head(survey), *connection;
	_cleanup_text_ struct text out = {0};

	list_head_text(head, &out);
	for (size_t i = 0; i < survey->n_trails && i < LIST_TRAILS_MAX; i++) {
		connection = list_connection(survey, i, ss);
		list_connection_text(connection, &out);
		json_decref(connection);
	}
	list_end_text(survey->n_trails, &out);
	fputs(text_str(&out), stdout);
	json_decref(head);
}

static int import_list(const struct survey *survey, const struct ss *ss, const char *format)
{
	(format && !strcmp(format, "json") ? list_print_json : list_print)(survey, ss);
	return cmd_flush();
}

/* "3", "3.2". */
static int connection_parse(const char *text, uint32_t *ret_tuple, uint32_t *ret_incarnation,
			    struct err *err)
{
	_cleanup_free_ char *tuple = mem_strndup(text, strcspn(text, "."));
	const char *dot = strchr(text, '.');
	int64_t n, m = 0;

	if (!number_parse(tuple, &n) || n < 1 || n > UINT32_MAX ||
	    (dot && (!number_parse(dot + 1, &m) || m < 1 || m > UINT32_MAX)))
		return err_set(
			err, EINVAL,
			"--connection takes a number of the list, as in 3 or 3.2, not \"%s\"",
			text);
	*ret_tuple = n;
	*ret_incarnation = m;
	return 0;
}

/* "capture" of "dir/capture.yaml". */
static char *name_of_path(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name = mem_strdup(slash ? slash + 1 : path), *dot = strrchr(name, '.');

	if (dot)
		*dot = '\0';
	return name;
}

/* A scenario is called as its file is. */
static int output_check(const char *path, struct err *err)
{
	_cleanup_free_ char *name = path ? name_of_path(path) : NULL;

	if (!path || !name_check(name, err))
		return 0;
	return err_prefix(err, "-o %s: the scenario is called as its file, without its end", path);
}

/* A capture can hold what no play can do: a late copy of a segment that was never seen in time. */
static int script_check(const char *path, const char *text, struct err *err)
{
	struct scenario *scenario = NULL;
	int ret = scenario_parse(path, text, strlen(text), &scenario, err);

	if (!ret)
		ret = scenario_prove(scenario, err);
	scenario_free(scenario);
	return ret ? err_prefix(err, "what it shows makes no play (--connection N.M: another)") : 0;
}

/* Which one it was may have been our choice. */
static int import_fail(struct err *err, const char *capture, const struct trail *trail, size_t last)
{
	err_prefix(err, "%s, %u.%zu", capture, trail->number, last + 1);
	return cmd_fail(err, EXIT_USAGE);
}

static int import_make(const struct import_args *args, const struct given *given,
		       struct trail *trail, size_t last, const char *capture)
{
	const char *path = args->output ?: "imported.yaml";
	_cleanup_free_ char *name = name_of_path(path), *from = name_of_path(capture);
	_cleanup_plot_ struct plot plot = {0};
	_cleanup_text_ struct text text = {0};
	struct err err;

	if (plot_make(trail, last, args->raw, &plot, &err) < 0)
		return import_fail(&err, capture, trail, last);
	if (args->check)
		return import_check(args, &plot, args->output ? name : NULL);
	script_write(&plot, &given->known, name, from, &text);
	if (script_check(path, text_str(&text), &err) < 0)
		return import_fail(&err, capture, trail, last);
	if (args->output && file_write(args->output, text_str(&text), text.len, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	return args->run ? import_run(args, &plot, path, text_str(&text)) : 0;
}

static int import_capture(const struct import_args *args, const char *capture,
			  const struct given *given)
{
	struct survey_options options = {.all = args->all};
	_cleanup_survey_ struct survey survey = {0};
	uint32_t incarnation = 0;
	struct trail *trail;
	struct err err;

	if ((args->connection &&
	     connection_parse(args->connection, &options.only, &incarnation, &err) < 0) ||
	    survey_read(capture, &options, &survey, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	if (!args->output && !args->run && !args->check)
		return import_list(&survey, given->known.ss, args->format);
	trail = survey_remarkable(&survey);
	if (!trail || incarnation > trail->n_incarnations) {
		err_set(&err, ENOENT,
			trail ? "%s: the four-tuple has no incarnation %u"
			      : "%s: no four-tuple was used more than once; "
				"--connection N chooses one (--all lists them)",
			capture, incarnation);
		return cmd_fail(&err, EXIT_USAGE);
	}
	return import_make(args, given, trail,
			   incarnation ? incarnation - 1 : trail_remarkable(trail), capture);
}

/* A capture is made once, on a customer's machine: what is written here must not replace it. */
static int import_spares(const struct import_args *args, const char *capture, struct err *err)
{
	_cleanup_texts_ struct texts inputs = {0};
	int ret = 0;

	texts_add(&inputs, capture);
	texts_add(&inputs, args->ss);
	texts_add(&inputs, args->check);
	texts_add_all(&inputs, &args->nstat);
	texts_add_all(&inputs, &args->session.sysctl);
	if (args->output)
		ret = spare_inputs("-o", args->output, args->output, &inputs, err);
	if (args->out && !ret)
		ret = spare_inputs("--out", args->out, args->out, &inputs, err);
	return ret;
}

static int cmd_import(void *ctx, const struct texts *operands)
{
	const struct import_args *args = ctx;
	struct given given = {0};
	struct err err;
	int code;

	if (output_check(args->output, &err) < 0 ||
	    import_spares(args, operands->of[0], &err) < 0 || given_read(args, &given, &err) < 0)
		code = cmd_fail(&err, EXIT_USAGE);
	else
		code = import_capture(args, operands->of[0], &given);
	given_free(&given);
	return code;
}

static const struct import_args import_presets = {.session.seed = -1};

const struct command command_import = {
	.name = "import",
	.operands = "CAPTURE",
	.operands_min = 1,
	.operands_max = 1,
	.what = "a capture's connections: list them, make one a scenario, reproduce it",
	.options = import_options,
	COMMAND_ARGS(import_presets),
	.run = cmd_import,
};
