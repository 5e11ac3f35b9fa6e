/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tails of many users under one fitted mixture: those of
 * beta_binomial_mix_tail() and neg_binomial_mix_tail(), to nine digits of p and
 * more, from probabilities that crowd.h works out for all at once. What a
 * probability and some terms say of the tail costs little: tails_exceeds().
 */
#ifndef QUIS_SIGNAL_TAILS_H
#define QUIS_SIGNAL_TAILS_H

#include "base/base.h"
#include "signal/fit.h"
#include "signal/tail.h"

struct tails {
	const struct fit_sample *sample; /* borrowed */
	struct fit_mix mix;
	bool counts;
	double *ln[2]; /* by user, of each component: ln P(X = k) */
	double most, few; /* ln of the components' weights */
};

int tails_make(const struct fit_sample *sample, bool counts,
	const struct fit_mix *mix, struct tails *ret, struct fault *fault);
void tails_free(struct tails *tails);

double tails_ln(const struct tails *tails, size_t i, enum tail_part part);

/* About ln P(X = k): of the component that holds more of it. */
double tails_ln_pmf(const struct tails *tails, size_t i);

/* Is P(X >= k) above e^ln_p? True is sure, for less than a tail costs; false
 * says nothing. ln_mid is not below ln P(X >= k) less ln 2. */
bool tails_exceeds(const struct tails *tails, size_t i, double ln_p);

#endif
