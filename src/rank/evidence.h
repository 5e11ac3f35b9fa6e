/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lookups behind a ranking: which of a user's lookups speak for the
 * signals that are telling of him, and in which order they are worth reading.
 */
#ifndef QUIS_RANK_EVIDENCE_H
#define QUIS_RANK_EVIDENCE_H

#include "rank/ranking.h"
#include "registry/list.h"

struct exhibit {
	size_t row;     /* of tally.rows */
	uint64_t score; /* higher: more telling */
	enum rule rule; /* what explains it */
	unsigned why;   /* bits of enum clue */
};

/* What is odd about a lookup; see clue_names[]. */
enum clue {
	CLUE_LONE,     /* nobody else, and he on no other day, asked for it */
	CLUE_NO_CASE,  /* no colleague asked for it, and it names no case */
	CLUE_THIN,     /* one other, or he himself again */
	CLUE_FOREIGN,  /* no colleague asked for it, another unit did */
	CLUE_AGAIN,    /* for a subject that he came back to, without a case */
	CLUE_CROWD,    /* lone, under the case that carries crowds */
	CLUE_DOSSIER,  /* several kinds of data at once */
	CLUE_FAR,      /* hardly anybody's, where the unit has little to do */
	CLUE_SOURCE,   /* from a source that is not his, nor his peers' */
	CLUE_HOP,      /* another source within minutes */
	CLUE_CHAINED,  /* lone, and another asked for within seconds */
	CLUE_PACED,    /* in a long quick series, or at a machine's beat */
	CLUE_SEQUENCE, /* a number next to a neighbour's */
	CLUE_NEW,      /* for somebody he had not asked about before */
	CLUE_DENIED,   /* the portal refused it */
	/* by the registers, see turn/office.h */
	CLUE_UNKNOWN_CASE,
	CLUE_CLOSED_CASE,
	CLUE_UNASSIGNED,
	CLUE_OFF_CASE,
	CLUE_OUT_OF_AREA,
	CLUE_OFF_KIND,
	CLUE_OFF_DUTY,
	CLUE_WATCHED,  /* of somebody on the watch list: always told */
	CLUE_LEAKED,   /* of somebody on the leaked list: always told, first */
	CLUE_N
};
extern const char *const clue_names[CLUE_N];

/*
 * The judged lookups of the user the tally was kept about, the most telling
 * first. A lookup scores for each telling signal it speaks for, the more the
 * stronger the signal. Of equal ones, and where no signal is telling, those
 * come first that no rule explains, and that concern strangers; retries of a
 * day come behind its first lookup; else they are in order of time. Before all
 * come lookups of leaked subjects, if such a list is given (not NULL). The
 * caller frees *ret, of *ret_n.
 */
int evidence_list(const struct book *book, const struct tally *tally,
	const struct ranking *ranking, const struct ranked *ranked,
	const struct leaked_list *leaked, struct exhibit **ret, size_t *ret_n,
	struct fault *fault);

#endif
