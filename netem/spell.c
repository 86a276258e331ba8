// SPDX-License-Identifier: GPL-2.0-or-later
/* spell: owns how a rule is written, which is how tc writes it, both ways. */
#include "netem/rule.h"
#include "base/clock.h"
#include "base/mem.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TEXT_MAX  500
#define WORDS_MAX 64

/* A rule's text while it is read. */
struct spell {
	char *words[WORDS_MAX];
	size_t n, i;
	struct netem_rule *rule;
};

/* Each reads the words behind its keyword; false: they are not what it takes. */
typedef bool spell_fn(struct spell *spell, void *into);

static const struct unit {
	const char *name;
	double bits;
} units[] = {
	{"tbit", 1e12}, {"gbit", 1e9}, {"mbit", 1e6}, {"kbit", 1e3}, {"bit", 1},
	{"tbps", 8e12}, {"gbps", 8e9}, {"mbps", 8e6}, {"kbps", 8e3}, {"bps", 8},
};
#define UNITS_BITS 5 /* those that a rate is written in */

static bool has_value(const struct spell *spell)
{
	return spell->i < spell->n &&
	       (isdigit((unsigned char)*spell->words[spell->i]) || *spell->words[spell->i] == '.' ||
		*spell->words[spell->i] == '-');
}

static bool word_is(struct spell *spell, const char *word)
{
	if (spell->i == spell->n || strcmp(spell->words[spell->i], word) != 0)
		return false;
	spell->i++;
	return true;
}

static bool read_percent(struct spell *spell, double *ret)
{
	const char *word = has_value(spell) ? spell->words[spell->i++] : "";
	size_t len = strspn(word, "0123456789.e+-");
	char *end;

	*ret = strtod(word, &end);
	return len && end == word + len && !strcmp(end, "%") && isfinite(*ret);
}

static bool read_duration(struct spell *spell, int64_t *ret_ns)
{
	return has_value(spell) && duration_parse(spell->words[spell->i++], ret_ns);
}

static bool read_number(struct spell *spell, int64_t *ret)
{
	return has_value(spell) && number_parse(spell->words[spell->i++], ret);
}

static bool read_count(struct spell *spell, int64_t *ret)
{
	return read_number(spell, ret) && *ret > 0;
}

static bool spell_count(struct spell *spell, void *into)
{
	return read_count(spell, into);
}

static bool spell_seed(struct spell *spell, void *into)
{
	int64_t seed;

	if (!read_count(spell, &seed))
		return false;
	*(uint64_t *)into = seed;
	return true;
}

static bool spell_chance(struct spell *spell, void *into)
{
	struct netem_chance *chance = into;

	return read_percent(spell, &chance->percent) &&
	       (!has_value(spell) || read_percent(spell, &chance->correlation_percent));
}

static bool spell_delay(struct spell *spell, void *into)
{
	struct netem_rule *rule = into;

	if (!read_duration(spell, &rule->delay_ns))
		return false;
	if (has_value(spell) && !read_duration(spell, &rule->jitter_ns))
		return false;
	return !has_value(spell) || read_percent(spell, &rule->delay_correlation_percent);
}

static bool spell_distribution(struct spell *spell, void *into)
{
	for (size_t i = 0; i < netem_n_distributions; i++) {
		if (word_is(spell, netem_distribution_names[i])) {
			*(enum netem_distribution *)into = i;
			return true;
		}
	}
	return false;
}

/* What is left out: the rest of what leaves a state, all of what is lost in a bad one. */
static void chain_defaults(struct netem_loss *loss)
{
	double *p = loss->chain_percent;

	p[1] = 100 - p[0];
	p[2] = loss->model == NETEM_LOSS_GEMODEL ? 100 : 0;
	p[3] = loss->model == NETEM_LOSS_STATE ? 100 : 0;
}

static size_t chain_len(const struct netem_loss *loss)
{
	return loss->model == NETEM_LOSS_STATE ? 5 : 4;
}

static bool spell_loss(struct spell *spell, void *into)
{
	struct netem_loss *loss = into;

	if (word_is(spell, "state"))
		loss->model = NETEM_LOSS_STATE;
	else if (word_is(spell, "gemodel"))
		loss->model = NETEM_LOSS_GEMODEL;
	if (loss->model == NETEM_LOSS_RANDOM) {
		word_is(spell, "random");
		return spell_chance(spell, &loss->random);
	}
	if (!read_percent(spell, &loss->chain_percent[0]))
		return false;
	chain_defaults(loss);
	for (size_t i = 1; i < chain_len(loss) && has_value(spell); i++) {
		if (!read_percent(spell, &loss->chain_percent[i]))
			return false;
	}
	return true;
}

static bool read_rate(struct spell *spell, int64_t *ret_bytes_per_s)
{
	const char *word = has_value(spell) ? spell->words[spell->i++] : "";
	size_t len = strspn(word, "0123456789.");
	char *end;
	double number = strtod(word, &end);

	for (size_t i = 0; end == word + len && i < ARRAY_SIZE(units); i++) {
		if (strcasecmp(end, units[i].name) != 0)
			continue;
		if (!(number * units[i].bits >= 8) || number * units[i].bits > 1e14)
			return false;
		*ret_bytes_per_s = llround(number * units[i].bits) / 8;
		return true;
	}
	return false;
}

