// SPDX-License-Identifier: GPL-2.0-or-later
/* smaller: owns the runs of `minimise`, and the words around them. */
#include "cmd/smaller.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "minimise/draft.h"
#include "minimise/reduce.h"
#include "report/show_lab.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A draft that is a scenario, and what came of playing it. */
struct attempt {
	struct scenario *scenario;
	struct cell *cell;
	size_t index; /* in the batch */
	bool shows;
};

/* What a draft showed: no draft is played twice. */
struct tried {
	char hash[sizeof(((struct scenario *)NULL)->hash)];
	bool shows;
};

struct smaller {
	const struct minimise_args *args;
	struct target *target;
	const struct subject *subject;
	const struct showing *showing;
	struct draft draft;
	struct tried *tried;
	size_t n_tried;
	size_t n_runs;
	uint64_t seed;
	FILE *file; /* of --out, held since before the first run; NULL: to stdout */
};

static bool tried_find(const struct smaller *smaller, const char *hash, bool *ret_shows)
{
	for (size_t i = 0; i < smaller->n_tried; i++) {
		if (strcmp(smaller->tried[i].hash, hash) != 0)
			continue;
		*ret_shows = smaller->tried[i].shows;
		return true;
	}
	return false;
}

static void tried_add(struct smaller *smaller, const struct attempt *attempt)
{
	struct tried *tried;

	smaller->tried = mem_resize(smaller->tried, smaller->n_tried + 1, sizeof(*tried));
	tried = &smaller->tried[smaller->n_tried++];
	memcpy(tried->hash, attempt->scenario->hash, sizeof(tried->hash));
	tried->shows = attempt->shows;
}

struct batch {
	struct smaller *smaller;
	struct attempt *attempts;
	size_t n;
};

static bool batch_record(void *ctx, const struct cell *cell, json_t *record)
{
	struct batch *batch = ctx;

	for (size_t i = 0; i < batch->n; i++) {
		if (batch->attempts[i].cell == cell)
			batch->attempts[i].shows = showing_in(batch->smaller->showing, record);
	}
	return true;
}

/* The same text stands twice in a batch where two parts hang together. */
static bool batch_has(const struct batch *batch, const char *hash, size_t *ret_index)
{
	for (*ret_index = 0; *ret_index < batch->n; ++*ret_index) {
		if (!strcmp(batch->attempts[*ret_index].scenario->hash, hash))
			return true;
	}
	return false;
}

/* of[i]: which attempt answers for set i; SIZE_MAX: ret_shows[i] is settled already. */
static void batch_fill(struct batch *batch, bool *const *out, size_t n, bool *ret_shows, size_t *of)
{
	for (size_t i = 0; i < n; i++) {
		struct scenario *scenario;
		struct err ignored;

		ret_shows[i] = false;
		of[i] = SIZE_MAX;
		if (draft_load(&batch->smaller->draft, out[i], &scenario, &ignored) < 0)
			continue;
		if (tried_find(batch->smaller, scenario->hash, &ret_shows[i]) ||
		    batch_has(batch, scenario->hash, &of[i])) {
			scenario_free(scenario);
			continue;
		}
		of[i] = batch->n;
		batch->attempts[batch->n] = (struct attempt){.scenario = scenario};
		matrix_cells(scenario, &batch->attempts[batch->n].cell);
		batch->n++;
	}
}

static int batch_play(struct batch *batch, struct err *err)
{
	struct smaller *smaller = batch->smaller;
	_cleanup_free_ const struct cell **cells = mem_zalloc((batch->n + 1) * sizeof(*cells));
	int ret;

	if (smaller->n_runs + batch->n > (size_t)smaller->args->runs_max)
		return err_set(err, ECANCELED, "stopped before run %lld (--runs)",
			       (long long)smaller->args->runs_max);
	for (size_t i = 0; i < batch->n; i++)
		cells[i] = batch->attempts[i].cell;
	smaller->n_runs += batch->n;
	ret = target_run(smaller->target, cells, batch->n, batch_record, batch, err);
	for (size_t i = 0; !ret && i < batch->n; i++)
		tried_add(smaller, &batch->attempts[i]);
	return ret;
}

static void batch_free(struct batch *batch)
{
	for (size_t i = 0; i < batch->n; i++) {
		matrix_free(batch->attempts[i].cell, 1);
		scenario_free(batch->attempts[i].scenario);
	}
	free(batch->attempts);
}

