/* SPDX-License-Identifier: Apache-2.0 */
/* What one JSON object is read as: which are refused and with what words,
 * the exact texts of values, and the names they go by. */
#include "tests/unit/unit.h"

#include <sys/mman.h>
#include <unistd.h>

#include "format/json-text.h"
#include "format/json.h"
#include "tests/unit/random.h"

static struct dialect *
open_head(const char *head)
{
	struct dialect *dialect;
	struct fault fault = { 0 };

	assert_int_equal(dialect_jsonl.open(&dialect, slice_of(head), true,
		&fault), 0);
	return dialect;
}

/* Read with the value of `path` wanted, if it has become a name. */
static enum reason
read_path(struct dialect *dialect, struct slice text, const char *path,
	struct slice *ret)
{
	static int wanted[2];
	struct fault fault = { 0 };
	struct slice values[2] = { { "unset", 5 }, { "unset", 5 } };
	unsigned version;
	enum reason reason;

	do {
		version = dialect->version;
		wanted[0] = -1;
		wanted[1] = dialect_find_name(dialect, slice_of(path));
		dialect->wanted = wanted;
		dialect->n_wanted = 2;
		reason = dialect_jsonl.read(dialect, text, values, &fault);
	} while (dialect->version != version);
	assert_int_equal(fault.code, FAULT_NONE);
	if (reason == REASON_LOOKUP)
		assert_slice(values[0], "");
	*ret = values[1];
	return reason;
}

static void
test_values(void **state)
{
	static const struct {
		const char *text, *path, *value;
	} cases[] = {
		{ "{\"a\":\"x\"}", "a", "x" },
		{ " \t{ \"a\" : \"x\" } \r", "a", "x" },
		{ "\xef\xbb\xbf{\"a\":\"x\"}", "a", "x" },
		{ "{\"a\":{\"b\":{\"c\":\"x\"}}}", "a.b.c", "x" },
		{ "{\"a\":[\"x\",\"y\"]}", "a.1", "y" },
		{ "{\"a\":[{\"b\":1},{\"b\":2,\"c\":3}],\"d\":4}", "a.1.c", "3" },
		{ "{\"a\":[{\"b\":1},{\"b\":2,\"c\":3}],\"d\":4}", "d", "4" },
		{ "{\"a\":[[],[[7]]]}", "a.1.0.0", "7" },
		{ "{\"a\":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]}",
			"a.15", "15" },
		{ "{\"a\":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]}",
			"a.16", "" },
		{ "{\"a\":[{},{\"b\":1}]}", "a.1.b", "1" },
		{ "{\"a\":{},\"b\":[],\"c\":1}", "c", "1" },
		{ "{\"a\":{\"b\":1}}", "a", "" },
		{ "{\"a\":null}", "a", "" },
		{ "{\"a\":\"\"}", "a", "" },
		{ "{\"a\":true,\"b\":false}", "b", "false" },
		{ "{\"a\":1234567890123456789012345}", "a",
			"1234567890123456789012345" },
		{ "{\"a\":1e999}", "a", "1e999" },
		{ "{\"a\":-0.10E+05}", "a", "-0.10E+05" },
		{ "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", "a",
			"\"\\/\b\f\n\r\t" },
		{ "{\"a\":\"\\u00e9\\u20AC\\ud83d\\ude00z\"}", "a",
			"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z" },
		{ "{\"a\":\"\xff\xc3(\"}", "a", "\xff\xc3(" },
		{ "{\"a\":\"\\udcff\\udC80(\"}", "a", "\xff\x80(" },
		{ "{\"a\":\"\x7f\"}", "a", "\x7f" },
		{ "{\"\\u0061\\n\":\"x\"}", "a\n", "x" },
		{ "{\"a.b\":1}", "a.b", "1" },
		{ "{\"a\":{\"\":1}}", "a.", "1" },
		{ "{\"\":1,\"a\":2}", "a", "2" },
		{ "{}", "a", "" },
	};
	struct slice value;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		/* By names of the head, and by those that come later. */
		for (int known = 0; known < 2; known++) {
			struct dialect *dialect =
				open_head(known ? cases[i].text : "");

			assert_int_equal(read_path(dialect,
				slice_of(cases[i].text), cases[i].path,
				&value), REASON_LOOKUP);
			assert_slice(value, cases[i].value);
			dialect_jsonl.free(dialect);
		}
	}
}

