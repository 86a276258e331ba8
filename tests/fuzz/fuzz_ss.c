// SPDX-License-Identifier: GPL-2.0-or-later
/* fuzz_ss: what a stranger says that ss printed. */
#include "from_memory.h"
#include "capture/ss.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ss ss = {0};
	struct err err;
	char path[32];
	int fd = file_from_memory(data, size, path);

	if (ss_load(path, &ss, &err) == 0)
		ss_count(&ss, STATE_TIME_WAIT);
	ss_free(&ss);
	close(fd);
	return 0;
}
