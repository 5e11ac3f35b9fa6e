/* SPDX-License-Identifier: Apache-2.0 */
#include "format/zone-rule.h"

#include "format/calendar.h"

struct cursor {
	const char *at, *end;
};

static bool
take(struct cursor *c, char wanted)
{
	if (c->at == c->end || *c->at != wanted)
		return false;
	c->at++;
	return true;
}

static bool
take_number(struct cursor *c, unsigned low, unsigned high, unsigned *ret)
{
	const char *from = c->at;
	unsigned value = 0;

	while (c->at < c->end && *c->at >= '0' && *c->at <= '9') {
		value = value * 10 + (unsigned)(*c->at++ - '0');
		if (value > high)
			return false;
	}
	*ret = value;
	return c->at > from && value >= low;
}

/* [+-]h[:m[:s]] */
static bool
take_clock(struct cursor *c, unsigned most_hours, int32_t *ret)
{
	bool negative = take(c, '-');
	unsigned hours, minutes = 0, seconds = 0;
	int32_t value;

	if (!negative)
		(void)take(c, '+');
	if (!take_number(c, 0, most_hours, &hours))
		return false;
	if (take(c, ':')) {
		if (!take_number(c, 0, 59, &minutes))
			return false;
		if (take(c, ':') && !take_number(c, 0, 59, &seconds))
			return false;
	}
	value = (int32_t)(hours * 3600 + minutes * 60 + seconds);
	*ret = negative ? -value : value;
	return true;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
take_designation(struct cursor *c)
{
	const char *from;

	if (take(c, '<')) {
		while (c->at < c->end && *c->at != '>')
			c->at++;
		return take(c, '>');
	}
	from = c->at;
	while (c->at < c->end && is_letter(*c->at))
		c->at++;
	return c->at - from >= 3;
}

static bool
take_day(struct cursor *c, struct zone_day *day)
{
	bool ok;

	if (take(c, 'M')) {
		day->kind = DAY_OF_WEEK;
		ok = take_number(c, 1, 12, &day->month) && take(c, '.') &&
			take_number(c, 1, 5, &day->week) && take(c, '.') &&
			take_number(c, 0, 6, &day->weekday);
	} else if (take(c, 'J')) {
		day->kind = DAY_WITHOUT_LEAP;
		ok = take_number(c, 1, 365, &day->day);
	} else {
		day->kind = DAY_OF_YEAR;
		ok = take_number(c, 0, 365, &day->day);
	}
	day->second = 2 * 3600;
	if (ok && take(c, '/'))
		ok = take_clock(c, 167, &day->second);
	return ok;
}

/* POSIX counts offsets west of Greenwich. */
bool
zone_rule_parse(struct slice text, struct zone_rule *ret)
{
	struct cursor c = { text.at, text.at + text.len };
	int32_t west;

	*ret = (struct zone_rule){ 0 };
	if (!take_designation(&c) || !take_clock(&c, 24, &west))
		return false;
	ret->standard = -west;
	if (c.at == c.end)
		return true;
	ret->has_daylight = true;
	if (!take_designation(&c))
		return false;
	ret->daylight = ret->standard + 3600;
	if (c.at < c.end && *c.at != ',') {
		if (!take_clock(&c, 24, &west))
			return false;
		ret->daylight = -west;
	}
	return take(&c, ',') && take_day(&c, &ret->start) &&
		take(&c, ',') && take_day(&c, &ret->end) && c.at == c.end;
}

int64_t
zone_day_of(const struct zone_day *day, int64_t year)
{
	int64_t new_year = calendar_days(year, 1, 1);
	int64_t first, next, weekday, found;

	if (day->kind == DAY_OF_YEAR)
		return new_year + day->day;
	if (day->kind == DAY_WITHOUT_LEAP) {
		bool leap = calendar_days(year + 1, 1, 1) - new_year == 366;

		return new_year + day->day - 1 + (leap && day->day >= 60);
	}
	first = calendar_days(year, day->month, 1);
	next = day->month == 12 ? calendar_days(year + 1, 1, 1) :
		calendar_days(year, day->month + 1, 1);
	/* 1970-01-01 was a Thursday; days before it are negative. */
	weekday = ((first + 4) % 7 + 7) % 7;
	found = first + ((int64_t)day->weekday + 7 - weekday) % 7 +
		7 * ((int64_t)day->week - 1);
	return found >= next ? found - 7 : found;
}