static void
test_nul(void **state)
{
	struct dialect *dialect = open_head("");
	struct slice value;

	(void)state;
	assert_int_equal(read_path(dialect, slice_of("{\"a\":\"x\\u0000y\"}"),
		"a", &value), REASON_LOOKUP);
	assert_int_equal(value.len, 3);
	assert_memory_equal(value.at, "x\0y", 3);
	assert_int_equal(read_path(dialect, LITERAL("{\"a\":\"x\0y\"}"), "a",
		&value), REJECT_SYNTAX);
	dialect_jsonl.free(dialect);
}

/* What is wrong, and at which byte. */
static const struct {
	const char *text, *why;
} refused[] = {
	{ "x", "no JSON object (byte 1)" },
	{ "[]", "no JSON object (byte 1)" },
	{ "\"a\"", "no JSON object (byte 1)" },
	{ " {", "the object has no end (byte 3)" },
	{ "{\"a\":\"x", "the object has no end (byte 8)" },
	{ "{\"a\":1", "the object has no end (byte 7)" },
	{ "{a:1}", "a key in quotes is missing (byte 2)" },
	{ "{'a':1}", "a key in quotes is missing (byte 2)" },
	{ "{\"a\":1,}", "a key in quotes is missing (byte 8)" },
	{ "{,\"a\":1}", "a key in quotes is missing (byte 2)" },
	{ "{1:1}", "a key in quotes is missing (byte 2)" },
	{ "{\"a\" 1}", "a colon is missing behind a key (byte 6)" },
	{ "{\"a\"}", "a colon is missing behind a key (byte 5)" },
	{ "{\"a\":}", "a value is missing (byte 6)" },
	{ "{\"a\":[1,]}", "a value is missing (byte 9)" },
	{ "{\"a\":[,1]}", "a value is missing (byte 7)" },
	{ "{\"a\":tru}", "a value is missing (byte 6)" },
	{ "{\"a\":True}", "a value is missing (byte 6)" },
	{ "{\"a\":NaN}", "a value is missing (byte 6)" },
	{ "{\"a\":+1}", "a value is missing (byte 6)" },
	{ "{\"a\":.5}", "a value is missing (byte 6)" },
	{ "{\"a\":/*x*/1}", "a value is missing (byte 6)" },
	{ "{\"a\":-}", "a number is not written as JSON has it (byte 6)" },
	{ "{\"a\":1.}", "a number is not written as JSON has it (byte 6)" },
	{ "{\"a\":1e}", "a number is not written as JSON has it (byte 6)" },
	{ "{\"a\":1e+}", "a number is not written as JSON has it (byte 6)" },
	{ "{\"a\":01}", "a comma or bracket is missing (byte 7)" },
	{ "{\"a\":-01}", "a comma or bracket is missing (byte 8)" },
	{ "{\"a\":0x1}", "a comma or bracket is missing (byte 7)" },
	{ "{\"a\":1 2}", "a comma or bracket is missing (byte 8)" },
	{ "{\"a\":1]", "a comma or bracket is missing (byte 7)" },
	{ "{\"a\":[1}", "a comma or bracket is missing (byte 8)" },
	{ "{\"a\":nullx}", "a comma or bracket is missing (byte 10)" },
	{ "{\"a\":\"x\ty\"}",
		"a control character is within quotes (byte 8)" },
	{ "{\"a\tb\":1}",
		"a control character is within quotes (byte 4)" },
	{ "{\"a\":\"\\x\"}", "a backslash stands for nothing (byte 7)" },
	{ "{\"a\":\"\\u12g4\"}", "a backslash stands for nothing (byte 7)" },
	{ "{\"a\":\"\\U0041\"}", "a backslash stands for nothing (byte 7)" },
	{ "{\"a\":\"\\ud800\"}", "half of a \\u pair (byte 7)" },
	{ "{\"a\":\"\\udc7f\"}", "half of a \\u pair (byte 7)" },
	{ "{\"a\":\"\\udd00\"}", "half of a \\u pair (byte 7)" },
	{ "{\"a\":\"\\udc00\"}", "half of a \\u pair (byte 7)" },
	{ "{\"a\":\"\\ud800\\u0041\"}", "half of a \\u pair (byte 7)" },
	{ "{\"a\":\"\\ude00\\ud83d\"}", "half of a \\u pair (byte 7)" },
	{ "{\"\\ud800\":1}", "half of a \\u pair (byte 3)" },
	{ "{\"a\":1,\"a\":1}", "a key is given twice (byte 10)" },
	{ "{\"a\":1,\"\\u0061\":2}", "a key is given twice (byte 15)" },
	{ "{\"a\":{\"b\":1,\"b\":1}}", "a key is given twice (byte 15)" },
	{ "{\"b\":{\"a\":1},\"b\":{\"c\":1}}",
		"a key is given twice (byte 16)" },
	{ "{\"a\":1}x", "more text behind the object (byte 8)" },
	{ "{\"a\":1}{\"a\":1}", "more text behind the object (byte 8)" },
	{ "{\"a\":1},", "more text behind the object (byte 8)" },
	{ "{}}", "more text behind the object (byte 3)" },
	{ "{\"a\":1\f}", "a comma or bracket is missing (byte 7)" },
};