static int smaller_try(void *ctx, bool *const *out, size_t n, bool *ret_shows, struct err *err)
{
	struct batch batch = {.smaller = ctx,
			      .attempts = mem_zalloc((n + 1) * sizeof(struct attempt))};
	_cleanup_free_ size_t *of = mem_zalloc((n + 1) * sizeof(*of));
	int ret = 0;

	batch_fill(&batch, out, n, ret_shows, of);
	if (batch.n)
		ret = batch_play(&batch, err);
	for (size_t i = 0; !ret && i < n; i++) {
		if (of[i] < batch.n)
			ret_shows[i] = batch.attempts[of[i]].shows;
	}
	batch_free(&batch);
	return ret;
}

/* That chance decides as in the cell first; settings, the link and the family; then steps; then
 * what is left of their words. */
static size_t smaller_class(void *ctx, size_t part)
{
	static const size_t classes[] = {[PART_DRAWS] = 0, [PART_SETTING] = 1, [PART_LAB] = 1,
					 [PART_STEP] = 2,  [PART_ARG] = 3,     [PART_RULE] = 3};
	const struct smaller *smaller = ctx;

	return classes[smaller->draft.parts[part].kind];
}

static void smaller_leave_out(void *ctx, size_t part, bool *out)
{
	const struct smaller *smaller = ctx;

	draft_leave_out(&smaller->draft, part, out);
}

/* What was judged of the facts to be kept is expected; of an outcome that no rule is about (an
 * error, a step that was not reached), all else that was judged, as far as it can be asked. */
static int smaller_add_rules(struct smaller *smaller, struct err *err)
{
	const struct cell *cell = smaller->subject->cell;
	const struct observed observed = record_observed(smaller->subject->record);
	struct expectation *expectations = NULL;
	struct features features = {0};
	size_t n, n_kept = 0;
	int ret = record_kernel_features(smaller->subject->kernel, &features, err);

	if (ret)
		return ret;
	n = rules_settle(cell->scenario, cell->scenario->expect, cell->scenario->n_expect,
			 cell->judged, &features, &observed, &expectations);
	for (size_t i = 0; i < n; i++)
		n_kept += showing_has(smaller->showing, expectations[i].fact);
	for (size_t i = 0; i < n; i++) {
		bool kept = showing_has(smaller->showing, expectations[i].fact);

		if (kept || !n_kept)
			draft_add_rule(&smaller->draft, expectations[i].fact,
				       expectations[i].outcome, !kept);
	}
	expectations_free(expectations, n);
	features_free(&features);
	return 0;
}

static void comment_add(struct text *file, const char *lines)
{
	while (*lines) {
		size_t len = strcspn(lines, "\n");

		text_add(file, "%s%.*s\n", *lines == '#' ? "" : "# ", (int)len, lines);
		lines += len + (lines[len] == '\n');
	}
}

static void write_head(const struct smaller *smaller, struct text *file)
{
	_cleanup_text_ struct text lines = {0};

	text_add(&lines,
		 "Made smaller by `afterclose minimise`, %zu runs on %s, Linux %s, seed %lld.\n",
		 smaller->n_runs, smaller->target->name, smaller->target->features.release,
		 (long long)smaller->seed);
	showing_words(smaller->showing, "It shows ", &lines);
	comment_add(file, text_str(&lines));
}

/* Behind the scenario: they are many, and few read them. */
static void write_tail(const struct cell *cell, struct text *file)
{
	_cleanup_text_ struct text lines = {0};

	text_add(&lines, "The same lab by hand, as root:\n");
	show_commands(cell, NULL, &lines);
	text_add(file, "\n");
	comment_add(file, text_str(&lines));
}

static void write_file(const struct smaller *smaller, const bool *out, struct text *file)
{
	struct scenario *scenario;
	struct cell *cell;
	struct err err;

	if (draft_load(&smaller->draft, out, &scenario, &err) < 0)
		return; /* it was played */
	matrix_cells(scenario, &cell);
	write_head(smaller, file);
	draft_write(&smaller->draft, out, file);
	write_tail(cell, file);
	matrix_free(cell, 1);
	scenario_free(scenario);
}

static void tell_counts(const struct smaller *smaller, const bool *out)
{
	static const char *const names[] = {[PART_SETTING] = "settings",
					    [PART_LAB] = "dimensions of the lab",
					    [PART_STEP] = "steps",
					    [PART_ARG] = "arguments",
					    [PART_RULE] = "expectations"};
	const char *before = "left out: ";

	fprintf(stderr, "afterclose: %zu runs on %s; ", smaller->n_runs, smaller->target->name);
	for (enum part_kind kind = PART_SETTING; kind < ARRAY_SIZE(names); kind++) {
		size_t n_out, n = draft_count(&smaller->draft, kind, out, &n_out);

		if (n)
			fprintf(stderr, "%s%zu of %zu %s", before, n_out, n, names[kind]);
		before = n ? ", " : before;
	}
	fprintf(stderr, "\n");
}

