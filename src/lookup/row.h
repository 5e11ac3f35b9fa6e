/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A lookup as a fixed-width row of 32 bytes. File and line are not in it:
 * evidence is found again by a second reading, which costs one more reading
 * for `show` instead of 8 bytes a lookup for every ranking.
 */
#ifndef QUIS_LOOKUP_ROW_H
#define QUIS_LOOKUP_ROW_H

#include "base/base.h"

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

/* What turn 1 learns of a row. */
enum mark {
	MARK_JUDGED = 1 << 0, /* within --since and --until */
	MARK_LONE = 1 << 1,   /* subject seen on one user-day only */
	MARK_FIRST = 1 << 2,  /* the user's first judged lookup of the subject */
	MARK_ASKING = 1 << 3, /* that day's first judged one: retries of a day
	                         are one asking */
	MARK_CASED = 1 << 4,  /* on the asking: one of that day's judged
	                         lookups names a case */
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

/* Order by content: time, subject, post, facet. Cases and sources are numbered
 * as they came, so no rule may see the order of rows that differ by them
 * alone. */
int row_compare(const struct row *a, const struct row *b);

/* Subjects of up to 18 digits are packed exactly as 10^digits + value, below
 * 2^63, so that neighbours differ by one. Others are texts: bit 63 and a
 * number that whoever keeps the text gives. */
#define SUBJECT_TEXT ((uint64_t)1 << 63)
bool subject_pack(struct slice text, uint64_t *ret);

/* The digits of a packed subject; buf holds at least 20 bytes. */
size_t subject_unpack(uint64_t subject, char buf[20]);

/* Which partition a subject belongs to. Fixed for ever: stores keep it. */
enum { SUBJECT_PARTITIONS = 256 };
unsigned subject_partition(uint64_t packed);
unsigned subject_partition_text(struct slice text);

enum outcome outcome_of(struct slice text);

#endif
