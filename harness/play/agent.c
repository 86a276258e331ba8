// SPDX-License-Identifier: GPL-2.0-or-later
/* agent: owns the children of a worker; each has one socket, one call to make, and one channel. */
#include "play/agent.h"
#include "base/clock.h"
#include "base/descriptor.h"
#include "base/mem.h"
#include "play/loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define AGENT_STILL_MS 5000

static void agent_back(struct stage *stage, struct source *source, uint32_t events)
{
	struct agent *agent = source->owner;

	(void)events;
	agent->end->close_ns = clock_now_ns() - agent->began_ns;
	loop_remove(stage, source);
	close(source->fd);
	source->fd = -1;
	/* It is on its way out; nothing that the wire could hold up is left in it. */
	waitpid(agent->pid, NULL, 0);
	agent->pid = 0;
}

/* In the child: nothing is open but the socket and the channel. */
static void child_run(int sock, int channel, bool by_exit, pid_t parent)
{
	const int keep[] = {sock < channel ? sock : channel, sock < channel ? channel : sock};
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	descriptor_close_others(keep, ARRAY_SIZE(keep));
	while (read(channel, &byte, sizeof(byte)) < 0 && errno == EINTR)
		;
	if (!by_exit)
		close(sock);
	_exit(0);
}

int agent_close(struct stage *stage, struct end *end, bool by_exit, struct err *err)
{
	struct agent *agent;
	pid_t parent = getpid();
	int channel[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) < 0)
		return err_sys(err, "making an agent's channel");
	agent = mem_zalloc(sizeof(*agent));
	agent->source = (struct source){.ready = agent_back, .owner = agent, .fd = channel[0]};
	agent->end = end;
	stage->agents = mem_resize(stage->agents, stage->n_agents + 1, sizeof(*stage->agents));
	stage->agents[stage->n_agents++] = agent;
	loop_remove(stage, &end->source);
	agent->pid = fork();
	if (agent->pid < 0) {
		err_sys(err, "starting an agent");
		close(channel[1]);
		return -err->code;
	}
	if (!agent->pid)
		child_run(end->fd, channel[1], by_exit, parent);
	close(channel[1]);
	/* The child waits until its descriptor is the last one: else this close() would be the one
	 * that lingers, with the wire standing still. */
	close(end->fd);
	end->fd = -1;
	agent->began_ns = clock_now_ns();
	shutdown(agent->source.fd, SHUT_WR);
	return loop_add(stage, &agent->source, EPOLLIN | EPOLLHUP, err);
}

int agents_wait_still(struct stage *stage, struct err *err)
{
	for (size_t i = 0; i < stage->n_agents; i++) {
		struct pollfd back = {.fd = stage->agents[i]->source.fd, .events = POLLIN};
		siginfo_t info;
		int n;

		if (!stage->agents[i]->pid)
			continue;
		do {
			n = poll(&back, 1, AGENT_STILL_MS);
		} while (n < 0 && errno == EINTR);
		if (n < 0)
			return err_sys(err, "waiting for an agent");
		if (!n)
			return err_set(err, ETIME, "an agent that exits has not come back in %d ms",
				       AGENT_STILL_MS);
		/* An exit may close the channel first: only its end has closed the socket. */
		if (waitid(P_PID, stage->agents[i]->pid, &info, WEXITED | WNOWAIT) < 0)
			return err_sys(err, "waiting for an agent's end");
	}
	return 0;
}

bool agents_done(struct stage *stage, void *unused)
{
	(void)unused;
	for (size_t i = 0; i < stage->n_agents; i++) {
		if (stage->agents[i]->pid)
			return false;
	}
	return true;
}

void agents_free(struct stage *stage)
{
	for (size_t i = 0; i < stage->n_agents; i++) {
		struct agent *agent = stage->agents[i];

		if (agent->pid > 0) {
			kill(agent->pid, SIGKILL);
			waitpid(agent->pid, NULL, 0);
		}
		if (agent->source.fd >= 0)
			close(agent->source.fd);
		free(agent);
	}
	free(stage->agents);
	stage->agents = NULL;
	stage->n_agents = 0;
}
