/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Misusers: who, how, since when.
 *
 * Every misuser does his honest work besides.  What he does on the side is
 * drawn from generators of his own, so that the honest portal is nearly the
 * same at every strength.
 */
#ifndef SIM_MISUSE_H
#define SIM_MISUSE_H

#include "portal.h"

enum { TARGETS = 3, PENDING = 512 };

/* The case number that goes with what is sold. */
enum case_habit { CASE_NONE, CASE_REAL, CASE_FAKE };

/* A lookup that one of two who collude owes the other. */
struct debt {
	uint64_t citizen;
	uint8_t kind;
	int day;
};

struct misuser {
	uint32_t user;
	struct misuser *partner; /* of collusion */
	enum misuse_kind kind;
	enum misuse_kind second; /* at half strength; MISUSE_KINDS: none */
	int from, to;
	double zeal; /* personal factor on counts */
	enum case_habit habit;
	uint64_t targets[TARGETS];
	unsigned n_targets;
	struct subject cursor; /* of a walk through numbers */
	bool walks_phones;
	int64_t washed; /* case; -1: not chosen yet */
	uint32_t elsewhere; /* address of a taken account */
	int64_t pried[TARGETS]; /* other units' cases */
	struct debt debts[PENDING];
	unsigned n_debts;
	uint64_t lookups; /* planted */
};

/* A misuser's turn on one day. */
struct turn {
	struct portal *portal;
	struct misuser *misuser;
	struct user *user;
	unsigned unit;
	int day;
	double strength;
	double second; /* time of the next lookup */
	struct rng rng;
};

struct act {
	double days; /* share of days on which he is at it */
	double low, high; /* lookups on such a day at full strength */
	bool on_leave; /* done on days off as well */
	void (*run)(struct turn *turn, unsigned n);
};

/* Of the kinds from MISUSE_USUAL on. */
extern const struct act more_acts[MISUSE_KINDS - MISUSE_USUAL];

/* A new session, after hours with that probability. */
void turn_begin(struct turn *turn, double evening);
/* Log one lookup of the subject; the clock moves on. */
void turn_emit(struct turn *turn, struct lookup lookup, struct subject subject);
void turn_type_case(struct turn *turn, struct lookup *lookup, int64_t number);
/* A case, a false one or none, as is the misuser's habit. */
void turn_type_habit(struct turn *turn, struct lookup *lookup);

#endif
