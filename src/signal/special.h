/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Special functions in natural logarithms. Pure: no state, no errno, any
 * number of threads. "ln" is the natural logarithm; -INFINITY is ln 0 and a
 * legal argument wherever a logarithm is expected. "DLMF" is the NIST
 * Digital Library of Mathematical Functions.
 *
 * Accuracies are those the unit test holds against mpmath (80 digits):
 * "relative 1e-13" is |got - true| <= 1e-13 |true|, "absolute" without |true|.
 */
#ifndef QUIS_SIGNAL_SPECIAL_H
#define QUIS_SIGNAL_SPECIAL_H

#include "base/base.h"

#define LN_2 0.693147180559945309417232121458
#define LN_PI 1.144729885849400174143427351353
#define LN_SQRT_2PI 0.918938533204672741780329736406

/* ln Γ(x), x >= 0 (x = 0: +INFINITY). Relative 1e-14, absolute 1e-15 near
 * the zeros at 1 and 2. */
double ln_gamma(double x);

/* ln Γ(a+n) - ln Γ(a) = ln a(a+1)…(a+n-1) (DLMF 5.2.5), a >= 0, n >= 0 (not
 * only whole), for a to 1e12 and n to 1e9 without the cancellation of the
 * plain difference: relative 1e-13 or absolute 1e-13. From DLMF 5.11.1 with
 * the difference of the leading terms taken by log1p. n = 0 gives 0; a = 0
 * with n > 0 gives -INFINITY. */
double ln_rising(double a, double n);

/* ln B(a, b) = ln Γ(a)Γ(b)/Γ(a+b) (DLMF 5.12.1), a, b > 0 from 1e-300 to
 * 1e15: relative 1e-13 or absolute 1e-13. */
double ln_beta(double a, double b);

/* ln of the binomial coefficient n over k, 0 <= k <= n, reals allowed;
 * -INFINITY outside. Relative 1e-13 or absolute 1e-13. */
double ln_choose(double n, double k);

/* δ(x) = ln Γ(x+1) - (x+½) ln x + x - ½ ln 2π, x > 0: what Stirling's formula
 * leaves, 1/(12x) - … (DLMF 5.11.1). Absolute 1e-14. Infinite x: 0. */
double stirling_error(double x);

/* D(x, m) = x ln(x/m) + m - x >= 0 for x >= 0, m > 0, given diff = x - m,
 * which the caller can often form without cancellation. Relative 1e-14 of the
 * value at that diff. C. Loader, "Fast and accurate computation of binomial
 * probabilities", 2000, section 3. */
double deviance(double x, double m, double diff);

/* ln(e^a + e^b) */
double ln_add(double a, double b);
/* ln(e^a - e^b); b > a, as rounding may make it, counts as b = a: -INFINITY */
double ln_sub(double a, double b);
/* ln(1 - e^l), l <= 0 (l > 0 counts as 0): relative 1e-14 of the result.
 * M. Mächler, "Accurately computing log(1 - exp(-|a|))", 2012. */
double ln_one_minus(double l);

/* 1/(1 + e^-x) and its inverse ln(p/(1-p)); logit(0) = -INFINITY */
double logistic(double x);
double logit(double p);

/* ln P(Z > z) of a standard normal, any z (to 1e6 and beyond): relative
 * 1e-13. erfc to z = 20, then DLMF 7.12.1. */
double ln_normal_upper_tail(double z);

#endif
