/* SPDX-License-Identifier: Apache-2.0 */
/* The formats of a report, and what they make of hostile text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <csv.h>

#include "report/escape.h"
#include "report/format.h"

/* A slice of a literal that may hold NULs. */
#define BYTES(text) { text, sizeof(text) - 1 }

static void
expect(struct sink *sink, const char *text)
{
	struct fault fault = { .code = FAULT_NONE };

	sink_put(sink, "", 1);
	assert_string_equal(sink_bytes(sink).at, text);
	assert_int_equal(sink_close(sink, &fault), 0);
}

static struct sink *
memory_sink(void)
{
	struct fault fault = { .code = FAULT_NONE };
	struct sink *sink;

	assert_int_equal(sink_memory(&sink, &fault), 0);
	return sink;
}

static const struct hostile {
	struct slice text;
	struct slice csv, raw, json, terminal;
} hostile[] = {
	{ BYTES(""), BYTES(""), BYTES(""), BYTES("\"\""), BYTES("") },
	{ BYTES("atu.017"), BYTES("atu.017"), BYTES("atu.017"),
		BYTES("\"atu.017\""), BYTES("atu.017") },
	{ BYTES("\033[2J"), BYTES("\033[2J"), BYTES("\033[2J"),
		BYTES("\"\\u001b[2J\""), BYTES("\\x1b[2J") },
	{ BYTES("\033]0;x\007"), BYTES("\033]0;x\007"), BYTES("\033]0;x\007"),
		BYTES("\"\\u001b]0;x\\u0007\""), BYTES("\\x1b]0;x\\x07") },
	{ BYTES("\302\2332J"), BYTES("\302\2332J"), BYTES("\302\2332J"),
		BYTES("\"\\u009b2J\""), BYTES("\\u{009b}2J") },
	{ BYTES("\2332J"), BYTES("\2332J"), BYTES("\2332J"),
		BYTES("\"\\udc9b2J\""), BYTES("\\x9b2J") },
	{ BYTES("a\342\200\256b"), BYTES("a\342\200\256b"),
		BYTES("a\342\200\256b"), BYTES("\"a\\u202eb\""),
		BYTES("a\\u{202e}b") },
	{ BYTES("\342\201\246\330\234\342\200\217"),
		BYTES("\342\201\246\330\234\342\200\217"),
		BYTES("\342\201\246\330\234\342\200\217"),
		BYTES("\"\\u2066\\u061c\\u200f\""),
		BYTES("\\u{2066}\\u{061c}\\u{200f}") },
	{ BYTES("\342\200\250\342\200\251"), BYTES("\342\200\250\342\200\251"),
		BYTES("\342\200\250\342\200\251"), BYTES("\"\\u2028\\u2029\""),
		BYTES("\\u{2028}\\u{2029}") },
	{ BYTES("\363\240\200\201"), BYTES("\363\240\200\201"),
		BYTES("\363\240\200\201"), BYTES("\"\\udb40\\udc01\""),
		BYTES("\\u{e0001}") },
	{ BYTES("a\0b"), BYTES("a\0b"), BYTES("a\0b"), BYTES("\"a\\u0000b\""),
		BYTES("a\\x00b") },
	{ BYTES("\177"), BYTES("\177"), BYTES("\177"), BYTES("\"\\u007f\""),
		BYTES("\\x7f") },
	{ BYTES("\377\300\200\355\240\200"), BYTES("\377\300\200\355\240\200"),
		BYTES("\377\300\200\355\240\200"),
		BYTES("\"\\udcff\\udcc0\\udc80\\udced\\udca0\\udc80\""),
		BYTES("\\xff\\xc0\\x80\\xed\\xa0\\x80") },
	{ BYTES("\340\246\205\342\202\254\360\237\230\200"),
		BYTES("\340\246\205\342\202\254\360\237\230\200"),
		BYTES("\340\246\205\342\202\254\360\237\230\200"),
		BYTES("\"\340\246\205\342\202\254\360\237\230\200\""),
		BYTES("\340\246\205\342\202\254\360\237\230\200") },
	{ BYTES("\340\246"), BYTES("\340\246"), BYTES("\340\246"),
		BYTES("\"\\udce0\\udca6\""), BYTES("\\xe0\\xa6") },
	{ BYTES("\\x1b"), BYTES("\\x1b"), BYTES("\\x1b"),
		BYTES("\"\\\\x1b\""), BYTES("\\\\x1b") },
	{ BYTES("</script><!--&"), BYTES("</script><!--&"),
		BYTES("</script><!--&"),
		BYTES("\"\\u003c/script\\u003e\\u003c!--\\u0026\""),
		BYTES("</script><!--&") },
	{ BYTES("say \"x\""), BYTES("\"say \"\"x\"\"\""),
		BYTES("\"say \"\"x\"\"\""), BYTES("\"say \\\"x\\\"\""),
		BYTES("say \"x\"") },
	{ BYTES("a,b"), BYTES("\"a,b\""), BYTES("\"a,b\""), BYTES("\"a,b\""),
		BYTES("a,b") },
	{ BYTES("a\nb\rc"), BYTES("\"a\nb\rc\""), BYTES("\"a\nb\rc\""),
		BYTES("\"a\\nb\\rc\""), BYTES("a\\x0ab\\x0dc") },
	{ BYTES(" a"), BYTES("\" a\""), BYTES("\" a\""), BYTES("\" a\""),
		BYTES(" a") },
	{ BYTES("a\t"), BYTES("\"a\t\""), BYTES("\"a\t\""), BYTES("\"a\\t\""),
		BYTES("a\\x09") },
	{ BYTES("=cmd|'/c'!A1"), BYTES("'=cmd|'/c'!A1"), BYTES("=cmd|'/c'!A1"),
		BYTES("\"=cmd|'/c'!A1\""), BYTES("=cmd|'/c'!A1") },
	{ BYTES("+1"), BYTES("'+1"), BYTES("+1"), BYTES("\"+1\""),
		BYTES("+1") },
	{ BYTES("-"), BYTES("'-"), BYTES("-"), BYTES("\"-\""), BYTES("-") },
	{ BYTES("@A,1"), BYTES("\"'@A,1\""), BYTES("\"@A,1\""),
		BYTES("\"@A,1\""), BYTES("@A,1") },
	{ BYTES("\t=1"), BYTES("\"'\t=1\""), BYTES("\"\t=1\""),
		BYTES("\"\\t=1\""), BYTES("\\x09=1") },
	{ BYTES("\r=1"), BYTES("\"'\r=1\""), BYTES("\"\r=1\""),
		BYTES("\"\\r=1\""), BYTES("\\x0d=1") },
	{ BYTES("'=1"), BYTES("''=1"), BYTES("'=1"), BYTES("\"'=1\""),
		BYTES("'=1") },
	{ BYTES("'''-1"), BYTES("''''-1"), BYTES("'''-1"), BYTES("\"'''-1\""),
		BYTES("'''-1") },
	{ BYTES("'a="), BYTES("'a="), BYTES("'a="), BYTES("\"'a=\""),
		BYTES("'a=") },
	{ BYTES("'"), BYTES("'"), BYTES("'"), BYTES("\"'\""), BYTES("'") },
	{ BYTES("'\0="), BYTES("'\0="), BYTES("'\0="), BYTES("\"'\\u0000=\""),
		BYTES("'\\x00=") },
};

