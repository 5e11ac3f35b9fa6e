/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Some never type a case. What a user does with the rest of his lookups shows
 * it, and excuses him.
 */
#ifndef QUIS_SIGNAL_HABIT_H
#define QUIS_SIGNAL_HABIT_H

#include "signal/signal.h"

/* findings are of lookups without a case, k of n; the habit is taken from the
 * askings that are not among the counts k and n of the tally. The p of his own
 * habit counts where it is the larger, and so does what it expects. */
int habit_excuse(const struct evidence *evidence, enum kind_count k,
	enum kind_count n, struct finding *findings, struct fault *fault);

#endif
