/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turn 1. A partition holds all lookups of its subjects: who else asked, when
 * and from where is known on the spot (subject.h). What is learned is written
 * as marks on the rows, which move on to partitions by user, and added to
 * tables of integers.
 */
#ifndef QUIS_TURN_BY_SUBJECT_H
#define QUIS_TURN_BY_SUBJECT_H

#include "base/base.h"
#include "lookup/book.h"
#include "turn/subject.h"
#include "turn/window.h"

enum { USER_PARTITIONS = 256 };

/* About what the turns take, in bytes: a lookup in the tables they add up, and
 * a row in the scratch of either. */
enum { TURN_COST = 8, GROUPS_COST = 100, USERS_COST = 144 };

#define USER_NONE UINT32_MAX

/* What one thread passes on. */
struct subject_out {
	struct partition users[USER_PARTITIONS];
	struct chunk_pool pool;
};

/* The text of a subject that is not packed. */
struct subject_text {
	uint64_t subject; /* as in rows */
	struct slice text;
};

struct subject_turn {
	struct subject_out *outs;
	size_t n_outs;
	uint64_t *unit_subjects;   /* by unit: distinct subjects judged */
	size_t n_units;
	struct ledger tables[TABLE_N]; /* see subject.h; in order of key */
	struct vouches vouches;
	struct revisit *revisits;      /* in no order */
	size_t n_revisits;
	struct watch_hit *watched;     /* in order of user, entry */
	size_t n_watched;
	struct subject_text *texts;    /* of the user asked about, in order */
	size_t n_texts;
	struct arena arena;            /* owns them */
};

struct turn_options {
	struct window window;
	unsigned threads;
	uint32_t about; /* keep what there is about this user, or USER_NONE */
	bool keep;      /* leave the rows in the book, for another turn */
	const int64_t *since; /* by user: his lookups before are not judged,
	                         though within the window; NULL: they are */
	const struct office *office; /* NULL: no registers */
};

/* Takes the rows out of the book's shards, unless `keep`. */
int turn_by_subject(struct book *book, const struct turn_options *options,
	struct subject_turn *ret, struct fault *fault);
void subject_turn_free(struct subject_turn *turn);

#endif