static void
expect_bytes(struct sink *sink, struct slice wanted, size_t row)
{
	struct fault fault = { .code = FAULT_NONE };

	if (!slice_equal(sink_bytes(sink), wanted))
		fail_msg("row %zu: '%.*s', not '%.*s'", row,
			(int)sink_bytes(sink).len, sink_bytes(sink).at,
			(int)wanted.len, wanted.at);
	assert_int_equal(sink_close(sink, &fault), 0);
}

static void
test_hostile(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
		const struct hostile *row = &hostile[i];
		char *copy = malloc(row->text.len + 1);
		struct slice text = { copy, row->text.len };
		struct sink *sink = memory_sink();
		char message[128];

		/* memory of its own shows a byte read beyond it */
		assert_non_null(copy);
		copy = realloc(copy, text.len > 0 ? text.len : 1);
		text.at = copy;
		memcpy(copy, row->text.at, text.len);
		escape_csv(sink, text, false);
		expect_bytes(sink, row->csv, i);
		sink = memory_sink();
		escape_csv(sink, text, true);
		expect_bytes(sink, row->raw, i);
		sink = memory_sink();
		escape_json(sink, text);
		expect_bytes(sink, row->json, i);
		sink = memory_sink();
		escape_terminal(sink, text);
		expect_bytes(sink, row->terminal, i);
		assert_int_equal(escape_message(message, sizeof(message),
			text), row->terminal.len);
		assert_string_equal(message, row->terminal.at);
		free(copy);
	}
}

