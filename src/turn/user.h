/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One user: all he did, in order of time. Marks what shows from what came
 * before and after, and adds his lookups up. One struct a thread.
 */
#ifndef QUIS_TURN_USER_H
#define QUIS_TURN_USER_H

#include "turn/pad.h"
#include "turn/tally.h"

/* Ledgers by post, of which a pad is kept while a user is added up. */
enum { USER_KINDS, USER_WEEKS, USER_AREAS, USER_RANGES, USER_LEDGERS };

struct user_fold {
	const struct book *book;
	const struct window *window;
	const uint32_t *range_of; /* by source, see range.h; the caller sets
	                             it */
	struct docket *docket;
	size_t pen;
	struct ledger cells[USER_LEDGERS]; /* user after user */
	/* scratch */
	struct pad pads[USER_LEDGERS], cases;
	/* guesses: see pad_guess() */
	uint32_t *of_kind, *of_area; /* by kind, by area */
	uint32_t of_week, of_range;
	struct docket_cell *page;
	size_t page_cap;
	struct row *sorted; /* also of askings */
	uint64_t *words;
	size_t rows_cap;
};

/* All is borrowed; the fold writes with one pen of the docket. */
int user_fold_init(struct user_fold *fold, const struct book *book,
	const struct window *window, struct docket *docket, size_t pen,
	struct fault *fault);
void user_fold_free(struct user_fold *fold);

/* All rows of one user, in any order, which is changed. *ret_rows are then
 * in order of row_compare() and marked; they are valid until the next call. */
int user_fold_rows(struct user_fold *fold, struct row *rows, size_t n,
	struct user_tally *user, const struct row **ret_rows,
	struct fault *fault);

#endif