static int smaller_write(const struct smaller *smaller, const bool *out)
{
	const char *path = smaller->args->out;
	_cleanup_text_ struct text text = {0};
	struct err err;

	write_file(smaller, out, &text);
	tell_counts(smaller, out);
	if (!smaller->file) {
		fputs(text_str(&text), stdout);
		return cmd_flush();
	}
	if (file_empty(smaller->file, path, &err) < 0)
		return cmd_fail(&err, EXIT_HARNESS);
	fputs(text_str(&text), smaller->file);
	if (fflush(smaller->file) == EOF) {
		err_sys(&err, "cannot write %s", path);
		return cmd_fail(&err, EXIT_HARNESS);
	}
	return EXIT_PASS;
}

/* Why the whole cell as a scenario of its own does not show it. */
static int smaller_unshown(const struct smaller *smaller, const bool *out, struct err *err)
{
	struct scenario *whole = NULL;
	int ret = draft_load(&smaller->draft, out, &whole, err);

	scenario_free(whole);
	if (ret)
		return ret;
	return err_set(err, ENODATA,
		       "played again on %s, %s does not show that; another --target, --seed "
		       "or --sysctl may",
		       smaller->target->name, smaller->subject->cell->id);
}

/* The whole cell as a scenario of its own must show it before anything is left out. */
static int smaller_search(struct smaller *smaller, bool *out, struct err *err)
{
	const struct reduce_ops ops = {smaller->draft.n_parts, smaller_class, smaller_leave_out,
				       smaller_try};
	bool shows = false;
	int ret = smaller_try(smaller, &out, 1, &shows, err);

	if (!ret && !shows)
		ret = smaller_unshown(smaller, out, err);
	return ret ? ret : reduce(&ops, smaller, out, err);
}

static int smaller_run(struct smaller *smaller)
{
	_cleanup_free_ bool *out = mem_zalloc(smaller->draft.n_parts + 1);
	struct err err;
	int status = smaller_search(smaller, out, &err);

	if (status == -ENODATA || status == -EINVAL)
		return cmd_fail(&err, EXIT_FAIL);
	if (status && status != -ECANCELED)
		return cmd_fail(&err, status == -EINTR ? EXIT_INTERRUPTED : cmd_nothing_ran());
	if (status)
		cmd_fail(&err, 0);
	return smaller_write(smaller, out);
}

/* The name of a file to be is its scenario's. The caller frees. */
static char *smaller_name(const struct minimise_args *args, const struct cell *cell)
{
	const char *slash = args->out ? strrchr(args->out, '/') : NULL;
	const char *base = slash ? slash + 1 : args->out;

	if (!base)
		return mem_printf("%s-minimised", cell->scenario->name);
	return mem_strndup(base, strcspn(base, "."));
}

/* A file that nothing was written into is no result. */
static void smaller_close_file(const struct smaller *smaller)
{
	struct stat st;

	if (!smaller->file)
		return;
	if (!fstat(fileno(smaller->file), &st) && S_ISREG(st.st_mode) && !st.st_size)
		unlink(smaller->args->out);
	fclose(smaller->file);
}

int smaller_find(const struct minimise_args *args, struct session *session,
		 const struct subject *subject, const struct showing *showing)
{
	_cleanup_free_ char *name = smaller_name(args, subject->cell);
	struct smaller smaller = {.args = args,
				  .target = session->targets,
				  .subject = subject,
				  .showing = showing,
				  .seed = session->run.seed};
	struct err err;
	int code;

	if (args->out && file_take(args->out, &smaller.file, &err) < 0)
		return cmd_fail(&err, EXIT_HARNESS);
	draft_init(subject->cell, name, session->run.baseline, &smaller.draft);
	/* It is among the draft's settings now. */
	memset(session->run.baseline, 0, sizeof(session->run.baseline));
	code = smaller_add_rules(&smaller, &err) < 0 ? cmd_fail(&err, EXIT_USAGE)
						     : smaller_run(&smaller);
	draft_free(&smaller.draft);
	free(smaller.tried);
	smaller_close_file(&smaller);
	return code;
}
