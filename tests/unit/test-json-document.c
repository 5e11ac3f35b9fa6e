/* SPDX-License-Identifier: Apache-2.0 */
/* Which records a JSON document has, whatever is around them, wherever it is
 * cut, and what is lost where it is broken. */
#include "reader-fixture.h"

#include "format/dialect.h"

enum { PIECE = 256 * 1024 };

/* What next() and read() say of a file: of each record its step (l, o, c), its
 * reason (+, -), line number and text, and the value of "u". */
struct told {
	struct bytes text;
	size_t records, good;
};

static void
tell(struct told *told, struct dialect *dialect, struct reader *reader,
	bool with_texts)
{
	struct fault fault = { 0 };
	enum reader_step step;
	struct line line;
	char buf[64];
	int wanted;

	dialect->wanted = &wanted;
	dialect->n_wanted = 1;
	for (;;) {
		struct slice value = { NULL, 0 };
		enum reason reason = REJECT_LONG;
		unsigned version;
		int n;

		wanted = dialect_find_name(dialect, slice_of("u"));
		step = dialect->kind->next(dialect, reader, &line);
		if (step == READER_END)
			break;
		while (step == READER_LINE) {
			version = dialect->version;
			reason = dialect->kind->read(dialect, line.text,
				&value, &fault);
			if (version == dialect->version &&
				wanted == dialect_find_name(dialect,
					slice_of("u")))
				break;
			wanted = dialect_find_name(dialect, slice_of("u"));
		}
		assert_int_equal(fault.code, FAULT_NONE);
		told->records++;
		told->good += reason == REASON_LOOKUP;
		n = snprintf(buf, sizeof(buf), "%c%c%d ", "loc"[step],
			reason == REASON_LOOKUP ? '+' : '-', (int)line.number);
		bytes_add(&told->text, buf, (size_t)n);
		if (with_texts)
			bytes_add(&told->text, line.text.at, line.text.len);
		else if (reason == REASON_LOOKUP)
			bytes_add(&told->text, value.at, value.len);
		bytes_add(&told->text, "\n", 1);
	}
	bytes_add(&told->text, "", 1);
}

static void
look_at(struct told *ret, bool with_texts, size_t limit)
{
	struct reader_limits limits = { .line = limit, .ratio = 1000 };
	struct fault fault = { 0 };
	struct dialect *dialect;
	struct reader *reader;
	struct slice head;
	bool whole;

	*ret = (struct told){ 0 };
	assert_int_equal(reader_open(&reader, path, &limits, &fault), 0);
	head = reader_head(reader, &whole);
	assert_int_equal(dialect_json.open(&dialect, head, whole, &fault), 0);
	tell(ret, dialect, reader, with_texts);
	dialect_json.free(dialect);
	reader_free(reader);
}

static void
expect_told(const char *text, const char *want)
{
	struct told told;

	put(text, strlen(text));
	look_at(&told, false, 1 << 20);
	if (strcmp(told.text.at, want) != 0)
		fail_msg("%s\nis told as\n%s", text, told.text.at);
	bytes_free(&told.text);
}

