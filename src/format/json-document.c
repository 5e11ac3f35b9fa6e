/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON documents, one or several after one another, with the records in an
 * array, in whatever lines. An element is walked where it lies in the
 * reader's window, which finds its end and its values at once; its line is
 * where it begins. So is an object that has no such array.
 *
 * Where an element goes wrong nobody knows where it ends: all text up to what
 * looks like the beginning of another is one record that is rejected.
 */
#include "format/json-find.h"
#include "format/json-start.h"

enum place {
	PLACE_TOP,   /* between documents */
	PLACE_ITEMS, /* in the array */
	PLACE_TAIL,  /* behind it, in an object around it */
};

enum {
	OVERLONG_MOST = 4096,
};

struct document {
	struct dialect dialect;
	struct json json;
	struct json_starts starts;
	enum place place;
	size_t depth; /* objects around, in the array and behind it */
	bool comma;   /* before this, or the array's bracket */
	bool lost;    /* looking for an element, its like is rejected */
	bool cut;     /* the array had no end, which is still to be told */
	bool aside;   /* this is another array with objects, and no record, … */
	size_t aside_len; /* … of so many bytes, its key included */
	ptrdiff_t before; /* blanks before this, if it begins a line; or
	                     JSON_NO_COLUMN */
	struct fault fault; /* of next(), which read() tells */
};

static bool
document_looks(struct slice head, bool whole)
{
	struct json_array array;

	return json_find_kind(head, whole, &array) == JSON_KIND_DOCUMENT;
}

static void
document_free(struct dialect *dialect)
{
	struct document *document = (struct document *)dialect;

	if (document == NULL)
		return;
	json_free(&document->json);
	dialect_free_names(dialect);
	free(document);
}

static int
keep_keys(struct document *document, const struct json_array *array,
	struct fault *fault)
{
	for (size_t i = 0; i < array->n_keys; i++) {
		if (arena_keep(&document->dialect.arena, array->keys[i],
			    &document->starts.keys[i], fault) != 0)
			return -1;
	}
	document->starts.n_keys = array->n_keys;
	return 0;
}

static int
document_open(struct dialect **ret, struct slice head, bool whole,
	struct fault *fault)
{
	struct document *document = memory_array(1, sizeof(*document));
	struct json_array array = { 0 };

	if (document == NULL)
		return fault_memory(fault);
	document->dialect.kind = &dialect_json;
	document->before = document->starts.column = JSON_NO_COLUMN;
	document->starts.json = &document->json;
	(void)json_find_kind(head, whole, &array);
	if (json_init(&document->json, &document->dialect, fault) != 0 ||
		keep_keys(document, &array, fault) != 0 ||
		json_starts_sample(&document->starts, head, fault) != 0) {
		document_free(&document->dialect);
		return -1;
	}
	*ret = &document->dialect;
	return 0;
}

static void
pass(struct reader *reader, size_t len)
{
	struct line line;

	if (len > 0)
		reader_take_text(reader, len, &line);
}

/* The first text that is no blank is at hand, or nothing more. */
static struct slice
skip_space(struct document *document, struct reader *reader)
{
	ptrdiff_t before = JSON_NO_COLUMN;
	struct slice text;

	do {
		const char *line = NULL, *at;
		size_t len = 0;

		text = reader_at_hand(reader);
		at = text.at;
		if (text.len > 0)
			at = json_space(text.at, text.at + text.len);
		if (text.len > 0)
			len = (size_t)(at - text.at);
		if (len > 0)
			line = memrchr(text.at, '\n', len);
		if (line != NULL)
			before = at - line - 1;
		else if (before != JSON_NO_COLUMN)
			before += (ptrdiff_t)len;
		pass(reader, len);
		text.at = at;
		text.len -= len;
	} while (text.len == 0 && reader_more(reader) != READER_NO_MORE);
	document->before = before;
	return text;
}

/* What is at hand, but no more than shows that it is longer than a line. */
static struct slice
at_hand(const struct reader *reader)
{
	struct slice text = reader_at_hand(reader);
	size_t most = reader_limit(reader) + 1;

	if (text.len > most)
		text.len = most;
	return text;
}

