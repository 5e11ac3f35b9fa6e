/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the columns of a timeline are made, and what shows from one row to the
 * next, a block of them at once: a bit each, the first row's the lowest. Columns
 * have room for whole blocks.
 */
#ifndef QUIS_TURN_COLUMNS_H
#define QUIS_TURN_COLUMNS_H

#include "turn/timeline.h"

enum { COLUMNS_BLOCK = 64 };

/* Of rows. */
struct columns_block {
	uint64_t askings;
	uint64_t lone;
	uint64_t near;   /* judged, and DOSSIER_MS at most after the last but
	                    one */
	uint64_t turned; /* of another post, source or, without a zone, day
	                    than the one before */
	size_t asked;    /* askings before the block */
};

/* Of askings, each against the one before. */
struct columns_gaps {
	uint64_t soon;     /* within CHAIN_MS */
	uint64_t alike;    /* a gap like the one before */
	uint64_t steps;    /* near the identifier of one of SEQUENCE_BACK */
	uint64_t chained, paced, sequence; /* marks … */
	uint64_t series, walks; /* … and where those begin */
};

struct columns_maker {
	const char *name;
	bool (*usable)(void);
	/* Columns, and ret, of n rows from row `at` on, a multiple of the
	 * block; `words` is the first one's. Askings go behind those before. */
	void (*lay)(struct timeline *timeline, const struct roll *roll,
		const uint64_t *words, size_t at, size_t n,
		struct columns_block *ret);
	/* soon, alike and steps of n askings from `at` on; the rest is 0. */
	void (*compare)(const struct timeline *timeline, size_t at, size_t n,
		struct columns_gaps *ret);
	/* Marks of the block of rows that begins with row `at`, and its
	 * indexes; `gaps` are its askings', the first one's the lowest. */
	void (*mark)(struct timeline *timeline, size_t at, uint64_t askings,
		const struct columns_gaps *gaps);
};

/* Best first; the last is the plain one, which the others are held against.
 * With make VECTOR=no there is no other. */
extern const struct columns_maker columns_makers[];
extern const size_t columns_makers_n;

const struct columns_maker *columns_best(void);

#endif
