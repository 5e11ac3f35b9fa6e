/* SPDX-License-Identifier: Apache-2.0 */
#include "rank/fdr.h"

#include "base/memory.h"

struct ranked {
	double ln_p;
	size_t at;
};

static int
compare_ranked(const void *left, const void *right)
{
	const struct ranked *a = left, *b = right;

	if (a->ln_p != b->ln_p)
		return a->ln_p < b->ln_p ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

int
benjamini_hochberg(const double *ln_p, size_t n, double *ret_ln_q,
	struct fault *fault)
{
	struct ranked *ranked = memory_array(n, sizeof(*ranked));
	double least = 0, ln_q;
	size_t m = 0;

	if (ranked == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < n; i++)
		if (!isnan(ln_p[i]))
			ranked[m++] = (struct ranked){ ln_p[i], i };
	for (size_t i = 0; i < n; i++)
		ret_ln_q[i] = NAN;
	qsort(ranked, m, sizeof(*ranked), compare_ranked);
	for (size_t i = m; i-- > 0;) {
		ln_q = ranked[i].ln_p + log((double)m / (double)(i + 1));
		if (ln_q < least)
			least = ln_q;
		ret_ln_q[ranked[i].at] = least;
	}
	free(ranked);
	return 0;
}
