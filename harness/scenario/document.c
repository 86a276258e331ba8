// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * document: owns the conversation with libyaml. Its events build the tree; nothing recurses, so
 * depth costs no stack.
 */
#include "scenario/document.h"
#include "base/mem.h"

#include <errno.h>
#include <string.h>
#include <yaml.h>

#define ANCHORS_MAX 64

/* What is open while the events are read: the path from the root to where we are. */
struct reader {
	const char *name;
	yaml_parser_t parser;
	struct document *document;
	struct node *path[SCENARIO_DEPTH_MAX];
	size_t depth;
	struct node *key; /* of the innermost map: read, its value not yet */
	size_t size;	  /* nodes so far, aliases counted as all they stand for */
	struct node *anchors[ANCHORS_MAX];
	size_t n_anchors;
	bool done;
	struct err *err;
};

static struct place place_of(yaml_mark_t mark)
{
	return (struct place){mark.line + 1, mark.column + 1};
}

static int reader_err(struct reader *reader, struct place at, int code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static int reader_err(struct reader *reader, struct place at, int code, const char *fmt, ...)
{
	char *message = NULL;
	va_list ap;
	int ret;

	va_start(ap, fmt);
	if (vasprintf(&message, fmt, ap) < 0)
		message = NULL;
	va_end(ap);
	ret = err_set(reader->err, code, "%s:%d:%d: %s", reader->name, at.line, at.column,
		      message ? message : "");
	free(message);
	return ret;
}

static int reader_yaml_err(struct reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;
	bool unreadable = parser->error == YAML_READER_ERROR; /* it sets no mark of its own */
	struct place at = place_of(unreadable ? parser->mark : parser->problem_mark);
	bool signs = parser->problem && strstr(parser->problem, "cannot start any token");

	return reader_err(reader, at, EINVAL, "not YAML: %s%s%s%s",
			  parser->problem ? parser->problem : "unreadable",
			  parser->context ? " " : "", parser->context ? parser->context : "",
			  signs ? "; a value that begins with a sign (\">= 1\") needs quotes, and "
				  "lines begin with blanks, not with tabs"
				: "");
}

static struct node *node_new(struct reader *reader, enum node_kind kind, yaml_mark_t mark)
{
	struct document *document = reader->document;
	struct node *node = mem_zalloc(sizeof(*node));

	document->nodes =
		mem_resize(document->nodes, document->n_nodes + 1, sizeof(*document->nodes));
	document->nodes[document->n_nodes++] = node;
	node->kind = kind;
	node->at = place_of(mark);
	node->size = 1;
	return node;
}

static int node_anchor(struct reader *reader, struct node *node, const yaml_char_t *anchor)
{
	if (!anchor)
		return 0;
	if (reader->n_anchors == ANCHORS_MAX)
		return reader_err(reader, node->at, E2BIG, "more than %d anchors", ANCHORS_MAX);
	node->anchor = mem_strdup((const char *)anchor);
	reader->anchors[reader->n_anchors++] = node;
	return 0;
}

static int take_as_key(struct reader *reader, struct node *map, struct node *node)
{
	if (node->kind != NODE_SCALAR)
		return reader_err(reader, node->at, EINVAL,
				  "a key is a list or a mapping; a key is one word");
	if (!strcmp(node->text, "<<"))
		return reader_err(reader, node->at, EINVAL, "merge keys (<<) are not allowed");
	for (size_t i = 0; i < map->n; i++) {
		if (!strcmp(map->keys[i]->text, node->text))
			return reader_err(reader, node->at, EINVAL,
					  "the key `%s` stands here twice, first in line %d",
					  node->text, map->keys[i]->at.line);
	}
	reader->key = node;
	return 0;
}

static void add_item(struct reader *reader, struct node *parent, struct node *node)
{
	parent->items = mem_resize(parent->items, parent->n + 1, sizeof(*parent->items));
	if (parent->kind == NODE_MAP) {
		parent->keys = mem_resize(parent->keys, parent->n + 1, sizeof(*parent->keys));
		parent->keys[parent->n] = reader->key;
		parent->size += reader->key->size;
		reader->key = NULL;
	}
	parent->items[parent->n++] = node;
}

/* Where a complete node, or a collection just begun, goes: to the innermost open collection. */
static int node_place(struct reader *reader, struct node *node)
{
	struct node *parent = reader->depth ? reader->path[reader->depth - 1] : NULL;

	if (!parent) {
		reader->document->root = node;
		return 0;
	}
	if (parent->kind == NODE_MAP && !reader->key)
		return take_as_key(reader, parent, node);
	add_item(reader, parent, node);
	return 0;
}

static int count(struct reader *reader, struct place at, size_t size, size_t height)
{
	reader->size += size;
	if (reader->size > SCENARIO_NODES_MAX)
		return reader_err(reader, at, E2BIG,
				  "too large: more than %d values, aliases counted each time they "
				  "are used",
				  SCENARIO_NODES_MAX);
	if (reader->depth + height > SCENARIO_DEPTH_MAX)
		return reader_err(reader, at, E2BIG, "too deep: more than %d levels",
				  SCENARIO_DEPTH_MAX);
	return 0;
}

static int refuse_tag(struct reader *reader, const yaml_char_t *tag, yaml_mark_t mark)
{
	if (!tag)
		return 0;
	return reader_err(reader, place_of(mark), EINVAL, "tags (%.80s) are not allowed",
			  (const char *)tag);
}

/* Text ends up on terminals and in reports: line feeds and tabs are all the control it may have. */
static bool text_is_clean(const unsigned char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if ((text[i] < ' ' && text[i] != '\n' && text[i] != '\t') || text[i] == 0x7f)
			return false;
		if (text[i] == 0xc2 && i + 1 < len && text[i + 1] < 0xa0)
			return false; /* U+0080 to U+009F */
	}
	return true;
}