static bool spell_rate(struct spell *spell, void *into)
{
	struct netem_rate *rate = into;
	int64_t *rest[] = {&rate->packet_overhead_bytes, &rate->cell_size_bytes,
			   &rate->cell_overhead_bytes};

	if (!read_rate(spell, &rate->bytes_per_s))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(rest) && has_value(spell); i++) {
		if (!read_number(spell, rest[i]))
			return false;
	}
	return true;
}

static bool read_slot_delay(struct spell *spell, struct netem_slot *slot)
{
	if (word_is(spell, "distribution"))
		return spell_distribution(spell, &slot->distribution) &&
		       slot->distribution != NETEM_UNIFORM &&
		       read_duration(spell, &slot->delay_ns) &&
		       read_duration(spell, &slot->jitter_ns) && slot->jitter_ns;
	if (!read_duration(spell, &slot->min_delay_ns))
		return false;
	slot->max_delay_ns = slot->min_delay_ns;
	return !has_value(spell) || read_duration(spell, &slot->max_delay_ns);
}

static bool spell_slot(struct spell *spell, void *into)
{
	struct netem_slot *slot = into;

	if (!read_slot_delay(spell, slot))
		return false;
	if (word_is(spell, "packets") && !read_count(spell, &slot->packets_max))
		return false;
	return !word_is(spell, "bytes") || read_count(spell, &slot->bytes_max);
}

static const struct keyword {
	const char *name;
	spell_fn *fn;
	size_t offset; /* of its part of the rule */
	const char *takes;
} keywords[] = {
	{"delay", spell_delay, 0,
	 "a duration up to 600s, then perhaps a jitter and its correlation"},
	{"distribution", spell_distribution, offsetof(struct netem_rule, distribution),
	 "uniform, normal, pareto or paretonormal"},
	{"loss", spell_loss, offsetof(struct netem_rule, loss),
	 "a percentage from 0% to 100% and perhaps its correlation, or state P13 [P31 [P32 [P23 "
	 "[P14]]]], or gemodel P [R [1-H [1-K]]]"},
	{"duplicate", spell_chance, offsetof(struct netem_rule, duplicate),
	 "a percentage from 0% to 100%, then perhaps its correlation"},
	{"reorder", spell_chance, offsetof(struct netem_rule, reorder),
	 "a percentage from 0% to 100%, then perhaps its correlation"},
	{"gap", spell_count, offsetof(struct netem_rule, gap_frames), "a number of frames, from 1"},
	{"corrupt", spell_chance, offsetof(struct netem_rule, corrupt),
	 "a percentage from 0% to 100%, then perhaps its correlation"},
	{"rate", spell_rate, offsetof(struct netem_rule, rate),
	 "a rate such as 1mbit, then perhaps bytes: packet overhead, cell size, cell overhead"},
	{"slot", spell_slot, offsetof(struct netem_rule, slot),
	 "a shortest and perhaps a longest delay, or distribution normal|pareto|paretonormal DELAY "
	 "JITTER; then perhaps packets N, then bytes N"},
	{"limit", spell_count, offsetof(struct netem_rule, limit_packets),
	 "a number of packets, from 1"},
	{"seed", spell_seed, offsetof(struct netem_rule, seed), "a whole number, from 1"},
};

static const struct keyword *keyword_find(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++) {
		if (!strcmp(keywords[i].name, word))
			return &keywords[i];
	}
	return NULL;
}

bool netem_rule_begins(const char *text)
{
	_cleanup_free_ char *word = mem_strndup(text, strcspn(text, " "));

	return keyword_find(word);
}

static int unknown_word(const char *word, struct err *err)
{
	_cleanup_text_ struct text names = {0};

	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++)
		text_add(&names, "%s%s", i ? ", " : "", keywords[i].name);
	return err_set(err, EINVAL, "a rule has no '%.30s'; allowed: %s", word, text_str(&names));
}

static int read_words(struct spell *spell, struct err *err)
{
	uint32_t seen = 0;

	while (spell->i < spell->n) {
		const char *word = spell->words[spell->i++];
		const struct keyword *keyword = keyword_find(word);
		uint32_t bit = keyword ? 1U << (keyword - keywords) : 0;

		if (!keyword)
			return unknown_word(word, err);
		if (seen & bit)
			return err_set(err, EINVAL, "%s stands here twice", keyword->name);
		seen |= bit;
		if (!keyword->fn(spell, (char *)spell->rule + keyword->offset))
			return err_set(err, EINVAL, "%s takes %s", keyword->name, keyword->takes);
	}
	return netem_rule_check(spell->rule, err);
}

