/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is noted of one log while it is read, so that it can be told in the end
 * what is missing from it: lookups by hour, lookups out of order, and jumps in
 * a column of running numbers. Only check and manifest ask for it.
 */
#ifndef QUIS_LOOKUP_WATCH_H
#define QUIS_LOOKUP_WATCH_H

#include "base/base.h"

/* Different hours of one log; one with more is not looked at for gaps. */
enum { WATCH_HOURS = 1 << 16 };

struct hour_count {
	int32_t hour; /* since 1970, in UTC */
	uint32_t n;   /* lookups; never 0 */
};

struct log_watch {
	struct hour_count *hours; /* in order of hour */
	size_t n_hours, cap;
	bool scattered; /* there were more than WATCH_HOURS of them */

	uint64_t disorder; /* lookups that are earlier than the one before */
	uint64_t disorder_line; /* of the first of them, or 0 */
	int64_t last_ms;
	int64_t until_ms; /* end of the last of the hours, if last_ms is in it
	                     and there are no numbers; else 0 */
	bool begun;

	/* running numbers */
	bool numbered;     /* there were any */
	uint64_t lowest, highest; /* since numbers began anew */
	uint64_t run;      /* missing of these */
	bool anew;         /* they did */
	uint64_t lost;     /* lines since that were no lookups: their numbers
	                      are not missing */
	uint64_t missing;  /* numbers passed over that never came */
	uint64_t jump_line; /* the line behind the first jump, which went … */
	uint64_t jump_from, jump_to; /* … from this number to that */
};

/* A lookup without a number, and of nearly all: it comes in order and in the
 * last hour there is. False: nothing is done, watch_lookup() is to do it. */
static inline bool
watch_usual(struct log_watch *watch, int64_t ms)
{
	struct hour_count *hour;

	if (ms < watch->last_ms || ms >= watch->until_ms)
		return false;
	hour = &watch->hours[watch->n_hours - 1];
	hour->n += hour->n < UINT32_MAX;
	watch->last_ms = ms;
	return true;
}

/* A lookup. number: its running number, empty if there is none. */
int watch_lookup(struct log_watch *watch, int64_t ms, uint64_t line,
	struct slice number, struct fault *fault);

/* A line that is none, but may have had a number. */
static inline void
watch_other(struct log_watch *watch)
{
	watch->lost++;
}

/* Was there a lookup in this hour? */
bool watch_has(const struct log_watch *watch, int32_t hour);

void watch_free(struct log_watch *watch); /* NULL is fine */

#endif
