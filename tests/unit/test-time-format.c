/* SPDX-License-Identifier: Apache-2.0 */
/* Times by a format: what strptime(3) reads, and years that are not given. */
#include "tests/unit/unit.h"

#include "format/time-format.h"

static struct zone *dhaka;

static int
setup(void **state)
{
	struct fault fault = { 0 };

	(void)state;
	return zone_open(&dhaka, "+06:00", &fault);
}

static int
teardown(void **state)
{
	(void)state;
	zone_free(dhaka);
	return 0;
}

static struct time_format *
open_format(const char *text)
{
	struct time_format *format = NULL;
	struct fault fault = { 0 };

	if (time_format_open(&format, text, &fault) != 0)
		fail_msg("\"%s\": %s", text, fault.text);
	return format;
}

/* As time_print() writes it, or "" if it is no time. */
static void
assert_time(const char *format_text, const char *text, int64_t near_ms,
	const char *want)
{
	struct time_format *format = open_format(format_text);
	struct moment moment;
	char buf[TIME_TEXT_MAX] = "";

	if (time_format_parse(format, slice_of(text), dhaka, near_ms, &moment))
		(void)time_print(buf, moment.ms, moment.offset);
	if (strcmp(buf, want) != 0)
		fail_msg("\"%s\" by \"%s\" is \"%s\", not \"%s\"", text,
			format_text, buf, want);
	time_format_free(format);
}

static const struct {
	const char *format, *text, *want;
} cases[] = {
	{ "%Y-%m-%d %H:%M:%S", "2026-05-01 10:11:12",
		"2026-05-01T10:11:12+06:00" },
	{ "%F %T", " 2026-05-01   10:11:60\t", "2026-05-01T10:12:00+06:00" },
	{ "%F %R", "2026-05-01 10:11", "2026-05-01T10:11:00+06:00" },
	{ "%D %I:%M %p", "05/01/26 12:05 AM", "2026-05-01T00:05:00+06:00" },
	{ "%D %I:%M%p", "5/1/26 12:05pm", "2026-05-01T12:05:00+06:00" },
	{ "%D %I:%M %p", "05/01/26 13:05 PM", "" },
	{ "%D %I:%M %p", "05/01/26 0:05 PM", "" },
	{ "%D %I:%M %p", "05/01/26 1:05 XM", "" },
	{ "%D %R", "05/01/70 10:05", "1970-05-01T10:05:00+06:00" },
	{ "%d.%m.%y %R", "1.5.99 7:05", "1999-05-01T07:05:00+06:00" },
	{ "%d/%b/%Y:%T %z", "01/May/2026:10:11:12 -0330",
		"2026-05-01T10:11:12-03:30" },
	{ "%a, %d %B %Y %T %Z", "Fri, 1 may 2026 10:11:12 GMT",
		"2026-05-01T10:11:12Z" },
	{ "%A %B %e %T %Z %Y", "Friday September  1 10:11:12 BST 2026",
		"2026-09-01T10:11:12+06:00" },
	{ "%A %B %e %Y %T", "Friday Septem 1 2026 10:11:12", "" },
	{ "%F %T.%f %Z", "2026-05-01 10:11:12.1239999 +02",
		"2026-05-01T10:11:12.123+02:00" },
	{ "%F %T,%f", "2026-05-01 10:11:12,5", "2026-05-01T10:11:12.500+06:00" },
	{ "%F %T,%f", "2026-05-01 10:11:12,", "" },
	{ "%FT%T%z", "2026-05-01T10:11:12Z", "2026-05-01T10:11:12Z" },
	{ "%FT%T%z", "2026-05-01T10:11:12+05:30", "2026-05-01T10:11:12+05:30" },
	{ "%FT%T%z", "2026-05-01T10:11:12+05", "2026-05-01T10:11:12+05:00" },
	{ "%FT%T%z", "2026-05-01T10:11:12", "" },
	{ "%FT%T%z", "2026-05-01T10:11:12+5", "" },
	{ "%FT%T%z", "2026-05-01T10:11:12+2400", "" },
	{ "%Y%m%d%H%M%S", "20260501101112", "2026-05-01T10:11:12+06:00" },
	{ "%Y %j %H.%M", "2024 366 01.02", "2024-12-31T01:02:00+06:00" },
	{ "%Y %j %H.%M", "2026 366 01.02", "" },
	{ "%Y %j %H.%M", "2026 0 01.02", "" },
	{ "%s", "1777608672", "2026-05-01T04:11:12Z" },
	{ "@%s.%f%%", "@1777608672.25%", "2026-05-01T04:11:12.250Z" },
	{ "%s", "999999999999", "" },
	{ "%s", "1777608672x", "" },
	{ "%F %R", "2026-02-29 10:11", "" },
	{ "%F %R", "2026-13-01 10:11", "" },
	{ "%F %R", "2026-00-01 10:11", "" },
	{ "%F %R", "2026-01-01 24:11", "" },
	{ "%F %R", "2026-01-01 10:60", "" },
	{ "%F %R", "2026-01-01", "" },
	{ "%F %R", "", "" },
	{ "%F %R", "1969-12-31 10:11", "" },
	{ "%F %R %z", "9999-12-31 23:59 -1000", "" },
};

