/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pack: bytes put into a page so that they are small and the page's own script can read them. */
#ifndef AFTERCLOSE_REPORT_PACK_H
#define AFTERCLOSE_REPORT_PACK_H

#include "base/text.h"

#include <stddef.h>

/* Append the bytes, deflated (RFC 1950) and in base64 (RFC 4648). */
void pack_add(struct text *out, const void *bytes, size_t len);

#endif
