// SPDX-License-Identifier: GPL-2.0-or-later
/* guests: owns the start of a target that boots kernels: the first guest, and what it can do. */
#include "target/guests.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "coverage/coverage.h"
#include "record/record.h"
#include "target/limits.h"
#include "target/start.h"

#include <errno.h>
#include <string.h>

/* Real time from the start of a guest to its features. An emulated boot takes some seconds on a
 * machine of its own. */
#define BOOT_LIMIT_NS (120 * NS_PER_S)

static int guests_take_kernel(const struct pool_event *event, struct target *target,
			      struct err *err)
{
	target->kernel = json_loadb(event->message.bytes, event->message.len, 0, NULL);
	if (!json_is_object(target->kernel))
		return err_set(err, EPROTO, "%s: the guest's kernel line is not JSON",
			       target->name);
	return record_kernel_features(target->kernel, &target->features, err);
}

static void guests_take_remark(const struct pool_event *event, struct target *target)
{
	const struct message *message = &event->message;

	if (message->kind != MESSAGE_BOOTED || !message->len)
		return;
	free(target->remark);
	target->remark = mem_strndup(message->bytes, message->len);
}

static int guests_died(const struct pool_event *event, const char *name, struct err *err)
{
	_cleanup_text_ struct text what = {0};

	pool_obituary(event->worker, &what);
	return err_set(err, ENXIO, "%s does not boot: %s", name, text_str(&what));
}

static int guests_await_first(struct guests *guests, struct target *target, struct err *err)
{
	struct pool_event event;

	for (;;) {
		int ret = pool_next(&guests->pool, &event, err);

		if (ret < 0)
			return ret;
		switch (event.kind) {
		case POOL_OPENED:
			return guests_take_kernel(&event, target, err);
		case POOL_UNABLE:
			memcpy(err, event.message.bytes, sizeof(*err));
			return err_prefix(err, "%s", target->name);
		case POOL_DIED:
			return guests_died(&event, target->name, err);
		case POOL_INTERRUPTED:
			return err_set(err, EINTR, "interrupted");
		case POOL_CHANGED:
			guests_take_remark(&event, target);
			break;
		case POOL_RECORD:
		case POOL_COUNTS:
			break;
		}
	}
}

static int guests_boot(struct guests *guests, struct target *target, struct err *err)
{
	const struct guest_boot boot = {.kernel = &guests->kernel,
					.program = guests->program,
					.seed = target->options->seed};
	unsigned n_max = target->options->jobs ? target->options->jobs : limits_processors();
	int ret = pool_open(&guests->pool, &guests->task, n_max, guests->kind, &boot, err);

	if (ret < 0)
		return ret;
	ret = pool_start(&guests->pool, BOOT_LIMIT_NS, err);
	if (!ret)
		ret = guests_await_first(guests, target, err);
	if (ret < 0)
		pool_close(&guests->pool);
	return ret;
}

int guests_open(const struct guest_kind *kind, const char *kernel, struct target *target,
		struct err *err)
{
	struct guests *guests = mem_zalloc(sizeof(*guests));
	int ret;

	guests->kind = kind;
	ret = kernel_find(kind->kernels, kernel, &guests->kernel, err);
	if (ret < 0) {
		free(guests);
		return ret;
	}
	if (target->options->coverage &&
	    coverage_of(target->options->coverage, &guests->kernel, err) < 0) {
		kernel_free(&guests->kernel);
		free(guests);
		return -err->code;
	}
	target->name = mem_printf("%s:%s", kind->name, guests->kernel.name);
	target->exact = kind->exact;
	guests->task = (struct worker_task){
		.target = target->name, .exact = kind->exact, .options = target->options};
	ret = start_own_program(&guests->program, err);
	if (!ret)
		ret = limits_raise(err);
	if (!ret)
		ret = guests_boot(guests, target, err);
	if (ret < 0) {
		free(guests->program);
		kernel_free(&guests->kernel);
		free(guests);
		return ret;
	}
	guests->task.features = &target->features;
	guests->task.kernel_id = record_text(target->kernel, "id", "");
	target->guests = guests;
	return 0;
}

void guests_close(struct guests *guests)
{
	if (!guests)
		return;
	pool_close(&guests->pool);
	kernel_free(&guests->kernel);
	free(guests->program);
	free(guests);
}
