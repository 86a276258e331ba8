/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * survey: a whole capture, read twice: once to see which four-tuples there are and which were used
 * more than once, and once more for the segments of those that are asked for. Memory is bounded
 * whatever the file's size: by TUPLES_MAX four-tuples, and SURVEY_SEGMENTS_MAX segments and
 * SURVEY_INCARNATIONS_MAX incarnations in all.
 */
#ifndef AFTERCLOSE_CAPTURE_SURVEY_H
#define AFTERCLOSE_CAPTURE_SURVEY_H

#include "capture/reader.h"
#include "capture/trail.h"
#include "capture/tuples.h"

#define SURVEY_SEGMENTS_MAX	1000000
#define SURVEY_INCARNATIONS_MAX 1000000
#define SURVEY_TRAILS_MAX	20000
#define TRAIL_SEGMENTS_MAX	4096
#define TRAIL_INCARNATIONS_MAX	20000

struct survey_options {
	uint32_t only; /* this four-tuple's number; 0: those used more than once */
	bool all;      /* those used once, too */
};

struct survey {
	const char *path;
	int link;
	struct tuples tuples;
	struct trail *trails; /* traced */
	size_t n_trails;
	size_t n_reused; /* four-tuples that were used more than once */
	size_t left_out; /* of those asked for, beyond SURVEY_TRAILS_MAX */
	uint64_t n_packets, n_segments, n_other, n_malformed, n_back, twice;
	int64_t first_us, last_us;
	bool cut; /* the file ends in the middle of a packet */
};

/* Errors: those of reader.h; ENOENT there is no four-tuple of that number. */
int survey_read(const char *path, const struct survey_options *options, struct survey *ret,
		struct err *err);
void survey_free(struct survey *survey);
#define _cleanup_survey_ __attribute__((cleanup(survey_free)))

#endif