static void
test_message_is_cut(void **state)
{
	char buf[8];

	(void)state;
	assert_int_equal(escape_message(buf, sizeof(buf),
		slice_of("abcd\033\033")), 4);
	assert_string_equal(buf, "abcd");
	assert_int_equal(escape_message(buf, sizeof(buf),
		slice_of("abc\033def")), 7);
	assert_string_equal(buf, "abc\\x1b");
	assert_int_equal(escape_message(buf, sizeof(buf),
		slice_of("abcde\342\202\254")), 5);
	assert_int_equal(escape_message(buf, 1, slice_of("a")), 0);
	assert_string_equal(buf, "");
	assert_int_equal(escape_message(buf, 0, slice_of("a")), 0);
}

/* Every text of three of these bytes comes back from the CSV it was written
 * to, through libcsv and by taking an apostrophe off. */
static struct slice
unguard(struct slice text)
{
	size_t n = 0;

	while (n < text.len && text.at[n] == '\'')
		n++;
	if (n > 0 && n < text.len && strchr("=+-@\t\r", text.at[n]) != NULL)
		return (struct slice){ text.at + 1, text.len - 1 };
	return text;
}

struct fields {
	char text[16];
	size_t len, n;
};

static void
keep_field(void *data, size_t len, void *into)
{
	struct fields *fields = into;

	assert_true(len <= sizeof(fields->text));
	memcpy(fields->text, data, len);
	fields->len = len;
	fields->n++;
}

static void
test_csv_round_trip(void **state)
{
	static const char bytes[] = "'=-\t\r\n \",a";
	const size_t base = sizeof(bytes) - 1;

	(void)state;
	for (size_t i = 0; i < base * base * base; i++) {
		char text[3] = { bytes[i % base], bytes[i / base % base],
			bytes[i / base / base] };
		struct slice wanted = { text, sizeof(text) }, found;
		struct fields fields = { .n = 0 };
		struct sink *sink = memory_sink();
		struct csv_parser parser;

		escape_csv(sink, wanted, false);
		sink_put(sink, "\n", 1);
		assert_int_equal(csv_init(&parser, CSV_STRICT), 0);
		assert_int_equal(csv_parse(&parser, sink_bytes(sink).at,
			sink_bytes(sink).len, keep_field, NULL, &fields),
			sink_bytes(sink).len);
		csv_fini(&parser, keep_field, NULL, &fields);
		csv_free(&parser);
		found = unguard((struct slice){ fields.text, fields.len });
		assert_int_equal(fields.n, 1);
		assert_true(slice_equal(found, wanted));
		sink_abort(sink);
	}
}

static void
test_long_field(void **state)
{
	struct sink *sink = memory_sink();
	char text[1000];

	(void)state;
	memset(text, '"', sizeof(text));
	escape_csv(sink, (struct slice){ text, sizeof(text) }, false);
	assert_int_equal(sink_bytes(sink).len, 2 * sizeof(text) + 2);
	for (size_t i = 0; i < sink_bytes(sink).len; i++)
		assert_int_equal(sink_bytes(sink).at[i], '"');
	sink_abort(sink);
}