static void
test_refused(void **state)
{
	struct slice value;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct dialect *dialect = open_head("{\"a\":1}\n");

		assert_int_equal(read_path(dialect, slice_of(refused[i].text),
			"a", &value), REJECT_SYNTAX);
		assert_string_equal(dialect_jsonl.explain(dialect),
			refused[i].why);
		/* What follows is none the worse for it. */
		assert_int_equal(read_path(dialect, slice_of("{\"a\":5}"), "a",
			&value), REASON_LOOKUP);
		assert_slice(value, "5");
		dialect_jsonl.free(dialect);
	}
}

static void
test_blank(void **state)
{
	struct dialect *dialect = open_head("");
	struct slice value;

	(void)state;
	assert_int_equal(read_path(dialect, slice_of(""), "a", &value),
		SKIP_BLANK);
	assert_int_equal(read_path(dialect, slice_of(" \t\r"), "a", &value),
		SKIP_BLANK);
	dialect_jsonl.free(dialect);
}

/* A key with a dot beside keys within each other: one value is too many. */
static void
test_one_name_of_two_paths(void **state)
{
	static const char both[] = "{\"a\":{\"b\":1},\"a.b\":2}";
	struct dialect *dialect = open_head(both);
	struct slice value;

	(void)state;
	assert_int_equal(dialect->n_names, 1);
	assert_int_equal(read_path(dialect, slice_of(both), "a.b", &value),
		REJECT_SYNTAX);
	assert_int_equal(read_path(dialect, slice_of("{\"a.b\":2}"), "a.b",
		&value), REASON_LOOKUP);
	assert_slice(value, "2");
	assert_int_equal(read_path(dialect, slice_of("{\"a\":{\"b\":1}}"),
		"a.b", &value), REASON_LOOKUP);
	assert_slice(value, "1");
	dialect_jsonl.free(dialect);
}

static void
test_depth(void **state)
{
	static char text[300000];
	struct dialect *dialect = open_head("");
	struct slice value;

	(void)state;
	for (size_t deep = 63; deep < 140000; deep = deep * 2 - 62) {
		size_t n = (size_t)snprintf(text, sizeof(text), "{\"a\":");

		memset(text + n, '[', deep);
		text[n + deep] = '1';
		memset(text + n + deep + 1, ']', deep);
		text[n + 2 * deep + 1] = '}';
		assert_int_equal(read_path(dialect,
			(struct slice){ text, n + 2 * deep + 2 }, "a",
			&value), deep < 64 ? REASON_LOOKUP : REJECT_SYNTAX);
		if (deep >= 64)
			assert_string_equal(dialect_jsonl.explain(dialect),
				"brackets are nested too deeply (byte 69)");
	}
	dialect_jsonl.free(dialect);
}

/* Every text that an object begins with has no end, and a reader that might
 * get more asks for it. Nothing behind the text is read. */
