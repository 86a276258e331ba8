// SPDX-License-Identifier: GPL-2.0-or-later
/* answer: owns the JSON object of what was found. */
#include "why/answer.h"
#include "base/mem.h"

#include <string.h>

static const char *const side_keys[N_FLIP_SIDES] = {
	[FLIP_FROM_A] = "in_a",
	[FLIP_FROM_B] = "in_b",
};

static const char *const stand_words[N_STANDS] = {
	[STAND_UNTOLD] = "untold",
	[STAND_A] = "a",
	[STAND_B] = "b",
	[STAND_OTHER] = "other",
};

/* A change as a mix: from A the changed parts are as in B. The caller frees. */
static bool *change_mix(const struct answering *answering, enum flip_side from, const bool *change)
{
	size_t n = answering->flip->n_parts;
	bool *b = mem_zalloc(n + 1);

	for (size_t i = 0; i < n; i++)
		b[i] = change[i] == (from == FLIP_FROM_A);
	return b;
}

static const struct mix *single_mix(const struct answering *answering, enum flip_side from,
				    size_t part)
{
	_cleanup_free_ bool *change = mem_zalloc(answering->flip->n_parts + 1);
	_cleanup_free_ bool *b = NULL;

	change[part] = true;
	b = change_mix(answering, from, change);
	return mix_find(answering->mixes, b);
}

/* One difference as the other end has it. New reference. */
static json_t *part_words(const struct answering *answering, enum flip_side from, size_t part)
{
	_cleanup_text_ struct text words = {0};

	difference_words(&answering->mixes->differences->of[part], from == FLIP_FROM_A, &words);
	return json_string(text_str(&words));
}

static json_t *facts_json(const struct question *question)
{
	json_t *ret = json_array();

	for (size_t i = 0; i < question->n; i++)
		json_array_append_new(ret,
				      json_pack("{ss ss ss}", "fact", question->of[i].fact, "a",
						question->of[i].a, "b", question->of[i].b));
	return ret;
}

/* A fact that is other than at the end that the trial began with. */
static void trial_fact_add(const struct answering *answering, enum flip_side from, size_t fact,
			   const struct mix *mix, json_t *facts)
{
	const struct asked *asked = &answering->question->of[fact];
	enum stand stand = question_stand(answering->question, fact, mix->seen);
	_cleanup_free_ char *now = question_shown(answering->question, fact, mix->seen);
	const char *was = from == FLIP_FROM_A ? asked->a : asked->b;

	/* Where the rules take two values for one, the end's own word is the shorter way to say so.
	 */
	if (stand == STAND_A || stand == STAND_B) {
		free(now);
		now = mem_strdup(stand == STAND_A ? asked->a : asked->b);
	}
	json_array_append_new(facts, json_pack("{ss ss ss ss}", "fact", asked->fact, "was", was,
					       "now", now, "as", stand_words[stand]));
}

/* Parts that change nothing alone leave the facts out. */
static json_t *trial_json(const struct answering *answering, enum flip_side from, size_t part)
{
	const struct flip *flip = answering->flip;
	const enum stand *stands = &flip->singles[from][part * flip->n_facts];
	const struct mix *mix = single_mix(answering, from, part);
	json_t *ret = json_object(), *facts = json_array();
	size_t n_flips = 0;

	json_object_set_new(ret, "change", part_words(answering, from, part));
	if (mix && mix->cell)
		json_object_set_new(ret, "cell", json_string(mix->cell->id));
	for (size_t i = 0; i < flip->n_facts && mix && !mix->untold; i++) {
		n_flips += stands[i] == flip_goal(from);
		if (stands[i] == flip_goal(from) || stands[i] == STAND_OTHER)
			trial_fact_add(answering, from, i, mix, facts);
	}
	if (!mix || mix->untold) {
		json_object_set_new(ret, "untold",
				    json_string(mix ? mix->untold : "it was not played"));
	} else {
		json_object_set_new(ret, "flips", json_integer(n_flips));
		json_object_set(ret, "facts", facts);
	}
	json_decref(facts);
	return ret;
}

static json_t *differences_json(const struct answering *answering)
{
	const struct differences *differences = answering->mixes->differences;
	json_t *ret = json_array();

	for (size_t i = 0; i < differences->n; i++) {
		const struct difference *difference = &differences->of[i];
		_cleanup_text_ struct text name = {0}, sets = {0};
		json_t *row;

		difference_label(difference, &name);
		difference_sets(differences, i, &sets);
		row = json_pack("{ss ss* ss* ss}", "name", text_str(&name), "a", difference->a, "b",
				difference->b, "sets", text_str(&sets));
		for (enum flip_side from = 0; from < N_FLIP_SIDES; from++)
			json_object_set_new(row, side_keys[from], trial_json(answering, from, i));
		json_array_append_new(ret, row);
	}
	return ret;
}

static json_t *flip_json(const struct answering *answering, enum flip_side from, size_t fact)
{
	const struct flip_answer *answer = &answering->flip->answers[from][fact];
	json_t *changes = json_array();

	for (size_t i = 0; i < answer->n_changes; i++) {
		json_t *change = json_array();

		for (size_t part = 0; part < answering->flip->n_parts; part++) {
			if (answer->changes[i][part])
				json_array_append_new(change, part_words(answering, from, part));
		}
		json_array_append_new(changes, change);
	}
	return json_pack("{so si sb si}", "changes", changes, "size", (int)answer->size, "smallest",
			 (int)answer->smallest, "untold", (int)answer->n_untold);
}

