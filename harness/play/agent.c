// SPDX-License-Identifier: GPL-2.0-or-later
/* agent: owns the children of a worker; each has one socket, one call to make, and one pipe. */
#include "play/agent.h"
#include "base/clock.h"
#include "base/mem.h"
#include "play/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define AGENT_STILL_MS 5000

static void agent_back(struct stage *stage, struct source *source, uint32_t events)
{
	struct agent *agent = source->owner;

	(void)events;
	agent->end->close_ns = clock_now_ns() - agent->began_ns;
	agent->end->closed = true;
	loop_remove(stage, source);
	close(source->fd);
	source->fd = -1;
	/* It is on its way out; nothing that the wire could hold up is left in it. */
	waitpid(agent->pid, NULL, 0);
	agent->pid = 0;
}

/* Close the descriptors from first to last; one by one before Linux 5.9. */
static void close_between(int first, int last)
{
	if (first > last || close_range(first, last, 0) == 0)
		return;
	for (int fd = first; fd <= last && fd < sysconf(_SC_OPEN_MAX); fd++)
		close(fd);
}

/* In the child: nothing is open but the socket and the pipe. */
static void child_run(int sock, int pipe_fd, bool by_exit, pid_t parent)
{
	int low = sock < pipe_fd ? sock : pipe_fd, high = sock < pipe_fd ? pipe_fd : sock;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	close_between(0, low - 1);
	close_between(low + 1, high - 1);
	close_between(high + 1, INT_MAX);
	if (!by_exit)
		close(sock);
	_exit(0);
}

int agent_close(struct stage *stage, struct end *end, bool by_exit, struct err *err)
{
	struct agent *agent;
	pid_t parent = getpid();
	int pipe_fd[2];

	if (pipe2(pipe_fd, O_CLOEXEC) < 0)
		return err_sys(err, "making an agent's pipe");
	agent = mem_zalloc(sizeof(*agent));
	agent->source = (struct source){.ready = agent_back, .owner = agent, .fd = pipe_fd[0]};
	agent->end = end;
	stage->agents = mem_resize(stage->agents, stage->n_agents + 1, sizeof(*stage->agents));
	stage->agents[stage->n_agents++] = agent;
	loop_remove(stage, end->source);
	agent->began_ns = clock_now_ns();
	agent->pid = fork();
	if (agent->pid < 0) {
		err_sys(err, "starting an agent");
		close(pipe_fd[1]);
		return -err->code;
	}
	if (!agent->pid)
		child_run(end->fd, pipe_fd[1], by_exit, parent);
	close(pipe_fd[1]);
	/* The child's is the last descriptor now: what it does is what closes the connection. */
	close(end->fd);
	end->fd = -1;
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
		/* An exit may close the pipe before the socket: only its end has closed both. */
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
