/* SPDX-License-Identifier: Apache-2.0 */
#include "format/json-find.h"

#include "format/dialect.h"
#include "format/json-text.h"

/* Of AWS CloudTrail, of Azure, of Elasticsearch, of Microsoft Graph, … */
static const char *const known[][JSON_KEYS] = {
	{ "Records" },
	{ "records" },
	{ "events" },
	{ "items" },
	{ "hits", "hits" },
	{ "value" },
	{ "logs" },
};

enum { SURE = 2 }; /* of these; others are keys in records, too */

/* Where one is among the members of an object and of those in it. */
struct place {
	const char *begin, *at, *end;
	struct slice keys[JSON_KEYS];
	size_t depth; /* keys that lead here; 0: the object has ended */
	bool cut;     /* the text has */
};

/* The key at place->at and its colon; false: there is none. */
static bool
take_key(struct place *place)
{
	enum json_why why = JSON_WELL;
	const char *at = place->at + 1, *stop;
	bool escaped;

	if (*place->at != '"')
		return false;
	stop = json_string_end(at, place->end, &escaped, &why);
	place->cut = stop == NULL && why == JSON_WHY_CUT;
	if (stop == NULL)
		return false;
	place->keys[place->depth - 1] = (struct slice){ at,
		(size_t)(stop - at) };
	at = json_space(stop + 1, place->end);
	if (at < place->end && *at == ':')
		at = json_space(at + 1, place->end);
	else if (at < place->end)
		return false;
	place->cut = at == place->end;
	place->at = at;
	return !place->cut;
}

/* The next value that is no object, with its keys; its objects' members come
 * after it, down to JSON_KEYS keys. false: the object has ended, the text, or
 * something is wrong. */
static bool
next_value(struct place *place)
{
	while (place->depth > 0) {
		place->at = json_space(place->at, place->end);
		place->cut = place->at == place->end;
		if (place->cut)
			return false;
		if (*place->at == ',') {
			place->at++;
		} else if (*place->at == '}') {
			place->at++;
			place->depth--;
		} else if (!take_key(place)) {
			return false;
		} else if (*place->at == '{' && place->depth < JSON_KEYS) {
			place->at++;
			place->depth++;
		} else {
			return true;
		}
	}
	return false;
}

static void
pass_value(struct place *place)
{
	size_t depth = 0;

	place->at = json_pass(place->at, place->end, &depth);
	if (depth > 0)
		place->at = place->end;
}

static struct place
place_in(struct slice object)
{
	return (struct place){ .begin = object.at,
		.at = object.at + 1,
		.end = object.at + object.len,
		.depth = object.len > 0 && object.at[0] == '{' };
}

static bool
is_known(const struct place *place, bool *ret_sure)
{
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		size_t n = 0;

		while (n < place->depth && known[i][n] != NULL &&
			slice_is(place->keys[n], known[i][n]))
			n++;
		if (n == place->depth &&
			(n == JSON_KEYS || known[i][n] == NULL)) {
			*ret_sure = i < SURE;
			return true;
		}
	}
	*ret_sure = false;
	return false;
}

/* The array of objects at place->at, if it is one, or empty and known. */
static bool
look_at_array(const struct place *place, struct json_array *ret)
{
	const char *start = place->at + 1;
	const char *first = json_space(start, place->end), *stop;
	size_t depth = 0;

	if (*place->at != '[' || first == place->end)
		return false;
	*ret = (struct json_array){ .n_keys = place->depth,
		.start = (size_t)(start - place->begin) };
	ret->known = is_known(place, &ret->sure);
	if (*first != '{' && !(*first == ']' && ret->known))
		return false;
	memcpy(ret->keys, place->keys, sizeof(ret->keys));
	stop = json_pass(place->at, place->end, &depth);
	ret->len = (size_t)(stop - start);
	ret->cut = depth > 0;
	return true;
}

/* The array of objects of the object that begins with the text: one whose
 * keys are known from such documents, or the longest one; false: none. */
static bool
find_array(struct slice object, struct json_array *ret)
{
	struct place place = place_in(object);
	struct json_array one, best = { 0 };

	while (!best.known && next_value(&place)) {
		if (look_at_array(&place, &one) &&
			(best.n_keys == 0 || one.known || one.len > best.len))
			best = one;
		pass_value(&place);
	}
	if (best.n_keys > 0)
		*ret = best;
	return best.n_keys > 0;
}

enum json_has
json_find_keys(struct slice object, const struct slice *keys, size_t n_keys,
	size_t *ret_start)
{
	struct place place = place_in(object);
	size_t n;

	while (next_value(&place)) {
		for (n = 0; n < n_keys && n < place.depth &&
			slice_equal(place.keys[n], keys[n]); n++)
			;
		if (n == n_keys && n == place.depth && *place.at == '[') {
			*ret_start = (size_t)(place.at + 1 - place.begin);
			return JSON_HAS;
		}
		pass_value(&place);
	}
	return place.cut ? JSON_HAS_UNKNOWN : JSON_HAS_NOT;
}

