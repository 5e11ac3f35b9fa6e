/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the turns leave behind: integers by user, post, kind and so on. They
 * add up in any order; ledgers are in order of key, so that nothing depends on
 * threads. What an asking is, and what the marks mean, tells row.h.
 */
#ifndef QUIS_TURN_TALLY_H
#define QUIS_TURN_TALLY_H

#include "base/base.h"
#include "lookup/book.h"
#include "turn/by-subject.h"
#include "turn/docket.h"

struct user_tally { /* by user number */
	uint64_t lookups;     /* judged ones; 0: not in the window */
	uint64_t subjects;    /* distinct */
	uint32_t active_days;
	uint32_t post;        /* of the latest judged lookup */
	int64_t first_ms, last_ms;
};

/* kinds: (post, kind). Askings unless said otherwise. */
enum kind_count {
	KIND_LOOKUPS,      /* retries too */
	KIND_ASKINGS,
	KIND_FIRST,        /* distinct subjects */
	KIND_NO_CASE,
	KIND_LONE,
	KIND_LONE_CHAINED,
	KIND_THIN,         /* thin and not lone */
	KIND_SERIES,       /* where a quick series or a beat begins */
	KIND_WALKS,        /* where a walk through numbers begins */
	KIND_DOSSIER,      /* lone ones */
	KIND_HOP,          /* lookups */
	KIND_ALONE,        /* for subjects nobody else of the unit asked for */
	KIND_ALONE_NO_CASE,
	KIND_ALONE_FIRST,  /* distinct subjects */
	KIND_FOREIGN,      /* distinct subjects */
	KIND_OUTCOMES,     /* lookups whose outcome the log tells … */
	KIND_DENIED,       /* … and that were refused */
	KIND_COUNTS
};

/* weeks: (post, week), the week being days since 1970 / 7 */
enum week_count {
	WEEK_LOOKUPS,
	WEEK_FIRST,    /* subjects new to the user */
	WEEK_LONE,     /* askings */
	WEEK_ASKINGS,
	WEEK_ACTIVE,   /* days */
	WEEK_LAST_DAY, /* while folding: the latest counted, plus 1 */
	WEEK_COUNTS
};

/* areas: (post, area) */
enum area_count { AREA_ASKINGS, AREA_LONE, AREA_THIN, AREA_COUNTS };

/* ranges: (post, range of sources) */
enum range_count {
	RANGE_LOOKUPS,
	RANGE_LONE,     /* askings */
	RANGE_ACTIVE,   /* days */
	RANGE_LAST_DAY, /* see WEEK_LAST_DAY */
	RANGE_COUNTS
};

struct tally {
	struct user_tally *users;
	size_t n_users;
	struct ledger kinds, weeks, areas, ranges;
	struct docket docket;
	struct ledger tables[TABLE_N]; /* see subject.h */
	struct vouches vouches;
	struct revisit *revisits;      /* see by-subject.h */
	size_t n_revisits;
	struct watch_hit *watched;     /* see by-subject.h */
	size_t n_watched;
	const struct office *office;   /* borrowed; NULL: no registers */
	uint64_t *unit_subjects;       /* by unit: distinct subjects */
	size_t n_units;
	struct dict range_names;       /* see range.h */
	uint32_t *range_of;            /* by source */
	uint64_t lookups;              /* judged */
	uint32_t span_days;            /* from the first to the last judged */
	/* of the user asked about: all his rows, in order of time */
	struct row *rows;
	size_t n_rows;
	struct subject_text *texts;    /* in order of subject */
	size_t n_texts;
	struct arena arena;            /* owns them */
};

/* Turn 2: all that a user did, in order of time. Consumes what turn 1 left
 * (subject_turn_free() it all the same). */
int turn_by_user(const struct book *book, const struct turn_options *options,
	struct subject_turn *from, struct tally *ret, struct fault *fault);
void tally_free(struct tally *tally);

/* The text of a subject of the user asked about; buf is used for numbers. */
struct slice tally_text(const struct tally *tally, uint64_t subject,
	char buf[20]);

#endif
