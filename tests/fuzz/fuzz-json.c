/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a line of JSON: what jansson takes for an object is a record
 * with the same values, and nothing else is. They differ on purpose where
 * jansson gives up (large numbers, NUL in keys, bytes that are no UTF-8, also
 * as \udcff) and where we do (depth, keys with dots that are the path of
 * others); neither then tells. */
#include <jansson.h>

#include "format/dialect.h"
#include "tests/fuzz/fuzz.h"

enum { PATH_MOST = 300, ELEMENTS = 16 };

static struct dialect *dialect;
static int wanted[DIALECT_NAMES];
static struct slice values[DIALECT_NAMES];

static enum reason
read_all(struct slice text)
{
	struct fault fault = { 0 };
	enum reason reason;
	unsigned version;

	do {
		version = dialect->version;
		dialect->wanted = wanted;
		dialect->n_wanted = dialect->n_names;
		for (size_t i = 0; i < dialect->n_names; i++)
			wanted[i] = (int)i;
		reason = dialect_jsonl.read(dialect, text, values, &fault);
	} while (dialect->version != version);
	MUST(fault.code == FAULT_NONE);
	return reason;
}

static void
must_be(const json_t *json, struct slice value)
{
	char buf[64];

	switch (json_typeof(json)) {
	case JSON_STRING:
		MUST(slice_equal(value, (struct slice){
			json_string_value(json), json_string_length(json) }));
		return;
	case JSON_INTEGER:
		MUST(value.len > 0 && value.len < sizeof(buf));
		memcpy(buf, value.at, value.len);
		buf[value.len] = '\0';
		MUST(strtoll(buf, NULL, 10) == json_integer_value(json));
		return;
	case JSON_REAL:
		if (value.len >= sizeof(buf))
			return;
		memcpy(buf, value.at, value.len);
		buf[value.len] = '\0';
		MUST(strtod(buf, NULL) == json_real_value(json));
		return;
	case JSON_TRUE:
	case JSON_FALSE:
		MUST(slice_is(value, json_is_true(json) ? "true" : "false"));
		return;
	default:
		MUST(value.len == 0);
	}
}

/* All values below; as deep as we go, as jansson found no more. A key may be
 * empty, and so may its path. */
static void
compare(json_t *json, char *path, size_t len, bool root)
{
	struct slice name = { path, len };
	const char *key;
	json_t *value;
	size_t i, n;
	int number;

	if (json_is_object(json)) {
		json_object_foreach (json, key, value) {
			n = strlen(key);
			if (len + 1 + n > DIALECT_NAME_LEN)
				continue;
			path[len] = '.';
			memcpy(path + len + !root, key, n);
			compare(value, path, len + !root + n, false);
		}
	} else if (json_is_array(json)) {
		json_array_foreach (json, i, value) {
			if (i >= ELEMENTS || len + 3 > DIALECT_NAME_LEN)
				break;
			n = (size_t)snprintf(path + len, 4, ".%zu", i);
			compare(value, path, len + n, false);
		}
	} else {
		number = dialect_find_name(dialect, name);
		MUST(number >= 0 || len == 0 ||
			dialect->n_names == DIALECT_NAMES);
		if (number >= 0)
			must_be(json, values[number]);
	}
}

/* Somewhere a byte is written as half of a pair. */
static bool
has_bytes(struct slice text)
{
	for (size_t i = 0; i + 6 <= text.len; i++)
		if (strncasecmp(text.at + i, "\\udc", 4) == 0)
			return true;
	return false;
}

static bool
is_known_difference(const json_error_t *error, struct slice text)
{
	enum json_error_code code = json_error_code(error);

	return has_bytes(text) || code == json_error_numeric_overflow ||
		code == json_error_null_byte_in_key ||
		code == json_error_invalid_utf8 ||
		code == json_error_stack_overflow;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static unsigned runs;
	struct slice text = { (const char *)data, len };
	struct fault fault = { 0 };
	char path[PATH_MOST];
	enum reason reason;
	json_error_t error;
	json_t *json;
	const char *why;

	/* The names of some runs together, so that guesses go wrong. */
	if (runs++ % 16 == 0) {
		dialect_jsonl.free(dialect);
		MUST(dialect_jsonl.open(&dialect, text, len % 2, &fault) == 0);
	}
	(void)dialect_jsonl.looks(text, len % 2);
	(void)dialect_json.looks(text, len % 2);
	if (len == 0 || data[0] == 0xef)
		return 0;
	reason = read_all(text);
	why = dialect_jsonl.explain(dialect);
	json = json_loadb(text.at, len,
		JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	if (reason == SKIP_BLANK)
		MUST(json == NULL);
	else if (json_is_object(json) && reason == REASON_LOOKUP)
		compare(json, path, 0, true);
	else if (json_is_object(json)) /* jansson passes by NULs outside */
		MUST(strstr(why, "deep") != NULL ||
			strstr(why, "twice") != NULL ||
			memchr(text.at, '\0', len) != NULL);
	else if (reason == REASON_LOOKUP)
		MUST(json == NULL && is_known_difference(&error, text));
	json_decref(json);
	return 0;
}
