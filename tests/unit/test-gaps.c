/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "lookup/gaps.h"
#include "lookup/quiet.h"

/* 2026-03-01, a Sunday: hour since 1970 in UTC, which is local time here. */
enum { SUNDAY = 20513 * 24, LOGS = 8 };

struct portal {
	struct gap_log logs[LOGS];
	struct log_watch watches[LOGS];
	size_t n;
};

static int32_t
no_offset(const void *ctx, int64_t ms)
{
	(void)ctx;
	(void)ms;
	return 0;
}

static int32_t
dhaka(const void *ctx, int64_t ms)
{
	(void)ctx;
	(void)ms;
	return 6 * 3600;
}

static void
put(struct portal *portal, size_t log, int32_t hour, uint32_t n)
{
	struct fault fault = { 0 };
	struct log_watch *watch = &portal->watches[log];
	int64_t ms = (int64_t)hour * HOUR_MS;

	portal->logs[log].watch = watch;
	for (uint32_t i = 0; i < n; i++)
		assert_int_equal(watch_lookup(watch, ms + i, i + 1,
					 slice_of(""), &fault),
			0);
	if (portal->logs[log].last_ms == 0)
		portal->logs[log].first_ms = ms;
	if (n > 0)
		portal->logs[log].last_ms = ms + n - 1;
	if (log >= portal->n)
		portal->n = log + 1;
	if (portal->logs[log].path == NULL)
		portal->logs[log].path = "log.csv";
}

/* Day-shift: from 9 to 17, but on days 5 and 6 of the week. */
static void
put_days(struct portal *portal, int first, int days, uint32_t n)
{
	for (int day = first; day < first + days; day++)
		for (int hour = 9; hour < 17 && day % 7 < 5; hour++)
			put(portal, 0, SUNDAY + day * 24 + hour, n);
}

/* Take hours out again. */
static void
take(struct portal *portal, int day, int from, int to)
{
	struct log_watch *watch = &portal->watches[0];
	size_t kept = 0;

	for (size_t i = 0; i < watch->n_hours; i++) {
		int32_t at = watch->hours[i].hour - SUNDAY - day * 24;

		if (at < from || at >= to)
			watch->hours[kept++] = watch->hours[i];
	}
	watch->n_hours = kept;
}

static struct gaps
find(const struct portal *portal,
	int32_t (*offset)(const void *ctx, int64_t ms))
{
	struct fault fault = { 0 };
	struct gaps gaps;

	assert_int_equal(gaps_find(&gaps, portal->logs, portal->n, offset,
				 NULL, &fault),
		0);
	return gaps;
}

static void
expect_none(const struct portal *portal)
{
	struct gaps gaps = find(portal, no_offset);

	assert_int_equal(gaps.n, 0);
	gaps_free(&gaps);
}

static void
clear(struct portal *portal)
{
	for (size_t i = 0; i < LOGS; i++)
		free(portal->watches[i].hours);
	*portal = (struct portal){ .n = 0 };
}

static void
nights_and_days_off_are_no_gaps(void **state)
{
	struct portal portal = { .n = 0 };

	(void)state;
	for (int days = 1; days < 40; days++) {
		put_days(&portal, 0, days, 150);
		expect_none(&portal);
		clear(&portal);
	}
}

static void
an_hour_without_its_hundreds_is_one(void **state)
{
	struct portal portal = { .n = 0 };
	struct gaps gaps;

	(void)state;
	put_days(&portal, 0, 28, 150);
	take(&portal, 9, 11, 13);
	gaps = find(&portal, no_offset);
	assert_int_equal(gaps.n, 1);
	assert_int_equal(gaps.items[0].kind, GAP_HOURS);
	assert_int_equal(gaps.items[0].from / HOUR_MS, SUNDAY + 9 * 24 + 11);
	assert_int_equal(gaps.items[0].to / HOUR_MS, SUNDAY + 9 * 24 + 13);
	assert_int_equal(gaps.items[0].count, 300);
	gaps_free(&gaps);
	clear(&portal);
	/* not where 99 were to be expected */
	put_days(&portal, 0, 28, 99);
	take(&portal, 9, 11, 13);
	expect_none(&portal);
	clear(&portal);
}

