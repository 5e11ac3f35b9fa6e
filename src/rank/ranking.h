/* SPDX-License-Identifier: Apache-2.0 */
/* From signals to an order of users or units, with error rates. */
#ifndef QUIS_RANK_RANKING_H
#define QUIS_RANK_RANKING_H

#include "base/base.h"
#include "base/decimal.h"
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
};

enum left_out {
	SIGNAL_USED,
	SIGNAL_NO_FIELD, /* the log does not have what it needs */
};

struct ranking {
	struct ranked *items; /* in order: rank is index + 1 */
	size_t n;
	enum left_out left_out[SIGNAL_N];
	double theta[SIGNAL_N]; /* tail calibration that was applied */
	bool few_units; /* too few to rank units: none is flagged */
	bool may_flag; /* false: peers cannot be told apart by unit and role,
	                  or there are too few units to rank units */
	size_t flagged;
	size_t unplaced; /* not flagged only because most of their lookups
	                    name no unit or role, or one that hardly anybody
	                    else has */
};

struct ranking_options {
	enum subject_of_report by;
	double fdr; /* 0 to 1 */
};

int ranking_make(const struct book *book, const struct tally *tally,
	const struct ranking_options *options, struct ranking *ret,
	struct fault *fault);
void ranking_free(struct ranking *ranking);

#endif
