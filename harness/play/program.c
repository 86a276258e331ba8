// SPDX-License-Identifier: GPL-2.0-or-later
/* program: owns the worker's side of a program: its start, its channel, what it says, its end. */
#include "play/program.h"
#include "base/clock.h"
#include "base/mem.h"
#include "lab/diag.h"
#include "play/end.h"
#include "play/loop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/wait.h>

/* A socket that begins to listen is no event: it is looked for ever less often. */
#define LOOK_NS_MIN  NS_PER_MS
#define LOOK_NS_MAX  (64 * NS_PER_MS)

#define SAID_LEN_MAX 200

static struct stand_in_tally *tally_new(void)
{
	void *shared = mmap(NULL, sizeof(struct stand_in_tally), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return shared == MAP_FAILED ? NULL : shared;
}

struct program *program_new(struct stage *stage, const struct step *step, const struct name *name,
			    bool serves)
{
	struct program *program = mem_zalloc(sizeof(*program));

	program->step = step;
	program->name = name;
	program->serves = serves;
	program->with = stage->options->with[serves ? HOST_SERVER : HOST_CLIENT];
	program->channel.fd = -1;
	program->outputs[0].source.fd = program->outputs[1].source.fd = -1;
	program->state = PROGRAM_STOPPED;
	stage->programs =
		mem_resize(stage->programs, stage->n_programs + 1, sizeof(*stage->programs));
	stage->programs[stage->n_programs++] = program;
	return program;
}

static void source_close(struct stage *stage, struct source *source)
{
	if (source->fd < 0)
		return;
	loop_remove(stage, source);
	close(source->fd);
	source->fd = -1;
}

/* All of it has gone, and what was in its pipes has been read. */
static void program_gone(struct stage *stage, struct program *program)
{
	source_close(stage, &program->channel);
	waitpid(program->pid, NULL, 0);
	loop_worked(stage);
	program->pid = 0;
	program->state = PROGRAM_STOPPED;
}

static void channel_ready(struct stage *stage, struct source *source, uint32_t events)
{
	struct program *program = source->owner;
	struct inmate_news news;
	ssize_t n = recv(source->fd, &news, sizeof(news), MSG_DONTWAIT);

	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n != sizeof(news)) {
		program_gone(stage, program);
		return;
	}
	if (news.what == INMATE_FIRST_ENDED) {
		program->ended = program->has_ended = true;
		program->ended_ns = clock_now_ns();
		program->status = news.status;
		program->daemon = news.others;
	} else {
		program_gone(stage, program);
	}
}

/* Twice as much is kept at most, so that not each piece moves it all. */
static void output_keep(struct program_output *output, const char *bytes, size_t len)
{
	struct text *text = &output->text;

	text_addn(text, bytes, len);
	if (text->len < (size_t)2 * PROGRAM_OUTPUT_MAX)
		return;
	output->left_out += text->len - PROGRAM_OUTPUT_MAX;
	memmove(text->data, text->data + text->len - PROGRAM_OUTPUT_MAX, PROGRAM_OUTPUT_MAX + 1);
	text->len = PROGRAM_OUTPUT_MAX;
}

/* Some at a time: what writes without end does not keep the wire from going on. */
static bool output_read(struct program_output *output)
{
	char buf[16384];
	ssize_t n = read(output->source.fd, buf, sizeof(buf));

	if (n > 0)
		output_keep(output, buf, n);
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

static void output_ready(struct stage *stage, struct source *source, uint32_t events)
{
	(void)events;
	if (!output_read(source->owner))
		source_close(stage, source);
}

/* Returns the writing end, or -errno. */
static int output_open(struct stage *stage, struct program_output *output, struct err *err)
{
	int fds[2], r;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys(err, "a pipe for a program's output");
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	output->source = (struct source){.ready = output_ready, .owner = output, .fd = fds[0]};
	r = loop_add(stage, &output->source, EPOLLIN, err);
	if (r)
		close(fds[1]);
	return r ? r : fds[1];
}

static void fds_close(int *fds)
{
	for (int i = 0; i < N_INMATE_FDS; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
}

static int fds_open(struct stage *stage, struct program *program, int *fds, struct err *err)
{
	int channel[2];

	fds[INMATE_IN] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (fds[INMATE_IN] < 0)
		return err_sys(err, "/dev/null");
	fds[INMATE_OUT] = output_open(stage, &program->outputs[0], err);
	if (fds[INMATE_OUT] < 0)
		return -err->code;
	fds[INMATE_ERR] = output_open(stage, &program->outputs[1], err);
	if (fds[INMATE_ERR] < 0)
		return -err->code;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) < 0)
		return err_sys(err, "a program's channel");
	fds[INMATE_CHANNEL] = channel[1];
	program->channel =
		(struct source){.ready = channel_ready, .owner = program, .fd = channel[0]};
	return loop_add(stage, &program->channel, EPOLLIN, err);
}

