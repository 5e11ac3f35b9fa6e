/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One user's rows in order of time, as columns, and what a lookup's neighbours
 * make of it. Chains, beats and walks look at askings only, so that a retry is
 * no neighbour; dossiers at lone rows, hops at all. One struct a thread.
 */
#ifndef QUIS_TURN_TIMELINE_H
#define QUIS_TURN_TIMELINE_H

#include "lookup/book.h"
#include "turn/roll.h"
#include "turn/window.h"

enum {
	CHAIN_MS = 90 * 1000,       /* a chain: so soon one after the other */
	PACED_CHAIN = 10,           /* askings that make a chain a long one */
	BEAT_GAPS = 4,              /* equal gaps in a row that make a beat, up
	                               to BEAT_MOST_MS … */
	BEAT_MOST_MS = 10 * 60 * 1000,
	BEAT_SLACK_MS = 1000,       /* … give or take, from twice that on */
	SEQUENCE_STEP = 2,          /* identifiers this near are in sequence */
	SEQUENCE_BACK = 3,          /* askings looked back */
	SEQUENCE_RUN = 4,           /* neighbours that make a sequence */
	DOSSIER_MS = 5 * 60 * 1000, /* within which … */
	DOSSIER_KINDS = 3,          /* … so many kinds of data are asked for */
	DOSSIER_BACK = 6,           /* rows looked at, itself included */
	HOP_MS = 10 * 60 * 1000,    /* sources that change faster overlap */
};

/* What turn 2 finds. */
enum { TIMELINE_MARKS = MARK_CHAINED | MARK_PACED | MARK_SEQUENCE |
	MARK_DOSSIER | MARK_HOP };

/* In a row's marks, where turn 2 has no use for MARK_AGAIN: no case. */
enum { MARK_BARE = MARK_AGAIN };

/* Rows of one day, post and range, up to the next run. */
struct timeline_run {
	size_t start;
	int32_t day;
	uint32_t post, range;
};

/* An asking as a word: post, case, kind; the lowest bits are its marks. */
enum { CASED_BITS = 16 };

/* Before the columns of askings stand so many that are none. */
enum { TIMELINE_FRONT = 8 };

/* The marks that are counted, as a number, BARE as above; and that of a row
 * that is not judged. */
enum { TIMELINE_UNJUDGED = 1 << 12, TIMELINE_INDEXES };
static inline uint16_t
timeline_index(unsigned marks)
{
	return (uint16_t)(marks & MARK_JUDGED ? (marks / MARK_LONE & 0x7f) |
					(marks / MARK_CHAINED & 0x1f) << 7 :
						TIMELINE_UNJUDGED);
}

struct timeline {
	/* borrowed; the caller sets them */
	const struct book *book;
	const struct window *window;
	const uint32_t *range_of; /* by source, see range.h */
	const struct columns_maker *maker;
	/* where the parts of a word begin, less CASED_BITS; and the first post
	 * there is of the user */
	unsigned cased_case, cased_post;
	uint32_t first_post;
	/* by row */
	size_t n;
	uint64_t *when; /* as in the row */
	uint32_t *facets;
	uint16_t *marks;
	uint16_t *indexes; /* of the marks, but PACED and SEQUENCE are only
	                      where the asking before has none */
	/* by asking, behind TIMELINE_FRONT others */
	size_t n_askings;
	uint64_t *subjects;
	int64_t *times; /* milliseconds */
	uint64_t *cased; /* these begin at once */
	struct timeline_run *runs; /* and the end of the last one */
	size_t n_runs;
	/* the rest is timeline.c's; by asking */
	uint32_t *walks; /* how many identifiers lead up to it, times WALK_BACK;
	                    the last is so many askings before it */
	struct columns_block *blocks;   /* by TIMELINE_BLOCK rows … */
	struct columns_gaps *gaps;      /* … and by as many askings; behind the
	                                   last one all is 0 */
	size_t cap;
};
enum { WALK_BACK = 4 };

/* Lay out n rows of a user, whose words these are, and mark them. At most
 * UINT32_MAX / WALK_BACK rows. */
int timeline_make(struct timeline *timeline, const struct roll *roll,
	const uint64_t *words, size_t n, struct fault *fault);
void timeline_free(struct timeline *timeline); /* also one that is all zero */

static inline int64_t
timeline_ms(const struct timeline *timeline, size_t row)
{
	return (int64_t)(timeline->when[row] >> 16);
}

#endif
