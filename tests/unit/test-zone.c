/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Zones of tzdata. What is expected is what Python's zoneinfo says: for a
 * local time replace(tzinfo=ZoneInfo(name)).utcoffset() with fold 0, compared
 * with fold 1 (smaller: overlap, larger: gap); for a UTC time
 * astimezone(ZoneInfo(name)).utcoffset().
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <inttypes.h>

#include "format/time.h"
#include "format/zone.h"

static const struct local_case {
	const char *zone;
	int64_t local, utc;
	int32_t offset;
	enum zone_fit fit;
} local_cases[] = {
	{ "Europe/Berlin", 1774749599, /* 2026-03-29 01:59:59 */
		1774745999, 3600, ZONE_EXACT },
	{ "Europe/Berlin", 1774749600, /* 2026-03-29 02:00:00 */
		1774746000, 3600, ZONE_GAP },
	{ "Europe/Berlin", 1774753199, /* 2026-03-29 02:59:59 */
		1774749599, 3600, ZONE_GAP },
	{ "Europe/Berlin", 1774753200, /* 2026-03-29 03:00:00 */
		1774746000, 7200, ZONE_EXACT },
	{ "Europe/Berlin", 1792893599, /* 2026-10-25 01:59:59 */
		1792886399, 7200, ZONE_EXACT },
	{ "Europe/Berlin", 1792893600, /* 2026-10-25 02:00:00 */
		1792886400, 7200, ZONE_OVERLAP },
	{ "Europe/Berlin", 1792897199, /* 2026-10-25 02:59:59 */
		1792889999, 7200, ZONE_OVERLAP },
	{ "Europe/Berlin", 1792897200, /* 2026-10-25 03:00:00 */
		1792893600, 3600, ZONE_EXACT },
	{ "Europe/Berlin", -773236800, /* 1945-07-01 12:00:00 */
		-773247600, 10800, ZONE_EXACT },
	{ "Europe/Berlin", 2140050600, /* 2037-10-25 02:30:00 */
		2140043400, 7200, ZONE_OVERLAP },
	{ "Europe/Berlin", 2153356200, /* 2038-03-28 02:30:00 */
		2153352600, 3600, ZONE_GAP },
	{ "Europe/Berlin", 2161598400, /* 2038-07-01 12:00:00 */
		2161591200, 7200, ZONE_EXACT },
	{ "Europe/Berlin", 4128633000, /* 2100-10-31 02:30:00 */
		4128625800, 7200, ZONE_OVERLAP },
	{ "Europe/Berlin", 14839036200, /* 2440-03-25 02:30:00 */
		14839032600, 3600, ZONE_GAP },
	{ "Europe/Berlin", 253396953000, /* 9999-10-31 02:30:00 */
		253396945800, 7200, ZONE_OVERLAP },
	{ "Europe/Berlin", 253402300799, /* 9999-12-31 23:59:59 */
		253402297199, 3600, ZONE_EXACT },
	{ "America/New_York", 1772937000, /* 2026-03-08 02:30:00 */
		1772955000, -18000, ZONE_GAP },
	{ "America/New_York", 1793494799, /* 2026-11-01 00:59:59 */
		1793509199, -14400, ZONE_EXACT },
	{ "America/New_York", 1793496600, /* 2026-11-01 01:30:00 */
		1793511000, -14400, ZONE_OVERLAP },
	{ "America/New_York", 1793498400, /* 2026-11-01 02:00:00 */
		1793516400, -18000, ZONE_EXACT },
	{ "America/New_York", 2530749600, /* 2050-03-13 02:00:00 */
		2530767600, -18000, ZONE_GAP },
	{ "America/New_York", 2551312799, /* 2050-11-06 01:59:59 */
		2551327199, -14400, ZONE_OVERLAP },
	{ "America/New_York", 32487782400, /* 2999-07-01 00:00:00 */
		32487796800, -14400, ZONE_EXACT },
	{ "Asia/Dhaka", 1245452399, /* 2009-06-19 22:59:59 */
		1245430799, 21600, ZONE_EXACT },
	{ "Asia/Dhaka", 1245452400, /* 2009-06-19 23:00:00 */
		1245430800, 21600, ZONE_GAP },
	{ "Asia/Dhaka", 1245455999, /* 2009-06-19 23:59:59 */
		1245434399, 21600, ZONE_GAP },
	{ "Asia/Dhaka", 1245456000, /* 2009-06-20 00:00:00 */
		1245430800, 25200, ZONE_EXACT },
	{ "Asia/Dhaka", 1262300399, /* 2009-12-31 22:59:59 */
		1262275199, 25200, ZONE_EXACT },
	{ "Asia/Dhaka", 1262300400, /* 2009-12-31 23:00:00 */
		1262275200, 25200, ZONE_OVERLAP },
	{ "Asia/Dhaka", 1262304000, /* 2010-01-01 00:00:00 */
		1262282400, 21600, ZONE_EXACT },
	{ "Asia/Dhaka", 1777593600, /* 2026-05-01 00:00:00 */
		1777572000, 21600, ZONE_EXACT },
	{ "Asia/Kathmandu", 1777593600, /* 2026-05-01 00:00:00 */
		1777572900, 20700, ZONE_EXACT },
	{ "Africa/Monrovia", 44582400, /* 1971-06-01 00:00:00 */
		44585070, -2670, ZONE_EXACT },
	{ "Europe/Dublin", 2855865600, /* 2060-07-01 00:00:00 */
		2855862000, 3600, ZONE_EXACT },
	{ "Asia/Gaza", 1911772800, /* 2030-08-01 00:00:00 */
		1911762000, 10800, ZONE_EXACT },
	{ "America/Nuuk", 2374097400, /* 2045-03-25 23:30:00 */
		2374104600, -7200, ZONE_GAP },
	{ "Australia/Lord_Howe", 4110486300, /* 2100-04-04 01:45:00 */
		4110446700, 39600, ZONE_OVERLAP },
	{ "Pacific/Chatham", 10413792000, /* 2300-01-01 00:00:00 */
		10413742500, 49500, ZONE_EXACT },
};

