// SPDX-License-Identifier: GPL-2.0-or-later
/* survey: owns the two readings of a capture. */
#include "capture/survey.h"
#include "base/mem.h"

#include <errno.h>

static int survey_count(struct survey *survey, struct err *err)
{
	_cleanup_reader_ struct reader reader = {0};
	struct dissected packet;
	int64_t us;
	int r = reader_open(survey->path, &reader, err);

	if (r)
		return r;
	while ((r = reader_next(&reader, &packet, &us, err)) > 0)
		tuples_count(&survey->tuples, &packet.seg);
	survey->link = reader.link;
	survey->n_packets = reader.n_packets;
	survey->n_segments = reader.n_segments;
	survey->n_other = reader.n_other;
	survey->n_malformed = reader.n_malformed;
	survey->n_back = reader.n_back;
	survey->first_us = reader.first_us;
	survey->last_us = reader.last_us;
	survey->cut = reader.cut;
	return r;
}

static bool is_wanted(const struct survey_options *options, const struct tuple_use *use,
		      size_t number)
{
	return options->only ? number == options->only : options->all || use->uses > 1;
}

/* Its part of what n of them share. */
static size_t share(size_t all, size_t n, size_t max)
{
	size_t part = all / (n ? n : 1);

	return part < max ? part : max;
}

static void survey_choose(struct survey *survey, const struct survey_options *options)
{
	struct tuples *tuples = &survey->tuples;
	size_t n = 0;

	for (size_t i = 0; i < tuples->n; i++) {
		survey->n_reused += tuples->of[i].uses > 1;
		n += is_wanted(options, &tuples->of[i], i + 1);
	}
	survey->left_out = n > SURVEY_TRAILS_MAX ? n - SURVEY_TRAILS_MAX : 0;
	n -= survey->left_out;
	survey->trails = mem_zalloc((n + 1) * sizeof(*survey->trails));
	for (size_t i = 0; i < tuples->n && survey->n_trails < n; i++) {
		struct tuple_use *use = &tuples->of[i];
		struct trail *trail = &survey->trails[survey->n_trails];

		if (!is_wanted(options, use, i + 1))
			continue;
		*trail = (struct trail){
			.addr = {use->addr[0], use->addr[1]},
			.port = {use->port[0], use->port[1]},
			.number = i + 1,
			.max = share(SURVEY_SEGMENTS_MAX, n, TRAIL_SEGMENTS_MAX),
			.max_incarnations =
				share(SURVEY_INCARNATIONS_MAX, n, TRAIL_INCARNATIONS_MAX),
		};
		use->trail = survey->n_trails++;
	}
}

static int survey_collect(struct survey *survey, struct err *err)
{
	_cleanup_reader_ struct reader reader = {0};
	struct dissected packet;
	struct tuple_use *use;
	int64_t us;
	int r = reader_open(survey->path, &reader, err);

	if (r)
		return r;
	while ((r = reader_next(&reader, &packet, &us, err)) > 0) {
		use = tuples_find(&survey->tuples, &packet.seg);
		if (use && use->trail != UINT32_MAX)
			trail_add(&survey->trails[use->trail], &packet, us, reader.n_packets,
				  reader.several);
	}
	return r;
}

int survey_read(const char *path, const struct survey_options *options, struct survey *ret,
		struct err *err)
{
	int r;

	*ret = (struct survey){.path = path};
	r = survey_count(ret, err);
	if (!r && options->only > ret->tuples.n)
		r = err_set(err, ENOENT, "%s has %zu four-tuples, and so no %u", path,
			    ret->tuples.n, options->only);
	if (r)
		return r;
	survey_choose(ret, options);
	if (ret->n_trails)
		r = survey_collect(ret, err);
	for (size_t i = 0; i < ret->n_trails; i++) {
		trail_trace(&ret->trails[i]);
		ret->twice += ret->trails[i].twice;
	}
	return r;
}

void survey_free(struct survey *survey)
{
	for (size_t i = 0; i < survey->n_trails; i++)
		trail_free(&survey->trails[i]);
	free(survey->trails);
	tuples_free(&survey->tuples);
}
