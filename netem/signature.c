// SPDX-License-Identifier: GPL-2.0-or-later
/* signature: owns the bytes of the options that sign, and the digests in them (RFC 2385, 5925,
 * 5926). */
#include "netem/signature.h"
#include "netem/frame.h"
#include "netem/octets.h"

#include <netinet/in.h>
#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <string.h>

#define TCP_HEADER_LEN	  20
#define TCP_CHECKSUM	  16
#define OPTION_END	  0
#define OPTION_NOP	  1
#define OPTION_MD5	  19
#define OPTION_MD5_LEN	  18
#define OPTION_AO	  29
#define MAC_LEN		  12
#define PSEUDO_HEADER_MAX 40
#define TCP_HEADER_MAX	  60

/* A frame's TCP segment. */
struct view {
	int family;
	const uint8_t *ip, *tcp;
	size_t header, len; /* the latter with the header */
};

static bool view_of(const uint8_t *frame, size_t len, struct view *ret)
{
	if (frame_find_tcp(frame, len, &ret->family, &ret->ip, &ret->tcp, &ret->len))
		return false;
	ret->header = (ret->tcp[12] >> 4) * 4;
	return ret->header >= TCP_HEADER_LEN && ret->header <= ret->len;
}

/* The option behind this one, or the first; NULL: there is none, or it is cut short. */
static const uint8_t *option_next(const struct view *view, const uint8_t *option)
{
	const uint8_t *end = view->tcp + view->header;
	const uint8_t *next = option ? option + option[1] : view->tcp + TCP_HEADER_LEN;

	while (next < end && *next == OPTION_NOP)
		next++;
	if (end - next < 2 || *next == OPTION_END || next[1] < 2 || next[1] > end - next)
		return NULL;
	return next;
}

static bool is_md5(const uint8_t *option)
{
	return option[0] == OPTION_MD5 && option[1] == OPTION_MD5_LEN;
}

static bool is_ao(const uint8_t *option)
{
	return option[0] == OPTION_AO && option[1] == SIGNATURE_AO_LEN;
}

/* RFC 9293 3.1, RFC 8200 8.1; returns its length. */
static size_t pseudo_header(const struct view *view, uint8_t ret[PSEUDO_HEADER_MAX])
{
	size_t addresses = view->family == AF_INET ? 8 : 32;
	size_t len = view->family == AF_INET ? 12 : 40;

	memset(ret, 0, PSEUDO_HEADER_MAX);
	memcpy(ret, view->ip + (view->family == AF_INET ? 12 : 8), addresses);
	if (view->family == AF_INET) {
		ret[9] = IPPROTO_TCP;
		put16(ret + 10, view->len);
	} else {
		put16(ret + 34, view->len);
		ret[39] = IPPROTO_TCP;
	}
	return len;
}

/* RFC 2385 2.0: without the options, and with a checksum of zero. */
static void digest_md5(const struct view *view, const struct signature_key *key,
		       uint8_t ret[MD5_DIGEST_SIZE])
{
	uint8_t pseudo[PSEUDO_HEADER_MAX], header[TCP_HEADER_LEN];
	struct md5_ctx ctx;

	memcpy(header, view->tcp, sizeof(header));
	header[TCP_CHECKSUM] = header[TCP_CHECKSUM + 1] = 0;
	md5_init(&ctx);
	md5_update(&ctx, pseudo_header(view, pseudo), pseudo);
	md5_update(&ctx, sizeof(header), header);
	md5_update(&ctx, view->len - view->header, view->tcp + view->header);
	md5_update(&ctx, key->len, (const uint8_t *)key->bytes);
	md5_digest(&ctx, MD5_DIGEST_SIZE, ret);
}

/* RFC 5926 3.1.1.1: one block, of which all is wanted, is counter 1. The context is RFC 5925's 5.2.
 */