static struct cell
text_cell(const char *text)
{
	return (struct cell){ .type = CELL_TEXT, .text = slice_of(text) };
}

static struct cell
count_cell(uint64_t count)
{
	return (struct cell){ .type = CELL_COUNT, .count = count };
}

static struct cell
number_cell(enum cell_type type, double number)
{
	return (struct cell){ .type = type, .number = number };
}

static struct cell
flag_cell(bool flag)
{
	return (struct cell){ .type = CELL_FLAG, .flag = flag };
}

static void
test_cells(void **state)
{
	const struct {
		struct cell cell;
		const char *text;
	} cases[] = {
		{ { .type = CELL_EMPTY }, "" },
		{ text_cell("x"), "x" },
		{ count_cell(0), "0" },
		{ count_cell(UINT64_MAX), "18446744073709551615" },
		{ number_cell(CELL_NUMBER, 1234.5), "1234.5" },
		{ number_cell(CELL_NUMBER, 1234), "1234.0" },
		{ number_cell(CELL_NUMBER, -0.04), "0.0" },
		{ number_cell(CELL_NUMBER, -3.21), "-3.2" },
		{ number_cell(CELL_NUMBER, NAN), "" },
		{ number_cell(CELL_NUMBER, INFINITY), "" },
		{ number_cell(CELL_LN, log(0.05)), "0.05" },
		{ number_cell(CELL_LN, 0), "1" },
		{ number_cell(CELL_LN, -INFINITY), "0" },
		{ number_cell(CELL_LN, -1177.7838), "3.126e-512" },
		{ number_cell(CELL_LN, NAN), "" },
		{ flag_cell(true), "yes" },
		{ flag_cell(false), "no" },
	};
	char buf[CELL_PRINT_MAX];
	struct cell huge = number_cell(CELL_NUMBER, -1.7e308);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_true(slice_is(cell_print(buf, &cases[i].cell),
			cases[i].text));
	assert_int_equal(cell_print(buf, &huge).len, 312);
}

static const struct column columns[] = {
	{ "rank", "#", PLACE_COLUMN },
	{ "user", NULL, PLACE_COLUMN },
	{ "flagged", NULL, PLACE_COLUMN },
	{ "p", NULL, PLACE_COLUMN },
	{ "hidden", NULL, PLACE_HIDDEN },
	{ "expected", NULL, PLACE_COLUMN },
	{ "unit", NULL, PLACE_COLUMN },
	{ "reason", NULL, PLACE_BELOW },
};

static const struct column input_columns[] = {
	{ "file", NULL, PLACE_COLUMN },
	{ "bytes", NULL, PLACE_COLUMN },
};

static void
add_row(struct table *table, const struct cell *cells)
{
	struct fault fault = { .code = FAULT_NONE };
	struct cell *row;

	assert_int_equal(table_append(table, &row, &fault), 0);
	for (size_t i = 0; i < table->n_columns; i++) {
		assert_int_equal(row[i].type, CELL_EMPTY);
		row[i] = cells[i];
	}
}

static const char *notes[] = { "no case field: \"explained\" is not known" };
static struct setting settings[2];

static void
make_report(struct report *report)
{
	const struct cell first[] = { count_cell(1), text_cell("=x\033\"y"),
		flag_cell(true), number_cell(CELL_LN, log(0.00012345)),
		text_cell("h"), number_cell(CELL_NUMBER, 12.25),
		text_cell("ATU"),
		text_cell("312 lookups that nothing explains, 20.5 expected "
			"of ATU officers") };
	const struct cell second[] = { count_cell(20), text_cell("b"),
		flag_cell(false), { .type = CELL_EMPTY }, text_cell(""),
		number_cell(CELL_NUMBER, 3), { .type = CELL_EMPTY },
		{ .type = CELL_EMPTY } };
	const struct cell input[] = { text_cell("a.log"), count_cell(7) };

	settings[0] = (struct setting){ "timezone", text_cell("UTC") };
	settings[1] = (struct setting){ "top", { .type = CELL_EMPTY } };
	*report = (struct report){ .command = "rank", .settings = settings,
		.n_settings = 2, .notes = notes, .n_notes = 1 };
	report->rows.columns = columns;
	report->rows.n_columns = ARRAY_LEN(columns);
	report->inputs.columns = input_columns;
	report->inputs.n_columns = ARRAY_LEN(input_columns);
	add_row(&report->rows, first);
	add_row(&report->rows, second);
	add_row(&report->inputs, input);
}

