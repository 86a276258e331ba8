// SPDX-License-Identifier: GPL-2.0-or-later
/* kmsg: owns the reading of /dev/kmsg, and which of its lines are a kernel in trouble. */
#include "target/kmsg.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define LINE_MAX_BYTES 2048

/* How the reports of a kernel about itself begin: WARN, oops and BUG, sanitizers, lockdep, RCU and
 * the hung task detector. What is no error of the kernel's (a SYN flood, an overflow) is none. */
static const char *const beginnings[] = {
	"WARNING: ",
	"BUG: ",
	"kernel BUG at ",
	"Oops: ",
	"UBSAN: ",
	"KASAN: ",
	"INFO: rcu",
	"INFO: task ",
	"INFO: possible ",
	"rcu: INFO: ",
	"general protection fault",
	"unregister_netdevice: waiting for ",
	"refcount_t: ",
	"list_add corruption",
	"list_del corruption",
	"slab error",
	"kmemleak: ",
};

int kmsg_open(int *ret_fd, struct err *err)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, "open /dev/kmsg");
	lseek(fd, 0, SEEK_END);
	*ret_fd = fd;
	return 0;
}

const char *kmsg_line_warning(const char *line)
{
	const char *text = strchr(line, ';');

	if (!text)
		return NULL;
	text++;
	for (size_t i = 0; i < ARRAY_SIZE(beginnings); i++) {
		if (!strncmp(text, beginnings[i], strlen(beginnings[i])))
			return text;
	}
	return NULL;
}

char *kmsg_warning(int fd)
{
	char *first = NULL;

	for (;;) {
		char line[LINE_MAX_BYTES];
		ssize_t len = read(fd, line, sizeof(line) - 1);
		const char *text;

		if (len < 0 && errno == EPIPE)
			continue; /* some were overwritten; the next read goes on after them */
		if (len <= 0)
			return first;
		line[len] = '\0';
		text = first ? NULL : kmsg_line_warning(line);
		if (text)
			first = mem_strndup(text, strcspn(text, "\n"));
	}
}
