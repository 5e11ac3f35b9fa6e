/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the turns leave behind: integers by user, post, kind and week. They
 * add up in any order; the arrays are sorted, so that nothing depends on
 * threads. An *asking* is a subject on a day: retries of a day count once.
 */
#ifndef QUIS_TURN_TALLY_H
#define QUIS_TURN_TALLY_H

#include "base/base.h"
#include "lookup/book.h"
#include "turn/by-subject.h"
#include "turn/window.h"

struct user_tally { /* by user number */
	uint64_t lookups;     /* judged ones; 0: not in the window */
	uint64_t subjects;    /* distinct */
	uint32_t active_days;
	uint32_t post;        /* of the latest judged lookup */
	int64_t first_ms, last_ms;
};

struct kind_tally { /* by post and kind */
	uint32_t post, kind;
	uint64_t lookups;
	uint64_t askings;
	uint64_t lone;         /* askings for a subject nobody else, and on no
	                          other day, asked for */
	uint64_t no_case;      /* askings without a case, retries included */
	uint64_t lone_no_case; /* both */
};

struct week_tally { /* by post and week */
	uint32_t post;
	int32_t week; /* days since 1970 / 7 */
	uint64_t lookups;
	uint32_t days;    /* active ones */
	int32_t last_day; /* while folding: the latest counted */
};

struct tally {
	struct user_tally *users;
	size_t n_users;
	struct kind_tally *kinds; /* by post, then kind */
	size_t n_kinds;
	struct week_tally *weeks; /* by post, then week */
	size_t n_weeks;
	uint64_t *unit_subjects; /* by unit: distinct subjects */
	size_t n_units;
	uint64_t lookups;        /* judged */
	uint32_t span_days;      /* from the first to the last judged one */
};

/* Turn 2: all that a user did, in order of time. Consumes the rows of turn 1
 * (subject_turn_free() it all the same). */
int turn_by_user(const struct book *book, const struct window *window,
	struct subject_turn *from, unsigned threads, struct tally *ret,
	struct fault *fault);
void tally_free(struct tally *tally);

#endif
