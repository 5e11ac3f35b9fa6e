/* SPDX-License-Identifier: Apache-2.0 */
#include "format/json.h"

enum {
	VALUES_MOST = 4096,
	BUFFER_MOST = 1 << 30, /* no text is longer */
};

static const char *const sentences[] = {
	[JSON_WHY_CUT] = "the object has no end",
	[JSON_WHY_OBJECT] = "no JSON object",
	[JSON_WHY_KEY] = "a key in quotes is missing",
	[JSON_WHY_COLON] = "a colon is missing behind a key",
	[JSON_WHY_VALUE] = "a value is missing",
	[JSON_WHY_NUMBER] = "a number is not written as JSON has it",
	[JSON_WHY_BEHIND] = "a comma or bracket is missing",
	[JSON_WHY_CONTROL] = "a control character is within quotes",
	[JSON_WHY_ESCAPE] = "a backslash stands for nothing",
	[JSON_WHY_SURROGATE] = "half of a \\u pair",
	[JSON_WHY_TWICE] = "a key is given twice",
	[JSON_WHY_DEEP] = "brackets are nested too deeply",
	[JSON_WHY_MORE] = "more text behind the object",
};

int
json_init(struct json *json, struct dialect *dialect, struct fault *fault)
{
	*json = (struct json){ .dialect = dialect };
	memset(json->slots, 0xff, sizeof(json->slots));
	return json_paths_init(&json->paths, fault);
}

void
json_free(struct json *json)
{
	json_paths_free(&json->paths);
	free(json->wanted);
	free(json->values);
	free(json->buffer);
}

static void
slots_set(struct json *json)
{
	memset(json->slots, 0xff, sizeof(json->slots));
	for (size_t i = json->n_wanted; i-- > 0;) {
		int name = json->wanted[i];

		if (name >= 0 && name < DIALECT_NAMES)
			json->slots[name] = (int)i;
	}
	for (size_t i = 0; i < json->paths.n; i++) {
		struct json_path *path = &json->paths.at[i];

		path->slot = path->name >= 0 ? json->slots[path->name] : -1;
	}
}

int
json_want(struct json *json, struct fault *fault)
{
	const struct dialect *dialect = json->dialect;
	size_t n = dialect->n_wanted, len = n * sizeof(*json->wanted);

	if (n == json->n_wanted &&
		(n == 0 || memcmp(json->wanted, dialect->wanted, len) == 0))
		return 0;
	if (memory_grow((void **)&json->wanted, &json->cap_wanted, n,
		    sizeof(*json->wanted), VALUES_MOST, "fields", fault) != 0 ||
		memory_grow((void **)&json->values, &json->cap_values, n,
			sizeof(*json->values), VALUES_MOST, "fields",
			fault) != 0)
		return -1;
	if (n > 0)
		memcpy(json->wanted, dialect->wanted, len);
	json->n_wanted = n;
	json->fresh = (struct slice){ NULL, 0 };
	slots_set(json);
	return 0;
}

/* Not well, but it can be told how it goes on. */
static void
spoil(struct json *json, const char *at, enum json_why why)
{
	if (json->why != JSON_WELL)
		return;
	json->why = why;
	json->why_at = (size_t)(at - json->begin);
}

/* The end of the walk. */
static const char *
stop(struct json *json, const char *at, enum json_why why)
{
	json->why = why;
	json->why_at = (size_t)(at - json->begin);
	return NULL;
}

static const char *
space(const struct json *json, const char *at)
{
	return json_space(at, json->end);
}

/* json_string_end(), whose text begins at `at`. */
static const char *
string_end(struct json *json, const char *at, bool *ret_escaped)
{
	enum json_why why = JSON_WELL;
	const char *end = json_string_end(at, json->end, ret_escaped, &why);

	if (end == NULL && why == JSON_WHY_CUT)
		return stop(json, json->end, why);
	if (end == NULL) {
		while ((unsigned char)*at >= 0x20)
			at++;
		return stop(json, at, why);
	}
	if (why != JSON_WELL)
		spoil(json, at, why);
	return end;
}

/* All unescaped values of a text are no longer than it is: the buffer need
 * not grow, and thus move, twice for one. */
static int
unescape(struct json *json, struct slice raw, struct slice *ret)
{
	size_t most = (size_t)(json->end - json->begin);
	char *to;

	*ret = (struct slice){ "", 0 };
	if (json->why != JSON_WELL)
		return 0;
	if (memory_grow((void **)&json->buffer, &json->cap_buffer, most, 1,
		    BUFFER_MOST, "bytes of a record", json->fault) != 0)
		return -1;
	to = json->buffer + json->used_buffer;
	*ret = (struct slice){ to, json_unescape(raw, to) };
	json->used_buffer += ret->len;
	return 0;
}

