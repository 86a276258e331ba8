// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * keeper: owns the life of one QEMU.
 *
 * The machine stands still whenever the keeper is at work: it stops by itself when it wants
 * something (target/window.h), and goes on when it has got it. So one thread with blocking reads
 * is enough: while the machine runs, the keeper waits for QEMU; while it stands, for the runner.
 * The first time that the guest asks for an order, its machine is saved, and the one that goes on
 * starts there, as later ones do.
 *
 * The keeper is process 1 of a namespace (target/cage.h): killed at any moment, it takes QEMU with
 * it; and it dies with the runner.
 */
#include "target/keeper.h"

#include "base/mem.h"
#include "base/text.h"
#include "target/channel.h"
#include "target/limits.h"
#include "target/machine.h"
#include "target/snapshot.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

struct keeper {
	const struct guest_boot *boot;
	const char *qemu;
	uint64_t key;
	int console_fd;
	struct channel runner;
	struct text batch; /* of its messages, for the guest, which has got so much of it */
	size_t given;
	struct machine machine;
	bool saved;    /* a snapshot is there */
	bool warm;     /* the machine came from it */
	bool answered; /* the guest has sent something since */
};

/* From the snapshot. One that does not load is dropped. */
static int keeper_start_warm(struct keeper *keeper, struct err *err)
{
	struct machine *machine = &keeper->machine;
	_cleanup_fd_ int fd = -1;
	struct snapshot_head head;

	if (snapshot_open(keeper->key, &head, &fd, err) < 0 ||
	    machine_await(keeper->qemu, head.machine, keeper->console_fd, machine, err) < 0 ||
	    snapshot_restore(fd, &head, machine->memory_fd, err) < 0 ||
	    machine_load(machine, fd, err) < 0) {
		machine_kill(machine);
		snapshot_drop(keeper->key);
		return -err->code;
	}
	keeper->saved = keeper->warm = true;
	return 0;
}

/* Whatever is wrong with a snapshot, a machine that boots needs none. */
static int keeper_start(struct keeper *keeper, struct err *err)
{
	const char *remark;

	if (keeper_start_warm(keeper, err) < 0 &&
	    machine_boot(keeper->qemu, keeper->boot, keeper->console_fd, &keeper->machine, err) < 0)
		return -err->code;
	remark = machine_remark(&keeper->machine);
	return channel_send(keeper->runner.fd, MESSAGE_BOOTED, remark, remark ? strlen(remark) : 0);
}

static int keeper_save(const struct keeper *keeper, struct machine *machine, struct err *err)
{
	_cleanup_fd_ int fd = -1;

	if (snapshot_create(&fd, err) < 0 || machine_save(machine, fd, err) < 0 ||
	    snapshot_save(fd, keeper->key, machine->type, machine->memory_fd, err) < 0)
		return -err->code;
	return 0;
}

/* The machine that booted is not quite the one that the snapshot gives, down to the nanosecond: go
 * on with that one, as all later runs do. A run can do without: the next one boots again. */
static void keeper_exchange(struct keeper *keeper)
{
	struct machine booted = keeper->machine;
	struct err err;

	keeper->saved = true;
	keeper->machine = (struct machine){.memory_fd = -1};
	if (keeper_save(keeper, &booted, &err) < 0) {
		dprintf(keeper->console_fd, "afterclose: no snapshot: %s\n", err.msg);
	} else if (keeper_start_warm(keeper, &err) < 0) {
		dprintf(keeper->console_fd, "afterclose: not from the snapshot: %s\n", err.msg);
	} else {
		machine_kill(&booted);
		return;
	}
	keeper->machine = booted;
}

/* False where the runner has gone. */
static bool keeper_send(const struct keeper *keeper, const char *bytes, size_t len)
{
	while (len) {
		ssize_t sent = send(keeper->runner.fd, bytes, len, MSG_NOSIGNAL);

		if (sent < 0 && errno != EINTR)
			return false;
		if (sent < 0)
			continue;
		bytes += sent;
		len -= sent;
	}
	return true;
}

/* What the runner says goes to the guest up to a message that has it do something: in how many
 * pieces it came here would be the one thing in a guest's life that the next run does not have
 * alike. False where the runner has gone. */
static bool keeper_gather(struct keeper *keeper)
{
	struct message message;

	text_free(&keeper->batch);
	keeper->given = 0;
	do {
		if (channel_receive(&keeper->runner, &message) <= 0)
			return false;
		channel_put(&keeper->batch, message.kind, message.bytes, message.len);
	} while (message.kind != MESSAGE_TASK && message.kind != MESSAGE_PLAY);
	return true;
}

static bool keeper_receive(struct keeper *keeper, struct window *window)
{
	size_t left;

	if (keeper->given == keeper->batch.len && !keeper_gather(keeper))
		return false;
	left = keeper->batch.len - keeper->given;
	if (window->len > left)
		window->len = left;
	memcpy(window->bytes, keeper->batch.data + keeper->given, window->len);
	keeper->given += window->len;
	return true;
}

/* Do what the machine stopped for. Returns 1, 0 where the runner has gone, or -errno. A kernel that
 * has a driver for the panic device stops the machine, too, when it panics: then nothing is wanted.
 */
static int keeper_obey(struct keeper *keeper, struct err *err)
{
	const struct window *window = keeper->machine.window;

	if (window->len > sizeof(window->bytes))
		return err_set(err, EPROTO, "the guest wants more than its window holds");
	switch ((enum window_want)window->want) {
	case WINDOW_READS:
		if (!keeper->saved)
			keeper_exchange(keeper);
		return keeper_receive(keeper, keeper->machine.window);
	case WINDOW_WRITES:
		keeper->answered = true;
		return keeper_send(keeper, window->bytes, window->len);
	case WINDOW_NOTHING:
		break;
	}
	return err_set(err, EPROTO, "the machine stopped and wants nothing");
}

static int keeper_serve(struct keeper *keeper, struct err *err)
{
	struct qmp *qmp = &keeper->machine.qmp;
	int ret;

	do {
		if (qmp_wait_stopped(qmp, err) < 0)
			return -err->code;
		ret = keeper_obey(keeper, err);
		keeper->machine.window->want = WINDOW_NOTHING;
	} while (ret > 0 && !qmp_continue(qmp, err));
	return ret > 0 ? -err->code : ret;
}

/* What a machine came from that did not live to answer is of no use, though it looks whole. */
static void keeper_doubt(const struct keeper *keeper)
{
	if (keeper->warm && !keeper->answered)
		snapshot_drop(keeper->key);
}

void keeper_main(const struct guest_boot *boot, const char *qemu, int fd, int console_fd)
{
	struct keeper keeper = {.boot = boot,
				.qemu = qemu,
				.console_fd = console_fd,
				.runner.fd = fd,
				.machine.memory_fd = -1};
	struct err err;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	limits_stay(boot->nth);
	keeper.key = machine_key(boot, qemu);
	if (keeper_start(&keeper, &err) < 0) {
		if (!keeper.machine.pid)
			channel_send(fd, MESSAGE_UNABLE, &err, sizeof(err));
	} else if (!keeper_serve(&keeper, &err)) {
		_exit(EXIT_SUCCESS);
	} else {
		keeper_doubt(&keeper);
	}
	dprintf(console_fd, "afterclose: %s\n", err.msg);
	_exit(EXIT_FAILURE);
}
