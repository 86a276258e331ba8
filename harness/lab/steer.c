// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * steer: owns the BPF program that chooses a listener by the port that was asked for.
 *
 * The kernel runs it in the look-up of a listener, before its own tables (BPF_SK_LOOKUP). The map
 * has the listener; the program is the namespace's as long as the link's descriptor is open.
 */
#include "lab/steer.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct steer {
	int map_fd, program_fd, link_fd;
};

/* One instruction of the program: code, registers, jump, number. */
#define OP(code_, dst_, src_, off_, imm_)                                                          \
	{                                                                                          \
		.code = code_, .dst_reg = dst_, .src_reg = src_, .off = off_, .imm = imm_          \
	}
#define MOVE(dst_, src_)	OP(BPF_ALU64 | BPF_MOV | BPF_X, dst_, src_, 0, 0)
#define SET(dst_, imm_)		OP(BPF_ALU64 | BPF_MOV | BPF_K, dst_, 0, 0, imm_)
#define CALL(function_)		OP(BPF_JMP | BPF_CALL, 0, 0, 0, function_)
#define IF_NOT(reg_, n_, skip_) OP(BPF_JMP | BPF_JNE | BPF_K, reg_, 0, skip_, n_)
#define IF_IS(reg_, n_, skip_)	OP(BPF_JMP | BPF_JEQ | BPF_K, reg_, 0, skip_, n_)

/* All of it has to be zero that a command does not use, and an initialiser of a union leaves what
 * is outside the member that it names to the compiler (GCC 15 does not zero it). */
static void attr_clear(union bpf_attr *attr)
{
	memset(attr, 0, sizeof(*attr));
}

static int bpf(int command, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static int program_load(uint16_t port, int map_fd)
{
	const struct bpf_insn program[] = {
		MOVE(BPF_REG_6, BPF_REG_1),
		OP(BPF_LDX | BPF_MEM | BPF_W, BPF_REG_2, BPF_REG_6,
		   offsetof(struct bpf_sk_lookup, local_port), 0),
		IF_NOT(BPF_REG_2, port, 14),
		OP(BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, -4, 0), /* the map's key */
		MOVE(BPF_REG_2, BPF_REG_10),
		OP(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, -4),
		OP(BPF_LD | BPF_IMM | BPF_DW, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map_fd),
		OP(0, 0, 0, 0, 0), /* its second half */
		CALL(BPF_FUNC_map_lookup_elem),
		IF_IS(BPF_REG_0, 0, 7), /* the listener is gone */
		MOVE(BPF_REG_7, BPF_REG_0),
		MOVE(BPF_REG_1, BPF_REG_6),
		MOVE(BPF_REG_2, BPF_REG_7),
		SET(BPF_REG_3, 0),
		CALL(BPF_FUNC_sk_assign),
		MOVE(BPF_REG_1, BPF_REG_7),
		CALL(BPF_FUNC_sk_release),
		SET(BPF_REG_0, SK_PASS),
		OP(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	union bpf_attr attr;

	attr_clear(&attr);
	attr.prog_type = BPF_PROG_TYPE_SK_LOOKUP;
	attr.expected_attach_type = BPF_SK_LOOKUP;
	attr.insns = (uintptr_t)program;
	attr.insn_cnt = sizeof(program) / sizeof(*program);
	attr.license = (uintptr_t) "GPL";
	return bpf(BPF_PROG_LOAD, &attr);
}

static int map_open(int listener_fd)
{
	uint32_t key = 0;
	uint64_t value = (uint64_t)listener_fd;
	union bpf_attr attr;
	int fd;

	attr_clear(&attr);
	attr.map_type = BPF_MAP_TYPE_SOCKMAP;
	attr.key_size = sizeof(key);
	attr.value_size = sizeof(value);
	attr.max_entries = 1;
	fd = bpf(BPF_MAP_CREATE, &attr);
	attr_clear(&attr);
	attr.map_fd = (uint32_t)fd;
	attr.key = (uintptr_t)&key;
	attr.value = (uintptr_t)&value;
	if (fd >= 0 && bpf(BPF_MAP_UPDATE_ELEM, &attr) < 0) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

static int program_attach(int program_fd)
{
	_cleanup_fd_ int ns_fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	union bpf_attr attr;

	attr_clear(&attr);
	attr.link_create.prog_fd = (uint32_t)program_fd;
	attr.link_create.target_fd = (uint32_t)ns_fd;
	attr.link_create.attach_type = BPF_SK_LOOKUP;
	return ns_fd < 0 ? -1 : bpf(BPF_LINK_CREATE, &attr);
}

void steer_close(struct steer *steer)
{
	if (!steer)
		return;
	mem_cleanup_close(&steer->link_fd);
	mem_cleanup_close(&steer->program_fd);
	mem_cleanup_close(&steer->map_fd);
	free(steer);
}

int steer_open(uint16_t port, int listener_fd, struct steer **ret, struct err *err)
{
	struct steer *steer = mem_zalloc(sizeof(*steer));
	const char *what = "a map of sockets";

	steer->program_fd = steer->link_fd = -1;
	steer->map_fd = map_open(listener_fd);
	if (steer->map_fd >= 0) {
		what = "a program that looks listeners up";
		steer->program_fd = program_load(port, steer->map_fd);
	}
	if (steer->program_fd >= 0)
		steer->link_fd = program_attach(steer->program_fd);
	if (steer->link_fd < 0) {
		int error = errno;

		steer_close(steer);
		return err_set(err, EOPNOTSUPP, "this kernel does not take %s: %s", what,
			       strerror(error));
	}
	*ret = steer;
	return 0;
}
