// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * registers: does a process find its extended registers as they were, behind each kind of system
 * call? A program in C never asks, since no call has to keep them; so what looks is assembler. Says
 * "held", or what did not hold them, and then exits with 1.
 */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THREADS 3
#define ROUNDS	300
#define MXCSR	0x7f80 /* rounds towards zero: not what a process is born with */

struct marks {
	uint64_t low[2], high[2]; /* of xmm7 and xmm15 */
	uint32_t mxcsr;
};

/* A raw call with the marks in their registers; what is in these behind it. */
static long marked_call(long nr, long a, long b, long c, const struct marks *in, struct marks *out)
{
	long ret = nr;

	asm volatile(
		"ldmxcsr %[in_mxcsr]\n\t"
		"movdqu %[in_low], %%xmm7\n\t"
		"movdqu %[in_high], %%xmm15\n\t"
		"syscall\n\t"
		"movdqu %%xmm7, %[out_low]\n\t"
		"movdqu %%xmm15, %[out_high]\n\t"
		"stmxcsr %[out_mxcsr]"
		: "+a"(ret), [out_low] "=m"(out->low), [out_high] "=m"(out->high),
		  [out_mxcsr] "=m"(out->mxcsr)
		: "D"(a), "S"(b),
		  "d"(c), [in_low] "m"(in->low), [in_high] "m"(in->high), [in_mxcsr] "m"(in->mxcsr)
		: "rcx", "r11", "xmm7", "xmm15", "memory");
	return ret;
}

static struct marks marks_of(uint64_t seed)
{
	return (struct marks){{seed * 3 + 1, seed * 5 + 2}, {~seed, seed << 17 | 3}, MXCSR};
}

static long held(const char *what, long nr, long a, long b, long c)
{
	static _Atomic uint64_t seed;
	struct marks in = marks_of(++seed * 0x9e3779b97f4a7c15ULL), out;
	long ret = marked_call(nr, a, b, c, &in, &out);

	if (in.mxcsr != out.mxcsr || memcmp(in.low, out.low, sizeof(in.low)) ||
	    memcmp(in.high, out.high, sizeof(in.high))) {
		printf("not held by %s\n", what);
		fflush(stdout);
		_exit(1);
	}
	return ret;
}

static void spoil(int signal)
{
	struct marks in = marks_of(99), out;

	(void)signal;
	marked_call(SYS_getppid, 0, 0, 0, &in, &out);
}

static void forks(void)
{
	int status;
	pid_t pid = held("fork", SYS_fork, 0, 0, 0);

	if (!pid) {
		held("a child's call", SYS_getppid, 0, 0, 0);
		_exit(0);
	}
	held("wait4", SYS_wait4, pid, (long)&status, 0);
	if (status) {
		printf("not held in a child\n");
		_exit(1);
	}
}

static void *rounds(void *arg)
{
	const struct timespec soon = {.tv_nsec = 1000000};

	for (int i = 0; i < ROUNDS; i++) {
		held("getppid", SYS_getppid, 0, 0, 0);
		held("sched_yield", SYS_sched_yield, 0, 0, 0);
		if (i % 50 == 0)
			held("nanosleep", SYS_nanosleep, (long)&soon, 0, 0);
	}
	return arg;
}

int main(void)
{
	pthread_t threads[THREADS];
	char page[64];
	int pipes[2];
	void *map;

	signal(SIGUSR1, spoil);
	if (pipe(pipes))
		return 2;
	rounds(NULL);
	for (int i = 0; i < 20; i++) {
		map = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			   0);
		if (map == MAP_FAILED)
			return 2;
		held("write", SYS_write, pipes[1], (long)page, sizeof(page));
		held("read into a new page", SYS_read, pipes[0], (long)map + 4096 * i,
		     sizeof(page));
		held("mprotect", SYS_mprotect, (long)map, 4096, PROT_READ);
		held("munmap", SYS_munmap, (long)map, 1 << 20, 0);
		held("kill of itself, with a handler", SYS_kill, getpid(), SIGUSR1, 0);
		forks();
	}
	for (int i = 0; i < THREADS; i++) {
		if (pthread_create(&threads[i], NULL, rounds, NULL))
			return 2;
	}
	rounds(NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	printf("held\n");
	return 0;
}