static void
test_prefixes(void **state)
{
	static const char text[] = "{\"user\":\"m\\u00fcller\\ud83d\\ude00\", "
		"\"n\":-12.5e+3,\"list\":[true,false,null,{\"x\":\"\\\\\"}],"
		"\"long\":\"0123456789abcdef0123456789abcdef\"}";
	size_t page = (size_t)sysconf(_SC_PAGESIZE), used;
	char *at = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct dialect dialect = { 0 };
	struct fault fault = { 0 };
	struct json json;

	(void)state;
	assert_true(at != MAP_FAILED);
	assert_int_equal(mprotect(at + page, page, PROT_NONE), 0);
	assert_int_equal(json_init(&json, &dialect, &fault), 0);
	for (size_t i = 0; i < 2 * sizeof(text); i++) {
		size_t len = i < sizeof(text) ? i : 2 * sizeof(text) - 1 - i;
		struct slice one = { at + page - len, len };

		memcpy(at + page - len, text, len);
		assert_int_equal(json_walk(&json, one, &used, &fault),
			len < sizeof(text) - 1 ? JSON_MORE : JSON_DONE);
		assert_int_equal(used, len);
	}
	json_free(&json);
	dialect_free_names(&dialect);
	assert_int_equal(munmap(at, 2 * page), 0);
}

static void
test_many_names(void **state)
{
	static char text[200000];
	struct dialect *dialect;
	struct slice value;
	size_t n = 0;

	(void)state;
	text[n++] = '{';
	for (int i = 0; i < 6000; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
			"\"key %d\":%d,", i, i);
	n += (size_t)snprintf(text + n, sizeof(text) - n, "\"key 7\":1}");
	dialect = open_head(text);
	assert_int_equal(dialect->n_names, DIALECT_NAMES);
	assert_int_equal(read_path(dialect, slice_of(text), "key 7", &value),
		REJECT_SYNTAX);
	text[n - 11] = '}';
	text[n - 10] = '\0';
	assert_int_equal(read_path(dialect, slice_of(text), "key 1023", &value),
		REASON_LOOKUP);
	assert_slice(value, "1023");
	assert_int_equal(read_path(dialect, slice_of(text), "key 1024", &value),
		REASON_LOOKUP);
	assert_slice(value, "");
	dialect_jsonl.free(dialect);
}

/* The same key under many others. */
static void
test_many_parents(void **state)
{
	static char text[40000];
	struct dialect *dialect;
	struct slice value;
	char name[24], want[24];
	size_t n = 1;

	(void)state;
	text[0] = '{';
	for (int i = 0; i < 1000; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
			"\"%d\":{\"same\":%d},", i, i);
	text[n - 1] = '}';
	dialect = open_head(text);
	assert_int_equal(dialect->n_names, 1000);
	for (int i = 0; i < 1000; i += 7) {
		(void)snprintf(name, sizeof(name), "%d.same", i);
		(void)snprintf(want, sizeof(want), "%d", i);
		assert_int_equal(read_path(dialect, slice_of(text), name,
			&value), REASON_LOOKUP);
		assert_slice(value, want);
	}
	dialect_jsonl.free(dialect);
}

static void
test_long_names(void **state)
{
	static char text[2000];
	struct dialect *dialect = open_head("");
	struct slice value;
	char key[300];

	(void)state;
	for (int len = 250; len < 280; len++) {
		memset(key, 'k', sizeof(key));
		key[len] = '\0';
		(void)snprintf(text, sizeof(text),
			"{\"%s\":{\"b\":1,\"c\":2},\"d\":3}", key);
		assert_int_equal(read_path(dialect, slice_of(text), "d",
			&value), REASON_LOOKUP);
		assert_slice(value, "3");
		(void)snprintf(key + len, sizeof(key) - (size_t)len, ".c");
		assert_int_equal(read_path(dialect, slice_of(text), key,
			&value), REASON_LOOKUP);
		assert_slice(value, len + 2 <= DIALECT_NAME_LEN ? "2" : "");
	}
	dialect_jsonl.free(dialect);
}

