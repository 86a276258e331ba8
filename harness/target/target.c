// SPDX-License-Identifier: GPL-2.0-or-later
/* target: owns what `--target` says, and the table of the kinds of guests. */
#include "target/target.h"

#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"
#include "record/record.h"
#include "target/guests.h"

#include <errno.h>
#include <string.h>

#define HOST "host"

static const struct guest_kind *const kinds[] = {&guest_uml, &guest_qemu};

const char *target_kind_nth(size_t i)
{
	if (!i)
		return HOST;
	return i <= ARRAY_SIZE(kinds) ? kinds[i - 1]->name : NULL;
}

static int target_unknown(const char *spec, size_t len, struct err *err)
{
	_cleanup_free_ char *name = mem_strndup(spec, len);
	const char *names[ARRAY_SIZE(kinds) + 1];
	_cleanup_text_ struct text known = {0};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		names[i] = target_kind_nth(i);
		text_add(&known, i ? ", %s[:KERNEL]" : "%s", names[i]);
	}
	return err_set(err, EDOM, "no target is called \"%s\" (did you mean %s?); known: %s", name,
		       nearest_of(name, names, ARRAY_SIZE(names)), text_str(&known));
}

static int host_open(struct target *target, struct err *err)
{
	int ret;

	if (target->options->coverage)
		return err_set(err, EDOM,
			       "--coverage takes a kernel that counts its lines (afterclose kernel "
			       "build uml:SOURCE --gcov), not the host's");
	ret = host_probe(target->options, &target->features, err);
	if (ret < 0)
		return ret;
	target->name = mem_strdup(HOST);
	target->kernel = record_kernel(&target->features);
	return 0;
}

int target_open(const char *spec, const struct run_options *options, struct target *ret,
		struct err *err)
{
	size_t len = strcspn(spec, ":");
	const char *kernel = spec[len] ? spec + len + 1 : NULL;
	int status = 1;

	*ret = (struct target){.options = options};
	if (!strcmp(spec, HOST))
		status = host_open(ret, err);
	for (size_t i = 0; status > 0 && i < ARRAY_SIZE(kinds); i++) {
		if (strlen(kinds[i]->name) == len && !strncmp(spec, kinds[i]->name, len))
			status = guests_open(kinds[i], kernel, ret, err);
	}
	if (status > 0)
		status = target_unknown(spec, len, err);
	if (status < 0)
		target_close(ret);
	return status;
}

void target_close(struct target *target)
{
	guests_close(target->guests);
	free(target->remark);
	features_free(&target->features);
	json_decref(target->kernel);
	free(target->name);
	*target = (struct target){0};
}
