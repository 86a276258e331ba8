/* SPDX-License-Identifier: GPL-2.0-or-later */
/* intern: each text kept once, however often it occurs. Zero-initialised is empty and valid. */
#ifndef AFTERCLOSE_BASE_INTERN_H
#define AFTERCLOSE_BASE_INTERN_H

#include <stddef.h>

struct intern {
	char **of; /* a hash table; NULL: free */
	size_t size, n;
};

/* The same pointer for the same text, until intern_free(). NULL stays NULL. */
const char *intern_text(struct intern *intern, const char *text);
void intern_free(struct intern *intern);

#endif