static enum reader_more
more_at_hand(struct reader *reader)
{
	if (reader_at_hand(reader).len > reader_limit(reader))
		return READER_FULL;
	return reader_more(reader);
}

/* Text that is no good record, which read() will say. */
static enum reader_step
give_wrong(struct reader *reader, size_t len, enum reader_step step,
	struct line *ret)
{
	reader_take_text(reader, len, ret);
	return step;
}

/* What begins here is longer than a line may be. */
static enum reader_step
give_overlong(struct document *document, struct reader *reader,
	struct line *ret)
{
	size_t len = at_hand(reader).len;

	document->lost = true;
	return give_wrong(reader, len < OVERLONG_MOST ? len : OVERLONG_MOST,
		READER_OVERLONG, ret);
}

static size_t
without_comma(struct slice text)
{
	size_t n = text.len;

	while (n > 1 && memchr(", \t\r\n", text.at[n - 1], 5) != NULL)
		n--;
	return n;
}

/* All that is left. */
static enum reader_step
give_rest(struct document *document, struct reader *reader, struct line *ret)
{
	struct slice text = reader_at_hand(reader);

	document->place = PLACE_TOP;
	return give_wrong(reader, without_comma(text),
		reader_is_whole(reader) ? READER_LINE : READER_CUT, ret);
}

static void
go_on_at(struct document *document, enum json_start start)
{
	document->lost = false;
	document->place = start == JSON_START_DOCUMENT ? PLACE_TOP : PLACE_ITEMS;
	document->comma = true;
}

/* Pass by all up to where one begins; false: there is none. */
static bool
find_again(struct document *document, struct reader *reader)
{
	enum json_start start;
	size_t at = 0;

	for (;;) {
		start = json_starts_find(&document->starts,
			reader_at_hand(reader), &at);
		if (start == JSON_START_ELEMENT || start == JSON_START_DOCUMENT)
			break;
		if (at > JSON_AROUND) {
			pass(reader, at - JSON_AROUND);
			at = JSON_AROUND;
		}
		if (reader_more(reader) == READER_NO_MORE) {
			pass(reader, reader_at_hand(reader).len);
			document->lost = false;
			return false;
		}
	}
	pass(reader, at);
	go_on_at(document, start);
	return true;
}

/* All up to where the next one begins is one record, and no good one. */
static enum reader_step
give_broken(struct document *document, struct reader *reader,
	struct line *ret)
{
	enum json_start start;
	struct slice text;
	size_t at = 1;

	for (;;) {
		text = at_hand(reader);
		start = json_starts_find(&document->starts, text, &at);
		if (start == JSON_START_ELEMENT || start == JSON_START_DOCUMENT)
			break;
		switch (more_at_hand(reader)) {
		case READER_FULL:
			return give_overlong(document, reader, ret);
		case READER_NO_MORE:
			return give_rest(document, reader, ret);
		case READER_MORE:
			break;
		}
	}
	go_on_at(document, start);
	text.len = at;
	return give_wrong(reader, without_comma(text), READER_LINE,
		ret);
}

/* An element that is no object is one record, too, if it can be told where it
 * ends. */
static enum reader_step
give_other(struct document *document, struct reader *reader, struct line *ret)
{
	do {
		struct slice text = at_hand(reader);
		const char *end = text.at + text.len;
		size_t depth = 0;
		const char *stop = json_pass(text.at, end, &depth);
		const char *next = json_space(stop, end);

		if (depth > 0 || next == end)
			continue;
		if (*next != ',' && *next != ']')
			break;
		text.len = (size_t)(stop - text.at);
		return give_wrong(reader, without_comma(text), READER_LINE,
			ret);
	} while (more_at_hand(reader) == READER_MORE);
	return give_broken(document, reader, ret);
}

/* Here the array should have gone on, or ended: what is missing is one record,
 * of no text. */
static enum reader_step
give_missing(struct document *document, struct reader *reader,
	struct line *ret)
{
	document->cut = false;
	reader_take_text(reader, 0, ret);
	return READER_CUT;
}

