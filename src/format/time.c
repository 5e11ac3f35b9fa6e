/* SPDX-License-Identifier: Apache-2.0 */
#include "format/time.h"

#include "format/calendar.h"

#include <inttypes.h>

/* 9999-12-31T23:59:59.999Z */
static const int64_t LAST_MS = 253402300799999;

enum { DAY = 86400, OFFSET_MAX = DAY - 1 };

/* What is left to read. Every line of logs passes here: the parsers below
 * advance it by fixed layouts, digit by digit, and copy nothing. */
struct cursor {
	const char *at, *end;
};

/* A date, a time of day and an offset as they stand in the text. */
struct reading {
	int64_t days;
	int32_t seconds; /* of the day; 86400 for 23:59:60 */
	int32_t ms;
	int32_t offset;
	bool zoned;
};

static bool
is_date(unsigned year, unsigned month, unsigned day)
{
	static const unsigned char days[] = { 0, 31, 28, 31, 30, 31, 30, 31,
		31, 30, 31, 30, 31 };

	if (month < 1 || month > 12 || day < 1)
		return false;
	if (day <= days[month])
		return true;
	return month == 2 && day == 29 && year % 4 == 0 &&
		(year % 100 != 0 || year % 400 == 0);
}

static inline unsigned
digit_at(const char *at)
{
	return (unsigned)(unsigned char)*at - '0';
}

/* Two digits; more than 99 when they are none. */
static inline unsigned
two_digits(const char *at)
{
	unsigned tens = digit_at(at), ones = digit_at(at + 1);

	return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

static inline size_t
left(const struct cursor *c)
{
	return (size_t)(c->end - c->at);
}

/* [.,]digits, cut to milliseconds; at the separator. */
static bool
take_fraction(struct cursor *c, int32_t *ret_ms)
{
	int32_t ms = 0, unit = 100;
	const char *from = ++c->at;

	for (; c->at < c->end && digit_at(c->at) <= 9; c->at++) {
		ms += unit * (int32_t)digit_at(c->at);
		unit /= 10;
	}
	*ret_ms = ms;
	return c->at > from;
}

static inline bool
at_fraction(const struct cursor *c)
{
	return c->at < c->end && (*c->at == '.' || *c->at == ',');
}

/* [:ss[.fraction]], behind an hour and a minute */
static inline bool
take_seconds(struct cursor *c, unsigned hour, unsigned minute,
	struct reading *r)
{
	unsigned second = 0;

	r->ms = 0;
	if (left(c) >= 3 && *c->at == ':') {
		second = two_digits(c->at + 1);
		c->at += 3;
		if (at_fraction(c) && !take_fraction(c, &r->ms))
			return false;
	}
	/* Second 60 runs over into the next minute by itself. */
	r->seconds = (int32_t)(hour * 3600 + minute * 60 + second);
	return hour <= 23 && minute <= 59 && second <= 60;
}

/* hh:mm[:ss[.fraction]] */
static bool
take_clock(struct cursor *c, struct reading *r)
{
	const char *p = c->at;

	if (left(c) < 5 || p[2] != ':')
		return false;
	c->at += 5;
	return take_seconds(c, two_digits(p), two_digits(p + 3), r);
}

/* To the end: nothing, or Z, ±hh, ±hhmm, ±hh:mm[:ss] behind a blank or not. */
static bool
take_offset(struct cursor *c, struct reading *r)
{
	unsigned hour, minute = 0, second = 0;
	size_t len;
	const char *p;

	r->zoned = c->at < c->end;
	r->offset = 0;
	if (!r->zoned)
		return true;
	if (left(c) > 1 && *c->at == ' ')
		c->at++;
	p = c->at;
	len = left(c);
	if (*p == 'Z' || *p == 'z')
		return len == 1;
	if ((*p != '+' && *p != '-') ||
		(len != 3 && len != 5 && len != 6 && len != 9))
		return false;
	hour = two_digits(p + 1);
	if (len == 5)
		minute = two_digits(p + 3);
	if (len >= 6)
		minute = p[3] == ':' ? two_digits(p + 4) : 100;
	if (len == 9)
		second = p[6] == ':' ? two_digits(p + 7) : 100;
	r->offset = (int32_t)(hour * 3600 + minute * 60 + second);
	if (*p == '-')
		r->offset = -r->offset;
	return hour <= 23 && minute <= 59 && second <= 59;
}

static bool
set_date(struct reading *r, unsigned year, unsigned month, unsigned day)
{
	if (!is_date(year, month, day))
		return false;
	r->days = calendar_days(year, month, day);
	return true;
}

/* yyyy-mm-dd (step 3) or yyyymmdd (step 2) */
static bool
take_iso_date(struct cursor *c, size_t step, struct reading *r)
{
	const char *p = c->at;
	unsigned high = two_digits(p), low = two_digits(p + 2);
	unsigned month, day;

	if (step == 3 && (p[4] != '-' || p[7] != '-'))
		return false;
	month = two_digits(p + 2 + step);
	day = two_digits(p + 2 + 2 * step);
	c->at += 4 + 2 * step;
	return high <= 99 && low <= 99 && set_date(r, high * 100 + low,
		month, day);
}

/* The sum of a name's second and third letter tells the months apart, which
 * a loop over twelve names cannot do without a mispredicted branch. */
#define MONTH_KEY(b, c) (((b) + (c)) & 31)

/* The month of three English letters in any case, from 1; 0: it is none. */
static unsigned
month_of(const char *at)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	static const unsigned char months[32] = {
		[MONTH_KEY('a', 'n')] = 1,
		[MONTH_KEY('e', 'b')] = 2,
		[MONTH_KEY('a', 'r')] = 3,
		[MONTH_KEY('p', 'r')] = 4,
		[MONTH_KEY('a', 'y')] = 5,
		[MONTH_KEY('u', 'n')] = 6,
		[MONTH_KEY('u', 'l')] = 7,
		[MONTH_KEY('u', 'g')] = 8,
		[MONTH_KEY('e', 'p')] = 9,
		[MONTH_KEY('c', 't')] = 10,
		[MONTH_KEY('o', 'v')] = 11,
		[MONTH_KEY('e', 'c')] = 12,
	};
	char a = (char)(at[0] | 0x20), b = (char)(at[1] | 0x20);
	char c = (char)(at[2] | 0x20);
	unsigned month = months[MONTH_KEY((unsigned char)b, (unsigned char)c)];
	const char *name;

	if (month == 0)
		return 0;
	name = names + 3 * (month - 1);
	return name[0] == a && name[1] == b && name[2] == c ? month : 0;
}

