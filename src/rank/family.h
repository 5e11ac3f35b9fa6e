/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signals that see the same misuse from different sides are joined by Fisher's
 * method into a family first; the Cauchy combination then takes signals and
 * families alike, each with its weight. Where the office lists whom its cases
 * are about, `unexplained` says what the log alone can only hint at, and the
 * weights are others.
 */
#ifndef QUIS_RANK_FAMILY_H
#define QUIS_RANK_FAMILY_H

#include "signal/signal.h"

enum { FAMILY_MEMBERS = 5, FAMILIES_MOST = 48 };

enum family_basis { BASIS_LOG, BASIS_REGISTERS, BASIS_N };

struct signal_family {
	size_t n; /* members */
	enum signal_number members[FAMILY_MEMBERS];
	double weight[BASIS_N];
};

extern const struct signal_family signal_families[];
extern const size_t n_signal_families; /* at most FAMILIES_MOST */

/* ln p of one family from an entity's findings (calibrated). NaN: it has none,
 * or but one of several members, who says that alone. */
double family_ln_p(const struct signal_family *family,
	const struct finding of[SIGNAL_N]);

/* The combined ln p from those of all families, in their order. NaN: none has
 * one. A combination of one half, which is what it says of all who are silent,
 * is given as 1. */
double family_combine(const double ln_p[], enum family_basis basis);

#endif
