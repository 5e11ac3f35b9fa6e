/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "lookup/series.h"
#include "lookup/watch.h"

enum { HOUR = 3600 * 1000 };

static void
look(struct log_watch *watch, int64_t ms, const char *number)
{
	static uint64_t line;
	struct fault fault = { 0 };

	assert_int_equal(watch_lookup(watch, ms, ++line, slice_of(number),
				 &fault),
		0);
}

static void
lookups_are_counted_by_hour(void **state)
{
	struct log_watch *watch = calloc(1, sizeof(*watch));

	(void)state;
	assert_non_null(watch);
	look(watch, 5 * HOUR, "");
	look(watch, 5 * HOUR + HOUR - 1, "");
	look(watch, 9 * HOUR, "");
	look(watch, 7 * HOUR, "");
	look(watch, 7 * HOUR, "");
	look(watch, 2 * HOUR, "");
	look(watch, 5 * HOUR, "");
	assert_int_equal(watch->n_hours, 4);
	assert_int_equal(watch->hours[0].hour, 2);
	assert_int_equal(watch->hours[1].hour, 5);
	assert_int_equal(watch->hours[1].n, 3);
	assert_int_equal(watch->hours[2].hour, 7);
	assert_int_equal(watch->hours[2].n, 2);
	assert_int_equal(watch->hours[3].hour, 9);
	assert_int_equal(watch->disorder, 2);
	assert_int_equal(watch->disorder_line, 4);
	assert_true(watch_has(watch, 2));
	assert_true(watch_has(watch, 9));
	assert_false(watch_has(watch, 1));
	assert_false(watch_has(watch, 6));
	assert_false(watch_has(watch, 10));
	watch_free(watch);
}

/* Which way a lookup goes makes no difference. */
static void
the_usual_is_counted_alike(void **state)
{
	struct log_watch *plain = calloc(1, sizeof(*plain));
	struct log_watch *fast = calloc(1, sizeof(*fast));
	struct fault fault = { 0 };
	uint64_t usual = 0, seed = 1;
	int64_t ms = 0;

	(void)state;
	assert_non_null(plain);
	assert_non_null(fast);
	for (uint64_t line = 1; line < 20000; line++) {
		struct slice number = slice_of("");
		char text[24];

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		ms += (int64_t)(seed >> 33) % (HOUR / 20);
		if (seed >> 60 == 0) /* late, or of an hour before */
			ms -= ms < 4 * HOUR ? 0 : (int64_t)(seed >> 40) % HOUR;
		(void)snprintf(text, sizeof(text), "%u", (unsigned)line);
		if (line > 15000 && seed >> 58 == 0) /* numbers begin */
			number = slice_of(text);
		assert_int_equal(watch_lookup(plain, ms, line, number, &fault),
			0);
		if (number.len == 0 && watch_usual(fast, ms))
			usual++;
		else
			assert_int_equal(watch_lookup(fast, ms, line, number,
						 &fault),
				0);
	}
	assert_true(usual > 10000);
	assert_int_equal(fast->n_hours, plain->n_hours);
	assert_memory_equal(fast->hours, plain->hours,
		plain->n_hours * sizeof(*plain->hours));
	assert_int_equal(fast->disorder, plain->disorder);
	assert_int_equal(fast->disorder_line, plain->disorder_line);
	assert_int_equal(fast->last_ms, plain->last_ms);
	assert_int_equal(fast->missing, plain->missing);
	assert_int_equal(fast->lost, plain->lost);
	watch_free(plain);
	watch_free(fast);
}

static void
hours_have_a_ceiling(void **state)
{
	struct log_watch *watch = calloc(1, sizeof(*watch));

	(void)state;
	assert_non_null(watch);
	for (int64_t i = 0; i <= WATCH_HOURS; i++)
		look(watch, (2 * i) * HOUR, "");
	assert_true(watch->scattered);
	assert_int_equal(watch->n_hours, WATCH_HOURS);
	look(watch, 3 * HOUR, "");
	look(watch, 4 * HOUR, "");
	assert_int_equal(watch->n_hours, WATCH_HOURS);
	watch_free(watch);
}

