/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is a time and what is none. The expected milliseconds are Python's:
 * datetime.fromisoformat(), given the same time in its full form, minus
 * 1970-01-01, with the offset that zoneinfo names for Asia/Dhaka.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <inttypes.h>

#include "format/calendar.h"
#include "format/time.h"
#include "tests/unit/random.h"

static const struct accepted {
	const char *text;
	int64_t ms;
	int32_t offset;
	bool zoned;
} accepted[] = {
	{ "2026-05-01T10:11:12Z",
		1777630272000, 0, true },
	{ "2026-05-01t10:11:12z",
		1777630272000, 0, true },
	{ "2026-05-01 10:11:12Z",
		1777630272000, 0, true },
	{ "2026-05-01T10:11Z",
		1777630260000, 0, true },
	{ "  2026-05-01T10:11:12Z\t",
		1777630272000, 0, true },
	{ "2026-05-01T10:11:12",
		1777608672000, 21600, false },
	{ "2026-05-01 10:11",
		1777608660000, 21600, false },
	{ "2026-05-01T10:11:12.5Z",
		1777630272500, 0, true },
	{ "2026-05-01T10:11:12,25",
		1777608672250, 21600, false },
	{ "2026-05-01T10:11:12.123999999999999999Z",
		1777630272123, 0, true },
	{ "2026-05-01T10:11:12.0009Z",
		1777630272000, 0, true },
	{ "2026-05-01T10:11:12+06",
		1777608672000, 21600, true },
	{ "2026-05-01T10:11:12+0545",
		1777609572000, 20700, true },
	{ "2026-05-01T10:11:12+05:45",
		1777609572000, 20700, true },
	{ "2026-05-01T10:11:12-03:30",
		1777642872000, -12600, true },
	{ "2026-05-01T10:11:12 -0330",
		1777642872000, -12600, true },
	{ "2026-05-01T10:11-00:00",
		1777630260000, 0, true },
	{ "1970-01-07T00:00:00-00:44:30",
		521070000, -2670, true },
	{ "1970-01-01T00:00:00Z",
		0, 0, true },
	{ "1969-12-31T20:00:00-05:00",
		3600000, -18000, true },
	{ "2024-02-29T23:59:59Z",
		1709251199000, 0, true },
	{ "2000-02-29T00:00:00Z",
		951782400000, 0, true },
	{ "2016-12-31T23:59:60Z",
		1483228800000, 0, true },
	{ "2017-01-01T05:59:60+06:00",
		1483228800000, 21600, true },
	{ "2016-12-31T23:59:60.5Z",
		1483228800500, 0, true },
	{ "9999-12-31T23:59:59.999Z",
		253402300799999, 0, true },
	{ "9999-12-31T23:59:59.999+06:00",
		253402279199999, 21600, true },
	{ "01/May/2026:10:11:12 +0600",
		1777608672000, 21600, true },
	{ "[01/May/2026:10:11:12 +0600]",
		1777608672000, 21600, true },
	{ "31/DEC/1999:23:59:59 -1130",
		946726199000, -41400, true },
	{ "[09/feb/2026:01:02:03]",
		1770577323000, 21600, false },
	{ "09/Jun/2026:01:02:03.456 +0000",
		1780966923456, 0, true },
	{ "0000000000",
		0, 0, true },
	{ "1767225600",
		1767225600000, 0, true },
	{ "1767225600.75",
		1767225600750, 0, true },
	{ "1767225600123",
		1767225600123, 0, true },
	{ "1767225600123.9",
		1767225600123, 0, true },
	{ "1767225600123456",
		1767225600123, 0, true },
	{ "9999999999",
		9999999999000, 0, true },
	{ "9999999999999",
		9999999999999, 0, true },
	{ "9999999999999999",
		9999999999999, 0, true },
};

