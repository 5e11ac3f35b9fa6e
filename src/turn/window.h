/* SPDX-License-Identifier: Apache-2.0 */
/* What is judged, and whose days count. */
#ifndef QUIS_TURN_WINDOW_H
#define QUIS_TURN_WINDOW_H

#include "base/base.h"
#include "format/zone.h"

enum { DAY_SECONDS = 86400, WEEK_DAYS = 7 };

struct window {
	int64_t since, until;    /* milliseconds, half-open */
	const struct zone *zone; /* the report's; NULL: `offset` */
	int32_t offset;          /* seconds east of UTC */
};

static inline bool
window_holds(const struct window *window, int64_t ms)
{
	return ms >= window->since && ms < window->until;
}

/* Days since 1970-01-01 in the report's zone, and the minute of the day. Every
 * lookup asks, so the plain case is here. */
int32_t window_zone_day(const struct window *window, int64_t ms);
static inline int32_t
window_day(const struct window *window, int64_t ms)
{
	if (window->zone != NULL)
		return window_zone_day(window, ms);
	/* Lookups are not before 1970, offsets below a day. */
	return (int32_t)(((uint64_t)ms +
				 (uint64_t)(window->offset + DAY_SECONDS) *
					 1000) /
			(DAY_SECONDS * UINT64_C(1000))) -
		1;
}

/* When the day that holds a lookup ends, in milliseconds; 0: not known. */
static inline int64_t
window_day_end(const struct window *window, int32_t day)
{
	return window->zone != NULL ?
		0 :
		((day + INT64_C(1)) * DAY_SECONDS - window->offset) * 1000;
}

int window_minute(const struct window *window, int64_t ms);

#endif