static void traffic_key(const struct view *view, const struct signature_key *key,
			const struct signature_scope *scope, uint8_t ret[SHA1_DIGEST_SIZE])
{
	static const uint8_t label[] = {1, 'T', 'C', 'P', '-', 'A', 'O'};
	static const uint8_t bits[] = {0, SHA1_DIGEST_SIZE * 8};
	bool ipv4 = view->family == AF_INET;
	struct hmac_sha1_ctx ctx;
	uint8_t isns[8];

	put32(isns, scope->sisn);
	put32(isns + 4, scope->disn);
	hmac_sha1_set_key(&ctx, key->len, (const uint8_t *)key->bytes);
	hmac_sha1_update(&ctx, sizeof(label), label);
	hmac_sha1_update(&ctx, ipv4 ? 8 : 32, view->ip + (ipv4 ? 12 : 8)); /* both addresses */
	hmac_sha1_update(&ctx, 4, view->tcp);				   /* both ports */
	hmac_sha1_update(&ctx, sizeof(isns), isns);
	hmac_sha1_update(&ctx, sizeof(bits), bits);
	hmac_sha1_digest(&ctx, SHA1_DIGEST_SIZE, ret);
}

/* RFC 5925 5.1: with the options, and with a checksum and a MAC of zero. */
static void mac_ao(const struct view *view, const uint8_t *option, const struct signature_key *key,
		   const struct signature_scope *scope, uint8_t ret[MAC_LEN])
{
	uint8_t pseudo[PSEUDO_HEADER_MAX], header[TCP_HEADER_MAX], sne[4];
	uint8_t traffic[SHA1_DIGEST_SIZE];
	struct hmac_sha1_ctx ctx;

	memcpy(header, view->tcp, view->header);
	header[TCP_CHECKSUM] = header[TCP_CHECKSUM + 1] = 0;
	memset(header + (option - view->tcp) + 4, 0, MAC_LEN);
	put32(sne, scope->sne);
	traffic_key(view, key, scope, traffic);
	hmac_sha1_set_key(&ctx, sizeof(traffic), traffic);
	hmac_sha1_update(&ctx, sizeof(sne), sne);
	hmac_sha1_update(&ctx, pseudo_header(view, pseudo), pseudo);
	hmac_sha1_update(&ctx, view->header, header);
	hmac_sha1_update(&ctx, view->len - view->header, view->tcp + view->header);
	hmac_sha1_digest(&ctx, MAC_LEN, ret);
}

void signature_place_ao(uint8_t option[SIGNATURE_AO_LEN], uint8_t key_id, uint8_t next_id)
{
	memset(option, 0, SIGNATURE_AO_LEN);
	option[0] = OPTION_AO;
	option[1] = SIGNATURE_AO_LEN;
	option[2] = key_id;
	option[3] = next_id;
}

void signature_place_md5(uint8_t option[SIGNATURE_MD5_LEN])
{
	memset(option, 0, SIGNATURE_MD5_LEN);
	option[0] = option[1] = OPTION_NOP;
	option[2] = OPTION_MD5;
	option[3] = OPTION_MD5_LEN;
}

/* TCP-AO signs what the other one has written. */
void signature_write(uint8_t *frame, size_t len, const struct signature_key *key,
		     const struct signature_scope *scope)
{
	struct view view;

	if (!view_of(frame, len, &view))
		return;
	for (const uint8_t *option = NULL; (option = option_next(&view, option));) {
		if (is_md5(option))
			digest_md5(&view, key, frame + (option - frame) + 2);
	}
	for (const uint8_t *option = NULL; (option = option_next(&view, option));) {
		if (is_ao(option))
			mac_ao(&view, option, key, scope, frame + (option - frame) + 4);
	}
	frame_sum(frame, len);
}

enum signature signature_verify(const uint8_t *frame, size_t len, const struct signature_key *key,
				const struct signature_scope *scope)
{
	uint8_t digest[MD5_DIGEST_SIZE], mac[MAC_LEN];
	struct view view;

	if (!view_of(frame, len, &view))
		return SIGNATURE_NONE;
	for (const uint8_t *option = NULL; (option = option_next(&view, option));) {
		if (is_md5(option)) {
			digest_md5(&view, key, digest);
			return memcmp(option + 2, digest, sizeof(digest)) ? SIGNATURE_MD5_WRONG
									  : SIGNATURE_MD5;
		}
		if (is_ao(option)) {
			mac_ao(&view, option, key, scope, mac);
			return memcmp(option + 4, mac, sizeof(mac)) ? SIGNATURE_AO_WRONG
								    : SIGNATURE_AO;
		}
	}
	return SIGNATURE_NONE;
}
