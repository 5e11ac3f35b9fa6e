/* SPDX-License-Identifier: Apache-2.0 */
/* The laws of tail.h with their parameters worked out, as sums over them need
 * them. Parameters are clipped as told there. Owns nothing. */
#ifndef QUIS_SIGNAL_LAW_H
#define QUIS_SIGNAL_LAW_H

#include "base/base.h"

#define TWO_PI 6.283185307179586476925286766559
#define LAW_LEAST_SHAPE 1e-9
#define LAW_MOST_SHAPE 1e12

/*
 * One law with its parameters worked out. x runs over whole numbers from 0 to
 * `last`; ln_pmf() also takes reals inside. The ratio of neighbours is
 *   f(x+1)/f(x) = (u0 + u1 x)(v0 - v1 x) / ((x + 1)((w0 - w1 x) + w2)).
 */
struct law {
	double (*ln_pmf)(const struct law *law, double x);
	void (*settle)(struct law *law); /* works out `fixed` before the first
	                                    ln_pmf(); NULL: is done */
	double at, ln_at; /* ln f there is known; NaN: nowhere */
	double u0, u1, v0, v1, w0, w1, w2;
	double last; /* may be INFINITY */
	double mean;
	double turn;   /* the mode, or the trough: first x with f not rising, or
	                  not falling, after it */
	bool trough;
	double fall0, fall1; /* endless laws: 1 - f(x+1)/f(x) is
	                        (fall0 + fall1 x)/(x + 1) */
	double n, a, b, sum, all; /* a + b, a + b + n */
	double size, p, q;
	bool by_lanes; /* law-lanes.h has ln_pmf(), away from the ends */
	double mean_high, mean_low; /* of a beta-binomial: n a/(a+b), to twice
	                               the digits; once it is settled */
	double fixed;  /* the Stirling errors that do not depend on x */
	double inner;  /* that of n, of a beta-binomial: not of 0 and n */
	double inside; /* the factors under ½ ln that do not depend on x */
};

void law_binomial(struct law *law, uint64_t n, double p);
void law_beta_binomial(struct law *law, uint64_t n, double a, double b);
void law_poisson(struct law *law, double mean);
void law_neg_binomial(struct law *law, double mean, double size);

/* All mass is on law->mean. */
bool law_is_fixed(const struct law *law);

/* Work out what ln_pmf() needs, if it was not. */
void law_settle(struct law *law);

/* ln f(x); from its neighbour, if that is known at law->at. */
double law_ln(struct law *law, double x);

static inline double
law_ratio(const struct law *law, double x)
{
	return (law->u0 + law->u1 * x) * (law->v0 - law->v1 * x) /
		((x + 1) * ((law->w0 - law->w1 * x) + law->w2));
}

/* NaN becomes low. */
static inline double
law_clip(double x, double low, double high)
{
	if (!(x > low))
		return low;
	return x < high ? x : high;
}

#endif