static void
test_documents(void **state)
{
	(void)state;
	expect_told("", "");
	expect_told(" \n", "");
	expect_told("[]", "");
	expect_told("{}", "l+1 \n");
	expect_told("{\"Records\":[]}", "");
	expect_told("{\"Records\":[{\"u\":1},{\"u\":2}]}", "l+1 1\nl+1 2\n");
	expect_told("[{\"u\":1},{\"u\":2}]\n", "l+1 1\nl+1 2\n");
	expect_told("[\n  {\n    \"u\": 1\n  },\n  {\n    \"u\": 2\n  }\n]\n",
		"l+2 1\nl+5 2\n");
	expect_told("[\r\n{\"u\":1}\r\n,\r\n{\"u\":2}]\r\n", "l+2 1\nl+4 2\n");
	/* Keys around the array, before and behind. */
	expect_told("{\"n\":[1,{\"x\":\"]}\\\"\"}],\"Records\":[{\"u\":1}],"
		"\"next\":\"]}[{\",\"m\":{\"a\":[{\"u\":3}]},\"Records\":[\n"
		"{\"u\":2}]}", "l+1 1\nl+2 2\n");
	expect_told("{\"hits\":{\"n\":2,\"hits\":[{\"u\":1},{\"u\":2}],\"x\":1},"
		"\"took\":1}", "l+1 1\nl+1 2\n");
	expect_told("{\"meta\":[{\"u\":9}],\"own\":[{\"u\":\"abcdefgh\"},"
		"{\"u\":\"abcdefghijklmnopqrstuvwxyz\"}]}",
		"l+1 abcdefgh\nl+1 abcdefghijklmnopqrstuvwxyz\n");
	/* Several documents, of one kind and others. */
	expect_told("{\"Records\":[{\"u\":1}]}\n{\"Records\":[{\"u\":2}]}"
		"{\"Records\":[{\"u\":3}]}\n", "l+1 1\nl+2 2\nl+2 3\n");
	expect_told("[{\"u\":1}]\n[{\"u\":2}]\xef\xbb\xbf[{\"u\":3}]",
		"l+1 1\nl+2 2\nl+2 3\n");
	expect_told("{\"Records\":[{\"u\":1}]}\n{\"u\":\"error\"}\n[{\"u\":2}]",
		"l+1 1\nl+2 error\nl+3 2\n");
	/* Objects without an array. */
	expect_told("{\n\"u\":1\n}\n{\n\"u\":2\n}\n", "l+1 1\nl+4 2\n");
	expect_told("{\"u\":1},\n{\"u\":2},\n", "l+1 1\nl+2 2\n");
	/* A short list within a record makes it no document. */
	expect_told("{\n \"user\":\"abcdefghijklmnopqrst\",\n \"u\":1,\n"
		" \"list\":[{\"u\":2}]\n}\n", "l+1 1\n");
}

static void
test_broken(void **state)
{
	(void)state;
	/* A quote that is not closed, or closed too early. */
	expect_told("[{\"u\":1},{\"u\":\"2},{\"u\":3},{\"u\":4}]",
		"l+1 1\nl-1 \nl+1 3\nl+1 4\n");
	expect_told("[{\"u\":1},{\"u\":2\"},{\"u\":3}]",
		"l+1 1\nl-1 \nl+1 3\n");
	expect_told("[{\"u\":1},{u\":2},{\"u\":3}]", "l+1 1\nl-1 \nl+1 3\n");
	/* Nested objects are not taken for elements. */
	expect_told("[{\"u\":1,\"r\":[{\"a\":1},{\"a\":2}]},"
		"{\"u\":x,\"r\":[{\"a\":1},{\"a\":2}]},"
		"{\"u\":3,\"r\":[{\"a\":1},{\"a\":2}]}]",
		"l+1 1\nl-1 \nl+1 3\n");
	expect_told("[\n  {\n    \"u\": 1\n  },\n  {\n    \"u\": \"2\n  },\n"
		"  {\n    \"u\": 3\n  }\n]\n", "l+2 1\nl-5 \nl+8 3\n");
	/* What is no object. */
	expect_told("[{\"u\":1},7,{\"u\":2},null,[{\"u\":3}]]",
		"l+1 1\nl-1 \nl+1 2\nl-1 \nl-1 \n");
	expect_told("[{\"u\":1},null,{\"r\":[{\"u\":1}]},x y,{\"u\":3}]",
		"l+1 1\nl-1 \nl+1 \nl-1 \nl+1 3\n");
	expect_told("[{\"u\":1}{\"u\":2},,{\"u\":3}]",
		"l+1 1\nl+1 2\nl+1 3\n");
	/* An element that is spoilt is rejected alone. */
	expect_told("[{\"u\":1},{\"u\":2,\"u\":2},{\"u\":\"\\ud800\"},"
		"{\"u\":4}]", "l+1 1\nl-1 \nl-1 \nl+1 4\n");
	/* The end is missing, or there is more. */
	expect_told("[{\"u\":1},{\"u\":2", "l+1 1\nl-1 \n");
	expect_told("[{\"u\":1}]\nxyz\n[{\"u\":2}]", "l+1 1\nl-2 \nl+3 2\n");
	expect_told("{\"Records\":[{\"u\":1},{\"u\":2\n{\"Records\":[{\"u\":3}]}",
		"l+1 1\nl-1 \nl+2 3\n");
	expect_told("{\"Records\":[{\"u\":1}]]}},x,{\"Records\":[{\"u\":3}]}",
		"l+1 1\nl-1 \nl+1 3\n");
	/* The first one, when none is known. */
	expect_told("[{\"u\":x},{\"u\":2}]", "l-1 \nl+1 2\n");
}

