// SPDX-License-Identifier: GPL-2.0-or-later
/* stories: owns the sums over the connections of a load, and the lines of those that failed. */
#include "base/clock.h"
#include "base/mem.h"
#include "play/program.h"
#include "play/stage.h"

#define FAILED_LINES_MAX 2000
#define PORTS		 65536

/* Sums over the connections of one load. */
struct sums {
	int64_t n, ends[N_STORY_ENDS];
	int64_t resets[2], first[2], rsts[2], bytes[2];
	int64_t unanswered, met_closed, late, syns_again, ports, reused;
	int64_t connect_ns_max, answer_ns_max, first_ns, last_ns;
	bool spoke, short_of;
	const struct tuple *to; /* the first one's, for one of the two destinations */
	uint8_t used[2][PORTS / 8];
};

/* A port that is used for both destinations is two: the kernel hands them out for each. */
static void add_port(struct sums *sums, const struct tuple *tuple)
{
	bool elsewhere;
	uint8_t *used, bit = 1 << tuple->local_port % 8;

	if (!sums->to)
		sums->to = tuple;
	elsewhere = tuple->remote_port != sums->to->remote_port ||
		    !addr_equal(&tuple->remote, &sums->to->remote);
	used = &sums->used[elsewhere][tuple->local_port / 8];
	sums->ports += !(*used & bit);
	*used |= bit;
}

/* Not all that it sent has come. The receiver keeps what overtakes a hole, and says so by its ACK.
 */
static bool is_short(const struct end *end)
{
	const struct flow *flow = &end->flow, *peer = &conn_peer((struct end *)end)->flow;
	bool acked = peer->has_ack && !seq_after(flow->next, peer->ack_last);

	return flow->has_isn && !acked && seq_after(flow->next, flow->delivered);
}

static void raise(int64_t *most, int64_t ns)
{
	if (ns > *most)
		*most = ns;
}

static bool story_unanswered(const struct story *story)
{
	bool spoke = story->bytes[SIDE_CLIENT] || story->bytes[SIDE_SERVER];

	if (story->end == STORY_RESET && story->reset_by == SIDE_SERVER && !spoke)
		return true;
	return story->client_last && (story->end == STORY_CLOSED || story->end == STORY_RESET);
}

static void add_end(struct sums *sums, const struct story *story, enum side side)
{
	const struct flow *flow = &story->conn->ends[side].flow;

	sums->first[side] += flow->fin_order == 1;
	sums->rsts[side] += flow->rsts;
	sums->bytes[side] += (int64_t)story->bytes[side];
	sums->resets[side] += story->end == STORY_RESET && story->reset_by == side;
	sums->spoke |= story->bytes[side] > 0;
	sums->short_of |= story->bytes[side] && is_short(&story->conn->ends[side]);
}

static void add_story(struct sums *sums, const struct story *story)
{
	unsigned syns = story->conn->ends[SIDE_CLIENT].flow.syns;

	if (!sums->n++)
		sums->first_ns = story->syn_ns;
	sums->last_ns = story->syn_ns;
	sums->ends[story->end]++;
	add_end(sums, story, SIDE_CLIENT);
	add_end(sums, story, SIDE_SERVER);
	add_port(sums, &story->conn->ends[SIDE_CLIENT].tuple);
	sums->unanswered += story_unanswered(story);
	sums->met_closed += story->end == STORY_RESET && story->met_closed;
	sums->late += story->opened_ns && syns > 1;
	sums->syns_again += syns > 1 ? syns - 1 : 0;
	sums->reused += story->conn->ends[SIDE_CLIENT].previous != NULL;
	if (story->opened_ns)
		raise(&sums->connect_ns_max, story->opened_ns - story->syn_ns);
	raise(&sums->answer_ns_max, story->answer_ns_max);
}

static int64_t sums_rate(const struct sums *sums)
{
	int64_t span_ns = sums->last_ns - sums->first_ns;

	return span_ns > 0 ? (sums->n - 1) * NS_PER_S / span_ns : 0;
}

