/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unassigned: askings under a case that is neither the unit's nor one the user
 * is a member of.
 *
 * Innocent: joint operations, help for another unit; where colleagues have
 * the like it is expected.
 */
#include "signal/test.h"

int
unassigned_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	return verdict_test_guarded(evidence, VERDICT_UNASSIGNED, ret, fault);
}

void
unassigned_phrase(const struct book *book, const struct finding *finding,
	char *buf, size_t size)
{
	(void)book;
	phrase_share(finding,
		"lookups name a case that is neither the unit's nor the user's",
		buf, size);
}