/* Its memory failed: read() says so of the next byte. */
static enum reader_step
give_fault(struct reader *reader, struct line *ret)
{
	return give_wrong(reader, 1, READER_LINE, ret);
}

/* The record that begins here. */
static enum reader_step
give_element(struct document *document, struct reader *reader,
	struct line *ret)
{
	struct json *json = &document->json;
	enum json_step step;
	size_t len;

	document->comma = false;
	if (json_want(json, &document->fault) != 0)
		return give_fault(reader, ret);
	for (;;) {
		struct slice text = at_hand(reader);
		enum reader_more more;

		step = json_walk(json, text, &len, &document->fault);
		if (step != JSON_MORE)
			break;
		more = more_at_hand(reader);
		if (more == READER_FULL)
			return give_overlong(document, reader, ret);
		if (more == READER_NO_MORE)
			return give_rest(document, reader, ret);
	}
	if (step == JSON_FAULT)
		return give_fault(reader, ret);
	if (step == JSON_BAD && document->place == PLACE_ITEMS &&
		json->why == JSON_WHY_OBJECT)
		return give_other(document, reader, ret);
	if (step == JSON_BAD)
		return give_broken(document, reader, ret);
	if (len > reader_limit(reader))
		return give_overlong(document, reader, ret);
	reader_take_text(reader, len, ret);
	if (step == JSON_DONE) {
		json_starts_remember(&document->starts,
			document->before);
		json->fresh = ret->text;
	}
	return READER_LINE;
}

static void
go_to(struct document *document, struct reader *reader, enum place place,
	size_t len)
{
	pass(reader, len);
	document->place = place;
	document->comma = true;
}

/* The steps below: is there a record at hand now? Else it was passed by what
 * is around records. */
static bool
step_object(struct document *document, struct reader *reader)
{
	size_t start;

	if (document->starts.n_keys == 0)
		return true;
	for (;;) {
		switch (json_find_keys(at_hand(reader), document->starts.keys,
			document->starts.n_keys, &start)) {
		case JSON_HAS:
			document->depth = document->starts.n_keys;
			go_to(document, reader, PLACE_ITEMS, start);
			return false;
		case JSON_HAS_NOT:
			return true;
		case JSON_HAS_UNKNOWN:
			if (more_at_hand(reader) != READER_MORE)
				return true;
			break;
		}
	}
}

static bool
step_top(struct document *document, struct reader *reader)
{
	struct slice text = at_hand(reader);

	switch (text.at[0]) {
	case '{':
		return step_object(document, reader);
	case '[':
		document->depth = 0;
		go_to(document, reader, PLACE_ITEMS, 1);
		return false;
	case '\xef': /* a byte order mark, as files were joined */
		while (text.len < 3 && more_at_hand(reader) == READER_MORE)
			text = at_hand(reader);
		if (text.len < 3 || memcmp(text.at, "\xef\xbb\xbf", 3) != 0)
			return true;
		pass(reader, 3);
		return false;
	case ',':
	case ']':
	case '}': /* what something broken has left */
		pass(reader, 1);
		return false;
	default:
		return true;
	}
}

/* Behind a bracket that closes. */
static void
step_out(struct document *document, struct reader *reader)
{
	bool is_object = reader_at_hand(reader).at[0] == '}';

	if (is_object && document->depth > 0)
		document->depth--;
	go_to(document, reader,
		document->depth > 0 ? PLACE_TAIL : PLACE_TOP, 1);
}

static bool
step_items(struct document *document, struct reader *reader)
{
	switch (reader_at_hand(reader).at[0]) {
	case ',':
		go_to(document, reader, PLACE_ITEMS, 1);
		return false;
	case ']':
	case '}':
		step_out(document, reader);
		return false;
	case '{':
		if (document->comma)
			return true;
		/* Another document, unless only the comma is missing. */
		document->place = PLACE_TOP;
		document->cut = !step_top(document, reader);
		return true;
	case '[':
		document->cut = !document->comma;
		document->place = document->cut ? PLACE_TOP : PLACE_ITEMS;
		return true;
	default:
		return true;
	}
}