static int on_scalar(struct reader *reader, const yaml_event_t *event)
{
	struct node *node = node_new(reader, NODE_SCALAR, event->start_mark);
	int ret = count(reader, node->at, 1, 1);

	if (!ret)
		ret = refuse_tag(reader, event->data.scalar.tag, event->start_mark);
	if (ret)
		return ret;
	if (!text_is_clean(event->data.scalar.value, event->data.scalar.length))
		return reader_err(reader, node->at, EINVAL,
				  "a control character other than tab and line feed");
	node->text = mem_strdup((const char *)event->data.scalar.value);
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	node->height = 1;
	ret = node_anchor(reader, node, event->data.scalar.anchor);
	return ret ? ret : node_place(reader, node);
}

static int on_begin(struct reader *reader, const yaml_event_t *event, enum node_kind kind)
{
	bool list = kind == NODE_LIST;
	struct node *node = node_new(reader, kind, event->start_mark);
	const yaml_char_t *anchor =
		list ? event->data.sequence_start.anchor : event->data.mapping_start.anchor;
	const yaml_char_t *tag =
		list ? event->data.sequence_start.tag : event->data.mapping_start.tag;
	int ret = count(reader, node->at, 1, 1);

	if (!ret)
		ret = refuse_tag(reader, tag, event->start_mark);
	if (!ret)
		ret = node_anchor(reader, node, anchor);
	if (!ret)
		ret = node_place(reader, node);
	if (ret)
		return ret;
	node->open = true;
	reader->path[reader->depth++] = node;
	return 0;
}

static int on_end(struct reader *reader)
{
	struct node *node = reader->path[--reader->depth];

	node->open = false;
	for (size_t i = 0; i < node->n; i++) {
		node->size += node->items[i]->size;
		if (node->items[i]->height > node->height)
			node->height = node->items[i]->height;
	}
	node->height++;
	return 0;
}

static int on_alias(struct reader *reader, const yaml_event_t *event)
{
	const char *anchor = (const char *)event->data.alias.anchor;
	struct place at = place_of(event->start_mark);
	struct node *target = NULL;
	int ret;

	for (size_t i = reader->n_anchors; i-- && !target;) {
		if (!strcmp(reader->anchors[i]->anchor, anchor))
			target = reader->anchors[i];
	}
	if (!target)
		return reader_err(reader, at, EINVAL, "*%.40s: no such anchor before it", anchor);
	if (target->open)
		return reader_err(reader, at, EINVAL, "*%.40s stands within itself", anchor);
	ret = count(reader, at, target->size, target->height);
	return ret ? ret : node_place(reader, target);
}

static int on_document(struct reader *reader, const yaml_event_t *event)
{
	if (reader->document->root)
		return reader_err(reader, place_of(event->start_mark), EINVAL,
				  "a second document begins here; a file holds one scenario");
	return 0;
}

static int on_event(struct reader *reader, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		return on_document(reader, event);
	case YAML_SCALAR_EVENT:
		return on_scalar(reader, event);
	case YAML_SEQUENCE_START_EVENT:
		return on_begin(reader, event, NODE_LIST);
	case YAML_MAPPING_START_EVENT:
		return on_begin(reader, event, NODE_MAP);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return on_end(reader);
	case YAML_ALIAS_EVENT:
		return on_alias(reader, event);
	case YAML_STREAM_END_EVENT:
		reader->done = true;
		return 0;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		return 0;
	}
	return 0;
}

static int read_events(struct reader *reader)
{
	int ret = 0;

	while (!ret && !reader->done) {
		yaml_event_t event;

		if (!yaml_parser_parse(&reader->parser, &event))
			return reader_yaml_err(reader);
		ret = on_event(reader, &event);
		yaml_event_delete(&event);
	}
	return ret;
}

int document_parse(const char *name, const char *bytes, size_t len, struct document *ret,
		   struct err *err)
{
	struct reader reader = {.name = name, .document = ret, .err = err};
	int status;

	*ret = (struct document){0};
	if (!yaml_parser_initialize(&reader.parser))
		return err_set(err, ENOMEM, "%s: no memory to read it", name);
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser, (const unsigned char *)bytes, len);
	status = read_events(&reader);
	yaml_parser_delete(&reader.parser);
	if (status)
		document_free(ret);
	return status;
}

void document_free(struct document *document)
{
	for (size_t i = 0; i < document->n_nodes; i++) {
		struct node *node = document->nodes[i];

		free(node->text);
		free(node->items);
		free(node->keys);
		free(node->anchor);
		free(node);
	}
	free(document->nodes);
	*document = (struct document){0};
}

const struct node *node_get(const struct node *map, const char *key)
{
	for (size_t i = 0; i < map->n; i++) {
		if (!strcmp(map->keys[i]->text, key))
			return map->items[i];
	}
	return NULL;
}
