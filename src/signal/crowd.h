/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The laws of tail.h for many users at once, each with an outcome and a mean of
 * his own and all with one spread: what the fits and the peer tests spend their
 * time on. The plain forms are beta_binomial_ln_pmf() and
 * neg_binomial_ln_pmf(), which the unit test holds these against.
 *
 * How. Of ln Γ only differences between x + k and x are needed. Both are moved
 * up by eight (DLMF 5.5.1), where Stirling's series (DLMF 5.11.1) is exact
 * enough, and the difference of the leading terms is taken by ln(1 + k/x), so
 * that nothing large cancels but k ln x. That is no more than sums, products
 * and six logarithms, without a branch, for four users at a time (lanes.h).
 *
 * Accuracy: absolute 1e-13 + 4e-15 n + 1e-15 |ln F|, n the lookups or the
 * larger of count and mean, for n to 1e8, spreads in [1e-6, 1e9] (below, and
 * with much extra, they are 1e-6) and means from 1e-9 on (of shares, so far
 * off both ends).
 */
#ifndef QUIS_SIGNAL_CROWD_H
#define QUIS_SIGNAL_CROWD_H

#include "base/base.h"

struct crowd {
	size_t n;      /* users, and as many as fill up the lanes, with
	                  nothing done and ln 1 */
	bool counts;   /* negative binomial; else shares */
	double *k;     /* columns by user: odd ones, or counts */
	double *rest;  /* the others; unused for counts */
	double *mean;
	double *extra; /* see fit.h */
	double *fixed; /* what does not depend on the spread */
	double *room;  /* owns them all */
};

struct fit_sample;

/* The users of the sample in their order, with means clipped as fit.h has it;
 * who says nothing has ln 1. FAULT_MEMORY only. */
int crowd_make(const struct fit_sample *sample, bool counts,
	struct crowd *ret, struct fault *fault);
void crowd_free(struct crowd *crowd);

/* ln F(k | mean, s_i) of each, 1/s_i = 1/s + extra; ret has n places. */
void crowd_ln_pmf(const struct crowd *crowd, double s, double *ret);

/* Σ ln((1-epsilon) e^f + epsilon e^g) over n numbers, n a multiple of eight,
 * epsilon in (0, 1). */
double crowd_ln_mix(const double *f, const double *g, size_t n,
	double epsilon);

#endif