int netem_rule_parse(const char *text, struct netem_rule *ret, struct err *err)
{
	_cleanup_free_ char *copy = mem_strndup(text, TEXT_MAX + 1);
	struct spell spell = {.rule = ret};
	char *save = NULL, *word = strtok_r(copy, " ", &save);

	*ret = (struct netem_rule){0};
	if (!strcmp(text, "none"))
		return 0;
	for (; word && spell.n < WORDS_MAX; word = strtok_r(NULL, " ", &save))
		spell.words[spell.n++] = word;
	if (word || strlen(text) > TEXT_MAX)
		return err_set(err, EINVAL, "a rule has at most %d words and %d bytes", WORDS_MAX,
			       TEXT_MAX);
	if (!spell.n)
		return err_set(err, EINVAL, "a rule is `none`, or has words like 'delay 20ms'");
	return read_words(&spell, err) ? err_prefix(err, "'%.60s'", text) : 0;
}

/* As many digits as it takes to read the same number again. */
static void add_percent(struct text *text, double percent)
{
	char digits[40];

	for (int precision = 6; precision <= 17; precision++) {
		snprintf(digits, sizeof(digits), "%.*g", precision, percent);
		if (strtod(digits, NULL) == percent)
			break;
	}
	text_add(text, " %s%%", digits);
}

static void add_duration(struct text *text, int64_t ns)
{
	if (ns && ns % NS_PER_S == 0)
		text_add(text, " %llds", (long long)(ns / NS_PER_S));
	else if (ns % NS_PER_MS == 0)
		text_add(text, " %lldms", (long long)(ns / NS_PER_MS));
	else if (ns % NS_PER_US == 0)
		text_add(text, " %lldus", (long long)(ns / NS_PER_US));
	else
		text_add(text, " %lldns", (long long)ns);
}

static void add_chance(struct text *text, const char *name, const struct netem_chance *chance)
{
	if (chance->percent <= 0)
		return;
	text_add(text, " %s", name);
	add_percent(text, chance->percent);
	if (chance->correlation_percent > 0)
		add_percent(text, chance->correlation_percent);
}

static void add_delay(struct text *text, const struct netem_rule *rule)
{
	if (!rule->delay_ns && !rule->jitter_ns)
		return;
	text_add(text, " delay");
	add_duration(text, rule->delay_ns);
	if (rule->jitter_ns)
		add_duration(text, rule->jitter_ns);
	if (rule->jitter_ns && rule->delay_correlation_percent > 0)
		add_percent(text, rule->delay_correlation_percent);
	if (rule->distribution != NETEM_UNIFORM)
		text_add(text, " distribution %s", netem_distribution_names[rule->distribution]);
}

static void add_loss(struct text *text, const struct netem_loss *loss)
{
	if (loss->model == NETEM_LOSS_RANDOM) {
		add_chance(text, "loss", &loss->random);
		return;
	}
	text_add(text, " loss %s", loss->model == NETEM_LOSS_STATE ? "state" : "gemodel");
	for (size_t i = 0; i < chain_len(loss); i++)
		add_percent(text, loss->chain_percent[i]);
}

static void add_rate(struct text *text, const struct netem_rate *rate)
{
	int64_t bits = rate->bytes_per_s * 8;
	const struct unit *unit = units;

	if (!bits)
		return;
	while (unit < units + UNITS_BITS - 1 && bits % (int64_t)unit->bits)
		unit++;
	text_add(text, " rate %lld%s", (long long)(bits / (int64_t)unit->bits), unit->name);
	if (rate->packet_overhead_bytes || rate->cell_size_bytes)
		text_add(text, " %lld", (long long)rate->packet_overhead_bytes);
	if (rate->cell_size_bytes)
		text_add(text, " %lld %lld", (long long)rate->cell_size_bytes,
			 (long long)rate->cell_overhead_bytes);
}

static void add_slot(struct text *text, const struct netem_slot *slot)
{
	if (!slot->max_delay_ns && !slot->jitter_ns)
		return;
	text_add(text, " slot");
	if (slot->distribution != NETEM_UNIFORM)
		text_add(text, " distribution %s", netem_distribution_names[slot->distribution]);
	add_duration(text, slot->jitter_ns ? slot->delay_ns : slot->min_delay_ns);
	add_duration(text, slot->jitter_ns ? slot->jitter_ns : slot->max_delay_ns);
	if (slot->packets_max)
		text_add(text, " packets %lld", (long long)slot->packets_max);
	if (slot->bytes_max)
		text_add(text, " bytes %lld", (long long)slot->bytes_max);
}

void netem_rule_format(const struct netem_rule *rule, struct text *ret)
{
	_cleanup_text_ struct text words = {0};

	add_delay(&words, rule);
	add_loss(&words, &rule->loss);
	add_chance(&words, "duplicate", &rule->duplicate);
	add_chance(&words, "reorder", &rule->reorder);
	if (rule->gap_frames)
		text_add(&words, " gap %lld", (long long)rule->gap_frames);
	add_chance(&words, "corrupt", &rule->corrupt);
	add_rate(&words, &rule->rate);
	add_slot(&words, &rule->slot);
	if (rule->limit_packets)
		text_add(&words, " limit %lld", (long long)rule->limit_packets);
	if (rule->seed)
		text_add(&words, " seed %llu", (unsigned long long)rule->seed);
	text_add(ret, "%s", words.len ? words.data + 1 : "none");
}
