// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * reference: prints docs/reference.md from the tables that the loader and the player read, so that
 * it cannot say anything else than the program does. ci/test compares the two.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "lab/knob.h"
#include "scenario/grammar.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const type_names[] = {
	[ARG_DEFINE] = "new name",
	[ARG_REF] = "name",
	[ARG_HOST] = "`client`, `server`, `client2`",
	[ARG_SIDE] = "`client`, `server`",
	[ARG_ENDPOINT] = "",
	[ARG_BOOL] = "`yes`, `no`",
	[ARG_NUMBER] = "number",
	[ARG_DURATION] = "duration",
	[ARG_WORD] = NULL,
	[ARG_WORD_OR_NUMBER] = "number",
	[ARG_SYSCTL] = "sysctl",
	[ARG_RANGE] = "`LOW-HIGH`",
	[ARG_FLAGS] = "letters of `SFRPAU`, or `.`",
	[ARG_FILTER] = "pcap filter",
	[ARG_TEXT] = "text",
};

static const char *const class_names[] = {
	[NAME_CONN] = "connection", [NAME_LISTENER] = "listener",
	[NAME_SEGMENT] = "segment", [NAME_VERB] = "wire verb",
	[NAME_REPEAT] = "repeat",   [NAME_LOOK] = "look",
	[NAME_COUNT] = "count",	    [NAME_SOCKSTAT] = "sockstat",
	[NAME_KNOB] = "knob",	    [NAME_WRITE] = "write of a sysctl",
	[NAME_ENTRY] = "conntrack", [NAME_SERVE] = "serve",
	[NAME_LOAD] = "load",
};

static const char *const fact_type_names[] = {
	[FACT_WORD] = "word",
	[FACT_NUMBER] = "number",
	[FACT_DURATION] = "duration",
};

/* A table's cell: a bar would end it. */
static void print_what(const char *what)
{
	for (; *what; what++)
		printf(*what == '|' ? "\\|" : "%c", *what);
}

static void print_words(const char *const *words)
{
	for (size_t i = 0; words && words[i]; i++)
		printf("%s`%s`", i ? ", " : "", words[i]);
}

static void print_bounds(const struct arg_spec *arg)
{
	char min[32], max[32];

	if (arg->type == ARG_DURATION)
		printf(", %s to %s", duration_format(arg->min, min, sizeof(min)),
		       duration_format(arg->max, max, sizeof(max)));
	else if (arg->type == ARG_NUMBER || arg->type == ARG_WORD_OR_NUMBER)
		printf(", %" PRId64 " to %" PRId64, arg->min, arg->max);
}

static void print_type(const struct arg_spec *arg)
{
	if (arg->type == ARG_DEFINE || arg->type == ARG_REF)
		printf("%s of a %s", type_names[arg->type], class_names[arg->class]);
	else if (type_names[arg->type])
		printf("%s", type_names[arg->type]);
	if (arg->type == ARG_ENDPOINT)
		printf("`HOST[.ADDRESS%s]%s`", arg->any ? "|any" : "",
		       arg->port ? ":PORT" : "[:PORT]");
	if (arg->both)
		printf(", `both`");
	if (arg->forward)
		printf(" (also of a later step)");
	print_bounds(arg);
	if (arg->type == ARG_WORD_OR_NUMBER)
		printf(", or ");
	print_words(arg->words);
}

static void print_step(const struct step_spec *step)
{
	printf("\n### %s\n\n", step->name);
	printf("%s.%s\n\n", step->what, step->wire ? " Needs a link: not in a loopback lab." : "");
	printf("| argument | value | left out | meaning |\n|---|---|---|---|\n");
	for (const struct arg_spec *arg = step->args; arg->name; arg++) {
		printf("| `%s` | ", arg->name);
		print_type(arg);
		if (arg->preset)
			printf(" | `%s` | ", arg->preset);
		else
			printf(" | %s | ", arg->required ? "an error" : "");
		print_what(arg->what);
		printf(" |\n");
	}
	if (step->scalar >= 0)
		printf("\nIn short, `- %s: VALUE` gives `%s`.\n", step->name,
		       step->args[step->scalar].name);
}

static void print_facts(enum name_class owner)
{
	printf("\n### Of a %s\n\n| fact | value | meaning |\n|---|---|---|\n", class_names[owner]);
	for (size_t i = 0; i < n_fact_specs; i++) {
		const struct fact_spec *fact = &fact_specs[i];

		if (fact->owner != owner)
			continue;
		printf("| `NAME%s%s` | ", *fact->suffix ? "." : "", fact->suffix);
		print_words(fact->words);
		if (fact->errnos)
			printf(", or an errno (`EADDRINUSE`)");
		else if (!fact->words)
			printf("%s", fact_type_names[fact->type]);
		printf(" | ");
		print_what(fact->what);
		printf("%s |\n", fact->wire ? " (not in a loopback lab)" : "");
	}
}

static void print_knobs(void)
{
	printf("\n## Sysctls\n\n"
	       "What a lab sets each of them to before a scenario's own values. `kernel` are of\n"
	       "the whole kernel: a cell that sets one is a skip on the target `host`.\n\n"
	       "| sysctl | baseline | whose | history |\n|---|---|---|---|\n");
	for (size_t i = 0; i < n_knobs; i++) {
		const struct knob *knob = &knobs[i];

		printf("| `%s` | %s | %s | %s |\n", knob->name,
		       knob->baseline ? knob->baseline : "left alone",
		       knob->scope == KNOB_NETNS ? "host" : "kernel",
		       knob->history ? knob->history : "");
	}
}

int main(void)
{
	printf("<!-- Made by tests/tools/reference.c from the program's tables; do not edit. -->\n"
	       "# Steps, facts and sysctls\n\n"
	       "How to write a scenario with them: [scenarios.md](scenarios.md).\n\n"
	       "## Steps\n");
	for (size_t i = 0; i < N_STEP_KINDS; i++)
		print_step(&step_specs[i]);
	printf("\n## Facts\n\n"
	       "Beside these, `HOST COUNTER` (`server PAWSEstab`) is by how much a counter of\n"
	       "TcpExt or Tcp moved on that host during the play.\n");
	for (size_t owner = 0; owner < N_NAME_CLASSES; owner++)
		print_facts(owner);
	print_knobs();
	return 0;
}
