/* SPDX-License-Identifier: GPL-2.0-or-later */
/* harm: which changes of a fact endanger an application, and which relieve it. */
#ifndef AFTERCLOSE_ADVISE_HARM_H
#define AFTERCLOSE_ADVISE_HARM_H

#include <jansson.h>

/* What a finding (compare/compare.h) endangers; NULL: nothing that the table has. */
const char *harm_of(const json_t *finding);

/* The same of the opposite change: what no longer happens. */
const char *relief_of(const json_t *finding);

#endif