static const char *const rejected[] = {
	"", " ", "-", "0", "200", "12345", "20260501", "01712345678",
	"176722560", "17672256000", "176722560012", "17672256001234",
	"17672256001234567", "99999999999999999999", "-1767225600",
	"+1767225600", "1767225600.", "1767225600.x", "1767225600Z",
	"1767225600 1", "1e9", "1767225600e0", "0x17672256",
	"2026-05-01", "2026-05-01T", "2026-05-01T10", "2026-05-01T10:",
	"2026-05-01T10:1", "2026-05-01T10:11:", "2026-05-01T10:11:1",
	"2026-05-01T10:11:12.", "2026-05-01T10:11:12.Z",
	"2026-05-01T10:11:12x", "2026-05-01T10:11:12 x",
	"2026-05-01T10:11:12Z x", "2026-05-01T10:11:12ZZ",
	"2026-05-01T10:11:12  Z", "2026-05-01T10:11:12+",
	"2026-05-01T10:11:12+6", "2026-05-01T10:11:12+060",
	"2026-05-01T10:11:12+06:", "2026-05-01T10:11:12+06:0",
	"2026-05-01T10:11:12+06:000", "2026-05-01T10:11:12+24:00",
	"2026-05-01T10:11:12+06:60", "2026-05-01T10:11:12+06:00:60",
	"2026-05-01T10:11:12+ab:cd", "2026-05-01T10:11:12~06:00",
	"2026-05-01T24:00:00Z", "2026-05-01T24:00Z", "2026-05-01T25:00:00Z",
	"2026-05-01T10:60:00Z", "2026-05-01T10:11:61Z",
	"2026-00-01T10:11:12Z", "2026-13-01T10:11:12Z",
	"2026-05-00T10:11:12Z", "2026-05-32T10:11:12Z",
	"2026-04-31T10:11:12Z", "2026-02-29T10:11:12Z",
	"2024-02-30T10:11:12Z", "1900-02-29T10:11:12+00:00",
	"2100-02-29T10:11:12Z", "2026/05/01T10:11:12Z",
	"2026-05/01T10:11:12Z", "2026-05-01_10:11:12Z",
	"2026-05-01T10.11:12Z", "2026-05-01T10;11:12Z",
	"2026-0a-01T10:11:12Z", "2026-05-01T1::11:12Z", "202/-05-01T10:11:12Z",
	"20:6-05-01T10:11:12Z", "2026-05-01T10:1@:12Z", "2026-5-1T10:11:12Z",
	"02026-05-01T10:11:12Z", "-2026-05-01T10:11:12Z",
	"1969-12-31T23:59:59Z", "1970-01-01T00:00:00+00:01",
	"0001-01-01T00:00:00Z", "0000-01-01T00:00:00Z",
	"9999-12-31T23:59:60Z", "9999-12-31T23:59:59-00:01",
	"01/May/2026:10:11:12 +0600]", "[01/May/2026:10:11:12 +0600",
	"[]", "[         ]", "[1767225600]", "01/May/2026 10:11:12 +0600",
	"01/05/2026:10:11:12 +0600", "01/Mai/2026:10:11:12 +0600",
	"01/Mar/2026:10:11:12 +06000", "31/Apr/2026:10:11:12 +0600",
	"1/May/2026:10:11:12 +0600", "01-May-2026:10:11:12 +0600",
	"01/May/2026:24:00:00 +0600", "00/May/2026:10:11:12 +0600",
	"01/Xan/2026:10:11:12 +0600", "01/May/2026:10:11:12 PST",
	"2026-05-01T10:11:12\n", "\357\273\2772026-05-01T10:11:12Z",
	"\xff\xff\xff\xff-\xff\xff-\xff\xffT\xff\xff:\xff\xff",
	"Friday, 1 May 2026 10:11:12",
};

static const struct pair {
	const char *date, *clock;
	int64_t ms;
	int32_t offset;
	bool zoned;
} pairs[] = {
	{ "2026-05-01", "10:11:12",
		1777608672000, 21600, false },
	{ "20260501", "10:11",
		1777608660000, 21600, false },
	{ "01/May/2026", "10:11:12.5",
		1777608672500, 21600, false },
	{ " 2026-05-01 ", " 10:11:12Z ",
		1777630272000, 0, true },
	{ "20240229", "23:59:60 -03:30",
		1709263800000, -12600, true },
	{ "99991231", "23:59:59,9999Z",
		253402300799999, 0, true },
};

