// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_compare: owns `afterclose compare`: two files of records, or two settings files played. */
#include "cmd/cmd.h"
#include "cmd/trial.h"

#include "base/mem.h"
#include "base/nearest.h"
#include "compare/show.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

static const struct option_row compare_options[] = {
	{"format", OPTION_TEXT, offsetof(struct compare_args, format), "text|markdown|html|json",
	 "how it is told; text if left out"},
	{"all", OPTION_FLAG, offsetof(struct compare_args, all), NULL,
	 "tell also what may be chance"},
	{"accept", OPTION_TEXT, offsetof(struct compare_args, accept), "FILE.yaml",
	 "changes that are known: shown and not counted"},
	BASELINE_OPTION(struct compare_args),
	SELECT_OPTIONS(struct compare_args),
	{"target", OPTION_TEXTS, offsetof(struct compare_args, session.targets), "TARGET",
	 "host, or a kernel in virtual time: uml[:KERNEL]"},
	{"jobs", OPTION_NUMBER, offsetof(struct compare_args, session.jobs), "N",
	 "cells at work at once, waiting ones apart; 2 a processor", 1, 600},
	SEED_OPTION(struct compare_args),
	NETEM_OPTION(struct compare_args),
	TIMEOUT_OPTION(struct compare_args),
	{"repeat", OPTION_NUMBER, offsetof(struct compare_args, repeat), "N",
	 "with --sysctl: play each cell N times", 1, 1000},
	{NULL},
};

static const struct format {
	const char *name;
	enum compare_format format;
} formats[] = {
	{"text", COMPARE_TEXT},
	{"markdown", COMPARE_MARKDOWN},
	{"html", COMPARE_HTML},
	{"json", COMPARE_JSON},
};

static const char *format_nth(size_t i, const void *ctx)
{
	(void)ctx;
	return formats[i].name;
}

static int format_parse(const char *name, enum compare_format *ret, struct err *err)
{
	*ret = COMPARE_TEXT;
	for (size_t i = 0; name && i < ARRAY_SIZE(formats); i++) {
		if (strcmp(formats[i].name, name))
			continue;
		*ret = formats[i].format;
		return 0;
	}
	if (!name)
		return 0;
	return err_set(err, EINVAL,
		       "--format %s: there are text, markdown, html and json (nearest: %s)", name,
		       nearest(name, format_nth, ARRAY_SIZE(formats), NULL));
}

int compare_print(const json_t *comparison, const struct compare_args *args,
		  void (*const show[])(const json_t *, bool, struct text *))
{
	_cleanup_text_ struct text out = {0};

	if (args->shown_as == COMPARE_JSON) {
		cmd_print_json(comparison);
	} else {
		show[args->shown_as](comparison, args->all, &out);
		fputs(text_str(&out), stdout);
	}
	return cmd_flush();
}

/* One file, read in a thread: the other one is read beside it. */
struct load {
	struct half half;
	const char *spec;
	size_t cut;
	int status;
	struct err err;
};

static void *load_run(void *arg)
{
	struct load *load = arg;

	load->status = half_load(&load->half, load->spec, &load->cut, &load->err);
	return NULL;
}

static int load_both(struct load loads[2])
{
	pthread_t thread;
	bool beside;

	json_object_seed(0); /* jansson wants this before a second thread uses it */
	beside = !pthread_create(&thread, NULL, load_run, &loads[0]);

	load_run(&loads[1]);
	if (beside)
		pthread_join(thread, NULL);
	else
		load_run(&loads[0]);
	for (size_t i = 0; i < 2; i++) {
		if (loads[i].status < 0)
			return cmd_fail(&loads[i].err, EXIT_USAGE);
		if (loads[i].cut)
			fprintf(stderr,
				"afterclose: %s: its last line was cut short and is left out\n",
				loads[i].spec);
	}
	return 0;
}

static int compare_files(const struct compare_args *args, const struct texts *files)
{
	static void (*const show[])(const json_t *, bool, struct text *) = {
		[COMPARE_TEXT] = compare_show_text,
		[COMPARE_MARKDOWN] = compare_show_markdown,
		[COMPARE_HTML] = compare_show_html,
	};
	struct load loads[2] = {{.spec = files->of[0]}, {.spec = files->of[1]}};
	const struct compare_options options = {.accept = args->known};
	json_t *comparison = NULL;
	int code = load_both(loads);

	if (!code) {
		comparison = compare_halves(&loads[0].half, &loads[1].half, &options);
		code = compare_print(comparison, args, show);
	}
	if (!code && compare_n_changed(comparison))
		code = EXIT_FAIL;
	else if (!code && !compare_n_compared(comparison))
		code = EXIT_NOTHING_RAN;
	json_decref(comparison);
	half_free(&loads[0].half);
	half_free(&loads[1].half);
	return code;
}

/* What only cells that are played have. */
static bool wants_play(const struct compare_args *args)
{
	return args->select.only.n || args->select.cover || args->select.shard ||
	       args->select.failed || args->select.took || args->session.targets.n ||
	       args->session.jobs || args->session.netem || args->session.timeout_ns ||
	       args->session.seed >= 0 || args->repeat > 1;
}

/* What the two ways of comparing have of their own. */
static int compare_check(const struct compare_args *args, const struct texts *operands,
			 struct err *err)
{
	if (args->session.sysctl.n == 2)
		return 0;
	if (args->session.sysctl.n)
		return err_set(err, EINVAL,
			       "compare takes --sysctl twice: the settings before and after");
	if (operands->n != 2)
		return err_set(err, EINVAL,
			       "compare takes two files of records, or --sysctl twice");
	if (wants_play(args))
		return err_set(err, EINVAL,
			       "options that choose cells or say how they are played go with "
			       "--sysctl: records are compared whole");
	return 0;
}

static int cmd_compare(void *ctx, const struct texts *operands)
{
	struct compare_args *args = ctx;
	struct known known = {0};
	struct err err;
	int code;

	if (compare_check(args, operands, &err) < 0 ||
	    format_parse(args->format, &args->shown_as, &err) < 0 ||
	    (args->accept && known_load(args->accept, &known, &err) < 0))
		return cmd_fail(&err, EXIT_USAGE);
	args->known = args->accept ? &known : NULL;
	code = args->session.sysctl.n ? trial_run(args, operands) : compare_files(args, operands);
	if (code <= EXIT_FAIL)
		cmd_tell_known(&known);
	args->known = NULL;
	known_free(&known);
	return code;
}

static const struct compare_args compare_presets = {.repeat = 1, .session.seed = -1};

const struct command command_compare = {
	.name = "compare",
	.operands = "A B | --sysctl OLD --sysctl NEW [FILE|DIR...]",
	.operands_max = SIZE_MAX,
	.what = "what differs between two files of records, or under two settings files",
	.options = compare_options,
	COMMAND_ARGS(compare_presets),
	.run = cmd_compare,
};
