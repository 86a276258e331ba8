// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * html: owns the report that people look at: one page with all records in it.
 *
 * The records go into the page as they are, JSON Lines, some dozens packed together, so that the
 * page's script unpacks only those it shows. What the matrix needs of every cell is a row of
 * numbers in an index, written last; a text is kept once and named by its number.
 */
#include "base/mem.h"
#include "lab/lab.h"
#include "netem/profile.h"
#include "report/caption.h"
#include "report/format.h"
#include "report/page.h"

#include <string.h>
#include <sys/socket.h>

/* One part: small enough to be unpacked at a click, large enough to be packed well. */
#define PART_RECORDS 48
#define PART_BYTES   (1 << 20)

enum row_flag {
	ROW_CONTROL = 1,
	ROW_DEVIATES = 2,
};

struct html {
	struct text part;
	size_t n_parts, n_in_part;
	struct text rows;		  /* JSON: one array a cell */
	json_t *strings;		  /* in order of their numbers */
	json_t *numbers;		  /* of strings: an object */
	json_t *layouts, *layout_numbers; /* lists of dimensions; their numbers by their names */
	json_t *kernels, *scenarios, *links;
};

static struct html *html_of(struct report *report)
{
	return report->own;
}

static void html_write(struct report *report, struct text *text)
{
	fwrite(text_str(text), 1, text->len, report->out);
	text_free(text);
}

static void html_begin(struct report *report)
{
	_cleanup_text_ struct text head = {0};
	struct html *html = report->own = mem_zalloc(sizeof(*html));

	html->strings = json_array();
	html->numbers = json_object();
	html->layouts = json_array();
	html->layout_numbers = json_object();
	html->kernels = json_array();
	html->scenarios = json_array();
	html->links = json_object();
	page_begin(&head);
	html_write(report, &head);
}

static void html_kernel(struct report *report, const json_t *kernel)
{
	json_array_append(html_of(report)->kernels, (json_t *)kernel);
}

static void html_scenario(struct report *report, const json_t *scenario)
{
	json_array_append(html_of(report)->scenarios, (json_t *)scenario);
}

static size_t string_number(struct html *html, const char *string)
{
	json_t *number = json_object_get(html->numbers, string);

	if (!number) {
		number = json_integer(json_array_size(html->strings));
		json_object_set_new(html->numbers, string, number);
		json_array_append_new(html->strings, json_string(string));
	}
	return json_integer_value(number);
}

/* The list of a cell's dimensions: the same for all cells of a scenario. */
static size_t layout_number(struct html *html, json_t *dimensions)
{
	_cleanup_text_ struct text names = {0};
	json_t *number, *value;
	const char *name;

	json_object_foreach(dimensions, name, value)
	{
		text_add(&names, "%s ", name);
	}
	number = json_object_get(html->layout_numbers, text_str(&names));
	if (!number) {
		json_t *layout = json_array();

		json_object_foreach(dimensions, name, value)
		{
			json_array_append_new(layout, json_string(name));
		}
		number = json_integer(json_array_size(html->layouts));
		json_object_set_new(html->layout_numbers, text_str(&names), number);
		json_array_append_new(html->layouts, layout);
	}
	return json_integer_value(number);
}

/* What a reader should know of a cell before looking at it: its reason, or its first miss. */
static void row_why(const json_t *record, struct text *out)
{
	const json_t *rows = json_object_get(record, "judged");
	size_t n = 0;

	text_add(out, "%s", record_reason(record));
	for (size_t i = 0; !out->len && i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		if (row_missed(row) && !json_object_get(row, "must_fail") && !n++)
			miss_words(row, out);
	}
}

static unsigned row_flags(const json_t *record)
{
	const json_t *rows = json_object_get(record, "rfc");
	unsigned flags = json_object_get(record, "judged_as") ? ROW_CONTROL : 0;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		if (json_is_true(json_object_get(json_array_get(rows, i), "deviates")))
			flags |= ROW_DEVIATES;
	}
	return flags;
}

