// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pcapng: owns a capture file for each cell. A segment is one packet: of its sender's interface,
 * outbound, where it met the wire; one that the wire itself delivers (released, injected) is of its
 * receiver's, inbound. Bytes are those of the record. Only a loopback lab's TCP leaves the checksum
 * to a device that never sees the segment; there it is filled in.
 */
#include "report/capture.h"
#include "base/base64.h"
#include "base/hash.h"
#include "base/mem.h"
#include "netem/frame.h"
#include "report/caption.h"
#include "report/format.h"
#include "report/remark.h"

#include <ctype.h>
#include <errno.h>
#include <net/ethernet.h>
#include <string.h>
#include <time.h>

#define NAME_LEN_MAX	  200 /* of a file, without what makes it the only one */
#define PACKET_MAX	  2048
#define IP_HEADER_LEN_MIN 20
#define US_PER_S	  1000000

/* A record while its packets are written. */
struct source {
	const json_t *record, *segments, *packets, *us;
	FILE *file;
	json_t *interfaces; /* the number of each host's */
	uint64_t start_us, last_us;
};

static void pcapng_begin(struct report *report)
{
	report->own = json_pack("{s:{}, s:{}}", "kernels", "files");
}

static void pcapng_kernel(struct report *report, const json_t *kernel)
{
	json_object_set_new(json_object_get(report->own, "kernels"), record_text(kernel, "id", "?"),
			    json_string(record_text(kernel, "release", "?")));
}

/* Bytes of an IP packet by its own header; 0: it is none. */
static size_t packet_whole_len(const uint8_t *packet, size_t len)
{
	if (len < IP_HEADER_LEN_MIN)
		return 0;
	if (packet[0] >> 4 == 4)
		return (size_t)packet[2] << 8 | packet[3];
	return packet[0] >> 4 == 6 ? ((size_t)packet[4] << 8 | packet[5]) + 40 : 0;
}

static void packet_sum(uint8_t *frame, size_t packet_len)
{
	uint16_t type = frame[ETH_HLEN] >> 4 == 4 ? ETHERTYPE_IP : ETHERTYPE_IPV6;

	frame[12] = type >> 8;
	frame[13] = type & 0xff;
	frame_sum(frame, ETH_HLEN + packet_len);
}

static uint32_t interface_of(struct source *source, const char *host)
{
	_cleanup_free_ char *what = NULL;
	size_t n = json_object_size(source->interfaces);

	if (!json_object_get(source->interfaces, host)) {
		what = mem_printf("the link of the host %s", host);
		capture_interface(source->file, host, what, 0);
		json_object_set_new(source->interfaces, host, json_integer((json_int_t)n));
	}
	return record_number(source->interfaces, host, 0);
}

static bool packet_write(struct source *source, size_t i)
{
	const json_t *segment = json_array_get(source->segments, i);
	const char *text = json_string_value(json_array_get(source->packets, i));
	const struct fate_mark *fate = segment_fate(segment);
	uint8_t frame[ETH_HLEN + PACKET_MAX] = {0}, *packet = frame + ETH_HLEN;
	long len = text ? base64_decode(text, packet, PACKET_MAX) : -1;
	size_t whole_len = len < 0 ? 0 : packet_whole_len(packet, len);
	uint64_t us = source->start_us + json_integer_value(json_array_get(source->us, i));
	_cleanup_text_ struct text comment = {0};

	if (!whole_len || whole_len < (size_t)len)
		return false;
	if (!strcmp(fate->name, "seen") && whole_len == (size_t)len)
		packet_sum(frame, whole_len);
	remark_format(source->record, segment, &comment);
	/* The record's order of segments is the wire's; times only rise along it. */
	source->last_us = us > source->last_us ? us : source->last_us;
	capture_packet(
		source->file,
		&(struct capture_packet){
			.interface = interface_of(
				source, record_text(segment, fate->from_wire ? "to" : "from", "?")),
			.outbound = !fate->from_wire,
			.us = source->last_us,
			.bytes = packet,
			.len = len,
			.whole_len = whole_len,
			.comment = text_str(&comment),
		});
	return true;
}

static void section_words(const json_t *record, const char *release, struct text *out)
{
	json_t *dimensions = json_object_get(record, "dimensions"), *value;
	json_t *rows = json_object_get(record, "judged"), *row;
	const char *name, *before = "\nset: ";
	size_t i;

	text_add(out,
		 "%s: %s%s%s\n%s (hash %s)\nplayed on %s: Linux %s; the clock at its start: %s",
		 record_text(record, "cell", "?"), record_text(record, "verdict", "?"),
		 *record_reason(record) ? ": " : "", record_reason(record),
		 record_text(record, "file", "?"), record_text(record, "hash", "?"),
		 record_text(record, "target", "?"), release,
		 record_text(json_object_get(record, "volatile"), "started", "not known"));
	json_object_foreach(dimensions, name, value)
	{
		text_add(out, "%s%s=%s", before, name, json_string_value(value) ?: "?");
		before = ", ";
	}
	json_array_foreach(rows, i, row)
	{
		text_add(out, "\n%s: ", record_text(row, "verdict", "?"));
		miss_words(row, out);
	}
}

