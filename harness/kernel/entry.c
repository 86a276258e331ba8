// SPDX-License-Identifier: GPL-2.0-or-later
/* entry: owns kernel.json and the hash over an entry's files. */
#include "kernel/entry.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "kernel/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

const char *kernel_file_name(enum kernel_kind kind)
{
	return kind == KERNEL_UML ? "linux" : "vmlinuz";
}

char *entry_gcov(const char *path)
{
	return mem_printf("%s/gcov", path);
}

/* The kernel itself byte by byte, its modules by name and size: what each use of it can afford. */
static int entry_hash(const char *path, enum kernel_kind kind, uint64_t *ret, uint64_t *ret_bytes,
		      struct err *err)
{
	_cleanup_free_ char *file = mem_printf("%s/%s", path, kernel_file_name(kind));
	_cleanup_free_ char *lib = mem_printf("%s/lib", path);
	_cleanup_free_ char *gcov = entry_gcov(path);

	*ret = HASH_START;
	*ret_bytes = 0;
	if (files_hash(file, ret, ret_bytes, err) < 0 ||
	    files_hash_tree(lib, ret, ret_bytes, err) < 0 ||
	    files_hash_tree(gcov, ret, ret_bytes, err) < 0)
		return -err->code;
	return 0;
}

/* And its modules byte by byte: of two kernels that differ in these alone, each is its own. */
static int entry_id(const char *path, uint64_t hash, char ret_id[17], struct err *err)
{
	_cleanup_free_ char *lib = mem_printf("%s/lib", path);

	if (files_hash_bytes(lib, &hash, err) < 0)
		return -err->code;
	hash_format(hash, ret_id);
	return 0;
}

int entry_permit(const char *path, enum kernel_kind kind, struct err *err)
{
	_cleanup_free_ char *file = mem_printf("%s/%s", path, kernel_file_name(kind));
	mode_t needed = kind == KERNEL_UML ? 0755 : 0644;
	struct stat st;

	if (stat(file, &st))
		return err_sys(err, "%s", file);
	if ((st.st_mode & needed) != needed && chmod(file, (st.st_mode & 0777) | needed))
		return err_sys(err, "%s", file);
	return 0;
}

int entry_seal(const char *path, const struct cache_entry *what, char ret_id[17], struct err *err)
{
	_cleanup_free_ char *file = mem_printf("%s/kernel.json", path), *text = NULL;
	uint64_t hash, bytes;
	char check[17];
	json_t *json;

	if (entry_hash(path, what->kind, &hash, &bytes, err) < 0 ||
	    entry_id(path, hash, ret_id, err) < 0)
		return -err->code;
	hash_format(hash, check);
	json = json_pack("{s:s, s:s, s:s, s:I, s:b, s:s}", "kind", kernel_kind_name(what->kind),
			 "release", what->release, "from", what->from, "bytes", (json_int_t)bytes,
			 "instrumented", what->instrumented, "check", check);
	text = json ? json_dumps(json, JSON_INDENT(1)) : NULL;
	json_decref(json);
	if (!text)
		return err_set(err, EINVAL, "%s: its release or origin is not UTF-8", path);
	return files_write(file, text, strlen(text), err) < 0 ? -err->code : files_sync(file, err);
}

/* Entries that are older than "check" have it as their id. */
static bool check_holds(const char *path, const struct cache_entry *entry, uint64_t hash)
{
	_cleanup_free_ char *file = mem_printf("%s/kernel.json", path);
	json_t *json = json_load_file(file, 0, NULL);
	const char *check = json_string_value(json_object_get(json, "check"));
	char is[17];
	bool same;

	hash_format(hash, is);
	same = !strcmp(is, check ? check : entry->id);
	json_decref(json);
	return same;
}

static enum kernel_kind entry_kind(const char *path)
{
	_cleanup_free_ char *uml = mem_printf("%s/%s", path, kernel_file_name(KERNEL_UML));

	return access(uml, F_OK) ? KERNEL_QEMU : KERNEL_UML;
}

bool entry_is_whole(const char *path, const char *id)
{
	uint64_t hash, bytes;
	struct err ignored;
	char is[17];

	return entry_hash(path, entry_kind(path), &hash, &bytes, &ignored) >= 0 &&
	       entry_id(path, hash, is, &ignored) >= 0 && !strcmp(is, id);
}

static bool told_alike(const json_t *json, const json_t *other)
{
	static const char *const keys[] = {"kind", "bytes", "instrumented", "check"};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (!json_equal(json_object_get(json, keys[i]), json_object_get(other, keys[i])))
			return false;
	}
	return json_is_string(json_object_get(json, "release")) &&
	       json_is_string(json_object_get(json, "from"));
}