/* Keys in any order, some missing: whatever was guessed of them. */
static void
test_order_of_keys(void **state)
{
	struct draw draw = { .state = 5 };
	struct dialect *dialect = open_head("");
	char text[500], path[8];
	struct slice value;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		size_t n = 1, first = draw_below(&draw, 12);
		bool there[12] = { false };

		text[0] = '{';
		for (size_t i = 0; i < 12; i++) {
			size_t key = (first + i * 5) % 12;

			if (draw_below(&draw, 3) == 0)
				continue;
			there[key] = true;
			n += (size_t)snprintf(text + n, sizeof(text) - n,
				key % 2 ? "\"k%zu\":\"v%zu\"," :
					  "\"k%zu\":{\"k\":\"v%zu\"},",
				key, key);
		}
		text[n - (n > 1)] = '}';
		n += n == 1;
		for (size_t key = 0; key < 12; key++) {
			char want[8] = "";

			(void)snprintf(path, sizeof(path),
				key % 2 ? "k%zu" : "k%zu.k", key);
			if (there[key])
				(void)snprintf(want, sizeof(want), "v%zu",
					key);
			assert_int_equal(read_path(dialect,
				(struct slice){ text, n }, path, &value),
				REASON_LOOKUP);
			assert_slice(value, want);
		}
	}
	dialect_jsonl.free(dialect);
}

/* The stops of a string, byte by byte. */
static void
test_stop(void **state)
{
	static const char matter[] = "\"\\\n\0\x1f !\x7f\x80\xff\x9f\xa2\xdc";
	struct draw draw = { .state = 3 };
	char text[64];

	(void)state;
	for (int round = 0; round < 100000; round++) {
		size_t len = draw_below(&draw, sizeof(text)), i = 0;
		size_t often = draw_below(&draw, 20);

		for (size_t k = 0; k < len; k++)
			text[k] = draw_below(&draw, 64) < often ?
				matter[draw_below(&draw, sizeof(matter) - 1)] :
				(char)('a' + draw_below(&draw, 26));
		while (i < len && text[i] != '"' && text[i] != '\\' &&
			(unsigned char)text[i] >= 0x20)
			i++;
		assert_ptr_equal(json_stop(text, text + len), text + i);
	}
}

static void
test_looks(void **state)
{
	static const struct {
		const char *head;
		bool whole, lines;
	} cases[] = {
		{ "", true, false },
		{ "\n\n", true, false },
		{ "{\"a\":1}\n", true, true },
		{ "{\"a\":1}", true, true },
		{ "{}\n{}\n", true, true },
		{ "{\"a\":1}\r{\"a\":1}\r", true, true },
		{ "\n{\"a\":1}\n\n{\"a\":1}\n{\"a\":", false, true },
		{ "# made by\n{\"a\":1}\n{\"a\":1}\n{\"a\":", false, true },
		{ "x\n{\"a\":1}\ny\n{\"a\":1}\n", true, false },
		{ "a,b\n1,2\n", true, false },
		{ "{a}\n{a}\n", true, false },
		{ "{\"a\":1},\n{\"a\":1},\n", true, false },
		{ "{\n\"a\":1}\n", true, false },
		{ "[\n{\"a\":1},\n{\"a\":1},\n{\"a\":1}\n]\n", true, false },
		{ "{\"Records\":[{\"a\":1}]}\n", true, false },
		{ "{\"Records\":[{\"a\":1}]}\n{\"Records\":[]}\n", true, false },
		{ "{\"t\":1,\"user\":\"x\",\"city\":\"y\",\"items\":[{}]}\n",
			true, true },
		{ "{\"hits\":{\"n\":1,\"hits\":[{\"user\":\"abcdefghijklm\"}]}}\n",
			true, false },
		{ "{\"own\":[{\"a\":1,\"b\":2,\"c\":\"abcdefghij\"}]}\n", true,
			false },
		{ "{\"a\":1,\"b\":2,\"c\":\"abcdefghij\",\"own\":[{}]}\n", true,
			true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (dialect_jsonl.looks(slice_of(cases[i].head),
			    cases[i].whole) != cases[i].lines)
			fail_msg("looks(%s)", cases[i].head);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_blank),
		cmocka_unit_test(test_one_name_of_two_paths),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_many_names),
		cmocka_unit_test(test_many_parents),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_order_of_keys),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
