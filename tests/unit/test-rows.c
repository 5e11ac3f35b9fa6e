/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "report/format.h"
#include "report/rows.h"

static const struct row_column columns[] = { { "text", ROW_TEXT },
	{ "plain", ROW_PLAIN }, { "number", ROW_NUMBER } };

/* What is written of a header and one row. */
static void
expect(struct row_writer rows, struct slice text, const char *want)
{
	char buf[ROW_NUMBER_MAX];
	const struct slice cells[] = { text, slice_of("+06:00"),
		row_number(buf, 18446744073709551615u) };
	struct fault fault = { 0 };

	rows.columns = columns;
	rows.n = ARRAY_LEN(columns);
	assert_int_equal(sink_memory(&rows.sink, &fault), 0);
	rows_begin(&rows);
	assert_int_equal(rows_put(&rows, cells), 0);
	assert_slice(sink_bytes(rows.sink), want);
	sink_abort(rows.sink);
}

static void
csv_is_that_of_reports(void **state)
{
	struct row_writer rows = { .csv_raw = false };

	(void)state;
	expect(rows, slice_of("a"),
		"text,plain,number\na,+06:00,18446744073709551615\n");
	expect(rows, slice_of(""),
		"text,plain,number\n,+06:00,18446744073709551615\n");
	expect(rows, slice_of("=a,\"b\""),
		"text,plain,number\n\"'=a,\"\"b\"\"\",+06:00,"
		"18446744073709551615\n");
	rows.csv_raw = true;
	expect(rows, slice_of("=a"),
		"\"text\",plain,number\n=a,+06:00,18446744073709551615\n");
}

static void
a_terminal_is_not_commanded(void **state)
{
	(void)state;
	expect((struct row_writer){ .terminal = true }, slice_of("\033[2J"),
		"text,plain,number\n\\x1b[2J,+06:00,18446744073709551615\n");
}

static void
json_lines_are_objects(void **state)
{
	struct row_writer rows = { .lines = true };

	(void)state;
	expect(rows, slice_of("a"),
		"{\"text\": \"a\", \"plain\": \"+06:00\", \"number\": "
		"18446744073709551615}\n");
	expect(rows, slice_of(""),
		"{\"text\": null, \"plain\": \"+06:00\", \"number\": "
		"18446744073709551615}\n");
	expect(rows, LITERAL("abc\"\\\0\n<\xff"),
		"{\"text\": \"abc\\\"\\\\\\u0000\\n\\u003c\\udcff\", "
		"\"plain\": \"+06:00\", \"number\": 18446744073709551615}\n");
}

/* Beside rows that come as they are: of a report a section of one row. */
static void
a_single_section_is_an_object(void **state)
{
	static const struct column host[] = { { "host", NULL, PLACE_COLUMN } };
	struct cell cells[] = { { .type = CELL_COUNT, .count = 7 } };
	struct section section = { .name = "run", .single = true,
		.table = { host, 1, cells, 1, 1 } };
	struct report report = { .command = "cat", .sections = &section,
		.n_sections = 1 };
	struct fault fault = { 0 };
	struct sink *sink;

	(void)state;
	assert_int_equal(sink_memory(&sink, &fault), 0);
	assert_int_equal(report_json(&report, sink), 0);
	assert_slice(sink_bytes(sink),
		"{\n  \"command\": \"cat\",\n  \"settings\": {},\n"
		"  \"notes\": [],\n  \"inputs\": [],\n"
		"  \"run\": {\"host\": 7},\n  \"rows\": []\n}\n");
	sink_abort(sink);
}

static void
numbers_have_no_more_digits_than_they_need(void **state)
{
	char buf[ROW_NUMBER_MAX];

	(void)state;
	assert_slice(row_number(buf, 0), "0");
	assert_slice(row_number(buf, 10), "10");
	assert_slice(row_number(buf, 987654321), "987654321");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_is_that_of_reports),
		cmocka_unit_test(a_terminal_is_not_commanded),
		cmocka_unit_test(json_lines_are_objects),
		cmocka_unit_test(a_single_section_is_an_object),
		cmocka_unit_test(numbers_have_no_more_digits_than_they_need),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