static void
free_report(struct report *report)
{
	table_free(&report->rows);
	table_free(&report->inputs);
	table_free(NULL);
}

static void
write_report(const char *format, const struct report_look *look,
	const char *text)
{
	const struct report_format *found =
		report_format_find(slice_of(format));
	struct sink *sink = memory_sink();
	struct report report;

	assert_non_null(found);
	make_report(&report);
	assert_int_equal(found->write(&report, sink, look), 0);
	expect(sink, text);
	free_report(&report);
}

static void
test_csv(void **state)
{
	struct report_look look = { .csv_raw = false };

	(void)state;
	write_report("csv", &look,
		"rank,user,flagged,p,hidden,expected,unit,reason\n"
		"1,\"'=x\033\"\"y\",yes,0.0001235,h,12.2,ATU,"
		"\"312 lookups that nothing explains, 20.5 expected of ATU "
		"officers\"\n"
		"20,b,no,,,3.0,,\n");
	look.csv_raw = true;
	write_report("csv", &look,
		"rank,user,flagged,p,hidden,expected,unit,reason\n"
		"1,\"=x\033\"\"y\",yes,0.0001235,h,12.2,ATU,"
		"\"312 lookups that nothing explains, 20.5 expected of ATU "
		"officers\"\n"
		"20,b,no,,,3.0,,\n");
}

static void
test_negative_number(void **state)
{
	static const struct column one[] = { { "n", NULL, PLACE_COLUMN } };
	const struct cell cell = number_cell(CELL_NUMBER, -1);
	struct report report = { .command = "rank" };
	struct sink *sink = memory_sink();

	(void)state;
	report.rows.columns = one;
	report.rows.n_columns = 1;
	add_row(&report.rows, &cell);
	assert_int_equal(report_csv(&report, sink, false), 0);
	expect(sink, "n\n-1.0\n");
	free_report(&report);
}

static void
test_json(void **state)
{
	const struct report_look look = { .csv_raw = false };

	(void)state;
	write_report("json", &look,
		"{\n"
		"  \"command\": \"rank\",\n"
		"  \"settings\": {\n"
		"    \"timezone\": \"UTC\",\n"
		"    \"top\": null\n"
		"  },\n"
		"  \"notes\": [\n"
		"    \"no case field: \\\"explained\\\" is not known\"\n"
		"  ],\n"
		"  \"inputs\": [\n"
		"    {\"file\": \"a.log\", \"bytes\": 7}\n"
		"  ],\n"
		"  \"rows\": [\n"
		"    {\"rank\": 1, \"user\": \"=x\\u001b\\\"y\", "
		"\"flagged\": true, \"p\": 0.0001235, \"hidden\": \"h\", "
		"\"expected\": 12.2, \"unit\": \"ATU\", "
		"\"reason\": \"312 lookups that nothing explains, "
		"20.5 expected of ATU officers\"},\n"
		"    {\"rank\": 20, \"user\": \"b\", \"flagged\": false, "
		"\"p\": null, \"hidden\": \"\", \"expected\": 3.0, "
		"\"unit\": null, \"reason\": null}\n"
		"  ]\n"
		"}\n");
}

