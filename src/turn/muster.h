/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fast way through turn 1, where all rows are judged and there are no
 * registers: the rows of a partition stay where they are; subjects of few rows
 * are folded eight at a time (squad.h), the others one by one (subject.h). What
 * is learned is the same. One struct a thread, used for one partition after the
 * other.
 */
#ifndef QUIS_TURN_MUSTER_H
#define QUIS_TURN_MUSTER_H

#include "base/base.h"
#include "turn/lineup.h"
#include "turn/squad.h"
#include "turn/subject.h"

/* Rows one behind the other. They are numbered run by run, as if each had as
 * many as it can have. */
struct muster_run {
	struct row *rows;
	size_t n;
};

enum { MUSTER_RUN = 128 };
_Static_assert((int)CHUNK_ROWS <= (int)MUSTER_RUN,
	"the rows of a chunk are a run");

/* About a row, for when all are known. */
struct muster_note {
	uint32_t row, other;
};

/* Where its places begin, and rows of the subject that has most. */
struct muster_squad {
	uint32_t at, n;
};

struct muster {
	struct subject_fold *fold;
	uint64_t first_ms;
	struct squad_plan *plan;
	struct squad *squad;
	struct lineup lineup;
	struct muster_run *runs;
	size_t n_runs, runs_cap;
	struct mustered *rows; /* of all runs, without a gap */
	size_t n, cap;
	struct squad_place *places; /* of squads, row by row; then of the rest,
	                               one by one */
	uint16_t *marks;            /* of each row, in the end; by number */
	size_t marks_cap;
	struct muster_note *vouched, *foreign;
	size_t n_vouched, n_foreign;
	/* subjects by how many rows they have; 0: the rest */
	uint32_t counts[SQUAD_ROWS + 1], ranks[SQUAD_ROWS + 1];
	struct muster_squad *squads; /* those that have most rows first */
	size_t n_squads, squads_cap;
	uint32_t n_squad_subjects;
	struct muster_note *rest;  /* where their places end; its rows */
	size_t rest_cap;
	/* subjects that are folded one by one: copies of rows, and whose */
	struct row *aside;
	uint32_t *aside_of, *aside_ends;
	size_t n_aside, aside_cap, aside_of_cap;
	uint32_t n_aside_ends;
	size_t aside_ends_cap;
	struct sort_key *keys, *spare_keys;
	size_t keys_cap, spare_cap;
};

/* *ret_usable: whether this can be done here, and memory has no bound, which it
 * has no account of; else there is nothing to free. fold: borrowed. */
int muster_init(struct muster *muster, struct subject_fold *fold,
	bool *ret_usable, struct fault *fault);
void muster_free(struct muster *muster);

/* A partition of n rows at most; then all of them, a run of MUSTER_RUN at most
 * at a time, which stays where it is. */
int muster_begin(struct muster *muster, size_t n, struct fault *fault);
int muster_add(struct muster *muster, struct row *rows, size_t n,
	struct fault *fault);

/* Afterwards muster.marks are the rows' marks, and cases that a retry names are
 * there. */
int muster_fold(struct muster *muster, struct fault *fault);

#endif
