// SPDX-License-Identifier: GPL-2.0-or-later
/* profile: owns how a profile's file is read, and what a link may be called. */
#include "netem/profile.h"
#include "base/mem.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#define UP   "up "
#define DOWN " down "

const struct netem_profile_file *netem_profile_find(const char *name)
{
	for (size_t i = 0; i < netem_n_profile_files; i++) {
		if (!strcmp(netem_profile_files[i].name, name))
			return &netem_profile_files[i];
	}
	return NULL;
}

static int set_what(struct netem_profile *profile, const char *text, struct err *err)
{
	if (strlen(text) >= sizeof(profile->what))
		return err_set(err, EINVAL, "`what` is longer than %zu bytes",
			       sizeof(profile->what) - 1);
	strcpy(profile->what, text);
	return 0;
}

static int set_up(struct netem_profile *profile, const char *text, struct err *err)
{
	return netem_rule_parse(text, &profile->link.up, err);
}

static int set_down(struct netem_profile *profile, const char *text, struct err *err)
{
	return netem_rule_parse(text, &profile->link.down, err);
}

static int set_both(struct netem_profile *profile, const char *text, struct err *err)
{
	int r = set_up(profile, text, err);

	return r ? r : set_down(profile, text, err);
}

static const struct profile_key {
	const char *name;
	int (*set)(struct netem_profile *profile, const char *text, struct err *err);
	unsigned gives; /* bits, each of which a file gives once */
} keys[] = {
	{"what", set_what, 1},
	{"rule", set_both, 2 | 4},
	{"up", set_up, 2},
	{"down", set_down, 4},
};
#define GIVES_ALL 7U

static int pair_read(struct netem_profile *profile, const char *key, const char *value,
		     unsigned *given, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (strcmp(keys[i].name, key) != 0)
			continue;
		if (*given & keys[i].gives)
			return err_set(err, EINVAL, "`%s`: that is said already", key);
		*given |= keys[i].gives;
		return keys[i].set(profile, value, err);
	}
	return err_set(err, EINVAL, "`%.30s` is no key of a profile; allowed: what, rule, up, down",
		       key);
}

static const char *scalar(yaml_document_t *document, int index)
{
	const yaml_node_t *node = yaml_document_get_node(document, index);

	return node && node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value
						      : NULL;
}

static int document_read(yaml_document_t *document, struct netem_profile *profile, struct err *err)
{
	const yaml_node_t *root = yaml_document_get_root_node(document);
	unsigned given = 0;
	int r = 0;

	if (!root || root->type != YAML_MAPPING_NODE)
		return err_set(err, EINVAL, "a profile is a map of what, and rule or up and down");
	for (const yaml_node_pair_t *pair = root->data.mapping.pairs.start;
	     !r && pair < root->data.mapping.pairs.top; pair++) {
		const char *key = scalar(document, pair->key);
		const char *value = scalar(document, pair->value);

		if (!key || !value)
			return err_set(err, EINVAL, "a profile's keys and values are plain text");
		r = pair_read(profile, key, value, &given, err);
	}
	if (!r && given != GIVES_ALL)
		return err_set(err, EINVAL, "a profile needs what, and rule or both up and down");
	return r;
}

int netem_profile_parse(const struct netem_profile_file *file, struct netem_profile *ret,
			struct err *err)
{
	_cleanup_(yaml_parser_delete) yaml_parser_t parser;
	yaml_document_t document;
	int r;

	*ret = (struct netem_profile){.name = file->name};
	if (!yaml_parser_initialize(&parser))
		return err_set(err, ENOMEM, "no memory for reading a profile");
	yaml_parser_set_input_string(&parser, (const unsigned char *)file->yaml,
				     strlen(file->yaml));
	if (!yaml_parser_load(&parser, &document))
		return err_set(err, EINVAL, "profile %s: line %zu: %s", file->name,
			       parser.problem_mark.line + 1, parser.problem);
	r = document_read(&document, ret, err);
	yaml_document_delete(&document);
	return r ? err_prefix(err, "profile %s", file->name) : 0;
}

static int unknown(const char *text, struct err *err)
{
	_cleanup_text_ struct text names = {0};

	for (size_t i = 0; i < netem_n_profile_files; i++)
		text_add(&names, "%s%s", i ? ", " : "", netem_profile_files[i].name);
	return err_set(err, EINVAL,
		       "'%.60s' is neither a profile (%s), nor a rule like 'delay 20ms loss 1%%', "
		       "nor one for each direction, 'up RULE down RULE'",
		       text, text_str(&names));
}

/* "up RULE down RULE": no word of a rule is `down`. */
static int both_parse(const char *up, struct netem_link *ret, struct err *err)
{
	const char *down = strstr(up, DOWN);
	_cleanup_free_ char *first = mem_strndup(up, down ? (size_t)(down - up) : 0);
	int r;

	if (!down)
		return err_set(err, EINVAL,
			       "'up %.60s' lacks the other direction: 'up RULE down RULE'", up);
	r = netem_rule_parse(first, &ret->up, err);
	return r ? r : netem_rule_parse(down + strlen(DOWN), &ret->down, err);
}

int netem_link_parse(const char *text, struct netem_link *ret, struct err *err)
{
	const struct netem_profile_file *file = netem_profile_find(text);
	struct netem_profile profile;
	int r;

	if (file) {
		r = netem_profile_parse(file, &profile, err);
		*ret = profile.link;
		return r;
	}
	if (!strncmp(text, UP, strlen(UP)))
		return both_parse(text + strlen(UP), ret, err);
	if (!netem_rule_begins(text))
		return unknown(text, err);
	r = netem_rule_parse(text, &ret->up, err);
	ret->down = ret->up;
	return r;
}
