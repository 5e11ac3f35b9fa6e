/* SPDX-License-Identifier: Apache-2.0 */
/* Which column is which field: by name, by preference, by --map. */
#include "tests/unit/unit.h"

#include "format/columns.h"

enum { MOST = 16 };

/* The fields of a text with commas. */
static size_t
cut(const char *text, struct slice fields[MOST])
{
	size_t n = 0;

	for (;;) {
		size_t len = strcspn(text, ",");

		assert_true(n < MOST);
		fields[n++] = (struct slice){ text, len };
		if (text[len] == '\0')
			return n;
		text += len + 1;
	}
}

static int
find(const char *header, const struct column_map *map, struct columns *ret,
	struct fault *fault)
{
	struct slice fields[MOST];
	size_t n = cut(header, fields);

	return columns_of_header(fields, n, map, ret, fault);
}

static void
test_by_name(void **state)
{
	struct column_map map = { .of = { NULL } };
	struct columns columns;
	struct fault fault = { 0 };

	(void)state;
	assert_int_equal(find("Time,x,User_Name,Subject,Case Ref", &map,
		&columns, &fault), 4);
	assert_int_equal(columns.width, 5);
	assert_int_equal(columns.at[FIELD_TIME], 0);
	assert_int_equal(columns.at[FIELD_USER], 2);
	assert_int_equal(columns.at[FIELD_SUBJECT], 3);
	assert_int_equal(columns.at[FIELD_CASE], 4);
	assert_int_equal(columns.at[FIELD_UNIT], -1);
	assert_true(columns_complete(&columns));
	assert_int_equal(find("a,b,c", &map, &columns, &fault), 0);
	assert_false(columns_complete(&columns));
	assert_int_equal(find("time,user,case", &map, &columns, &fault), 3);
	assert_false(columns_complete(&columns));
}

/* The better name wins wherever it stands; of equal ones the first. */
static void
test_preference(void **state)
{
	struct column_map map = { .of = { NULL } };
	struct columns columns;
	struct fault fault = { 0 };

	(void)state;
	(void)find("id,nid,subject,login,user,ts,time,subject", &map, &columns,
		&fault);
	assert_int_equal(columns.at[FIELD_SUBJECT], 2);
	assert_int_equal(columns.at[FIELD_USER], 4);
	assert_int_equal(columns.at[FIELD_TIME], 6);
}

static void
map_add(struct column_map *map, const char *text)
{
	struct fault fault = { 0 };

	assert_int_equal(column_map_add(map, text, &fault), 0);
}

static void
test_map(void **state)
{
	struct column_map map = { .of = { NULL } };
	struct columns columns;
	struct fault fault = { 0 };

	(void)state;
	map_add(&map, "user=Agent Name");
	map_add(&map, "SUBJECT=4");
	assert_false(column_map_by_number(&map));
	assert_true(find("time,user,agent_name,x,subject", &map, &columns,
		&fault) >= 3);
	assert_int_equal(columns.at[FIELD_USER], 2);
	assert_int_equal(columns.at[FIELD_SUBJECT], 3);
	assert_int_equal(columns.at[FIELD_TIME], 0);
	/* a column that is mapped serves no other field by its name */
	map = (struct column_map){ .of = { NULL } };
	map_add(&map, "user=id");
	(void)find("time,id,number", &map, &columns, &fault);
	assert_int_equal(columns.at[FIELD_USER], 1);
	assert_int_equal(columns.at[FIELD_SUBJECT], 2);
}

static void
test_map_by_number(void **state)
{
	struct column_map map = { .of = { NULL } };

	(void)state;
	assert_false(column_map_by_number(&map));
	map_add(&map, "time=1");
	map_add(&map, "user=2");
	assert_false(column_map_by_number(&map));
	map_add(&map, "subject=3");
	assert_true(column_map_by_number(&map));
	map_add(&map, "unit=0");
	assert_false(column_map_by_number(&map));
	map_add(&map, "unit=name");
	assert_false(column_map_by_number(&map));
}

/* A log without a header: numbers are places, whatever the first record
 * happens to hold, and no value makes a column. */
static void
test_number_is_a_place(void **state)
{
	struct column_map map = { .of = { NULL } };
	struct columns columns;
	struct fault fault = { 0 };

	(void)state;
	map_add(&map, "time=1");
	map_add(&map, "user=2");
	map_add(&map, "subject=3");
	assert_true(find("2026-05-01,ann,123,2", &map, &columns, &fault) >= 3);
	assert_int_equal(columns.at[FIELD_TIME], 0);
	assert_int_equal(columns.at[FIELD_USER], 1);
	assert_int_equal(columns.at[FIELD_SUBJECT], 2);
}

static void
test_map_fails(void **state)
{
	static const char *const bad[] = { "", "user", "user=", "=x",
		"officer=x", "users=x" };
	static const char *const absent[] = { "user=x", "user=6", "user=0",
		"user=18446744073709551616" };
	struct columns columns = { .width = 99 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct column_map map = { .of = { NULL } };
		struct fault fault = { 0 };

		assert_int_equal(column_map_add(&map, bad[i], &fault), -1);
		assert_int_equal(fault.code, FAULT_USAGE);
	}
	for (size_t i = 0; i < ARRAY_LEN(absent); i++) {
		struct column_map map = { .of = { NULL } };
		struct fault fault = { 0 };

		map_add(&map, absent[i]);
		assert_int_equal(find("time,user,subject,a,b", &map, &columns,
			&fault), -1);
		assert_int_equal(fault.code, FAULT_USAGE);
		assert_non_null(strstr(fault.text, absent[i]));
		assert_int_equal(columns.width, 99);
	}
}

static void
test_pick(void **state)
{
	struct column_map map = { .of = { NULL } };
	struct columns columns;
	struct fault fault = { 0 };
	struct slice fields[MOST];
	struct record record;

	(void)state;
	(void)find("subject,time,,user", &map, &columns, &fault);
	(void)cut("s,t,x,u", fields);
	memset(&record, 0xff, sizeof(record));
	columns_pick(&columns, fields, &record);
	assert_slice(record.field[FIELD_SUBJECT], "s");
	assert_slice(record.field[FIELD_TIME], "t");
	assert_slice(record.field[FIELD_USER], "u");
	assert_int_equal(record.field[FIELD_UNIT].len, 0);
	assert_int_equal(record.field[FIELD_OUTCOME].len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_name),
		cmocka_unit_test(test_preference),
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_map_by_number),
		cmocka_unit_test(test_number_is_a_place),
		cmocka_unit_test(test_map_fails),
		cmocka_unit_test(test_pick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
