// SPDX-License-Identifier: GPL-2.0-or-later
/* facts: owns the table of what a play yields by itself; adding one is one row here and its
 * observation in play.
 */
#include "scenario/grammar.h"
#include "scenario/words.h"
#include "base/mem.h"

#include <string.h>

#define HOLDERS WORDS("client", "server", "both", "none")
#define CT_STATES                                                                                  \
	WORDS("none", "syn-sent", "syn-sent2", "syn-recv", "established", "fin-wait",              \
	      "close-wait", "last-ack", "time-wait", "close")
#define STREAMS WORDS("intact", "short", "corrupt", "none")

const struct fact_spec fact_specs[] = {
	{NAME_CONN, "bind", FACT_WORD, WORDS("ok", "none"), .errnos = true,
	 .what = "bind()'s result; none: no bind() was asked for"},
	{NAME_CONN, "connect", FACT_WORD, WORDS("ok", "pending", "none"), .errnos = true,
	 .what = "connect()'s result; pending: no answer within the bound; none: bind() had "
		 "failed"},
	{NAME_CONN, "connect_time", FACT_DURATION, .timing = true,
	 .what = "from connect() to its result"},
	{NAME_CONN, "syns", FACT_NUMBER, .wire = true, .what = "SYNs that the client sent"},
	{NAME_CONN, "syns_lost", FACT_NUMBER, .wire = true,
	 .what = "of these, how many did not reach the server intact"},
	{NAME_CONN, "syn_acks", FACT_NUMBER, .wire = true, .what = "SYN-ACKs that the server sent"},
	{NAME_CONN, "syn_acks_lost", FACT_NUMBER, .wire = true,
	 .what = "of these, how many did not reach the client intact"},
	{NAME_CONN, "client_isn", FACT_WORD, WORDS("time-wait", "chosen", "clock", "none"),
	 .wire = true,
	 .what = "the SYN's sequence number: 65537 above what the incarnation before had sent, "
		 "as TIME-WAIT gives it; what `isn` said; or the kernel's own"},
	{NAME_CONN, "server_isn", FACT_WORD, WORDS("time-wait", "clock", "none"), .wire = true,
	 .what = "the same of the SYN-ACK"},
	{NAME_CONN, "syn_tsecr", FACT_WORD, WORDS("zero", "set", "none"), .wire = true,
	 .what = "the SYN's TSecr: zero, as RFC 7323 asks, or an old TSval; none: no timestamps"},
	{NAME_CONN, "syn_data", FACT_NUMBER, .wire = true,
	 .what = "bytes of data in the client's first SYN (TCP Fast Open)"},
	{NAME_CONN, "client_ts_clock", FACT_WORD, WORDS("same", "other", "none"),
	 .what = "does the client's TSval run on from that of its connection opened before, so "
		 "that "
		 "one clock of milliseconds gave both; none: no timestamps, or the first one"},
	{NAME_CONN, "server_ts_clock", FACT_WORD, WORDS("same", "other", "none"),
	 .what = "the same of the server's"},
	{NAME_CONN, "client_ts_unit", FACT_WORD, WORDS("ms", "us", "none"),
	 .what = "what the client's TSval counts; none: no timestamps, or less than 6 ms between "
		 "its first segment and its last"},
	{NAME_CONN, "server_ts_unit", FACT_WORD, WORDS("ms", "us", "none"),
	 .what = "the same of the server's"},
	{NAME_CONN, "port_parity", FACT_WORD, WORDS("even", "odd", "none"),
	 .what = "of the client's port; none: no socket"},
	{NAME_CONN, "port", FACT_WORD, WORDS("same", "other", "none"),
	 .what = "the client's port against that of the connection opened before; none: no socket"},
	{NAME_CONN, "outside_port", FACT_WORD, WORDS("kept", "changed", "none"), .wire = true,
	 .what = "the client's port as the server sees it against its own; none: it saw no SYN"},
	{NAME_CONN, "outside_tuple", FACT_WORD, WORDS("same", "other", "none"), .wire = true,
	 .what = "the four-tuple that the server sees against that of the connection opened "
		 "before"},
	{NAME_CONN, "real_server", FACT_WORD, WORDS("same", "other", "none"), .wire = true,
	 .what = "the server's address and port against those of the connection opened before"},
	{NAME_CONN, "syn_tsval", FACT_WORD, WORDS("newer", "equal", "older", "none"), .wire = true,
	 .what = "the first SYN's TSval against the last that the server had got in the "
		 "incarnation "
		 "before of this four-tuple; none: there was none, or either has no timestamps"},
	{NAME_CONN, "syn_seq", FACT_WORD, WORDS("newer", "older", "none"), .wire = true,
	 .what = "the first SYN's sequence number against RCV.NXT of the incarnation before: newer "
		 "is 1 to 2^31 beyond"},
	{NAME_CONN, "stream", FACT_WORD, STREAMS,
	 .what = "what was read against what was written, the worse of both directions"},
	{NAME_CONN, "client_stream", FACT_WORD, STREAMS, .what = "the same, written by the client"},
	{NAME_CONN, "server_stream", FACT_WORD, STREAMS, .what = "the same, written by the server"},
	{NAME_CONN, "client_error", FACT_WORD, WORDS("none"), .errnos = true,
	 .what = "what the client's socket calls failed with after connect()"},
	{NAME_CONN, "server_error", FACT_WORD, WORDS("none"), .errnos = true,
	 .what = "what the server's socket calls failed with"},
	{NAME_CONN, "client_close_time", FACT_DURATION, .timing = true,
	 .what = "how long the client's close() blocked"},
	{NAME_CONN, "server_close_time", FACT_DURATION, .timing = true,
	 .what = "how long the server's close() blocked"},
	{NAME_CONN, "time_wait", FACT_WORD, HOLDERS, .what = "who held TIME-WAIT"},
	{NAME_CONN, "fin_wait_2", FACT_WORD, HOLDERS,
	 .what = "who held an orphan's FIN-WAIT-2 as a minisock"},
	{NAME_CONN, "fin_wait_2_life", FACT_DURATION, .timing = true,
	 .what = "from FIN-WAIT-2's beginning to its end, as a socket and as a minisock; 0: there "
		 "was none, or its end was not seen"},
	{NAME_CONN, "client_life", FACT_DURATION, .timing = true,
	 .what = "from the client's close() to when the kernel had no socket of it; 0: not seen"},
	{NAME_CONN, "server_life", FACT_DURATION, .timing = true, .what = "the same of the server"},
	{NAME_CONN, "time_wait_timer", FACT_DURATION, .timing = true,
	 .what = "the kernel's own timer when TIME-WAIT was first seen; 0: no TIME-WAIT"},
	{NAME_CONN, "time_wait_restarts", FACT_NUMBER,
	 .what = "how often a segment started TIME-WAIT's timer again"},
	{NAME_CONN, "time_wait_segments", FACT_NUMBER, .wire = true,
	 .what = "segments but RSTs that reached TIME-WAIT, each so long after the one before that "
		 "a "
		 "restart shows"},
	{NAME_CONN, "time_wait_life", FACT_DURATION, .timing = true,
	 .what = "from the timer's last start to TIME-WAIT's end; 0: its end was not awaited"},
	{NAME_CONN, "time_wait_total", FACT_DURATION, .timing = true,
	 .what = "from TIME-WAIT's beginning to its end; 0: its end was not awaited"},
	{NAME_CONN, "client_states", FACT_WORD,
	 .what = "the states that the client's end went through, joined by >"},
	{NAME_CONN, "server_states", FACT_WORD,
	 .what = "the states that the server's end went through, joined by >"},
	{NAME_CONN, "client_fins", FACT_NUMBER, .wire = true, .what = "FINs that the client sent"},
	{NAME_CONN, "server_fins", FACT_NUMBER, .wire = true, .what = "FINs that the server sent"},
	{NAME_CONN, "client_rsts", FACT_NUMBER, .wire = true, .what = "RSTs that the client sent"},
	{NAME_CONN, "server_rsts", FACT_NUMBER, .wire = true, .what = "RSTs that the server sent"},
	{NAME_CONN, "client_fins_lost", FACT_NUMBER, .wire = true,
	 .what = "of the client's FINs, how many did not reach the server intact"},
	{NAME_CONN, "server_fins_lost", FACT_NUMBER, .wire = true,
	 .what = "of the server's FINs, how many did not reach the client intact"},
	{NAME_CONN, "client_fins_arrived", FACT_NUMBER, .wire = true,
	 .what = "FINs of the client that reached the server intact, copies included"},
	{NAME_CONN, "server_fins_arrived", FACT_NUMBER, .wire = true,
	 .what = "FINs of the server that reached the client intact, copies included"},
	{NAME_CONN, "client_strays", FACT_NUMBER, .wire = true,
	 .what = "segments but RSTs and SYNs that reached the client when it had no socket any "
		 "more"},
	{NAME_CONN, "server_strays", FACT_NUMBER, .wire = true, .what = "the same of the server"},
	{NAME_CONN, "client_flow_labels", FACT_NUMBER, .wire = true,
	 .what = "IPv6 flow labels that the client's segments had, one after the other; 0: none"},
	{NAME_CONN, "server_flow_labels", FACT_NUMBER, .wire = true,
	 .what = "the same of the server's"},
	{NAME_CONN, "client_ip_options", FACT_WORD, IP_OPTIONS_ALL, .wire = true,
	 .what = "the options of IPv4 that the client's segments had; some: not all of them the "
		 "same"},
	{NAME_CONN, "server_ip_options", FACT_WORD, IP_OPTIONS_ALL, .wire = true,
	 .what = "the same of the server's"},
	{NAME_CONN, "client_extended", FACT_NUMBER, .wire = true,
	 .what = "segments that the client sent behind IPv6 extension headers"},
	{NAME_CONN, "client_bare", FACT_NUMBER, .wire = true, .what = "and segments without them"},
	{NAME_CONN, "server_extended", FACT_NUMBER, .wire = true,
	 .what = "the same of the server's"},
	{NAME_CONN, "server_bare", FACT_NUMBER, .wire = true, .what = "the same of the server's"},
	{NAME_CONN, "client_drops", FACT_NUMBER, .wire = true, .drops = true,
	 .what = "segments that reached the client and that its kernel freed as dropped, whatever "
		 "else it did with them"},
	{NAME_CONN, "server_drops", FACT_NUMBER, .wire = true, .drops = true,
	 .what = "the same of the server"},
	{NAME_CONN, "final_acks", FACT_NUMBER, .wire = true,
	 .what = "pure ACKs of the last FIN that its receiver sent"},
	{NAME_CONN, "final_acks_lost", FACT_NUMBER, .wire = true,
	 .what = "of these, how many did not come back intact"},
	{NAME_CONN, "first_fin", FACT_WORD, WORDS("client", "server", "none"), .wire = true,
	 .what = "whose FIN the wire saw first"},
	{NAME_CONN, "fins_crossed", FACT_WORD, WORDS("yes", "no"), .wire = true,
	 .what = "did each end send its FIN before the other's had reached it"},
	{NAME_CONN, "client_lost", FACT_NUMBER, .wire = true,
	 .what = "segments of any kind that the client sent and that did not arrive intact"},
	{NAME_CONN, "server_lost", FACT_NUMBER, .wire = true, .what = "the same of the server's"},
	{NAME_LISTENER, "listen", FACT_WORD, WORDS("ok"), .errnos = true,
	 .what = "the result of bind() and listen()"},
	{NAME_LISTENER, "accepted", FACT_NUMBER, .what = "connections that it accepted"},
	{NAME_LISTENER, "error", FACT_WORD, WORDS("none"), .errnos = true,
	 .what = "what its process is told where it was deleted"},
	{NAME_SEGMENT, "", FACT_WORD, WORDS("absent", "held", "dropped", "delivered", "empty"),
	 .what = "a kept or crafted segment's fate: absent: none matched; held: never released; "
		 "delivered: its bytes reached the application; dropped: they did not; empty: it "
		 "has "
		 "none"},
	{NAME_SEGMENT, "answer", FACT_WORD,
	 WORDS("none", "ack", "rst", "syn-ack", "syn", "fin", "data"),
	 .what = "the receiver's first segment after its delivery"},
	{NAME_SEGMENT, "answer_numbers", FACT_WORD,
	 .what = "the answer's numbers, as in `seq=snd_nxt ack=rcv_nxt`: against what the receiver "
		 "had sent and expected; of a RST against the segment (seg_ack, seg_end: the "
		 "number "
		 "behind it); isn: a new initial number"},
	{NAME_SEGMENT, "answer_tsecr", FACT_WORD,
	 .what = "the answer's TSecr against TS.Recent before the segment, as in `ts_recent+1`; "
		 "seg_tsval: a kept segment's own; 0; none: no answer, or no option"},
	{NAME_SEGMENT, "answer_tos", FACT_NUMBER,
	 .what = "the answer's TOS, or traffic class; 0: also without an answer"},
	{NAME_SEGMENT, "answer_label", FACT_WORD, WORDS("none", "connection", "segment", "other"),
	 .what = "the answer's flow label: none; the last one that its sender had sent with; the "
		 "segment's own; or another one"},
	{NAME_SEGMENT, "answer_extension_headers", FACT_WORD, EXTENSION_WORDS,
	 .what = "the answer's IPv6 extension headers; none: also without an answer"},
	{NAME_SEGMENT, "answer_signature", FACT_WORD,
	 WORDS("none", "md5", "wrong-md5", "ao", "wrong-ao"),
	 .what = "how the answer is signed, verified with the lab's key; none: also without an "
		 "answer"},
	{NAME_SEGMENT, "answer_ip_options", FACT_WORD, IP_OPTIONS_SEEN,
	 .what = "the answer's options of IPv4; none: also without an answer"},
	{NAME_SEGMENT, "drop_reason", FACT_WORD, .drops = true,
	 .what = "why the receiver's kernel freed it as dropped, in the words of its drop monitor, "
		 "as in `NOT_SPECIFIED`; none: it did not, or the segment never came"},
	{NAME_SEGMENT, "answers", FACT_NUMBER, .what = "how many segments the receiver answered"},
	{NAME_VERB, "count", FACT_NUMBER, .what = "how many segments it took"},
	{NAME_REPEAT, "ok", FACT_NUMBER, .what = "connections that were opened and closed"},
	{NAME_REPEAT, "failed", FACT_NUMBER, .what = "connections that could not be opened"},
	{NAME_REPEAT, "retried", FACT_NUMBER, .wire = true,
	 .what = "connections that needed more than one SYN"},
	{NAME_REPEAT, "error", FACT_WORD, WORDS("none"), .errnos = true,
	 .what = "the first failure's errno"},
	{NAME_REPEAT, "failed_at", FACT_WORD, WORDS("none", "socket", "bind", "connect"),
	 .what = "the call that failed first"},
	{NAME_LOOK, "state", FACT_WORD, STATES, .what = "the state seen"},
	{NAME_LOOK, "timer", FACT_DURATION, .timing = true,
	 .what = "what was left of the socket's timer; 0: none ran"},
	{NAME_LOOK, "received_device", FACT_WORD, DEVICES,
	 .what = "of what the socket asked to be told (`receives`): the device that the last "
		 "segment came by (IPV6_2292PKTOPTIONS); none: it is not told"},
	{NAME_LOOK, "received_hop_limit", FACT_NUMBER, .what = "its hop limit; 0: it is not told"},
	{NAME_LOOK, "received_traffic_class", FACT_NUMBER,
	 .what = "its traffic class; 0: also where it is not told"},
	{NAME_LOOK, "received_label", FACT_NUMBER,
	 .what = "its flow label; 0: also where it is not told"},
	{NAME_COUNT, "", FACT_NUMBER, .what = "the number"},
	{NAME_SOCKSTAT, "", FACT_NUMBER,
	 .what = "TIME-WAITs and orphans' FIN-WAIT-2 minisocks, of both families"},
	{NAME_SERVE, "exit", FACT_WORD,
	 .what = "how its first process ended the last time: a status, or a signal's name; "
		 "running: it "
		 "never did"},
	{NAME_SERVE, "daemon", FACT_WORD, WORDS("yes", "no"),
	 .what = "did its first process end while others of it went on"},
	{NAME_SERVE, "ready", FACT_DURATION, .timing = true,
	 .what = "from its last start until it listened"},
	{NAME_SERVE, "outage", FACT_DURATION, .timing = true,
	 .what = "the longest time from `stop` until it listened again; 0: it did not stop, or "
		 "start "
		 "again"},
	{NAME_LOAD, "exit", FACT_WORD,
	 .what = "how its first process ended: a status, a signal's name, or running"},
	{NAME_LOAD, "took", FACT_DURATION, .timing = true, .what = "from its start to its end"},
	{NAME_LOAD, "connections", FACT_NUMBER,
	 .what = "incarnations that the wire saw a SYN of; the next five add up to them"},
	{NAME_LOAD, "closed", FACT_NUMBER, .what = "ended by FINs that were acknowledged"},
	{NAME_LOAD, "refused", FACT_NUMBER, .what = "the SYN was answered by a RST"},
	{NAME_LOAD, "timed_out", FACT_NUMBER, .what = "no SYN was answered"},
	{NAME_LOAD, "reset", FACT_NUMBER, .what = "opened, and ended by a RST"},
	{NAME_LOAD, "open", FACT_NUMBER, .what = "not ended when the play was"},
	{NAME_LOAD, "client_resets", FACT_NUMBER, .what = "of the reset ones, by the client"},
	{NAME_LOAD, "server_resets", FACT_NUMBER, .what = "of the reset ones, by the server"},
	{NAME_LOAD, "client_first", FACT_NUMBER,
	 .what = "connections in which the client's FIN was first"},
	{NAME_LOAD, "server_first", FACT_NUMBER,
	 .what = "connections in which the server's FIN was first"},
	{NAME_LOAD, "unanswered", FACT_NUMBER,
	 .what = "connections that ended, and whose last data was the client's; and those that the "
		 "server "
		 "reset before either had sent any"},
	{NAME_LOAD, "met_closed", FACT_NUMBER,
	 .what = "of the reset ones, by the server and behind its own FIN: what the client sent "
		 "met a "
		 "closed end"},
	{NAME_LOAD, "late", FACT_NUMBER, .what = "connections that opened by a repeated SYN"},
	{NAME_LOAD, "syns_again", FACT_NUMBER, .what = "SYNs that were repeated"},
	{NAME_LOAD, "client_rsts", FACT_NUMBER, .what = "RSTs that the client sent"},
	{NAME_LOAD, "server_rsts", FACT_NUMBER, .what = "RSTs that the server sent"},
	{NAME_LOAD, "ports", FACT_NUMBER,
	 .what = "ports of the client that were used, of each destination apart"},
	{NAME_LOAD, "reused", FACT_NUMBER,
	 .what = "connections that had the four-tuple of one before"},
	{NAME_LOAD, "rate", FACT_NUMBER,
	 .what = "connections a second, from the first SYN to the last: ports used per second"},
	{NAME_LOAD, "client_bytes", FACT_NUMBER, .what = "bytes that the client sent"},
	{NAME_LOAD, "server_bytes", FACT_NUMBER, .what = "bytes that the server sent"},
	{NAME_LOAD, "stream", FACT_WORD, WORDS("intact", "short", "none"),
	 .what = "short: an end sent bytes that did not reach the other in order"},
	{NAME_LOAD, "slowest_connect", FACT_DURATION, .timing = true,
	 .what = "the longest time from a SYN to the SYN-ACK's arrival"},
	{NAME_LOAD, "slowest_answer", FACT_DURATION, .timing = true,
	 .what = "the longest time from the client's data to the arrival of the server's"},
	{NAME_LOAD, "client_time_waits", FACT_NUMBER,
	 .what = "TIME-WAITs to that port that the client held at the play's end"},
	{NAME_LOAD, "server_time_waits", FACT_NUMBER,
	 .what = "TIME-WAITs of that port that the server held at the play's end"},
	{NAME_LOAD, "ok", FACT_NUMBER, .what = "of the stand-in: requests that were answered"},
	{NAME_LOAD, "failed", FACT_NUMBER, .what = "of the stand-in: requests that were not"},
	{NAME_LOAD, "error", FACT_WORD, WORDS("none"), .errnos = true,
	 .what = "of the stand-in: the first failure's errno"},
	{NAME_WRITE, "", FACT_WORD, WORDS("ok", "EINVAL"), .what = "did the kernel take the value"},
	{NAME_KNOB, "", FACT_WORD, WORDS("present", "absent"), .what = "does this kernel have it"},
	{NAME_ENTRY, "entry", FACT_WORD, CT_STATES,
	 .what = "the state of conntrack's entry; none: there is no entry"},
	{NAME_ENTRY, "timeout", FACT_DURATION, .timing = true,
	 .what = "what is left of the entry's life, in whole seconds; 0: there is no entry"},
};
const size_t n_fact_specs = ARRAY_SIZE(fact_specs);

const struct fact_spec *fact_spec_find(enum name_class owner, const char *suffix)
{
	for (size_t i = 0; i < n_fact_specs; i++) {
		if (fact_specs[i].owner == owner && !strcmp(fact_specs[i].suffix, suffix))
			return &fact_specs[i];
	}
	return NULL;
}
