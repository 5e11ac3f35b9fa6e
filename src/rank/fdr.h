/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many users are tested: what share of those flagged would be honest?
 */
#ifndef QUIS_RANK_FDR_H
#define QUIS_RANK_FDR_H

#include "base/base.h"

/* Benjamini and Hochberg (J. R. Statist. Soc. B 57, 1995), adjusted: with the
 * m p-values in order, q_(i) = min over j >= i of min(1, p_(j) m/j). In natural
 * logarithms, -INFINITY allowed. NaN in ln_p is "no p": not counted in m, NaN
 * in ret_ln_q. q never falls as p grows; equal p, equal q. Flagging q <= α
 * keeps the false discovery rate at α for p-values that are uniform under the
 * null and independent or positively dependent; elsewhere it is approximate.
 * O(n log n) time, 16 n bytes. ret_ln_q may be ln_p. -1 for lack of memory. */
int benjamini_hochberg(const double *ln_p, size_t n, double *ret_ln_q,
	struct fault *fault);

#endif
