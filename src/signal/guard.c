/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/cells.h"

#include "base/memory.h"

/* A lone hub operator of a small portal may be six times the next. */
#define BEYOND 10.0

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The number of sorted values that are at most x. */
static size_t
count_up_to(const double *sorted, size_t n, double x)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (sorted[middle] <= x)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How many times what peers do; where they do next to nothing, a ratio says
 * next to nothing, either. */
static double
excess_of(const struct finding *finding)
{
	return (double)finding->k / fmax(finding->expected, 1);
}

/* The greatest excess of anybody, and the next. */
static void
find_greatest(const struct finding *findings, size_t n, double ret[2])
{
	ret[0] = ret[1] = 0;
	for (size_t i = 0; i < n; i++) {
		double excess = isnan(findings[i].ln_p) ?
			0 :
			excess_of(&findings[i]);

		if (excess > ret[0]) {
			ret[1] = ret[0];
			ret[0] = excess;
		} else if (excess > ret[1]) {
			ret[1] = excess;
		}
	}
}

int
cells_guard(const struct evidence *evidence, struct finding *findings,
	struct fault *fault)
{
	double *sorted = memory_array(evidence->n_entities, sizeof(*sorted));
	double greatest[2];
	size_t n = 0;

	if (sorted == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < evidence->n_entities; i++) {
		if (!isnan(findings[i].ln_p))
			sorted[n++] = findings[i].ln_p;
	}
	qsort(sorted, n, sizeof(*sorted), compare_doubles);
	find_greatest(findings, evidence->n_entities, greatest);
	for (size_t i = 0; i < evidence->n_entities; i++) {
		struct finding *finding = &findings[i];
		double excess = excess_of(finding), ln_share;

		if (isnan(finding->ln_p) ||
			(excess >= greatest[0] &&
				excess > BEYOND * fmax(greatest[1], 1)))
			continue;
		ln_share = log((double)count_up_to(sorted, n, finding->ln_p) /
			(double)n);
		if (ln_share > finding->ln_p)
			finding->ln_p = ln_share;
	}
	free(sorted);
	return 0;
}
