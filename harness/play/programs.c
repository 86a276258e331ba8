// SPDX-License-Identifier: GPL-2.0-or-later
/* programs: owns what the programs of a play yield at its end, and their lines in the record. */
#include "base/base64.h"
#include "base/clock.h"
#include "base/mem.h"
#include "play/program.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

int sockets_count(const struct stage *stage, enum host_id host, const struct diag_filter *filter,
		  size_t *ret, struct err *err)
{
	struct diag_filter of = *filter;
	size_t mapped = 0;
	int r;

	of.family = cell_family(stage->cell);
	r = diag_count(stage->lab.hosts[host].diag, &of, ret, err);
	if (r || of.family == AF_INET6)
		return r;
	of.family = AF_INET6;
	r = diag_count(stage->lab.hosts[host].diag, &of, &mapped, err);
	*ret += mapped;
	return r;
}

const char *signal_word(int number, char *ret, size_t size)
{
	const char *name = sigabbrev_np(number);

	if (name)
		snprintf(ret, size, "SIG%s", name);
	else
		snprintf(ret, size, "SIGRTMIN+%d", number - SIGRTMIN);
	return ret;
}

static void exit_word(const struct program *program, char *ret, size_t size)
{
	if (!program->has_ended)
		snprintf(ret, size, "running");
	else if (WIFSIGNALED(program->status))
		signal_word(WTERMSIG(program->status), ret, size);
	else
		snprintf(ret, size, "%d", WEXITSTATUS(program->status));
}

static void yield_serve(struct stage *stage, const struct program *program)
{
	const char *name = program->name->name;

	stage_fact_word(stage, name, "daemon", program->daemon ? "yes" : "no");
	stage_fact_duration(stage, name, "ready", program->ready_ns);
	stage_fact_duration(stage, name, "outage", program->outage_ns);
}

static void yield_tally(struct stage *stage, const char *name, const struct stand_in_tally *tally)
{
	stage_fact_number(stage, name, "ok", tally->ok);
	stage_fact_number(stage, name, "failed", tally->failed);
	stage_fact_word(stage, name, "error",
			tally->error ? strerrorname_np(tally->error) : "none");
}

static int yield_time_waits(struct stage *stage, const struct program *program, struct err *err)
{
	const struct diag_filter client = {.state = STATE_TIME_WAIT,
					   .remote_port = program->at.port};
	const struct diag_filter server = {.state = STATE_TIME_WAIT,
					   .local_port = program->at.port};
	size_t at_client = 0, at_server = 0;
	int r = sockets_count(stage, HOST_CLIENT, &client, &at_client, err);

	if (!r)
		r = sockets_count(stage, HOST_SERVER, &server, &at_server, err);
	stage_fact_number(stage, program->name->name, "client_time_waits", at_client);
	stage_fact_number(stage, program->name->name, "server_time_waits", at_server);
	return r;
}

static int yield_load(struct stage *stage, const struct program *program, struct err *err)
{
	const char *name = program->name->name;

	stories_yield(stage, program);
	stage_fact_duration(stage, name, "took",
			    program->ended ? program->ended_ns - program->started_ns : 0);
	if (!program->with)
		yield_tally(stage, name, program->stand_in.tally);
	return yield_time_waits(stage, program, err);
}

int programs_yield(struct stage *stage, struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < stage->n_programs && !r; i++) {
		const struct program *program = stage->programs[i];
		char word[32];

		exit_word(program, word, sizeof(word));
		stage_fact_word(stage, program->name->name, "exit", word);
		if (program->serves)
			yield_serve(stage, program);
		else
			r = yield_load(stage, program, err);
	}
	return r;
}

static json_t *output_line(const struct program_output *output)
{
	_cleanup_free_ char *text =
		base64_encode((const uint8_t *)text_str(&output->text), output->text.len);

	return json_pack("{s:s, s:I}", "base64", text, "left_out", (json_int_t)output->left_out);
}

/* Its output goes as it is, whatever bytes it has; the runner puts it into files. */
static json_t *program_line(const struct program *program)
{
	json_t *words = json_array();
	char word[32];

	exit_word(program, word, sizeof(word));
	for (size_t i = 0; i < program->n_words; i++)
		json_array_append_new(words, json_string(program->words[i]));
	return json_pack(
		"{s:s, s:s, s:s, s:o, s:s, s:I, s:o, s:o}", "name", program->name->name, "host",
		program->serves ? "server" : "client", "path", program->with->path, "words", words,
		"exit", word, "took_us",
		(json_int_t)(program->ended ? program->ended_ns - program->started_ns : 0) /
			NS_PER_US,
		"stdout", output_line(&program->outputs[0]), "stderr",
		output_line(&program->outputs[1]));
}

static void note_with(struct stage *stage, enum host_id host)
{
	json_t *canonical = json_object_get(stage->record, "canonical");
	json_t *with = json_object_get(canonical, "with");

	if (!with) {
		with = json_array();
		json_object_set_new(canonical, "with", with);
	}
	json_array_append_new(with, json_string(host_names[host]));
}

void programs_end(struct stage *stage)
{
	json_t *volatile_part = json_object_get(stage->record, "volatile");
	json_t *lines = json_array(), *loads = json_array();

	for (size_t i = 0; i < stage->n_programs; i++) {
		struct program *program = stage->programs[i];

		program_end(stage, program);
		if (!program->serves)
			json_array_append_new(loads, json_string(program->name->name));
		if (program->with)
			json_array_append_new(lines, program_line(program));
	}
	for (enum host_id host = 0; host < HOSTS_MAX; host++) {
		if (stage->options->with[host])
			note_with(stage, host);
	}
	if (stage->n_programs) {
		json_object_set(volatile_part, "loads", loads);
		json_object_set_new(volatile_part, "connections", stories_failed(stage));
	}
	json_decref(loads);
	if (json_array_size(lines))
		json_object_set(volatile_part, "programs", lines);
	json_decref(lines);
}

static void program_free(struct program *program)
{
	for (size_t i = 0; i < program->n_words; i++)
		free(program->words[i]);
	free(program->words);
	text_free(&program->outputs[0].text);
	text_free(&program->outputs[1].text);
	if (program->stand_in.tally)
		munmap(program->stand_in.tally, sizeof(*program->stand_in.tally));
	free(program);
}

void programs_free(struct stage *stage)
{
	for (size_t i = 0; i < stage->n_programs; i++) {
		program_end(stage, stage->programs[i]);
		program_free(stage->programs[i]);
	}
	free(stage->programs);
}
