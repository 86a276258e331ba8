// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fuzz_settings: sysctl.conf files that a stranger sent, as drop-ins are read. A byte
 * 0x1e parts the input into several, read one after the other.
 */
#include "from_memory.h"
#include "lab/settings.h"

#include <string.h>

#define FILES_MAX 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Which entry holds is never itself overridden, and is one of the same name. */
static void settings_check(const struct settings *settings)
{
	for (size_t i = 0; i < settings->n; i++) {
		const struct setting *setting = &settings->of[i];
		const struct setting *by = setting->by ? &settings->of[setting->by - 1] : setting;

		setting_status_text(setting);
		if (by->by || (setting->by && strcmp(setting->name, by->name) != 0))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char paths[FILES_MAX][32];
	const char *given[FILES_MAX];
	int fds[FILES_MAX];
	struct settings settings;
	struct err err;
	size_t n = 0;

	do {
		const uint8_t *end = n < FILES_MAX - 1 ? memchr(data, 0x1e, size) : NULL;
		size_t len = end ? (size_t)(end - data) : size;

		fds[n] = file_from_memory(data, len, paths[n]);
		given[n] = paths[n];
		n++;
		len += end ? 1 : 0;
		data += len;
		size -= len;
	} while (size && n < FILES_MAX);
	if (settings_load_all(given, n, &settings, &err) == 0)
		settings_check(&settings);
	settings_free(&settings);
	while (n)
		close(fds[--n]);
	return 0;
}
