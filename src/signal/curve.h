/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What crowd_ln_pmf() gives, between two spreads that a search goes back and
 * forth between: for each user a polynomial in ln s through the values at
 * Chebyshev's nodes, in Lagrange's form. The factors at a spread are the same
 * for all users, so that one more costs a sum of columns, a tenth of the law.
 *
 * ln F has its nearest singularities at a distance of π or more from the real
 * axis (of ln Γ, at spreads below 0), so that each further node of an
 * interval of half width h makes the error smaller by ρ = q + √(q²+1), q = π/h
 * (L. Trefethen, "Approximation theory and approximation practice", 2013,
 * chapter 8). There are as many as a search for the best spread needs, whose
 * likelihoods differ by far more.
 */
#ifndef QUIS_SIGNAL_CURVE_H
#define QUIS_SIGNAL_CURVE_H

#include "base/base.h"
#include "signal/crowd.h"

/* What so many nodes reach: half widths to about 1.75. */
enum { CURVE_NODES = 18 };
#define CURVE_HALF_MOST 1.75

struct curve {
	size_t n;
	unsigned nodes;       /* 0: not drawn yet */
	double low, high;     /* of ln s */
	double at[CURVE_NODES], weight[CURVE_NODES];
	double *ln;           /* by node, then user */
};

int curve_init(struct curve *curve, size_t n, struct fault *fault);
void curve_free(struct curve *curve);

/* Work out the crowd at the nodes of [low, high], high - low at most
 * 2 CURVE_HALF_MOST. */
void curve_draw(struct curve *curve, const struct crowd *crowd, double low,
	double high);

bool curve_covers(const struct curve *curve, double low, double high);

/* As crowd_ln_pmf(): absolute 1e-9 (1 + n + |ln F|), n as there. ln_s is
 * covered. */
void curve_ln_pmf(const struct curve *curve, double ln_s, double *ret);

#endif