static const struct utc_case {
	const char *zone;
	int64_t utc;
	int32_t offset;
} utc_cases[] = {
	{ "Europe/Berlin", -2840140800, 3208 }, /* 1880-01-01 00:00:00 */
	{ "Europe/Berlin", 1774745999, 3600 }, /* 2026-03-29 00:59:59 */
	{ "Europe/Berlin", 1774746000, 7200 }, /* 2026-03-29 01:00:00 */
	{ "Europe/Berlin", 1792889999, 7200 }, /* 2026-10-25 00:59:59 */
	{ "Europe/Berlin", 1792890000, 3600 }, /* 2026-10-25 01:00:00 */
	{ "Europe/Berlin", 2153350799, 3600 }, /* 2038-03-28 00:59:59 */
	{ "Europe/Berlin", 2153350800, 7200 }, /* 2038-03-28 01:00:00 */
	{ "Europe/Berlin", 14800233599, 3600 }, /* 2438-12-31 23:59:59 */
	{ "Europe/Berlin", 14800233600, 3600 }, /* 2439-01-01 00:00:00 */
	{ "Europe/Berlin", 253354867200, 7200 }, /* 9998-07-01 00:00:00 */
	{ "America/New_York", 2152162799, -18000 }, /* 2038-03-14 06:59:59 */
	{ "America/New_York", 2152162800, -14400 }, /* 2038-03-14 07:00:00 */
	{ "America/New_York", 32519318400, -14400 }, /* 3000-07-01 00:00:00 */
	{ "Asia/Dhaka", 1245430799, 21600 }, /* 2009-06-19 16:59:59 */
	{ "Asia/Dhaka", 1245430800, 25200 }, /* 2009-06-19 17:00:00 */
	{ "Asia/Dhaka", 1262278799, 25200 }, /* 2009-12-31 16:59:59 */
	{ "Asia/Dhaka", 1262282400, 21600 }, /* 2009-12-31 18:00:00 */
	{ "Asia/Dhaka", 253370764800, 21600 }, /* 9999-01-01 00:00:00 */
	{ "Pacific/Auckland", 95618793600, 46800 }, /* 5000-01-15 00:00:00 */
	{ "Pacific/Auckland", 95634432000, 43200 }, /* 5000-07-15 00:00:00 */
};

static const struct {
	const char *name, *shown;
	int32_t offset;
} fixed[] = {
	{ "UTC", "UTC", 0 },
	{ "utc", "UTC", 0 },
	{ "Z", "UTC", 0 },
	{ "+00:00", "+00:00", 0 },
	{ "-00:00", "-00:00", 0 },
	{ "+06:00", "+06:00", 21600 },
	{ "+06", "+06:00", 21600 },
	{ "-0330", "-03:30", -12600 },
	{ "+05:45", "+05:45", 20700 },
	{ "+23:59", "+23:59", 86340 },
};

static const char *const unknown[] = {
	"", " ", "X", "/", "/etc/passwd", "/usr/share/zoneinfo/UTC", "..",
	"../../../etc/passwd", "Europe/../Europe/Berlin", "Europe",
	"Europe/", "Europe/Berlin\n", "Europe/Berlin ", "Europe/Atlantis",
	"\033[31m", "zone.tab", "tzdata.zi", "leapseconds", "+", "-", "+6",
	"+24:00", "+06:60", "+06:", "+06:0", "+06:000", "+060", "+0:600",
	"06:00", "+06:00:00", "+ab", "+-600", "UTC+6", "%s%n",
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
};

static struct zone *
open_zone(const char *name)
{
	struct fault fault = { .code = FAULT_NONE };
	struct zone *zone;

	if (zone_open(&zone, name, &fault) != 0)
		fail_msg("%s: %s", name, fault.text);
	return zone;
}

