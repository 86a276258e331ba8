// SPDX-License-Identifier: GPL-2.0-or-later
/* fuzz_capture: a capture that a stranger sent, read as `import --all` reads it, listed, and its
 * four-tuples made into scenarios: whatever the capture, they can be read. */
#include "from_memory.h"
#include "capture/list.h"
#include "capture/script.h"
#include "scenario/scenario.h"

#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void list(const struct survey *survey)
{
	_cleanup_text_ struct text text = {0};
	json_t *head = list_head(survey), *connection;

	list_head_text(head, &text);
	json_decref(head);
	for (size_t i = 0; i < survey->n_trails; i++) {
		connection = list_connection(survey, i, NULL);
		list_connection_text(connection, &text);
		json_decref(connection);
	}
	list_end_text(survey->n_trails, &text);
}

/* Not each is a scenario: `import` says so where one is none. */
static void play(struct trail *trail, const char *raw)
{
	const struct script_known known = {0};
	_cleanup_plot_ struct plot plot = {0};
	_cleanup_text_ struct text text = {0};
	struct scenario *scenario = NULL;
	struct err err;

	if (!trail->n_incarnations ||
	    plot_make(trail, trail->n_incarnations - 1, raw, &plot, &err) < 0)
		return;
	script_write(&plot, &known, "imported", "fuzz.pcap", &text);
	if (scenario_parse("imported.yaml", text_str(&text), text.len, &scenario, &err) < 0)
		return;
	scenario_free(scenario);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct survey_options options = {.all = true};
	struct survey survey;
	struct err err;
	char path[32];
	int fd = file_from_memory(data, size, path);

	if (survey_read(path, &options, &survey, &err) == 0) {
		list(&survey);
		for (size_t i = 0; i < survey.n_trails; i++)
			play(&survey.trails[i], i % 3 ? (i % 3 == 1 ? "client" : "server") : NULL);
	}
	survey_free(&survey);
	close(fd);
	return 0;
}