enum { COMMON_DATE = 11, ISO_DATE = 10, BASIC_DATE = 8 };

/* dd/Mon/yyyy; there are 11 bytes at least. */
static bool
take_common_date(struct cursor *c, struct reading *r)
{
	const char *p = c->at;
	unsigned high = two_digits(p + 7), low = two_digits(p + 9);

	c->at += COMMON_DATE;
	return p[2] == '/' && p[6] == '/' && high <= 99 && low <= 99 &&
		set_date(r, high * 100 + low, month_of(p + 3),
			two_digits(p));
}

static bool
set_moment(const struct reading *r, const struct zone *zone,
	struct moment *ret)
{
	struct moment m = { .offset = r->offset, .zoned = r->zoned,
		.fit = ZONE_EXACT };
	int64_t second = r->days * DAY + r->seconds;

	if (!r->zoned && zone != NULL)
		second = zone_to_utc(zone, second, &m.offset, &m.fit);
	else
		second -= r->offset;
	m.ms = second * 1000 + r->ms;
	if (m.ms < 0 || m.ms > LAST_MS)
		return false;
	*ret = m;
	return true;
}

bool
time_of_parts(const struct time_parts *parts, const struct zone *zone,
	struct moment *ret)
{
	struct reading r = { .ms = parts->ms, .offset = parts->offset,
		.zoned = parts->zoned };

	if (parts->year > 9999 || parts->hour > 23 || parts->minute > 59 ||
		parts->second > 60 ||
		!set_date(&r, parts->year, parts->month, parts->day))
		return false;
	r.seconds = (int32_t)(parts->hour * 3600 + parts->minute * 60 +
		parts->second);
	return set_moment(&r, zone, ret);
}

/* 10 digits are seconds, 13 milliseconds, 16 microseconds. Other lengths are
 * more likely a telephone number or a duration than a time. */
static bool
parse_epoch(struct cursor c, struct moment *ret)
{
	struct moment m = { .zoned = true, .fit = ZONE_EXACT };
	const char *from = c.at;
	int64_t value = 0;
	int32_t ms = 0;
	ptrdiff_t n;

	/* 16 digits cannot overflow: the loop ends before a 17th. */
	while (c.at < c.end && c.at - from < 17 && digit_at(c.at) <= 9)
		value = value * 10 + digit_at(c.at++);
	n = c.at - from;
	if (n != 10 && n != 13 && n != 16)
		return false;
	if (at_fraction(&c) && !take_fraction(&c, &ms))
		return false;
	if (c.at != c.end)
		return false;
	m.ms = n == 10 ? value * 1000 + ms : n == 13 ? value : value / 1000;
	*ret = m;
	return true;
}