static void section_write(const struct report *report, const struct source *source)
{
	const json_t *kernels = json_object_get(report->own, "kernels");
	const char *release =
		record_text(kernels, record_text(source->record, "kernel", ""), "not known");
	_cleanup_free_ char *system = mem_printf("Linux %s", release);
	_cleanup_free_ char *program =
		mem_printf("afterclose %s", record_text(source->record, "tool", "?"));
	_cleanup_text_ struct text words = {0};

	section_words(source->record, release, &words);
	capture_section(source->file, system, program, text_str(&words));
}

/* "2026-11-23T01:12:00Z" as microseconds; 0: not known, and times count from 1970 then. */
static uint64_t start_us(const json_t *record)
{
	const char *started = record_text(json_object_get(record, "volatile"), "started", "");
	struct tm tm = {0};
	const char *end = strptime(started, "%Y-%m-%dT%H:%M:%SZ", &tm);

	return end && !*end ? (uint64_t)timegm(&tm) * US_PER_S : 0;
}

/* The cell's id, of characters that every file system takes; several records of one are told
 * apart. */
static char *file_path(const struct report *report, const json_t *record)
{
	const char *target = record_text(record, "target", "?"),
		   *cell = record_text(record, "cell", "?");
	_cleanup_free_ char *name =
		report->by_target ? mem_printf("%s,%s", target, cell) : mem_strdup(cell);
	json_t *files = json_object_get(report->own, "files");
	char hash[17], times[24] = "";
	int64_t n;

	hash_format(hash_bytes(name, strlen(name), HASH_START), hash);
	for (char *at = name; *at; at++) {
		if (*at == '/')
			*at = ',';
		else if (!strchr("=,._-+", *at) && !isalnum((unsigned char)*at))
			*at = '_';
	}
	if (strlen(name) > NAME_LEN_MAX)
		memcpy(name + NAME_LEN_MAX - 16, hash, sizeof(hash));
	n = record_number(files, name, 0) + 1;
	json_object_set_new(files, name, json_integer(n));
	if (n > 1)
		snprintf(times, sizeof(times), ".%lld", (long long)n);
	return mem_printf("%s/%s%s.pcapng", report->path, name, times);
}

static void packets_write(struct report *report, struct source *source, const char *path)
{
	size_t n = json_array_size(source->segments);
	bool complete = true;

	source->interfaces = json_object();
	section_write(report, source);
	/* Both hosts are there, even where one of them never sent. */
	interface_of(source, "client");
	interface_of(source, "server");
	for (size_t i = 0; i < n && complete; i++)
		complete = packet_write(source, i);
	json_decref(source->interfaces);
	if (!complete)
		err_set(&report->failure, ENODATA,
			"%s: the record lacks the bytes of its segments, as older ones do: run the "
			"cell again",
			path);
}

/* A cell that sent nothing (a skip, an error) has no file. */
static void pcapng_cell(struct report *report, struct chapter *chapter, const json_t *record)
{
	const json_t *segments = json_object_get(json_object_get(record, "canonical"), "segments");
	_cleanup_free_ char *path = NULL;
	struct source source = {
		.record = record,
		.segments = segments,
		.packets = json_object_get(json_object_get(record, "volatile"), "packets"),
		.us = record_times(record, "segment_us"),
		.start_us = start_us(record),
	};

	(void)chapter;
	if (report->failure.code || !json_array_size(segments))
		return;
	path = file_path(report, record);
	source.file = fopen(path, "we");
	if (!source.file) {
		err_sys(&report->failure, "cannot write %s", path);
		return;
	}
	packets_write(report, &source, path);
	errno = 0;
	if ((ferror(source.file) | fclose(source.file)) && !report->failure.code)
		err_sys(&report->failure, "cannot write %s", path);
}

static void pcapng_end(struct report *report)
{
	json_decref(report->own);
}

const struct report_format format_pcapng = {
	.name = "pcapng",
	.what = "a directory of captures, a file a cell, for Wireshark",
	.directory = true,
	.begin = pcapng_begin,
	.kernel = pcapng_kernel,
	.cell = pcapng_cell,
	.end = pcapng_end,
};
