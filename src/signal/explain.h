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

struct case_users { /* of one unit and case */
	uint32_t unit;
	uint32_t n;    /* who is odd aside */
	uint32_t last; /* of them */
	uint32_t all;  /* their numbers, each differing: ^ */
};

struct case_page { /* of a post: [start, end) of held */
	size_t start, end;
};

struct explanation {
	/* (post, kind) → askings by rule; in order of key */
	struct ledger cells;
	/* (role, kind, with a case: 1, without: 0) → 1 if it is duty */
	struct ledger duties;
	/* by post, the cases that explain what it asked for under them,
	 * ascending */
	struct case_page *pages;
	uint32_t *held;
	size_t n_held, held_cap;

	/* What it was made from: (post, kind, cased) → askings, by case,
	 * colleague, continued; and who works on a case: by case, of the first
	 * unit; (unit, case) → number, plus 1, of its other units */
	struct ledger rests;
	struct case_users *cases;
	struct ledger elsewhere;
	struct case_users *others;
	size_t n_others, others_cap;
};

/* Which roles are meant: by post; odd: by user, NULL: nobody is. */
struct explain_options {
	const uint32_t *role;
	const bool *odd;
};

int explain(const struct book *book, const struct tally *tally,
	const struct explain_options *options, struct explanation *ret,
	struct fault *fault);

/* Make what explain() would, of one that it made of the same with nobody odd:
 * only what the odd had a part in is looked at again, which can be done once.
 * It is to be freed on a fault as well. */
int explain_again(const struct book *book, const struct tally *tally,
	const struct explain_options *options, struct explanation *explanation,
	struct fault *fault);
void explanation_free(struct explanation *explanation);

/* The rule that explains one asking of the user the tally was kept about. */
enum rule explain_row(const struct explanation *explanation,
	const struct book *book, const struct tally *tally,
	const struct explain_options *options, const struct row *row);

#endif
