/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What seems to be missing from the logs of a run, or to be there twice or out
 * of order, from what was noted of each while it was read.
 *
 * A *gap* is a time without any lookup, in any log, between the first lookup
 * and the last, where GAP_LEAST or more were to be expected: by the hour, and by
 * the day where no hour of it is a gap. Expected is the median of the same hour
 * (or day) of the week, in local time, in the other weeks, of which there must
 * be GAP_WEEKS; in an hour no more than the most of the nearest two weeks
 * before, and of the two after, whose day has any lookup (of the nearest one,
 * where the other side has none): where summer time or new hours of work change
 * the week for good, nothing is missing. With fewer weeks, expected in an hour
 * is the least of the same hour on the other days, of which there must be
 * GAP_DAYS with any lookup; a day without any is then no gap. So a portal that
 * sleeps at night and on its days off has none.
 */
#ifndef QUIS_LOOKUP_GAPS_H
#define QUIS_LOOKUP_GAPS_H

#include "base/base.h"
#include "lookup/watch.h"

enum { GAP_LEAST = 100, GAP_WEEKS = 3, GAP_DAYS = 5 };

enum gap_kind {
	GAP_HOURS,    /* no lookup from, to; count: expected */
	GAP_DAY,      /* no file of that day in a daily series: from, to */
	GAP_NUMBERS,  /* running numbers that are missing: count, line, from,
	                 to; line 0: between it and `other` */
	GAP_OVERLAP,  /* hours that another log has, too: count; other */
	GAP_ORDER,    /* lookups earlier than the one before: count; line */
	GAP_SEQUENCE, /* it begins before `other`, which its name follows */
	GAP_N
};

struct gap {
	size_t file; /* number of a log: which is concerned, or comes before */
	enum gap_kind kind;
	int64_t from, to; /* ms since 1970; of the last none */
	uint64_t count, line;
	size_t other;     /* number of a log */
};

struct gap_log {
	const char *path;
	const struct log_watch *watch; /* NULL: not read, or no lookup in it */
	int64_t first_ms, last_ms;
};

struct gaps {
	struct gap *items; /* by log, then kind, then time */
	size_t n, cap;
};

/* Local time is `offset` seconds before UTC at a time. Lack of memory. */
int gaps_find(struct gaps *ret, const struct gap_log *logs, size_t n,
	int32_t (*offset)(const void *ctx, int64_t ms), const void *ctx,
	struct fault *fault);
void gaps_free(struct gaps *gaps);

#endif