static void
test_formats(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_time(cases[i].format, cases[i].text, 0, cases[i].want);
}

/* Syslog: "May  1 10:11:12" of whatever year. */
static void
test_years(void **state)
{
	static const char format[] = "%b %e %T";
	const int64_t may = 1777608672000; /* 2026-05-01T04:11:12Z */
	const int64_t new_year = 1767225600000; /* 2026-01-01T00:00:00Z */
	const int64_t old_year = new_year - 1000;

	(void)state;
	assert_time(format, "May  1 10:11:12", may,
		"2026-05-01T10:11:12+06:00");
	assert_time(format, "May  1 10:11:12", 0, "");
	assert_time(format, "May  1 10:11:12", -1, "");
	/* a clock that is ahead by less than a day */
	assert_time(format, "May  2 10:11:12", may,
		"2026-05-02T10:11:12+06:00");
	assert_time(format, "May  2 10:11:13", may,
		"2025-05-02T10:11:13+06:00");
	assert_time(format, "Dec 31 23:59:59", may,
		"2025-12-31T23:59:59+06:00");
	/* on both sides of the new year, of Dhaka and of UTC */
	assert_time(format, "Dec 31 23:59:59", new_year,
		"2025-12-31T23:59:59+06:00");
	assert_time(format, "Jan  1 05:59:59", old_year,
		"2026-01-01T05:59:59+06:00");
	assert_time(format, "Jan  1 00:00:00", old_year - 43200000,
		"2026-01-01T00:00:00+06:00");
	/* a day that not all years have */
	assert_time(format, "Feb 29 10:11:12", may,
		"2024-02-29T10:11:12+06:00");
	assert_time(format, "Feb 29 10:11:12", 4118000000000, /* 2100-06 */
		"2096-02-29T10:11:12+06:00");
	assert_time(format, "Feb 30 10:11:12", may, "");
	assert_time("%b %e %T %z", "May 1 10:11:12 Z", may,
		"2026-05-01T10:11:12Z");
}

static void
test_faults(void **state)
{
	static const struct {
		const char *format, *want;
	} wrong[] = {
		{ "", "the time format lacks a month, %m or %b" },
		{ "%F", "the time format lacks an hour, %H" },
		{ "%T", "the time format lacks a month, %m or %b" },
		{ "%Y-%m %R", "the time format lacks a day, %d" },
		{ "%j %R", "the time format lacks a year, %Y" },
		{ "%F %H", "the time format lacks a minute, %M" },
		{ "%F %I:%M", "the time format lacks %p beside its %I" },
		{ "%F %R.%f", "the time format lacks a second, %S, before its "
			"%f" },
		{ "%F %T %y", "the time format says the year twice, by %Y and "
			"%y" },
		{ "%b %m", "the time format says the month twice, by %b and "
			"%m" },
		{ "%F %T %p", "%H and %p of the time format contradict each "
			"other" },
		{ "%F %j %T", "%j and %d of the time format contradict each "
			"other" },
		{ "%s %T", "%s and %H of the time format contradict each "
			"other" },
		{ "%F %T %Q", "%Q is not known in time formats" },
		{ "%F %T %\n", "%? is not known in time formats" },
		{ "%F %T %", "the time format ends with a lone %" },
	};
	char longer[200];
	struct fault fault = { 0 };
	struct time_format *format = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		fault = (struct fault){ 0 };
		assert_int_equal(time_format_open(&format, wrong[i].format,
			&fault), -1);
		assert_int_equal(fault.code, FAULT_USAGE);
		assert_string_equal(fault.text, wrong[i].want);
		assert_null(format);
	}
	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	fault = (struct fault){ 0 };
	assert_int_equal(time_format_open(&format, longer, &fault), -1);
	assert_string_equal(fault.text,
		"the time format is longer than 128 characters");
}

/* The same as time.c reads by itself. */
static void
test_same(void **state)
{
	struct time_format *format = open_format("%d/%b/%Y:%T %z");
	struct slice text = slice_of("29/Feb/2024:23:59:60 +0600");
	struct moment one, two;

	(void)state;
	assert_true(time_format_has_year(format));
	assert_true(time_format_parse(format, text, NULL, 0, &one));
	assert_true(time_parse(text, NULL, &two));
	assert_int_equal(one.ms, two.ms);
	assert_int_equal(one.offset, two.offset);
	assert_true(one.zoned && two.zoned);
	time_format_free(format);
	format = open_format("%b %e %T");
	assert_false(time_format_has_year(format));
	time_format_free(format);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_years),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_same),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