/* PART, verdict, scenario, file, hash, target, kernel, cell, flags, wall_us, why, layout, values.
 */
static void row_add(struct html *html, const json_t *record)
{
	static const char *const texts[] = {"scenario", "file", "hash", "target", "kernel", "cell"};
	json_t *dimensions = json_object_get(record, "dimensions"), *value;
	const json_t *measured = json_object_get(record, "volatile");
	_cleanup_text_ struct text why = {0};
	const char *name;

	row_why(record, &why);
	text_add(&html->rows, "%s[%zu,%d", html->rows.len ? ",\n" : "", html->n_parts,
		 record_verdict(record));
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		text_add(&html->rows, ",%zu",
			 string_number(html, record_text(record, texts[i], "")));
	text_add(&html->rows, ",%u,%lld,%zu,%zu", row_flags(record),
		 (long long)record_number(measured, "wall_us", 0),
		 string_number(html, text_str(&why)), layout_number(html, dimensions));
	json_object_foreach(dimensions, name, value)
	{
		text_add(&html->rows, ",%zu", string_number(html, json_string_value(value) ?: ""));
	}
	text_add(&html->rows, "]");
}

/* What tc would be told for the link of a cell; none where it is no rule of this version. */
static void link_add(struct html *html, const json_t *record)
{
	const char *name = record_text(json_object_get(record, "dimensions"), "link", "clean");
	_cleanup_text_ struct text up = {0}, down = {0};
	struct netem_link link;
	struct err ignored;

	if (json_object_get(html->links, name) || netem_link_parse(name, &link, &ignored) < 0)
		return;
	netem_rule_format(&link.up, &up);
	netem_rule_format(&link.down, &down);
	json_object_set_new(
		html->links, name,
		json_pack("{ss ss}", "server", text_str(&up), "client", text_str(&down)));
}

static void part_write(struct report *report)
{
	struct html *html = html_of(report);
	_cleanup_text_ struct text out = {0};
	char id[32];

	if (!html->n_in_part)
		return;
	snprintf(id, sizeof(id), "part-%zu", html->n_parts++);
	page_data(&out, id, text_str(&html->part), html->part.len);
	text_free(&html->part);
	html->n_in_part = 0;
	html_write(report, &out);
}

static int text_append(const char *bytes, size_t len, void *text)
{
	text_addn(text, bytes, len);
	return 0;
}

/* The segments' bytes are for the captures; nothing on the page shows them. */
static void record_append(struct text *out, const json_t *record)
{
	json_t *lean = json_copy((json_t *)record);
	json_t *measured = json_copy(json_object_get(record, "volatile"));

	json_object_del(measured, "packets");
	if (measured)
		json_object_set_new(lean, "volatile", measured);
	json_dump_callback(lean, text_append, out, JSON_COMPACT);
	json_decref(lean);
}

static void html_cell(struct report *report, struct chapter *chapter, const json_t *record)
{
	struct html *html = html_of(report);

	(void)chapter;
	row_add(html, record);
	link_add(html, record);
	record_append(&html->part, record);
	text_add(&html->part, "\n");
	if (++html->n_in_part == PART_RECORDS || html->part.len >= PART_BYTES)
		part_write(report);
}

/* The words and shapes of fates, so that the page and the ladder of `show` have the same ones. */
static json_t *fates_new(void)
{
	json_t *ret = json_object();
	const struct fate_mark *fate;

	for (size_t i = 0; (fate = fate_nth(i)); i++)
		json_object_set_new(ret, fate->name,
				    json_pack("{ss ss* sb sb}", "note", fate->note, "named",
					      fate->named, "from_wire", fate->from_wire, "to_wire",
					      fate->to_wire));
	return ret;
}

/* The commands that build each kind of lab by hand, by what a cell is: "ipv6 link raw server";
 * lab_of() of again.js names them.
 */