static void yield_sums(struct stage *stage, const char *name, const struct sums *sums)
{
	const struct {
		const char *suffix;
		int64_t number;
	} numbers[] = {
		{"connections", sums->n},
		{"closed", sums->ends[STORY_CLOSED]},
		{"refused", sums->ends[STORY_REFUSED]},
		{"timed_out", sums->ends[STORY_SYN]},
		{"reset", sums->ends[STORY_RESET]},
		{"open", sums->ends[STORY_OPEN]},
		{"client_resets", sums->resets[SIDE_CLIENT]},
		{"server_resets", sums->resets[SIDE_SERVER]},
		{"client_first", sums->first[SIDE_CLIENT]},
		{"server_first", sums->first[SIDE_SERVER]},
		{"unanswered", sums->unanswered},
		{"met_closed", sums->met_closed},
		{"late", sums->late},
		{"syns_again", sums->syns_again},
		{"client_rsts", sums->rsts[SIDE_CLIENT]},
		{"server_rsts", sums->rsts[SIDE_SERVER]},
		{"ports", sums->ports},
		{"reused", sums->reused},
		{"rate", sums_rate(sums)},
		{"client_bytes", sums->bytes[SIDE_CLIENT]},
		{"server_bytes", sums->bytes[SIDE_SERVER]},
	};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		stage_fact_number(stage, name, numbers[i].suffix, numbers[i].number);
	stage_fact_word(stage, name, "stream",
			!sums->spoke	 ? "none"
			: sums->short_of ? "short"
					 : "intact");
	stage_fact_duration(stage, name, "slowest_connect", sums->connect_ns_max);
	stage_fact_duration(stage, name, "slowest_answer", sums->answer_ns_max);
}

void stories_yield(struct stage *stage, const struct program *load)
{
	_cleanup_free_ struct sums *sums = mem_zalloc(sizeof(*sums));

	for (const struct story *story = stage->stories.first; story; story = story->next) {
		if (story->load == load)
			add_story(sums, story);
	}
	yield_sums(stage, load->name->name, sums);
}

/* "reset by the server" and the like; NULL: it went well. */
static const char *story_word(const struct story *story)
{
	switch (story->end) {
	case STORY_SYN:
		return "timed out";
	case STORY_REFUSED:
		return "refused";
	case STORY_RESET:
		return story->reset_by == SIDE_SERVER ? "reset by the server"
						      : "reset by the client";
	case STORY_CLOSED:
		if (story_unanswered(story))
			return "closed";
		break;
	case STORY_OPEN:
	case N_STORY_ENDS:
		break;
	}
	return story->opened_ns && story->conn->ends[SIDE_CLIENT].flow.syns > 1 ? "late" : NULL;
}

static json_t *story_line(const struct stage *stage, const struct story *story, const char *word)
{
	const struct end *client = &story->conn->ends[SIDE_CLIENT];
	int64_t at_ns = story->ended_ns ? story->ended_ns : story->syn_ns;
	json_t *line = json_pack(
		"{s:s, s:s, s:s, s:i, s:I, s:I, s:i}", "load", story->load->name->name, "conn",
		story->conn->name, "outcome", word, "port", client->tuple.local_port, "syn_us",
		(json_int_t)(story->syn_ns - stage->start_ns) / NS_PER_US, "at_us",
		(json_int_t)(at_ns - stage->start_ns) / NS_PER_US, "syns", (int)client->flow.syns);

	if (story->serving)
		json_object_set_new(line, "serving", json_string(story->serving));
	if (story_unanswered(story))
		json_object_set_new(line, "unanswered", json_true());
	if (story->end == STORY_RESET && story->met_closed)
		json_object_set_new(line, "met_closed", json_true());
	if (story->bytes[SIDE_SERVER])
		json_object_set_new(line, "answered", json_true());
	return line;
}

json_t *stories_failed(const struct stage *stage)
{
	json_t *lines = json_array();

	for (const struct story *story = stage->stories.first; story; story = story->next) {
		const char *word = story_word(story);

		if (word && json_array_size(lines) < FAILED_LINES_MAX)
			json_array_append_new(lines, story_line(stage, story, word));
	}
	return lines;
}
