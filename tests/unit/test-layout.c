/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the columns by looking at the first lines. */
#include "tests/unit/unit.h"

#include "format/head.h"
#include "format/layout.h"

static struct zone *utc;

static int
setup(void **state)
{
	struct fault fault = { 0 };

	(void)state;
	return zone_open(&utc, "UTC", &fault);
}

static int
teardown(void **state)
{
	(void)state;
	zone_free(utc);
	return 0;
}

/* The layout of a text, --map given as up to four texts. */
static int
look(const char *text, const char *const map[4], struct layout *ret,
	struct fault *fault)
{
	struct format_options options = { .zone = utc };

	*fault = (struct fault){ 0 };
	for (size_t i = 0; map != NULL && i < 4 && map[i] != NULL; i++)
		assert_int_equal(column_map_add(&options.map, map[i], fault),
			0);
	return layout_find(slice_of(text), false, &options, ret, fault);
}

static void
test_lines(void **state)
{
	struct slice head = slice_of("a\r\n\nb\nc"), line;

	(void)state;
	assert_true(head_line(&head, true, &line));
	assert_slice(line, "a");
	assert_true(head_line(&head, true, &line));
	assert_slice(line, "");
	assert_true(head_line(&head, true, &line));
	assert_slice(line, "b");
	assert_true(head_line(&head, true, &line));
	assert_slice(line, "c");
	assert_false(head_line(&head, true, &line));
	head = slice_of("a\rb\r");
	assert_true(head_line(&head, true, &line));
	assert_slice(line, "a");
	assert_true(head_line(&head, true, &line));
	assert_slice(line, "b");
	assert_false(head_line(&head, true, &line));
	head = slice_of("a\nb");
	assert_true(head_line(&head, false, &line));
	assert_slice(line, "a");
	assert_false(head_line(&head, false, &line));
	assert_slice(head, "b");
	assert_true(layout_is_blank(slice_of(" \t")));
	assert_true(layout_is_blank((struct slice){ NULL, 0 }));
	assert_false(layout_is_blank(slice_of(" .")));
}

static void
test_separators(void **state)
{
	static const char separators[] = ",\t;|";
	struct layout layout;
	struct fault fault;
	char text[128];

	(void)state;
	for (size_t i = 0; separators[i] != '\0'; i++) {
		char s = separators[i];

		(void)snprintf(text, sizeof(text),
			"\n# by a portal\nsep=%c\nts%cuser%cnote, or so%cnid\n",
			s, s, s, s);
		assert_int_equal(look(text, NULL, &layout, &fault), 0);
		assert_int_equal(layout.separator, s);
		assert_true(layout.has_header);
		assert_int_equal(layout.columns.at[FIELD_SUBJECT],
			s == ',' ? 4 : 3);
	}
}

static void
test_empty(void **state)
{
	static const char *const empty[] = { "", "\n", "\n \n\t\r\n",
		"# only a comment\n", "sep=;" };
	struct layout layout;
	struct fault fault;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(empty); i++) {
		layout.separator = 'x';
		assert_int_equal(look(empty[i], NULL, &layout, &fault), 0);
		assert_int_equal(layout.separator, 0);
	}
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text, *says;
	} refused[] = {
		{ "hello\nworld\n", "no header with several columns" },
		{ "a,b,c\n1,2,3\n", "no column of the first line" },
		{ "time,user\n", "--map subject=" },
		{ "user,subject\n", "--map time=" },
		{ "time,subject\n", "--map user=" },
		{ "user,unit,role,from,to\n", "a roster" },
		{ "subject,reason\n1,x\n", "a watch list" },
		{ "case,unit,opened,closed,lead,members\n",
			"a register of cases" },
		{ "\"time,user,subject\n", "no header with several columns" },
	};
	struct layout layout;
	struct fault fault;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		assert_int_equal(look(refused[i].text, NULL, &layout, &fault),
			-1);
		assert_int_equal(fault.code, FAULT_USAGE);
		if (strstr(fault.text, refused[i].says) == NULL)
			fail_msg("%s", fault.text);
	}
	fault = (struct fault){ 0 };
	assert_int_equal(layout_find(LITERAL("PE\3\4\0\0,a,b"), false,
		&(struct format_options){ .zone = utc }, &layout, &fault), -1);
	assert_non_null(strstr(fault.text, "control bytes"));
}

/* A hundred columns with long names still make one sentence. */
static void
test_many_columns(void **state)
{
	static char text[65536];
	struct layout layout;
	struct fault fault;
	size_t len = 0;

	(void)state;
	for (int i = 0; i < 900; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
			"%scolumn-with-a-rather-long-name-so-that-it-hurts-%d",
			i > 0 ? "," : "", i);
	assert_int_equal(look(text, NULL, &layout, &fault), -1);
	assert_non_null(strstr(fault.text, "column-with"));
}

