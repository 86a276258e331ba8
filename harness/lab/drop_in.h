/* SPDX-License-Identifier: GPL-2.0-or-later */
/* drop_in: in which order files and directories of settings are read. */
#ifndef AFTERCLOSE_LAB_DROP_IN_H
#define AFTERCLOSE_LAB_DROP_IN_H

#include "lab/settings.h"

/* The files of settings_load_all(), in the order in which they are read, those that are hidden
 * after the one that hides them. The caller frees, also after an error. */
int drop_in_list(const char *const *paths, size_t n, struct settings_file **ret, size_t *ret_n,
		 struct err *err);

#endif