/* Nobody can see a record that is missing but by the end that is, too. */
static void
test_missing(void **state)
{
	(void)state;
	expect_told("[{\"u\":1},{\"u\":2}", "l+1 1\nl+1 2\nc-1 \n");
	expect_told("[{\"u\":1},\n{\"u\":2},\n", "l+1 1\nl+2 2\nc-3 \n");
	expect_told("{\"Records\":[\n", "l-1 \n");
	expect_told("{\"Records\":[{\"u\":1}],\"n\":1", "l+1 1\nl-1 \n");
	expect_told("{\"Records\":[{\"u\":1}]\n", "l+1 1\nc-2 \n");
	expect_told("{\"hits\":{\"hits\":[{\"u\":1}]}", "l+1 1\nc-1 \n");
	expect_told("[{\"u\":1}\n[{\"u\":2}]", "l+1 1\nc-2 \nl+2 2\n");
	expect_told("{\"Records\":[{\"u\":1},{\"u\":2}\n"
		"{\"Records\":[{\"u\":3}]}",
		"l+1 1\nl+1 2\nc-2 \nl+2 3\n");
}

static void
expect_name(const char *text)
{
	struct fault fault = { 0 };
	struct dialect *dialect;

	assert_int_equal(dialect_json.open(&dialect, slice_of(text), true,
		&fault), 0);
	if (dialect_find_name(dialect, slice_of("u")) < 0)
		fail_msg("no name in %s", text);
	assert_int_equal(dialect_find_name(dialect, slice_of("x")), -1);
	dialect_json.free(dialect);
}

/* Names are found behind what is broken, empty, or around. */
static void
test_names(void **state)
{
	(void)state;
	expect_name("[{\"t\":1 \"x\":1,\"r\":[{\"x\":1},{\"x\":1}]},"
		"{\"t\":2,\"u\":2}]");
	expect_name("{\"Records\":[]}\n{\"Records\":[]}\n"
		"{\"Records\":[{\"u\":1}]}\n");
	expect_name("{\"Records\":[],\"x\":\"y\"}\n"
		"{\"Records\":[{\"u\":1}]}\n");
	expect_name("[]\n[{\"u\":1}]\n");
}

/* A document as it is, or with its first part cut off as of a gzip file. */
static const char sample[] =
	"{\"Records\": [\n {\"u\": \"a\\u00e9\", \"r\": [{\"x\": 1}]},\n"
	" {\"u\": \"b\", \"r\": []},\n {\"u\": \"c\"}\n], \"next\": null}\n";

/* In a damaged file the rest of a record is cut, and no more. */
static void
test_cut_anywhere(void **state)
{
	struct bytes gz = { 0 };
	struct told whole, told;

	(void)state;
	put(sample, sizeof(sample) - 1);
	look_at(&whole, true, 1 << 20);
	assert_int_equal(whole.good, 3);
	for (size_t len = 1; len < sizeof(sample); len++) {
		bytes_add_member(&gz, sample, len);
		put(gz.at, gz.len - 9); /* and the end of the last block */
		look_at(&told, true, 1 << 20);
		if (told.records > told.good) {
			assert_int_equal(told.records, told.good + 1);
			assert_non_null(strstr(told.text.at, "c-"));
			*strstr(told.text.at, "c-") = '\0';
		}
		assert_memory_equal(told.text.at, whole.text.at,
			strlen(told.text.at));
		bytes_free(&told.text);
		bytes_free(&gz);
	}
	bytes_free(&whole.text);
}

/* Wherever a piece of text ends that the reader gets at once: blanks between
 * the first elements put the edge anywhere in what follows. */
