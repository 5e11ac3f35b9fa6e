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

/* The room itself: zone_open() reads the system's files, and damage is tested
 * on bytes of ours. */
#include "format/zone.c"

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

static const char *const no_zones[] = {
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
	for (size_t i = 0; i < ARRAY_LEN(no_zones); i++) {
		struct fault fault = { .code = FAULT_NONE };
		struct zone *zone = NULL;

		if (zone_open(&zone, no_zones[i], &fault) == 0 ||
			fault.code != FAULT_USAGE || zone != NULL)
			fail_msg("'%s' is a zone: %s", no_zones[i], fault.text);
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

/* A zone from bytes; NULL and *ret_code when they are refused. The bytes end
 * where their memory ends. */
static struct zone *
zone_from(const void *bytes, size_t len, enum fault_code *ret_code)
{
	struct fault fault = { .code = FAULT_NONE };
	struct zone *zone = memory_array(1, sizeof(*zone));
	unsigned char *copy = malloc(len > 0 ? len : 1);

	assert_non_null(zone);
	assert_non_null(copy);
	memcpy(copy, bytes, len);
	zone->fold_from = INT64_MAX;
	if (load(zone, copy, len, &fault) != 0) {
		assert_int_not_equal(fault.code, FAULT_NONE);
		zone_free(zone);
		zone = NULL;
	} else {
		build_index(zone);
	}
	free(copy);
	*ret_code = fault.code;
	return zone;
}

static size_t
read_berlin(unsigned char data[FILE_MAX])
{
	struct fault fault = { .code = FAULT_NONE };
	struct zone zone = { .name = "Europe/Berlin" };
	ssize_t len = read_zone(&zone, data, &fault);

	assert_true(len > 0);
	return (size_t)len;
}

static void
test_cut_short(void **state)
{
	unsigned char *data = malloc(FILE_MAX);
	size_t len;
	enum fault_code code;
	struct zone *zone;

	(void)state;
	assert_non_null(data);
	len = read_berlin(data);
	for (size_t n = 0; n < len; n++) {
		assert_null(zone_from(data, n, &code));
		assert_int_equal(code, FAULT_INPUT);
	}
	zone = zone_from(data, len, &code);
	assert_non_null(zone);
	zone_free(zone);
	free(data);
}

/* Whatever the bytes are, a zone that is taken answers. */
static void
test_flipped(void **state)
{
	unsigned char *data = malloc(FILE_MAX);
	uint64_t seed = 1;
	size_t len;

	(void)state;
	assert_non_null(data);
	len = read_berlin(data);
	for (int i = 0; i < 20000; i++) {
		size_t at;
		unsigned char kept;
		enum fault_code code;
		struct zone *zone;

		seed = seed * 6364136223846793005 + 1442695040888963407;
		at = (seed >> 33) % len;
		/* headers and the footer count for more than their length */
		if (i % 3 == 0)
			at = at % 2 == 0 ? at % HEADER_LEN : len - 1 - at % 30;
		kept = data[at];
		data[at] = (unsigned char)(seed >> 25);
		zone = zone_from(data, len, &code);
		for (int64_t utc = -3000000000; zone != NULL &&
			utc < 20000000000; utc += 900000011) {
			int32_t offset;
			enum zone_fit fit;

			offset = zone_offset(zone, utc);
			assert_in_range(offset + OFFSET_MAX, 0,
				2 * OFFSET_MAX);
			(void)zone_to_utc(zone, utc, &offset, &fit);
		}
		zone_free(zone);
		data[at] = kept;
	}
	free(data);
}

#define ZEROS_15 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define NONE "\0\0\0\0"
#define ONE "\0\0\0\1"
#define TWO "\0\0\0\2"
/* version; counts of UT, standard, leap, time, type, char */
#define HEADER(version, leaps, times, types) "TZif" version ZEROS_15 NONE \
	NONE leaps times types NONE
#define TYPE_PLUS_1 "\0\0\016\020\0\0"
#define TYPE_PLUS_2 "\0\0\034\040\1\0"
/* the 32-bit part of a version 2 file, which is not looked at */
#define V1 HEADER("2", NONE, NONE, ONE) TYPE_PLUS_2
#define PLAIN V1 HEADER("2", NONE, NONE, ONE) TYPE_PLUS_1
#define AT_1 "\0\0\0\0\0\0\0\1"
#define AT_2 "\0\0\0\0\0\0\0\2"

#define BYTES(text) text, sizeof(text) - 1

static const struct bytes_case {
	const char *bytes;
	size_t len;
	enum fault_code code;
	int64_t utc; /* and what is in force then */
	int32_t offset;
} bytes_cases[] = {
	{ BYTES(HEADER("\0", NONE, ONE, TWO) "\0\0\0\5" "\1" TYPE_PLUS_1
		TYPE_PLUS_2), FAULT_NONE, 5, 7200 },
	{ BYTES(HEADER("\0", NONE, ONE, TWO) "\377\377\377\373" "\1"
		TYPE_PLUS_1 TYPE_PLUS_2), FAULT_NONE, -6, 3600 },
	{ BYTES(PLAIN "\n\n"), FAULT_NONE, 0, 3600 },
	{ BYTES(PLAIN "\nCET-1\n"), FAULT_NONE, 0, 3600 },
	/* 2026-03-01 is day 60 of J, and day 59 from 0; 2024 has a leap day */
	{ BYTES(PLAIN "\nA-1\n"), FAULT_INPUT, 0, 0 },
	{ BYTES(PLAIN "\nCET-1CEST,J60/0,J300/0\n"), FAULT_NONE,
		1772319600, 7200 },
	{ BYTES(PLAIN "\nCET-1CEST,J60/0,J300/0\n"), FAULT_NONE,
		1772319599, 3600 },
	{ BYTES(PLAIN "\nCET-1CEST,J60/0,J300/0\n"), FAULT_NONE,
		1709247600, 7200 },
	{ BYTES(PLAIN "\nCET-1CEST,J60/0,J300/0\n"), FAULT_NONE,
		1709247599, 3600 },
	{ BYTES(PLAIN "\nCET-1CEST,59/0,299/0\n"), FAULT_NONE,
		1772319600, 7200 },
	{ BYTES(PLAIN "\nCET-1CEST,59/0,299/0\n"), FAULT_NONE,
		1709161200, 7200 },
	/* daylight time all the year */
	{ BYTES(PLAIN "\nXXX-1EDT-2,0/0,J365/25\n"), FAULT_NONE,
		1798757999, 7200 },
	{ BYTES(PLAIN "\n<+01>-1<+02>,M3.5.0,M10.5.0/3\n"), FAULT_NONE,
		1774746000, 7200 },
	{ BYTES(PLAIN "\nCET-1CEST\n"), FAULT_INPUT, 0, 0 },
	{ BYTES(PLAIN "\nCET-1CEST,M3.5.0\n"), FAULT_INPUT, 0, 0 },
	{ BYTES(PLAIN "\nCET-1CEST,M13.5.0,M10.5.0\n"), FAULT_INPUT, 0, 0 },
	{ BYTES(PLAIN "\nCET-1CEST,M3.0.0,M10.5.0\n"), FAULT_INPUT, 0, 0 },
	{ BYTES(PLAIN "\nCET-1CEST,M3.5.7,M10.5.0\n"), FAULT_INPUT, 0, 0 },
	{ BYTES(PLAIN "\nCET-1CEST,J0,J300\n"), FAULT_INPUT, 0, 0 },
	{ BYTES(PLAIN "\nCET-1CEST,0,366\n"), FAULT_INPUT, 0, 0 },
	{ BYTES(PLAIN "\nCET-1CEST,0/168,J300\n"), FAULT_INPUT, 0, 0 },
	{ BYTES(PLAIN "\nCET-25\n"), FAULT_INPUT, 0, 0 },
	{ BYTES(PLAIN "\n<CET-1\n"), FAULT_INPUT, 0, 0 },
	{ BYTES(PLAIN "\nCET-1CEST,0,J300x\n"), FAULT_INPUT, 0, 0 },
	{ BYTES(PLAIN "CET-1\n"), FAULT_INPUT, 0, 0 },
	{ BYTES(PLAIN "\nCET-1"), FAULT_INPUT, 0, 0 },
	{ BYTES(HEADER("\0", NONE, NONE, NONE)), FAULT_INPUT, 0, 0 },
	{ BYTES(HEADER("\0", NONE, "\377\377\377\377", ONE) TYPE_PLUS_1),
		FAULT_INPUT, 0, 0 },
	{ BYTES(HEADER("\0", NONE, "\177\377\377\377", ONE) TYPE_PLUS_1),
		FAULT_INPUT, 0, 0 },
	{ BYTES(HEADER("\0", NONE, ONE, ONE) "\0\0\0\5" "\1" TYPE_PLUS_1),
		FAULT_INPUT, 0, 0 },
	{ BYTES(HEADER("\0", NONE, NONE, ONE) "\200\0\0\0\0\0"), FAULT_INPUT,
		0, 0 },
	{ BYTES(V1 HEADER("2", NONE, TWO, TWO) AT_1 AT_2 "\1\0" TYPE_PLUS_1
		TYPE_PLUS_2 "\n\n"), FAULT_NONE, 1, 7200 },
	{ BYTES(V1 HEADER("2", NONE, TWO, TWO) AT_2 AT_1 "\1\0" TYPE_PLUS_1
		TYPE_PLUS_2 "\n\n"), FAULT_INPUT, 0, 0 },
	{ BYTES(V1 HEADER("2", NONE, TWO, TWO) AT_1 AT_1 "\1\0" TYPE_PLUS_1
		TYPE_PLUS_2 "\n\n"), FAULT_INPUT, 0, 0 },
	{ BYTES(HEADER("\0", ONE, NONE, ONE) TYPE_PLUS_1 AT_1), FAULT_USAGE,
		0, 0 },
};

static void
test_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bytes_cases); i++) {
		const struct bytes_case *row = &bytes_cases[i];
		enum fault_code code;
		struct zone *zone = zone_from(row->bytes, row->len, &code);

		if (code != row->code)
			fail_msg("row %zu: fault %d", i, code);
		if (zone != NULL && zone_offset(zone, row->utc) != row->offset)
			fail_msg("row %zu: %d", i,
				zone_offset(zone, row->utc));
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
		cmocka_unit_test(test_cut_short),
		cmocka_unit_test(test_flipped),
		cmocka_unit_test(test_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
