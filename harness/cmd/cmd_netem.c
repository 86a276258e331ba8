// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_netem: owns `afterclose netem`: what a link's profile or rule does to frames. */
#include "cmd/cmd.h"

#include "base/clock.h"
#include "base/mem.h"
#include "netem/impair.h"
#include "netem/profile.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#define SAMPLE_FRAMES 20000
#define SAMPLE_SEED   1
#define ROWS	      16
#define BAR_COLUMNS   50

struct netem_args {
	const char *format;
};

static const struct option_row netem_options[] = {
	{"format", OPTION_WORD, offsetof(struct netem_args, format), "text|json",
	 "of list; text if left out"},
	{NULL},
};

/* What became of frames that come one by one. */
struct sample {
	int64_t *delays_ns; /* of what was delivered */
	size_t n;
	size_t lost, copied, corrupt, overtook; /* of the frames; the last two of what came out */
};

static void sample_free(struct sample *sample)
{
	free(sample->delays_ns);
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Full frames, so far apart that none waits for another. */
static void sample_take(const struct netem_rule *rule, struct sample *ret)
{
	struct impair impair;
	struct impair_fate fate;

	*ret = (struct sample){.delays_ns = mem_zalloc(2 * SAMPLE_FRAMES * sizeof(int64_t))};
	impair_open(&impair, rule, SAMPLE_SEED, 0);
	for (int64_t i = 0; i < SAMPLE_FRAMES; i++) {
		int64_t now_ns = i * 3600 * NS_PER_S;

		impair_frame(&impair, NETEM_FRAME_BYTES, now_ns, 0, &fate);
		ret->lost += !fate.n_copies;
		ret->copied += fate.n_copies > 1;
		for (size_t j = 0; j < fate.n_copies; j++) {
			ret->corrupt += fate.copies[j].corrupt_bit >= 0;
			ret->overtook += fate.copies[j].overtook;
			/* Jitter may reach before now: such a frame goes at once. */
			if (fate.copies[j].due_ns > now_ns)
				ret->delays_ns[ret->n] = fate.copies[j].due_ns - now_ns;
			ret->n++;
		}
	}
	qsort(ret->delays_ns, ret->n, sizeof(*ret->delays_ns), by_number);
}

static void say_share(const char *what, size_t n, size_t of)
{
	if (n)
		printf("  %-10s %5.2f%%\n", what, 100.0 * (double)n / (double)of);
}

static void say_quantiles(const struct sample *sample)
{
	static const int percents[] = {0, 1, 50, 99, 100};
	char text[32];

	printf("  delay     ");
	for (size_t i = 0; i < ARRAY_SIZE(percents); i++) {
		int64_t ns = sample->delays_ns[(sample->n - 1) * percents[i] / 100];

		printf(" %s%d%%: %s", i ? " " : "", percents[i],
		       duration_format(ns, text, sizeof(text)));
	}
	printf("\n");
}

static void say_histogram(const struct sample *sample)
{
	int64_t low_ns = sample->delays_ns[0], high_ns = sample->delays_ns[sample->n - 1];
	int64_t width_ns = (high_ns - low_ns) / ROWS + 1;
	size_t counts[ROWS] = {0}, most = 0;

	if (low_ns == high_ns)
		return;
	for (size_t i = 0; i < sample->n; i++)
		counts[(sample->delays_ns[i] - low_ns) / width_ns]++;
	for (size_t i = 0; i < ROWS; i++)
		most = counts[i] > most ? counts[i] : most;
	for (size_t i = 0; i < ROWS; i++) {
		int64_t from_ns = low_ns + (int64_t)i * width_ns;
		int columns = (int)((counts[i] * BAR_COLUMNS + most - 1) / most);

		printf("  %9.3f ms %6.2f%%%s%.*s\n", (double)from_ns / NS_PER_MS,
		       100.0 * (double)counts[i] / (double)sample->n, columns ? " " : "", columns,
		       "##################################################");
	}
}

static void tc_line(const struct netem_rule *rule)
{
	_cleanup_text_ struct text words = {0};

	netem_rule_format(rule, &words);
	if (netem_rule_is_none(rule))
		printf("  no qdisc\n");
	else
		printf("  tc qdisc add dev DEV root netem %s\n", text_str(&words));
}

static void explain(const struct netem_rule *rule)
{
	_cleanup_(sample_free) struct sample sample;

	sample_take(rule, &sample);
	printf("  of %d full frames, each alone on the link, drawn from seed %d:\n", SAMPLE_FRAMES,
	       SAMPLE_SEED);
	say_share("lost", sample.lost, SAMPLE_FRAMES);
	say_share("duplicated", sample.copied, SAMPLE_FRAMES);
	say_share("corrupted", sample.corrupt, sample.n);
	say_share("reordered", sample.overtook, sample.n);
	if (!sample.n)
		return;
	say_quantiles(&sample);
	say_histogram(&sample);
}

/* A profile, or a rule as it could stand in a scenario. */
static int profile_read(const char *text, struct netem_profile *ret, struct err *err)
{
	const struct netem_profile_file *file = netem_profile_find(text);

	if (file)
		return netem_profile_parse(file, ret, err);
	*ret = (struct netem_profile){.name = "this rule"};
	return netem_link_parse(text, &ret->link, err);
}

static int each_direction(const char *text, void (*say)(const struct netem_rule *rule))
{
	struct netem_profile profile;
	struct err err = {0};
	_cleanup_text_ struct text up = {0}, down = {0};
	bool same;

	if (profile_read(text, &profile, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	netem_rule_format(&profile.link.up, &up);
	netem_rule_format(&profile.link.down, &down);
	same = !strcmp(text_str(&up), text_str(&down));
	printf("%s%s%s\n", profile.name, *profile.what ? ": " : "", profile.what);
	printf("%s:\n", same ? "each way" : "towards the server");
	tc_line(&profile.link.up);
	if (say)
		say(&profile.link.up);
	if (!same) {
		printf("towards a client:\n");
		tc_line(&profile.link.down);
		if (say)
			say(&profile.link.down);
	}
	return cmd_flush();
}

static void profile_text(const struct netem_profile *profile, json_t *rows)
{
	(void)rows;
	printf("%-12s %s\n", profile->name, profile->what);
}

static void profile_json(const struct netem_profile *profile, json_t *rows)
{
	_cleanup_text_ struct text up = {0}, down = {0};

	netem_rule_format(&profile->link.up, &up);
	netem_rule_format(&profile->link.down, &down);
	json_array_append_new(rows, json_pack("{s:s, s:s, s:s, s:s}", "profile", profile->name,
					      "what", profile->what, "up", text_str(&up), "down",
					      text_str(&down)));
}

static int netem_list(const void *ctx, const char *operand)
{
	const struct netem_args *args = ctx;
	bool json = !strcmp(args->format, "json");
	json_t *rows = json_array();
	struct err err = {0};

	(void)operand;
	for (size_t i = 0; !err.code && i < netem_n_profile_files; i++) {
		struct netem_profile profile;

		if (!netem_profile_parse(&netem_profile_files[i], &profile, &err))
			(json ? profile_json : profile_text)(&profile, rows);
	}
	if (json && !err.code)
		cmd_print_json(rows);
	json_decref(rows);
	return err.code ? cmd_fail(&err, EXIT_HARNESS) : cmd_flush();
}

static int netem_show(const void *args, const char *operand)
{
	(void)args;
	return each_direction(operand, NULL);
}

static int netem_explain(const void *args, const char *operand)
{
	(void)args;
	return each_direction(operand, explain);
}

static const struct action actions[] = {
	{"list", 0, netem_list},
	{"show", 1, netem_show},
	{"explain", 1, netem_explain},
};

static int cmd_netem(void *ctx, const struct texts *operands)
{
	return cmd_act(&command_netem, actions, ARRAY_SIZE(actions), ctx, operands);
}

static const struct netem_args netem_presets = {.format = "text"};

const struct command command_netem = {
	.name = "netem",
	.operands = "list | show PROFILE|RULE | explain PROFILE|RULE",
	.operands_min = 1,
	.operands_max = 2,
	.what = "the links' profiles: list them, show one as tc's line, or sample what it does",
	.options = netem_options,
	COMMAND_ARGS(netem_presets),
	.run = cmd_netem,
};