static void
test_piece_edges(void **state)
{
	static const char broken[] = "[{\"u\":1},{\"u\":\"2},{\"u\":3},"
		"\n {\"u\":4},7,{\"u\":5}]\xef\xbb\xbf{\"u\":6}";
	static const char lines[] = "[\n  {\"u\": 1},\n  {\"u\": 6},\n"
		"  {\"u\": 2, \"r\": x[\n"
		"    {\"u\": 3},\n    {\"u\": 4}]},\n  {\"u\": 5}\n]";
	static const struct {
		const char *text;
		size_t first, good;
	} cases[] = { { sample, 49, 3 }, { broken, 9, 5 },
		{ lines, 13, 3 } };
	struct told whole, told;

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(cases); k++) {
		size_t first = cases[k].first;
		size_t len = strlen(cases[k].text) - first;
		char *at = malloc(PIECE + len);

		assert_non_null(at);
		put(cases[k].text, first + len);
		look_at(&whole, true, 1 << 20);
		assert_int_equal(whole.good, cases[k].good);
		memset(at, ' ', PIECE + len);
		memcpy(at, cases[k].text, first);
		for (size_t gap = PIECE - len - 1; gap <= PIECE; gap++) {
			memcpy(at + gap, cases[k].text + first, len);
			put(at, gap + len);
			look_at(&told, true, 1 << 20);
			assert_string_equal(told.text.at, whole.text.at);
			bytes_free(&told.text);
			at[gap] = ' ';
		}
		bytes_free(&whole.text);
		free(at);
	}
}

/* Elements larger than the head, and than a line may be. */
static void
test_large(void **state)
{
	static const char edge[] =
		"[{\"u\":\"123456789\"},{\"u\":\"1234567890\"},{\"u\":3}]";
	static char fill[5000000];
	struct bytes text = { 0 };
	struct told told;

	(void)state;
	memset(fill, 'x', sizeof(fill));
	bytes_add(&text, "{\"Records\":[{\"u\":\"", 18);
	bytes_add(&text, fill, 100000);
	bytes_add(&text, "\",\"v\":1},\n{\"u\":\"", 16);
	bytes_add(&text, fill, 5000000);
	bytes_add(&text, "\",\"v\":[{\"a\":1},{\"a\":2}]},\n{\"u\":3},\n{\"u\":\"",
		41);
	bytes_add(&text, fill, 900000);
	bytes_add(&text, "\"}]}", 4);
	put(text.at, text.len);
	look_at(&told, true, 1 << 20);
	assert_int_equal(told.records, 4);
	assert_int_equal(told.good, 3);
	assert_non_null(strstr(told.text.at, "\no-2 {\"u\":\"xxx"));
	assert_non_null(strstr(told.text.at, "\nl+3 {\"u\":3}\n"));
	assert_true(told.text.len < 1100000);
	bytes_free(&told.text);
	look_at(&told, true, 8 << 20);
	assert_int_equal(told.good, 4);
	bytes_free(&told.text);
	/* Just as long as a line may be, and longer. */
	put(edge, strlen(edge));
	look_at(&told, false, 17);
	assert_string_equal(told.text.at, "l+1 123456789\no-1 \nl+1 3\n");
	bytes_free(&told.text);
	/* A quote that never closes; the memory is bounded. */
	for (size_t i = 0; i < sizeof(fill); i++)
		fill[i] = "{ , x"[i % 5];
	put(fill, sizeof(fill));
	look_at(&told, false, 100000);
	assert_int_equal(told.good, 0);
	bytes_free(&told.text);
	bytes_free(&text);
}

static void
test_looks(void **state)
{
	static const struct {
		const char *head;
		bool whole, looks;
	} cases[] = {
		{ "", true, false },
		{ "a,b\n1,2\n", true, false },
		{ "[2024-01-01] x\n", true, false },
		{ "[\n", false, false },
		{ "[]\n", true, true },
		{ "[{\"u\":1},\n{\"u\":1}]", true, true },
		{ "\xef\xbb\xbf [ { \"u", false, true },
		{ "{ \"u", false, true },
		{ "{\n\"u\":", false, true },
		{ "{u:1", false, false },
		{ "{\"u\" 1", false, false },
		{ "{\"u\":1}\n", true, false },
		{ "{\"u\":1}\n{\"u\":1}\n", true, false },
		{ "{\"Records\":[{\"u\":1}]}\n{\"Records\":[]}\n", true, true },
		{ "{\"u\":1},\n{\"u\":1},\n", true, true },
		{ "{\"value\":[]}\n", true, true },
		{ "{\"others\":[]}\n", true, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (dialect_json.looks(slice_of(cases[i].head),
			    cases[i].whole) != cases[i].looks)
			fail_msg("looks(%s)", cases[i].head);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_piece_edges),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_looks),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