static void
test_local(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(local_cases); i++) {
		const struct local_case *row = &local_cases[i];
		struct zone *zone = open_zone(row->zone);
		int32_t offset;
		enum zone_fit fit;
		int64_t utc = zone_to_utc(zone, row->local, &offset, &fit);

		if (utc != row->utc || offset != row->offset ||
			fit != row->fit)
			fail_msg("%s %" PRId64 ": %" PRId64 " %d %d",
				row->zone, row->local, utc, offset, fit);
		zone_free(zone);
	}
}

static void
test_utc(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(utc_cases); i++) {
		const struct utc_case *row = &utc_cases[i];
		struct zone *zone = open_zone(row->zone);

		if (zone_offset(zone, row->utc) != row->offset)
			fail_msg("%s %" PRId64 ": %d", row->zone, row->utc,
				zone_offset(zone, row->utc));
		zone_free(zone);
	}
}

static void
test_fixed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(fixed); i++) {
		struct zone *zone = open_zone(fixed[i].name);
		int32_t offset;
		enum zone_fit fit;

		assert_string_equal(zone_name(zone), fixed[i].shown);
		assert_int_equal(zone_offset(zone, 0), fixed[i].offset);
		assert_int_equal(zone_to_utc(zone, 1777630272, &offset, &fit),
			1777630272 - fixed[i].offset);
		assert_int_equal(offset, fixed[i].offset);
		assert_int_equal(fit, ZONE_EXACT);
		zone_free(zone);
	}
}

static void
test_unknown(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(unknown); i++) {
		struct fault fault = { .code = FAULT_NONE };
		struct zone *zone = NULL;

		if (zone_open(&zone, unknown[i], &fault) == 0 ||
			fault.code != FAULT_USAGE || zone != NULL)
			fail_msg("'%s' is a zone: %s", unknown[i], fault.text);
		for (const char *c = fault.text; *c != '\0'; c++)
			assert_true(*c >= ' ' && *c < 0x7f);
	}
	zone_free(NULL);
}

static void
test_named(void **state)
{
	struct zone *zone = open_zone("Asia/Dhaka");

	(void)state;
	assert_string_equal(zone_name(zone), "Asia/Dhaka");
	zone_free(zone);
}

/* From UTC to the clock on the wall and back, every 11 hours or so, is the
 * same instant, or the earlier of the two that an overlap has. */
static void
sweep(const struct zone *zone, int64_t from, int64_t until, int64_t step)
{
	for (int64_t utc = from; utc < until; utc += step) {
		int64_t local = utc + zone_offset(zone, utc);
		int32_t offset;
		enum zone_fit fit;
		int64_t back = zone_to_utc(zone, local, &offset, &fit);

		if (fit == ZONE_GAP || back > utc ||
			(fit == ZONE_EXACT && back != utc) ||
			back + zone_offset(zone, back) != local ||
			zone_offset(zone, back) != offset)
			fail_msg("%s %" PRId64 ": %" PRId64 " %d",
				zone_name(zone), utc, back, fit);
	}
}

static void
test_sweep(void **state)
{
	static const char *const names[] = { "Europe/Berlin",
		"America/New_York", "Asia/Dhaka", "Australia/Lord_Howe",
		"Africa/Casablanca", "Asia/Gaza", "Europe/Dublin",
		"Pacific/Chatham", "Pacific/Apia", "America/Nuuk", "+05:45" };
	const int64_t year_2600 = 19880899200, end = 253402300800;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct zone *zone = open_zone(names[i]);

		sweep(zone, -2000000000, year_2600, 40009);
		sweep(zone, year_2600, end, 4000037);
		/* each quarter of an hour of 2026, of 2437 to 2441 */
		sweep(zone, 1767225600, 1798761600, 900);
		sweep(zone, 14737161600, 14894928000, 900);
		zone_free(zone);
	}
}

/* Seconds no calendar has do not overflow. */
static void
test_extremes(void **state)
{
	static const int64_t seconds[] = { INT64_MIN, INT64_MIN / 2, -1, 0,
		INT64_MAX / 2, INT64_MAX };
	static const char *const names[] = { "UTC", "Europe/Berlin",
		"Asia/Dhaka" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct zone *zone = open_zone(names[i]);

		for (size_t k = 0; k < ARRAY_LEN(seconds); k++) {
			int32_t offset;
			enum zone_fit fit;

			offset = zone_offset(zone, seconds[k]);
			assert_in_range(offset + 86400, 0, 2 * 86400);
			(void)zone_to_utc(zone, seconds[k], &offset, &fit);
			assert_in_range(offset + 86400, 0, 2 * 86400);
		}
		zone_free(zone);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_local),
		cmocka_unit_test(test_utc),
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_sweep),
		cmocka_unit_test(test_extremes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