/* Facts that the same changes flip are told together. */
static json_t *answers_json(const struct answering *answering)
{
	json_t *ret = json_array(), *row;
	size_t i;

	for (size_t fact = 0; fact < answering->flip->n_facts; fact++) {
		json_t *in_a = flip_json(answering, FLIP_FROM_A, fact);
		json_t *in_b = flip_json(answering, FLIP_FROM_B, fact);
		json_t *name = json_string(answering->question->of[fact].fact), *like = NULL;

		json_array_foreach(ret, i, row)
		{
			if (json_equal(json_object_get(row, "in_a"), in_a) &&
			    json_equal(json_object_get(row, "in_b"), in_b))
				like = row;
		}
		if (!like) {
			like = json_pack("{s[] sO sO}", "facts", "in_a", in_a, "in_b", in_b);
			json_array_append_new(ret, like);
		}
		json_array_append_new(json_object_get(like, "facts"), name);
		json_decref(in_a);
		json_decref(in_b);
	}
	return ret;
}

static bool part_is_in_one(const struct flip *flip, size_t part)
{
	for (enum flip_side from = 0; from < N_FLIP_SIDES; from++) {
		for (size_t fact = 0; fact < flip->n_facts; fact++) {
			const struct flip_answer *answer = &flip->answers[from][fact];

			for (size_t i = 0; i < answer->n_changes; i++) {
				if (answer->changes[i][part])
					return true;
			}
		}
	}
	return false;
}

/* Differences in none of the changes that were found. */
static json_t *in_none_json(const struct answering *answering)
{
	json_t *ret = json_array();

	for (size_t i = 0; i < answering->flip->n_parts; i++) {
		_cleanup_text_ struct text name = {0};

		difference_label(&answering->mixes->differences->of[i], &name);
		if (!part_is_in_one(answering->flip, i))
			json_array_append_new(ret, json_string(text_str(&name)));
	}
	return ret;
}

static void command_add(const struct answering *answering, const bool *b, const char *of,
			json_t *commands)
{
	const struct mix *mix = mix_find(answering->mixes, b);
	_cleanup_text_ struct text command = {0};
	const json_t *row;
	size_t i;

	if (!mix || !mix->cell)
		return;
	answering->command(answering->ctx, mix, &command);
	json_array_foreach(commands, i, row)
	{
		if (!strcmp(record_text(row, "command", ""), text_str(&command)))
			return;
	}
	json_array_append_new(commands,
			      json_pack("{ss ss}", "of", of, "command", text_str(&command)));
}

static void change_command_add(const struct answering *answering, enum flip_side from,
			       const bool *change, json_t *commands)
{
	_cleanup_free_ bool *b = change_mix(answering, from, change);
	_cleanup_text_ struct text of = {0};
	const char *before = " with ";

	text_add(&of, "%s", from == FLIP_FROM_A ? "A" : "B");
	for (size_t part = 0; part < answering->flip->n_parts; part++) {
		if (!change[part])
			continue;
		text_add(&of, "%s", before);
		difference_words(&answering->mixes->differences->of[part], from == FLIP_FROM_A,
				 &of);
		before = ", ";
	}
	command_add(answering, b, text_str(&of), commands);
}

/* A, B, and each change that was found, where it is not the whole way. */
static json_t *commands_json(const struct answering *answering)
{
	const struct flip *flip = answering->flip;
	_cleanup_free_ bool *end = mem_zalloc(flip->n_parts + 1);
	json_t *ret = json_array();

	command_add(answering, end, "A", ret);
	memset(end, true, flip->n_parts);
	command_add(answering, end, "B", ret);
	for (enum flip_side from = 0; from < N_FLIP_SIDES; from++) {
		for (size_t fact = 0; fact < flip->n_facts; fact++) {
			const struct flip_answer *answer = &flip->answers[from][fact];

			for (size_t i = 0; i < answer->n_changes; i++)
				change_command_add(answering, from, answer->changes[i], ret);
		}
	}
	return ret;
}

static json_t *end_json(const struct cell *cell, const char *place, const struct half_cell *seen)
{
	return json_pack("{ss ss ss}", "cell", cell->id, "place", place, "verdict",
			 verdict_names[seen->verdict]);
}

json_t *answer_json(const struct answering *answering)
{
	const struct differences *differences = answering->mixes->differences;
	json_t *ret = json_object();

	json_object_set_new(
		ret, "a",
		end_json(differences->a.cell, answering->places[0], answering->question->a));
	json_object_set_new(
		ret, "b",
		end_json(differences->b.cell, answering->places[1], answering->question->b));
	json_object_set_new(ret, "facts", facts_json(answering->question));
	json_object_set_new(ret, "other", json_integer(answering->question->n_other));
	json_object_set_new(ret, "runs", json_integer(answering->n_runs));
	if (!answering->question->n)
		return ret;
	json_object_set_new(ret, "differences", differences_json(answering));
	json_object_set_new(ret, "answers", answers_json(answering));
	json_object_set_new(ret, "in_none", in_none_json(answering));
	json_object_set_new(ret, "commands", commands_json(answering));
	json_object_set_new(ret, "stopped", json_boolean(answering->flip->stopped));
	return ret;
}

bool answer_complete(const struct flip *flip)
{
	for (enum flip_side from = 0; from < N_FLIP_SIDES; from++) {
		for (size_t fact = 0; fact < flip->n_facts; fact++) {
			if (!flip->answers[from][fact].n_changes)
				return false;
		}
	}
	return true;
}
