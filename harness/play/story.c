// SPDX-License-Identifier: GPL-2.0-or-later
/* story: owns how a connection that a program made is followed on the wire, from SYN to end. */
#include "play/story.h"
#include "base/clock.h"
#include "base/mem.h"
#include "play/program.h"
#include "play/stage.h"

#include <errno.h>
#include <stdio.h>

/* A SYN sent again has the number of the first; of another incarnation it has another. */
static bool begins(const struct stage *stage, const struct segment *seg)
{
	enum side from;
	const struct conn *known = flow_find(stage, seg, &from);

	if ((seg->flags & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
		return false;
	if (!known)
		return true;
	return known->story && from == SIDE_CLIENT && known->ends[SIDE_CLIENT].flow.isn != seg->seq;
}

static struct story *story_new(struct stage *stage, struct conn *conn, const struct program *load,
			       int64_t at_ns)
{
	struct stories *stories = &stage->stories;
	struct story *story = mem_zalloc(sizeof(*story));

	*story = (struct story){.conn = conn, .load = load, .syn_ns = at_ns};
	story->serve = program_serving(stage, conn->ends[SIDE_SERVER].tuple.local_port);
	if (!stories->first)
		stories->last = &stories->first;
	*stories->last = story;
	stories->last = &story->next;
	stories->newest = story;
	stories->n++;
	stories->n_living++;
	return story;
}

void story_begin(struct stage *stage, const struct segment *seg, int64_t at_ns)
{
	const struct program *load = program_load(stage);
	struct conn *conn;
	char name[32];

	if (!load || stage->failure.code || !begins(stage, seg))
		return;
	if (stage->stories.n == STORIES_MAX) {
		err_set(&stage->failure, E2BIG,
			"the client has made more than %d connections: have it make fewer",
			STORIES_MAX);
		return;
	}
	snprintf(name, sizeof(name), "#%u", ++stage->anonymous);
	conn = conn_new(stage, name, NULL);
	conn->unlogged = !load->log;
	conn->ends[SIDE_CLIENT].host = HOST_CLIENT;
	conn->ends[SIDE_SERVER].host = HOST_SERVER;
	conn->ends[SIDE_CLIENT].tuple = (struct tuple){.local = seg->src,
						       .remote = seg->dst,
						       .local_port = seg->sport,
						       .remote_port = seg->dport};
	if (conn_join(stage, conn, &stage->failure) < 0)
		return;
	conn->story = story_new(stage, conn, load, at_ns);
}

static void story_end(struct stage *stage, struct story *story, enum story_end end, int64_t at_ns)
{
	story->end = end;
	story->ended_ns = at_ns;
	story->serving = story->serve ? program_phase(story->serve) : NULL;
	stage->stories.n_living--;
}

static bool story_lives(const struct story *story)
{
	return story->end == STORY_SYN || story->end == STORY_OPEN;
}

static void story_reset(struct stage *stage, struct story *story, const struct note *note,
			int64_t at_ns)
{
	bool refused = story->end == STORY_SYN && note->from == SIDE_SERVER;

	story->reset_by = note->from;
	story->met_closed = note->from == SIDE_SERVER && story->conn->ends[SIDE_SERVER].flow.fins;
	story_end(stage, story, refused ? STORY_REFUSED : STORY_RESET, at_ns);
}

/* Has this end's FIN been acknowledged? */
static bool fin_acked(const struct end *end)
{
	const struct flow *peer = &conn_peer((struct end *)end)->flow;

	return end->flow.fin_order && peer->has_ack &&
	       !seq_after(end->flow.fin_next, peer->ack_last);
}

/* Bytes that no segment before had; SYN and FIN have numbers of their own. */
static void count_bytes(struct story *story, const struct note *note, const struct segment *seg,
			int64_t at_ns)
{
	uint32_t end = seg->seq + (seg->flags & TCP_SYN ? 1 : 0) + seg->payload_len;
	uint32_t *seen = &story->seen[note->from];

	if (seg->flags & TCP_SYN || !seg->payload_len) {
		if (seg->flags & TCP_SYN)
			*seen = end;
		return;
	}
	if (!seq_after(end, *seen))
		return;
	story->bytes[note->from] += end - *seen;
	*seen = end;
	story->client_last = note->from == SIDE_CLIENT;
	if (story->client_last && !story->asked_ns)
		story->asked_ns = at_ns;
}

void story_sent(struct stage *stage, const struct note *note, const struct segment *seg,
		int64_t at_ns)
{
	struct story *story = note->conn ? note->conn->story : NULL;

	if (!story)
		return;
	stage->stories.moved_ns = at_ns;
	if (!story_lives(story))
		return;
	if (seg->flags & TCP_RST) {
		story_reset(stage, story, note, at_ns);
		return;
	}
	count_bytes(story, note, seg, at_ns);
	if (fin_acked(&note->conn->ends[SIDE_CLIENT]) && fin_acked(&note->conn->ends[SIDE_SERVER]))
		story_end(stage, story, STORY_CLOSED, at_ns);
}

void story_reached(struct stage *stage, const struct end *sender, const struct segment *seg)
{
	struct story *story = sender->conn->story;
	int64_t now_ns = clock_now_ns();

	if (!story || sender != &story->conn->ends[SIDE_SERVER])
		return;
	stage->stories.moved_ns = now_ns;
	if (seg->flags & TCP_SYN && story->end == STORY_SYN) {
		story->end = STORY_OPEN;
		story->opened_ns = now_ns;
	}
	if (seg->payload_len && story->asked_ns) {
		int64_t took_ns = now_ns - story->asked_ns;

		if (took_ns > story->answer_ns_max)
			story->answer_ns_max = took_ns;
		story->asked_ns = 0;
	}
}

void stories_free(struct stories *stories)
{
	struct story *next;

	for (struct story *story = stories->first; story; story = next) {
		next = story->next;
		free(story);
	}
	*stories = (struct stories){0};
}
