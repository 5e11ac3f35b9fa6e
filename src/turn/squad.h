/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Eight subjects of about equally many rows, side by side: what subject.c does
 * for one, where all rows are judged and there are no registers. Who has fewer
 * rows than the others is filled up with rows of nobody. Vector code; the plain
 * twin is subject_fold_batch().
 */
#ifndef QUIS_TURN_SQUAD_H
#define QUIS_TURN_SQUAD_H

#include "base/base.h"
#include "turn/sort.h"

enum { SQUAD = 8,      /* subjects */
	SQUAD_ROWS = 64, /* rows of each, at most */
	SQUAD_SWAPS = SQUAD_ROWS * 9 };

/* Can this processor do it? */
bool squad_usable(void);

/* A row: user, milliseconds since the first lookup and unit as one number, each
 * in its bits; and its case and the number of the row, upper and lower half. */
struct squad_place {
	uint64_t word, of;
};

struct squad_plan {
	unsigned unit_bits, time_bits;
	uint64_t nobody; /* the word of a row of nobody but for its time: above
	                    all others */
	int32_t nobody_user;
	bool wide;       /* by AVX-512, see base/wide.h */
	double into_day; /* milliseconds from midnight to the first lookup */
	/* by rows of a subject: which of them to put in order, one behind the
	 * other */
	unsigned char swaps[SQUAD_ROWS + 1][SQUAD_SWAPS][2];
	unsigned n_swaps[SQUAD_ROWS + 1];
};

/* The k-th row of a subject that has fewer rows. */
static inline uint64_t
squad_nobody(const struct squad_plan *plan, uint64_t k)
{
	return plan->nobody | k << plan->unit_bits;
}

/* false: the numbers are too large for a word. */
bool squad_plan(struct squad_plan *plan, uint64_t span_ms, size_t users,
	size_t units);

/* Which subjects, by row; 0 beyond the last row. */
struct squad_sets {
	unsigned char fresh[SQUAD_ROWS];    /* first of its unit */
	unsigned char vouched[SQUAD_ROWS];  /* by the sole colleague */
	unsigned char adopts[SQUAD_ROWS];   /* an asking, a retry's case */
	unsigned char revisits[SQUAD_ROWS]; /* last row of who came back */
	unsigned char foreign[SQUAD_ROWS];  /* business of the other unit */
};

/* What comes out: by row in order of user and time, then by subject. Sets of
 * subjects are bits. */
struct squad {
	_Alignas(32) int64_t words[SQUAD_ROWS][SQUAD];
	int64_t of[SQUAD_ROWS][SQUAD];
	int32_t users[SQUAD_ROWS][SQUAD]; /* plus 1 */
	int32_t units[SQUAD_ROWS][SQUAD];
	int32_t days[SQUAD_ROWS][SQUAD];
	int32_t cases[SQUAD_ROWS][SQUAD];
	int32_t adopted[SQUAD_ROWS][SQUAD]; /* its case, or a retry's */
	int32_t marks[SQUAD_ROWS][SQUAD];
	int32_t soles[SQUAD_ROWS][SQUAD];   /* the only colleague, if any */
	int32_t askings[SQUAD_ROWS][SQUAD]; /* of the user, so far; … */
	int32_t bare[SQUAD_ROWS][SQUAD];    /* … of them without a case */
	int32_t there[SQUAD_ROWS][SQUAD];   /* it is somebody's row */
	int32_t again[SQUAD_ROWS][SQUAD], first[SQUAD_ROWS][SQUAD],
		later[SQUAD_ROWS][SQUAD];   /* of pass to pass */
	int32_t n_users[SQUAD], n_days[SQUAD];
	int32_t two_units[SQUAD];           /* the one xor the other */
	struct squad_sets sets;
	unsigned pairs; /* two users who asked on a day each */
	unsigned tied;  /* a user asked twice at one instant: the rest of
	                   what is told of them is void */
};

/* places: row by row, of each subject one. 2 <= n <= SQUAD_ROWS. */
void squad_fold(struct squad *squad, const struct squad_plan *plan,
	const struct squad_place *places, size_t n);

#endif
