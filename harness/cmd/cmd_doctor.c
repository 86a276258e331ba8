// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_doctor: owns `afterclose doctor`: what cells need of this machine, and what to do about it.
 */
#include "cmd/cmd.h"

#include "base/mem.h"
#include "lab/doctor.h"
#include "target/target.h"

#include <string.h>

struct doctor_args {
	const char *format;
};

static const struct option_row doctor_options[] = {
	{"format", OPTION_WORD, offsetof(struct doctor_args, format), "text|json|markdown",
	 "text if left out; markdown tells only what is lacking"},
	{NULL},
};

/* A hundred sysctls that are as they should be are one line for a person. */
static bool doctor_folds(const struct doctor_item *item)
{
	return item->state == DOCTOR_OK && !strcmp(item->finding, "writable");
}

static void doctor_row(const struct doctor_item *item)
{
	printf("%-8s %-32s %s\n", doctor_state_name(item->state), item->name, item->finding);
	if (item->remedy)
		printf("%-8s %-32s -> %s\n", "", "", item->remedy);
}

static void doctor_text(const struct doctor_item *items, size_t n, const struct err *err)
{
	size_t n_folded = 0;

	for (size_t i = 0; i < n; i++) {
		if (doctor_folds(&items[i]))
			n_folded++;
		else
			doctor_row(&items[i]);
	}
	if (n_folded)
		printf("%-8s %-32s %zu are writable (--format json names them)\n",
		       doctor_state_name(DOCTOR_OK), "sysctls", n_folded);
	if (err->code)
		printf("no cell can run here: %s\n", err->msg);
	else
		printf("cells can run here\n");
}

static void doctor_json(const struct doctor_item *items, size_t n, const struct err *err)
{
	json_t *rows = json_array();

	(void)err;
	for (size_t i = 0; i < n; i++) {
		json_array_append_new(rows, json_pack("{s:s, s:s, s:s, s:s?}", "name",
						      items[i].name, "state",
						      doctor_state_name(items[i].state), "finding",
						      items[i].finding, "remedy", items[i].remedy));
	}
	cmd_print_json(rows);
	json_decref(rows);
}

/* What a reader of a job's summary has to know: what this machine cannot test. */
static void doctor_markdown(const struct doctor_item *items, size_t n, const struct err *err)
{
	size_t n_rows = 0;

	if (err->code)
		printf("**No cell can run here**: %s\n\n", err->msg);
	for (size_t i = 0; i < n; i++) {
		if (items[i].state == DOCTOR_OK)
			continue;
		if (!n_rows++)
			printf("| lacking here | what that means | how to allow it |\n"
			       "|---|---|---|\n");
		printf("| %s | %s | %s |\n", items[i].name, items[i].finding,
		       items[i].remedy ? items[i].remedy : "");
	}
	if (!n_rows && !err->code)
		printf("Nothing is lacking: every cell can run here.\n");
}

static const struct doctor_format {
	const char *name;
	void (*print)(const struct doctor_item *items, size_t n, const struct err *err);
} formats[] = {{"text", doctor_text}, {"json", doctor_json}, {"markdown", doctor_markdown}};

static void doctor_print(const char *format, const struct doctor_item *items, size_t n,
			 const struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		if (!strcmp(formats[i].name, format))
			formats[i].print(items, n, err);
	}
}

static int cmd_doctor(void *ctx, const struct texts *none)
{
	const struct doctor_args *args = ctx;
	const struct run_options plain = {0};
	struct features features = {0};
	struct doctor_item *items;
	struct err err = {0};
	size_t n;

	(void)none;
	if (!host_probe(&plain, &features, &err))
		features_free(&features);
	n = doctor_probe(&items);
	doctor_print(args->format, items, n, &err);
	doctor_free(items, n);
	if (cmd_flush())
		return EXIT_HARNESS;
	return err.code ? cmd_nothing_ran() : EXIT_PASS;
}

static const struct doctor_args doctor_presets = {.format = "text"};

const struct command command_doctor = {
	.name = "doctor",
	.what = "say what of this machine cells can use, and what to do about the rest",
	.options = doctor_options,
	COMMAND_ARGS(doctor_presets),
	.run = cmd_doctor,
};
