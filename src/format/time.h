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

/* The date and the offset of the last time, which the next one most likely
 * has, too. Zero is a valid empty one; it knows the zone it was used with. */
struct time_memo {
	uint64_t date;  /* bytes 0 to 7 */
	uint64_t rest;  /* up to the clock, with what divides the two */
	uint64_t tail;  /* what follows the clock */
	size_t len;     /* of the text; 0: nothing known */
	int64_t second; /* as the date begins */
	const struct zone *zone;
	struct moment moment; /* but for its ms */
};

/* As time_parse(), sooner if the text is written as the last one was. */
bool time_parse_again(struct time_memo *memo, struct slice text,
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

#endif