static void
other_hours_from_one_week_on_are_no_gaps(void **state)
{
	struct portal portal = { .n = 0 };
	struct gaps gaps;

	(void)state;
	for (int day = 0; day < 42; day++)
		for (int hour = 9; hour < 17 && day % 7 < 5; hour++)
			put(&portal, 0,
				SUNDAY + day * 24 + hour - (day >= 14), 150);
	expect_none(&portal);
	/* but an hour of one week is, and one beside a week without any */
	take(&portal, 22, 11, 12);
	take(&portal, 30, 0, 24);
	take(&portal, 37, 12, 13);
	take(&portal, 29, 11, 12); /* again, a week later */
	gaps = find(&portal, no_offset);
	assert_int_equal(gaps.n, 4);
	assert_int_equal(gaps.items[0].from / HOUR_MS, SUNDAY + 22 * 24 + 11);
	assert_int_equal(gaps.items[1].from / HOUR_MS, SUNDAY + 29 * 24 + 11);
	/* at the end of the log, an hour that is missing again is not */
	assert_int_equal(gaps.items[2].count, 7 * 150);
	assert_int_equal(gaps.items[3].from / HOUR_MS, SUNDAY + 37 * 24 + 12);
	gaps_free(&gaps);
	clear(&portal);
}

static void
days_in_a_row_are_one_gap(void **state)
{
	struct portal portal = { .n = 0 };
	struct gaps gaps;

	(void)state;
	put_days(&portal, 0, 35, 120);
	take(&portal, 8, 0, 48);
	gaps = find(&portal, dhaka);
	assert_int_equal(gaps.n, 1);
	assert_int_equal(gaps.items[0].from / HOUR_MS, SUNDAY + 8 * 24 + 9);
	assert_int_equal(gaps.items[0].to / HOUR_MS, SUNDAY + 9 * 24 + 17);
	assert_int_equal(gaps.items[0].count, 16 * 120);
	gaps_free(&gaps);
	clear(&portal);
}

static void
a_day_counts_where_no_hour_does(void **state)
{
	struct portal portal = { .n = 0 };
	struct gaps gaps;

	(void)state;
	put_days(&portal, 0, 28, 40);
	take(&portal, 9, 0, 24);
	gaps = find(&portal, no_offset);
	assert_int_equal(gaps.n, 1);
	assert_int_equal(gaps.items[0].from / HOUR_MS, SUNDAY + 9 * 24);
	assert_int_equal(gaps.items[0].to / HOUR_MS, SUNDAY + 10 * 24);
	assert_int_equal(gaps.items[0].count, 320);
	gaps_free(&gaps);
	clear(&portal);
}

static void
a_short_log_knows_nights_only(void **state)
{
	struct portal portal = { .n = 0 };
	struct gaps gaps;

	(void)state;
	put_days(&portal, 0, 9, 150);
	take(&portal, 2, 10, 11);
	gaps = find(&portal, no_offset);
	assert_int_equal(gaps.n, 1);
	assert_int_equal(gaps.items[0].from / HOUR_MS, SUNDAY + 2 * 24 + 10);
	gaps_free(&gaps);
	/* an hour that two days lack may be a break */
	take(&portal, 3, 10, 11);
	expect_none(&portal);
	clear(&portal);
	/* five others are needed */
	put_days(&portal, 0, 5, 150);
	take(&portal, 2, 10, 11);
	expect_none(&portal);
	clear(&portal);
}

static void
lonely_lookups_far_away_open_no_gap(void **state)
{
	struct portal portal = { .n = 0 };

	(void)state;
	put_days(&portal, 0, 28, 150);
	put(&portal, 1, 0, 1);
	put(&portal, 1, 2932896 * 24, 1);
	expect_none(&portal);
	clear(&portal);
}

