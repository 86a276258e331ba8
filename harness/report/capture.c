// SPDX-License-Identifier: GPL-2.0-or-later
/* capture: owns the bytes of pcapng's blocks and options, in little-endian order on any machine. */
#include "report/capture.h"
#include "base/text.h"

#include <string.h>

enum block { BLOCK_SECTION = 0x0a0d0d0a, BLOCK_INTERFACE = 1, BLOCK_PACKET = 6 };

enum option {
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	OPTION_SECTION_SYSTEM = 3,
	OPTION_SECTION_PROGRAM = 4,
	OPTION_INTERFACE_NAME = 2,
	OPTION_INTERFACE_WHAT = 3,
	OPTION_PACKET_FLAGS = 2,
};

#define BYTE_ORDER_MAGIC 0x1a2b3c4d
#define LINKTYPE_RAW	 101
#define OPTION_LEN_MAX	 65535
#define FLAGS_INBOUND	 1
#define FLAGS_OUTBOUND	 2

static void add16(struct text *block, uint16_t n)
{
	const char bytes[] = {(char)n, (char)(n >> 8)};

	text_addn(block, bytes, sizeof(bytes));
}

static void add32(struct text *block, uint32_t n)
{
	add16(block, n);
	add16(block, n >> 16);
}

static void add_padded(struct text *block, const void *bytes, size_t len)
{
	static const char zeros[3];

	text_addn(block, bytes, len);
	text_addn(block, zeros, -len & 3);
}

/* What is too long for an option loses its end, between two characters. */
static size_t option_len(const char *text)
{
	size_t len = strlen(text);

	if (len <= OPTION_LEN_MAX)
		return len;
	len = OPTION_LEN_MAX;
	while (len && (text[len] & 0xc0) == 0x80)
		len--;
	return len;
}

static void add_option(struct text *block, enum option option, const char *text)
{
	size_t len = option_len(text);

	if (!len)
		return;
	add16(block, option);
	add16(block, len);
	add_padded(block, text, len);
}

static void block_write(FILE *file, enum block type, struct text *body)
{
	_cleanup_text_ struct text block = {0};
	uint32_t len;

	add16(body, OPTION_END);
	add16(body, 0);
	len = body->len + 12; /* its type, and its length before and behind */
	add32(&block, type);
	add32(&block, len);
	text_addn(&block, body->data, body->len);
	add32(&block, len);
	fwrite(block.data, 1, block.len, file);
}

void capture_section(FILE *file, const char *system, const char *program, const char *comment)
{
	_cleanup_text_ struct text body = {0};

	add32(&body, BYTE_ORDER_MAGIC);
	add16(&body, 1); /* version 1.0 */
	add16(&body, 0);
	add32(&body, UINT32_MAX); /* 64 bits: how long the section is, is not told */
	add32(&body, UINT32_MAX);
	add_option(&body, OPTION_COMMENT, comment);
	add_option(&body, OPTION_SECTION_SYSTEM, system);
	add_option(&body, OPTION_SECTION_PROGRAM, program);
	block_write(file, BLOCK_SECTION, &body);
}

void capture_interface(FILE *file, const char *name, const char *what, uint32_t snap_len)
{
	_cleanup_text_ struct text body = {0};

	add16(&body, LINKTYPE_RAW);
	add16(&body, 0);
	add32(&body, snap_len);
	add_option(&body, OPTION_INTERFACE_NAME, name);
	add_option(&body, OPTION_INTERFACE_WHAT, what);
	block_write(file, BLOCK_INTERFACE, &body);
}

void capture_packet(FILE *file, const struct capture_packet *packet)
{
	_cleanup_text_ struct text body = {0};

	add32(&body, packet->interface);
	add32(&body, packet->us >> 32);
	add32(&body, packet->us);
	add32(&body, packet->len);
	add32(&body, packet->whole_len);
	add_padded(&body, packet->bytes, packet->len);
	add_option(&body, OPTION_COMMENT, packet->comment);
	add16(&body, OPTION_PACKET_FLAGS);
	add16(&body, 4);
	add32(&body, packet->outbound ? FLAGS_OUTBOUND : FLAGS_INBOUND);
	block_write(file, BLOCK_PACKET, &body);
}