static inline unsigned
byte_of(uint64_t x, unsigned i)
{
	return (unsigned)(x >> (8 * i)) & 0xff;
}

/* The layout nearly all lines have, yyyy-mm-dd?hh:mm: a hot room.
 * time_parse_pair() reads the same by take_iso_date() and take_clock(), digit
 * by digit; the tests hold one against the other. */
static bool
parse_iso(struct cursor c, const struct zone *zone, struct moment *ret)
{
	/* "0000-00-" and "00T00:00", whose T is looked at by itself */
	const uint64_t date_layout = 0x2d30302d30303030;
	const uint64_t date_digits = 0x00ffff00ffffffff;
	const uint64_t clock_layout = 0x30303a3030003030;
	const uint64_t clock_digits = 0xffff00ffff00ffff;
	const uint64_t between = 0xff0000;
	struct reading r;
	uint64_t x, y;

	if (left(&c) < ISO_DATE + 6 ||
		(c.at[10] != 'T' && c.at[10] != ' ' && c.at[10] != 't'))
		return false;
	if (time_read_eight(time_load_eight(c.at), date_layout, date_digits,
		    &x) != 0 ||
		time_read_eight(time_load_eight(c.at + 8) & ~between,
			clock_layout, clock_digits, &y) != 0)
		return false;
	if (!set_date(&r, byte_of(x, 0) * 100 + byte_of(x, 2), byte_of(x, 5),
		byte_of(y, 0)))
		return false;
	c.at += ISO_DATE + 6;
	return take_seconds(&c, byte_of(y, 3), byte_of(y, 6), &r) &&
		take_offset(&c, &r) && set_moment(&r, zone, ret);
}

/* Keep what is the same all day long, of a text of TIME_MEMO_LEAST to
 * TIME_MEMO_MOST bytes: `date` seconds from 1970 on the clock is 00:00:00,
 * which stands behind so many bytes. */
static void
memo_keep(struct time_memo *memo, struct slice text, size_t clock,
	int64_t date, const struct zone *zone, const struct moment *moment)
{
	size_t behind = text.len - clock - 8;

	/* of a day within the range, so that no clock leaves it */
	if (date < 0 || date > LAST_MS / 1000 - DAY)
		return;
	*memo = (struct time_memo){ .head = time_load_eight(text.at),
		.more = time_load_eight(text.at + 8),
		.more_mask = ~(UINT64_MAX << 8 * (clock - 8)),
		.tail = time_load_eight(text.at + text.len - 8),
		/* in two steps, as there may be none */
		.tail_mask = ~(UINT64_MAX >> 4 * behind >> 4 * behind),
		.len = text.len,
		.clock = clock,
		.second = date,
		.zone = zone,
		.moment = *moment };
	memset(memo->mask, 0xff, text.len);
	memset(memo->mask + clock, 0, 8);
	memcpy(memo->text, text.at, text.len);
}

/* yyyy-mm-dd?hh:mm:ss and at most "+hh:mm" behind it */
enum { MEMO_ISO = 19, MEMO_ISO_MOST = 25 };

static void
memo_keep_iso(struct time_memo *memo, struct slice text,
	const struct zone *zone, const struct moment *when)
{
	struct cursor c = { text.at, text.at + text.len };
	struct moment moment = *when;
	struct reading r;

	if (text.len < MEMO_ISO || text.len > MEMO_ISO_MOST ||
		!take_iso_date(&c, 3, &r))
		return;
	c.at = text.at + MEMO_ISO;
	if (text.at[16] != ':' || !take_offset(&c, &r))
		return;
	if (r.zoned || zone == NULL || zone_steady(zone, r.days * DAY,
		r.days * DAY + DAY, &moment.offset))
		memo_keep(memo, text, MEMO_ISO - 8,
			r.days * DAY - moment.offset, zone, &moment);
}

/* dd/Mon/yyyy:hh:mm:ss +zzzz */
enum { MEMO_COMMON = 26 };

static void
memo_keep_common(struct time_memo *memo, struct slice text,
	const struct zone *zone, const struct moment *when)
{
	unsigned clock = two_digits(text.at + 12) * 3600 +
		two_digits(text.at + 15) * 60 + two_digits(text.at + 18);

	memo_keep(memo, text, 12, when->ms / 1000 - clock, zone, when);
}

