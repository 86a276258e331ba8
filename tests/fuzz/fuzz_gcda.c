// SPDX-License-Identifier: GPL-2.0-or-later
/* fuzz_gcda: the counts that a guest sends, twice: the sum and one more. */
#include "coverage/gcda.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t half = size / 2;
	struct text sum = {0};
	struct err err;

	if (gcda_add(&sum, (const char *)data, half, &err) == 0)
		gcda_add(&sum, (const char *)data + half, half, &err);
	text_free(&sum);
	return 0;
}
