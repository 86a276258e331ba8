/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * afterclose: appended to drivers/char/random.c, whose crng_reseed() is this one. A User-Mode Linux
 * guest draws nothing from its host: its stream is a function of a seed, of the command line's at
 * first and then of the cell's.
 */
void afterclose_reseed(u64 seed);
void afterclose_once_bytes(void *buf, size_t len, const char *name);

unsigned long afterclose_jiffies; /* when the stream began */
static u64 afterclose_boot_seed;
static bool afterclose_seeded;

/* SplitMix64, as the runner's own streams (harness/base/random.h). */
static u64 afterclose_next(u64 *state)
{
	u64 z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

static void afterclose_fill(u8 *buf, size_t len, u64 seed)
{
	while (len) {
		u64 word = afterclose_next(&seed);
		size_t size = min(len, sizeof(word));

		memcpy(buf, &word, size);
		buf += size;
		len -= size;
	}
}

/* A new generation makes the CPUs' streams and the batches of get_random_u32() start again. */
void afterclose_reseed(u64 seed)
{
	unsigned long flags;

	spin_lock_irqsave(&base_crng.lock, flags);
	afterclose_fill(base_crng.key, sizeof(base_crng.key), seed);
	if (base_crng.generation + 1 == ULONG_MAX)
		base_crng.generation = 0;
	WRITE_ONCE(base_crng.generation, base_crng.generation + 1);
	afterclose_jiffies = jiffies;
	crng_init = CRNG_READY;
	afterclose_seeded = true;
	spin_unlock_irqrestore(&base_crng.lock, flags);
}

/*
 * A secret that the kernel draws once, at its first use: a function of the boot's seed and of the
 * secret's name, so that neither the secret nor the stream depends on which cell used it first.
 * The name is C as the caller wrote it, with or without parentheses.
 */
void afterclose_once_bytes(void *buf, size_t len, const char *name)
{
	u64 seed = 0xcbf29ce484222325ULL;

	for (; *name; name++) {
		if (!strchr("(&) ", *name))
			seed = (seed ^ *name) * 0x100000001b3ULL;
	}
	afterclose_fill(buf, len, seed ^ afterclose_boot_seed);
}

static int __init afterclose_seed_parse(char *arg)
{
	int ret = kstrtou64(arg, 0, &afterclose_boot_seed);

	if (!ret)
		afterclose_reseed(afterclose_boot_seed);
	return ret;
}
early_param("afterclose.seed", afterclose_seed_parse);

/* In place of a reseeding from the pool: once, at the moment when the kernel deems itself ready. */
static void crng_reseed(AFTERCLOSE_WORK)
{
	if (!afterclose_seeded)
		afterclose_reseed(afterclose_boot_seed);
}
