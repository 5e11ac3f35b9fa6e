/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A lookup as a fixed-width row of 32 bytes. File and line are not in it:
 * evidence is found again by a second reading, which costs one more reading
 * for `show` instead of 8 bytes a lookup for every ranking.
 */
#ifndef QUIS_LOOKUP_ROW_H
#define QUIS_LOOKUP_ROW_H

#include "base/base.h"
#include "format/subject.h"

struct row {
	uint64_t subject; /* see subject_pack() */
	uint64_t when;    /* milliseconds since 1970 in the upper 48 bits (to
	                     the year 10889), marks in the lower 16 */
	uint32_t post;    /* (user, unit, role) */
	uint32_t caseref; /* 0: none given */
	uint32_t source;  /* 0: none given */
	uint32_t facet;   /* (kind, area, outcome) */
};

_Static_assert(sizeof(struct row) == 32, "a row has 32 bytes");

/*
 * What the turns learn of a row. An *asking* is a subject on a day, judged:
 * the retries of a day are one. But for JUDGED, LONE, THIN, DOSSIER and HOP
 * the marks stand on the row that is the asking. A *user-day* is a user on a
 * day.
 */
enum mark {
	/* turn 1, which sees who else asked for the subject */
	MARK_JUDGED = 1 << 0,    /* within --since and --until */
	MARK_LONE = 1 << 1,      /* subject seen on one user-day only */
	MARK_THIN = 1 << 2,      /* on two at most: lone ones too */
	MARK_ASKING = 1 << 3,    /* that day's first judged one */
	MARK_FIRST = 1 << 4,     /* the user's first asking for the subject */
	MARK_AGAIN = 1 << 5,     /* he asked for it on another day, too */
	MARK_ALONE = 1 << 6,     /* nobody else of the unit ever asked for it */
	MARK_FOREIGN = 1 << 7,   /* alone, and another unit did */
	MARK_COLLEAGUE = 1 << 8, /* somebody else of the unit did within
	                            COLLEAGUE_DAYS */
	MARK_CONTINUED = 1 << 9, /* he did on an earlier day, same case */
	/* turn 2, which sees what the user did before and after */
	MARK_CHAINED = 1 << 10,  /* another subject within CHAIN_MS */
	MARK_PACED = 1 << 11,    /* in a long chain, or at a machine's beat */
	MARK_SEQUENCE = 1 << 12, /* identifier next to a neighbour's */
	MARK_DOSSIER = 1 << 13,  /* several kinds of data on lone subjects at
	                            once */
	MARK_HOP = 1 << 14,      /* another range of sources within HOP_MS */
	/* turn 1 again, if there are registers */
	MARK_REGISTERED = 1 << 15, /* a subject of an open case of the unit or
	                              the user: never lone, thin, alone or
	                              foreign */
};

enum outcome {
	OUTCOME_UNKNOWN,
	OUTCOME_ANSWERED,
	OUTCOME_EMPTY,
	OUTCOME_DENIED,
};

static inline int64_t
row_ms(const struct row *row)
{
	return (int64_t)(row->when >> 16);
}

static inline unsigned
row_marks(const struct row *row)
{
	return (unsigned)row->when & 0xffffu;
}

static inline void
row_mark(struct row *row, unsigned marks)
{
	row->when |= marks & 0xffffu;
}

/* Order by content: time, subject, post, facet, case, source. */
int row_compare(const struct row *a, const struct row *b);

enum outcome outcome_of(struct slice text);

#endif
