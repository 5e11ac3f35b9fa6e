/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one user asked for under which case, counted and put in the docket. An
 * asking is a word, as timeline.h has it, which is sorted; where post, case
 * and kind do not fit into one, into two. One struct a thread.
 */
#ifndef QUIS_TURN_CASES_H
#define QUIS_TURN_CASES_H

#include "turn/docket.h"
#include "turn/sort.h"
#include "turn/timeline.h"

struct case_run;

struct cases {
	/* borrowed; the caller sets them */
	struct docket *docket;
	size_t pen; /* of the docket */
	/* scratch */
	uint64_t *spare;
	struct case_run *runs;
	size_t words_cap;
	struct sort_key *keys, *keys_spare;
	size_t keys_cap, spare_cap;
	struct docket_cell *page;
	size_t page_cap;
};

void cases_free(struct cases *cases); /* also one that is all zero */

/* All askings of a user. `bits`: of the words, above which there is 0. */
int cases_put(struct cases *cases, struct timeline *timeline, unsigned bits,
	struct fault *fault);

/* The same, of n rows by their words, whatever the bits. */
int cases_put_wide(struct cases *cases, const struct roll *roll,
	const uint64_t *words, size_t n, const struct triple *facets,
	struct fault *fault);

#endif
