// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gcda: owns the format of .gcda files, as far as the kernel writes it (kernel/gcov/gcc_4_7.c).
 *
 *   magic, version, stamp, since gcc 12 a checksum
 *   for each function: tag, length, ident, checksum, checksum
 *                      for its arcs: tag, length, counts of 64 bits, the low half first
 *
 * A length is in bytes since gcc 12, in words before. All in the order of bytes of the machine.
 */
#include "coverage/gcda.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define MAGIC	       0x67636461 /* "gcda" */
#define TAG_FUNCTION   0x01000000
#define TAG_ARCS       0x01a10000
#define FUNCTION_WORDS 3
#define HEAD_WORDS     3 /* without the checksum */
#define WORD	       sizeof(uint32_t)

struct walk {
	const char *bytes;
	size_t len, at;
};

static uint32_t word_at(const char *bytes, size_t at)
{
	uint32_t word;

	memcpy(&word, bytes + at, sizeof(word));
	return word;
}

static bool walk_take(struct walk *walk, uint32_t *ret)
{
	if (walk->len - walk->at < WORD)
		return false;
	*ret = word_at(walk->bytes, walk->at);
	walk->at += WORD;
	return true;
}

/* Behind the head; false if it is none. */
static bool walk_begin(struct walk *walk)
{
	if (walk->len % WORD || walk->len < (HEAD_WORDS + 1) * WORD ||
	    word_at(walk->bytes, 0) != MAGIC)
		return false;
	walk->at = HEAD_WORDS * WORD;
	if (word_at(walk->bytes, walk->at) != TAG_FUNCTION)
		walk->at += WORD;
	return walk->at < walk->len;
}

/* The unit of lengths: the first function's, which are three words, tells it. */
static size_t walk_unit(const struct walk *walk)
{
	if (walk->len - walk->at < 2 * WORD)
		return 1;
	return word_at(walk->bytes, walk->at + WORD) == FUNCTION_WORDS ? WORD : 1;
}

static void add_counts(char *sum, const char *counts, size_t len)
{
	for (size_t i = 0; i + sizeof(uint64_t) <= len; i += sizeof(uint64_t)) {
		uint64_t left, right;

		memcpy(&left, sum + i, sizeof(left));
		memcpy(&right, counts + i, sizeof(right));
		left += right;
		memcpy(sum + i, &left, sizeof(left));
	}
}

/* Everything but the counts must be what the sum has; the first is its own sum. */
static bool records_add(char *sum, struct walk *walk, bool first)
{
	size_t unit = walk_unit(walk), from = 0;
	uint32_t tag, length;

	while (walk->at < walk->len) {
		size_t len;

		if (!walk_take(walk, &tag) || !walk_take(walk, &length))
			return false;
		if (!tag && !length)
			break; /* the end, as programs write it */
		len = length * unit;
		if ((tag != TAG_FUNCTION && tag != TAG_ARCS) || len > walk->len - walk->at)
			return false;
		if (tag == TAG_ARCS) {
			if (memcmp(sum + from, walk->bytes + from, walk->at - from))
				return false;
			if (!first)
				add_counts(sum + walk->at, walk->bytes + walk->at, len);
			from = walk->at + len;
		}
		walk->at += len;
	}
	return !memcmp(sum + from, walk->bytes + from, walk->len - from);
}

int gcda_add(struct text *sum, const char *bytes, size_t len, struct err *err)
{
	struct walk walk = {bytes, len};
	bool first = !sum->len;

	if (!walk_begin(&walk))
		return err_set(err, EPROTO, "not what gcov calls a .gcda file");
	if (first)
		text_addn(sum, bytes, len);
	if (sum->len != len || !records_add(sum->data, &walk, first))
		return err_set(err, EPROTO, "counts of another build, or damaged ones");
	return 0;
}
