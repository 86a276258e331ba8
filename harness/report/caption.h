/* SPDX-License-Identifier: GPL-2.0-or-later */
/* caption: one segment of a record in words, for a line of the ladder. */
#ifndef AFTERCLOSE_REPORT_CAPTION_H
#define AFTERCLOSE_REPORT_CAPTION_H

#include "base/text.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* What became of a segment, and how its arrow is drawn. */
struct fate_mark {
	const char *name;
	char at_wire;	   /* drawn where the arrow meets the wire */
	bool from_wire;	   /* the arrow begins there */
	bool to_wire;	   /* the arrow ends there */
	const char *note;  /* in the caption */
	const char *named; /* between the note and the segment's name; NULL: no name */
};

const struct fate_mark *segment_fate(const json_t *segment);

/* All of them; NULL past the last. */
const struct fate_mark *fate_nth(size_t i);

/* The index of the segment whose "n" this is; SIZE_MAX: none. */
size_t segment_index(const json_t *segments, json_int_t n);

/* A caption is a list of phrases, of which the ladder fills its lines. */
#define CAPTION_PHRASES_MAX 16

struct caption {
	char *phrases[CAPTION_PHRASES_MAX];
	size_t n;
};

/* with_bytes: quote the payload's first bytes. Free with caption_free(). */
void caption_build(const json_t *record, const json_t *segment, bool with_bytes,
		   struct caption *ret);
void caption_add(struct caption *caption, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void caption_free(struct caption *caption);

#endif
