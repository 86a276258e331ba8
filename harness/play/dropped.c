// SPDX-License-Identifier: GPL-2.0-or-later
/* dropped: owns which segment of the log a drop was, by its bytes: the kernel knows no names. */
#include "play/dropped.h"
#include "base/mem.h"
#include "lab/drops.h"

#include <net/ethernet.h>
#include <string.h>

int dropped_check(struct stage *stage)
{
	if (!stage->cell->scenario->drops || features_has(stage->options->features, "drop_reasons"))
		return 0;
	return stage_skip(stage,
			  "nobody tells here what the kernel drops, and why: only in virtual "
			  "time (--target uml:NAME or qemu:NAME), from Linux 6.0 on with "
			  "CONFIG_NET_DROP_MONITOR");
}

int dropped_open(struct stage *stage, struct err *err)
{
	return stage->cell->scenario->drops ? drops_open(stage->lab.bench, &stage->drops, err) : 0;
}

/* The wire takes each frame from its ends before its namespace has seen it, which then drops it as
 * a stranger's (OTHERHOST). */
static bool is_of_a_host(const struct lab *lab, int ifindex)
{
	for (enum host_id host = 0; host < HOSTS_MAX; host++) {
		if (ifindex == lab->hosts[host].wire_ifindex)
			return false;
	}
	return ifindex > 0;
}

/* The same bytes, as far as both have them. */
static bool is_packet(const struct log_segment *entry, const struct drop *drop)
{
	size_t len = drop->len > ETH_HLEN ? drop->len - ETH_HLEN : 0;

	if (entry->packet_len < LOG_PACKET_MAX &&
	    (size_t)entry->packet_len + ETH_HLEN != drop->whole_len)
		return false;
	if (len > entry->packet_len)
		len = entry->packet_len;
	return len && !memcmp(entry->packet, drop->bytes + ETH_HLEN, len);
}

/* Of segments with the same bytes the last one that was on its way by then. */
static void note_drop(void *ctx, const struct drop *drop)
{
	struct stage *stage = ctx;

	if (!is_of_a_host(&stage->lab, drop->ifindex))
		return;
	for (size_t i = stage->log.n_segments; i-- > 0;) {
		struct log_segment *entry = &stage->log.segments[i];

		if (entry->at_ns > drop->at_ns || entry->drop_reason || !is_packet(entry, drop))
			continue;
		entry->drop_reason = mem_strdup(drop->reason);
		return;
	}
}

int dropped_settle(struct stage *stage, struct err *err)
{
	return stage->drops ? drops_read(stage->drops, note_drop, stage, err) : 0;
}

void dropped_close(struct stage *stage)
{
	drops_close(stage->drops);
}

static unsigned count_drops(const struct log *log, const struct end *end)
{
	unsigned n = 0;

	for (size_t i = 0; i < log->n_segments; i++) {
		const struct log_segment *entry = &log->segments[i];

		n += entry->drop_reason && entry->note.conn == end->conn && entry->to == end->host;
	}
	return n;
}

void dropped_yield_conn(struct stage *stage, const struct conn *conn)
{
	if (!stage->drops)
		return;
	stage_fact_number(stage, conn->name, "client_drops",
			  count_drops(&stage->log, &conn->ends[SIDE_CLIENT]));
	stage_fact_number(stage, conn->name, "server_drops",
			  count_drops(&stage->log, &conn->ends[SIDE_SERVER]));
}

void dropped_yield_kept(struct stage *stage, const struct kept *kept)
{
	const char *reason = NULL;

	if (!stage->drops)
		return;
	if (kept->released && kept->released_n != LOG_NONE)
		reason = stage->log.segments[kept->released_n].drop_reason;
	stage_fact_word(stage, kept->name->name, "drop_reason", reason ? reason : "none");
}
