// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * guest: owns the life of this program as process 1 of a guest: mount what the lab needs, reach the
 * runner, play what is ordered. It is one process on purpose: were it to crash, the kernel panics,
 * and the runner reads on the console why.
 *
 * Before each cell the kernel's randomness starts again from a seed of this cell, and the cell
 * starts at an instant that is like any other (align.h). After it the guest sleeps, which is when
 * the kernel takes its namespaces down: virtual time moves only when nothing is left to do.
 */
#include "target/guest.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "record/record.h"
#include "target/align.h"
#include "target/counts.h"
#include "target/kmsg.h"
#include "target/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>

/* Enough for a cell that uses every port of an address. */
#define GUEST_FILES_MAX (1u << 18)

/* The date on which every cell begins: 2020-01-01. */
#define WALL_CLOCK_S 1577836800

/* Where times do not repeat exactly, cells start alike for the timers of retransmission and of
 * delayed ACKs, which decide about the order of segments: the common period of the wheel and of the
 * second is 32 s for them. For those of a minute it is four minutes, which an emulated processor
 * does not idle away for nothing. */
#define ALIGNED_TIMER_NS (15 * NS_PER_S)

/* Virtual time in which the namespaces of a cell are long taken down. */
#define TEARDOWN_NS (2 * NS_PER_S)

static const struct guest_link *const links[] = {&guest_link_uml, &guest_link_qemu};

struct guest {
	const struct guest_link *link;
	struct channel channel;
	struct bench bench;
	struct features features;
	json_t *kernel;
	int kmsg_fd;
	struct guest_task task;
	bool tasked;
	struct guest_scenario {
		struct scenario *scenario;
		struct cell *cells;
		size_t n_cells;
	} * scenarios;
	size_t n_scenarios;
	const struct cell *cell; /* what the next order means */
	int64_t start_ns;	 /* when it started last */
};

static int reboot_how = -1; /* the kernel refuses: process 1 leaves, and it panics */

static __attribute__((noreturn)) void guest_end(void)
{
	reboot(reboot_how);
	_exit(EXIT_FAILURE); /* and the kernel panics */
}

static __attribute__((noreturn)) void guest_fail(const char *what)
{
	dprintf(STDERR_FILENO, "afterclose guest: %s\n", what);
	guest_end();
}

static void guest_mount(void)
{
	static const struct {
		const char *type, *where;
		bool needed;
	} mounts[] = {
		{"proc", "/proc", true},
		{"sysfs", "/sys", false},
		{"devtmpfs", "/dev", true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
		const char *where = mounts[i].where;

		if (!mount(mounts[i].type, where, mounts[i].type, 0, NULL) || errno == EBUSY ||
		    !mounts[i].needed)
			continue;
		dprintf(STDERR_FILENO, "mount %s: %s\n", where, strerror(errno));
		guest_fail("cannot mount what a lab needs");
	}
	mkdir("/dev/shm", 01777); /* a program's own files lie over it */
}

static void guest_reach_runner(struct guest *guest)
{
	struct err err = {.msg = "no way to the runner"};

	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		if (links[i]->open(&guest->channel.fd, &err) < 0)
			continue;
		guest->link = links[i];
		reboot_how = links[i]->reboot_how;
		return;
	}
	guest_fail(err.msg);
}

static void guest_tell(struct guest *guest, enum message_kind kind, const void *bytes, size_t len)
{
	if (channel_send(guest->channel.fd, kind, bytes, len) < 0)
		guest_end();
}

static int guest_open(struct guest *guest, struct err *err)
{
	const struct rlimit files = {GUEST_FILES_MAX, GUEST_FILES_MAX};
	int ret;

	setrlimit(RLIMIT_NOFILE, &files);
	bench_set_machine();
	ret = kmsg_open(&guest->kmsg_fd, err);
	if (!ret)
		ret = bench_open(&guest->bench, err);
	if (!ret)
		bench_learn_clock(&guest->bench);
	guest->bench.alone = true;
	if (!ret)
		ret = features_probe(&guest->bench, &guest->features, err);
	if (!ret)
		guest->kernel = record_kernel(&guest->features);
	return ret;
}

