// SPDX-License-Identifier: GPL-2.0-or-later
/* fuzz_settings: a sysctl.conf that a stranger sent. */
#include "from_memory.h"
#include "lab/sysctl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings settings = {0};
	struct err err;
	char path[32];
	int fd = file_from_memory(data, size, path);

	if (settings_load(path, &settings, &err) == 0) {
		for (size_t i = 0; i < settings.n; i++)
			setting_status_text(&settings.of[i]);
	}
	settings_free(&settings);
	close(fd);
	return 0;
}