static void
test_fails(void **state)
{
	struct layout layout;
	struct fault fault;

	(void)state;
	/* the best-named time column holds no times, another does */
	assert_int_equal(look("time,datetime,user,nid\n"
		"x,2026-05-01 10:11:12,u,1\ny,2026-05-01 10:11:13,u,2\n",
		NULL, &layout, &fault), -1);
	assert_non_null(strstr(fault.text, "\"datetime\" could serve"));
	assert_non_null(strstr(fault.text, "--map time="));
	/* none does: the records will be rejected one by one */
	assert_int_equal(look("time,user,nid\nx,u,1\n", NULL, &layout,
		&fault), 0);
	/* the best-named subject is mostly empty, another is not */
	assert_int_equal(look("time,user,subject,nid\n"
		"2026-05-01 10:11,u,,1\n2026-05-01 10:12,u,NULL,2\n"
		"2026-05-01 10:13,u,7,3\n", NULL, &layout, &fault), -1);
	assert_non_null(strstr(fault.text, "\"nid\" could serve"));
	/* the user says which */
	assert_int_equal(look("time,user,subject,nid\n2026-05-01,u,,1\n",
		(const char *const[4]){ "subject=nid" }, &layout, &fault), 0);
	assert_int_equal(layout.columns.at[FIELD_SUBJECT], 3);
	assert_int_equal(look("time,datetime,user,nid\nx,2026-05-01,u,1\n",
		(const char *const[4]){ "time=time" }, &layout, &fault), 0);
	assert_int_equal(layout.columns.at[FIELD_TIME], 0);
}

static void
test_dates(void **state)
{
	struct layout layout;
	struct fault fault;

	(void)state;
	assert_int_equal(look("user,date,time,nid\nu,2026-05-01,10:11:12,1\n",
		NULL, &layout, &fault), 0);
	assert_int_equal(layout.columns.at[FIELD_DATE], 1);
	assert_int_equal(layout.columns.at[FIELD_TIME], 2);
	/* a date column alone is the time */
	assert_int_equal(look("user,date,nid\nu,2026-05-01 10:11:12,1\n",
		NULL, &layout, &fault), 0);
	assert_int_equal(layout.columns.at[FIELD_DATE], -1);
	assert_int_equal(layout.columns.at[FIELD_TIME], 1);
	/* the time column is whole, the date column is of something else */
	assert_int_equal(look("user,date,timestamp,nid\n"
		"u,1990-01-01,2026-05-01T10:11:12Z,1\n", NULL, &layout,
		&fault), 0);
	assert_int_equal(layout.columns.at[FIELD_DATE], -1);
	assert_int_equal(layout.columns.at[FIELD_TIME], 2);
	/* the date column is whole, the time column is how long it took */
	assert_int_equal(look("user,date,time,nid\n"
		"u,2026-05-01T10:11:12Z,12ms,1\n", NULL, &layout, &fault), 0);
	assert_int_equal(layout.columns.at[FIELD_DATE], -1);
	assert_int_equal(layout.columns.at[FIELD_TIME], 1);
}

static const char *const by_number[] = { "time=1", "user=2", "subject=3",
	NULL };

static void
test_no_header(void **state)
{
	struct layout layout;
	struct fault fault;

	(void)state;
	assert_int_equal(look("2026-05-01 10:11,ann,123,x\n", by_number,
		&layout, &fault), 0);
	assert_false(layout.has_header);
	assert_int_equal(layout.columns.width, 4);
	assert_int_equal(layout.columns.at[FIELD_TIME], 0);
	/* with one the same numbers serve */
	assert_int_equal(look("when,who,what,x\n2026-05-01 10:11,ann,123,x\n",
		by_number, &layout, &fault), 0);
	assert_true(layout.has_header);
	assert_int_equal(layout.columns.at[FIELD_USER], 1);
	/* without numbers a log without a header is none */
	assert_int_equal(look("2026-05-01 10:11,ann,123,x\n", NULL, &layout,
		&fault), -1);
}

/* Without a header no value of the first record is a column's name. */
static void
test_values_are_no_names(void **state)
{
	struct layout layout;
	struct fault fault;

	(void)state;
	assert_int_equal(look("2026-05-01 10:11,ann,123,station,rank\n",
		by_number, &layout, &fault), 0);
	assert_false(layout.has_header);
	assert_int_equal(layout.columns.at[FIELD_UNIT], -1);
	assert_int_equal(layout.columns.at[FIELD_ROLE], -1);
	assert_int_equal(look("2026-05-01 10:11,ann,123,2,1\n", by_number,
		&layout, &fault), 0);
	assert_false(layout.has_header);
	assert_int_equal(layout.columns.at[FIELD_TIME], 0);
	assert_int_equal(layout.columns.at[FIELD_USER], 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_separators),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_many_columns),
		cmocka_unit_test(test_fails),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_no_header),
		cmocka_unit_test(test_values_are_no_names),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
