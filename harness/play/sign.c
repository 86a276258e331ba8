// SPDX-License-Identifier: GPL-2.0-or-later
/* sign: owns the keys of sockets that sign. */
#include "play/sign.h"

#include <errno.h>
#include <netinet/tcp.h>

#define SIGN_KEY     "lab!"
#define SIGN_KEY_LEN 4

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