static void
test_nothing(void **state)
{
	const struct report report = { .command = "rank" };
	const struct table_look look = { .width = 80 };
	struct sink *sink = memory_sink();

	(void)state;
	assert_int_equal(report_json(&report, sink), 0);
	expect(sink, "{\n  \"command\": \"rank\",\n  \"settings\": {},\n"
		"  \"notes\": [],\n  \"inputs\": [],\n  \"rows\": []\n}\n");
	sink = memory_sink();
	assert_int_equal(report_table(&report, sink, &look), 0);
	expect(sink, "");
}

static void
test_table(void **state)
{
	struct report_look look = { .table = { .width = 40 } };

	(void)state;
	write_report("table", &look,
		" #  user      flagged          p  expected  unit\n"
		" 1  =x\\x1b\"y  yes      0.0001235      12.2  ATU\n"
		"    312 lookups that nothing explains,\n"
		"    20.5 expected of ATU officers\n"
		"20  b         no               -       3.0  -\n"
		"note: no case field: \"explained\" is not\n"
		"      known\n");
	look.table = (struct table_look){ .width = 0, .colour = true };
	write_report("table", &look,
		"\033[1m #  user      flagged          p  expected  unit"
		"\033[0m\n"
		" 1  =x\\x1b\"y  \033[1;31myes    \033[0m  0.0001235"
		"      12.2  ATU\n"
		"    312 lookups that nothing explains, 20.5 expected of ATU "
		"officers\n"
		"20  b         no               -       3.0  -\n"
		"note: no case field: \"explained\" is not known\n");
}

static void
expect_table(const char *user, unsigned width, const char *text)
{
	static const struct column both[] = {
		{ "u", NULL, PLACE_COLUMN },
		{ "n", NULL, PLACE_COLUMN },
		{ "below", NULL, PLACE_BELOW },
	};
	const struct cell cells[] = { text_cell(user), count_cell(5),
		text_cell(width > 0 ? user : "") };
	const struct table_look look = { .width = width };
	struct report report = { .command = "rank" };
	struct sink *sink = memory_sink();

	report.rows.columns = both;
	report.rows.n_columns = ARRAY_LEN(both);
	add_row(&report.rows, cells);
	assert_int_equal(report_table(&report, sink, &look), 0);
	expect(sink, text);
	free_report(&report);
}

/* 32 columns stand, 33 lose their middle; characters count, not bytes. */
static void
test_cut(void **state)
{
	(void)state;
	expect_table("abcdefghijklmnopqrstuvwxyz012345", 0,
		"u                                 n\n"
		"abcdefghijklmnopqrstuvwxyz012345  5\n");
	expect_table("abcdefghijklmnopqrstuvwxyz0123456", 0,
		"u                                 n\n"
		"abcdefghijklmnop…stuvwxyz0123456  5\n");
	expect_table("অআই€", 0, "u     n\nঅআই€  5\n");
	/* no escape is torn */
	expect_table("abcdefghijklmn\033opqrstuvwxyz\033234567890123", 0,
		"u                                 n\n"
		"abcdefghijklmn…234567890123       5\n");
}

static void
test_wrap(void **state)
{
	(void)state;
	/* a word longer than the line, and a width that is too small */
	expect_table("abcdefghijklmnopqrstuvwxyz ab \033 cdefghij", 1,
		"u                                 n\n"
		"abcdefghijklmnop…b \\x1b cdefghij  5\n"
		"    abcdefghijklmnop\n"
		"    qrstuvwxyz ab\n"
		"    \\x1b cdefghij\n");
	expect_table("a", 30, "u  n\na  5\n    a\n");
}

static void
test_find(void **state)
{
	(void)state;
	assert_int_equal(n_report_formats, 3);
	for (size_t i = 0; i < n_report_formats; i++)
		assert_ptr_equal(report_format_find(slice_of(
			report_formats[i].name)), &report_formats[i]);
	assert_null(report_format_find(slice_of("xml")));
	assert_null(report_format_find(slice_of("")));
}

