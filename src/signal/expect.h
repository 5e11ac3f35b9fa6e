/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What peers would have done in an entity's place: the expected share or
 * count of peers.h, and how sure it is. Everything is leave-one-out: neither
 * the base rates, nor what a group did, nor what was expected of that group
 * (which rests on earlier levels) may hold anything of the entity itself, or
 * its own oddity would lower what is expected of it. In a unit of three that
 * is most of the answer.
 *
 * What peers.h says of η is done with e^η, the odds of a share and the rate of
 * counts: a step is a product, and nothing needs a logarithm.
 */
#ifndef QUIS_SIGNAL_EXPECT_H
#define QUIS_SIGNAL_EXPECT_H

#include "base/base.h"
#include "signal/peers.h"
#include "signal/stretch.h"

struct sums { /* weighted: outcomes, exposure, expected outcomes */
	double k, n, e;
};

struct expectation {
	const struct peer_problem *problem;
	double *mean;   /* by entity: expected share, or count */
	double *extra;  /* by entity: its relative variance, see fit.h */
	double *weight; /* by entity; 0: left out */
	double *scale;  /* by entity: share of its outcomes that counts */
	double worth;   /* what an entity counts as, on average */
	struct stretches work;
	double *alone;    /* by stretch: e^η from the others alone */
	double *together; /* by stretch: e^η from everybody */
	struct sums *sums; /* by stretch: what it adds to its groups */
	double *apart;    /* by stretch and step (base, levels but the last):
	                     by how much alone has moved, over together */
	double *variance; /* by stretch: Σ over levels of 1/(N+a+b) */
	struct sums *groups[PEER_LEVELS]; /* by group */
	struct sums *own[PEER_LEVELS]; /* likewise, of one entity, or 0 */
	bool single; /* the entity at hand has one stretch: own is not used */
	double *shifts[PEER_LEVELS - 1]; /* by group: by how much it moves all
	                                    of its members together */
	struct sums *kinds, *own_kinds; /* by kind */
	double *rates; /* by kind: its rate with everybody */
};

/* The cells of the problem have their k and n. */
int expectation_init(struct expectation *expected,
	const struct peer_problem *problem, struct fault *fault);
void expectation_free(struct expectation *expected);

/* Fill mean and extra. k and n by entity; odd ones are no peers; s is the
 * spread of the others. Counts: mean holds what was expected before. */
void expectation_run(struct expectation *expected, const uint64_t *k,
	const uint64_t *n, const bool *odd, double s);

#endif
