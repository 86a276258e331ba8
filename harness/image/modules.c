// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * modules: owns which of a kernel's modules a guest gets, and in which order. A module says itself
 * which others it needs (`depends=` and `softdep=` in its section .modinfo), so a tree on which
 * depmod never ran will do. What is missing, or refused by the guest's kernel, is to the guest as
 * it is on a kernel without it: probes find out.
 */
#include "image/initramfs.h"

#include "base/mem.h"
#include "image/elf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define MODULES_PATH "/modules"

/* What labs are built of, and what scenarios of any family may ask for. */
static const char *const wanted[] = {
	"af_packet",
	"ipv6",
	"veth",
	"dummy",
	"ifb",
	"tun",
	"sch_netem",
	"sch_tbf",
	"sch_htb",
	"sch_plug",
	"sch_ingress",
	"act_mirred",
	"inet_diag",
	"tcp_diag",
	"packet_diag",
	"nf_tables",
	"nft_ct",
	"nft_nat",
	"nft_masq",
	"nft_redir",
	"nft_chain_nat",
	"nft_reject_inet",
	"nft_limit",
	"nf_conntrack",
	"nf_nat",
	"nf_conntrack_netlink",
	"nfnetlink_cttimeout",
	"ip_vs",
	"ip_vs_rr",
	"tcp_bbr",
	"drop_monitor",
};

struct module {
	char *name;
	char *path;
	bool taken;
};

struct modules {
	struct module *of;
	size_t n;
	size_t skip; /* of each path: the directory's */
	unsigned n_taken;
	struct initramfs *initramfs;
};

static void modules_free(struct modules *modules)
{
	for (size_t i = 0; i < modules->n; i++) {
		free(modules->of[i].name);
		free(modules->of[i].path);
	}
	free(modules->of);
}

static bool is_module(const char *ending)
{
	static const char *const endings[] = {".ko", ".ko.gz", ".ko.xz", ".ko.zst"};

	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		if (!strcmp(ending, endings[i]))
			return true;
	}
	return false;
}

static void modules_add_file(struct modules *modules, const char *file, const char *path)
{
	size_t len = strcspn(file, ".");

	if (!is_module(file + len))
		return;
	modules->of = mem_resize(modules->of, modules->n + 1, sizeof(*modules->of));
	modules->of[modules->n++] =
		(struct module){mem_strndup(file, len), mem_strdup(path), false};
}

static int modules_find(struct modules *modules, const char *dir, struct err *err)
{
	char *const roots[] = {(char *)dir, NULL};
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, NULL);
	FTSENT *entry;

	if (!fts)
		return err_sys(err, "read %s", dir);
	while ((entry = fts_read(fts))) {
		if (entry->fts_info == FTS_F || entry->fts_info == FTS_NSOK)
			modules_add_file(modules, entry->fts_name, entry->fts_path);
	}
	fts_close(fts);
	return 0;
}

/* To the kernel - and _ in a module's name are the same. */
static bool is_name(const char *name, const char *other, size_t other_len)
{
	for (size_t i = 0; i < other_len; i++) {
		if (name[i] != other[i] && !(strchr("-_", name[i]) && strchr("-_", other[i])))
			return false;
		if (!name[i])
			return false;
	}
	return !name[other_len];
}

static struct module *modules_get(struct modules *modules, const char *name, size_t len)
{
	for (size_t i = 0; i < modules->n; i++) {
		if (is_name(modules->of[i].name, name, len))
			return &modules->of[i];
	}
	return NULL;
}

static int module_read(const struct module *module, struct bytes *ret, struct err *err)
{
	_cleanup_bytes_ struct bytes file = {0};
	struct elf elf;

	if (bytes_map(module->path, &file, err) < 0)
		return -err->code;
	if (!elf_open(file.data, file.len, &elf)) {
		*ret = file;
		file = (struct bytes){0};
		return 0;
	}
	if (bytes_unpack(file.data, file.len, ret, err) < 0)
		return err_prefix(err, "%s", module->path);
	return 0;
}

/* The value of a key of .modinfo ("key=value", each with its NUL) that comes next after this one,
 * the first after NULL. NULL: there is none. */
static const char *modinfo_next(const struct bytes *module, const char *key, const char *after)
{
	size_t len, key_len = strlen(key);
	const char *at, *end;
	struct elf elf;

	if (elf_open(module->data, module->len, &elf) < 0)
		return NULL;
	at = (const char *)elf_section(&elf, ".modinfo", &len);
	end = at ? at + len : at;
	if (after)
		at = after + strlen(after) + 1;
	for (; at < end; at += strnlen(at, end - at) + 1) {
		if ((size_t)(end - at) > key_len && !memcmp(at, key, key_len) &&
		    at[key_len] == '=' && memchr(at, 0, end - at))
			return at + key_len + 1;
	}
	return NULL;
}

