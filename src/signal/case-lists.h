/* SPDX-License-Identifier: Apache-2.0 */
/* What each user asked for under cases, for the signal `washing`: the same
 * whoever is odd. */
#ifndef QUIS_SIGNAL_CASE_LISTS_H
#define QUIS_SIGNAL_CASE_LISTS_H

#include "base/base.h"
#include "signal/cells.h"
#include "turn/tally.h"

/* Cases with fewer askings say nothing. */
enum { WASHING_MIN = 8 };

struct case_load { /* of one user and case */
	uint32_t user, caseref;
	uint64_t k, n; /* askings: lone ones, all */
};

struct case_lists {
	struct case_load *loads; /* large enough; by user and case */
	size_t n_loads;
	struct share *shares; /* under cases, by post and kind: lone, all */
	size_t n_shares;
};

int case_lists_make(const struct book *book, const struct tally *tally,
	struct case_lists *ret, struct fault *fault);
void case_lists_free(struct case_lists *lists); /* also if all zero */

#endif
