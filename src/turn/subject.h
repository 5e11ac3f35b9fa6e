/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subjects, each with all who asked for it. Writes what is learned as marks on the
 * rows, and into tables of integers. The first case that a judged retry of the
 * day names becomes the asking's. Who gave no unit is in the unit of all who
 * gave none. One struct a thread.
 */
#ifndef QUIS_TURN_SUBJECT_H
#define QUIS_TURN_SUBJECT_H

#include "base/base.h"
#include "lookup/book.h"
#include "turn/company.h"
#include "turn/ledger.h"
#include "turn/office.h"
#include "turn/vouches.h"
#include "turn/window.h"

/* A subject one user came back to, on REVISIT_MIN days or more, and nobody else
 * of the unit asked for: what fixation looks at. */
enum { REVISIT_MIN = 3 };

/* So many units that asked for a subject tell that it is the business of no
 * single other one, whoever asks. */
enum { SUBJECT_UNITS = 3 };

struct revisit {
	uint32_t post;    /* of his first asking for it */
	uint32_t days;    /* askings */
	uint32_t bare;    /* of them without a case */
	uint32_t others;  /* other users of any unit who asked */
	uint64_t subject; /* as in rows */
};

/* A user's judged lookups of one watched subject, retries too. */
struct watch_hit {
	uint32_t user;
	uint32_t entry; /* of registry.watch */
	uint64_t lookups;
	int64_t first_ms, last_ms;
};

/* What the registers know of a subject. */
struct subject_known {
	uint64_t key; /* see registry.h */
	const struct case_subject *cases;
	size_t n_cases;
};

/*
 * Tables of one number each, but for verdicts:
 * pairs     two users, the smaller first → subjects that these two asked for,
 *           on one day each, both judged, and nobody else
 * foreign   post, kind, unit → distinct subjects of his that nobody else of his
 *           unit asked for, but that unit and no third did
 * soles     of the user asked about: subject (upper, lower half), second,
 *           user → the one colleague who vouches for that asking, plus 1
 * verdicts  post, kind → by verdict of office.h two numbers: askings tested,
 *           askings found wrong
 */
enum { TABLE_PAIRS, TABLE_FOREIGN, TABLE_SOLES, TABLE_VERDICTS, TABLE_N };
size_t subject_table_width(size_t table);

/* The key of an asking among the soles. */
static inline struct ledger_key
sole_key(const struct row *asking, uint32_t user)
{
	return (struct ledger_key){ (uint32_t)(asking->subject >> 32),
		(uint32_t)asking->subject, (uint32_t)(row_ms(asking) / 1000),
		user };
}

struct subject_fold {
	const struct book *book;
	uint64_t *posts; /* user, unit: upper, lower half */
	const struct window *window;
	const struct office *office; /* NULL: no registers */
	const int64_t *since; /* see turn_options.since */
	uint32_t about; /* user */
	bool judges_all; /* is every row to be judged? */
	struct ledger tables[TABLE_N];
	uint64_t *unit_subjects; /* by unit: distinct subjects judged */
	struct revisit *revisits;
	size_t n_revisits, revisits_cap;
	struct watch_hit *watched;
	size_t n_watched, watched_cap;
	struct vouches vouches;
	/* scratch */
	struct subject_place *places; /* by subject */
	/* of one subject */
	struct visit *visits; /* a user in a unit on a day */
	struct visit *spare_visits;
	struct user_day *days; /* … and the end */
	uint32_t *user_starts; /* by user: his first user-day; likewise */
	size_t rows_cap;
	struct subject_count *counts; /* not yet in the tables */
	size_t n_counts, counts_cap;
	uint32_t *seen;       /* by user; see company_find() */
	uint32_t *unit_seen;  /* by unit: last stamp that counted it */
	uint32_t stamp;       /* of the subject before */
	uint32_t units[SUBJECT_UNITS]; /* the first that asked for it, … */
	uint32_t n_units, units_stamp; /* … once they were asked for */
};

/* options: see by-subject.h; borrowed. */
struct turn_options;
int subject_fold_init(struct subject_fold *fold, const struct book *book,
	const struct turn_options *options, struct fault *fault);
void subject_fold_free(struct subject_fold *fold);

/* Subjects one behind the other, each with all its rows, in order of user, then
 * row_compare(). So many rows at once stay in the cache with what is learned of
 * them. */
enum { SUBJECT_BATCH = 1024 };

struct subject_batch {
	struct row *rows;
	const uint32_t *ends; /* of each subject, counted from … */
	uint32_t start;       /* … so many rows before the first one */
	uint32_t n;           /* subjects; 0: there is nothing to do */
	const struct subject_known *known; /* by subject, if there are
	                                      registers */
};

int subject_fold_batch(struct subject_fold *fold,
	const struct subject_batch *batch, struct fault *fault);

/* What is found out elsewhere (muster.h): the only colleague for an asking; who
 * came back alone; whose other unit's business an asking is; one more in a cell
 * of a table. The latter two subject_settle() or the next batch puts there. */
int subject_vouch(struct subject_fold *fold, const struct row *asking,
	uint32_t colleague, struct fault *fault);
int subject_revisit(struct subject_fold *fold, const struct revisit *revisit,
	struct fault *fault);
int subject_foreign(struct subject_fold *fold, const struct row *row,
	uint32_t other, struct fault *fault);
int subject_count(struct subject_fold *fold, size_t table,
	struct ledger_key key, struct fault *fault);
int subject_settle(struct subject_fold *fold, struct fault *fault);

#endif
