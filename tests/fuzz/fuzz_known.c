// SPDX-License-Identifier: GPL-2.0-or-later
/* fuzz_known: a file of known failures that a stranger sent, held against a record. */
#include "from_memory.h"
#include "record/known.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct known known = {0};
	struct err err;
	char path[32];
	int fd = file_from_memory(data, size, path);

	if (known_load(path, &known, &err) == 0) {
		json_t *record = json_pack("{ss ss s{ss} ss s[{ss ss ss ss}]}", "scenario", "s",
					   "cell", "s/a=1", "dimensions", "a", "1", "verdict",
					   "fail", "judged", "fact", "f", "expected", "ok",
					   "observed", "reset", "verdict", "fail");

		known_apply(&known, record);
		json_decref(record);
	}
	known_free(&known);
	close(fd);
	return 0;
}