enum json_has
json_find_member(struct slice text, struct json_member *ret)
{
	struct place place = { .begin = text.at,
		.at = text.at,
		.end = text.at + text.len,
		.depth = 1 };
	size_t depth = 0;
	const char *stop;

	if (text.len == 0 || !take_key(&place))
		return text.len == 0 || place.cut ? JSON_HAS_UNKNOWN :
						    JSON_HAS_NOT;
	stop = json_pass(place.at, place.end, &depth);
	*ret = (struct json_member){ place.keys[0],
		(size_t)(place.at - text.at), (size_t)(stop - text.at),
		depth > 0 || stop == place.end };
	return JSON_HAS;
}

/* Is the array what the text of n objects, `len` bytes, is about? The keys that
 * lead to it count for nothing, as it may be short. */
static bool
is_most(const struct json_array *array, size_t inside, size_t n, size_t len)
{
	size_t frame = 8;

	if (array->sure || (array->cut && array->known))
		return true;
	for (size_t i = 0; i < array->n_keys; i++)
		frame += 2 * array->keys[i].len;
	len = len > n * frame ? len - n * frame : 0;
	return array->known || array->cut ? inside >= len / 2 :
					    inside >= len - len / 4;
}

/* Does the line look like one object? */
static bool
is_object(struct slice line)
{
	const char *end = line.at + line.len, *at = json_begin(line), *next;
	size_t depth = 0;

	if (at == end || *at != '{')
		return false;
	next = json_space(at + 1, end);
	if (next == end || (*next != '"' && *next != '}'))
		return false;
	at = json_pass(at, end, &depth);
	return depth == 0 && json_space(at, end) == end;
}

/* What the lines of a head are. */
struct lines {
	size_t n, objects;
	size_t len, inside; /* bytes of objects, and of arrays in them */
	struct json_array array; /* the first */
};

static void
look_at_line(struct lines *lines, struct slice line)
{
	const char *at = json_begin(line), *end = line.at + line.len;
	struct json_array array;

	lines->n++;
	if (!is_object(line))
		return;
	line = (struct slice){ at, (size_t)(end - at) };
	lines->objects++;
	lines->len += line.len;
	if (!find_array(line, &array))
		return;
	lines->inside += array.len;
	if (lines->array.n_keys == 0)
		lines->array = array;
}

static void
look_at_lines(struct slice head, bool whole, struct lines *ret)
{
	const char *at = head.at, *end = head.at + head.len, *stop;
	char eol = memchr(at, '\n', head.len) != NULL ? '\n' : '\r';

	*ret = (struct lines){ 0 };
	while (at < end && ret->n < DIALECT_SAMPLE) {
		struct slice line = { at, (size_t)(end - at) };

		stop = memchr(at, eol, line.len);
		if (stop == NULL && !whole)
			return;
		if (stop != NULL)
			line.len = (size_t)(stop - at);
		at += line.len + 1;
		if (json_begin(line) < line.at + line.len)
			look_at_line(ret, line);
	}
}

/* The same of a text whose lines say nothing. */
static enum json_kind
look_at_document(struct slice text, struct json_array *ret)
{
	const char *end = text.at + text.len;
	const char *next = json_space(text.at + 1, end);
	struct place place = place_in(text);
	struct json_array array;
	size_t depth = 0, len;

	*ret = (struct json_array){ 0 };
	if (next == end)
		return JSON_KIND_NONE;
	if (*text.at == '[')
		return *next == '{' || *next == ']' ? JSON_KIND_DOCUMENT :
						      JSON_KIND_NONE;
	place.at = next;
	if (*text.at != '{' || (*next != '}' && !take_key(&place) &&
				       !place.cut))
		return JSON_KIND_NONE;
	len = (size_t)(json_pass(text.at, end, &depth) - text.at);
	text.len = len;
	if (find_array(text, &array) && is_most(&array, array.len, 1, len))
		*ret = array;
	return JSON_KIND_DOCUMENT;
}

enum json_kind
json_find_kind(struct slice head, bool whole, struct json_array *ret)
{
	struct lines lines;
	const char *at;

	if (head.len == 0)
		return JSON_KIND_NONE;
	look_at_lines(head, whole, &lines);
	if (lines.objects > lines.n / 2) {
		if (lines.array.n_keys == 0 ||
			!is_most(&lines.array, lines.inside, lines.objects,
				lines.len))
			return JSON_KIND_LINES;
		*ret = lines.array;
		return JSON_KIND_DOCUMENT;
	}
	at = json_begin(head);
	head.len -= (size_t)(at - head.at);
	head.at = at;
	return head.len > 0 ? look_at_document(head, ret) : JSON_KIND_NONE;
}