static const char *address_text(const struct stage *stage, const struct endpoint *at, char *ret)
{
	int family = cell_family(stage->cell);

	return inet_ntop(family, lab_address(&stage->lab, at->host, family, at->address)->bytes,
			 ret, INET6_ADDRSTRLEN);
}

/* The words of its command line, as this cell fills them; none: a stand-in. */
static void words_fill(const struct stage *stage, struct program *program)
{
	static const struct endpoint client_at = {.host = HOST_CLIENT, .address = 1};
	char server[INET6_ADDRSTRLEN], client[INET6_ADDRSTRLEN];
	const struct with_values values = {
		.server = address_text(stage, &program->at, server),
		.client = address_text(stage, &client_at, client),
		.family = cell_family(stage->cell) == AF_INET ? "ipv4" : "ipv6",
		.port = program->at.port,
		.port2 = program->has_other ? program->other.port : 0,
	};

	if (!program->with || program->words)
		return;
	program->words = mem_zalloc((program->with->n + 1) * sizeof(*program->words));
	for (; program->n_words < program->with->n; program->n_words++)
		program->words[program->n_words] =
			with_expand(program->with->words[program->n_words], &values);
}

static void stand_in_address(const struct stage *stage, struct program *program)
{
	struct stand_in *stand_in = &program->stand_in;
	int family = cell_family(stage->cell);

	stand_in->serves = program->serves;
	stand_in->has_other = program->has_other;
	stand_in->len = end_address(stage, &program->at, family, &stand_in->at);
	if (program->has_other)
		end_address(stage, &program->other, family, &stand_in->other);
	if (!stand_in->tally)
		stand_in->tally = tally_new();
}

static void program_begin(struct program *program)
{
	program->state = PROGRAM_STARTING;
	program->started_ns = clock_now_ns();
	program->ended = program->daemon = false;
}

int program_start(struct stage *stage, struct program *program, struct err *err)
{
	enum host_id host = program->serves ? HOST_SERVER : HOST_CLIENT;
	struct inmate inmate = {
		.fds = {-1, -1, -1, -1},
		.netns_fd = stage->lab.hosts[host].ns_fd,
		.with = program->with,
		.stand_in = &program->stand_in,
		.host = host_names[host],
		.cell = stage->cell->id,
	};
	int r;

	words_fill(stage, program);
	inmate.words = program->words;
	stand_in_address(stage, program);
	for (size_t i = 0; i < ARRAY_SIZE(program->outputs); i++)
		source_close(stage, &program->outputs[i].source);
	r = program->stand_in.tally ? fds_open(stage, program, inmate.fds, err)
				    : err_set(err, ENOMEM, "memory to share with a stand-in");
	if (!r) {
		program_begin(program);
		r = inmate_start(&inmate, err);
		loop_worked(stage);
	}
	if (r > 0)
		program->pid = r;
	else
		source_close(stage, &program->channel);
	fds_close(inmate.fds);
	return r < 0 ? r : 0;
}

/* "ended with status 1", "was ended by SIGSEGV" */
static void end_words(const struct program *program, struct text *out)
{
	char word[SIGNAL_WORD_LEN];

	if (!program->ended)
		text_add(out, "ended");
	else if (WIFSIGNALED(program->status))
		text_add(out, "was ended by %s",
			 signal_word(WTERMSIG(program->status), word, sizeof(word)));
	else
		text_add(out, "ended with status %d", WEXITSTATUS(program->status));
}

/* The end of what it said, on one line. */
static void said_words(const struct program *program, struct text *out)
{
	const struct text *text = &program->outputs[1].text;
	size_t len, from;

	if (!text->len)
		text = &program->outputs[0].text;
	len = text->len;
	while (len && (unsigned char)text->data[len - 1] <= ' ')
		len--;
	from = len > SAID_LEN_MAX ? len - SAID_LEN_MAX : 0;
	text_add(out, len ? "; it said: " : "; it said nothing");
	for (size_t i = from; i < len; i++)
		text_add(out, "%c",
			 text->data[i] >= ' ' && text->data[i] < 127 ? text->data[i] : ' ');
}

