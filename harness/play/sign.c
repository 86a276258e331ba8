// SPDX-License-Identifier: GPL-2.0-or-later
/* sign: owns the key of the lab: of sockets that sign, and of crafted segments. */
#include "play/sign.h"

#include <errno.h>
#include <netinet/tcp.h>

#define SIGN_KEY     "lab!"
#define SIGN_KEY_LEN 4

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

/* A prefix of no bits is every address. */
static int sign_md5(struct stage *stage, int fd, int family, struct err *err)
{
	const struct tcp_md5sig key = {.tcpm_addr.ss_family = family,
				       .tcpm_flags = TCP_MD5SIG_FLAG_PREFIX,
				       .tcpm_keylen = SIGN_KEY_LEN,
				       .tcpm_key = SIGN_KEY};

	if (!setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG_EXT, &key, sizeof(key)))
		return 0;
	if (errno == ENOPROTOOPT)
		return stage_skip(stage, "this kernel has no TCP_MD5SIG_EXT");
	return err_sys(err, "TCP_MD5SIG_EXT");
}

static int sign_ao(struct stage *stage, int fd, int family, struct err *err)
{
	const struct ao_add key = {.addr.ss_family = family,
				   .alg_name = "hmac(sha1)",
				   .set_current = 1,
				   .set_rnext = 1,
				   .sndid = 1,
				   .rcvid = 1,
				   .keylen = SIGN_KEY_LEN,
				   .key = SIGN_KEY};

	if (!setsockopt(fd, IPPROTO_TCP, TCP_AO_ADD_KEY, &key, sizeof(key)))
		return 0;
	if (errno == ENOPROTOOPT || errno == ENOENT)
		return stage_skip(stage, "this kernel has no TCP-AO with hmac(sha1)");
	return err_sys(err, "TCP_AO_ADD_KEY");
}

int sign_socket(struct stage *stage, int fd, int family, bool md5, bool ao, struct err *err)
{
	int r = md5 ? sign_md5(stage, fd, family, err) : 0;

	return !r && ao ? sign_ao(stage, fd, family, err) : r;
}

static int own_way(const struct end *from)
{
	return from->raw_md5 ? SIGN_MD5 : SIGN_NONE;
}

size_t sign_options(const struct end *from, int how, uint8_t ret[SIGN_OPTIONS_MAX])
{
	static const int n_md5[] = {[SIGN_MD5] = 1, [SIGN_MD5_WRONG] = 1, [SIGN_MD5_TWICE] = 2};
	int way = how == SIGN_OWN ? own_way(from) : how;
	size_t len = 0;

	for (int i = 0; i < n_md5[way]; i++, len += SIGNATURE_MD5_LEN)
		signature_place_md5(ret + len);
	return len;
}

void sign_frame(int how, struct wire_frame *frame)
{
	signature_write(frame->bytes, frame->len, how == SIGN_MD5_WRONG ? &wrong_key : &lab_key);
}

const char *sign_word(const struct wire_frame *frame)
{
	static const char *const words[] = {
		[SIGNATURE_NONE] = "none",
		[SIGNATURE_MD5] = "md5",
		[SIGNATURE_MD5_WRONG] = "wrong-md5",
	};

	return words[signature_verify(frame->bytes, frame->len, &lab_key)];
}