/* Objects that are none of the records, but may not be passed by unseen. */
static bool
holds_objects(struct slice text, const struct json_member *member)
{
	const char *end = text.at + member->end;
	const char *at = text.at + member->value;

	if (*at != '[')
		return false;
	at = json_space(at + 1, end);
	return at < end && *at == '{';
}

/* A key behind the array, with its value: which may be the array again. */
static bool
step_member(struct document *document, struct reader *reader)
{
	const struct json_starts *starts = &document->starts;
	const struct slice *last = &starts->keys[starts->n_keys - 1];
	bool is_level = document->depth == starts->n_keys;
	struct json_member member;
	enum json_has has;

	do {
		struct slice text = at_hand(reader);

		has = json_find_member(text, &member);
		if (has == JSON_HAS_NOT)
			return true;
		if (has == JSON_HAS && is_level &&
			text.at[member.value] == '[' &&
			slice_equal(member.key, *last)) {
			go_to(document, reader, PLACE_ITEMS, member.value + 1);
			return false;
		}
		if (has == JSON_HAS && !member.cut) {
			if (!holds_objects(text, &member)) {
				pass(reader, member.end);
				return false;
			}
			/* longer than a line, it may not be at hand at all */
			document->aside = member.end <= reader_limit(reader);
			document->aside_len = member.end;
			return true;
		}
	} while (more_at_hand(reader) == READER_MORE);
	return true;
}

static bool
step_tail(struct document *document, struct reader *reader)
{
	switch (reader_at_hand(reader).at[0]) {
	case ',':
		pass(reader, 1);
		return false;
	case ']':
	case '}':
		step_out(document, reader);
		return false;
	case '"':
		return step_member(document, reader);
	case '{':
		document->place = PLACE_TOP;
		return step_top(document, reader);
	default:
		return true;
	}
}

static enum reader_step
document_next(struct dialect *dialect, struct reader *reader,
	struct line *ret)
{
	struct document *document = (struct document *)dialect;
	bool found = false;

	document->json.fresh = (struct slice){ NULL, 0 };
	document->aside = false;
	do {
		if (document->lost && !find_again(document, reader))
			return READER_END;
		if (skip_space(document, reader).len == 0) {
			if (document->place == PLACE_TOP)
				return READER_END;
			document->place = PLACE_TOP;
			return give_missing(document, reader, ret);
		}
		switch (document->place) {
		case PLACE_TOP:
			found = step_top(document, reader);
			break;
		case PLACE_ITEMS:
			found = step_items(document, reader);
			break;
		case PLACE_TAIL:
			found = step_tail(document, reader);
			break;
		}
	} while (!found);
	if (document->cut)
		return give_missing(document, reader, ret);
	if (document->aside) {
		reader_take_text(reader, document->aside_len, ret);
		return READER_LINE;
	}
	return give_element(document, reader, ret);
}

static void
document_count(const struct dialect *dialect, size_t *given)
{
	const struct document *document = (const struct document *)dialect;
	const struct json_paths *paths = &document->json.paths;

	for (size_t i = 0; i < paths->n; i++) {
		if (paths->at[i].name >= 0)
			given[paths->at[i].name] += paths->at[i].sampled;
	}
}

static enum reason
document_read(struct dialect *dialect, struct slice text, struct slice *values,
	struct fault *fault)
{
	struct document *document = (struct document *)dialect;

	if (document->fault.code != FAULT_NONE) {
		*fault = document->fault;
		return REJECT_SYNTAX;
	}
	if (document->aside)
		return SKIP_EVENT;
	return json_read(&document->json, text, values, fault);
}

static const char *
document_explain(const struct dialect *dialect)
{
	return json_explain(&((const struct document *)dialect)->json);
}

static const struct dialect_serve serves[] = {
	{ .name = NULL },
};

const struct dialect_kind dialect_json = {
	.name = "json",
	.looks = document_looks,
	.open = document_open,
	.count = document_count,
	.next = document_next,
	.read = document_read,
	.explain = document_explain,
	.free = document_free,
	.serves = serves,
};
