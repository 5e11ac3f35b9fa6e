/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "format/reread.h"

static const char header[] =
	"time,user,unit,role,kind,subject,case,purpose,source,area,outcome,"
	"offset,file,line";

static struct columns
columns_of(const char *map)
{
	struct slice names[REREAD_N];
	struct column_map maps = { .of = { NULL } };
	struct fault fault = { 0 };
	struct columns columns;

	for (size_t i = 0; i < REREAD_N; i++)
		names[i] = slice_of(reread_names[i]);
	if (map != NULL)
		assert_int_equal(column_map_add(&maps, map, &fault), 0);
	assert_true(columns_of_header(names, REREAD_N, &maps, &columns,
		&fault) > 3);
	return columns;
}

static void
only_the_header_of_cat_is_one(void **state)
{
	struct columns columns = columns_of(NULL);
	struct columns mapped = columns_of("user=subject");
	char text[128];

	(void)state;
	assert_int_equal(reread_header(slice_of(header), &columns),
		REREAD_GUARDED);
	assert_int_equal(reread_header(slice_of(header), &mapped),
		REREAD_NONE);
	(void)snprintf(text, sizeof(text), "\"time\"%s", header + 4);
	assert_int_equal(reread_header(slice_of(text), &columns), REREAD_RAW);
	for (size_t i = 0; i < sizeof(header) - 1; i++) {
		memcpy(text, header, sizeof(header));
		text[i] ^= 0x20;
		assert_int_equal(reread_header(slice_of(text), &columns),
			REREAD_NONE);
		assert_int_equal(reread_header((struct slice){ header, i },
					 &columns),
			REREAD_NONE);
	}
	(void)snprintf(text, sizeof(text), "%s,", header);
	assert_int_equal(reread_header(slice_of(text), &columns), REREAD_NONE);
}

static void
one_guard_is_taken_off(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = { { "'=1", "=1" }, { "''=1", "'=1" }, { "'a", "'a" },
		{ "'", "'" }, { "''", "''" }, { "'\tx", "\tx" }, { "", "" },
		{ "'\rx", "\rx" }, { "'@", "@" }, { "'+", "+" }, { "'-", "-" },
		{ "=1", "=1" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct record record = { { { NULL, 0 } } };

		record.field[FIELD_PURPOSE] = slice_of(cases[i].text);
		reread_texts(REREAD_RAW, &record);
		assert_true(slice_is(record.field[FIELD_PURPOSE],
			cases[i].text));
		reread_texts(REREAD_GUARDED, &record);
		assert_true(slice_is(record.field[FIELD_PURPOSE],
			cases[i].want));
	}
}

static void
the_offset_is_the_one_that_was_logged(void **state)
{
	static const char *const wrong[] = { "6", "+6:00", "+0600", "+24:00",
		"+06:60", "06:00", "+06:00 ", "+0x:00", "Z" };
	struct moment when = { .ms = 1, .zoned = true };
	struct fault fault = { 0 };
	struct zone *zone;

	(void)state;
	assert_int_equal(zone_open(&zone, "-03:30", &fault), 0);
	assert_true(reread_offset(slice_of("+06:15"), zone, &when));
	assert_int_equal(when.offset, 6 * 3600 + 15 * 60);
	assert_true(when.zoned);
	assert_true(reread_offset(slice_of("-00:30"), zone, &when));
	assert_int_equal(when.offset, -1800);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_false(reread_offset(slice_of(wrong[i]), zone, &when));
	assert_int_equal(when.offset, -1800);
	assert_true(reread_offset(slice_of(""), zone, &when));
	assert_int_equal(when.offset, -3 * 3600 - 1800);
	assert_false(when.zoned);
	assert_int_equal(when.ms, 1);
	zone_free(zone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_header_of_cat_is_one),
		cmocka_unit_test(one_guard_is_taken_off),
		cmocka_unit_test(the_offset_is_the_one_that_was_logged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
