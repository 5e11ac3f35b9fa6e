/* SPDX-License-Identifier: Apache-2.0 */
/*
 * no-case: lookups without a case, among those of people no colleague asked
 * for. Only these, because colleagues explain the rest.
 *
 * Innocent: the officer who rarely types the case at all; what he does with
 * people whom colleagues share shows it, and is his own yardstick where it is
 * above his peers'.
 */
#include "signal/test.h"


int
no_case_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	return cells_test_kinds(evidence, KIND_ALONE_NO_CASE, KIND_ALONE,
		       KIND_COUNTS, ret, fault) != 0 ?
		-1 :
		habit_excuse(evidence, KIND_ALONE_NO_CASE, KIND_ALONE, ret,
			fault);
}

void
no_case_phrase(const struct book *book, const struct finding *finding,
	char *buf, size_t size)
{
	double n = (double)finding->n;

	(void)book;
	(void)snprintf(buf, size,
		"%.0f %% of %llu lookups of people no colleague asked for name "
		"no case (expected: %.0f %%)",
		100 * (double)finding->k / n, (unsigned long long)finding->n,
		100 * finding->expected / n);
}
