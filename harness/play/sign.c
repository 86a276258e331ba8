// SPDX-License-Identifier: GPL-2.0-or-later
/* sign: owns the key of the lab: of sockets that sign, and of crafted segments. */
#include "play/sign.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#define SIGN_KEY	"lab!"
#define SIGN_KEY_LEN	4
#define SIGN_KEY_ID	1 /* of TCP-AO; so the next */
#define SIGN_OTHER_ID	2 /* of another peer's: no two of a socket's keys may have the same */
#define SIGN_UNKNOWN_ID 99

static const struct signature_key lab_key = {SIGN_KEY, SIGN_KEY_LEN};
static const struct signature_key wrong_key = {"not!", SIGN_KEY_LEN};

/* include/uapi/linux/tcp.h since 6.7. */
#define TCP_AO_ADD_KEY 38
struct ao_add {
	struct sockaddr_storage addr;
	char alg_name[64];
	int32_t ifindex;
	uint32_t set_current: 1, set_rnext: 1, reserved: 30;
	uint16_t reserved2;
	uint8_t prefix, sndid, rcvid, maclen, keyflags, keylen;
	uint8_t key[80];
} __attribute__((aligned(8)));

/* A prefix of no bits is every address; returns its length. */
static uint8_t key_address(int family, const struct addr *peer, struct sockaddr_storage *ret)
{
	*ret = (struct sockaddr_storage){.ss_family = family};
	if (!peer || peer->family != family)
		return 0;
	if (family == AF_INET)
		memcpy(&((struct sockaddr_in *)ret)->sin_addr, peer->bytes, 4);
	else
		memcpy(&((struct sockaddr_in6 *)ret)->sin6_addr, peer->bytes, 16);
	return family == AF_INET ? 32 : 128;
}

static int sign_md5(struct stage *stage, int fd, int family, const struct addr *peer,
		    struct err *err)
{
	struct tcp_md5sig key = {.tcpm_flags = TCP_MD5SIG_FLAG_PREFIX,
				 .tcpm_keylen = SIGN_KEY_LEN,
				 .tcpm_key = SIGN_KEY};

	key.tcpm_prefixlen = key_address(family, peer, &key.tcpm_addr);
	if (!setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG_EXT, &key, sizeof(key)))
		return 0;
	if (errno == ENOPROTOOPT)
		return stage_skip(stage, "this kernel has no TCP_MD5SIG_EXT");
	return err_sys(err, "TCP_MD5SIG_EXT");
}

static int sign_ao(struct stage *stage, int fd, int family, const struct addr *peer, uint8_t id,
		   struct err *err)
{
	struct ao_add key = {.alg_name = "hmac(sha1)",
			     .set_current = 1,
			     .set_rnext = 1,
			     .sndid = id,
			     .rcvid = id,
			     .keylen = SIGN_KEY_LEN,
			     .key = SIGN_KEY};

	key.prefix = key_address(family, peer, &key.addr);
	if (!setsockopt(fd, IPPROTO_TCP, TCP_AO_ADD_KEY, &key, sizeof(key)))
		return 0;
	if (errno == ENOPROTOOPT || errno == ENOENT)
		return stage_skip(stage, "this kernel has no TCP-AO with hmac(sha1)");
	return err_sys(err, "TCP_AO_ADD_KEY");
}

static int sign_for(struct stage *stage, int fd, int family, const struct addr *peer, bool md5,
		    bool ao, struct err *err)
{
	int r = md5 ? sign_md5(stage, fd, family, peer, err) : 0;

	return !r && ao ? sign_ao(stage, fd, family, peer, SIGN_KEY_ID, err) : r;
}

int sign_socket(struct stage *stage, int fd, int family, bool md5, bool ao, struct err *err)
{
	return sign_for(stage, fd, family, NULL, md5, ao, err);
}

int sign_client(struct stage *stage, int fd, int family, const struct conn_options *options,
		struct err *err)
{
	const struct endpoint *to = &options->to;
	struct addr other = {.family = family, .bytes = {203, 0, 113, 1}}; /* of documentation */
	const struct addr *peer = NULL;
	int r;