static json_t *labs_new(void)
{
	static const struct {
		const char *words;
		struct lab_spec spec;
	} labs[] = {
		{"link", {TOPOLOGY_LINK}},
		{"link client2", {TOPOLOGY_LINK, .client2 = true}},
		{"link raw client", {TOPOLOGY_LINK, .raw = {[HOST_CLIENT] = true}}},
		{"link raw server", {TOPOLOGY_LINK, .raw = {[HOST_SERVER] = true}}},
		{"link client2 raw client",
		 {TOPOLOGY_LINK, .client2 = true, .raw = {[HOST_CLIENT] = true}}},
		{"link client2 raw server",
		 {TOPOLOGY_LINK, .client2 = true, .raw = {[HOST_SERVER] = true}}},
		{"loopback", {TOPOLOGY_LOOPBACK}},
		{"nat", {TOPOLOGY_NAT}},
		{"nat client2", {TOPOLOGY_NAT, .client2 = true}},
		{"nat raw server", {TOPOLOGY_NAT, .raw = {[HOST_SERVER] = true}}},
		{"nat client2 raw server",
		 {TOPOLOGY_NAT, .client2 = true, .raw = {[HOST_SERVER] = true}}},
	};
	json_t *ret = json_object();

	for (size_t i = 0; i < 2 * ARRAY_SIZE(labs); i++) {
		_cleanup_text_ struct text name = {0}, commands = {0};
		struct lab_spec spec = labs[i / 2].spec;

		spec.family = i % 2 ? AF_INET6 : AF_INET;
		text_add(&name, "%s %s", i % 2 ? "ipv6" : "ipv4", labs[i / 2].words);
		lab_commands(&spec, &commands);
		json_object_set_new(ret, text_str(&name), json_string(text_str(&commands)));
	}
	return ret;
}

static json_t *titles_new(const struct report *report)
{
	json_t *ret = json_object();

	for (size_t i = 0; i < report->n_suites; i++) {
		const struct chapter *chapter = &report->chapters[i];

		if (chapter->title)
			json_object_set_new(ret, chapter->scenario, json_string(chapter->title));
	}
	return ret;
}

static json_t *verdicts_new(void)
{
	json_t *ret = json_array();

	for (size_t i = 0; i < N_VERDICTS; i++)
		json_array_append_new(ret, json_string(verdict_names[i]));
	return ret;
}

/* Everything but the rows, which may be many, as an object. */
static json_t *index_head(struct report *report)
{
	struct html *html = html_of(report);

	return json_pack("{ss sI sI sI sO sO sO sO sO so so so so}", "tool", AFTERCLOSE_VERSION,
			 "elapsed_ns", (json_int_t)report->elapsed_ns, "planned",
			 (json_int_t)report->n_planned, "done", (json_int_t)report->n_done,
			 "kernels", html->kernels, "scenarios", html->scenarios, "strings",
			 html->strings, "layouts", html->layouts, "links", html->links, "fates",
			 fates_new(), "labs", labs_new(), "titles", titles_new(report), "verdicts",
			 verdicts_new());
}

static void index_write(struct report *report)
{
	struct html *html = html_of(report);
	_cleanup_text_ struct text content = {0}, out = {0};
	json_t *head = index_head(report);

	text_add(&content, "{\"head\":");
	json_dump_callback(head, text_append, &content, JSON_COMPACT);
	json_decref(head);
	text_add(&content, ",\"rows\":[%s]}", text_str(&html->rows));
	page_data(&out, "index", text_str(&content), content.len);
	html_write(report, &out);
}

static void html_end(struct report *report)
{
	struct html *html = html_of(report);
	_cleanup_text_ struct text tail = {0};

	part_write(report);
	index_write(report);
	page_end(&tail);
	html_write(report, &tail);
	json_decref(html->strings);
	json_decref(html->numbers);
	json_decref(html->layouts);
	json_decref(html->layout_numbers);
	json_decref(html->kernels);
	json_decref(html->scenarios);
	json_decref(html->links);
	text_free(&html->rows);
	free(html);
}

const struct report_format format_html = {
	.name = "html",
	.what = "one page to look at, with every cell and its ladder",
	.begin = html_begin,
	.kernel = html_kernel,
	.scenario = html_scenario,
	.cell = html_cell,
	.end = html_end,
};