static uint64_t
missing(const char *numbers)
{
	struct log_watch *watch = calloc(1, sizeof(*watch));
	char text[2] = "";
	uint64_t result;

	assert_non_null(watch);
	for (; *numbers != '\0'; numbers++) {
		text[0] = *numbers;
		if (*numbers == '!')
			watch_other(watch);
		else
			look(watch, 0, *numbers == ' ' ? "" : text);
	}
	result = watch->missing;
	watch_free(watch);
	return result;
}

static void
numbers_that_never_come_are_missing(void **state)
{
	(void)state;
	assert_int_equal(missing(""), 0);
	assert_int_equal(missing("123456"), 0);
	assert_int_equal(missing("1246"), 2);
	assert_int_equal(missing("19"), 7);
	assert_int_equal(missing("13245"), 0); /* late */
	assert_int_equal(missing("4561234"), 0); /* anew */
	assert_int_equal(missing("456134"), 1);
	assert_int_equal(missing("1112"), 0); /* twice */
	assert_int_equal(missing("12!45"), 0); /* a rejected line */
	assert_int_equal(missing("12!56"), 1);
	assert_int_equal(missing("12 45"), 0); /* no number there */
}

static void
names_have_dates(void **state)
{
	static const char *const none[] = { "log.csv", "2026-01-01/log.csv",
		"log-2026-02-30.csv", "log-2026-13-01", "log-202605011",
		"log-120260501", "2026-05-01-to-2026-05-02.csv", "log-2026-05",
		"log-2026-05_01", "2026", "", "log-0000-01-01",
		"u_ex26010112.log", "u_ex261301.log", "log-260501", "ex",
		"x/26", "log-2605-01-12" };
	static const struct {
		const char *path, *date;
		int32_t day;
	} some[] = { { "a/access-2026-03-01.csv.gz", "2026-03-01", 20513 },
		{ "20260302", "20260302", 20514 },
		{ "x_2026_03_03.log", "2026_03_03", 20515 },
		{ "v1-1970-01-01", "1970-01-01", 0 },
		{ "log.2024.02.29", "2024.02.29", 19782 },
		{ "W3SVC1/u_ex260301.log", "260301", 20513 },
		{ "ex260302.log", "260302", 20514 },
		{ "index20260302", "20260302", 20514 } };
	struct slice date;
	int32_t day;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		assert_false(series_day(none[i], &day, &date));
	for (size_t i = 0; i < ARRAY_LEN(some); i++) {
		assert_true(series_day(some[i].path, &day, &date));
		assert_int_equal(day, some[i].day);
		assert_slice(date, some[i].date);
	}
}

static int
compare(const char *a, const char *b)
{
	struct slice date_a, date_b;
	int32_t day;

	assert_true(series_day(a, &day, &date_a));
	assert_true(series_day(b, &day, &date_b));
	return series_compare(a, date_a, b, date_b);
}

static void
a_series_is_alike_but_for_the_date(void **state)
{
	(void)state;
	assert_int_equal(compare("a-20260301.csv", "a-20260302.csv"), 0);
	assert_int_equal(compare("a-20260301.csv.gz", "a-20260302.csv"), 0);
	assert_true(compare("a-20260301.csv", "b-20260301.csv") < 0);
	assert_true(compare("a-20260301-2.csv", "a-20260301-1.csv") > 0);
	assert_true(compare("d/20260301", "e/20260301") < 0);
}

static void
some_series_are_daily(void **state)
{
	static const int32_t daily[] = { 1, 2, 3, 6, 7 }, weekly[] = { 1, 8, 15,
		22 }, shift[] = { 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 15 };

	(void)state;
	assert_true(series_is_daily(daily, ARRAY_LEN(daily)));
	assert_false(series_is_daily(daily, 2));
	assert_false(series_is_daily(weekly, ARRAY_LEN(weekly)));
	assert_true(series_is_daily(shift, ARRAY_LEN(shift)));
	assert_true(series_lacks(daily, ARRAY_LEN(daily), 4));
	assert_false(series_lacks(shift, ARRAY_LEN(shift), 6));
	assert_true(series_lacks(shift, ARRAY_LEN(shift), 16));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lookups_are_counted_by_hour),
		cmocka_unit_test(the_usual_is_counted_alike),
		cmocka_unit_test(hours_have_a_ceiling),
		cmocka_unit_test(numbers_that_never_come_are_missing),
		cmocka_unit_test(names_have_dates),
		cmocka_unit_test(a_series_is_alike_but_for_the_date),
		cmocka_unit_test(some_series_are_daily),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
