/* SPDX-License-Identifier: Apache-2.0 */
/*
 * closed-case: askings under a case that was not yet open, or closed, on that
 * day, with OFFICE_SLACK_DAYS of grace.
 *
 * Innocent: a case opened again, registers that are behind.
 */
#include "signal/test.h"

int
closed_case_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	return verdict_test(evidence, VERDICT_CLOSED, ret, fault);
}

void
closed_case_phrase(const struct book *book, const struct finding *finding,
	char *buf, size_t size)
{
	(void)book;
	phrase_share(finding,
		"lookups name a case that was not open",
		buf, size);
}