	if (options->other_key != OTHER_KEY_NONE)
		peer = lab_address(&stage->lab, to->host, cell_family(stage->cell), to->address);
	r = sign_for(stage, fd, family, peer, options->md5, options->ao, err);
	if (r || !peer)
		return r;
	if (options->other_key == OTHER_KEY_MD5)
		return sign_md5(stage, fd, family, &other, err);
	return sign_ao(stage, fd, family, &other, SIGN_OTHER_ID, err);
}

int sign_way(bool md5, bool ao)
{
	if (ao)
		return SIGN_AO;
	return md5 ? SIGN_MD5 : SIGN_NONE;
}

static int way_of(const struct end *from, int how)
{
	if (how != SIGN_OWN)
		return how;
	return from->raw ? from->raw_signs : SIGN_NONE;
}

size_t sign_options(const struct end *from, int how, uint8_t ret[SIGN_OPTIONS_MAX])
{
	static const struct {
		uint8_t n_md5, n_ao, key_id, next_id;
	} ways[] = {
		[SIGN_MD5] = {.n_md5 = 1},
		[SIGN_MD5_WRONG] = {.n_md5 = 1},
		[SIGN_MD5_TWICE] = {.n_md5 = 2},
		[SIGN_AO] = {0, 1, SIGN_KEY_ID, SIGN_KEY_ID},
		[SIGN_AO_WRONG] = {0, 1, SIGN_KEY_ID, SIGN_KEY_ID},
		[SIGN_AO_KEY] = {0, 1, SIGN_UNKNOWN_ID, SIGN_KEY_ID},
		[SIGN_AO_NEXT] = {0, 1, SIGN_KEY_ID, SIGN_UNKNOWN_ID},
		[SIGN_AO_MD5] = {1, 1, SIGN_KEY_ID, SIGN_KEY_ID},
		[SIGN_AO_NO_SNE] = {0, 1, SIGN_KEY_ID, SIGN_KEY_ID},
	};
	int way = way_of(from, how);
	size_t len = 0;

	for (int i = 0; i < ways[way].n_md5; i++, len += SIGNATURE_MD5_LEN)
		signature_place_md5(ret + len);
	for (int i = 0; i < ways[way].n_ao; i++, len += SIGNATURE_AO_LEN)
		signature_place_ao(ret + len, ways[way].key_id, ways[way].next_id);
	return len;
}

static uint32_t isn_of(const struct end *end)
{
	return end->raw && !end->flow.has_isn ? end->raw_isn : end->flow.isn;
}

/* A SYN says its sender's, and a SYN-ACK both. No stream here is so long that its numbers wrap more
 * than once. */
static struct signature_scope scope_of(const struct end *from, const struct segment *seg)
{
	struct signature_scope scope = {0};

	if (seg->flags & TCP_SYN) {
		scope.sisn = seg->seq;
		scope.disn = seg->flags & TCP_ACK ? seg->ack - 1 : 0;
	} else if (from) {
		scope.sisn = isn_of(from);
		scope.disn = isn_of(conn_peer(from));
		scope.sne = ((int64_t)scope.sisn + (int32_t)(seg->seq - scope.sisn)) >> 32;
	}
	return scope;
}

void sign_frame(const struct end *from, int how, struct wire_frame *frame)
{
	struct signature_scope scope = scope_of(from, &frame->seg);
	bool wrong = how == SIGN_MD5_WRONG || how == SIGN_AO_WRONG;

	if (how == SIGN_AO_NO_SNE)
		scope.sne = 0;
	signature_write(frame->bytes, frame->len, wrong ? &wrong_key : &lab_key, &scope);
}

const char *sign_word(const struct wire_frame *frame)
{
	static const char *const words[] = {
		[SIGNATURE_NONE] = "none",	     [SIGNATURE_MD5] = "md5",
		[SIGNATURE_MD5_WRONG] = "wrong-md5", [SIGNATURE_AO] = "ao",
		[SIGNATURE_AO_WRONG] = "wrong-ao",
	};
	const struct signature_scope scope = scope_of(frame->sender, &frame->seg);

	return words[signature_verify(frame->bytes, frame->len, &lab_key, &scope)];
}
