// SPDX-License-Identifier: GPL-2.0-or-later
/* fuzz_capture: a capture that a stranger sent, read as `import --all` reads it. */
#include "from_memory.h"
#include "capture/survey.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct survey_options options = {.all = true};
	struct survey survey;
	struct err err;
	char path[32];
	int fd = file_from_memory(data, size, path);

	survey_read(path, &options, &survey, &err);
	survey_free(&survey);
	close(fd);
	return 0;
}
