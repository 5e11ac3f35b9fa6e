/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How widely honest users scatter: the precision s of beta-binomial shares and
 * the size of negative binomial counts, by maximum likelihood with weak priors
 * (maximum a posteriori). Deterministic: same input, same bits. Pure, but for
 * the memory of some numbers a user while they run: crowd.h has their laws.
 *
 * Both laws are treated alike. For user i with expected share or count mean_i,
 * the spread is s_i with 1/s_i = 1/s + extra_i: extra is the uncertainty of
 * mean_i itself (few peers), as a relative variance on the scale of 1/s.
 *   beta-binomial      a = mean_i s_i, b = (1-mean_i) s_i (see tail.h)
 *   negative binomial  mean_i, size s_i
 * Prior: ln s ~ N(ln typical, 1.5²), s in [0.05, 1e6].
 *
 * s cannot be told from users with k = 0 or k = n alone: see
 * fit_informative(), and leave the precision fixed when it is below ten or so.
 */
#ifndef QUIS_SIGNAL_FIT_H
#define QUIS_SIGNAL_FIT_H

#include "base/base.h"

/* The place of the maximum of f on [lo, hi]: Brent's method ("Algorithms for
 * minimization without derivatives", 1973, chapter 5) to within about `within`
 * (absolute), at most 100 calls of f. f should have one peak there; otherwise
 * a local one is found. f may return -INFINITY, not NaN. */
double maximise(double (*f)(double x, void *context), void *context, double lo,
	double hi, double within);

struct fit_mix {
	double s[2];    /* s[1] <= s[0]/1.5 */
	double epsilon; /* weight of s[1], in [0.001, 0.2] */
};

struct fit_sample {
	size_t n_users;
	const uint64_t *k;   /* odd ones; counts */
	const uint64_t *n;   /* of how many; users with n = 0 say nothing.
	                        Not read by neg_binomial_… : may be NULL */
	const double *mean;  /* expected share in (0,1), clipped to 1e-9 off the
	                        ends; expected count > 0, users with 0 say
	                        nothing. NaN: the user is left out */
	const double *extra; /* >= 0, or NULL: none */
	double typical;      /* centre of the prior, > 0; 0: 100 */
	/* of mixtures */
	const struct fit_mix *from; /* fitted to nearly the same users: where
	                               the search sets out, which stays on
	                               that hill; or NULL */
	double enough; /* ln likelihood: a round that gains less is the last
	                  one; 0: 1e-5 */
};

/* 1/(1/s + extra): the s_i to hand to a tail. */
double fit_spread(double s, double extra);

/* Users whose outcome tells of s: 0 < k < n, mean not NaN; for counts
 * (n NULL) mean > 0 and k > 0. */
size_t fit_informative(const struct fit_sample *sample);

/* s maximising Σ ln F(k_i | mean_i, s_i) + ln prior; the better of the peaks
 * around a grid of nine, to 1e-4 of ln s. No users: typical. -1 only for lack
 * of memory, as below. */
int beta_binomial_fit(const struct fit_sample *sample, double *ret,
	struct fault *fault);
int neg_binomial_fit(const struct fit_sample *sample, double *ret,
	struct fault *fault);

/* (1-epsilon) F(s[0]) + epsilon F(s[1]): most users, and the loose few. Priors:
 * s[0] as above, epsilon ~ Beta(1.5, 20), and ln(s[0]/s[1]) ~ N(ln 8, 1), so
 * that without evidence of loose users s[1] is s[0]/8 and epsilon 0.026: a tail
 * on the safe side. Coordinate ascent from the one-component fit, or from where
 * the sample says, until a round gains less than it says or after 20 rounds. */
int beta_binomial_fit_mix(const struct fit_sample *sample, struct fit_mix *ret,
	struct fault *fault);
int neg_binomial_fit_mix(const struct fit_sample *sample, struct fit_mix *ret,
	struct fault *fault);

#endif