static void
logs_that_share_hours_overlap(void **state)
{
	struct portal portal = { .n = 0 };
	struct gaps gaps;

	(void)state;
	for (int hour = 0; hour < 24; hour++) {
		put(&portal, 0, SUNDAY + hour, 3);
		put(&portal, 1, SUNDAY + 23 + hour, 3); /* its neighbour */
	}
	expect_none(&portal);
	for (int hour = 20; hour < 23; hour++)
		put(&portal, 2, SUNDAY + hour, 3);
	gaps = find(&portal, no_offset);
	assert_int_equal(gaps.n, 2);
	assert_int_equal(gaps.items[0].kind, GAP_OVERLAP);
	assert_int_equal(gaps.items[0].file, 0);
	assert_int_equal(gaps.items[0].other, 2);
	assert_int_equal(gaps.items[0].count, 4);
	assert_int_equal(gaps.items[1].file, 2);
	assert_int_equal(gaps.items[1].other, 0);
	assert_int_equal(gaps.items[1].count, 3);
	gaps_free(&gaps);
	clear(&portal);
}

static void
a_daily_series_lacks_days(void **state)
{
	static const char *const paths[] = { "d/a-2026-03-02.csv.gz",
		"d/a-2026-03-03.csv.gz", "d/a-2026-03-06.csv.gz",
		"d/a-2026-03-07.csv.gz", "d/a-2026-03-08.csv",
		"d/b-2026-03-20.csv" };
	struct portal portal = { .n = 0 };
	struct gaps gaps;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		portal.logs[i].path = paths[i];
		put(&portal, i, SUNDAY + (int32_t)i * 24, 1);
	}
	/* the last of them begins before the one before */
	portal.logs[4].first_ms = portal.logs[3].first_ms - 1;
	gaps = find(&portal, no_offset);
	assert_int_equal(gaps.n, 2);
	assert_int_equal(gaps.items[0].kind, GAP_DAY);
	assert_int_equal(gaps.items[0].file, 1);
	assert_int_equal(gaps.items[0].count, 2);
	assert_int_equal(gaps.items[0].from / HOUR_MS, SUNDAY + 3 * 24);
	assert_int_equal(gaps.items[0].to / HOUR_MS, SUNDAY + 5 * 24);
	assert_int_equal(gaps.items[1].kind, GAP_SEQUENCE);
	assert_int_equal(gaps.items[1].file, 4);
	assert_int_equal(gaps.items[1].other, 3);
	gaps_free(&gaps);
	clear(&portal);
}

static void
numbers_go_on_from_log_to_log(void **state)
{
	static const struct {
		uint64_t last[2], next[2]; /* lowest, highest */
		uint64_t count;
	} cases[] = {
		{ { 1, 9 }, { 10, 19 }, 0 },
		{ { 1, 9 }, { 12, 19 }, 2 },
		{ { 1, 9 }, { 1, 19 }, 0 },
		{ { 1, 9 }, { 18, 19 }, 8 },
		{ { 1, 9 }, { 20, 29 }, 0 }, /* no such numbers */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct portal portal = { .n = 0 };
		struct gaps gaps;

		portal.logs[0].path = "20260301";
		portal.logs[1].path = "20260302";
		for (size_t k = 0; k < 2; k++) {
			const uint64_t *range = k == 0 ? cases[i].last :
							 cases[i].next;

			put(&portal, k, SUNDAY + (int32_t)k * 24, 1);
			portal.watches[k].lost = 0;
			portal.watches[k].numbered = true;
			portal.watches[k].lowest = range[0];
			portal.watches[k].highest = range[1];
		}
		gaps = find(&portal, no_offset);
		assert_int_equal(gaps.n, cases[i].count > 0);
		if (gaps.n > 0) {
			assert_int_equal(gaps.items[0].count, cases[i].count);
			assert_int_equal(gaps.items[0].line, 0);
			assert_int_equal(gaps.items[0].other, 1);
		}
		gaps_free(&gaps);
		clear(&portal);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nights_and_days_off_are_no_gaps),
		cmocka_unit_test(an_hour_without_its_hundreds_is_one),
		cmocka_unit_test(other_hours_from_one_week_on_are_no_gaps),
		cmocka_unit_test(days_in_a_row_are_one_gap),
		cmocka_unit_test(a_day_counts_where_no_hour_does),
		cmocka_unit_test(a_short_log_knows_nights_only),
		cmocka_unit_test(lonely_lookups_far_away_open_no_gap),
		cmocka_unit_test(logs_that_share_hours_overlap),
		cmocka_unit_test(a_daily_series_lacks_days),
		cmocka_unit_test(numbers_go_on_from_log_to_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
