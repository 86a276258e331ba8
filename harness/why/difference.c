// SPDX-License-Identifier: GPL-2.0-or-later
/* difference: owns what two plays of one scenario differ in, and the mixes of the two. */
#include "why/difference.h"
#include "base/mem.h"
#include "lab/knob.h"
#include "record/outline.h"
#include "record/record.h"

#include <string.h>

static const char *setting_of(const json_t *settings, enum host_id host, const char *name)
{
	return record_text(json_object_get(settings, host_names[host]), name, NULL);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static struct difference *difference_add(struct differences *differences,
					 struct difference difference)
{
	differences->of = mem_resize(differences->of, differences->n + 1, sizeof(difference));
	differences->of[differences->n] = difference;
	return &differences->of[differences->n++];
}

static void dimensions_add(struct differences *differences)
{
	const struct cell *a = differences->a.cell, *b = differences->b.cell;

	for (size_t i = 0; i < a->scenario->n_dimensions; i++) {
		const struct dimension *dimension = &a->scenario->dimensions[i];

		if (a->choice[i] != b->choice[i])
			difference_add(differences, (struct difference){
							    .kind = DIFFERENCE_DIMENSION,
							    .dimension = i,
							    .name = dimension->name,
							    .a = dimension->values[a->choice[i]],
							    .b = dimension->values[b->choice[i]],
						    });
	}
}

/* Has the lab of either cell this host? */
static bool host_is_there(const struct differences *differences, enum host_id host)
{
	const struct cell *a = differences->a.cell, *b = differences->b.cell;

	if (host == HOST_ROUTER)
		return cell_topology(a) != TOPOLOGY_LINK || cell_topology(b) != TOPOLOGY_LINK;
	return host != HOST_CLIENT2 || a->scenario->client2;
}

/* What differs alike on several hosts is one difference: a line of one file, which may be for hosts
 * that the labs lack. */
static void setting_add(struct differences *differences, enum host_id host, const char *name)
{
	const char *a = setting_of(differences->a.settings, host, name);
	const char *b = setting_of(differences->b.settings, host, name);
	struct difference *found = NULL;

	if (same_text(a, b))
		return;
	for (size_t i = 0; i < differences->n; i++) {
		struct difference *other = &differences->of[i];

		if (other->kind == DIFFERENCE_SETTING && !strcmp(other->name, name) &&
		    same_text(other->a, a) && same_text(other->b, b))
			found = other;
	}
	if (!found)
		found = difference_add(differences, (struct difference){.kind = DIFFERENCE_SETTING,
									.name = name,
									.a = a,
									.b = b});
	found->hosts[host] = true;
}

static void settings_add(struct differences *differences, const json_t *settings)
{
	for (enum host_id host = 0; host < HOSTS_MAX; host++) {
		json_t *of_host = json_object_get(settings, host_names[host]), *ignored;
		const char *name;

		json_object_foreach(of_host, name, ignored)
		{
			setting_add(differences, host, name);
		}
	}
}

/* Those that are about hosts that neither lab has. */
static void absent_drop(struct differences *differences)
{
	size_t n = 0;

	for (size_t i = 0; i < differences->n; i++) {
		const struct difference *difference = &differences->of[i];
		bool there = difference->kind != DIFFERENCE_SETTING;

		for (enum host_id host = 0; host < HOSTS_MAX; host++)
			there |= difference->hosts[host] && host_is_there(differences, host);
		if (there)
			differences->of[n++] = *difference;
	}
	differences->n = n;
}

void differences_find(const struct play_spec *a, const struct play_spec *b, struct differences *ret)
{
	*ret = (struct differences){.a = *a, .b = *b};
	dimensions_add(ret);
	settings_add(ret, a->settings);
	settings_add(ret, b->settings);
	absent_drop(ret);
	if (strcmp(a->target, b->target) != 0)
		difference_add(ret, (struct difference){.kind = DIFFERENCE_TARGET,
							.name = "target",
							.a = a->target,
							.b = b->target});
}

void differences_free(struct differences *differences)
{
	free(differences->of);
}

static void hosts_words(const struct difference *difference, struct text *out)
{
	const char *before = "";

	for (enum host_id host = 0; host < HOSTS_MAX; host++) {
		if (!difference->hosts[host])
			continue;
		text_add(out, "%s%s", before, host_names[host]);
		before = ", ";
	}
}

/* A setting of one end may be another difference than the same of the other end. */
void difference_label(const struct difference *difference, struct text *out)
{
	if (difference->kind == DIFFERENCE_SETTING &&
	    !(difference->hosts[HOST_CLIENT] && difference->hosts[HOST_SERVER])) {
		hosts_words(difference, out);
		text_add(out, " ");
	}
	text_add(out, "%s", difference->name);
}

void difference_words(const struct difference *difference, bool b, struct text *out)
{
	const char *value = b ? difference->b : difference->a;

	difference_label(difference, out);
	if (value)
		text_add(out, "=%s", value);
	else
		text_add(out, " not set");
}

void difference_sets(const struct differences *differences, size_t i, struct text *out)
{
	const struct difference *difference = &differences->of[i];
	const struct dimension *dimension;

	switch (difference->kind) {
	case DIFFERENCE_DIMENSION:
		dimension = &differences->a.cell->scenario->dimensions[difference->dimension];
		if (dimension->sysctl)
			text_add(out, "%s of %s", dimension->sysctl, side_word(dimension->of));
		else
			text_add(out, "%s", dimension->reserved ? "the lab" : "the play");
		break;
	case DIFFERENCE_SETTING:
		text_add(out, "the baseline of ");
		hosts_words(difference, out);
		break;
	case DIFFERENCE_TARGET:
		text_add(out, "the kernel");
		break;
	}
}

void mix_choice(const struct differences *differences, const bool *b,
		size_t ret_choice[SCENARIO_DIMENSIONS_MAX])
{
	memcpy(ret_choice, differences->a.cell->choice, sizeof(differences->a.cell->choice));
	for (size_t i = 0; i < differences->n; i++) {
		const struct difference *difference = &differences->of[i];

		if (difference->kind == DIFFERENCE_DIMENSION && b[i])
			ret_choice[difference->dimension] =
				differences->b.cell->choice[difference->dimension];
	}
}

const char *mix_target(const struct differences *differences, const bool *b)
{
	for (size_t i = 0; i < differences->n; i++) {
		if (differences->of[i].kind == DIFFERENCE_TARGET && b[i])
			return differences->of[i].b;
	}
	return differences->a.target;
}

static void mix_set(json_t *settings, const struct difference *difference)
{
	for (enum host_id host = 0; host < HOSTS_MAX; host++) {
		json_t *of_host = json_object_get(settings, host_names[host]);

		if (!difference->hosts[host])
			continue;
		if (!of_host) {
			of_host = json_object();
			json_object_set_new(settings, host_names[host], of_host);
		}
		if (difference->b)
			json_object_set_new(of_host, difference->name, json_string(difference->b));
		else
			json_object_del(of_host, difference->name);
		if (!json_object_size(of_host))
			json_object_del(settings, host_names[host]);
	}
}

json_t *mix_settings(const struct differences *differences, const bool *b)
{
	json_t *ret =
		differences->a.settings ? json_deep_copy(differences->a.settings) : json_object();

	for (size_t i = 0; i < differences->n; i++) {
		if (differences->of[i].kind == DIFFERENCE_SETTING && b[i])
			mix_set(ret, &differences->of[i]);
	}
	return ret;
}

static bool setting_is_ours(const char *name, const char *value)
{
	enum setting_status status = setting_status(name, value);

	return knob_find(name) && (status == SETTING_APPLIES || status == SETTING_ABSENT);
}

static json_t *host_settings_new(json_t *of_host)
{
	json_t *ret = json_object(), *value;
	const char *name;

	json_object_foreach(of_host, name, value)
	{
		if (setting_is_ours(name, json_string_value(value)))
			json_object_set(ret, name, value);
	}
	return ret;
}

json_t *settings_of_record(const json_t *record)
{
	json_t *settings = json_object_get(record, "settings"), *ret = json_object();

	for (enum host_id host = 0; host < HOSTS_MAX; host++) {
		json_t *ours = host_settings_new(json_object_get(settings, host_names[host]));

		if (json_object_size(ours))
			json_object_set(ret, host_names[host], ours);
		json_decref(ours);
	}
	return ret;
}

struct settings settings_of_host(const json_t *settings, const char *host)
{
	json_t *of_host = json_object_get(settings, host), *value;
	struct settings ret = {.file = (char *)host};
	const char *name;

	ret.of = mem_zalloc((json_object_size(of_host) + 1) * sizeof(*ret.of));
	json_object_foreach(of_host, name, value)
	{
		const char *text = json_string_value(value);

		ret.of[ret.n++] = (struct setting){.name = (char *)name,
						   .value = (char *)text,
						   .status = setting_status(name, text)};
	}
	return ret;
}
