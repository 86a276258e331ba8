// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * turn: owns the sysctls of a play. One that is the whole kernel's is written only where nobody
 * else uses that kernel, in a guest, and is given its old value back: the next cell is another's.
 */
#include "play/turn.h"
#include "base/mem.h"
#include "lab/knob.h"
#include "lab/netns.h"
#include "lab/sysctl.h"

#include <errno.h>
#include <string.h>

#define GLOBAL_SIZE_MAX 256

/* A sysctl of the whole kernel, and what it was before this play. */
struct turned {
	const char *name;
	char was[GLOBAL_SIZE_MAX];
};

struct turning {
	struct turned turned;
	const char *value;
	bool was_read;
};

static int turn_at_home(void *ctx, struct err *err)
{
	struct turning *turning = ctx;
	struct turned *turned = &turning->turned;
	int rc = sysctl_read(turned->name, turned->was, sizeof(turned->was), err);

	turning->was_read = !rc;
	return rc ? rc : sysctl_write(turned->name, turning->value, err);
}

/* They are to be found only in the namespace that the kernel began with. What the kernel refuses it
 * may have taken in part. */
static int write_global(struct stage *stage, const char *name, const char *value, struct err *err)
{
	struct turning turning = {.turned.name = knob_find(name)->name, .value = value};
	int rc = netns_visit(stage->lab.bench->home_fd, turn_at_home, &turning, err);

	if (!turning.was_read)
		return rc;
	stage->turned = mem_resize(stage->turned, stage->n_turned + 1, sizeof(*stage->turned));
	stage->turned[stage->n_turned++] = turning.turned;
	return rc;
}

/* Is there only one host that has a kernel? */
static bool one_host(const struct lab *lab)
{
	unsigned n = 0;

	for (enum host_id host = 0; host < HOSTS_MAX; host++)
		n += lab->hosts[host].ns_fd >= 0;
	return n == 1 || lab->topology == TOPOLOGY_LOOPBACK;
}

/* An old kernel has one value of what newer ones have for each namespace: with two hosts it would
 * be both's. */
int turn_sysctl(struct stage *stage, const char *name, const char *value, struct err *err)
{
	const struct knob *knob = knob_find(name);
	bool once = bench_has_once(stage->lab.bench, name);
	bool global = knob && knob->scope == KNOB_GLOBAL;
	_cleanup_free_ char *why = NULL;
	int rc = -ENOENT;

	if ((global || once) && !stage->lab.bench->alone)
		why = mem_printf("%s is one for the whole kernel: a scenario sets it only in a "
				 "guest (--target uml:NAME or qemu:NAME)",
				 name);
	else if (once && !global && !one_host(&stage->lab))
		why = mem_printf("this kernel has one %s for all namespaces together", name);
	else
		rc = global || once ? write_global(stage, name, value, err)
				    : sysctl_write(name, value, err);
	if (rc == -ENOENT && !why)
		why = mem_printf("this kernel has no %s", name);
	return why ? stage_skip(stage, why) : rc;
}

static int turn_unless_default(struct stage *stage, const char *name, const char *value,
			       struct err *err)
{
	return strcmp(value, "default") ? turn_sysctl(stage, name, value, err) : 0;
}

/* The cell's, unless a setting stands over it: that the host has from its baseline. */
static const char *dimension_value(const struct stage *stage, enum host_id host, size_t dimension)
{
	const struct dimension *of = &stage->cell->scenario->dimensions[dimension];
	const struct settings *settings = stage->options->baseline[host];
	const struct setting *setting = settings ? settings_find(settings, of->sysctl) : NULL;

	return setting && setting->over ? "default" : of->values[stage->cell->choice[dimension]];
}

int turn_host(struct stage *stage, enum host_id host, struct err *err)
{
	const struct scenario *scenario = stage->cell->scenario;
	int r;

	if (stage->lab.hosts[host].raw)
		return 0;
	r = lab_enter(&stage->lab, host, err);
	if (r)
		return r;
	for (size_t i = 0; !r && i < scenario->n_sysctls; i++) {
		const struct fixed_sysctl *fixed = &scenario->sysctls[i];

		if (side_has_host(fixed->of, host))
			r = turn_unless_default(stage, fixed->name, fixed->value, err);
	}
	for (size_t i = 0; !r && i < scenario->n_dimensions; i++) {
		const struct dimension *dimension = &scenario->dimensions[i];

		if (dimension->sysctl && side_has_host(dimension->of, host))
			r = turn_unless_default(stage, dimension->sysctl,
						dimension_value(stage, host, i), err);
	}
	lab_leave(&stage->lab);
	return r;
}

/* In reverse, so that the first value comes last. */
static int turn_back_at_home(void *ctx, struct err *err)
{
	const struct stage *stage = ctx;

	for (size_t i = stage->n_turned; i-- > 0;)
		sysctl_write(stage->turned[i].name, stage->turned[i].was, err);
	return 0;
}

void turn_back(struct stage *stage)
{
	struct err ignored;

	if (stage->n_turned &&
	    netns_visit(stage->lab.bench->home_fd, turn_back_at_home, stage, &ignored))
		abort(); /* the next cell would be played with this one's values */
	free(stage->turned);
	stage->turned = NULL;
	stage->n_turned = 0;
}
