// SPDX-License-Identifier: GPL-2.0-or-later
/* fuzz_nstat: what a stranger says that nstat printed. */
#include "from_memory.h"
#include "capture/nstat.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int64_t value;
	struct nstat nstat = {0};
	struct err err;
	char path[32];
	int fd = file_from_memory(data, size, path);

	if (nstat_load(path, &nstat, &err) == 0)
		nstat_find(&nstat, "PAWSEstab", &value);
	nstat_free(&nstat);
	close(fd);
	return 0;
}
