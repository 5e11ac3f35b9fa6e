/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/series.h"

#include "format/calendar.h"

enum { WEEK = 7, YEAR_LEAST = 1970, YEAR_MOST = 2199 };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static unsigned
value_of(const char *at, size_t len)
{
	unsigned value = 0;

	for (size_t i = 0; i < len; i++)
		value = value * 10 + (unsigned)(at[i] - '0');
	return value;
}

static bool
is_date(unsigned year, unsigned month, unsigned day, int32_t *ret_day)
{
	int64_t days = calendar_days(year, month, day), back_year;
	unsigned back_month, back_day;

	/* calendar_days() takes the 31st of any month */
	if (month < 1 || month > 12)
		return false;
	calendar_civil(days, &back_year, &back_month, &back_day);
	*ret_day = (int32_t)days;
	return back_month == month && back_day == day;
}

/* The length of a date at the front of a run of digits and what divides them,
 * or 0. */
static size_t
take_date(const char *at, int32_t *ret_day)
{
	static const char divided[] = "dddd-dd-dd", whole[] = "dddddddd";
	bool is_divided = is_digit(at[0]) && is_digit(at[1]) &&
		is_digit(at[2]) && is_digit(at[3]) &&
		(at[4] == '-' || at[4] == '_' || at[4] == '.');
	const char *form = is_divided ? divided : whole;
	size_t len = strlen(form), month = is_divided ? 5 : 4;
	unsigned year, m, d;

	for (size_t i = 0; i < len; i++) {
		if (form[i] == 'd' ? !is_digit(at[i]) : at[i] != at[4])
			return 0;
	}
	if (is_digit(at[len]))
		return 0;
	year = value_of(at, 4);
	m = value_of(at + month, 2);
	d = value_of(at + month + (is_divided ? 3 : 2), 2);
	return year >= YEAR_LEAST && year <= YEAR_MOST &&
			is_date(year, m, d, ret_day) ?
		len :
		0;
}

/* u_ex260501.log of IIS; u_ex26050112.log is one of each hour. */
static size_t
take_short_date(const char *at, int32_t *ret_day)
{
	size_t len = strspn(at, "0123456789");

	return len == 6 && is_date(2000 + value_of(at, 2), value_of(at + 2, 2),
			value_of(at + 4, 2), ret_day) ?
		len :
		0;
}

bool
series_day(const char *path, int32_t *ret_day, struct slice *ret_date)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path, *at = name;
	bool found = false;

	for (bool inside = false; *at != '\0'; at++) {
		int32_t day;
		size_t len = 0;

		if (!inside && at - name >= 2 && memcmp(at - 2, "ex", 2) == 0)
			len = take_short_date(at, &day);
		if (!inside && is_digit(*at) && len == 0)
			len = take_date(at, &day);
		inside = is_digit(*at);
		if (len == 0)
			continue;
		if (found)
			return false;
		found = true;
		*ret_day = day;
		*ret_date = (struct slice){ at, len };
		at += len - 1;
	}
	return found;
}

/* What follows the date, but for a compression: the newest log of a series is
 * often not yet compressed. */
static struct slice
rest_of(struct slice date)
{
	static const char *const packed[] = { ".gz", ".zst", ".xz", ".bz2",
		".lz4" };
	struct slice rest = slice_of(date.at + date.len);

	for (size_t i = 0; i < ARRAY_LEN(packed); i++) {
		size_t len = strlen(packed[i]);

		if (rest.len >= len &&
			memcmp(rest.at + rest.len - len, packed[i], len) == 0) {
			rest.len -= len;
			break;
		}
	}
	return rest;
}

int
series_compare(const char *a, struct slice date_a, const char *b,
	struct slice date_b)
{
	struct slice front_a = { a, (size_t)(date_a.at - a) };
	struct slice front_b = { b, (size_t)(date_b.at - b) };
	int order = slice_compare(front_a, front_b);

	return order != 0 ? order :
			    slice_compare(rest_of(date_a), rest_of(date_b));
}

bool
series_is_daily(const int32_t *days, size_t n)
{
	size_t next = 0;

	for (size_t i = 1; i < n; i++)
		next += days[i] == days[i - 1] + 1;
	return n >= 3 && next * 2 > n - 1;
}

bool
series_lacks(const int32_t *days, size_t n, int32_t day)
{
	if (days[n - 1] - days[0] + 1 < 2 * WEEK)
		return true;
	for (size_t i = 0; i < n; i++) {
		if ((days[i] - day) % WEEK == 0)
			return true;
	}
	return false;
}
