/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several p-values of one user made into one. All in natural logarithms, far
 * into the tail. NaN stands for "no p" and is passed over; without any p the
 * result is NaN. ln p > 0 counts as 0, -INFINITY gives -INFINITY. Pure.
 */
#ifndef QUIS_RANK_COMBINE_H
#define QUIS_RANK_COMBINE_H

#include "base/base.h"

/* Fisher's method, for independent p (or within a family whose dependence is
 * calibrated afterwards): x = -Σ ln p is half a chi-square with 2n degrees of
 * freedom under the null, P = e^-x Σ_{i<n} x^i/i! (DLMF 8.4.10). Relative
 * 1e-12 of P where P >= 1e-300, 1e-13 of ln P beyond. */
double fisher_combine(const double *ln_p, size_t n);

/* Cauchy combination (Y. Liu and J. Xie, JASA 115, 2020), whatever the
 * dependence in the far tail: T = Σ w tan((½-p)π) / Σ w, P = ½ - atan(T)/π.
 * p > ½ counts as ½, so that a silent signal does not acquit; the result is at
 * most ½. p < 1e-15 as 1/(pπ). weight >= 0, NULL: all 1; weights of 0 are
 * passed over like NaN. Relative 1e-13 of P, 1e-15 of ln P far out. */
double cauchy_combine(const double *ln_p, const double *weight, size_t n);

#endif
