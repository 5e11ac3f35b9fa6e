/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of a partition, user by user, each user's in order of
 * row_compare(), an asking before what is else the same. Rows stay where they
 * lie: what is sorted is words, a word being user, time and number of a row.
 * One struct a thread, used for one partition after the other.
 */
#ifndef QUIS_TURN_ROLL_H
#define QUIS_TURN_ROLL_H

#include "lookup/partition.h"
#include "turn/sort.h"

enum { ROLL_AHEAD = 64 }; /* words behind the last one, for prefetching */

struct roll {
	uint64_t *words; /* in order, once sorted */
	size_t n;
	uintptr_t base;      /* where row 0 lies */
	uint64_t mask;       /* the number in a word */
	unsigned user_shift; /* above it: the user */
	/* the rest is roll.c's */
	unsigned number_bits, user_bits, drop;
	struct words_order order;
	int64_t first_ms;
	uint64_t *spare;
	size_t words_cap;
	struct row *copies;
	size_t copies_cap;
	bool copy;
};

struct roll_plan {
	size_t n_rows;
	size_t n_users;
	int64_t first_ms, last_ms; /* no row is before or after */
	uintptr_t low, high;       /* rows lie in between, whole ones from low
	                              on … */
	bool copy;                 /* … but do not stay there */
};

int roll_begin(struct roll *roll, const struct roll_plan *plan,
	struct fault *fault);
void roll_free(struct roll *roll); /* also one that is all zero */

/* At most CHUNK_ROWS rows, of users_of[their post]. `ahead`: as many rows,
 * which may come next and are fetched meanwhile. */
void roll_add(struct roll *roll, const struct row *rows, size_t n,
	const struct row *ahead, const uint32_t *users_of);

void roll_sort(struct roll *roll);

static inline const struct row *
roll_row(const struct roll *roll, uint64_t word)
{
	return (const struct row *)(roll->base +
		(word & roll->mask) * sizeof(struct row));
}

#endif
