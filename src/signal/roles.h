/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which role everybody serves in: the one the log gives, or else one learned
 * from what he does, so that he is compared with those who do the same.
 *
 * What tells roles apart in every portal is the desk: strangers all day, and
 * no case. A post (user × unit) is measured by two numbers, in thousandths:
 *
 *   lone   the share of askings for lone subjects, in stretches of one or more
 *          weeks with at least STRETCH_ASKINGS of them; of its stretches the
 *          lower quartile. Who sells beside his work has ordinary weeks, too,
 *          and is classed by them.
 *   bare   the share without a case among his *other* askings, which selling
 *          does not touch: on a desk nobody types a case, whoever is asked
 *          for; who works on cases types it there.
 *
 * and stands at lone × √bare (at lone, if the log has no cases). Where posts
 * gather around two or three such places with next to nobody between, each is
 * a role; where not, all are of one. Posts of little work, and posts that the
 * log gives no role, go where they stand. Who stands half-way between case
 * work and a desk, or like a desk where there is none, or whose few askings
 * look like a desk's, is compared with those he is nearest to; but his role is
 * unsure, and nobody is flagged by it.
 *
 * Integers: nothing depends on threads or rounding.
 */
#ifndef QUIS_SIGNAL_ROLES_H
#define QUIS_SIGNAL_ROLES_H

#include "base/base.h"
#include "turn/tally.h"

enum { ROLE_GROUPS = 4, STRETCH_ASKINGS = 10 };

struct role_group {
	const char *name; /* "desk (learned)" */
	size_t users;     /* who have lookups in it */
};

struct roles {
	uint32_t *role;   /* by post: the log's number; above those, learned */
	bool *unsure;     /* by post: not fit to flag by */
	size_t n;         /* numbers in use: all are below it */
	size_t n_groups;  /* learned; 0: nobody's had to be */
	struct role_group groups[ROLE_GROUPS]; /* from case work to desk */
	size_t learned;   /* users with a learned role */
	bool sure;        /* false: too few to learn from; all is unsure */
};

/* ret is freed by roles_free(). FAULT_MEMORY only. */
int roles_learn(const struct book *book, const struct tally *tally,
	struct roles *ret, struct fault *fault);
void roles_free(struct roles *roles);

#endif
