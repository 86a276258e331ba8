// SPDX-License-Identifier: GPL-2.0-or-later
/* kernel: owns the choice of a kernel by its name. */
#include "kernel/kernel.h"

#include "base/mem.h"
#include "base/nearest.h"
#include "kernel/cache.h"

#include <errno.h>
#include <string.h>

const char *kernel_kind_name(enum kernel_kind kind)
{
	switch (kind) {
	case KERNEL_UML:
		return "uml";
	case KERNEL_QEMU:
		return "qemu";
	}
	return "";
}

/* How a kernel of this kind comes into the cache. */
static const char *how(enum kernel_kind kind)
{
	return kind == KERNEL_UML ? "`afterclose kernel build uml:SOURCE` builds one"
				  : "`afterclose kernel fetch debian:6.1` or `kernel add "
				    "qemu:VMLINUZ` gets one";
}

static bool better(const struct cache_entry *entry, const struct cache_entry *than)
{
	if (entry->instrumented != than->instrumented)
		return !entry->instrumented;
	return entry->added_ns > than->added_ns;
}

/* By name, or the newest, a plain one if there is any. NULL: there is none. */
static const struct cache_entry *entry_choose(const struct cache_entry *entries, size_t n,
					      enum kernel_kind kind, const char *name)
{
	const struct cache_entry *best = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct cache_entry *entry = &entries[i];

		if (entry->kind != kind || (name && strcmp(entry->name, name)))
			continue;
		if (!best || better(entry, best))
			best = entry;
	}
	return best;
}

static int entry_unknown(const struct cache_entry *entries, size_t n, enum kernel_kind kind,
			 const char *name, struct err *err)
{
	_cleanup_free_ const char **names = mem_zalloc((n + 1) * sizeof(*names));
	size_t n_names = 0;

	for (size_t i = 0; i < n; i++) {
		if (entries[i].kind == kind)
			names[n_names++] = entries[i].name;
	}
	if (!n_names)
		return err_set(err, ENOENT, "no kernel %s%s%s here; %s", kernel_kind_name(kind),
			       name ? ":" : "", name ? name : "", how(kind));
	return err_set(err, ENOENT,
		       "no kernel %s:%s here; the nearest is %s:%s (afterclose kernel list); %s",
		       kernel_kind_name(kind), name, kernel_kind_name(kind),
		       nearest_of(name, names, n_names), how(kind));
}

int kernel_find(enum kernel_kind kind, const char *name, struct kernel *ret, struct err *err)
{
	_cleanup_cache_ struct cache cache = {.lock_fd = -1};
	const struct cache_entry *entry;
	struct cache_entry *entries;
	size_t n;
	int code;

	*ret = (struct kernel){.fd = -1};
	if (cache_open(&cache, err) < 0 || cache_list(&cache, &entries, &n, err) < 0)
		return -err->code;
	entry = entry_choose(entries, n, kind, name);
	if (entry)
		code = cache_hold(&cache, entry, ret, err);
	else
		code = entry_unknown(entries, n, kind, name, err);
	cache_entries_free(entries, n);
	if (code < 0)
		kernel_free(ret);
	return code;
}

void kernel_free(struct kernel *kernel)
{
	free(kernel->name);
	free(kernel->path);
	free(kernel->modules_dir);
	free(kernel->gcov_dir);
	free(kernel->id);
	mem_cleanup_close(&kernel->fd);
	*kernel = (struct kernel){.fd = -1};
}
