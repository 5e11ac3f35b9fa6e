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
 * work alone then flags nobody; it adds to what else is found.
 */
#include "signal/cells.h"

#include "base/memory.h"

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

int
volume_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	double *sorted = memory_array(evidence->n_entities, sizeof(*sorted));
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
	for (size_t i = 0; i < evidence->n_entities; i++) {
		double ln_share;

		if (isnan(ret[i].ln_p))
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
