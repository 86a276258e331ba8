// SPDX-License-Identifier: GPL-2.0-or-later
/* console: owns what is kept of a guest's console, and which of its lines a person needs. */
#include "target/console.h"

#include "base/mem.h"
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <string.h>

#define LINES_TOLD 6

bool console_read(struct console *console)
{
	for (;;) {
		struct pollfd ready = {.fd = console->fd, .events = POLLIN};
		char chunk[2048];
		ssize_t got;
		size_t over;

		if (console->fd < 0 || poll(&ready, 1, 0) <= 0)
			return console->fd >= 0;
		got = read(console->fd, chunk, sizeof(chunk));
		if (got <= 0)
			return got < 0 && (errno == EINTR || errno == EAGAIN);
		if (!console->bytes)
			console->bytes = mem_zalloc(CONSOLE_SIZE);
		over = console->len + got > CONSOLE_SIZE ? console->len + got - CONSOLE_SIZE : 0;
		memmove(console->bytes, console->bytes + over, console->len - over);
		console->len -= over;
		memcpy(console->bytes + console->len, chunk, got);
		console->len += got;
	}
}

/* What a kernel says when something is wrong: the worst first. */
static const char *const alarms[] = {"Kernel panic", "BUG:", "Oops", "WARNING:"};

/* How the guest itself begins (guest.c) when it gives up: the panic after it is only its end. */
#define GUEST_SAYS "afterclose guest:"

/* The last line that begins so; NULL where none does. */
static const char *last_line_of(const char *text, const char *beginning)
{
	const char *last = NULL;

	for (const char *at = text; (at = strstr(at, beginning)); at++) {
		if (at == text || at[-1] == '\n')
			last = at;
	}
	return last;
}

/* The line from which on it is worth reading; NULL where nothing stands out. */
static const char *first_telling(const char *text)
{
	const char *own = last_line_of(text, GUEST_SAYS);

	if (own)
		return own;
	for (size_t i = 0; i < ARRAY_SIZE(alarms); i++) {
		const char *found = strstr(text, alarms[i]);

		if (!found)
			continue;
		while (found > text && found[-1] != '\n')
			found--;
		return found;
	}
	return NULL;
}

/* The start of the last LINES_TOLD lines. */
static const char *last_lines(const char *text)
{
	const char *at = text + strlen(text);
	unsigned n = 0;

	while (at > text) {
		if (at[-1] == '\n' && at[0] && ++n == LINES_TOLD)
			break;
		at--;
	}
	return at;
}

/* One line as it may stand in a message: printable, without the kernel's blanks around it. */
static bool line_add(struct text *out, const char *line, size_t len, bool first)
{
	while (len && isspace((unsigned char)line[len - 1]))
		len--;
	while (len && isspace((unsigned char)*line)) {
		line++;
		len--;
	}
	if (!len)
		return false;
	if (!first)
		text_add(out, " | ");
	for (size_t i = 0; i < len; i++)
		text_addn(out, isprint((unsigned char)line[i]) ? &line[i] : "?", 1);
	return true;
}

void console_tell(const struct console *console, struct text *out)
{
	_cleanup_free_ char *text = mem_strndup(console->bytes ? console->bytes : "", console->len);
	const char *line = first_telling(text);
	unsigned n = 0;

	if (!line)
		line = last_lines(text);
	while (*line && n < LINES_TOLD) {
		size_t len = strcspn(line, "\n");

		n += line_add(out, line, len, !n);
		line += len + !!line[len];
	}
}

void console_close(struct console *console)
{
	if (console->fd >= 0)
		close(console->fd);
	free(console->bytes);
	*console = (struct console){.fd = -1};
}
