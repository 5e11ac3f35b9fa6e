/* SPDX-License-Identifier: Apache-2.0 */
/* From tallies to the cells of a peer test. */
#ifndef QUIS_SIGNAL_CELLS_H
#define QUIS_SIGNAL_CELLS_H

#include "base/base.h"
#include "signal/signal.h"

/* k odd ones among n, of one kind of work at one post. */
struct share {
	uint32_t post, kind;
	uint64_t k, n;
};

/* Test shares, summed by post and kind, against peers. Sums have k <= n. */
int cells_test_shares(const struct evidence *evidence,
	const struct share *shares, size_t n, struct finding *ret,
	struct fault *fault);

/* Shares that are the same whoever is odd, and dear: the second time they are
 * those of the first. Each is one signal's. */
enum kept { KEPT_AREAS, KEPT_KINDS, KEPT_RANGES, KEPT_FOREIGN, KEPT_N };

struct share_list {
	struct share *items; /* NULL: not made yet */
	size_t n;
};

int cells_test_kept(const struct evidence *evidence, enum kept which,
	int (*make)(const struct evidence *evidence, struct share_list *ret,
		struct fault *fault),
	struct finding *ret, struct fault *fault);

/* The same for two counts of the tally by kind; the second less `minus`, if
 * that is not KIND_COUNTS. */
int cells_test_kinds(const struct evidence *evidence, enum kind_count k,
	enum kind_count n, enum kind_count minus, struct finding *ret,
	struct fault *fault);

/* Test a count per active day, by post and week, against peers. */
int cells_test_rate(const struct evidence *evidence, enum week_count count,
	struct finding *ret, struct fault *fault);

/* Its p is not below the share of entities that stand out as much: a conformal
 * p-value (S. Bates and others, Annals of Statistics 51, 2023), valid whatever
 * the law, as long as the honest are like each other. Only who exceeds his
 * peers ten times as much as the next one does is like nobody, and keeps his.
 * For what honest people do in ways no fitted law covers. */
int cells_guard(const struct evidence *evidence, struct finding *findings,
	struct fault *fault);

/* The ln p of the findings that have one, ascending; the caller frees. NULL:
 * FAULT_MEMORY. */
double *findings_sorted(const struct finding *findings, size_t n, size_t *ret_n,
	struct fault *fault);

/* How many of them are at most ln_p, and below it. What differs from it in the
 * last bits only is equal to it. */
size_t findings_as_low(const double *sorted, size_t n, double ln_p);
size_t findings_lower(const double *sorted, size_t n, double ln_p);

/* "39", "0.4": what peers would have done, for a sentence. */
void cells_print_expected(double expected, char *buf, size_t size);

#endif
