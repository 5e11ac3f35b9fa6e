/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Upper tails of four discrete laws, far out, in natural logarithms.
 *
 *   binomial           C(n,k) p^k (1-p)^(n-k)
 *   beta-binomial      C(n,k) B(k+a, n-k+b)/B(a,b): the share is a draw from
 *                      Beta(a,b); mean share a/(a+b), precision s = a+b
 *   Poisson            m^x e^-m / x!
 *   negative binomial  the rate is a draw from a gamma with mean m and shape
 *                      `size`: variance m + m²/size; size INFINITY: Poisson
 *
 * Pure functions, any number of threads, no allocation. No result is NaN or
 * above 0 (ln 1), whatever the arguments: they are clipped, NaN to the lower
 * bound. k and n to 1e8 for binomials (accurate, larger ones work), counts
 * and means to 1e12, a and b clipped to [1e-9, 1e12], p to [0, 1], means to
 * [0, 1e12], sizes to [1e-9, INFINITY], counts to 4e15; p and means below
 * 1e-300 are 0.
 *
 * Accuracy: relative 1e-8 of p (met with room, see the unit test) where
 * p >= 1e-300, and 1e-8 of ln p beyond, to p = 1e-100000 and less. Tails
 * never grow with k, but for rounding in the twelfth digit of p.
 *
 * How. A single probability is a product of saddle-point forms (C. Loader,
 * "Fast and accurate computation of binomial probabilities", 2000; the
 * beta-binomial as three binomials like the hypergeometric there), whose
 * exponents all have one sign, so nothing cancels. A tail is that probability
 * times the sum of the ratios of neighbours, taken on the smaller side, from
 * the largest term of each monotone stretch (these laws have one mode, or one
 * trough) until what is left cannot matter. A stretch that has not ended
 * after some hundred terms is smooth there: it is integrated by Gauss and
 * Legendre over panels, and the integral turned into the sum by Euler and
 * Maclaurin (DLMF 2.10.1, in central differences). So a call costs some
 * microseconds whatever n is; figures in the unit test's output (--cost).
 */
#ifndef QUIS_SIGNAL_TAIL_H
#define QUIS_SIGNAL_TAIL_H

#include "base/base.h"

struct tail {
	double ln_upper; /* ln P(X >= k) */
	double ln_above; /* ln P(X > k) */
	double ln_mid;   /* ln (P(X > k) + P(X = k)/2), the mid-p */
};

/* ln P(X = k); -INFINITY for k > n. */
double binomial_ln_pmf(uint64_t k, uint64_t n, double p);
double beta_binomial_ln_pmf(uint64_t k, uint64_t n, double a, double b);
double poisson_ln_pmf(uint64_t x, double mean);
double neg_binomial_ln_pmf(uint64_t x, double mean, double size);

/* k > n is impossible: all three -INFINITY. n = 0, k = 0: 0, -INFINITY,
 * ln ½. */
void binomial_tail(uint64_t k, uint64_t n, double p, struct tail *ret);
void beta_binomial_tail(uint64_t k, uint64_t n, double a, double b,
	struct tail *ret);
void poisson_tail(uint64_t x, double mean, struct tail *ret);
void neg_binomial_tail(uint64_t x, double mean, double size, struct tail *ret);

/* The tail of (1-epsilon) F(s[0]) + epsilon F(s[1]), epsilon in [0, 1]. F(s)
 * is the beta-binomial with a = mean s, b = (1-mean) s, mean share in [0, 1]
 * and s in [1e-9, 1e12]; or the negative binomial with that mean and size.
 * Nothing is spent on a component of weight 0. */
void beta_binomial_mix_tail(uint64_t k, uint64_t n, double mean,
	const double s[2], double epsilon, struct tail *ret);
void neg_binomial_mix_tail(uint64_t x, double mean, const double size[2],
	double epsilon, struct tail *ret);

enum tail_part { TAIL_ABOVE, TAIL_MID, TAIL_UPPER }; /* as in struct tail */

/* One part of the same, where the most is known already. */
struct tail_mix {
	double most, few;  /* ln(1-epsilon), ln epsilon: both finite */
	double ln_pmf[2];  /* ln P(X = k) by component, as good as the result
	                      shall be; NaN: not known */
};

double beta_binomial_mix_ln(uint64_t k, uint64_t n, double mean,
	const double s[2], const struct tail_mix *mix, enum tail_part part);
double neg_binomial_mix_ln(uint64_t x, double mean, const double size[2],
	const struct tail_mix *mix, enum tail_part part);

/* Is P(X >= k) surely above e^ln_p? Some terms may tell, from ln P(X = k); if
 * they do not, false. */
bool beta_binomial_exceeds(uint64_t k, uint64_t n, double a, double b,
	double ln_pmf, double ln_p);

#endif
