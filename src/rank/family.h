/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signals that see the same misuse from different sides are joined by Fisher's
 * method into a family first; the Cauchy combination then takes signals and
 * families alike, each with its weight.
 */
#ifndef QUIS_RANK_FAMILY_H
#define QUIS_RANK_FAMILY_H

#include "signal/signal.h"

enum { FAMILY_MEMBERS = 5 };

struct signal_family {
	size_t n; /* members */
	enum signal_number members[FAMILY_MEMBERS];
	double weight;
};

extern const struct signal_family signal_families[];
extern const size_t n_signal_families;

/* The combined ln p of one entity's findings (calibrated). NaN: none has a p.
 * A combination of one half, which is what it says of all who are silent, is
 * given as 1. */
double family_combine(const struct finding of[SIGNAL_N]);

#endif
