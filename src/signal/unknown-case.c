/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unknown-case: askings that name a case which the register of cases does not
 * have, in units that keep one. A number that is nearly a valid one is no
 * proof of either.
 *
 * Innocent: typing errors, cases entered late, numbers of another office.
 */
#include "signal/test.h"

int
unknown_case_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	return verdict_test(evidence, VERDICT_UNKNOWN, ret, fault);
}

void
unknown_case_phrase(const struct book *book, const struct finding *finding,
	char *buf, size_t size)
{
	(void)book;
	phrase_share(finding,
		"lookups name a case that does not exist",
		buf, size);
}