static bool
parse_common(struct cursor c, const struct zone *zone, struct moment *ret)
{
	struct reading r;

	if (*c.at == '[') {
		if (c.end[-1] != ']')
			return false;
		c.at++;
		c.end--;
	}
	return left(&c) >= COMMON_DATE + 6 && take_common_date(&c, &r) &&
		*c.at++ == ':' && take_clock(&c, &r) &&
		take_offset(&c, &r) && set_moment(&r, zone, ret);
}

bool
time_parse(struct slice text, const struct zone *zone, struct moment *ret)
{
	struct cursor c;

	text = slice_trim(text);
	if (text.len < 10)
		return false;
	c.at = text.at;
	c.end = text.at + text.len;
	if (c.at[4] == '-')
		return parse_iso(c, zone, ret);
	if (c.at[0] == '[' || c.at[2] == '/')
		return parse_common(c, zone, ret);
	return parse_epoch(c, ret);
}

bool
time_parse_anew(struct time_memo *memo, struct slice text,
	const struct zone *zone, struct moment *ret)
{
	if (!time_parse(text, zone, ret))
		return false;
	memo->len = 0;
	if (text.len == MEMO_COMMON && text.at[2] == '/' &&
		text.at[17] == ':' && text.at[20] == ' ' && ret->zoned)
		memo_keep_common(memo, text, zone, ret);
	else
		memo_keep_iso(memo, text, zone, ret);
	return true;
}

bool
time_parse_pair(struct slice date, struct slice clock,
	const struct zone *zone, struct moment *ret)
{
	struct cursor c;
	struct reading r;
	bool ok = false;

	date = slice_trim(date);
	clock = slice_trim(clock);
	if (date.len < BASIC_DATE || clock.len == 0)
		return false;
	c.at = date.at;
	c.end = date.at + date.len;
	if (date.len == ISO_DATE)
		ok = take_iso_date(&c, 3, &r);
	else if (date.len == BASIC_DATE)
		ok = take_iso_date(&c, 2, &r);
	else if (date.len == COMMON_DATE)
		ok = take_common_date(&c, &r);
	if (!ok)
		return false;
	c.at = clock.at;
	c.end = clock.at + clock.len;
	return take_clock(&c, &r) && take_offset(&c, &r) &&
		set_moment(&r, zone, ret);
}

static char *
put_two(char *at, unsigned value)
{
	*at++ = (char)('0' + value / 10 % 10);
	*at++ = (char)('0' + value % 10);
	return at;
}

static char *
put_date(char *at, int64_t days)
{
	int64_t year;
	unsigned month, day;

	calendar_civil(days, &year, &month, &day);
	if (year >= 0 && year <= 9999) {
		at = put_two(at, (unsigned)year / 100);
		at = put_two(at, (unsigned)year % 100);
	} else {
		at += snprintf(at, 16, "%" PRId64, year);
	}
	*at++ = '-';
	at = put_two(at, month);
	*at++ = '-';
	return put_two(at, day);
}

static char *
put_offset(char *at, int32_t offset)
{
	unsigned size = (unsigned)(offset < 0 ? -offset : offset);

	if (offset == 0) {
		*at++ = 'Z';
		return at;
	}
	*at++ = offset < 0 ? '-' : '+';
	at = put_two(at, size / 3600);
	*at++ = ':';
	at = put_two(at, size / 60 % 60);
	if (size % 60 == 0)
		return at;
	*at++ = ':';
	return put_two(at, size % 60);
}

size_t
time_print(char buf[TIME_TEXT_MAX], int64_t ms, int32_t offset)
{
	int64_t second = ms / 1000 - (ms % 1000 < 0);
	unsigned fraction = (unsigned)((ms % 1000 + 1000) % 1000);
	int64_t days;
	unsigned of_day;
	char *at = buf;

	/* What no clock shows, or what would be written in the year 10000. */
	if (offset < -OFFSET_MAX || offset > OFFSET_MAX ||
		(ms <= LAST_MS && second + offset > LAST_MS / 1000))
		offset = 0;
	second += offset;
	days = second / DAY - (second % DAY < 0);
	of_day = (unsigned)(second - days * DAY);
	at = put_date(at, days);
	*at++ = 'T';
	at = put_two(at, of_day / 3600);
	*at++ = ':';
	at = put_two(at, of_day / 60 % 60);
	*at++ = ':';
	at = put_two(at, of_day % 60);
	if (fraction > 0) {
		*at++ = '.';
		*at++ = (char)('0' + fraction / 100);
		at = put_two(at, fraction % 100);
	}
	at = put_offset(at, offset);
	*at = '\0';
	return (size_t)(at - buf);
}
