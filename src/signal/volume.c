/* SPDX-License-Identifier: Apache-2.0 */
/*
 * volume: lookups per active day, against peers week by week, so that a
 * surge of the whole unit cancels.
 *
 * Innocent: the hub operator who looks up for all. Such people do not follow
 * the law of the others, and no fitted tail is wide enough for them. So the
 * p-value is never below the share of users who stand out as much: a
 * conformal p-value (S. Bates and others, Annals of Statistics 51, 2023),
 * valid whatever the law, as long as the honest are like each other. Much
 * work alone then flags nobody; it adds to what else is found. Only who
 * exceeds his peers ten times as much as the next one does is like nobody.
 */
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

/* How many times what peers do. */
static double
excess_of(const struct finding *finding)
{
	return finding->expected > 0 ?
		(double)finding->k / finding->expected :
		0;
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
volume_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	double *sorted = memory_array(evidence->n_entities, sizeof(*sorted));
	double greatest[2];
	size_t n = 0;

	if (sorted == NULL)
		return fault_memory(fault);
	if (cells_test_rate(evidence, ret, fault) != 0) {
		free(sorted);
		return -1;
	}
	for (size_t i = 0; i < evidence->n_entities; i++) {
		if (!isnan(ret[i].ln_p))
			sorted[n++] = ret[i].ln_p;
	}
	qsort(sorted, n, sizeof(*sorted), compare_doubles);
	find_greatest(ret, evidence->n_entities, greatest);
	for (size_t i = 0; i < evidence->n_entities; i++) {
		double excess = excess_of(&ret[i]), ln_share;

		if (isnan(ret[i].ln_p) ||
			(excess >= greatest[0] &&
				excess > BEYOND * fmax(greatest[1], 1)))
			continue;
		ln_share = log((double)count_up_to(sorted, n, ret[i].ln_p) /
			(double)n);
		if (ln_share > ret[i].ln_p)
			ret[i].ln_p = ln_share;
	}
	free(sorted);
	return 0;
}

void
volume_phrase(const struct finding *finding, char *buf, size_t size)
{
	double days = (double)finding->n;

	(void)snprintf(buf, size,
		"%.1f lookups on each of %llu active days (peers: %.1f)",
		(double)finding->k / days, (unsigned long long)finding->n,
		finding->expected / days);
}