/* What every cell needs: where this fails, none can run. */
static int guest_try_lab(struct guest *guest, struct err *err)
{
	struct lab_spec spec = {.topology = TOPOLOGY_LINK, .client2 = true};
	struct lab lab;
	int ret;

	memcpy(spec.baseline, guest->task.options.baseline, sizeof(spec.baseline));
	ret = lab_open(&guest->bench, &spec, &lab, err);
	if (ret)
		return ret;
	lab_close(&lab);
	/* What its end has the kernel say is no cell's; every cell opens and closes one like it. */
	clock_sleep_until(clock_now_ns() + TEARDOWN_NS);
	free(kmsg_warning(guest->kmsg_fd));
	return 0;
}

static int guest_take_task(struct guest *guest, const struct message *message, struct err *err)
{
	int ret = task_decode(message->bytes, message->len, &guest->task, err);

	if (!ret)
		ret = guest_try_lab(guest, err);
	if (ret < 0)
		return ret;
	guest->task.task.features = &guest->features;
	guest->task.task.kernel_id = record_text(guest->kernel, "id", "");
	guest->tasked = true;
	if (guest->task.task.counts && counts_open(err) < 0)
		return -err->code;
	return worker_send(guest->channel.fd, MESSAGE_OPENED, guest->kernel);
}

/* The runner has checked and proved it; it is read here once more by the same program. */
static int guest_take_scenario(struct guest *guest, const struct message *message, struct err *err)
{
	size_t path_len = strnlen(message->bytes, message->len);
	struct guest_scenario *scenario;
	int ret;

	if (path_len == message->len)
		return err_set(err, EPROTO, "the guest was sent a scenario without a name");
	guest->scenarios =
		mem_resize(guest->scenarios, guest->n_scenarios + 1, sizeof(*guest->scenarios));
	scenario = &guest->scenarios[guest->n_scenarios];
	ret = scenario_parse(message->bytes, message->bytes + path_len + 1,
			     message->len - path_len - 1, &scenario->scenario, err);
	if (ret < 0)
		return ret;
	scenario->n_cells = matrix_cells(scenario->scenario, &scenario->cells);
	guest->n_scenarios++;
	return 0;
}

static int guest_take_cell(struct guest *guest, const struct message *message, struct err *err)
{
	_cleanup_free_ char *id = NULL;
	const struct guest_scenario *scenario;
	uint32_t number;

	if (message->len < sizeof(number))
		return err_set(err, EPROTO, "the guest was sent a cell without a number");
	memcpy(&number, message->bytes, sizeof(number));
	id = mem_strndup(message->bytes + sizeof(number), message->len - sizeof(number));
	if (number >= guest->n_scenarios)
		return err_set(err, EPROTO, "the guest knows no scenario %u", number);
	scenario = &guest->scenarios[number];
	for (size_t i = 0; i < scenario->n_cells; i++) {
		if (strcmp(scenario->cells[i].id, id))
			continue;
		guest->cell = &scenario->cells[i];
		return 0;
	}
	return err_set(err, EPROTO, "the guest knows no cell %s", id);
}

static void limit_passed(int signal)
{
	static const char said[] = "afterclose guest: the cell ran past its limit\n";

	(void)signal;
	if (write(STDERR_FILENO, said, sizeof(said) - 1) >= 0)
		reboot(reboot_how);
	_exit(EXIT_FAILURE);
}

/* The cell's limit is one of virtual time: only the guest can keep it. */
static void guest_limit(int64_t limit_ns)
{
	const struct itimerval at = {.it_value = {.tv_sec = limit_ns / NS_PER_S,
						  .tv_usec = limit_ns % NS_PER_S / NS_PER_US}};

	setitimer(ITIMER_REAL, &at, NULL);
}

static int64_t guest_cell_limit_ns(const struct guest *guest)
{
	int64_t limit_ns = guest->task.options.timeout_ns;

	return limit_ns ? limit_ns : guest->cell->scenario->limit_ns;
}

/* The clock of initial sequence numbers is the wall clock (secure_tcp_seq()): it begins anew. */
static void guest_set_wall_clock(void)
{
	static const struct timespec at = {.tv_sec = WALL_CLOCK_S};

	clock_settime(CLOCK_REALTIME, &at);
}

/* The longest timer whose granule the cell starts on. */
static int64_t guest_aligned_ns(const struct guest *guest)
{
	int64_t waits_ns = guest->cell->scenario->waits_ns;

	return guest->task.task.exact || waits_ns < ALIGNED_TIMER_NS ? waits_ns : ALIGNED_TIMER_NS;
}

