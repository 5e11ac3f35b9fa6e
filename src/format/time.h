/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times of lookups, read in one go and found by looking:
 *   ISO 8601     2026-05-01T10:11:12[.fraction][Z|±hh[:mm]|±hhmm], a blank
 *                instead of T, seconds optional, fraction after . or ,
 *   epoch        1767225600[.fraction], 13 digits: milliseconds, 16: µs
 *   common log   01/May/2026:10:11:12 +0600, brackets allowed
 * Second 60 (a leap second) is the next second's first. Years 1970 to 9999.
 */
#ifndef QUIS_FORMAT_TIME_H
#define QUIS_FORMAT_TIME_H

#include <endian.h>

#include "base/base.h"
#include "format/zone.h"

struct moment {
	int64_t ms;          /* milliseconds since 1970-01-01T00:00:00Z */
	int32_t offset;      /* seconds east of UTC: as written, 0 for epoch
	                        and Z, the zone's for times without one */
	bool zoned;          /* the text itself named its offset */
	enum zone_fit fit;   /* of the zone, for times without offset */
};

/* false: not a time of these forms, or out of range; *ret untouched. Blanks
 * around the text are allowed, anything else is not. `zone` is for times
 * without an offset. Epochs count as zoned. */
bool time_parse(struct slice text, const struct zone *zone, struct moment *ret);

enum { TIME_MEMO_LEAST = 19, TIME_MEMO_MOST = 32 }; /* bytes */

/* What a time has around its clock, hh:mm:ss, which the next one most likely
 * has, too. Zero is a valid empty one; it knows the zone it was used with. */
struct time_memo {
	uint64_t head;            /* bytes 0 to 7 */
	uint64_t more, more_mask; /* those behind, up to the clock */
	uint64_t tail, tail_mask; /* of the last 8, those behind it */
	size_t len;               /* of the text; 0: nothing known */
	size_t clock;             /* where it begins */
	int64_t second;           /* as the date begins, in UTC */
	const struct zone *zone;
	struct moment moment;     /* but for its ms */
	/* the same once more: where mask has ones, the text */
	char text[TIME_MEMO_MOST], mask[TIME_MEMO_MOST];
};

/* As time_parse(), sooner if the text is written as the last one was. */
static inline bool time_parse_again(struct time_memo *memo, struct slice text,
	const struct zone *zone, struct moment *ret);

/* Date and time of day in two columns: 2026-05-01 | 20260501 | 01/May/2026,
 * and hh:mm[:ss[.fraction]] with or without an offset. */
bool time_parse_pair(struct slice date, struct slice clock,
	const struct zone *zone, struct moment *ret);

/* What other forms of times are read into. */
struct time_parts {
	unsigned year, month, day; /* month from 1 */
	unsigned hour, minute, second;
	int32_t ms;
	int32_t offset; /* if zoned */
	bool zoned;
};

/* false: there is no such date or clock, or it is out of range. */
bool time_of_parts(const struct time_parts *parts, const struct zone *zone,
	struct moment *ret);

enum { TIME_TEXT_MAX = 40 };
/* "2026-05-01T10:11:12Z" (offset 0) or "…+06:00"; with ".123" when ms are
 * not zero. Returns the length; buf is NUL-terminated. */
size_t time_print(char buf[TIME_TEXT_MAX], int64_t ms, int32_t offset);

/* For time_parse_again(): it is not; and what is the same from now on. */
bool time_parse_anew(struct time_memo *memo, struct slice text,
	const struct zone *zone, struct moment *ret);

/* Eight bytes at once: where `digits` has ones, bytes become the values of
 * their digits, elsewhere they must be those of the layout. Then each is ten
 * times itself plus its successor, so that a pair of digits leaves its number
 * in the place of its first. Not zero: another layout, or no digit. */
static inline uint64_t
time_read_eight(uint64_t bytes, uint64_t layout, uint64_t digits,
	uint64_t *ret)
{
	const uint64_t each = 0x0101010101010101;
	uint64_t x = bytes ^ layout;

	*ret = x * 10 + (x >> 8);
	/* A digit's value plus 6 stays below 16. */
	return ((x | (x + 6 * each)) & (0xf0 * each)) | (x & ~digits);
}

static inline uint64_t
time_load_eight(const char *at)
{
	return le64toh(bytes_u64(at));
}

/* The hot room: of a day's times only the clocks are read. What is written as
 * the last one was has all of its moment, but for these ms. False: it is not. */
static inline bool
time_is_again(const struct time_memo *memo, struct slice text,
	const struct zone *zone, int64_t *ret_ms)
{
	const uint64_t layout = 0x30303a30303a3030; /* "00:00:00" */
	const uint64_t digits = 0xffff00ffff00ffff;
	const uint64_t numbers = 0x00ff0000ff0000ff;
	/* what makes 128 of 24 hours, 60 minutes, 61 seconds */
	const uint64_t over = 0x0043000044000068;
	uint64_t wrong, x;

	if (text.len != memo->len || text.len < TIME_MEMO_LEAST ||
		zone != memo->zone)
		return false;
	wrong = time_read_eight(time_load_eight(text.at + memo->clock), layout,
		digits, &x);
	x &= numbers;
	wrong |= (x + over) & 0x0080000080000080;
	wrong |= time_load_eight(text.at) ^ memo->head;
	wrong |= (time_load_eight(text.at + 8) ^ memo->more) & memo->more_mask;
	wrong |= (time_load_eight(text.at + text.len - 8) ^ memo->tail) &
		memo->tail_mask;
	*ret_ms = (memo->second + (int64_t)((x & 0xff) * 3600 +
		(x >> 24 & 0xff) * 60 + (x >> 48))) * 1000;
	return wrong == 0;
}

static inline bool
time_parse_again(struct time_memo *memo, struct slice text,
	const struct zone *zone, struct moment *ret)
{
	int64_t ms;

	if (!time_is_again(memo, text, zone, &ms))
		return time_parse_anew(memo, text, zone, ret);
	*ret = memo->moment;
	ret->ms = ms;
	return true;
}

#endif
