// SPDX-License-Identifier: GPL-2.0-or-later
/* tell: owns the messages that make a guest know its task, a scenario and a cell. */
#include "target/tell.h"

#include "base/mem.h"
#include "target/channel.h"

#include <string.h>

void tell_task(struct told *told, const struct worker_task *task, struct text *out)
{
	_cleanup_free_ char *text = NULL;

	if (told->task)
		return;
	text = task_encode(task);
	channel_put(out, MESSAGE_TASK, text, strlen(text));
	told->task = true;
	told->baseline = baseline_encode(task->options->baseline);
}

static void tell_baseline(struct told *told, const struct settings *const *baseline,
			  struct text *out)
{
	char *text = baseline_encode(baseline);

	if (strcmp(told->baseline, text) != 0)
		channel_put(out, MESSAGE_BASELINE, text, strlen(text));
	free(told->baseline);
	told->baseline = text;
}

/* The scenario's number; it is told where it is new. */
static uint32_t tell_scenario(struct told *told, const struct scenario *scenario, struct text *out)
{
	_cleanup_text_ struct text body = {0};
	uint32_t number = 0;

	while (number < told->n_scenarios && told->scenarios[number] != scenario)
		number++;
	if (number < told->n_scenarios)
		return number;
	told->scenarios =
		mem_resize(told->scenarios, told->n_scenarios + 1, sizeof(*told->scenarios));
	told->scenarios[told->n_scenarios++] = scenario;
	text_addn(&body, scenario->file, strlen(scenario->file) + 1);
	text_addn(&body, scenario->bytes, scenario->n_bytes);
	channel_put(out, MESSAGE_SCENARIO, body.data, body.len);
	return number;
}

void tell_job(struct told *told, const struct job *job, struct text *out)
{
	const struct cell *cell = job->cell;
	uint32_t number = tell_scenario(told, cell->scenario, out);
	_cleanup_text_ struct text body = {0};

	tell_baseline(told, job->baseline, out);
	text_addn(&body, (const char *)&number, sizeof(number));
	text_addn(&body, cell->id, strlen(cell->id));
	channel_put(out, MESSAGE_CELL, body.data, body.len);
}

void told_free(struct told *told)
{
	free(told->scenarios);
	free(told->baseline);
	*told = (struct told){0};
}
