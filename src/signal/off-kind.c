/* SPDX-License-Identifier: Apache-2.0 */
/*
 * off-kind: kinds of data that the unit has no business with.
 *
 * Innocent: a task that the register of units does not know of yet.
 */
#include "signal/test.h"

int
off_kind_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	return verdict_test_guarded(evidence, VERDICT_KIND, ret, fault);
}

void
off_kind_phrase(const struct book *book, const struct finding *finding,
	char *buf, size_t size)
{
	(void)book;
	phrase_share(finding,
		"lookups are for data that the unit has no business with",
		buf, size);
}