static const struct {
	const char *date, *clock;
} rejected_pairs[] = {
	{ "", "" }, { "2026-05-01", "" }, { "", "10:11:12" },
	{ "2026-05-01", "10" }, { "2026-05-01", "24:00:00" },
	{ "2026-05-01", "10:11:12x" }, { "2026-05-01", "101112" },
	{ "2026-02-29", "10:11:12" }, { "20260229", "10:11:12" },
	{ "2026051", "10:11:12" }, { "202605011", "10:11:12" },
	{ "2026/05/01", "10:11:12" }, { "20260a01", "10:11:12" },
	{ "01.May.2026", "10:11:12" }, { "01/Mee/2026", "10:11:12" },
	{ "[01/May/2026", "10:11:12]" }, { "2026-05-01", "10-11-12" },
	{ "2026-05-01T", "10:11:12" }, { "19691231", "23:59:59Z" },
};

static struct zone *
open_zone(const char *name)
{
	struct fault fault = { .code = FAULT_NONE };
	struct zone *zone;

	assert_int_equal(zone_open(&zone, name, &fault), 0);
	return zone;
}

static void
check(const char *text, bool parsed, const struct moment *m, int64_t ms,
	int32_t offset, bool zoned)
{
	if (!parsed || m->ms != ms || m->offset != offset ||
		m->zoned != zoned || m->fit != ZONE_EXACT)
		fail_msg("'%s': %d %" PRId64 " %d %d", text, parsed, m->ms,
			m->offset, m->zoned);
}

/* A text that ends where its memory ends, so that a sanitizer sees a byte
 * read beyond it. */
static bool
parse(const char *text, const struct zone *zone, struct moment *ret)
{
	size_t len = strlen(text);
	char *copy = malloc(len > 0 ? len : 1);
	bool parsed;

	assert_non_null(copy);
	memcpy(copy, text, len);
	parsed = time_parse((struct slice){ copy, len }, zone, ret);
	free(copy);
	return parsed;
}

static void
test_accepted(void **state)
{
	struct zone *zone = open_zone("Asia/Dhaka");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(accepted); i++) {
		const struct accepted *row = &accepted[i];
		struct moment m = { 0 };
		bool parsed = parse(row->text, zone, &m);

		check(row->text, parsed, &m, row->ms, row->offset, row->zoned);
	}
	zone_free(zone);
}

/* Every proper beginning of a time is read without a byte beyond it. */
static void
test_beginnings(void **state)
{
	struct moment m;
	char text[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(accepted); i++)
		for (size_t n = 0; n < strlen(accepted[i].text); n++) {
			(void)snprintf(text, sizeof(text), "%.*s", (int)n,
				accepted[i].text);
			(void)parse(text, NULL, &m);
		}
}

static void
test_rejected(void **state)
{
	struct zone *zone = open_zone("UTC");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rejected); i++) {
		struct moment m = { .ms = -7 };

		if (parse(rejected[i], zone, &m) || m.ms != -7)
			fail_msg("'%s' is taken for a time", rejected[i]);
	}
	zone_free(zone);
}

/* One byte of a time at a time is made each of the 256: only what the form
 * allows there is taken, the same by the fast layout and by the plain one. */
static void
test_layouts_agree(void **state)
{
	static const char good[] = "2026-05-01T10:11:12Z";
	struct moment fast, slow;

	(void)state;
	for (size_t at = 0; at < sizeof(good) - 1; at++)
		for (unsigned byte = 0; byte < 256; byte++) {
			char text[sizeof(good)];
			struct slice whole = { text, sizeof(good) - 1 };
			struct slice date = { text, 10 };
			struct slice clock = { text + 11, 9 };
			bool parsed;

			memcpy(text, good, sizeof(text));
			text[at] = (char)byte;
			parsed = time_parse(whole, NULL, &fast);
			if (at == 10) {
				assert_int_equal(parsed, byte == 'T' ||
					byte == 't' || byte == ' ');
				continue;
			}
			/* A blank at an end is trimmed in one form only. */
			if (byte == ' ' || byte == '\t')
				continue;
			assert_int_equal(parsed,
				time_parse_pair(date, clock, NULL, &slow));
			if (parsed)
				assert_int_equal(fast.ms, slow.ms);
		}
}

