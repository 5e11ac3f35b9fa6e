/* SPDX-License-Identifier: Apache-2.0 */
/* From signals to an order of users or units, with error rates. */
#ifndef QUIS_RANK_RANKING_H
#define QUIS_RANK_RANKING_H

#include "base/base.h"
#include "base/decimal.h"
#include "signal/roles.h"
#include "signal/signal.h"

/* A signal with p at or below this is told as telling. */
#define TELLING_LN_P (-4.605170185988091) /* ln 0.01 */
/* … or when the law of the others all but rules it out. */
#define TELLING_LN_LAW (-9.210340371976182) /* ln 0.0001 */

struct ranked {
	uint32_t entity;              /* user or unit number */
	struct finding of[SIGNAL_N];  /* ln_p calibrated; NaN: no p */
	double ln_p, ln_q;            /* combined, 4 significant digits;
	                                 NaN: nobody to compare with */
	bool flagged;
	uint8_t telling[SIGNAL_N];    /* strongest first */
	size_t n_telling;
	double raw[SIGNAL_N];         /* ln p before calibration */
	uint32_t cleared; /* bits: signals that were reviewed, and by what is
	                     newer not telling; they are as found in `of`, but
	                     silent in ln_p */
};

struct ranking {
	struct ranked *items; /* in order: rank is index + 1 */
	size_t n;
	struct explanation explained; /* without the word of the odd */
	struct roles roles;   /* given, or learned */
	uint32_t *stratum;    /* by entity: see peers.h */
	bool *odd;            /* by user: explains nothing */
	bool without[SIGNAL_N];     /* not wanted */
	bool idle[SIGNAL_N];        /* tested, but had nothing or nobody to
	                               compare */
	unsigned lacks[SIGNAL_N];   /* what a signal is left out for the lack
	                               of, see signal_lacks() */
	double theta[SIGNAL_N]; /* tail calibration that was applied */
	bool few_units; /* too few to rank units: none is flagged */
	bool may_flag; /* false: peers cannot be told apart by unit and role,
	                  or there are too few units to rank units */
	size_t flagged;
	size_t few_lookups; /* not flagged only because they have hardly any */
	size_t unplaced; /* not flagged only because most of their lookups
	                    name no unit or role, or one that hardly anybody
	                    else has */
};

/* Findings that were looked into and found in order. */
struct reviewed {
	const uint32_t *cleared;     /* by user: bits of signals */
	const uint8_t *pass;         /* by user, then signal (SIGNAL_N each):
	                                which of `fresh` tells what is newer
	                                than its review */
	const struct ranking *fresh; /* of users, from the lookups that came
	                                after the reviews */
	size_t n_fresh;
};

struct ranking_options {
	enum subject_of_report by;
	double fdr; /* 0 to 1 */
	const bool *odd;     /* by user: of a ranking of users, for one of
	                        units; NULL otherwise */
	const bool *without; /* by signal: not wanted; NULL: all are */
	const struct reviewed *reviewed; /* of users; NULL: nothing is */
	unsigned threads;    /* signals are tested at once on so many */
};

/* What explains a lookup, as the ranking has it: for explain_row(). */
static inline struct explain_options
ranking_explains(const struct ranking *ranking)
{
	return (struct explain_options){ ranking->roles.role, ranking->odd };
}

/* What a ranking was made from, for one more peer test. It borrows all. */
struct evidence ranking_evidence(const struct ranking *ranking,
	const struct book *book, const struct tally *tally,
	enum subject_of_report by);

int ranking_make(const struct book *book, const struct tally *tally,
	const struct ranking_options *options, struct ranking *ret,
	struct fault *fault);
void ranking_free(struct ranking *ranking);

#endif
