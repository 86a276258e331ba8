/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list: what a survey found, told as JSON and as text: each four-tuple, and how each of its
 * incarnations began and ended. */
#ifndef AFTERCLOSE_CAPTURE_LIST_H
#define AFTERCLOSE_CAPTURE_LIST_H

#include "base/text.h"
#include "capture/ss.h"
#include "capture/survey.h"

#include <jansson.h>

#define LIST_TRAILS_MAX	      100 /* in text; JSON has all */
#define LIST_INCARNATIONS_MAX 20

/* What is told of the capture, and of the nth four-tuple that was traced: one at a time, since all
 * of a large capture's would take gigabytes. ss may be NULL. New references. */
json_t *list_head(const struct survey *survey);
json_t *list_connection(const struct survey *survey, size_t nth, const struct ss *ss);

/* The same as text, from those objects. */
void list_head_text(const json_t *list, struct text *out);
void list_connection_text(const json_t *connection, struct text *out);

/* n: of four-tuples that were traced. */
void list_end_text(size_t n, struct text *out);

/* "client" or "server": what an end of the trail is in its newest incarnation. */
const char *trail_role(const struct trail *trail, int end);

/* "192.0.2.1:80", "[2001:db8::1]:80"; the caller frees. */
char *trail_address(const struct trail *trail, int end);

/* Which end is the client in the newest incarnation. */
int trail_client(const struct trail *trail);

/* How much there is to tell of an incarnation: 0: it opened and closed in order. */
unsigned incarnation_remarkable(const struct incarnation *incarnation);

/* The index of the one with most to tell, of those whose segments are there; the later of equals,
 * which has the other before it. */
size_t trail_remarkable(const struct trail *trail);

/* The first of the four-tuples with most to tell; NULL: there is none. */
struct trail *survey_remarkable(const struct survey *survey);

#endif