/* The path of a part under `parent`, which is looked for where it was last. */
static int
find_path(struct json *json, int parent, struct slice key)
{
	struct json_paths *paths = &json->paths;
	int path = paths->at[json->last].follow;
	const struct json_path *guess = &paths->at[path];

	if (parent < 0)
		return JSON_NO_PATH;
	if (guess->parent != parent || !slice_equal(guess->key, key)) {
		if (json_paths_find(paths, parent, key, &path,
			    json->fault) != 0) {
			json->why = JSON_WHY_MEMORY;
			return JSON_NO_PATH;
		}
		if (path < 0)
			return path;
		paths->at[json->last].follow = path;
	}
	json->last = path;
	return path;
}

/* A key of which its path is not the one that was guessed, or which has
 * escapes. Its closing quote. */
static const char *
walk_other_key(struct json *json, const char *at, int parent)
{
	size_t used = json->used_buffer;
	struct slice key;
	bool escaped;
	const char *end = string_end(json, at, &escaped);

	if (end == NULL)
		return NULL;
	key = (struct slice){ at, (size_t)(end - at) };
	if (escaped && unescape(json, key, &key) != 0)
		return stop(json, at, JSON_WHY_MEMORY);
	json->path = find_path(json, parent, key);
	json->used_buffer = used;
	return json->why == JSON_WHY_MEMORY ? NULL : end;
}

/* A key and its colon, to where its value begins. */
static const char *
walk_key(struct json *json, const char *at)
{
	int parent = json->frames[json->depth - 1].path;
	int next = json->paths.at[json->last].follow;
	const struct json_path *guess = &json->paths.at[next];
	size_t len = guess->key.len;

	if (*at++ != '"')
		return stop(json, at - 1, JSON_WHY_KEY);
	if (guess->parent == parent && guess->plain &&
		(size_t)(json->end - at) > len && at[len] == '"' &&
		slice_equal((struct slice){ at, len }, guess->key)) {
		json->path = json->last = next;
		at += len;
	} else {
		at = walk_other_key(json, at, parent);
		if (at == NULL)
			return NULL;
	}
	if (json->path >= 0) {
		struct json_path *path = &json->paths.at[json->path];

		if (path->seen == json->record)
			spoil(json, at, JSON_WHY_TWICE);
		path->seen = json->record;
	}
	at = space(json, at + 1);
	if (at == json->end)
		return stop(json, at, JSON_WHY_CUT);
	if (*at != ':')
		return stop(json, at, JSON_WHY_COLON);
	at = space(json, at + 1);
	return at < json->end ? at : stop(json, at, JSON_WHY_CUT);
}

/* The next element of an array. */
static void
walk_element(struct json *json, struct json_frame *frame)
{
	int i = frame->index < JSON_ELEMENTS ? ++frame->index : JSON_ELEMENTS;
	char digits[2] = { (char)('0' + i / 10), (char)('0' + i % 10) };

	json->path = JSON_NO_PATH;
	if (frame->path >= 0 && i < JSON_ELEMENTS)
		json->path = find_path(json, frame->path,
			(struct slice){ digits + (i < 10), i < 10 ? 1 : 2 });
}

/* A path has its first value: it becomes a name. */
static int
name_path(struct json *json, struct json_path *path)
{
	char buf[DIALECT_NAME_LEN];
	int name = dialect_add_name(json->dialect,
		json_paths_text(&json->paths, json->path, buf), json->fault);

	if (name == -2)
		return -1;
	path->name = name;
	path->slot = name >= 0 ? json->slots[name] : -1;
	return 0;
}

/* The value of json->path. Two paths may be one name, as keys may have dots:
 * then one value is too many. */
static const char *
keep_value(struct json *json, struct slice value, bool escaped,
	const char *end)
{
	struct json_path *path = &json->paths.at[json->path];
	struct slice *to;

	if (path->name == JSON_NAME_NEW && name_path(json, path) != 0)
		return stop(json, end, JSON_WHY_MEMORY);
	if (path->slot < 0)
		return end;
	to = &json->values[path->slot];
	if (to->at != NULL)
		spoil(json, value.at, JSON_WHY_TWICE);
	if (escaped && unescape(json, value, &value) != 0)
		return stop(json, end, JSON_WHY_MEMORY);
	*to = value;
	return end;
}

/* A string, number, true, false or null; behind it. */
static const char *
walk_scalar(struct json *json, const char *at)
{
	enum json_why why = JSON_WELL;
	bool escaped = false;
	struct slice value;
	const char *end;

	if (*at == '"') {
		end = string_end(json, ++at, &escaped);
		if (end == NULL)
			return NULL;
		value = (struct slice){ at, (size_t)(end - at) };
		end++;
	} else {
		end = json_plain(at, json->end, &why);
		if (end == NULL)
			return stop(json,
				why == JSON_WHY_CUT ? json->end : at, why);
		value = (struct slice){ at, (size_t)(end - at) };
		if (*at == 'n')
			value.len = 0;
	}
	if (json->path < 0)
		return end;
	return keep_value(json, value, escaped, end);
}

/* Behind a value: to where the next key or element begins, or behind the
 * whole object, when nothing is open any more. */
