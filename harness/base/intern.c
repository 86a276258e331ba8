// SPDX-License-Identifier: GPL-2.0-or-later
/* intern: owns the table: open addressing, doubled when three quarters are taken. */
#include "base/intern.h"
#include "base/hash.h"
#include "base/mem.h"

#include <string.h>

#define SIZE_MIN 1024 /* a power of two */

static size_t slot_find(const struct intern *intern, const char *text)
{
	size_t slot = hash_bytes(text, strlen(text), HASH_START) & (intern->size - 1);

	while (intern->of[slot] && strcmp(intern->of[slot], text))
		slot = (slot + 1) & (intern->size - 1);
	return slot;
}

static void intern_grow(struct intern *intern)
{
	struct intern larger = {.size = intern->size ? 2 * intern->size : SIZE_MIN, .n = intern->n};

	larger.of = mem_zalloc(larger.size * sizeof(*larger.of));
	for (size_t i = 0; i < intern->size; i++) {
		if (intern->of[i])
			larger.of[slot_find(&larger, intern->of[i])] = intern->of[i];
	}
	free(intern->of);
	*intern = larger;
}

const char *intern_text(struct intern *intern, const char *text)
{
	size_t slot;

	if (!text)
		return NULL;
	if (intern->n >= intern->size / 4 * 3)
		intern_grow(intern);
	slot = slot_find(intern, text);
	if (!intern->of[slot]) {
		intern->of[slot] = mem_strdup(text);
		intern->n++;
	}
	return intern->of[slot];
}

void intern_free(struct intern *intern)
{
	for (size_t i = 0; i < intern->size; i++)
		free(intern->of[i]);
	free(intern->of);
	*intern = (struct intern){0};
}
