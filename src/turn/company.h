/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who else of the unit asked for a subject, ever and about the same days. A
 * *visit* is a user in a unit on a day.
 */
#ifndef QUIS_TURN_COMPANY_H
#define QUIS_TURN_COMPANY_H

#include "base/base.h"

/* Somebody of the unit who asked this many days before or after makes a
 * lookup explained. */
enum { COLLEAGUE_DAYS = 30 };

/* Others of the unit who asked: ever, near the visit, and more than one near
 * it. */
enum company { COMPANY_EVER = 1, COMPANY_NEAR = 2, COMPANY_SEVERAL = 4 };

struct visit {
	uint32_t unit, user;
	int32_t day;
	uint32_t company; /* bits; 0 before */
	uint32_t sole;    /* who is near, if not several are */
};

/* Fill in the company of all visits to a subject, those of a user side by
 * side. spare has room for n, too. seen: by user; zero before and after. */
void company_find(struct visit *visits, struct visit *spare, size_t n,
	uint32_t *seen);

/* The same by sorting alone, as it is done for many, and for tests. */
void company_find_sorted(struct visit *visits, struct visit *spare, size_t n,
	uint32_t *seen);

#endif
