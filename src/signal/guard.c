/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/cells.h"

#include "base/doubles.h"
#include "base/memory.h"

/* A lone hub operator of a small portal may be six times the next. */
#define BEYOND 10.0
#define ALIKE 1e-9

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

double *
findings_sorted(const struct finding *findings, size_t n, size_t *ret_n,
	struct fault *fault)
{
	double *sorted = memory_array(n, sizeof(*sorted));

	*ret_n = 0;
	if (sorted == NULL) {
		fault_memory(fault);
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		if (!isnan(findings[i].ln_p))
			sorted[(*ret_n)++] = findings[i].ln_p;
	}
	doubles_sort(sorted, *ret_n);
	return sorted;
}

/* Equal evidence may differ in its last bits: it is as low all the same. */
static double
slack(double ln_p)
{
	return ALIKE * (1 + fabs(ln_p));
}

size_t
findings_as_low(const double *sorted, size_t n, double ln_p)
{
	return doubles_up_to(sorted, n, ln_p + slack(ln_p));
}

size_t
findings_lower(const double *sorted, size_t n, double ln_p)
{
	return doubles_below(sorted, n, ln_p - slack(ln_p));
}

int
cells_guard(const struct evidence *evidence, struct finding *findings,
	struct fault *fault)
{
	size_t n;
	double *sorted = findings_sorted(findings, evidence->n_entities, &n,
		fault);
	double greatest[2];

	if (sorted == NULL)
		return -1;
	find_greatest(findings, evidence->n_entities, greatest);
	for (size_t i = 0; i < evidence->n_entities; i++) {
		struct finding *finding = &findings[i];
		double excess = excess_of(finding), ln_share;

		if (isnan(finding->ln_p) ||
			(excess >= greatest[0] &&
				excess > BEYOND * fmax(greatest[1], 1)))
			continue;
		ln_share = log((double)findings_as_low(sorted, n,
				       finding->ln_p) /
			(double)n);
		if (ln_share > finding->ln_p)
			finding->ln_p = ln_share;
	}
	free(sorted);
	return 0;
}
