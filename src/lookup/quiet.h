/* SPDX-License-Identifier: Apache-2.0 */
/* Times without a lookup where hundreds were expected: the rule of gaps.h, for
 * counts of hours whosesoever. */
#ifndef QUIS_LOOKUP_QUIET_H
#define QUIS_LOOKUP_QUIET_H

#include "base/base.h"

enum { HOUR_MS = 3600 * 1000, DAY_HOURS = 24, WEEK_HOURS = 7 * DAY_HOURS };

struct hours { /* of all logs, from the first to the last that has any */
	int32_t first;    /* hour since 1970 */
	size_t n;
	uint64_t *counts; /* n of them; the first and the last are not 0 */
	int64_t *local;   /* the same hours since 1970 in local time */
};

struct quiet {
	int32_t from, to;  /* hours since 1970; of the last none */
	uint64_t expected;
};

enum { QUIET_MOST = 1000 };

/* Find gaps, in order of time, the first QUIET_MOST of them; returns how many,
 * or -1: lack of memory. */
int quiet_find(const struct hours *hours, struct quiet ret[QUIET_MOST],
	struct fault *fault);

#endif
