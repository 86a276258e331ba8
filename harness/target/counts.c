// SPDX-License-Identifier: GPL-2.0-or-later
/* counts: owns the walk through /sys/kernel/debug/gcov. */
#include "target/counts.h"

#include "base/mem.h"
#include "base/text.h"
#include "kernel/files.h"
#include "target/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <string.h>
#include <sys/mount.h>

#define DEBUGFS "/sys/kernel/debug"
#define COUNTS	DEBUGFS "/gcov"
#define SUFFIX	".gcda"

int counts_open(struct err *err)
{
	if (mount("debugfs", DEBUGFS, "debugfs", 0, NULL) && errno != EBUSY)
		return err_sys(err, "mount debugfs on " DEBUGFS);
	if (access(COUNTS "/reset", W_OK))
		return err_set(err, ENOTSUP,
			       "this kernel does not count its lines: it has no " COUNTS);
	return 0;
}

int counts_reset(struct err *err)
{
	_cleanup_fd_ int fd = open(COUNTS "/reset", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "1", 1) != 1)
		return err_sys(err, COUNTS "/reset");
	return 0;
}

static int counts_send_file(int fd, const char *path, struct err *err)
{
	_cleanup_text_ struct text body = {0};
	int ret;

	text_addn(&body, path, strlen(path) + 1);
	if (files_read(path, &body, err) < 0)
		return -err->code;
	ret = channel_send(fd, MESSAGE_COUNTS, body.data, body.len);
	return ret < 0 ? err_set(err, -ret, "send counts to the runner") : 0;
}

static bool is_counts(const FTSENT *entry)
{
	size_t len = entry->fts_namelen;

	return entry->fts_info == FTS_F && len > strlen(SUFFIX) &&
	       !strcmp(entry->fts_name + len - strlen(SUFFIX), SUFFIX);
}

static int cleanup_fts(FTS **fts)
{
	return *fts ? fts_close(*fts) : 0;
}

int counts_send(int fd, struct err *err)
{
	char root[] = COUNTS;
	char *const roots[] = {root, NULL};
	__attribute__((cleanup(cleanup_fts))) FTS *fts =
		fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	const FTSENT *entry;

	if (!fts)
		return err_sys(err, COUNTS);
	while ((entry = fts_read(fts))) {
		if (is_counts(entry) && counts_send_file(fd, entry->fts_path, err) < 0)
			return -err->code;
	}
	return 0;
}
