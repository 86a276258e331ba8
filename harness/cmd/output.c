// SPDX-License-Identifier: GPL-2.0-or-later
/* output: owns the files that a run writes, and what happens when one of them cannot be written. */
#include "cmd/output.h"

#include "cmd/cmd.h"
#include "cmd/spare.h"
#include "cmd/with_ends.h"

#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <string.h>

static int output_open_report(struct output *output, const char *spec,
			      const struct report_plan *plan, struct err *err)
{
	struct report *report;
	int ret = report_open(spec, plan, stdout, &report, err);

	if (ret < 0)
		return ret;
	output->reports =
		mem_resize(output->reports, output->n_reports + 1, sizeof(*output->reports));
	output->reports[output->n_reports++] = report;
	return 0;
}

/* Those with a FILE first: nothing is said on the console before all files are open. */
static int output_open_reports(struct output *output, const struct texts *specs,
			       const struct report_plan *plan, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < specs->n && !ret; i++) {
		if (strchr(specs->of[i], ':'))
			ret = output_open_report(output, specs->of[i], plan, err);
	}
	for (size_t i = 0; i < specs->n && !ret; i++) {
		if (!strchr(specs->of[i], ':'))
			ret = output_open_report(output, specs->of[i], plan, err);
	}
	if (!specs->n)
		ret = output_open_report(output, "terminal", plan, err);
	return ret;
}

static int output_check_console(const struct texts *specs, struct err *err)
{
	const char *first = NULL;

	for (size_t i = 0; i < specs->n; i++) {
		if (strchr(specs->of[i], ':'))
			continue;
		if (first)
			return err_set(err, EINVAL,
				       "--report %s and --report %s would both go to standard "
				       "output; give one of them a FILE",
				       first, specs->of[i]);
		first = specs->of[i];
	}
	return 0;
}

int output_check_inputs(const struct output_options *options, const struct texts *paths,
			struct err *err)
{
	_cleanup_texts_ struct texts inputs = {0};
	int ret = 0;

	texts_add_all(&inputs, paths);
	texts_add(&inputs, options->known);
	if (options->out)
		ret = spare_inputs("--out", options->out, options->out, &inputs, err);
	for (size_t i = 0; i < options->reports.n && !ret; i++) {
		const char *spec = options->reports.of[i], *colon = strchr(spec, ':');

		if (colon)
			ret = spare_inputs("--report", spec, colon + 1, &inputs, err);
	}
	return ret;
}

int output_open_plan(const struct output_options *options, const struct report_plan *plan,
		     struct output *ret, struct err *err)
{
	struct err ignored;
	int status;

	*ret = (struct output){.path = options->out};
	status = output_check_console(&options->reports, err);
	if (!status && options->known)
		status = known_load(options->known, &ret->known, err);
	if (!status && options->out)
		status = file_take(options->out, &ret->file, err);
	if (!status)
		status = output_open_reports(ret, &options->reports, plan, err);
	if (!status && options->out) /* now that everything else is open */
		status = file_empty(ret->file, options->out, err);
	if (status < 0)
		output_close(ret, -1, &ignored);
	return status;
}

static void output_write(struct output *output, const json_t *line)
{
	if (output->file && !output->err.code)
		record_write(output->file, output->path, line, &output->err);
}

void output_reference(struct output *output, const json_t *line)
{
	output_write(output, line);
	for (size_t i = 0; i < output->n_reports; i++)
		report_reference(output->reports[i], line);
}

bool output_cell(struct output *output, json_t *record)
{
	known_apply(&output->known, record);
	output_write(output, record);
	if (output->err.code)
		return false;
	output->counts[record_verdict(record)]++;
	output->n_cells++;
	for (size_t i = 0; i < output->n_reports; i++)
		report_cell(output->reports[i], record);
	return true;
}

bool output_played(struct output *output, json_t *record)
{
	if (!output->err.code)
		with_ends_keep(output->path, output->n_cells + 1, record, &output->err);
	return output_cell(output, record);
}

void output_progress(struct output *output, size_t waiting)
{
	for (size_t i = 0; i < output->n_reports; i++)
		report_progress(output->reports[i], waiting);
}

static void output_close_file(struct output *output)
{
	struct err err;

	if (!output->file || !fclose(output->file))
		return;
	err_sys(&err, "%s", output->path);
	if (!output->err.code)
		output->err = err;
}

int output_close(struct output *output, int64_t elapsed_ns, struct err *err)
{
	output_close_file(output);
	for (size_t i = 0; i < output->n_reports; i++) {
		struct err failed;

		if (report_close(output->reports[i], elapsed_ns, &failed) < 0 && !output->err.code)
			output->err = failed;
	}
	free(output->reports);
	if (output->n_cells)
		cmd_tell_known(&output->known);
	known_free(&output->known);
	*err = output->err;
	return -output->err.code;
}