static uint64_t guest_cell_seed(const struct guest *guest)
{
	const char *as = cell_draws_as(guest->cell);
	uint64_t seed = guest->task.options.seed;

	seed = hash_bytes(&seed, sizeof(seed), HASH_START);
	return hash_bytes(as, strlen(as), seed);
}

static void guest_reseed(const struct guest *guest, uint64_t seed)
{
	if (guest->link->reseed)
		guest->link->reseed(guest->channel.fd, seed);
}

/* How much a lab takes from the random stream, and in which order its hosts do, is a matter of what
 * else the kernel had to do meanwhile. The wait is none of the cell's limit. */
static void guest_built(void *ctx)
{
	const struct guest *guest = ctx;

	guest_limit(0);
	clock_sleep_until(align_play_ns(guest->start_ns, clock_now_ns()));
	guest_reseed(guest, ~guest_cell_seed(guest));
	guest_limit(guest_cell_limit_ns(guest));
}

static int guest_play(struct guest *guest, struct err *err)
{
	_cleanup_free_ char *warning = NULL;
	struct job job;
	json_t *record;
	int ret = 0;

	if (!guest->tasked || !guest->cell)
		return err_set(err, EPROTO, "the guest was sent an order without a task or cell");
	guest->start_ns = align_start_ns(guest->cell, guest->features.hz, guest_aligned_ns(guest),
					 clock_now_ns());
	clock_sleep_until(guest->start_ns);
	if (guest->task.task.counts && counts_reset(err) < 0)
		return -err->code;
	guest_set_wall_clock();
	guest_reseed(guest, guest_cell_seed(guest));
	guest_limit(guest_cell_limit_ns(guest));
	job = (struct job){guest->cell, guest->task.options.baseline};
	record = worker_play(&guest->bench, &job, &guest->task.task,
			     &(struct play_watch){.built = guest_built, .ctx = guest});
	guest_limit(0);
	/* The end of its namespaces is part of what a cell made the kernel do, and say. */
	clock_sleep_until(clock_now_ns() + TEARDOWN_NS);
	if (guest->task.task.counts)
		ret = counts_send(guest->channel.fd, err);
	warning = kmsg_warning(guest->kmsg_fd);
	record_set_fact(record, RECORD_WARNING,
			&(struct value){.type = FACT_WORD, .word = warning ? warning : "none"});
	if (worker_send(guest->channel.fd, MESSAGE_RECORD, record) < 0)
		guest_end();
	json_decref(record);
	return ret;
}

static int guest_handle(struct guest *guest, const struct message *message, struct err *err)
{
	switch (message->kind) {
	case MESSAGE_TASK:
		return guest_take_task(guest, message, err);
	case MESSAGE_BASELINE:
		return baseline_decode(message->bytes, message->len, &guest->task, err);
	case MESSAGE_SCENARIO:
		return guest_take_scenario(guest, message, err);
	case MESSAGE_CELL:
		return guest_take_cell(guest, message, err);
	case MESSAGE_PLAY:
		return guest_play(guest, err);
	case MESSAGE_BOOTED:
	case MESSAGE_OPENED:
	case MESSAGE_UNABLE:
	case MESSAGE_WAITS:
	case MESSAGE_GOES_ON:
	case MESSAGE_RECORD:
	case MESSAGE_COUNTS:
		break;
	}
	return err_set(err, EPROTO, "the guest was sent what only guests send");
}

void guest_main(void)
{
	struct guest guest = {.channel.fd = -1, .kmsg_fd = -1};
	struct message message;
	struct err err;
	int ret;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGALRM, limit_passed);
	/* A sleep ends when it is over, and not with whatever timer of the kernel's comes soon
	 * after. */
	prctl(PR_SET_TIMERSLACK, 1);
	guest_mount();
	guest_reach_runner(&guest);
	/* The first seed of all makes the clock stand: neither the map of the ticks nor the first
	 * cell's start depends on how often it was read. */
	guest_reseed(&guest, 0);
	ret = guest_open(&guest, &err);
	if (!ret) {
		/* A snapshot of it need not wait again: in QEMU that takes 2 s. */
		clock_sleep_until(ALIGN_UPTIME_MIN_NS);
		guest_tell(&guest, MESSAGE_BOOTED, NULL, 0);
	}
	while (!ret && channel_receive(&guest.channel, &message) > 0)
		ret = guest_handle(&guest, &message, &err);
	if (ret < 0)
		guest_tell(&guest, MESSAGE_UNABLE, &err, sizeof(err));
	guest_end();
}