static void
test_pairs(void **state)
{
	struct zone *zone = open_zone("Asia/Dhaka");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		const struct pair *row = &pairs[i];
		struct moment m = { 0 };
		bool parsed = time_parse_pair(slice_of(row->date),
			slice_of(row->clock), zone, &m);

		check(row->date, parsed, &m, row->ms, row->offset, row->zoned);
	}
	for (size_t i = 0; i < ARRAY_LEN(rejected_pairs); i++) {
		struct moment m = { .ms = -7 };

		if (time_parse_pair(slice_of(rejected_pairs[i].date),
			slice_of(rejected_pairs[i].clock), zone, &m) ||
			m.ms != -7)
			fail_msg("'%s' '%s' is taken for a time",
				rejected_pairs[i].date,
				rejected_pairs[i].clock);
	}
	zone_free(zone);
}

static void
test_gap_and_overlap(void **state)
{
	struct zone *zone = open_zone("Europe/Berlin");
	struct moment m;

	(void)state;
	assert_true(parse("2026-03-29 02:30:00", zone, &m));
	assert_int_equal(m.fit, ZONE_GAP);
	assert_int_equal(m.ms, 1774747800000);
	assert_true(parse("2026-10-25T02:30", zone, &m));
	assert_int_equal(m.fit, ZONE_OVERLAP);
	assert_int_equal(m.ms, 1792888200000);
	assert_int_equal(m.offset, 7200);
	assert_true(parse("2026-10-25T02:30+01:00", zone, &m));
	assert_int_equal(m.fit, ZONE_EXACT);
	assert_int_equal(m.ms, 1792891800000);
	zone_free(zone);
}

/* Day by day from the first to the last, by the rule of leap years alone. */
static void
test_calendar(void **state)
{
	static const unsigned lens[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30,
		31, 30, 31 };
	int64_t days = -719528; /* 0000-01-01: date.toordinal() less 366 */

	(void)state;
	for (int64_t year = 0; year <= 9999; year++)
		for (unsigned month = 1; month <= 12; month++) {
			bool leap = year % 4 == 0 &&
				(year % 100 != 0 || year % 400 == 0);
			unsigned len = lens[month - 1] + (month == 2 && leap);

			for (unsigned day = 1; day <= len; day++, days++) {
				int64_t y;
				unsigned m, d;

				calendar_civil(days, &y, &m, &d);
				if (y != year || m != month || d != day ||
					calendar_days(y, m, d) != days)
					fail_msg("day %" PRId64, days);
			}
		}
	assert_int_equal(days, 2932897);
	assert_int_equal(calendar_days(-1, 12, 31), -719529);
}

static void
test_print(void **state)
{
	char buf[TIME_TEXT_MAX];

	(void)state;
	assert_int_equal(time_print(buf, 1777630272000, 0), 20);
	assert_string_equal(buf, "2026-05-01T10:11:12Z");
	time_print(buf, 1777630272007, 21600);
	assert_string_equal(buf, "2026-05-01T16:11:12.007+06:00");
	time_print(buf, 1777630272000, -12600);
	assert_string_equal(buf, "2026-05-01T06:41:12-03:30");
	time_print(buf, 0, -2670);
	assert_string_equal(buf, "1969-12-31T23:15:30-00:44:30");
	/* The year 10000 is not written, nor an offset no clock has. */
	time_print(buf, 253402300799999, 21600);
	assert_string_equal(buf, "9999-12-31T23:59:59.999Z");
	time_print(buf, 0, 90000);
	assert_string_equal(buf, "1970-01-01T00:00:00Z");
	/* Times that are none still fit. */
	assert_true(time_print(buf, INT64_MAX, 86399) < TIME_TEXT_MAX);
	assert_true(time_print(buf, INT64_MIN, -86399) < TIME_TEXT_MAX);
	time_print(buf, -1, 0);
	assert_string_equal(buf, "1969-12-31T23:59:59.999Z");
}

static void
test_round_trip(void **state)
{
	static const int32_t offsets[] = { 0, 21600, 20700, -12600, -2670,
		50400, -43200, 86399, -86399 };
	const int64_t last = 253402300799999, step = 98765432101;

	(void)state;
	for (int64_t ms = 0; ms <= last; ms += step)
		for (size_t i = 0; i < ARRAY_LEN(offsets); i++) {
			char buf[TIME_TEXT_MAX];
			struct moment m;
			size_t len = time_print(buf, ms, offsets[i]);

			assert_int_equal(len, strlen(buf));
			if (!parse(buf, NULL, &m) || m.ms != ms ||
				m.offset != offsets[i])
				fail_msg("%s: %" PRId64, buf, ms);
		}
}

