/* SPDX-License-Identifier: Apache-2.0 */
/*
 * out-of-area: people from outside the area of a unit whose business is that
 * area alone.
 *
 * Innocent: people move, and crimes cross districts; so do peers' lookups.
 */
#include "signal/test.h"

int
out_of_area_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	return verdict_test_guarded(evidence, VERDICT_AREA, ret, fault);
}

void
out_of_area_phrase(const struct book *book, const struct finding *finding,
	char *buf, size_t size)
{
	(void)book;
	phrase_share(finding,
		"lookups concern people from outside the unit's area",
		buf, size);
}
