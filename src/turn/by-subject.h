/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turn 1. A partition holds all lookups of its subjects: who else asked, when
 * and from where is known on the spot. What is learned is written as marks on
 * the rows, which move on to partitions by user, and added to tables of
 * integers.
 */
#ifndef QUIS_TURN_BY_SUBJECT_H
#define QUIS_TURN_BY_SUBJECT_H

#include "base/base.h"
#include "lookup/book.h"
#include "turn/window.h"

enum { USER_PARTITIONS = 64 };

/* What one thread passes on. */
struct subject_out {
	struct partition users[USER_PARTITIONS];
	struct chunk_pool pool;
	uint64_t *unit_subjects; /* by unit: distinct subjects judged */
};

struct subject_turn {
	struct subject_out *outs;
	size_t n_outs;
	size_t n_units;
};

/* Takes the rows out of the book's shards: a book is turned once. */
int turn_by_subject(struct book *book, const struct window *window,
	unsigned threads, struct subject_turn *ret, struct fault *fault);
void subject_turn_free(struct subject_turn *turn);

#endif