void program_end(struct stage *stage, struct program *program)
{
	if (program->pid) {
		kill(program->pid, SIGKILL);
		program_gone(stage, program);
	}
	for (size_t i = 0; i < ARRAY_SIZE(program->outputs); i++) {
		struct program_output *output = &program->outputs[i];
		size_t before = SIZE_MAX;

		while (output->source.fd >= 0 && before != output->text.len + output->left_out) {
			before = output->text.len + output->left_out;
			output_read(output);
		}
		source_close(stage, &output->source);
	}
}

/* Its last words may still be in its pipes. */
static int listen_failed(struct stage *stage, struct program *program, int code, struct err *err)
{
	_cleanup_text_ struct text words = {0};

	if (code == ETIME)
		text_add(&words, "runs, and does not listen on port %u", program->at.port);
	else
		end_words(program, &words);
	program_end(stage, program);
	if (code == ESRCH)
		text_add(&words, " before it listened on port %u", program->at.port);
	said_words(program, &words);
	return err_set(err, code, "line %d: the server's program (%s) %s", program->step->at.line,
		       program->with ? program->with->path : "the stand-in", text_str(&words));
}

static bool program_all_gone(struct stage *stage, void *arg)
{
	const struct program *program = arg;

	(void)stage;
	return !program->pid;
}

static int program_listens(const struct stage *stage, const struct program *program, bool *ret,
			   struct err *err)
{
	size_t n = 0;
	int r = sockets_count(
		stage, HOST_SERVER,
		&(struct diag_filter){.state = STATE_LISTEN, .local_port = program->at.port}, &n,
		err);

	*ret = n > 0;
	return r;
}

int program_await_listening(struct stage *stage, struct program *program, int64_t deadline_ns,
			    struct err *err)
{
	int64_t pause_ns = LOOK_NS_MIN;
	bool listens = false;
	int r = 0;

	while (!r) {
		int64_t next_ns = clock_now_ns() + pause_ns;

		r = program_listens(stage, program, &listens, err);
		if (r || listens)
			break;
		if (clock_now_ns() >= deadline_ns)
			return listen_failed(stage, program, ETIME, err);
		r = loop_wait(stage, program_all_gone, program,
			      next_ns < deadline_ns ? next_ns : deadline_ns, err);
		if (r > 0)
			return listen_failed(stage, program, ESRCH, err);
		pause_ns = pause_ns < LOOK_NS_MAX ? pause_ns * 2 : pause_ns;
	}
	if (r)
		return r;
	program->state = PROGRAM_SERVING;
	program->ready_ns = clock_now_ns() - program->started_ns;
	if (program->stop_ns && clock_now_ns() - program->stop_ns > program->outage_ns)
		program->outage_ns = clock_now_ns() - program->stop_ns;
	return 0;
}

int program_stop(struct stage *stage, struct program *program, int signal, int64_t deadline_ns,
		 struct err *err)
{
	uint8_t number = signal;

	if (!program->pid)
		return 1;
	program->stop_ns = clock_now_ns();
	program->state = PROGRAM_STOPPING;
	/* Its process 1 may have ended by itself just now. */
	if (send(program->channel.fd, &number, sizeof(number), MSG_NOSIGNAL) < 0 &&
	    errno != EPIPE && errno != ECONNRESET)
		return err_sys(err, "telling a program's process 1 of a signal");
	return loop_wait(stage, program_all_gone, program, deadline_ns, err);
}

struct program *program_find(const struct stage *stage, const struct name *name)
{
	for (size_t i = 0; i < stage->n_programs; i++) {
		if (stage->programs[i]->name == name)
			return stage->programs[i];
	}
	return NULL;
}

const struct program *program_load(const struct stage *stage)
{
	for (size_t i = stage->n_programs; i-- > 0;) {
		if (!stage->programs[i]->serves)
			return stage->programs[i];
	}
	return NULL;
}

const struct program *program_serving(const struct stage *stage, uint16_t port)
{
	for (size_t i = 0; i < stage->n_programs; i++) {
		if (stage->programs[i]->serves && stage->programs[i]->at.port == port)
			return stage->programs[i];
	}
	return NULL;
}

const char *program_phase(const struct program *program)
{
	static const char *const names[] = {
		[PROGRAM_STARTING] = "starting",
		[PROGRAM_SERVING] = "serving",
		[PROGRAM_STOPPING] = "stopping",
		[PROGRAM_STOPPED] = "stopped",
	};

	return names[program->state];
}