/* A time much like the last, in a layout that may be remembered or not. */
static size_t
draw_time(struct draw *draw, char *text, size_t size)
{
	static const char *const dates[] = { "2026-03-28", "2026-03-29",
		"2026-10-24", "2026-10-25", "2026-10-26", "1970-01-01",
		"9999-12-31", "2026-02-29", "2024-02-29" };
	static const char *const tails[] = { "", "", "", "Z", "Z", "z",
		"+06:00", "+06:00", "-06:00", "+0600", "+06", " +0600", ".5",
		".5Z", ".25", " ", "+6:00", "+24:00", " Z", "+23:59", "x" };
	static const char letters[] = "TTTTT  t-";
	static const char *const common[] = { "28/Mar/2026:", "01/Jan/1970:",
		"31/Dec/9999:", "29/feb/2024:", "01/May/2026 " };
	static const char *const ends[] = { " +0600", " +0600", " -0330",
		" +0000", " Z", "", " +06:0", ".5 +06", "+06:00" };
	size_t len;

	if (draw_below(draw, 2) == 0)
		(void)snprintf(text, size, "%s%02zu:%02zu:%02zu%s",
			common[draw_below(draw, ARRAY_LEN(common))],
			draw_below(draw, 25), draw_below(draw, 61),
			draw_below(draw, 62),
			ends[draw_below(draw, ARRAY_LEN(ends))]);
	else
		(void)snprintf(text, size, "%s%c%02zu:%02zu:%02zu%s",
			dates[draw_below(draw, ARRAY_LEN(dates))],
			letters[draw_below(draw, sizeof(letters) - 1)],
			draw_below(draw, 25), draw_below(draw, 61),
			draw_below(draw, 62),
			tails[draw_below(draw, ARRAY_LEN(tails))]);
	len = strlen(text);
	if (draw_below(draw, 16) == 0)
		text[draw_below(draw, len)] =
			"0:-+TZ9 \x80"[draw_below(draw, 9)];
	if (draw_below(draw, 16) == 0)
		len = draw_below(draw, len + 1);
	return len;
}

/* What the last time was does not show, but in the time it takes. */
static void
test_again(void **state)
{
	static const char *const names[] = { "Asia/Dhaka", "Europe/Berlin",
		"+05:45", "America/New_York" };
	struct zone *zones[ARRAY_LEN(names) + 1] = { NULL };
	struct draw draw = { 17 };
	struct time_memo memo = { 0 };
	struct fault fault = { 0 };
	size_t kept = 0, len = 0;
	char text[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_int_equal(zone_open(&zones[i], names[i], &fault), 0);
	for (size_t i = 0; i < 400000; i++) {
		const struct zone *zone =
			zones[i / 1000 % ARRAY_LEN(zones)];
		struct moment want = { 0 }, got = { 0 };
		char *copy;
		bool ok;

		/* the same day again, or another */
		if (draw_below(&draw, 3) == 0 || len < 19)
			len = draw_time(&draw, text, sizeof(text));
		else
			text[11 + draw_below(&draw, 8)] =
				"0123456789:"[draw_below(&draw, 11)];
		copy = malloc(len > 0 ? len : 1); /* ASan sees its ends */
		assert_non_null(copy);
		memcpy(copy, text, len);
		ok = time_parse((struct slice){ copy, len }, zone, &want);
		assert_int_equal(time_parse_again(&memo,
			(struct slice){ copy, len }, zone, &got), ok);
		assert_int_equal(got.ms, want.ms);
		assert_int_equal(got.offset, want.offset);
		assert_int_equal(got.zoned, want.zoned);
		assert_int_equal(got.fit, want.fit);
		kept += memo.len > 0;
		free(copy);
	}
	assert_true(kept > 100000);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		zone_free(zones[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_beginnings),
		cmocka_unit_test(test_rejected),
		cmocka_unit_test(test_layouts_agree),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_gap_and_overlap),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_calendar),
		cmocka_unit_test(test_print),
		cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
