/* SPDX-License-Identifier: Apache-2.0 */
#include "format/json-start.h"

void
json_starts_remember(struct json_starts *starts, ptrdiff_t column)
{
	struct json_paths *paths = &starts->json->paths;
	int first = paths->at[JSON_ROOT].follow;

	starts->column = column;
	if (starts->json->last == JSON_ROOT || paths->at[first].first ||
		starts->n_firsts == JSON_FIRSTS)
		return;
	paths->at[first].first = true;
	starts->firsts[starts->n_firsts++] = first;
}

/* Blanks between the last line end and byte i, if there is nothing else;
 * *ret: what comes before all blanks, or NUL. */
static ptrdiff_t
blanks_before(struct slice text, size_t i, char *ret)
{
	size_t first = i > JSON_AROUND ? i - JSON_AROUND : 0, n = i;
	ptrdiff_t column = JSON_NO_COLUMN;

	for (; n > first && memchr(" \t\r\n", text.at[n - 1], 4) != NULL; n--) {
		if (column == JSON_NO_COLUMN && text.at[n - 1] == '\n')
			column = (ptrdiff_t)(i - n);
	}
	*ret = n > first ? text.at[n - 1] : '\0';
	return column;
}

/* Does an element begin with this key? If none is known any may. */
static bool
is_first_key(const struct json_starts *starts, struct slice key)
{
	const struct json_path *paths = starts->json->paths.at;

	for (size_t i = 0; i < starts->n_firsts; i++) {
		if (slice_equal(paths[starts->firsts[i]].key, key))
			return true;
	}
	return starts->n_firsts == 0;
}

/* Is the brace at byte i where an element begins, or a document? */
static enum json_start
start_at(const struct json_starts *starts, struct slice text, size_t i)
{
	const char *at = text.at + i, *end = text.at + text.len, *stop;
	bool cut = text.len - i < JSON_AROUND;
	struct slice key;
	ptrdiff_t column;
	char before;

	if (!cut)
		end = at + JSON_AROUND;
	at = json_space(at + 1, end);
	if (at < end && *at != '"')
		return JSON_START_NONE;
	stop = at < end ? memchr(at + 1, '"', (size_t)(end - at - 1)) : NULL;
	if (stop == NULL)
		return cut ? JSON_START_UNKNOWN : JSON_START_NONE;
	key = (struct slice){ at + 1, (size_t)(stop - at - 1) };
	column = blanks_before(text, i, &before);
	if (before == ':')
		return JSON_START_NONE;
	if (starts->n_keys > 0 && slice_equal(key, starts->keys[0]))
		return JSON_START_DOCUMENT;
	if (!is_first_key(starts, key))
		return JSON_START_NONE;
	/* On lines of their own elements are indented alike. */
	if (column != JSON_NO_COLUMN && starts->column != JSON_NO_COLUMN)
		return column == starts->column ? JSON_START_ELEMENT : JSON_START_NONE;
	return memchr(",[}", before, 3) != NULL ? JSON_START_ELEMENT : JSON_START_NONE;
}

enum json_start
json_starts_find(const struct json_starts *starts, struct slice text, size_t *at)
{
	enum json_start start = JSON_START_NONE;
	const char *brace;

	while (start == JSON_START_NONE && *at < text.len) {
		brace = memchr(text.at + *at, '{', text.len - *at);
		*at = brace != NULL ? (size_t)(brace - text.at) : text.len;
		if (brace != NULL)
			start = start_at(starts, text, *at);
		if (start == JSON_START_NONE)
			*at += brace != NULL;
	}
	return start;
}

static void
count_paths(struct json *json)
{
	for (size_t i = 0; i < json->paths.n; i++)
		json->paths.at[i].sampled +=
			json->paths.at[i].seen == json->record;
}

/* Pass what is around elements, to where the next one begins. False: it ends,
 * or is not what should be there. */
static bool
pass_around(const struct json_starts *starts, struct slice text, size_t *at)
{
	for (;;) {
		const char *end = text.at + text.len;
		struct slice rest;
		struct json_member member;
		size_t start;

		*at = (size_t)(json_space(text.at + *at, end) - text.at);
		rest = (struct slice){ text.at + *at, text.len - *at };
		if (rest.len == 0)
			return false;
		switch (rest.at[0]) {
		case ',':
		case '[':
		case ']':
		case '}':
			++*at;
			break;
		case '"': /* a key behind the array */
			if (json_find_member(rest, &member) != JSON_HAS)
				return false;
			*at += member.end;
			break;
		case '{':
			if (starts->n_keys == 0 ||
				json_find_keys(rest, starts->keys,
					starts->n_keys, &start) != JSON_HAS)
				return true;
			*at += start;
			break;
		default:
			return false;
		}
	}
}

int
json_starts_sample(struct json_starts *starts, struct slice head,
	struct fault *fault)
{
	const char *begin = head.len > 0 ? json_begin(head) : head.at;
	struct slice text = { begin, head.len - (size_t)(begin - head.at) };
	size_t at = 0, len;

	for (size_t n = 0; n < DIALECT_SAMPLE && text.len > 0 &&
		pass_around(starts, text, &at);
		n++) {
		enum json_step step = json_walk(starts->json,
			(struct slice){ text.at + at, text.len - at }, &len,
			fault);

		if (step == JSON_FAULT)
			return -1;
		if (step == JSON_MORE)
			break;
		if (step == JSON_DONE ||
			(step == JSON_BAD && starts->n_firsts == 0))
			json_starts_remember(starts, JSON_NO_COLUMN);
		if (step != JSON_BAD) {
			count_paths(starts->json);
			at += len;
			continue;
		}
		at++;
		if (json_starts_find(starts, text, &at) == JSON_START_NONE)
			break;
	}
	return 0;
}
