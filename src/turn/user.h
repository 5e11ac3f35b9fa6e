/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One user: all he did, in order of time. Marks what shows from what came
 * before and after, and adds his lookups up. One struct a thread.
 */
#ifndef QUIS_TURN_USER_H
#define QUIS_TURN_USER_H

#include "turn/cases.h"
#include "turn/pad.h"
#include "turn/tally.h"
#include "turn/timeline.h"

/* Ledgers by post, of which a pad is kept while a user is added up. */
enum { USER_KINDS, USER_WEEKS, USER_AREAS, USER_RANGES, USER_LEDGERS };

/* What lookups come to, four counts to a number. */
struct user_lanes {
	uint64_t of[4];
};

struct user_fold {
	const struct book *book;
	struct ledger cells[USER_LEDGERS]; /* user after user */
	/* what the rows of a user have become, until the next user */
	struct timeline timeline;
	/* scratch */
	struct cases cases;
	struct pad pads[USER_LEDGERS];
	uint32_t of_week, of_range; /* guesses: see pad_guess() */
	/* lookups of some facets that are not on the pads yet, numbered from 1
	 * on */
	struct user_lanes *sums;
	uint32_t *facets_of; /* whose sums these are */
	size_t n_sums, sums_cap, facets_cap;
	uint32_t *sums_of; /* by facet: number of its sums, or 0 */
	size_t n_summed; /* rows that are in the sums, at most */
	struct user_lanes *lanes_of; /* a row, by timeline_index() */
};

struct user_fold_options { /* all is borrowed */
	const struct book *book;
	const struct window *window;
	const uint32_t *range_of; /* by source, see range.h */
	struct docket *docket;
	size_t pen; /* which the fold writes the docket with */
};

int user_fold_init(struct user_fold *fold,
	const struct user_fold_options *options, struct fault *fault);
void user_fold_free(struct user_fold *fold);

/* All rows of one user, whose words these are. */
int user_fold_rows(struct user_fold *fold, const struct roll *roll,
	const uint64_t *words, size_t n, struct user_tally *user,
	struct fault *fault);

#endif