static const char *
walk_behind(struct json *json, const char *at)
{
	for (;;) {
		struct json_frame *frame = &json->frames[json->depth - 1];

		at = space(json, at);
		if (at == json->end)
			return stop(json, at, JSON_WHY_CUT);
		if (*at == ',') {
			at = space(json, at + 1);
			if (at == json->end)
				return stop(json, at, JSON_WHY_CUT);
			if (frame->index >= 0)
				walk_element(json, frame);
			return json->why == JSON_WHY_MEMORY ? NULL : at;
		}
		if (*at != (frame->index >= 0 ? ']' : '}'))
			return stop(json, at, JSON_WHY_BEHIND);
		at++;
		if (--json->depth == 0)
			return at;
	}
}

/* A bracket opens: to the first key or element, or behind an empty one. */
static const char *
walk_open(struct json *json, const char *at)
{
	struct json_frame *frame = &json->frames[json->depth];
	bool is_array = *at == '[';

	if (json->depth == JSON_DEPTH)
		return stop(json, at, JSON_WHY_DEEP);
	*frame = (struct json_frame){ json->path, is_array ? 0 : -1 };
	json->depth++;
	at = space(json, at + 1);
	if (at == json->end)
		return stop(json, at, JSON_WHY_CUT);
	if (*at == (is_array ? ']' : '}'))
		return walk_behind(json, at);
	if (is_array) {
		frame->index = -1;
		walk_element(json, frame);
	}
	return json->why == JSON_WHY_MEMORY ? NULL : at;
}

static const char *
walk_object(struct json *json, const char *at)
{
	json->path = JSON_ROOT;
	at = walk_open(json, at);
	while (at != NULL && json->depth > 0) {
		if (json->frames[json->depth - 1].index < 0) {
			at = walk_key(json, at);
			if (at == NULL)
				break;
		}
		if (*at == '{' || *at == '[') {
			at = walk_open(json, at);
			continue;
		}
		at = walk_scalar(json, at);
		if (at != NULL)
			at = walk_behind(json, at);
	}
	return at;
}

enum json_step
json_walk(struct json *json, struct slice text, size_t *ret_len,
	struct fault *fault)
{
	const char *at = text.at;

	json->begin = text.at;
	json->end = text.at + text.len;
	json->depth = json->used_buffer = json->why_at = 0;
	json->last = JSON_ROOT;
	json->record++;
	json->why = JSON_WELL;
	json->fault = fault;
	for (size_t i = 0; i < json->n_wanted; i++)
		json->values[i] = (struct slice){ NULL, 0 };
	if (text.len == 0)
		at = stop(json, at, JSON_WHY_CUT);
	else if (*at != '{')
		at = stop(json, at, JSON_WHY_OBJECT);
	else
		at = walk_object(json, at);
	if (at != NULL) {
		*ret_len = (size_t)(at - text.at);
		return json->why == JSON_WELL ? JSON_DONE : JSON_SPOILT;
	}
	*ret_len = json->why_at;
	return json->why == JSON_WHY_MEMORY ? JSON_FAULT :
		json->why == JSON_WHY_CUT   ? JSON_MORE :
					      JSON_BAD;
}

/* Keys and values are people's: the sentence says what and where, not whose. */
static enum reason
reject(struct json *json, size_t before)
{
	(void)snprintf(json->sentence, sizeof(json->sentence), "%s (byte %zu)",
		sentences[json->why], before + json->why_at + 1);
	return REJECT_SYNTAX;
}

/* Walk the whole text. */
static enum reason
read_text(struct json *json, struct slice text, struct fault *fault)
{
	const char *end = text.at + text.len;
	const char *at = text.len > 0 ? json_begin(text) : text.at;
	struct slice rest = { at, (size_t)(end - at) };
	size_t before = (size_t)(at - text.at), len;
	enum json_step step;

	if (rest.len == 0)
		return SKIP_BLANK;
	step = json_walk(json, rest, &len, fault);
	if (step == JSON_FAULT)
		return REJECT_SYNTAX;
	if (step == JSON_MORE || step == JSON_BAD)
		return reject(json, before);
	at = json_space(at + len, end);
	if (at < end)
		spoil(json, at, JSON_WHY_MORE);
	return json->why == JSON_WELL ? REASON_LOOKUP : reject(json, before);
}

enum reason
json_read(struct json *json, struct slice text, struct slice *values,
	struct fault *fault)
{
	enum reason reason;

	if (json_want(json, fault) != 0)
		return REJECT_SYNTAX;
	if (text.at == NULL || json->fresh.at != text.at ||
		json->fresh.len != text.len) {
		reason = read_text(json, text, fault);
		if (reason != REASON_LOOKUP)
			return reason;
	}
	for (size_t i = 0; i < json->n_wanted; i++) {
		int name = json->wanted[i];
		int slot = name >= 0 && name < DIALECT_NAMES ?
			json->slots[name] :
			-1;

		values[i] = slot >= 0 ? json->values[slot] :
					(struct slice){ NULL, 0 };
	}
	return REASON_LOOKUP;
}

const char *
json_explain(const struct json *json)
{
	return json->sentence;
}
