/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --reviewed: findings that somebody looked into and found in order. What was
 * found up to a review's day does not flag its user again; what he did after
 * it is ranked by itself, and counts.
 */
#ifndef QUIS_CLI_REVIEW_H
#define QUIS_CLI_REVIEW_H

#include "cli/reading.h"
#include "rank/ranking.h"
#include "turn/window.h"

/* A user's reviews may end at so many times; beyond that the later ones count
 * as if they ended at the last of these. */
enum { REVIEW_PASSES = 4 };

struct review_table {
	uint32_t *cleared; /* by user: bits of signals; NULL: no review
	                      concerns a user of the log */
	int64_t *since;    /* by user, then signal (SIGNAL_N each): the first
	                      millisecond after its latest review */
	uint8_t *pass;     /* likewise: see review_since() */
	size_t n_passes;
	size_t n;          /* reviews of users of the log */
	size_t beyond;     /* of them reach beyond the log's last lookup, and
	                      clear what is still to come */
};

/* Reviews that name no signal, or no user of the log, are told in their
 * sheet's facts, and are not accepted. */
int review_find(const struct reading *reading, const struct window *window,
	struct review_table *ret, struct fault *fault);
void review_free(struct review_table *table);

/* From when on each user is judged in a pass, so that what is newer than the
 * reviews of that pass is ranked by itself. ret: by user; INT64_MIN for those
 * without a review. */
void review_since(const struct review_table *table, size_t n_users, size_t pass,
	int64_t *ret);

/* A review as the report tells it. */
struct review_shown {
	uint32_t bits; /* signals of those asked about that it is the latest
	                  review of */
	char until[TIME_TEXT_MAX];
	struct slice by, why;
};

/* The review that clears the first of these signals of a user, and what other
 * ones of them; false if none does. */
bool review_latest(const struct reading *reading, uint32_t user, uint32_t bits,
	struct review_shown *ret);

/* "by N. N. until 2024-03-31 (at work on case 7)" */
void review_print(const struct review_shown *shown, char *buf, size_t size);

#endif
