// SPDX-License-Identifier: GPL-2.0-or-later
/* verb: owns the match of a segment against what the play asked for. */
#include "play/verb.h"
#include "base/clock.h"
#include "base/mem.h"
#include "play/sign.h"
#include "play/stage.h"

#include <errno.h>
#include <string.h>

static int filter_compile(struct verb *verb, const char *text, struct err *err)
{
	pcap_t *dead = pcap_open_dead(DLT_EN10MB, FRAME_SIZE_MAX);
	int r = 0;

	if (!dead)
		return err_set(err, ENOMEM, "no memory for a pcap filter");
	if (pcap_compile(dead, &verb->filter, text, 1, PCAP_NETMASK_UNKNOWN) < 0)
		r = err_set(err, EINVAL, "pcap filter '%s': %s", text, pcap_geterr(dead));
	pcap_close(dead);
	verb->has_filter = !r;
	return r;
}

int verb_add(struct stage *stage, const struct step *step, const struct argval *args,
	     struct err *err)
{
	int64_t times = args[VERB_TIMES].number;
	struct verb *verb;

	stage->verbs = mem_resize(stage->verbs, stage->n_verbs + 1, sizeof(*stage->verbs));
	verb = &stage->verbs[stage->n_verbs++];
	*verb = (struct verb){
		.kind = step->spec->kind,
		.conn = args[VERB_OF].set ? args[VERB_OF].name : NULL,
		.has_from = args[VERB_FROM].set,
		.from = args[VERB_FROM].number,
		.segment = args[VERB_DATA].set ? SEGMENT_DATA : args[VERB_SEGMENT].number,
		.data = args[VERB_DATA].set ? args[VERB_DATA].number : 0,
		.transmission = args[VERB_TRANSMISSION].set ? args[VERB_TRANSMISSION].number : 0,
		.left = times,
		.name = args[VERB_NAME].set ? args[VERB_NAME].name : NULL,
		.delay_ns = step->spec->kind == STEP_DELAY ? args[VERB_BY].number : 0,
	};
	if (verb->name && verb->name->class == NAME_SEGMENT)
		kept_add(stage, verb->name);
	return args[VERB_FILTER].set ? filter_compile(verb, args[VERB_FILTER].text, err) : 0;
}

static bool verb_wants(const struct verb *verb, const struct wire_frame *frame,
		       const struct note *note)
{
	struct bpf_insn *code = verb->filter.bf_insns;

	if (!verb->left)
		return false;
	if (verb->conn && (!note->conn || note->conn->named != verb->conn))
		return false;
	if (verb->has_from && (!note->conn || note->from != verb->from))
		return false;
	if (!segment_is(&frame->seg, note, verb->segment))
		return false;
	if (verb->data && note->data != verb->data)
		return false;
	if (verb->transmission && note->transmission != verb->transmission)
		return false;
	return !verb->has_filter || bpf_filter(code, frame->bytes, frame->len, frame->len);
}

struct verb *verb_match(struct stage *stage, const struct wire_frame *frame,
			const struct note *note)
{
	for (size_t i = 0; i < stage->n_verbs; i++) {
		struct verb *verb = &stage->verbs[i];

		if (verb_wants(verb, frame, note)) {
			verb->left--;
			verb->taken++;
			return verb;
		}
	}
	return NULL;
}

void verbs_free(struct stage *stage)
{
	for (size_t i = 0; i < stage->n_verbs; i++) {
		if (stage->verbs[i].has_filter)
			pcap_freecode(&stage->verbs[i].filter);
	}
	free(stage->verbs);
	for (size_t i = 0; i < stage->n_kept; i++) {
		free(stage->kept[i].frame);
		text_free(&stage->kept[i].numbers);
		text_free(&stage->kept[i].tsecr);
	}
	free(stage->kept);
	stage->verbs = NULL;
	stage->kept = NULL;
	stage->n_verbs = stage->n_kept = 0;
}

struct kept *kept_find(struct stage *stage, const struct name *name)
{
	for (size_t i = 0; i < stage->n_kept; i++) {
		if (stage->kept[i].name == name)
			return &stage->kept[i];
	}
	return NULL;
}

struct kept *kept_add(struct stage *stage, const struct name *name)
{
	stage->kept = mem_resize(stage->kept, stage->n_kept + 1, sizeof(*stage->kept));
	stage->kept[stage->n_kept] = (struct kept){.name = name, .n = LOG_NONE};
	return &stage->kept[stage->n_kept++];
}

void kept_fill(struct kept *kept, const struct wire_frame *frame, const struct note *note,
	       uint32_t n)
{
	kept->frame = mem_zalloc(sizeof(*kept->frame));
	*kept->frame = *frame;
	kept->frame->seg.payload = kept->frame->bytes + (frame->seg.payload - frame->bytes);
	kept->note = *note;
	kept->n = n;
}

static const char *answer_word(const struct segment *seg)
{
	if (seg->flags & TCP_RST)
		return "rst";
	if (seg->flags & TCP_SYN)
		return seg->flags & TCP_ACK ? "syn-ack" : "syn";
	if (seg->flags & TCP_FIN)
		return "fin";
	return seg->payload_len ? "data" : "ack";
}

static const char *label_word(const struct kept *kept, const struct segment *answer)
{
	if (!answer->flow_label)
		return "none";
	if (answer->flow_label == kept->at.flow_label)
		return "connection";
	return answer->flow_label == kept->frame->seg.flow_label ? "segment" : "other";
}

void kept_answered(struct kept *kept, const struct wire_frame *answer)
{
	const struct segment *seg = &answer->seg;

	if (kept->answers++)
		return;
	kept->answer = answer_word(seg);
	kept->tos = seg->tos;
	kept->ip_options = seg->ip_options;
	kept->extensions = seg->extensions;
	kept->label = label_word(kept, seg);
	kept->signature = sign_word(answer);
	answer_describe(&kept->at, &kept->frame->seg, seg, &kept->numbers);
	answer_describe_tsecr(&kept->at, kept->crafted ? NULL : &kept->frame->seg, seg,
			      &kept->tsecr);
}
