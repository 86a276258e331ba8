// SPDX-License-Identifier: GPL-2.0-or-later
/* question: owns which facts differ between A and B, and whose value another cell has. */
#include "why/question.h"
#include "base/mem.h"
#include "base/text.h"
#include "compare/change.h"

#include <errno.h>
#include <string.h>

struct asking {
	struct question *question;
	const char *const *facts;
	size_t n_facts;
};

static bool is_meant(const struct asking *asking, const char *fact)
{
	for (size_t i = 0; i < asking->n_facts; i++) {
		if (!strcmp(asking->facts[i], fact))
			return true;
	}
	return false;
}

static char *change_side(const struct change *change, bool now)
{
	if (!change->range)
		return mem_strdup(now ? change->now : change->was);
	return now ? change_range(change->range, change->now_min, change->now_max)
		   : change_range(change->range, change->was_min, change->was_max);
}

static void change_ask(void *ctx, const struct change *change)
{
	const struct asking *asking = ctx;
	struct question *question = asking->question;

	if (asking->n_facts ? !is_meant(asking, change->fact) : change->class != CHANGE_OUTCOME) {
		question->n_other++;
		return;
	}
	question->of = mem_resize(question->of, question->n + 1, sizeof(*question->of));
	question->of[question->n++] = (struct asked){
		.fact = mem_strdup(change->fact),
		.a = change_side(change, false),
		.b = change_side(change, true),
		.any = change->class != CHANGE_OUTCOME,
	};
}

static bool question_has(const struct question *question, const char *fact)
{
	for (size_t i = 0; i < question->n; i++) {
		if (!strcmp(question->of[i].fact, fact))
			return true;
	}
	return false;
}

static void fact_list(void *ctx, const struct change *change)
{
	struct text *out = ctx;

	text_add(out, "%s%s", out->len ? ", " : "", change->fact);
}

static int meant_check(const struct asking *asking, struct err *err)
{
	_cleanup_text_ struct text differ = {0};
	const struct question *question = asking->question;

	for (size_t i = 0; i < asking->n_facts; i++) {
		if (question_has(question, asking->facts[i]))
			continue;
		change_each(question->a, question->b, fact_list, &differ);
		return err_set(err, ENOENT, "A and B do not differ in `%s`; they differ in: %s",
			       asking->facts[i], differ.len ? text_str(&differ) : "nothing");
	}
	return 0;
}

int question_ask(const struct half_cell *a, const struct half_cell *b, const char *const *facts,
		 size_t n_facts, struct question *ret, struct err *err)
{
	struct asking asking = {ret, facts, n_facts};

	*ret = (struct question){.a = a, .b = b};
	change_each(a, b, change_ask, &asking);
	return meant_check(&asking, err);
}

void question_free(struct question *question)
{
	for (size_t i = 0; i < question->n; i++) {
		free(question->of[i].fact);
		free(question->of[i].a);
		free(question->of[i].b);
	}
	free(question->of);
}

/* One fact among all that differs between two cells. */
struct looking {
	const struct asked *asked;
	bool outcome_differs;
	char *now; /* NULL: it does not differ in any way */
};

static void fact_look(void *ctx, const struct change *change)
{
	struct looking *looking = ctx;

	if (strcmp(change->fact, looking->asked->fact) != 0)
		return;
	looking->outcome_differs |= looking->asked->any || change->class == CHANGE_OUTCOME;
	if (!looking->now)
		looking->now = change_side(change, true);
}

static bool fails(const struct half_cell *cell)
{
	return cell->verdict != VERDICT_PASS;
}

/* The verdict is told apart only where no outcome is (compare/change.h), and asked for only then.
 */
static bool fact_differs(const struct asked *asked, const struct half_cell *end,
			 const struct half_cell *cell)
{
	struct looking looking = {.asked = asked};

	if (!strcmp(asked->fact, CHANGE_VERDICT))
		return fails(end) != fails(cell);
	change_each(end, cell, fact_look, &looking);
	free(looking.now);
	return looking.outcome_differs;
}

enum stand question_stand(const struct question *question, size_t fact,
			  const struct half_cell *cell)
{
	const struct asked *asked = &question->of[fact];
	bool as_a, as_b;

	if (!cell || !half_cell_conclusive(cell))
		return STAND_UNTOLD;
	as_a = !fact_differs(asked, question->a, cell);
	as_b = !fact_differs(asked, question->b, cell);
	if (as_a == as_b)
		return STAND_OTHER;
	return as_a ? STAND_A : STAND_B;
}

char *question_shown(const struct question *question, size_t fact, const struct half_cell *cell)
{
	struct looking looking = {.asked = &question->of[fact]};

	if (!strcmp(looking.asked->fact, CHANGE_VERDICT))
		return mem_strdup(verdict_names[fails(cell) ? VERDICT_FAIL : VERDICT_PASS]);
	change_each(question->a, cell, fact_look, &looking);
	return looking.now ?: mem_strdup(looking.asked->a);
}