static void
test_many_rows(void **state)
{
	struct fault fault = { .code = FAULT_NONE };
	struct table table = { .columns = input_columns, .n_columns = 2 };
	struct cell *row;

	(void)state;
	for (uint64_t i = 0; i < 1000; i++) {
		assert_int_equal(table_append(&table, &row, &fault), 0);
		row[1] = count_cell(i);
	}
	for (uint64_t i = 0; i < 1000; i++) {
		assert_int_equal(table.cells[2 * i].type, CELL_EMPTY);
		assert_int_equal(table.cells[2 * i + 1].count, i);
	}
	table_free(&table);
	/* a ceiling, and sizes that do not fit a size_t */
	table.n_rows = SIZE_MAX / 2;
	assert_int_equal(table_append(&table, &row, &fault), -1);
	assert_int_equal(fault.code, FAULT_MEMORY);
	fault.code = FAULT_NONE;
	table.n_rows = (size_t)1 << 26;
	assert_int_equal(table_append(&table, &row, &fault), -1);
	assert_int_equal(fault.code, FAULT_LIMIT);
}

/* Sections stand in JSON under their names, in the table under their titles,
 * and not in CSV; what is drawn is for eyes alone. */
static void
test_sections(void **state)
{
	static const struct column day_columns[] = {
		{ "day", NULL, PLACE_COLUMN },
		{ "bar", "", PLACE_DRAWN },
	};
	static const struct column below[] = {
		{ "file", NULL, PLACE_HIDDEN },
		{ "where", NULL, PLACE_DRAWN_BELOW },
		{ "line", NULL, PLACE_COLUMN },
	};
	struct cell days[] = {
		{ .type = CELL_COUNT, .count = 1 },
		{ .type = CELL_TEXT, .text = BYTES("##") },
		{ .type = CELL_COUNT, .count = 2 },
		{ .type = CELL_TEXT, .text = BYTES("") },
	};
	struct cell rows[] = {
		{ .type = CELL_TEXT, .text = BYTES("a.csv") },
		{ .type = CELL_TEXT, .text = BYTES("in a.csv") },
		{ .type = CELL_COUNT, .count = 7 },
	};
	struct section section = { .name = "days", .title = "By \033 day",
		.table = { day_columns, 2, days, 2, 4 } };
	const char *said[] = { "so be it" };
	struct report report = { .command = "show", .sections = &section,
		.n_sections = 1, .rows = { below, 3, rows, 1, 3 },
		.rows_name = "lookups", .rows_title = "Lookups",
		.notes = said, .n_notes = 1 };
	struct table_look look = { 80, false };
	struct sink *sink = memory_sink();

	(void)state;
	assert_int_equal(report_csv(&report, sink, false), 0);
	expect(sink, "file,line\na.csv,7\n");
	sink = memory_sink();
	assert_int_equal(report_json(&report, sink), 0);
	expect(sink, "{\n  \"command\": \"show\",\n  \"settings\": {},\n"
		"  \"notes\": [\n    \"so be it\"\n  ],\n"
		"  \"inputs\": [],\n"
		"  \"days\": [\n    {\"day\": 1},\n    {\"day\": 2}\n  ],\n"
		"  \"lookups\": [\n    {\"file\": \"a.csv\", \"line\": 7}\n"
		"  ]\n}\n");
	sink = memory_sink();
	assert_int_equal(report_table(&report, sink, &look), 0);
	expect(sink, "By \\x1b day\nday\n  1  ##\n  2\n\n"
		"Lookups\nline\n   7\n    in a.csv\n\nnote: so be it\n");
	section.after = true;
	sink = memory_sink();
	assert_int_equal(report_table(&report, sink, &look), 0);
	expect(sink, "Lookups\nline\n   7\n    in a.csv\n\n"
		"By \\x1b day\nday\n  1  ##\n  2\n\nnote: so be it\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_message_is_cut),
		cmocka_unit_test(test_csv_round_trip),
		cmocka_unit_test(test_long_field),
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_negative_number),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_many_rows),
		cmocka_unit_test(test_sections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
