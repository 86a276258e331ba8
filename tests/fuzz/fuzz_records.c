// SPDX-License-Identifier: GPL-2.0-or-later
/* fuzz_records: a file of records that a stranger sent, read, and each cell explained. */
#include "from_memory.h"
#include "base/text.h"
#include "record/record.h"
#include "report/show.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct records records = {0};
	struct err err;
	char path[32];
	int fd = file_from_memory(data, size, path);

	if (records_load(path, &records, &err) == 0) {
		for (size_t i = 0; i < records.n_cells; i++) {
			_cleanup_text_ struct text text = {0};

			show_record(records_kernel(&records, records.cells[i]), records.cells[i],
				    NULL, "", &text);
		}
	}
	records_free(&records);
	close(fd);
	return 0;
}
