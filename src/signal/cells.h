/* SPDX-License-Identifier: Apache-2.0 */
/* From tallies to the cells of a peer test. */
#ifndef QUIS_SIGNAL_CELLS_H
#define QUIS_SIGNAL_CELLS_H

#include "base/base.h"
#include "signal/signal.h"

/* What a share signal counts in one tally: k odd ones among n. */
typedef void (*share_count)(const struct kind_tally *tally, uint64_t *k,
	uint64_t *n);

/* Test the share k of n, by post and kind, against peers. */
int cells_test_share(const struct evidence *evidence, share_count count,
	struct finding *ret, struct fault *fault);

/* Test lookups per active day, by post and week, against peers. */
int cells_test_rate(const struct evidence *evidence, struct finding *ret,
	struct fault *fault);

/* "39", "0.4": what peers would have done, for a sentence. */
void cells_print_expected(double expected, char *buf, size_t size);

#endif
