// SPDX-License-Identifier: GPL-2.0-or-later
/* probe: owns how the runner learns what the kernel can do without leaving its own namespaces. */
#include "target/target.h"

#include "base/mem.h"
#include "record/record.h"
#include "target/channel.h"
#include "target/limits.h"
#include "target/worker.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* What every cell needs: where this fails, none can run. */
static int probe_lab(const struct run_options *options, struct features *features, struct err *err)
{
	struct lab_spec spec = {.topology = TOPOLOGY_LINK, .client2 = true};
	struct bench bench;
	struct lab lab;
	int ret = bench_open(&bench, err);

	memcpy(spec.baseline, options->baseline, sizeof(spec.baseline));
	if (!ret)
		ret = lab_open(&bench, &spec, &lab, err);
	if (ret < 0)
		return ret;
	lab_close(&lab);
	return features_probe(&bench, features, err);
}

/* In a child: the features travel as the kernel line of a file of records. */
static void probe_main(const struct run_options *options, int fd, pid_t runner)
{
	struct features features = {0};
	struct err err;
	char *line;

	worker_die_with(runner);
	if (probe_lab(options, &features, &err) < 0) {
		channel_send(fd, MESSAGE_UNABLE, &err, sizeof(err));
		_exit(EXIT_SUCCESS);
	}
	line = json_dumps(record_kernel(&features), JSON_COMPACT);
	if (line)
		channel_send(fd, MESSAGE_RECORD, line, strlen(line));
	_exit(EXIT_SUCCESS);
}

static int probe_read(struct channel *channel, struct features *ret, struct err *err)
{
	struct message message;
	json_t *kernel;
	int whole;

	while (!(whole = channel_next(channel, &message))) {
		if (channel_fill(channel, true) <= 0)
			return err_set(err, EPROTO, "the process that probes the kernel died");
	}
	if (whole < 0)
		return err_set(err, EPROTO, "the process that probes the kernel sent no message");
	if (message.kind == MESSAGE_UNABLE && message.len == sizeof(*err)) {
		memcpy(err, message.bytes, sizeof(*err));
		return -err->code;
	}
	kernel = json_loadb(message.bytes, message.len, 0, NULL);
	whole = record_kernel_features(kernel, ret, err);
	json_decref(kernel);
	return whole;
}

int host_probe(const struct run_options *options, struct features *ret, struct err *err)
{
	struct channel channel = {.fd = -1};
	pid_t runner = getpid();
	int ends[2], result;
	pid_t pid;

	if (limits_raise(err) < 0)
		return -err->code;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return err_sys(err, "make a channel to probe the kernel");
	channel.fd = ends[0];
	pid = fork();
	if (!pid) {
		close(ends[0]);
		probe_main(options, ends[1], runner);
	}
	close(ends[1]);
	if (pid < 0) {
		err_sys(err, "fork a process to probe the kernel");
		channel_close(&channel);
		return -err->code;
	}
	result = probe_read(&channel, ret, err);
	channel_close(&channel);
	waitpid(pid, NULL, 0);
	return result;
}
