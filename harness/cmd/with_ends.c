// SPDX-License-Identifier: GPL-2.0-or-later
/* with_ends: owns how --with is read, and the files of what programs wrote. */
#include "cmd/with_ends.h"

#include "base/base64.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "record/record.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define TAIL_LEN_MAX 400

static int drain_signal(const char *name)
{
	static const struct {
		const char *name;
		int number;
	} signals[] = {{"term", SIGTERM}, {"quit", SIGQUIT}, {"int", SIGINT},
		       {"hup", SIGHUP},	  {"usr1", SIGUSR1}, {"usr2", SIGUSR2}};

	for (size_t i = 0; name && i < ARRAY_SIZE(signals); i++) {
		if (!strcmp(signals[i].name, name))
			return signals[i].number;
	}
	return SIGTERM;
}

static int with_end_load(struct with_ends *ends, const char *spec, int drain, struct err *err)
{
	const char *equals = strchr(spec, '=');
	int host = -1;

	for (int i = HOST_CLIENT; i <= HOST_SERVER; i++) {
		if (equals && strlen(host_names[i]) == (size_t)(equals - spec) &&
		    !strncmp(host_names[i], spec, equals - spec))
			host = i;
	}
	if (host < 0)
		return err_set(err, EINVAL,
			       "--with %s: it takes client='PROGRAM...' or server='PROGRAM...'",
			       spec);
	if (ends->of[host])
		return err_set(err, EINVAL, "--with %s: the %s has a program: %s", spec,
			       host_names[host], ends->of[host]->path);
	if (with_parse(equals + 1, &ends->programs[host], err) < 0)
		return err_prefix(err, "--with %s", spec);
	ends->programs[host].drain = drain;
	ends->of[host] = &ends->programs[host];
	return 0;
}

int with_ends_load(const struct texts *specs, const char *drain, struct with_ends *ret,
		   struct err *err)
{
	int r = 0;

	*ret = (struct with_ends){0};
	if (drain && !specs->n)
		return err_set(err, EINVAL, "--drain is about the server's program of --with");
	for (size_t i = 0; i < specs->n && !r; i++)
		r = with_end_load(ret, specs->of[i], drain_signal(drain), err);
	return r;
}

void with_ends_free(struct with_ends *ends)
{
	for (int i = 0; i < HOSTS_MAX; i++)
		with_free(&ends->programs[i]);
}

static bool has_end(const struct scenario *scenario, enum host_id host)
{
	enum step_kind kind = host == HOST_SERVER ? STEP_SERVE : STEP_LOAD;

	for (size_t i = 0; i < scenario->n_steps; i++) {
		if (scenario->steps[i].spec->kind == kind)
			return true;
	}
	return false;
}

bool with_ends_any(const struct with_ends *ends)
{
	return ends && (ends->of[HOST_CLIENT] || ends->of[HOST_SERVER]);
}

int with_ends_check(const struct with_ends *ends, const struct cell_list *cells, struct err *err)
{
	if (!with_ends_any(ends))
		return 0;
	for (size_t i = 0; i < cells->n; i++) {
		const struct cell *cell = cells->of[i];

		for (int host = HOST_CLIENT; host <= HOST_SERVER; host++) {
			if (ends->of[host] && !has_end(cell->scenario, host))
				return err_set(err, EINVAL,
					       "--with: in %s no program can be the %s, only in "
					       "scenarios with a step `%s`: see afterclose list "
					       "scenarios/programs",
					       cell->scenario->name, host_names[host],
					       host == HOST_SERVER ? "serve" : "load");
		}
	}
	return 0;
}

/* A cell's id as one name of a file. */
static char *directory_name(const char *out, size_t n, const char *cell)
{
	size_t len = strlen(out);
	char *name;

	if (len > 6 && !strcmp(out + len - 6, ".jsonl"))
		len -= 6;
	name = mem_printf("%.*s.programs/%zu-%s", (int)len, out, n, cell);
	for (char *at = name + len + strlen(".programs/"); *at; at++) {
		if (!isalnum((unsigned char)*at) && !strchr("=,.-_:", *at))
			*at = '_';
	}
	return name;
}

static int directory_make(const char *name, struct err *err)
{
	_cleanup_free_ char *above = mem_strndup(name, strrchr(name, '/') - name);

	if ((mkdir(above, 0777) < 0 && errno != EEXIST) ||
	    (mkdir(name, 0777) < 0 && errno != EEXIST))
		return err_sys(err, "%s", name);
	return 0;
}

/* For a record, which is text: what is none becomes a dot. */
static void tail_add(json_t *program, const uint8_t *bytes, long len)
{
	char tail[TAIL_LEN_MAX + 1];
	long n = 0;

	while (len && bytes[len - 1] == '\n')
		len--;
	for (long i = len > TAIL_LEN_MAX ? len - TAIL_LEN_MAX : 0; i < len; i++)
		tail[n++] = (isprint(bytes[i]) && bytes[i] < 127) || bytes[i] == '\n'
				    ? (char)bytes[i]
				    : '.';
	tail[n] = '\0';
	json_object_set_new(program, "said", json_string(tail));
}

static int output_keep(const char *directory, json_t *program, const char *which, struct err *err)
{
	json_t *output = json_object_get(program, which);
	const char *text = record_text(output, "base64", "");
	size_t size = strlen(text) / 4 * 3 + 1;
	_cleanup_free_ uint8_t *bytes = mem_zalloc(size);
	long len = base64_decode(text, bytes, size);
	_cleanup_free_ char *path = NULL;
	int r;

	if (len < 0)
		return err_set(err, EPROTO, "a program's output came damaged");
	if (len && (!strcmp(which, "stderr") || !json_object_get(program, "said")))
		tail_add(program, bytes, len);
	json_object_del(output, "base64");
	json_object_set_new(output, "bytes", json_integer(len));
	if (!directory)
		return 0;
	path = mem_printf("%s/%s.%s", directory, record_text(program, "name", "program"), which);
	r = file_write(path, bytes, len, err);
	json_object_set_new(output, "file", json_string(path));
	return r;
}

int with_ends_keep(const char *out, size_t n, json_t *record, struct err *err)
{
	const json_t *programs = json_object_get(json_object_get(record, "volatile"), "programs");
	_cleanup_free_ char *directory = NULL;
	json_t *program;
	size_t i;
	int r = 0;

	if (!json_array_size(programs))
		return 0;
	if (out) {
		directory = directory_name(out, n, record_text(record, "cell", ""));
		r = directory_make(directory, err);
	}
	json_array_foreach(programs, i, program)
	{
		if (!r)
			r = output_keep(directory, program, "stdout", err);
		if (!r)
			r = output_keep(directory, program, "stderr", err);
	}
	return r;
}
