// SPDX-License-Identifier: GPL-2.0-or-later
/* page: owns the frame of an HTML report, and its content security policy. */
#include "report/page.h"
#include "base/base64.h"
#include "base/mem.h"
#include "report/pack.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define SHA256_LEN 32

static bool is_script(const struct page_file *file)
{
	const char *dot = strrchr(file->name, '.');

	return dot && !strcmp(dot, ".js");
}

static const struct page_file *file_find(const char *name)
{
	for (size_t i = 0; i < page_n_files; i++) {
		if (!strcmp(page_files[i].name, name))
			return &page_files[i];
	}
	assert(!"a file of the page is compiled in");
	return NULL;
}

/* "'sha256-...'": the policy names what may run by its content. */
static void add_hash(struct text *out, const struct page_file *file)
{
	uint8_t hash[SHA256_LEN];
	_cleanup_free_ char *encoded = NULL;

	for (size_t i = 0; i < SHA256_LEN; i++)
		sscanf(file->sha256 + 2 * i, "%2hhx", &hash[i]);
	encoded = base64_encode(hash, sizeof(hash));
	text_add(out, " 'sha256-%s'", encoded);
}

/* Nothing is fetched, and no text of a record can become markup or script. */
static void add_policy(struct text *out, bool with_scripts)
{
	text_add(out, "<meta http-equiv=\"Content-Security-Policy\" content=\""
		      "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
		      "require-trusted-types-for 'script'; trusted-types 'none'; style-src");
	add_hash(out, file_find("page.css"));
	if (with_scripts)
		text_add(out, "; script-src");
	for (size_t i = 0; with_scripts && i < page_n_files; i++) {
		if (is_script(&page_files[i]))
			add_hash(out, &page_files[i]);
	}
	text_add(out, "\">\n");
}

static void add_head(struct text *out, const char *title, bool with_scripts)
{
	text_add(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
	add_policy(out, with_scripts);
	text_add(out,
		 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		 "<meta name=\"color-scheme\" content=\"light dark\">\n"
		 "<title>%s</title>\n<link rel=\"icon\" href=\"data:,\">\n"
		 "<style>%s</style>\n</head>\n",
		 title, file_find("page.css")->text);
}

void page_begin(struct text *out)
{
	add_head(out, "afterclose", true);
	text_add(out, "%s", file_find("page.html")->text);
}

void page_plain_begin(struct text *out, const char *title)
{
	add_head(out, title, false);
	text_add(out, "<body>\n<main class=\"plain\">\n<h1>%s</h1>\n", title);
}

void page_plain_end(struct text *out)
{
	text_add(out, "</main>\n</body>\n</html>\n");
}

void page_data(struct text *out, const char *id, const void *bytes, size_t len)
{
	text_add(out, "<script type=\"application/x-afterclose\" id=\"%s\">", id);
	pack_add(out, bytes, len);
	text_add(out, "</script>\n");
}

void page_end(struct text *out)
{
	for (size_t i = 0; i < page_n_files; i++) {
		if (is_script(&page_files[i]))
			text_add(out, "<script>%s</script>\n", page_files[i].text);
	}
	text_add(out, "</body>\n</html>\n");
}
