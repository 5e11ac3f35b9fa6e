/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose lookups account for a leaked list: the list as a mixture (mixture.h).
 * A user leaks any of the n subjects he asked for with 1/n. What a list comes
 * to be without a leaker, the grounds, is any mixture of: lookups; distinct
 * subjects; askings; any user's subjects; and the subjects of as many askers.
 * The people of a unit, role, kind, area, week or case are excuses: a list of
 * just those says nothing of who passed them on, and whoever asked for most of
 * them is not accused for it. Who leaked is told from his unit and case by the
 * rest of what he asked for; were they grounds, they would hide whoever is most
 * of his unit.
 *
 * Subjects that do not occur leave the sum.
 */
#ifndef QUIS_RANK_TRACE_H
#define QUIS_RANK_TRACE_H

#include "base/base.h"
#include "rank/mixture.h"
#include "turn/leak.h"

struct traced {
	uint32_t user;
	bool flagged;
	double gain;  /* nats, 4 significant digits; see mixture.h */
	double share; /* of the subjects that occur, likewise; 0 if not
	                 flagged */
	uint64_t hits, only_hits; /* leaked subjects he, only he asked for */
	int64_t first_ms, last_ms; /* among the lookups of those */
};

struct trace_excuse {
	enum trait trait; /* but for TRAIT_ASKERS */
	uint32_t value;
	double share;     /* as above */
	uint64_t hits;
};

struct trace_tie { /* would have explained nearly as well */
	uint32_t user;  /* flagged */
	uint32_t other; /* not */
};

struct trace {
	struct traced *items; /* users with a hit: the flagged in order of
	                         entering, then by gain, hits and number */
	size_t n, flagged;
	uint64_t users;       /* tested */
	uint64_t occurring;   /* items of the list that occur */
	struct trace_excuse excuses[MIXTURE_ENTER_MAX]; /* in order of
	                                                   entering */
	size_t n_excuses;
	struct trace_tie ties[MIXTURE_TIES_MAX];
	size_t n_ties;
	double explained;     /* share that the flagged explain, rounded */
	double threshold;     /* that gains had to pass */
};

/* fdr: 0 to 1. */
int trace_make(const struct leak *leak, const struct leaked_list *list,
	double fdr, struct trace *ret, struct fault *fault);
void trace_free(struct trace *trace);

#endif