int entry_mend(const char *path, const char *from, struct err *err)
{
	_cleanup_free_ char *file = mem_printf("%s/kernel.json", path);
	_cleanup_free_ char *next = mem_printf("%s/kernel.json", from);
	json_t *json = json_load_file(file, 0, NULL), *other = json_load_file(next, 0, NULL);
	bool good = told_alike(json, other);

	json_decref(json);
	json_decref(other);
	return good || !rename(next, file) ? 0 : err_sys(err, "%s", file);
}

int entry_check(const char *path, const struct cache_entry *entry, struct err *err)
{
	uint64_t hash, bytes;

	if (entry_hash(path, entry_kind(path), &hash, &bytes, err) < 0)
		return -err->code;
	if (!check_holds(path, entry, hash))
		return err_set(err, EBADMSG,
			       "the kernel %s in the cache is not what it was when it was added "
			       "(%s); remove it and add it again",
			       entry->name, path);
	return 0;
}

static int cleanup_dir(DIR **dir)
{
	return *dir ? closedir(*dir) : 0;
}

int entry_modules(const char *path, char **ret, struct err *err)
{
	_cleanup_free_ char *modules = mem_printf("%s/lib/modules", path);
	__attribute__((cleanup(cleanup_dir))) DIR *dir = opendir(modules);
	const struct dirent *file;

	*ret = NULL;
	if (!dir)
		return errno == ENOENT ? 0 : err_sys(err, "%s", modules);
	while (!*ret && (file = readdir(dir))) {
		if (*file->d_name != '.')
			*ret = mem_printf("%s/%s", modules, file->d_name);
	}
	return 0;
}

/* An entry that somebody took apart still has a name, by which it can be removed. */
static void entry_load(const char *cache_dir, struct cache_entry *entry)
{
	_cleanup_free_ char *path = mem_printf("%s/kernels/%s/kernel.json", cache_dir, entry->id);
	json_t *json = json_load_file(path, 0, NULL);
	const char *release = "damaged", *from = "remove it and add it again";
	json_int_t bytes = 0;

	json_unpack(json, "{s:s, s:s, s:I}", "release", &release, "from", &from, "bytes", &bytes);
	entry->release = mem_strdup(release);
	entry->from = mem_strdup(from);
	entry->bytes = bytes;
	entry->instrumented = json_is_true(json_object_get(json, "instrumented"));
	json_decref(json);
}

/* "uml:linux-6.12" -> ../ID; false for what is no such thing. */
static bool entry_parse(const char *names, const char *file, struct cache_entry *ret)
{
	_cleanup_free_ char *path = mem_printf("%s/%s", names, file);
	char target[64] = "";
	struct stat st;

	if (readlink(path, target, sizeof(target) - 1) < 0 || strncmp(target, "../", 3) ||
	    lstat(path, &st))
		return false;
	for (enum kernel_kind kind = KERNEL_UML; kind <= KERNEL_QEMU; kind++) {
		size_t len = strlen(kernel_kind_name(kind));

		if (strncmp(file, kernel_kind_name(kind), len) || file[len] != ':')
			continue;
		*ret = (struct cache_entry){
			.kind = kind,
			.name = mem_strdup(file + len + 1),
			.id = mem_strdup(target + 3),
			.added_ns = st.st_mtim.tv_sec * NS_PER_S + st.st_mtim.tv_nsec,
		};
		return true;
	}
	return false;
}

static int by_kind_and_name(const void *a, const void *b)
{
	const struct cache_entry *x = a, *y = b;

	return x->kind != y->kind ? (x->kind > y->kind) - (x->kind < y->kind)
				  : strcmp(x->name, y->name);
}

int entries_read(const char *cache_dir, struct cache_entry **ret, size_t *ret_n, struct err *err)
{
	_cleanup_free_ char *names = mem_printf("%s/kernels/names", cache_dir);
	__attribute__((cleanup(cleanup_dir))) DIR *dir = opendir(names);
	struct cache_entry *entries = NULL;
	const struct dirent *file;
	size_t n = 0;

	if (!dir)
		return err_sys(err, "%s", names);
	while ((file = readdir(dir))) {
		entries = mem_resize(entries, n + 1, sizeof(*entries));
		if (entry_parse(names, file->d_name, &entries[n]))
			entry_load(cache_dir, &entries[n++]);
	}
	if (n)
		qsort(entries, n, sizeof(*entries), by_kind_and_name);
	*ret = entries;
	*ret_n = n;
	return 0;
}

void cache_entries_free(struct cache_entry *entries, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(entries[i].name);
		free(entries[i].id);
		free(entries[i].release);
		free(entries[i].from);
	}
	free(entries);
}