static int modules_take(struct modules *modules, const char *name, size_t len, struct err *err);
static int module_take(struct modules *modules, struct module *module, struct err *err);

/* "alias=crypto-crc32c", and before that "alias=crc32c" alone. */
static bool is_of_algorithm(const struct bytes *module, const char *name, size_t len)
{
	static const char prefix[] = "crypto-";
	const char *alias = NULL;

	while ((alias = modinfo_next(module, "alias", alias))) {
		if (is_name(alias, name, len) || (!strncmp(alias, prefix, sizeof(prefix) - 1) &&
						  is_name(alias + sizeof(prefix) - 1, name, len)))
			return true;
	}
	return false;
}

/* Who implements it stands in crypto/ and arch/x86/crypto/; those in drivers/ are for devices that
 * no guest has. The kernel chooses among those that load. */
static int algorithm_take(struct modules *modules, const char *name, size_t len, struct err *err)
{
	for (size_t i = 0; i < modules->n; i++) {
		_cleanup_bytes_ struct bytes file = {0};
		const char *path = modules->of[i].path + modules->skip;

		if (modules->of[i].taken || !strstr(path, "/crypto/") || strstr(path, "/drivers/"))
			continue;
		if (module_read(&modules->of[i], &file, err) < 0 ||
		    (is_of_algorithm(&file, name, len) &&
		     module_take(modules, &modules->of[i], err) < 0))
			return -err->code;
	}
	return 0;
}

/* "pre: crc32c post: x": what is to be there before it, a module or an algorithm. */
static int softdep_take(struct modules *modules, const char *words, struct err *err)
{
	bool before = false;

	while (*words) {
		size_t len = strcspn(words, " ");
		int ret = 0;

		if (len && words[len - 1] == ':')
			before = !strncmp(words, "pre:", len);
		else if (before && len && modules_get(modules, words, len))
			ret = modules_take(modules, words, len, err);
		else if (before && len)
			ret = algorithm_take(modules, words, len, err);
		if (ret < 0)
			return ret;
		words += len + strspn(words + len, " ");
	}
	return 0;
}

static int depends_take(struct modules *modules, const char *names, struct err *err)
{
	while (*names) {
		size_t len = strcspn(names, ",");

		if (modules_take(modules, names, len, err) < 0)
			return -err->code;
		names += len + (names[len] == ',');
	}
	return 0;
}

/* First what it needs; a module that needs itself in a circle is taken once. */
static int module_take(struct modules *modules, struct module *module, struct err *err)
{
	_cleanup_bytes_ struct bytes file = {0};
	_cleanup_free_ char *path = NULL;
	const char *depends, *softdep = NULL;

	if (module->taken)
		return 0;
	module->taken = true;
	if (module_read(module, &file, err) < 0)
		return -err->code;
	while ((softdep = modinfo_next(&file, "softdep", softdep))) {
		if (softdep_take(modules, softdep, err) < 0)
			return -err->code;
	}
	depends = modinfo_next(&file, "depends", NULL);
	if (depends && depends_take(modules, depends, err) < 0)
		return -err->code;
	path = mem_printf(MODULES_PATH "/%03u-%s", modules->n_taken++, module->name);
	initramfs_add_file(modules->initramfs, path, 0600, file.data, file.len);
	return 0;
}

static int modules_take(struct modules *modules, const char *name, size_t len, struct err *err)
{
	struct module *module = modules_get(modules, name, len);

	return module ? module_take(modules, module, err) : 0;
}

int initramfs_add_modules(struct initramfs *initramfs, const char *modules_dir, struct err *err)
{
	struct modules modules = {.initramfs = initramfs, .skip = strlen(modules_dir)};
	int ret = modules_find(&modules, modules_dir, err);

	for (size_t i = 0; !ret && i < ARRAY_SIZE(wanted); i++)
		ret = modules_take(&modules, wanted[i], strlen(wanted[i]), err);
	modules_free(&modules);
	return ret;
}

/* One that the kernel does not take is as one that is not there. */
static int module_load(const char *path, struct text *ret_refused, struct err *err)
{
	_cleanup_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, "open the guest's %s", path);
	if (syscall(SYS_finit_module, fd, "", 0) < 0 && errno != EEXIST)
		text_add(ret_refused, "%s%s: %s", ret_refused->len ? ", " : "",
			 path + sizeof(MODULES_PATH), strerror(errno));
	return 0;
}

int initramfs_load_modules(struct text *ret_refused, struct err *err)
{
	struct dirent **entries;
	int n = scandir(MODULES_PATH, &entries, NULL, alphasort);
	int ret = 0;

	if (n < 0)
		return errno == ENOENT ? 0 : err_sys(err, "read the guest's " MODULES_PATH);
	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *path = mem_printf(MODULES_PATH "/%s", entries[i]->d_name);

		if (!ret && entries[i]->d_name[0] != '.')
			ret = module_load(path, ret_refused, err);
		free(entries[i]);
	}
	free(entries);
	return ret;
}
