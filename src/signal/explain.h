/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why was it asked? Each asking is explained by the first rule that holds:
 *
 *   case       the registers list the subject for an open case of the unit or
 *              the user; where the unit keeps no such list, its case is one
 *              that a colleague of the unit works on as well, or most of whose
 *              subjects colleagues asked for
 *   colleague  somebody else of the unit asked for the subject within
 *              COLLEAGUE_DAYS
 *   continued  he asked for it under the same case on an earlier day
 *   duty       it is what the role does all day: such a kind of lookup, with
 *              or without a case, is mostly not explained otherwise in the
 *              role, and is the larger part of that kind
 *
 * After D. Fabbri and K. LeFevre, "Explanation-based auditing", VLDB 2011:
 * the great part of accesses has a reason that the log itself shows; what is
 * left is what a person must look at. A colleague who is odd himself explains
 * nothing.
 */
#ifndef QUIS_SIGNAL_EXPLAIN_H
#define QUIS_SIGNAL_EXPLAIN_H

#include "base/base.h"
#include "turn/tally.h"

enum rule {
	RULE_CASE,
	RULE_COLLEAGUE,
	RULE_CONTINUED,
	RULE_DUTY,
	RULE_NONE, /* unexplained */
	RULE_N
};

extern const char *const rule_names[RULE_N];

struct case_users {
	uint32_t unit;
	uint32_t user; /* the one, or that there are several */
};

struct explanation {
	/* (post, kind) → askings by rule; in order of key */
	struct ledger cells;
	/* who works on a case, odd users aside: by case, of the first unit;
	 * (unit, case) → the same of its other units */
	struct case_users *cases;
	struct ledger elsewhere;
	/* (role, kind, with a case: 1, without: 0) → 1 if it is duty */
	struct ledger duties;
};

/* Which roles are meant: by post; odd: by user, NULL: nobody is. */
struct explain_options {
	const uint32_t *role;
	const bool *odd;
};

int explain(const struct book *book, const struct tally *tally,
	const struct explain_options *options, struct explanation *ret,
	struct fault *fault);
void explanation_free(struct explanation *explanation);

/* The rule that explains one asking of the user the tally was kept about. */
enum rule explain_row(const struct explanation *explanation,
	const struct book *book, const struct tally *tally,
	const struct explain_options *options, const struct row *row);

#endif
